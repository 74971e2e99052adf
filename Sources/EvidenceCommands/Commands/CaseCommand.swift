internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import TransparencyLog

struct CaseCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "case",
            abstract: Speech.say(
                "Open cases, record their steps, link records to them, show them.", "立案、记录步骤、关联记录、查看案件。"),
            subcommands: [
                CaseOpenCommand.self, CaseStepCommand.self, CaseLinkCommand.self, CaseListCommand.self,
                CaseShowCommand.self,
            ])
    }
}

struct CaseOpenCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "open", abstract: Speech.say("Open a case.", "立案。"))
    }
    static let example = "evidence case open HN-2026-001 --title 冷库氨气报警失效 --unit 样例食品有限公司 --content C4"

    @Argument(
        help: help(
            "The case's name, unlike any other's in this archive; else that of the bundle it joins.",
            "案件名称（编号），在此档案中唯一；与案卷包并案时默认沿用其名称。"))
    var id: String?
    @Option(help: help("A title.", "标题。"))
    var title: String?
    @Option(help: help("What the problem is.", "问题说明。"))
    var description: String?
    @Option(help: help("The responsible unit.", "责任单位。"))
    var unit: String?
    @Option(help: help("The content item, C1 to C10.", "巡查内容，C1 至 C10。"), completion: .contents)
    var content: String?
    @Option(
        help: help(
            "When it was found: 2026-03-12, 2026-03-12T14:30, or two with a / between them.",
            "发现时间：2026-03-12、2026-03-12T14:30，或以 / 分隔的起止时间。", valueName: "time"))
    var found: String?
    @OptionGroup var said: ProblemOptions
    @Option(help: help("The inspection in which it was found.", "所属巡查。", valueName: "id"))
    var inspection: String?
    @Option(
        help: help(
            "A bundle of the same case from another archive, such as a colleague's laptop: it is verified, and the two can be followed together. evidence add keeps the bundle itself.",
            "同一案件在另一档案（如同事的电脑）中导出的案卷包：核验后并案，两边可一并查阅。案卷包本身可用 evidence add 存入。", valueName: "bundle"))
    var joins: PathArgument?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if id == nil, joins == nil {
            throw ValidationError(
                Speech.say("Name the case, or a bundle that it --joins.", "请给出案件名称，或用 --joins 指明案卷包。"))
        }
    }

    func run(at desk: Desk) throws {
        var opening = ManageCases.Opening(
            name: id, title: title, description: description, unit: unit, content: content, inspection: inspection)
        opening.joins = joins?.path
        if let found {
            let times = try ClaimedTimeInput.interval(found, zone: desk.zone)
            opening.details.occurred = Occurrence(from: times.from, to: times.to)
        }
        try said.describe(&opening.details)
        let (id, commit) = try ManageCases(desk.context).open(opening)
        try DossierReport(kind: .caseOpened, desk: desk).opened(id, commit)
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

    func run(at desk: Desk) throws { try DossierReport(kind: .caseOpened, desk: desk).link(id, seqs) }
}

struct CaseListCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: Speech.say("List the cases.", "列出案件。"))
    }
    static let example = "evidence case list"
    static let exitStatuses: [Int32] = [1, 66, 74, 75]

    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws { try DossierReport(kind: .caseOpened, desk: desk).list() }
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

    func run(at desk: Desk) throws { try DossierReport(kind: .caseOpened, desk: desk).show(id) }
}
