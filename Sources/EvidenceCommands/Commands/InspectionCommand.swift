internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices

struct InspectionCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "inspection",
            abstract: Speech.say(
                "Open inspections, record their steps, link records to them, show them.", "登记巡查、记录步骤、关联记录、查看巡查。"),
            subcommands: [
                InspectionOpenCommand.self, InspectionStepCommand.self, InspectionLinkCommand.self,
                InspectionListCommand.self,
                InspectionShowCommand.self,
            ])
    }
}

struct InspectionOpenCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "open", abstract: Speech.say("Open an inspection.", "登记一次巡查。"),
            discussion: Speech.say(
                "Cases opened with --inspection belong to it, and so does what is added to them.",
                "用 --inspection 立的案件属于该巡查，此后归入案件的记录也属于该巡查。"))
    }
    static let example = "evidence inspection open HN-2026-XC03 --title 示例县安全生产巡查 --unit 示例县人民政府"

    @Argument(
        help: help("The inspection's name, unlike any other's in this archive.", "巡查名称（编号），在此档案中唯一。"))
    var id: String
    @Option(help: help("A title.", "标题。"))
    var title: String?
    @Option(help: help("What it is about.", "说明。"))
    var description: String?
    @Option(help: help("The unit that is inspected.", "被巡查单位。"))
    var unit: String?
    @Option(help: help("The county.", "所在市县。"))
    var county: String?
    @OptionGroup var said: TeamOptions
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        var opening = ManageCases.Opening(
            name: id, title: title, description: description, unit: unit, content: nil, inspection: nil)
        opening.details.county = county
        try said.describe(&opening.details)
        let (id, commit) = try ManageCases(desk.context, .inspectionOpened).open(opening)
        try DossierReport(kind: .inspectionOpened, desk: desk).opened(id, commit)
    }
}

struct InspectionLinkCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "link", abstract: Speech.say("Say that records belong to an inspection.", "将已有记录关联到巡查。"))
    }
    static let example = "evidence inspection link HN-2026-XC03 12 13"

    @Argument(help: help("The inspection's name.", "巡查名称。"))
    var id: String
    @Argument(help: help("The records' numbers.", "记录编号。", valueName: "seq"))
    var seqs: [UInt64]
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws { try DossierReport(kind: .inspectionOpened, desk: desk).link(id, seqs) }
}

struct InspectionListCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: Speech.say("List the inspections.", "列出巡查。"))
    }
    static let example = "evidence inspection list"
    static let exitStatuses: [Int32] = [1, 66, 74, 75]

    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws { try DossierReport(kind: .inspectionOpened, desk: desk).list() }
}

struct InspectionShowCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show",
            abstract: Speech.say("Show an inspection and what belongs to it.", "查看巡查及其内容。"))
    }
    static let example = "evidence inspection show HN-2026-XC03"
    static let exitStatuses: [Int32] = [1, 66, 74, 75]

    @Argument(help: help("The inspection's name.", "巡查名称。"))
    var id: String
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws { try DossierReport(kind: .inspectionOpened, desk: desk).show(id) }
}
