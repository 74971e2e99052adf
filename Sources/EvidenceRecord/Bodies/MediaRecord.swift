/// What tools reported of a picture, a recording or a video: what the file says of itself, true or not.
package struct MediaRecord: Sendable {
    /// When it was taken, by the device's clock.
    package struct Capture: Sendable {
        /// How the zone of ``time`` is known.
        package enum Zone: String, Sendable {
            /// It stands in the file.
            case written
            /// It follows from the time of satellites that stands in the file.
            case gps
            /// The file's format says that its times are UTC; many devices write local time there all the same.
            case format
            /// It is that of the person who added the file.
            case assumed
        }

        /// As it stands in the file.
        package let written: String
        /// Where it stands: `EXIF:DateTimeOriginal`.
        package let tag: String
        package let time: ClaimedTime
        package let zone: Zone
        /// The satellites' time, in UTC, where the file has it.
        package let gps: ClaimedTime?

        package init(written: String, tag: String, time: ClaimedTime, zone: Zone, gps: ClaimedTime?) {
            self.written = written
            self.tag = tag
            self.time = time
            self.zone = zone
            self.gps = gps
        }
    }

    /// Where it was taken.
    package struct Position: Sendable, Equatable {
        /// In units of 10⁻⁷ degree, north and east positive.
        package let latitude: Int64
        package let longitude: Int64
        /// Millimetres above the sea.
        package let altitude: Int64?

        package init(latitude: Int64, longitude: Int64, altitude: Int64?) {
            self.latitude = latitude
            self.longitude = longitude
            self.altitude = altitude
        }
    }

    package struct Tool: Sendable, Equatable {
        package let name: String
        package let version: String

        package init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    /// Milliseconds.
    package var duration: Int64?
    /// Pixels, as encoded.
    package var width: Int64?
    package var height: Int64?
    package var videoCodec: String?
    package var audioCodec: String?
    package var captured: Capture?
    package var position: Position?
    package var make: String?
    package var model: String?
    package var serial: String?
    /// The tools that reported all this.
    package var tools: [Tool] = []

    package init() {}

    /// Whether no tool had anything to report.
    package var isEmpty: Bool {
        duration == nil && width == nil && height == nil && videoCodec == nil && audioCodec == nil && captured == nil
            && position == nil && make == nil && model == nil && serial == nil
    }
}

extension MediaRecord {
    package init(_ reader: JSONReader) throws(RecordError) {
        duration = try reader.optional("duration", \.integer)
        width = try reader.optional("width", \.integer)
        height = try reader.optional("height", \.integer)
        videoCodec = try reader.optionalString("videoCodec")
        audioCodec = try reader.optionalString("audioCodec")
        if let object = try reader.optional("captured", \.object) {
            let item = JSONReader(object, in: "captured")
            captured = Capture(
                written: try item.string("written"), tag: try item.string("tag"),
                time: try item.required("time") { $0.string.flatMap { ClaimedTime($0) } },
                zone: try item.required("zone") { $0.string.flatMap { Capture.Zone(rawValue: $0) } },
                gps: try item.optional("gps") { $0.string.flatMap { ClaimedTime($0) } })
        }
        if let object = try reader.optional("position", \.object) {
            let item = JSONReader(object, in: "position")
            position = Position(
                latitude: try item.required("latitude", \.integer),
                longitude: try item.required("longitude", \.integer),
                altitude: try item.optional("altitude", \.integer))
        }
        if let object = try reader.optional("device", \.object) {
            let item = JSONReader(object, in: "device")
            make = try item.optionalString("make")
            model = try item.optionalString("model")
            serial = try item.optionalString("serial")
        }
        tools = try reader.objects("tools") { (item) throws(RecordError) in
            Tool(name: try item.string("name"), version: try item.string("version"))
        }
    }

    package var json: JSONObject {
        var object = JSONObject()
        object.set("duration", duration)
        object.set("width", width)
        object.set("height", height)
        object.set("videoCodec", videoCodec)
        object.set("audioCodec", audioCodec)
        if let captured {
            var item = JSONObject()
            item["written"] = .string(captured.written)
            item["tag"] = .string(captured.tag)
            item["time"] = .string(captured.time.description)
            item["zone"] = .string(captured.zone.rawValue)
            item.set("gps", captured.gps?.description)
            object["captured"] = .object(item)
        }
        if let position {
            var item = JSONObject()
            item["latitude"] = .integer(position.latitude)
            item["longitude"] = .integer(position.longitude)
            item.set("altitude", position.altitude)
            object["position"] = .object(item)
        }
        var device = JSONObject()
        device.set("make", make)
        device.set("model", model)
        device.set("serial", serial)
        if !device.members.isEmpty { object["device"] = .object(device) }
        object.set(
            "tools",
            tools.map { tool in
                var item = JSONObject()
                item["name"] = .string(tool.name)
                item["version"] = .string(tool.version)
                return .object(item)
            })
        return object
    }
}
