package import EvidenceRecord

/// Times and days as people type them.
package enum ClaimedTimeInput {
    /// Reads a day or a moment: `2026-03-12`, `2026-03-12 14:30`, `2026-03-12T14:30:05+08:00`, `2026/3/12 14:30`,
    /// `2026年3月12日14时30分`.
    ///
    /// A moment without an offset gets that of the time zone.
    package static func moment(_ text: String, zone: TimeZoneOffset) throws -> ClaimedTime {
        let normal = normalised(text)
        if let time = ClaimedTime(normal) { return time }
        if let time = ClaimedTime(local: normal, seconds: zone.seconds) { return time }
        throw impossible(text)
    }

    /// Reads one moment, or two with a `/` between them.
    package static func interval(_ text: String, zone: TimeZoneOffset) throws -> (from: ClaimedTime, to: ClaimedTime?) {
        if let whole = try? moment(text, zone: zone) { return (whole, nil) }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let from = try? moment(parts[0], zone: zone),
            let to = try? moment(parts[1], zone: zone)
        else { throw impossible(text) }
        guard isOrdered(from, to) else { throw endsEarly(text) }
        return (from, to)
    }

    /// Whether the second of two times is not before the first, as far as they say.
    static func isOrdered(_ from: ClaimedTime, _ to: ClaimedTime) -> Bool {
        if let first = from.milliseconds, let second = to.milliseconds { return first <= second }
        return from.date.dayNumber <= to.date.dayNumber
    }

    /// Reads a day.
    package static func day(_ text: String) throws -> CivilDate {
        guard let day = CivilDate(normalised(text)) else {
            throw EvidenceError(
                .badInput, en: "“\(text.shown)” is no day that exists. Write 2026-03-12.",
                zh: "“\(text.shown)”不是有效的日期。请写成 2026-03-12。")
        }
        return day
    }

    /// Reads two days with a `/` between them, the second not before the first.
    package static func days(_ text: String) throws -> (from: CivilDate, to: CivilDate) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            throw EvidenceError(
                .badInput, en: "“\(text.shown)” is no period of days. Write 2026-03-12/2026-03-25.",
                zh: "“\(text.shown)”不是有效的起止日期。请写成 2026-03-12/2026-03-25。")
        }
        let (from, to) = (try day(parts[0]), try day(parts[1]))
        guard from <= to else { throw endsEarly(text) }
        return (from, to)
    }

    private static func endsEarly(_ text: String) -> EvidenceError {
        EvidenceError(.badInput, en: "“\(text.shown)” ends before it begins.", zh: "“\(text.shown)”的结束早于开始。")
    }

    private static func impossible(_ text: String) -> EvidenceError {
        EvidenceError(
            .badInput,
            en:
                "“\(text.shown)” is no date or time that exists. Write 2026-03-12, or 2026-03-12T14:30, or with an offset 2026-03-12T14:30+08:00.",
            zh: "“\(text.shown)”不是有效的日期或时间。请写成 2026-03-12、2026-03-12T14:30，或带时区 2026-03-12T14:30+08:00。")
    }

    /// The ISO 8601 form of what people type: `/`, 年月日时分秒 and one-digit months included.
    private static func normalised(_ text: String) -> String {
        var characters = ""
        for character in text.split(separator: " ").joined(separator: "T") {
            switch character {
            case "年", "月": characters.append("-")
            case "日": characters.append("T")
            case "时", "点", "：": characters.append(":")
            case "分", "秒": characters.append(character == "分" ? ":" : "")
            default: characters.append(character)
            }
        }
        while characters.hasSuffix(":") || characters.hasSuffix("T") { characters.removeLast() }
        characters = characters.replacing("TT", with: "T")
        let parts = characters.split(separator: "T", maxSplits: 1).map(String.init)
        guard let date = parts.first else { return text }
        var fields = date.split(separator: "-").map(String.init)
        if fields.count == 1 { fields = date.split(separator: "/").map(String.init) }
        guard fields.count == 3 else { return characters }
        let day = ([fields[0]] + fields[1...].map { $0.count == 1 ? "0" + $0 : $0 }).joined(separator: "-")
        guard parts.count == 2 else { return day }
        var clock = parts[1]
        if clock.prefix(while: \.isNumber).count == 1 { clock = "0" + clock }
        if clock.count == 2, clock.allSatisfy(\.isNumber) { clock += ":00" }
        return day + "T" + clock
    }
}
