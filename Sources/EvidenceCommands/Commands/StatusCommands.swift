internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import SystemPackage
internal import TransparencyLog

struct StatusCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "status", abstract: Speech.say("Show how the archive stands, on one screen.", "一屏显示档案现状。"))
    }
    static let example = "evidence status"
    static let exitStatuses: [Int32] = [1, 66, 74, 75, 77]

    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let status = try ArchiveStatus(desk.context).run()
        var document = JSONShapes.key(status.key)
        document["path"] = .string(status.path.string)
        document.set("title", status.title)
        for member in JSONShapes.checkpoint(status.checkpoint).members { document[member.name] = member.value }
        document["lastTime"] = .string(status.lastTime.description)
        document["records"] = .integer(Int64(status.records))
        document["files"] = .integer(Int64(status.files))
        document["bytes"] = .integer(Int64(clamping: status.bytes))
        document["interruptedBytes"] = .integer(Int64(clamping: status.interruptedBytes))
        document["signers"] = .integer(Int64(status.signers))
        document["unanchored"] = .integer(Int64(status.unanchored))
        var cases = JSONObject()
        cases["open"] = .integer(Int64(status.cases.open))
        cases["overdue"] = .integer(Int64(status.cases.overdue))
        document["cases"] = .object(cases)
        document.set("incomplete", status.cases.damage?.message.en)
        TimestampCommand.add(status.timestamps, to: &document, desk)
        document["carriedOut"] = status.care.checkpoint.map { .object(StatusCommand.object($0)) }
        document["copy"] = status.care.copy.map { .object(StatusCommand.object($0)) }
        try desk.document(document)
        var fields = Fields()
        if let title = status.title { fields.add(Message(en: "Title", zh: "名称"), title) }
        fields.add(Message(en: "Archive", zh: "档案"), status.path.string)
        fields.add(Message(en: "Origin", zh: "来源"), status.key.name)
        fields.add(Message(en: "Key", zh: "公钥"), status.key.description)
        fields.add(
            Message(en: "Log", zh: "日志"),
            desk.text(
                "\(Formats.count(Int(status.checkpoint.size))) entries, root \(Base64.encode(status.checkpoint.root.bytes))",
                "\(Formats.count(Int(status.checkpoint.size))) 条，根哈希 \(Base64.encode(status.checkpoint.root.bytes))"))
        fields.add(Message(en: "Last entry", zh: "最新条目"), desk.listed(desk.dated(status.lastTime), status.lastPerson))
        fields.add(
            Message(en: "Records", zh: "记录"),
            desk.text(
                "\(Formats.count(status.records)), with \(desk.text(Formats.counted(status.files, "file", zh: "个文件"))) of \(Formats.bytes(Int64(clamping: status.bytes)))",
                "\(Formats.count(status.records)) 条，文件 \(Formats.count(status.files)) 个，共 \(Formats.bytes(Int64(clamping: status.bytes)))"
            ))
        if status.interruptedBytes > 0 {
            fields.add(
                Message(en: "Interrupted", zh: "中断的复制"),
                desk.text(
                    "\(Formats.bytes(Int64(clamping: status.interruptedBytes))) that an add had copied when it was stopped or failed; the same command goes on from it",
                    "上次添加中断或失败前已复制 \(Formats.bytes(Int64(clamping: status.interruptedBytes)))，重新执行同一命令即可接着复制"))
        }
        let (open, overdue) = (status.cases.open, status.cases.overdue)
        let openText = desk.text("\(open) open", "在办 \(open) 件")
        fields.add(
            Message(en: "Cases", zh: "案件"),
            overdue == 0 ? openText : desk.listed(openText, desk.text("\(overdue) overdue", "逾期 \(overdue) 件")))
        fields.add(Message(en: "Signers", zh: "签名人"), "\(status.signers)")
        fields.add(
            Message(en: "Not covered", zh: "尚无旁证"),
            desk.text(
                "\(Formats.count(Int(status.unanchored))) entries that no witness and no timestamp that you trust covers",
                "\(Formats.count(Int(status.unanchored))) 条尚无您所信任的外部见证或时间戳"))
        TimestampCommand.add(status.timestamps, to: &fields, desk)
        fields.add(Message(en: "Carried out", zh: "检查点带出"), StatusCommand.text(status.care.checkpoint, desk))
        fields.add(Message(en: "Second copy", zh: "第二份副本"), StatusCommand.text(status.care.copy, desk))
        try desk.say(fields.lines(in: desk.language, width: desk.width, styles: desk.styles))
        if let damage = status.cases.damage { throw damage }
    }

    private static func object(_ deed: CareNotes.Deed) -> JSONObject {
        var object = JSONObject()
        object["time"] = .string(deed.time.description)
        object["size"] = .integer(Int64(deed.size))
        object["path"] = .string(deed.place)
        return object
    }

    private static func text(_ deed: CareNotes.Deed?, _ desk: Desk) -> String {
        guard let deed else { return desk.text("none known on this machine", "本机无记录") }
        return desk.text(
            "\(desk.dated(deed.time)), \(Formats.count(Int(deed.size))) entries, \(deed.place)",
            "\(desk.dated(deed.time))，\(Formats.count(Int(deed.size))) 条，\(deed.place)")
    }
}

struct LogCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "log", abstract: Speech.say("Show who did what when.", "显示何人何时做了何事。"))
    }
    static let example = "evidence log --since 100"
    static let exitStatuses: [Int32] = [1, 66, 74, 75]

    @Option(help: help("From this entry on.", "自该条起。", valueName: "seq"))
    var since: UInt64 = 0
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let records = ReadRecords(desk.context)
        if desk.isJSON {
            return try desk.document(arrays: ["entries"]) { document in
                try records.forEach(in: since..<UInt64.max) { summary in
                    var object = JSONShapes.entry(summary)
                    let subject = Words.subject(summary.history.object, .en)
                    object.set("subject", subject.isEmpty ? nil : subject)
                    try document.add(object)
                }
            }
        }
        // A log may be long: each line is printed as it is read, in columns of fixed width.
        try records.forEach(in: since..<UInt64.max) { summary in
            let entry = summary.record.entry
            if let width = desk.width, width < LogCommand.narrow {
                return try desk.say(lines(of: summary, desk).map { $0.truncated(to: width) })
            }
            let isWide = desk.width.map { $0 >= LogCommand.wide } ?? false
            let time =
                isWide
                ? desk.dated(entry.time, seconds: true).padded(to: desk.language == .en ? 35 : 32)
                : desk.local(entry.time, seconds: true)
            let line = [
                String(entry.seq).padded(to: 6, .right), time,
                summary.person.shown.truncated(to: 12).padded(to: 12),
                desk.text(Words.event(entry.typeName)).padded(to: desk.language == .en ? 20 : 16),
                ([Words.subject(summary.history.object, desk.language)] + summary.dossiers.map { "[\($0)]" })
                    .joined(separator: " ").shown,
            ].joined(separator: "  ")
            try desk.say([desk.width.map { line.truncated(to: $0) } ?? line])
        }
    }
}

extension LogCommand {
    /// Below this many cells an entry takes two lines.
    private static let narrow = 70
    /// From this many cells on there is room to say how long ago it was.
    private static let wide = 110

    private func lines(of summary: RecordSummary, _ desk: Desk) -> [String] {
        let entry = summary.record.entry
        let what = [desk.text(Words.event(entry.typeName)), Words.subject(summary.history.object, desk.language)]
        let dossiers = summary.dossiers.map { "[\($0)]" }
        return [
            "\(String(entry.seq).padded(to: 4, .right))  \(desk.local(entry.time, seconds: true))  \(summary.person.shown)",
            "      " + (what + dossiers).filter { !$0.isEmpty }.joined(separator: " ").shown,
        ]
    }
}

struct CheckpointCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "checkpoint",
            abstract: Speech.say(
                "Print the newest signed checkpoint, to be carried out of the archive.", "输出最新的签名检查点，供带出档案留存。"))
    }
    static let example = "evidence checkpoint --to 检查点.txt"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75]

    @Option(help: help("A file to write it to.", "写入的文件。", valueName: "file"))
    var to: PathArgument?
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let service = ReadCheckpoint(desk.context)
        let (checkpoint, note) = try to.map { try service.save(to: $0.path) } ?? service.run()
        if desk.isJSON {
            var document = JSONShapes.checkpoint(checkpoint)
            document["origin"] = .string(checkpoint.origin)
            document["note"] = .string(String(decoding: note.bytes, as: UTF8.self))
            return try desk.document(document)
        }
        guard let to else { return try Terminal.output.write(foreign: note.bytes) }
        try desk.mention("Wrote “\(to.path.string.shown)”.", "已写入“\(to.path.string.shown)”。")
    }
}

struct ReindexCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "reindex", abstract: Speech.say("Make the look-up tables anew from the log.", "从日志重建索引。"))
    }
    static let example = "evidence reindex"
    static let exitStatuses: [Int32] = [1, 66, 74, 75, 130]

    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let size = try RebuildIndex(desk.context).run()
        var document = JSONObject()
        document["entries"] = .integer(Int64(size))
        try desk.document(document)
        try desk.mention("Indexed \(Formats.count(Int(size))) entries.", "已为 \(Formats.count(Int(size))) 条建立索引。")
    }
}

struct TrustCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "trust",
            abstract: Speech.say(
                "Pin what you got by another way: a key, a checkpoint, a receipt, a timestamp authority's root certificate.",
                "信任从其他途径取得的档案或见证人公钥、检查点、回执、时间戳机构根证书。"))
    }
    static let example = "evidence trust 检查点.txt"
    static let exitStatuses: [Int32] = [65, 66, 74, 77]

    @Argument(
        help: help(
            "A verifier key, or a file with a key, a signed checkpoint, a receipt or a certificate (PEM or DER).",
            "验证公钥，或含有公钥、签名检查点、回执、证书（PEM 或 DER）的文件。",
            valueName: "key|file"))
    var what: String?
    @Flag(help: help("List what is trusted.", "列出已信任的内容。"))
    var list = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if (what == nil) != list {
            throw ValidationError(Speech.say("Name a key or a file, or use --list.", "请指明公钥或文件，或使用 --list。"))
        }
    }

    func run(at desk: Desk) throws {
        let service = TrustArchive(desk.context)
        if let what {
            let pinned = try service.pin(what, path: RawArguments.path(what))
            var document = JSONObject()
            for member in pinned.flatMap({ TrustCommand.object($0.pin).members }) {
                document[member.name] = member.value
            }
            document["new"] = .bool(pinned.contains { $0.isNew })
            try desk.document(document)
            for (pin, isNew) in pinned {
                try desk.mention(
                    isNew ? "You now trust: \(pin.line.shown)" : "You trusted this already: \(pin.line.shown)",
                    isNew ? "已信任：\(pin.line.shown)" : "此前已信任：\(pin.line.shown)")
            }
            return
        }
        let pins = try service.pins()
        var document = JSONObject()
        document["trusted"] = .array(pins.map { .object(TrustCommand.object($0)) })
        try desk.document(document)
        if pins.isEmpty { return try desk.mention("Nothing is trusted yet.", "尚未信任任何档案。") }
        try desk.say(pins.map(\.line.shown))
    }

    private static func object(_ pin: Pin) -> JSONObject {
        var object = JSONObject()
        switch pin {
        case .key(let key): object = JSONShapes.key(key)
        case .checkpoint(let origin, let size, let root):
            object["origin"] = .string(origin)
            object["size"] = .integer(Int64(clamping: size))
            object["root"] = .string(Base64.encode(root.bytes))
        case .witness(let key): object["witness"] = .string(key.description)
        case .authority(let certificate): object["authority"] = .string(Base64.encode(certificate))
        }
        return object
    }
}
