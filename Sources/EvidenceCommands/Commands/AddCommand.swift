internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Inspection
internal import TransparencyLog

struct AddCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "add",
            abstract: Speech.say("Put files into the archive as evidence.", "将文件作为证据存入档案。"),
            discussion: Speech.say(
                "Several files named together are one record; a folder gives one record a file, as does --each. All of it is one commit: either everything is added, or nothing.",
                "一次列出的多个文件合为一条记录；文件夹中的每个文件各为一条，--each 亦然。全部内容在一次提交中写入：要么全部添加，要么全不添加。"))
    }
    static let example = "evidence add 访谈/录音.m4a --kind interview --title 与安全员谈话 --case HN-2026-001 --person 被谈话人:王五"
    static let exitStatuses: [Int32] = [65, 66, 74, 75, 77, 130]

    @Argument(help: help("Files and folders.", "文件和文件夹。", valueName: "path"))
    var paths: [PathArgument]
    @Option(
        help: help(
            "report, meeting, letter, call, document, interview, site-visit, talk, audio, video, photo or other; else guessed from the content.",
            "类别：report 汇报、meeting 会议、letter 来信、call 来电、document 文件、interview 个别谈话、site-visit 现场检查、talk 约谈、audio 录音、video 录像、photo 照片、other 其他；默认按内容判断。"
        ))
    var kind: String?
    @Option(help: help("A title; else the file's name.", "标题；默认取文件名。"))
    var title: String?
    @Option(help: help("What it is and shows.", "说明。"))
    var description: String?
    @Option(
        name: .customLong("case"), help: help("The case it belongs to; may be repeated.", "所属案件；可重复。", valueName: "id"))
    var cases: [String] = []
    @Option(help: help("The inspection it belongs to.", "所属巡查。", valueName: "id"))
    var inspection: String?
    @Option(
        help: help(
            "When it happened: 2026-03-12, 2026-03-12T14:30, or two with a / between them.",
            "发生时间：2026-03-12、2026-03-12T14:30，或以 / 分隔的起止时间。", valueName: "time"))
    var occurredAt: String?
    @Option(help: help("Where it happened.", "地点。"))
    var place: String?
    @Option(
        name: .customLong("person"),
        help: help(
            "Who had a part in it, as ROLE:NAME or NAME; may be repeated.", "相关人员，写作 角色:姓名 或 姓名；可重复。",
            valueName: "role:name"))
    var people: [String] = []
    @Option(help: help("The working method, M1 to M7.", "工作方式，M1 至 M7。"))
    var method: String?
    @Option(help: help("The content item, C1 to C10.", "巡查内容，C1 至 C10。"))
    var content: String?
    @Option(help: help("A classification such as 内部.", "密级或范围，如“内部”。"))
    var classification: String?
    @Option(help: help("The device it was taken with.", "采集设备。"))
    var device: String?
    @Option(help: help("The device's serial number.", "设备序列号。"))
    var serial: String?
    @Option(
        name: .customLong("tag"), help: help("A word to find it by; may be repeated.", "便于查找的标签；可重复。"))
    var tags: [String] = []
    @Flag(help: help("Make each file a record of its own.", "每个文件各为一条记录。"))
    var each = false
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        var request = AddEvidence.Request(paths: paths.map(\.path))
        request.description = try described(desk)
        request.each = each
        let result = try AddEvidence(desk.context).run(request)
        try show(result, desk)
    }

    private func described(_ desk: Desk) throws -> RecordDescription {
        var said = RecordDescription()
        said.kind = kind
        said.title = title
        said.description = description
        said.cases = cases
        said.inspection = inspection
        if let occurredAt {
            (said.occurredFrom, said.occurredTo) = try ClaimedTimeInput.interval(occurredAt, zone: desk.zone)
        }
        said.place = place
        said.people = try people.map(AddCommand.person)
        said.method = method
        said.content = content
        said.classification = classification
        said.device = device
        said.serial = serial
        said.tags = tags
        return said
    }

    /// `ROLE:NAME`, with a full-width colon as well, or a name alone.
    private static func person(_ text: String) throws -> EvidenceAdded.Person {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == ":" || $0 == "：" }.map(
            String.init)
        guard let name = parts.last, !name.isEmpty, parts.first != "" else {
            throw EvidenceError(
                .usage, en: "--person wants ROLE:NAME or NAME, not “\(text.shown)”.",
                zh: "--person 应写作 角色:姓名 或 姓名，而不是“\(text.shown)”。")
        }
        return EvidenceAdded.Person(name: name, role: parts.count == 2 ? parts[0] : nil)
    }

    private func show(_ result: AddEvidence.Result, _ desk: Desk) throws {
        let records = ReadRecords(desk.context)
        let seqs = result.commit.first..<result.commit.checkpoint.size
        var held = result.alreadyHeld.makeIterator()
        if desk.isJSON {
            var entries: [JSONValue] = []
            try records.forEach(in: seqs) { summary in
                var object = JSONObject()
                object["seq"] = .integer(Int64(summary.record.entry.seq))
                object["leafHash"] = .string(summary.record.leafHash.hex)
                object["files"] = .array(
                    (summary.added?.files ?? []).map { file in
                        var member = JSONObject()
                        member["name"] = .string(file.name)
                        member["sha256"] = .string(file.sha256.hex)
                        member["size"] = .integer(Int64(file.size))
                        member["held"] = .string(file.held.rawValue)
                        member["alreadyHeld"] = .bool(held.next() ?? false)
                        return .object(member)
                    })
                entries.append(.object(object))
            }
            var document = JSONObject()
            document["entries"] = .array(entries)
            document["checkpoint"] = .object(JSONShapes.checkpoint(result.commit.checkpoint))
            return try desk.document(document)
        }
        if desk.isQuiet { return }
        try showText(result, records, seqs, desk)
    }

    private static let mostLines: UInt64 = 20

    private func showText(
        _ result: AddEvidence.Result, _ records: ReadRecords, _ seqs: Range<UInt64>, _ desk: Desk
    ) throws {
        var table = Table([
            Table.Column(Message(en: "No.", zh: "编号"), .right), Table.Column(Message(en: "Kind", zh: "类别")),
            Table.Column(Message(en: "Title", zh: "标题"), shrink: .last(to: 12)),
            Table.Column(Message(en: "Size", zh: "大小"), .right),
        ])
        let shown = seqs.lowerBound..<min(seqs.upperBound, seqs.lowerBound + AddCommand.mostLines)
        try records.forEach(in: shown) { summary in
            guard let added = summary.added else { return }
            let size = added.files.reduce(Int64(0)) { $0 + Int64($1.size) }
            table.add([
                "\(summary.record.entry.seq)", Table.Cell(Words.kind(added.kind, desk.language)),
                Table.Cell(added.title),
                Table.Cell(Formats.bytes(size)),
            ])
        }
        var lines = table.lines(in: desk.language, width: desk.width, styles: desk.styles)
        let count = seqs.count
        if count > shown.count {
            lines.append(desk.text("… and \(count - shown.count) more", "……另有 \(count - shown.count) 条"))
        }
        let files = result.alreadyHeld.count
        let already = result.alreadyHeld.filter { $0 }.count
        lines += [""]
        lines += desk.wrapped(
            desk.text(
                "Added \(desk.text(Formats.counted(count, "record", zh: "条记录"))) with \(desk.text(Formats.counted(files, "file", zh: "个文件"))); the archive now has \(Formats.count(Int(seqs.upperBound))) entries.",
                "已添加 \(desk.text(Formats.counted(count, "record", zh: "条记录")))、\(desk.text(Formats.counted(files, "file", zh: "个文件")))；档案现有 \(Formats.count(Int(seqs.upperBound))) 条。"
            ))
        if already > 0 {
            lines += desk.wrapped(
                desk.text(
                    "The content of \(desk.text(Formats.counted(already, "file", zh: "个文件"))) was held already and is kept once.",
                    "其中 \(desk.text(Formats.counted(already, "file", zh: "个文件")))的内容此前已存，只保留一份。"))
        }
        try desk.say(lines)
    }
}
