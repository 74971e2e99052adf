internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages

/// What later entries say of a record, as people read it and as JSON.
enum HistoryFields {
    /// Why there is nothing to show of an entry: who ordered it withdrawn, as far as that is heard, or that it is damaged.
    static func absence(_ history: EntryHistory) -> Message {
        if history.lacksBody { return Message(en: "body missing: run evidence verify", zh: "正文缺失：请执行 evidence verify") }
        let authority = history.withdrawal?.withdrawn.authority
        return Message { $0.noted($0.pick("withdrawn", "已撤销"), authority) }
    }

    /// Adds each amendment with what it replaced, each hand-over, each opening of what is sealed, each receipt of an export, and the withdrawal.
    static func add(_ summary: RecordSummary, to fields: inout Fields, _ desk: Desk) {
        let history = summary.history
        for amendment in history.amendments {
            var lines = [head(amendment.record, summary, desk)]
            lines.append(desk.text("Reason: ", "理由：") + amendment.amended.reason)
            if !amendment.isApplied {
                lines.append(
                    desk.text(
                        "Not followed: what it says can't stand in such an entry. Run evidence verify.",
                        "未予采用：所述内容不符合此类条目的格式。请执行 evidence verify。"))
            }
            let members = amendment.amended.set.members.map { ($0.name, JSONValue?.some($0.value)) }
            for (name, value) in members + amendment.amended.unset.map({ ($0, nil) }) {
                let former =
                    amendment.former[name].map { Words.value($0, of: name, desk.language) }
                    ?? desk.text("(none)", "（无）")
                let now = value.map { Words.value($0, of: name, desk.language) } ?? desk.text("(none)", "（无）")
                lines.append(
                    "\(desk.text(Words.member(name, of: history.record.entry.type)))\(desk.text(": ", "："))\(former) → \(now)"
                )
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
        for receipt in history.receipts {
            fields.add(
                Message(en: "Received", zh: "已签收"),
                [receipt.received.by, head(receipt.record, summary, desk)])
        }
        for opening in history.openings {
            fields.add(
                Message(en: "Opened", zh: "曾被开启"),
                [desk.text("Purpose: ", "事由：") + opening.opened.purpose, head(opening.record, summary, desk)])
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
            fields.add(Message(en: "Content", zh: "内容"), absence(history), in: desk.language, .red)
        }
    }

    /// Who wrote an entry, when, and which it is.
    private static func head(_ record: LogRecord, _ summary: RecordSummary, _ desk: Desk) -> String {
        desk.listed(
            summary.person(record), desk.dated(record.entry.time),
            desk.text("entry \(record.entry.seq)", "第 \(record.entry.seq) 条"))
    }

    /// The members `amendments`, `custody`, `openings`, `receipts` and `withdrawal`, each only where there is something;
    /// `withdrawn` or `bodyMissing` where there is no content.
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
                if !amendment.isApplied { item["applied"] = .bool(false) }
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
        object.set(
            "openings",
            history.openings.map { opening in
                var item = head(opening.record)
                item["reader"] = .string(opening.opened.reader.hex)
                item["purpose"] = .string(opening.opened.purpose)
                return .object(item)
            })
        object.set(
            "receipts",
            history.receipts.map { receipt in
                var item = head(receipt.record)
                item["by"] = .string(receipt.received.by)
                item["certificate"] = .string(receipt.received.certificate.hex)
                return .object(item)
            })
        if let withdrawal = history.withdrawal {
            var item = head(withdrawal.record)
            item["authority"] = .string(withdrawal.withdrawn.authority)
            item["reason"] = .string(withdrawal.withdrawn.reason)
            object["withdrawal"] = .object(item)
        }
        if history.object == nil { object[history.lacksBody ? "bodyMissing" : "withdrawn"] = .bool(true) }
    }
}
