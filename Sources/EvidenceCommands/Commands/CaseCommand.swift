internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import TransparencyLog

struct CaseCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "case", abstract: Speech.say("Open cases, link records to them, show them.", "立案、关联记录、查看案件。"),
            subcommands: [CaseOpenCommand.self, CaseLinkCommand.self, CaseListCommand.self, CaseShowCommand.self])
    }
}

struct CaseOpenCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "open", abstract: Speech.say("Open a case.", "立案。"))
    }
    static let example = "evidence case open HN-2026-001 --title 冷库氨气报警失效 --unit 样例食品有限公司 --content C4"

    @Argument(
        help: help("The case's name, unlike any other's in this archive.", "案件名称（编号），在此档案中唯一。"))
    var id: String
    @Option(help: help("A title.", "标题。"))
    var title: String?
    @Option(help: help("What the problem is.", "问题说明。"))
    var description: String?
    @Option(help: help("The responsible unit.", "责任单位。"))
    var unit: String?
    @Option(help: help("The content item, C1 to C10.", "巡查内容，C1 至 C10。"), completion: .contents)
    var content: String?
    @Option(help: help("The inspection in which it was found.", "所属巡查。", valueName: "id"))
    var inspection: String?
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let commit = try ManageCases(desk.context).open(
            ManageCases.Opening(
                name: id, title: title, description: description, unit: unit, content: content, inspection: inspection))
        var document = JSONObject()
        document["id"] = .string(id)
        document["seq"] = .integer(Int64(commit.first))
        document["checkpoint"] = .object(JSONShapes.checkpoint(commit.checkpoint))
        try desk.document(document)
        try desk.mention("Opened case \(id.shown) (entry \(commit.first)).", "已立案 \(id.shown)（第 \(commit.first) 条）。")
    }
}

struct CaseLinkCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "link", abstract: Speech.say("Say that records belong to a case.", "将已有记录关联到案件。"))
    }
    static let example = "evidence case link HN-2026-001 12 13"

    @Argument(help: help("The case's name.", "案件名称。"), completion: .caseNames)
    var id: String
    @Argument(help: help("The records' numbers.", "记录编号。", valueName: "seq"))
    var seqs: [UInt64]
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let commit = try ManageCases(desk.context).link(id, seqs)
        var document = JSONObject()
        document["id"] = .string(id)
        document["seq"] = .integer(Int64(commit.first))
        document["linked"] = .array(Set(seqs).sorted().map { .integer(Int64($0)) })
        document["checkpoint"] = .object(JSONShapes.checkpoint(commit.checkpoint))
        try desk.document(document)
        let count = Set(seqs).count
        try desk.mention(
            "Linked \(desk.text(Formats.counted(count, "entry", "entries", zh: "条"))) to case \(id.shown).",
            "已将 \(count) 条关联到案件 \(id.shown)。")
    }
}

struct CaseListCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: Speech.say("List the cases.", "列出案件。"))
    }
    static let example = "evidence case list"
    static let exitStatuses: [Int32] = [1, 66, 74, 75]

    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let cases = try ManageCases(desk.context).list()
        var document = JSONObject()
        document["cases"] = .array(cases.map { .object(CaseShapes.object($0)) })
        try desk.document(document)
        if cases.isEmpty { return try desk.mention("No cases.", "没有案件。") }
        var table = Table([
            Table.Column(Message(en: "Case", zh: "案件")),
            Table.Column(Message(en: "Title", zh: "标题"), shrink: .last(to: 12)),
            Table.Column(Message(en: "Unit", zh: "责任单位"), shrink: .first(to: 8)),
            .moment(Message(en: "Opened", zh: "立案时间")),
            Table.Column(Message(en: "By", zh: "立案人"), shrink: .first(to: 6)),
            Table.Column(Message(en: "Entries", zh: "条目"), .right),
        ])
        for item in cases {
            table.add([
                Table.Cell(item.dossier.opened.name), Table.Cell(item.dossier.opened.title ?? ""),
                Table.Cell(item.dossier.opened.unit ?? ""), Table.Cell(desk.dated(item.opened)),
                Table.Cell(item.openedBy),
                "\(item.entries.count + item.linked.count)",
            ])
        }
        try desk.say(table.lines(in: desk.language, width: desk.width, styles: desk.styles))
    }
}

struct CaseShowCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show", abstract: Speech.say("Show a case and what belongs to it.", "查看案件及其内容。"))
    }
    static let example = "evidence case show HN-2026-001"
    static let exitStatuses: [Int32] = [1, 66, 74, 75]

    @Argument(help: help("The case's name.", "案件名称。"), completion: .caseNames)
    var id: String
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let (overview, reading) = try ManageCases(desk.context).show(id)
        let records = ReadRecords(desk.context)
        let summaries = try (overview.entries + overview.linked).sorted().map { try records.summary($0, reading) }
        if desk.isJSON {
            var document = CaseShapes.object(overview)
            document["records"] = .array(summaries.map { .object(JSONShapes.record($0)) })
            return try desk.document(document)
        }
        let opened = overview.dossier.opened
        var fields = Fields()
        fields.add(Message(en: "Case", zh: "案件"), opened.name)
        if let title = opened.title { fields.add(Message(en: "Title", zh: "标题"), title) }
        if let description = opened.description { fields.add(Message(en: "Description", zh: "说明"), description) }
        if let unit = opened.unit { fields.add(Message(en: "Unit", zh: "责任单位"), unit) }
        if let content = opened.content {
            fields.add(Message(en: "Content", zh: "巡查内容"), Words.content(content, desk.language))
        }
        fields.add(Message(en: "Opened", zh: "立案"), desk.listed(desk.dated(overview.opened), overview.openedBy))
        var table = Table([
            Table.Column(Message(en: "No.", zh: "编号"), .right), .moment(Message(en: "Entered", zh: "录入时间")),
            Table.Column(Message(en: "What", zh: "事项")),
            Table.Column(Message(en: "About", zh: "内容"), shrink: .last(to: 12)),
            Table.Column(Message(en: "By", zh: "录入人"), shrink: .first(to: 6)),
        ])
        let linked = Set(overview.linked)
        for summary in summaries {
            let entry = summary.record.entry
            let isLinked = linked.contains(entry.seq)
            table.add([
                "\(entry.seq)", Table.Cell(desk.dated(entry.time)),
                Table.Cell(desk.text(Words.event(entry.typeName)) + (isLinked ? desk.text(" (linked)", "（关联）") : "")),
                Table.Cell(Words.subject(summary.history.object, desk.language)), Table.Cell(summary.person),
            ])
        }
        try desk.say(
            fields.lines(in: desk.language, width: desk.width, styles: desk.styles) + [""]
                + table.lines(in: desk.language, width: desk.width, styles: desk.styles))
    }
}

/// A case as JSON.
enum CaseShapes {
    static func object(_ overview: ManageCases.Overview) -> JSONObject {
        let opened = overview.dossier.opened
        var object = JSONObject()
        object["id"] = .string(opened.name)
        object["dossierId"] = .string(opened.id.description)
        object.set("title", opened.title)
        object.set("description", opened.description)
        object.set("unit", opened.unit)
        object.set("content", opened.content)
        object["opened"] = .string(overview.opened.description)
        object["openedBy"] = .string(overview.openedBy)
        object["entries"] = .array(overview.entries.map { .integer(Int64($0)) })
        object["linked"] = .array(overview.linked.map { .integer(Int64($0)) })
        return object
    }
}
