package import EvidenceRecord

/// What a record says of one file beyond its name, size and digest: where it was left, and what tools read in it.
package struct MediaLines {
    private let file: FileRecord
    private let added: EvidenceAdded
    private let language: Language

    package init(_ file: FileRecord, of added: EvidenceAdded, _ language: Language) {
        self.file = file
        self.added = added
        self.language = language
    }

    /// The same lines in both languages.
    static func both(_ file: FileRecord, of added: EvidenceAdded) -> [Message] {
        zip(MediaLines(file, of: added, .en).lines, MediaLines(file, of: added, .zhHans).lines)
            .map { Message(en: $0, zh: $1) }
    }

    package var lines: [String] {
        guard let media = file.media else { return place }
        return place + form(media) + time(media) + position(media) + device(media)
    }

    private var place: [String] {
        guard file.held == .referenced else { return [] }
        let location = file.location ?? "—"
        return [language.pick("not copied; recorded at \(location)", "未复制，登记位置：\(location)")]
    }

    private func form(_ media: MediaRecord) -> [String] {
        var parts: [String] = []
        if let width = media.width, let height = media.height { parts.append("\(width)×\(height)") }
        if let duration = media.duration { parts.append(MediaLines.length(duration)) }
        parts += [media.videoCodec, media.audioCodec].compactMap { $0 }
        return parts.isEmpty ? [] : [parts.joined(separator: language.comma)]
    }

    private func time(_ media: MediaRecord) -> [String] {
        guard let captured = media.captured else { return [] }
        let how =
            switch captured.zone {
            case .written: Message(en: "zone as in the file", zh: "时区见于文件")
            case .gps: Message(en: "zone by its GPS time", zh: "时区依 GPS 时间")
            case .format: Message(en: "UTC by its format", zh: "按文件格式为 UTC")
            case .assumed: Message(en: "zone assumed", zh: "时区为推定")
            }
        let written = captured.written
        var lines = [
            language.noted(
                language.pick("taken \(captured.time)", "拍摄或录制于 \(captured.time)"),
                language.pick("in the file: \(written); \(how.en)", "文件所载：\(written)；\(how.zh)"))
        ]
        if let gps = captured.gps { lines.append(language.pick("GPS time \(gps)", "GPS 时间 \(gps)")) }
        if added.acquired.clockOffset != nil, let corrected = added.captureTime(of: file) {
            lines.append(language.pick("corrected \(corrected)", "校正后 \(corrected)"))
        }
        return lines
    }

    private func position(_ media: MediaRecord) -> [String] {
        guard let position = media.position else { return [] }
        let altitude = position.altitude.map { ", \(MediaLines.decimal($0, digits: 3)) m" } ?? ""
        let text =
            "\(MediaLines.decimal(position.latitude, digits: 7)), \(MediaLines.decimal(position.longitude, digits: 7))"
        return [language.pick("at \(text)\(altitude)", "位置 \(text)\(altitude)")]
    }

    private func device(_ media: MediaRecord) -> [String] {
        let name = [media.make, media.model].compactMap { $0 }.joined(separator: " ")
        let serial = media.serial.map { language.pick("serial number \($0)", "序列号 \($0)") }
        let parts = [name.isEmpty ? nil : name, serial].compactMap { $0 }
        return parts.isEmpty ? [] : [parts.joined(separator: language.comma)]
    }

    /// `1:02:03`.
    package static func length(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1_000
        func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(seconds / 3_600):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
    }

    /// How a device's clock was off.
    package static func clock(_ offset: Int64, _ language: Language) -> String {
        let length = length(abs(offset))
        if offset == 0 { return language.pick("was right", "准确") }
        return offset > 0
            ? language.pick("ran \(length) ahead", "快 \(length)") : language.pick("ran \(length) behind", "慢 \(length)")
    }

    /// A whole number of small units with the point where people put it.
    private static func decimal(_ number: Int64, digits: Int) -> String {
        let text = String(number.magnitude)
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        return (number < 0 ? "-" : "") + padded.dropLast(digits) + "." + padded.suffix(digits)
    }
}
