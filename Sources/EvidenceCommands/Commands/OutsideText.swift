internal import EvidenceRecord
internal import EvidenceServices
internal import Pages

/// What witnesses and timestamp authorities say, as people read it and as JSON.
enum OutsideText {
    /// Adds when an entry came into the log by clocks outside; nothing where nobody trusted says so.
    static func add(_ bracket: OutsideBracket, to fields: inout Fields, _ desk: Desk) {
        var lines: [String] = []
        if let after = bracket.after {
            lines.append(
                desk.text(
                    "after \(when(after, desk)), \(who(after, desk))", "晚于 \(when(after, desk))，\(who(after, desk))"))
        }
        if let before = bracket.before {
            lines.append(
                desk.text(
                    "before \(when(before, desk)), \(who(before, desk))",
                    "早于 \(when(before, desk))，\(who(before, desk))"))
        }
        if lines.isEmpty {
            lines = [
                desk.text(
                    "not known: nobody outside whom you trust has seen it", "未知：尚无您所信任的外部见证或时间戳")
            ]
        }
        fields.add(Message(en: "By clocks outside", zh: "外部时间"), lines)
    }

    /// The member `outside`, with what there is of `after` and `before`.
    static func add(_ bracket: OutsideBracket, to object: inout JSONObject) {
        var outside = JSONObject()
        outside["after"] = bracket.after.map { .object(OutsideText.object($0)) }
        outside["before"] = bracket.before.map { .object(OutsideText.object($0)) }
        object["outside"] = .object(outside)
    }

    static func object(_ outside: OutsideTime) -> JSONObject {
        var object = JSONObject()
        object["kind"] = .string(outside.kind.rawValue)
        object["by"] = .string(outside.by)
        object["size"] = .integer(Int64(clamping: outside.size))
        object["time"] = .string(outside.time.description)
        return object
    }

    /// One statement: how much of the log it is over, when, and who says so.
    static func line(_ outside: OutsideTime, _ desk: Desk) -> String {
        let count = Formats.count(Int(clamping: outside.size))
        return desk.text(
            "\(count) entries were there at \(when(outside, desk)), \(who(outside, desk))",
            "\(when(outside, desk))时已有 \(count) 条，\(who(outside, desk))")
    }

    private static func when(_ outside: OutsideTime, _ desk: Desk) -> String {
        desk.language.noted(desk.local(outside.time, seconds: true), desk.zone.name)
    }

    private static func who(_ outside: OutsideTime, _ desk: Desk) -> String {
        switch outside.kind {
        case .cosignature: desk.text("says the witness \(outside.by.shown)", "见证人 \(outside.by.shown)")
        case .timestamp: desk.text("says the timestamp of \(outside.by.shown)", "时间戳机构 \(outside.by.shown)")
        }
    }
}
