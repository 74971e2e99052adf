package import EvidenceRecord
internal import Foundation

/// What exiftool says of a file, by group and tag: `EXIF:DateTimeOriginal`.
package struct ExifToolReport: Sendable {
    static let arguments =
        [
            // No configuration file is read, and no tag's text is taken for a number: each gets a mark before it.
            "-config", "", "-json", "-G", "-a", "-fast", "-api", "Filter=$_=\"=\".$_", "-api", "LargeFileSupport=1",
        ]
        + [
            "DateTimeOriginal", "CreateDate", "CreationDate", "MediaCreateDate", "SubSecTimeOriginal",
            "SubSecTimeDigitized", "OffsetTimeOriginal", "OffsetTimeDigitized", "GPSDateStamp", "GPSTimeStamp", "Make",
            "Model", "SerialNumber", "InternalSerialNumber", "ImageSize", "Composite:GPSLatitude#",
            "Composite:GPSLongitude#", "Composite:GPSAltitude#", "Duration#",
        ].map { "-" + $0 }

    private let texts: [String: String]
    private let numbers: [String: Double]
    /// The tags' names, sorted, for what may stand in any group.
    private let names: [String]

    init(_ tags: [String: Any]) {
        texts = tags.compactMapValues { $0 as? String }
        numbers = tags.compactMapValues { ($0 as? NSNumber)?.doubleValue }
        names = tags.keys.sorted()
    }

    /// The reports in exiftool's output, by the path of their file.
    package static func reports(in output: [UInt8]) -> [String: ExifToolReport]? {
        // Where no file could be read there is no output.
        if output.isEmpty { return [:] }
        guard let items = try? JSONSerialization.jsonObject(with: Data(output)) as? [[String: Any]] else { return nil }
        var reports: [String: ExifToolReport] = [:]
        for item in items { if let path = item["SourceFile"] as? String { reports[path] = ExifToolReport(item) } }
        return reports
    }

    /// A tag's text, without the mark.
    func text(_ name: String) -> String? {
        guard let text = texts[name], text.hasPrefix("=") else { return nil }
        return MediaText.cleaned(String(text.dropFirst()))
    }

    private func number(_ name: String) -> Double? { numbers[name] }

    /// The first text of a tag in any group, in the order of the groups given and then of the alphabet.
    func text(_ tag: String, of groups: [String]) -> String? {
        for group in groups { if let text = text("\(group):\(tag)") { return text } }
        for name in names where name.hasSuffix(":\(tag)") { if let text = text(name) { return text } }
        return nil
    }

    package func fill(_ media: inout MediaRecord) {
        for name in names where name.hasSuffix(":Duration") {
            media.duration = media.duration ?? number(name).flatMap { MediaText.scaled($0, by: 1_000, 0...1e12) }
        }
        if let size = text("Composite:ImageSize")?.split(separator: "x"), size.count == 2,
            let width = Int64(size[0]), let height = Int64(size[1]), (1...1_000_000).contains(width),
            (1...1_000_000).contains(height)
        {
            media.width = width
            media.height = height
        }
        if let latitude = number("Composite:GPSLatitude").flatMap({ MediaText.scaled($0, by: 1e7, -90...90) }),
            let longitude = number("Composite:GPSLongitude").flatMap({ MediaText.scaled($0, by: 1e7, -180...180) })
        {
            media.position = MediaRecord.Position(
                latitude: latitude, longitude: longitude,
                altitude: number("Composite:GPSAltitude").flatMap {
                    MediaText.scaled($0, by: 1_000, -100_000...100_000_000)
                })
        }
        media.make = text("Make", of: ["EXIF", "QuickTime"])
        media.model = text("Model", of: ["EXIF", "QuickTime"])
        media.serial = text("SerialNumber", of: ["EXIF"]) ?? text("InternalSerialNumber", of: ["EXIF"])
    }

    /// The times of capture that it gives, the best first.
    package var captures: [CaptureTime] {
        var found: [CaptureTime] = []
        func add(_ name: String, subseconds: String? = nil, offset: String? = nil, isUTC: Bool = false) {
            guard let written = text(name) else { return }
            found.append(
                CaptureTime(
                    written: written, tag: name, subseconds: subseconds.flatMap { text($0) },
                    offset: offset.flatMap { text($0) }, isUTC: isUTC))
        }
        add("EXIF:DateTimeOriginal", subseconds: "EXIF:SubSecTimeOriginal", offset: "EXIF:OffsetTimeOriginal")
        add("EXIF:CreateDate", subseconds: "EXIF:SubSecTimeDigitized", offset: "EXIF:OffsetTimeDigitized")
        add("QuickTime:CreationDate")
        for name in names where name.hasSuffix(":DateTimeOriginal") && name != "EXIF:DateTimeOriginal" { add(name) }
        add("XMP:CreateDate")
        add("QuickTime:MediaCreateDate", isUTC: true)
        add("QuickTime:CreateDate", isUTC: true)
        return found
    }

    /// The satellites' time.
    package var gps: ClaimedTime? {
        guard let date = text("EXIF:GPSDateStamp"), let time = text("EXIF:GPSTimeStamp") else { return nil }
        return CaptureTime(written: "\(date) \(time)Z", tag: "").parts?.withZone
    }
}
