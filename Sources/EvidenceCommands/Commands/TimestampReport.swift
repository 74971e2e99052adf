internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import SystemPackage

/// What `evidence timestamp` and `evidence status` say of timestamps.
extension TimestampCommand {
    // MARK: One

    static func report(_ result: TakeTimestamp.Result, _ desk: Desk) throws {
        var object = object(result.stamp, size: result.size)
        object["trusted"] = .bool(result.isTrusted)
        var document = JSONObject()
        document["timestamp"] = .object(object)
        document["new"] = .bool(result.isNew)
        try desk.document(document)
        let count = Formats.count(Int(clamping: result.size))
        let time = desk.language.noted(desk.local(result.stamp.time, seconds: true), desk.zone.name)
        let authority = result.stamp.authority.shown
        if result.isNew {
            try desk.mention(
                "The checkpoint over \(count) entries has a timestamp: \(time), by \(authority). The next command that adds something records it.",
                "涵盖 \(count) 条的检查点已有时间戳：\(time)，\(authority)。下一次写入时登记入日志。")
        } else {
            try desk.mention(
                "This timestamp was here already: over \(count) entries, \(time), by \(authority).",
                "该时间戳此前已登记：涵盖 \(count) 条，\(time)，\(authority)。")
        }
        if !result.isTrusted {
            desk.context.warn(
                Message(
                    en:
                        "You trust no time stamping authority, so that this timestamp can't be believed yet. Get the root certificate of “\(authority)” from the authority itself, then run evidence trust FILE.pem.",
                    zh: "您尚未信任任何时间戳机构，此时间戳暂不可采信。请直接向“\(authority)”取得其根证书，再执行 evidence trust FILE.pem。"))
        }
    }

    static func report(request file: FilePath, size: UInt64, _ desk: Desk) throws {
        var request = JSONObject()
        request["path"] = .string(file.string)
        request["size"] = .integer(Int64(clamping: size))
        var document = JSONObject()
        document["request"] = .object(request)
        try desk.document(document)
        let (name, count) = (file.string.shown, Formats.count(Int(clamping: size)))
        try desk.mention(
            "Wrote “\(name)”, a request over the checkpoint of \(count) entries. Carry it to a machine with a network and send it from there; then bring back what the authority answered.",
            "已写入“\(name)”，请求涵盖 \(count) 条的检查点。请带到有网络的机器上发出，再把答复带回。")
        guard !desk.isQuiet else { return }
        let base = (file.lastComponent?.string ?? file.string).shown
        let answer = "\((file.stem ?? "checkpoint").shown).tsr"
        try desk.say([
            desk.text("There:", "在那台机器上："),
            "  curl -H 'Content-Type: application/timestamp-query' --data-binary '@\(base)' -o '\(answer)' URL",
            desk.text("Here:", "回到本机："), "  evidence timestamp --response '\(answer)'",
        ])
    }

    private static func object(_ stamp: KeptTimestamp.Stamp, size: UInt64) -> JSONObject {
        var object = JSONObject()
        object["size"] = .integer(Int64(clamping: size))
        object["time"] = .string(stamp.time.description)
        object["authority"] = .string(stamp.authority)
        object["certificateEnd"] = .string(stamp.certificateEnd.description)
        return object
    }

    // MARK: All

    static func report(_ timestamps: [KeptTimestamp], _ desk: Desk) throws {
        let now = desk.context.now()
        var document = JSONObject()
        document["timestamps"] = .array(timestamps.map { .object(object($0, now)) })
        try desk.document(document)
        if timestamps.isEmpty {
            return try desk.mention(
                "No timestamps yet. evidence timestamp --tsa URL takes one.",
                "尚无时间戳，可用 evidence timestamp --tsa URL 申请。")
        }
        var table = Table([
            Table.Column(Message(en: "No.", zh: "编号"), .right), Table.Column(Message(en: "Entries", zh: "条数"), .right),
            .moment(Message(en: "Time", zh: "时间")),
            Table.Column(Message(en: "Authority", zh: "机构"), shrink: .first(to: 12)),
            Table.Column(Message(en: "Believed", zh: "采信"), shrink: .last(to: 8)),
            Table.Column(Message(en: "Certificate ends", zh: "证书到期")),
            Table.Column(Message(en: "Recorded", zh: "登记"), .right),
            Table.Column(Message(en: "Renewed by", zh: "续盖"), .right),
        ])
        for timestamp in timestamps {
            let (belief, style) = belief(timestamp, now, desk)
            table.add([
                "\(timestamp.number)", "\(timestamp.size)",
                Table.Cell(timestamp.stamp.map { desk.dated($0.time, seconds: true) } ?? "—"),
                Table.Cell(timestamp.stamp?.authority ?? "—"), Table.Cell(belief, style),
                Table.Cell(timestamp.stamp.map { String(desk.local($0.certificateEnd).prefix(10)) } ?? "—"),
                Table.Cell(timestamp.recordedBy.map { "\($0)" } ?? ""),
                Table.Cell(timestamp.renewedBy.map { "\($0.number)" } ?? ""),
            ])
        }
        try desk.say(table.lines(in: desk.language, width: desk.width, styles: desk.styles))
    }

    private static func belief(_ timestamp: KeptTimestamp, _ now: Timestamp, _ desk: Desk) -> (String, Style?) {
        switch (timestamp.verdict, timestamp.standing(at: now)) {
        case (.holds, .ending): (desk.text("yes, ends soon", "是，即将到期"), .yellow)
        case (.holds, .lapsed): (desk.text("yes, has ended", "是，已到期"), .yellow)
        case (.holds, _): (desk.text("yes", "是"), nil)
        case (.unknown, _): (desk.text("not trusted", "未信任"), .yellow)
        case (.invalid(let reason), _): (desk.language.noted(desk.text("no", "否"), desk.text(reason)), .red)
        }
    }

    private static func object(_ timestamp: KeptTimestamp, _ now: Timestamp) -> JSONObject {
        var object = timestamp.stamp.map { self.object($0, size: timestamp.size) } ?? JSONObject()
        object["number"] = .integer(Int64(clamping: timestamp.number))
        object["size"] = .integer(Int64(clamping: timestamp.size))
        object["trusted"] = .bool(timestamp.holds)
        if case .invalid(let reason) = timestamp.verdict { object["invalid"] = .string(reason.en) }
        object.set("standing", timestamp.standing(at: now)?.rawValue)
        object["recordedBy"] = timestamp.recordedBy.map { .integer(Int64(clamping: $0)) }
        object["renewedBy"] = timestamp.renewedBy.map { renewal in
            var object = JSONObject()
            object["number"] = .integer(Int64(clamping: renewal.number))
            object["time"] = .string(renewal.time.description)
            return .object(object)
        }
        return object
    }

    // MARK: Status

    /// Adds the newest timestamp that holds, and what had better be done before its certificate ends, or now that it has.
    static func add(_ outlook: KeptTimestamps.Outlook, to fields: inout Fields, _ desk: Desk) {
        guard let newest = outlook.newest, let stamp = newest.stamp else { return }
        let now = desk.context.now()
        let (count, end) = (Formats.count(Int(clamping: newest.size)), desk.local(stamp.certificateEnd).prefix(10))
        let label = Message(en: "Timestamp", zh: "时间戳")
        fields.add(
            label,
            desk.text(
                "\(desk.dated(stamp.time)), over \(count) entries; the authority's certificate ends \(end)",
                "\(desk.dated(stamp.time))，涵盖 \(count) 条；机构证书 \(end) 到期"))
        for advice in outlook.uncovered.compactMap({ advice($0, now, desk) }) {
            fields.add(Message(en: "Renew", zh: "续盖"), advice, .yellow)
        }
    }

    /// The members `timestamp`, the newest that holds, and `timestampsToRenew`.
    static func add(_ outlook: KeptTimestamps.Outlook, to document: inout JSONObject, _ desk: Desk) {
        guard let newest = outlook.newest else { return }
        let now = desk.context.now()
        document["timestamp"] = .object(object(newest, now))
        let due = outlook.uncovered.filter { [.ending, .lapsed].contains($0.standing(at: now)) }
        document["timestampsToRenew"] = .array(due.map { .object(object($0, now)) })
    }

    private static func advice(_ timestamp: KeptTimestamp, _ now: Timestamp, _ desk: Desk) -> String? {
        guard let stamp = timestamp.stamp else { return nil }
        let (number, end) = (timestamp.number, desk.local(stamp.certificateEnd).prefix(10))
        // A newer one covers it only once an entry records it.
        let how =
            timestamp.recordedBy == nil
            ? desk.text("after the next entry, take a new one: evidence timestamp", "请在下一次写入之后重新申请：evidence timestamp")
            : desk.text("take a new one: evidence timestamp", "请重新申请：evidence timestamp")
        switch timestamp.standing(at: now) {
        case .ending:
            return desk.text(
                "the certificate of timestamp \(number) ends \(end); before that, \(how)",
                "第 \(number) 号时间戳的证书 \(end) 到期；到期之前\(how)")
        case .lapsed:
            return desk.text(
                "the certificate of timestamp \(number) ended \(end), and no newer timestamp covers it; \(how)",
                "第 \(number) 号时间戳的证书已于 \(end) 到期，且没有更新的时间戳涵盖它；\(how)")
        case .current, .renewed, nil: return nil
        }
    }
}
