internal import EvidenceRecord
internal import EvidenceServices

/// What later entries say of a record, as people read it and as JSON.
enum HistoryFields {
    /// Adds each amendment with what it replaced, each hand-over, and the withdrawal.
    static func add(_ summary: RecordSummary, to fields: inout Fields, _ desk: Desk) {
        let history = summary.history
        for amendment in history.amendments {
            var lines = [head(amendment.record, summary, desk)]
            lines.append(desk.text("Reason: ", "理由：") + amendment.amended.reason)
            let members = amendment.amended.set.members.map { ($0.name, JSONValue?.some($0.value)) }
            for (name, value) in members + amendment.amended.unset.map({ ($0, nil) }) {
                let former =
                    amendment.former[name].map { Words.value($0, of: name, desk) } ?? desk.text("(none)", "（无）")
                let now = value.map { Words.value($0, of: name, desk) } ?? desk.text("(none)", "（无）")
                lines.append("\(desk.text(Words.member(name)))\(desk.text(": ", "："))\(former) → \(now)")
            }
            fields.add(Message(en: "Amended", zh: "已更正"), lines, .yellow)
        }
        for custody in history.custody {
            let moved = custody.moved
            let when = moved.at.map { desk.dated($0) }
            var lines = [
                ["\(moved.from) → \(moved.to)", when].compactMap { $0 }.joined(separator: desk.text(", ", "，")),
                head(custody.record, summary, desk),
            ]
            if let description = moved.description { lines.append(description) }
            fields.add(Message(en: "Handed over", zh: "移交"), lines)
        }
        if let withdrawal = history.withdrawal {
            fields.add(
                Message(en: "Withdrawn", zh: "已撤销"),
                [
                    desk.text("By order of ", "依据：") + withdrawal.withdrawn.authority,
                    desk.text("Reason: ", "理由：") + withdrawal.withdrawn.reason,
                    head(withdrawal.record, summary, desk),
                ], .red)
        } else if history.object == nil {
            fields.add(Message(en: "Content", zh: "内容"), Message(en: "withdrawn", zh: "已撤销"), in: desk.language, .red)
        }
    }

    /// Who wrote an entry, when, and which it is.
    private static func head(_ record: LogRecord, _ summary: RecordSummary, _ desk: Desk) -> String {
        desk.listed(
            summary.person(record), desk.dated(record.entry.time),
            desk.text("entry \(record.entry.seq)", "第 \(record.entry.seq) 条"))
    }

    /// The members `amendments`, `custody` and `withdrawal`, each only where there is something.
    static func add(_ summary: RecordSummary, to object: inout JSONObject) {
        let history = summary.history
        func head(_ record: LogRecord) -> JSONObject {
            var item = JSONObject()
            item["seq"] = .integer(Int64(record.entry.seq))
            item["time"] = .string(record.entry.time.description)
            item["actor"] = .string(record.entry.actor)
            item["person"] = .string(summary.person(record))
            return item
        }
        object.set(
            "amendments",
            history.amendments.map { amendment in
                var item = head(amendment.record)
                item["reason"] = .string(amendment.amended.reason)
                item["set"] = .object(amendment.amended.set)
                item.set("unset", amendment.amended.unset.map { .string($0) })
                item["former"] = .object(amendment.former)
                return .object(item)
            })
        object.set(
            "custody",
            history.custody.map { custody in
                var item = head(custody.record)
                item["from"] = .string(custody.moved.from)
                item["to"] = .string(custody.moved.to)
                item.set("at", custody.moved.at?.description)
                item.set("description", custody.moved.description)
                return .object(item)
            })
        if let withdrawal = history.withdrawal {
            var item = head(withdrawal.record)
            item["authority"] = .string(withdrawal.withdrawn.authority)
            item["reason"] = .string(withdrawal.withdrawn.reason)
            object["withdrawal"] = .object(item)
        }
        if history.object == nil { object["withdrawn"] = .bool(true) }
    }
}

extension Words {
    /// What a member of a body is called.
    static func member(_ name: String) -> Message {
        switch name {
        case "kind": Message(en: "kind", zh: "类别")
        case "title": Message(en: "title", zh: "标题")
        case "description": Message(en: "description", zh: "说明")
        case "occurred": Message(en: "occurred", zh: "发生时间")
        case "place": Message(en: "place", zh: "地点")
        case "people": Message(en: "people", zh: "人员")
        case "method": Message(en: "method", zh: "工作方式")
        case "content": Message(en: "content", zh: "巡查内容")
        case "classification": Message(en: "classification", zh: "密级")
        case "acquired": Message(en: "acquired", zh: "采集")
        case "tags": Message(en: "tags", zh: "标签")
        case "device": Message(en: "device", zh: "设备")
        case "serial": Message(en: "serial number", zh: "序列号")
        case "unit": Message(en: "unit", zh: "责任单位")
        default: Message(en: name, zh: name)
        }
    }

    /// A member's value in a line.
    static func value(_ value: JSONValue, of name: String, _ desk: Desk) -> String {
        switch (name, value) {
        case ("kind", .string(let kind)): Words.kind(kind, desk.language)
        case ("method", .string(let method)): Words.method(method, desk.language)
        case ("content", .string(let content)): Words.content(content, desk.language)
        case (_, .string(let text)): text.isEmpty ? "“”" : text
        case (_, .integer(let number)): String(number)
        case (_, .bool(let flag)): String(flag)
        case (_, .array(let items)):
            items.map { self.value($0, of: "", desk) }.joined(separator: desk.text("; ", "；"))
        case ("occurred", .object(let object)):
            ["from", "to"].compactMap { object[$0]?.string }.joined(separator: " – ")
        case (_, .object(let object)):
            if let person = object["name"]?.string {
                object["role"]?.string.map { desk.noted(person, $0) } ?? person
            } else {
                object.members.map { "\(desk.text(member($0.name))) \(self.value($0.value, of: "", desk))" }
                    .joined(separator: desk.text(", ", "，"))
            }
        }
    }
}
