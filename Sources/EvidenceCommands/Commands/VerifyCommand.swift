internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import EvidenceWeb
internal import Pages
internal import TransparencyLog

struct VerifyCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "verify",
            abstract: Speech.say(
                "Check an archive, a bundle or a published log from its bytes up.", "从字节开始核验档案、案卷包或已公布的日志。"),
            discussion: Speech.say(
                "Every entry, body, checkpoint, signature, index row and stored file is read again and held against the log's rules, against what this machine remembers, and against the keys you trust. Nothing is called whole that was not checked.",
                "重新读取每一条条目、正文、检查点、签名、索引和所存文件，对照日志规则、本机的记忆以及您所信任的密钥逐一检查。未检查的内容绝不称为完好。"))
    }
    static let example = "evidence verify 巡查档案"
    static let exitStatuses: [Int32] = [1, 3, 65, 66, 69, 74, 75, 77, 130]

    @Argument(
        help: help(
            "An archive, a bundle (a folder or a ZIP), or a published log, which may be on the web (https://…); else the archive here.",
            "档案、案卷包（文件夹或 ZIP）或已公布的日志；后者可以是网址（https://…）。默认为当前档案。", valueName: "path"))
    var path: PlaceArgument?
    @Flag(
        help: help(
            "Check SHA-256 of an archive's stored files too, not only their fs-verity digests.",
            "除 fs-verity 摘要外，同时核对档案所存文件的 SHA-256。"))
    var full = false
    @Option(
        help: help(
            "Where files that were left where they lay are now, such as a disk's mount point. An archive's are else looked for where they were recorded, a bundle's nowhere.",
            "留在原处的文件现在所在的文件夹，如移动硬盘的挂载点。未指定时，档案的此类文件到登记的位置查找，案卷包的则不查找。",
            valueName: "dir"))
    var mediaRoot: PathArgument?
    @Option(
        help: help(
            "What was once given of this archive: an older checkpoint, a receipt, a proof, a bundle, a published log (a folder or https://…), or another copy of the archive. Says where today's archive does not extend it. May be given several times.",
            "此前由该档案出具的：较早的检查点、回执、证明、案卷包、已公布的日志（文件夹或 https://…），或档案的另一副本。若今天的档案没有延续它，会指出不同之处。可多次使用。",
            valueName: "file"))
    var against: [PlaceArgument] = []
    @Option(
        help: help(
            "A policy (C2SP tlog-policy): which witnesses count, and how many of them must have signed.",
            "见证策略文件（C2SP tlog-policy）：哪些见证人有效、须有多少人签署。", valueName: "file"))
    var policy: PathArgument?
    @Option(
        help: help(
            "A reader's private key: what is sealed to it is opened, and checked inside.",
            "读取人的私钥：开启密封给该密钥的内容并核验。", valueName: "key.pem"))
    var key: PathArgument?
    @Flag(
        help: help(
            "Check only what came since your last whole verification here, and say what was not read again. With --against: only the newest checkpoint, and that the log extends what is known of it.",
            "只核验您上次在此处全面核验之后新增的内容，并写明哪些没有重新读取。与 --against 同用时，只检查最新检查点以及日志是否延续已知内容。"))
    var quick = false
    @Option(
        help: help(
            "Read only some of the files, drawn at random: so many, or a percentage (5%). All else is checked whole; says how likely altered files were missed.",
            "只随机抽取部分文件读取：写个数，或百分比（5%）。其余内容照常全部核验，并给出漏检被改文件的概率。",
            valueName: "number"))
    var sample: String?
    @OptionGroup var options: GlobalOptions

    private func amount() throws -> FileSample.Amount? {
        guard let sample else { return nil }
        guard let amount = FileSample.Amount(sample) else {
            throw ValidationError(
                Speech.say(
                    "--sample takes a number of files from 1, or a percentage such as 5% or 0.5%.",
                    "--sample 应为不小于 1 的文件数，或百分比，如 5%、0.5%。"))
        }
        return amount
    }

    func validate() throws {
        if try amount() != nil, quick || key != nil {
            throw ValidationError(
                quick
                    ? Speech.say("--quick and --sample exclude each other.", "--quick 与 --sample 不能同时使用。")
                    : Speech.say("--sample opens nothing: leave --key out.", "--sample 不开启任何内容：请去掉 --key。"))
        }
        if quick, full {
            throw ValidationError(
                Speech.say("--quick and --full exclude each other.", "--quick 与 --full 不能同时使用。"))
        }
        if quick, key != nil {
            throw ValidationError(
                Speech.say("--quick opens nothing: leave --key out.", "--quick 不开启任何内容：请去掉 --key。"))
        }
        if quick, policy != nil {
            throw ValidationError(
                Speech.say(
                    "--quick does not look at witnesses: leave it out to hold the archive to a policy.",
                    "--quick 不检查见证签名：要按策略核验，请去掉 --quick。"))
        }
    }

    func run(at desk: Desk) throws {
        let client = WebClient(checkInterruption: desk.context.checkInterruption)
        let service = VerifyArchive(desk.context) { try client.file(at: $0, limit: $1) }
        var request = VerifyArchive.Request(
            place: path?.place, full: full, quick: quick, mediaRoot: mediaRoot?.path, against: against.map(\.place),
            policy: policy?.path)
        request.key = key?.path
        request.sample = try amount()
        let report = try service.run(request)
        try desk.conclude(report.exitStatus) {
            try desk.document(VerifyShapes.document(report))
            try desk.say(VerifyText(report, desk).lines)
            desk.endProgress(completed: true)
        }
    }
}

/// A verification's report as JSON; the same in both languages.
enum VerifyShapes {
    static func document(_ report: VerificationReport) -> JSONObject {
        var object = JSONObject()
        object["subject"] = .string(report.subject.rawValue)
        object["ok"] = .bool(report.isOK)
        object["complete"] = .bool(report.isComplete)
        object.set("origin", report.origin)
        object.set("dossier", report.dossier)
        if let continued = report.continued {
            var older = JSONObject()
            older["origin"] = .string(continued.origin)
            older["size"] = .integer(Int64(clamping: continued.size))
            older["root"] = .string(Base64.encode(continued.root.bytes))
            object["continues"] = .object(older)
        }
        object["size"] = .integer(Int64(report.size))
        object["root"] = .string(Base64.encode(report.root.bytes))
        var checked = JSONObject()
        checked["entries"] = .integer(Int64(report.checked.entries))
        checked["bodies"] = .integer(Int64(report.checked.bodies))
        checked["checkpoints"] = .integer(Int64(report.checked.checkpoints))
        if report.subject == .publishedTree { checked["tiles"] = .integer(Int64(report.checked.tiles)) }
        checked["files"] = .integer(Int64(report.checked.files))
        checked["referenced"] = .integer(Int64(report.checked.referenced))
        checked["bytes"] = .integer(Int64(report.checked.bytes))
        checked["digests"] = .string(report.fileDigests.rawValue)
        object["checked"] = .object(checked)
        if let earlier = report.earlier {
            var since = JSONObject()
            since["size"] = .integer(Int64(clamping: earlier.size))
            since["root"] = .string(Base64.encode(earlier.root.bytes))
            since["time"] = .string(earlier.time.description)
            since["digests"] = .string(earlier.digests.rawValue)
            since["sealedNotOpened"] = .integer(Int64(clamping: earlier.sealed))
            object["since"] = .object(since)
        }
        if let sample = report.sample { object["sample"] = .object(VerifyShapes.sample(sample)) }
        object.set("notHeld", report.notHeld.map { .string($0.rawValue) })
        object.set("notChecked", report.notChecked.map { .string($0) })
        var trust = JSONObject()
        trust.set("key", report.archiveKey?.description)
        trust["pinned"] = .bool(report.trust?.isAsGiven == false)
        trust["asGiven"] = .bool(report.trust?.isAsGiven == true)
        trust["outside"] = .array(report.outside.map { .object(OutsideText.object($0)) })
        object["trust"] = .object(trust)
        object["problems"] = .array(report.problems.map(ProblemList.json))
        object["unchecked"] = .array(report.unchecked.map(ProblemList.json))
        object["warnings"] = .array(report.warnings.map(ProblemList.json))
        if !report.omitted.isEmpty {
            var omitted = JSONObject()
            for (code, count) in report.omitted { omitted[code.rawValue] = .integer(Int64(count)) }
            object["omitted"] = .object(omitted)
        }
        return object
    }

    private static func sample(_ sample: FileSample) -> JSONObject {
        var object = JSONObject()
        object["files"] = .integer(Int64(clamping: sample.total))
        object["drawn"] = .array(sample.drawn.map { .integer(Int64(clamping: $0)) })
        // The format's JSON has no fractions.
        object["missing"] = .array(
            FileSample.altered.compactMap { count in
                sample.chanceOfMissing(count).map { chance in
                    var item = JSONObject()
                    item["altered"] = .integer(Int64(clamping: count))
                    item["chance"] = .string("\(chance)")
                    return .object(item)
                }
            })
        return object
    }
}

/// A verification's report for a person.
struct VerifyText {
    private let report: VerificationReport
    private let desk: Desk

    init(_ report: VerificationReport, _ desk: Desk) {
        self.report = report
        self.desk = desk
    }

    var lines: [String] {
        var lines: [String] = []
        if !desk.isQuiet {
            lines += fields.lines(in: desk.language, width: desk.width, styles: desk.styles) + [""]
        }
        let list = ProblemList(desk, omitted: report.omitted)
        lines += list.section(report.problems, Message(en: "Tampering or damage", zh: "篡改或损坏"), .red)
        lines += list.section(report.unchecked, Message(en: "Not checked", zh: "未能核验"), .yellow)
        if !desk.isQuiet { lines += list.section(report.warnings, Message(en: "Worth knowing", zh: "提示"), .dim) }
        return lines + verdict
    }

    private var fields: Fields {
        var fields = Fields()
        if let dossier = report.dossier { fields.add(Message(en: "Bundle of", zh: "案卷包"), dossier) }
        if report.subject == .publishedTree {
            fields.add(Message(en: "Published log of", zh: "已公布的日志"), report.origin ?? "—")
        } else {
            fields.add(Message(en: "Archive", zh: "档案"), report.origin ?? "—")
        }
        fields.add(Message(en: "Key", zh: "公钥"), [report.archiveKey?.description ?? "—", desk.text(trust)])
        fields.add(
            Message(en: "Log", zh: "日志"),
            desk.text(
                "\(count(report.size)) entries, root \(Base64.encode(report.root.bytes))",
                "\(count(report.size)) 条，根哈希 \(Base64.encode(report.root.bytes))"))
        if let continued = report.continued {
            fields.add(
                Message(en: "Continues", zh: "接续"),
                desk.text(
                    "\(continued.origin), \(count(continued.size)) entries (\(continued.reason))",
                    "\(continued.origin)，\(count(continued.size)) 条（\(continued.reason)）"))
        }
        fields.add(Message(en: "From outside", zh: "外部旁证"), report.outside.map { OutsideText.line($0, desk) })
        let checked = report.checked
        if report.subject == .publishedTree { return published(fields) }
        fields.add(
            Message(en: "Checked", zh: "已核验"),
            [
                desk.text(
                    [
                        counted(checked.entries, "entry", "entries"), counted(checked.bodies, "body", "bodies"),
                        counted(checked.checkpoints, "checkpoint", "checkpoints"),
                    ].joined(separator: ", "),
                    "条目 \(count(checked.entries))、正文 \(count(checked.bodies))、检查点 \(count(checked.checkpoints))"),
                desk.text(
                    "\(desk.text(Formats.counted(Int(checked.files), "file", zh: "个文件"))), \(Formats.bytes(Int64(checked.bytes))), by \(digests)",
                    "文件 \(count(checked.files)) 个，共 \(Formats.bytes(Int64(checked.bytes)))，依据 \(digests)"),
            ] + outside(checked.referenced))
        return fields
    }

    /// A number in English, with its noun.
    private func counted(_ number: UInt64, _ singular: String, _ plural: String) -> String {
        "\(count(number)) \(number == 1 ? singular : plural)"
    }

    private func published(_ fields: Fields) -> Fields {
        var fields = fields
        let checked = report.checked
        fields.add(
            Message(en: "Checked", zh: "已核验"),
            desk.text(
                [
                    counted(checked.entries, "entry", "entries"), counted(checked.tiles, "tile", "tiles"),
                    counted(checked.checkpoints, "checkpoint", "checkpoints"),
                ].joined(separator: ", "),
                "条目 \(count(checked.entries))、哈希分块 \(count(checked.tiles))、检查点 \(count(checked.checkpoints))"))
        fields.add(Message(en: "Not in it", zh: "不含"), report.notHeld.map { desk.text(VerifyText.name($0)) })
        return fields
    }

    private static func name(_ part: VerificationReport.Part) -> Message {
        switch part {
        case .bodies: Message(en: "what was recorded: not checked", zh: "记录的正文：未核验")
        case .files: Message(en: "the recorded files: not checked", zh: "所记录的文件：未核验")
        case .signers: Message(en: "who the signers are, and their signatures: not checked", zh: "签名人的身份及其签名：未核验")
        case .checkpoints: Message(en: "older checkpoints: not checked", zh: "较早的检查点：未核验")
        case .anchors: Message(en: "witnesses' signatures and timestamps: not checked", zh: "见证签名和时间戳：未核验")
        }
    }

    private func outside(_ referenced: UInt64) -> [String] {
        guard referenced > 0 else { return [] }
        return [
            desk.text(
                "\(count(referenced)) of them outside the archive", "其中 \(count(referenced)) 个存放在档案之外")
        ]
    }

    private var digests: String {
        report.fileDigests == .fsverity ? "fs-verity" : desk.text("SHA-256 and fs-verity", "SHA-256 与 fs-verity")
    }

    private var trust: Message {
        switch report.trust {
        case .ownKey: Message(en: "its private key is on this machine", zh: "本机持有其私钥")
        case .pinnedKey: Message(en: "the key you trust", zh: "您所信任的密钥")
        case .pinnedCheckpoint: Message(en: "follows from a checkpoint you trust", zh: "由您所信任的检查点得出")
        case .claim:
            Message(
                en: "follows from what you named with --against, if that came to you by another way",
                zh: "由您用 --against 指明的材料得出，前提是该材料另有来源")
        case .policy:
            Message(
                en: "named in the policy that you gave, if that came to you by another way",
                zh: "载于您所给的策略，前提是该策略另有来源")
        case nil: Message(en: "not known to this machine", zh: "本机未知")
        }
    }

    private func count(_ number: UInt64) -> String { Formats.count(Int(clamping: number)) }

    /// What of a bundle a good verdict does not speak of.
    private var unproven: [Message] {
        let word = report.exportersWord.joined(separator: ", ")
        let differing = report.notAsWritten.joined(separator: ", ")
        return [
            word.isEmpty
                ? nil
                : Message(
                    en: "Not checked, since they are the exporter's word: \(word).",
                    zh: "未核验：\(report.exportersWord.joined(separator: "、"))。这些文件只是导出人的说法。"),
            differing.isEmpty
                ? nil
                : Message(
                    en:
                        "Not checked, since this program would write something else there: \(differing). Another version wrote that, or somebody changed it.",
                    zh:
                        "未核验：\(report.notAsWritten.joined(separator: "、"))。其内容与本程序所写的不同：出自其他版本，或被人改动过。"),
        ].compactMap { $0 }
    }

    private var verdict: [String] {
        let (verdict, style): (Message, Style) =
            if !report.isOK {
                (
                    Message(
                        en: "This is not what was recorded: tampering or damage was found.", zh: "结论：与当初的记录不符，发现篡改或损坏。"),
                    .red
                )
            } else if !report.isComplete {
                (
                    Message(
                        en: "Nothing wrong was found, but not everything could be checked.", zh: "结论：未发现问题，但未能全部核验。"),
                    .yellow
                )
            } else if report.subject == .publishedTree {
                (
                    Message(
                        en:
                            "Whole, as far as it is published: the entries are those that the archive signed. What a published log does not hold was not checked.",
                        zh: "结论：已公布的部分完好，条目与档案所签署的一致。不在其中的内容未核验。"), .green
                )
            } else if report.dossier != nil {
                (
                    Message(
                        en:
                            "Whole: the records, files and log in this bundle were checked, and they are what was recorded.",
                        zh: "结论：完好。案卷包中的记录、文件和日志均已核验，与当初的记录一致。"), .green
                )
            } else if report.fileDigests == .fsverity, report.checked.files > 0 {
                (
                    Message(
                        en:
                            "Whole: everything was read, and it is what was recorded. Files were checked by their fs-verity digests; with --full their SHA-256 is checked too.",
                        zh: "结论：完好。已全部读取，与当初的记录一致。文件按 fs-verity 摘要核验；加 --full 可一并核验 SHA-256。"), .green
                )
            } else {
                (
                    Message(
                        en: "Whole: everything was checked, and it is what was recorded.", zh: "结论：完好。已全部核验，与当初的记录一致。"),
                    .green
                )
            }
        let lines = desk.wrapped(desk.text(verdict)).map { desk.styles($0, style) }
        return report.isOK ? lines + unproven.flatMap { desk.wrapped(desk.text($0)) } : lines
    }
}
