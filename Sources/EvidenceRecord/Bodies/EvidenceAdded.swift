package import EvidenceCrypto

/// A file as the log knows it.
package struct FileRecord: Sendable {
    /// Where the file's bytes are.
    package enum Holding: String, Sendable {
        /// In the archive's object store.
        case stored
        /// Where it was found; see ``FileRecord/location``.
        case referenced
    }

    /// The name as found, relative; for display where ``nameBytes`` is there.
    package let name: String
    /// The exact bytes of a name that is not UTF-8.
    package let nameBytes: [UInt8]?
    package let size: UInt64
    /// The media type, from the content.
    package let type: String
    /// The file's identity.
    package let sha256: Digest
    /// The kernel's fs-verity digest, a second check that all cores can share.
    package let fsverity: Digest
    package let held: Holding
    /// Where a referenced file lay when it was recorded: its absolute path; for display where ``locationBytes`` is there.
    package let location: String?
    /// The exact bytes of a location that is not UTF-8.
    package let locationBytes: [UInt8]?
    /// When the file was last changed, by its file system.
    package let modified: Timestamp?
    /// What tools reported of it; nil where none had anything to report.
    package var media: MediaRecord?

    package init(
        name: String, nameBytes: [UInt8]?, size: UInt64, type: String, sha256: Digest, fsverity: Digest,
        held: Holding, location: String?, locationBytes: [UInt8]? = nil, modified: Timestamp?, media: MediaRecord? = nil
    ) {
        self.name = name
        self.nameBytes = nameBytes
        self.size = size
        self.type = type
        self.sha256 = sha256
        self.fsverity = fsverity
        self.held = held
        self.location = location
        self.locationBytes = locationBytes
        self.modified = modified
        self.media = media
    }

    package init(_ reader: JSONReader) throws(RecordError) {
        name = try reader.string("name")
        nameBytes = try reader.optional("nameBytes") { $0.string.flatMap { [UInt8](hex: $0) } }
        size = try reader.count("size")
        type = try reader.string("type")
        sha256 = try reader.digest("sha256")
        fsverity = try reader.digest("fsverity")
        held = try reader.required("held") { $0.string.flatMap { Holding(rawValue: $0) } }
        location = try reader.optionalString("location")
        locationBytes = try reader.optional("locationBytes") { $0.string.flatMap { [UInt8](hex: $0) } }
        modified = try reader.optional("modified") { $0.string.flatMap { Timestamp($0) } }
        media = try reader.optional("media", \.object).map { (object) throws(RecordError) in
            try MediaRecord(JSONReader(object, in: "media"))
        }
    }

    package var json: JSONObject {
        var object = JSONObject()
        object["name"] = .string(name)
        object.set("nameBytes", nameBytes?.hex)
        object["size"] = .integer(Int64(size))
        object["type"] = .string(type)
        object["sha256"] = sha256.json
        object["fsverity"] = fsverity.json
        object["held"] = .string(held.rawValue)
        object.set("location", location)
        object.set("locationBytes", locationBytes?.hex)
        object.set("modified", modified?.description)
        if let media { object["media"] = .object(media.json) }
        return object
    }
}

/// The body of `evidence.added`: what was recorded, as the inspector describes it, and its files.
///
/// Of a sealed record this is the outside, which says nothing of the matter: ``sealed``, and the encrypted parts as files.
package struct EvidenceAdded: Sendable {
    /// A person named in a record, with the part they had.
    package struct Person: Sendable {
        package let name: String
        package let role: String?

        package init(name: String, role: String?) {
            self.name = name
            self.role = role
        }
    }

    /// How the material came to the inspectors.
    package struct Acquisition: Sendable {
        package var by: String?
        package var from: String?
        package var device: String?
        package var serial: String?
        package var at: String?
        /// By how many milliseconds the device's clock ran ahead; negative where it ran behind.
        package var clockOffset: Int64?

        package init() {}
    }

    /// Nil of a sealed record, and only there.
    package var kind: String?
    /// Nil of a sealed record, and only there.
    package var title: String?
    /// Whom the record is sealed to; then its files are the encrypted parts.
    package private(set) var sealed: Sealing?
    package var description: String?
    package var occurredFrom: ClaimedTime?
    package var occurredTo: ClaimedTime?
    package var place: String?
    package var people: [Person] = []
    package var method: String?
    package var content: String?
    package var classification: String?
    /// Words to find it by.
    package var tags: [String] = []
    package var acquired = Acquisition()
    package var files: [FileRecord] = []
    /// Of a bundle from another archive: what it hands over.
    package var bundle: ForeignDossier?
    package var related: [EntryReference] = []

    package init(kind: String, title: String) {
        self.kind = kind
        self.title = title
    }

    /// The outside of a sealed record.
    ///
    /// - Precondition: `parts` are named as ``Sealing`` names them.
    package init(sealed: Sealing, parts: [FileRecord]) {
        self.sealed = sealed
        files = parts
    }

    package init(_ body: Body) throws(RecordError) { try self.init(body.object) }

    /// Reads a body's members, be they as recorded or with amendments applied.
    package init(_ object: JSONObject) throws(RecordError) {
        let reader = JSONReader(object, in: "body")
        if let object = try reader.optional("sealed", \.object) {
            sealed = try Sealing(JSONReader(object, in: "sealed"))
            for name in ["kind", "title"] where reader.object[name] != nil {
                throw reader.failure(name, en: "lies open in a sealed record", zh: "不应出现在密封记录之外")
            }
        } else {
            kind = try reader.string("kind")
            title = try reader.string("title")
        }
        description = try reader.optionalString("description")
        let occurred = try Occurrence(reader)
        occurredFrom = occurred.from
        occurredTo = occurred.to
        place = try reader.optionalString("place")
        people = try reader.objects("people") { (item) throws(RecordError) in
            Person(name: try item.string("name"), role: try item.optionalString("role"))
        }
        method = try reader.optionalString("method")
        content = try reader.optionalString("content")
        classification = try reader.optionalString("classification")
        tags =
            try reader.optional("tags") { value in
                value.array.flatMap { array in
                    let strings = array.compactMap(\.string)
                    return strings.count == array.count ? strings : nil
                }
            } ?? []
        if let object = try reader.optional("acquired", \.object) {
            let item = JSONReader(object, in: "acquired")
            acquired.by = try item.optionalString("by")
            acquired.from = try item.optionalString("from")
            acquired.device = try item.optionalString("device")
            acquired.serial = try item.optionalString("serial")
            acquired.at = try item.optionalString("at")
            acquired.clockOffset = try item.optional("clockOffset", \.integer)
        }
        files = try reader.objects("files", FileRecord.init)
        bundle = try reader.optional("bundle", \.object).map { (object) throws(RecordError) in
            try ForeignDossier(object)
        }
        related = try reader.references("related")
        if sealed != nil { try Sealing.check(files) }
    }

    package var json: JSONObject {
        var object = JSONObject()
        object.set("kind", kind)
        object.set("title", title)
        if let sealed { object["sealed"] = .object(sealed.json) }
        object.set("description", description)
        Occurrence(from: occurredFrom, to: occurredTo).write(to: &object)
        object.set("place", place)
        object.set(
            "people",
            people.map { person in
                var member = JSONObject()
                member["name"] = .string(person.name)
                member.set("role", person.role)
                return .object(member)
            })
        object.set("method", method)
        object.set("content", content)
        object.set("classification", classification)
        object.set("tags", tags.map { .string($0) })
        var acquisition = JSONObject()
        acquisition.set("by", acquired.by)
        acquisition.set("from", acquired.from)
        acquisition.set("device", acquired.device)
        acquisition.set("serial", acquired.serial)
        acquisition.set("at", acquired.at)
        acquisition.set("clockOffset", acquired.clockOffset)
        if !acquisition.members.isEmpty { object["acquired"] = .object(acquisition) }
        if let bundle { object["bundle"] = .object(bundle.json) }
        object.set("files", files.map { .object($0.json) })
        object.set("related", related.map(\.json))
        return object
    }
}

extension EvidenceAdded {
    /// When a file was taken, with what the device's clock was off put right.
    package func captureTime(of file: FileRecord) -> ClaimedTime? {
        file.media?.captured?.time.moved(by: -(acquired.clockOffset ?? 0))
    }

    /// When it happened: what the person says, else when the first file that knows was taken.
    package var moment: ClaimedTime? {
        if let occurredFrom { return occurredFrom }
        for file in files { if let time = captureTime(of: file) { return time } }
        return nil
    }
}
