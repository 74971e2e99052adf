internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices

struct AmendCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "amend",
            abstract: Speech.say("Correct what is said of a record, a case or a step.", "更正一条记录、案件或步骤的说明。"),
            discussion: Speech.say(
                "The first wording stays in the log; list and show give the record as it stands, and show what it said before, who changed it and why. A list such as the people or the tags is replaced whole. Files are never amended: add the right one, and withdraw the wrong one only by order.",
                "最初的内容仍留在日志中；list 和 show 显示现行内容，show 另列原内容、更正人和理由。人员、标签等列表整体替换。文件不能更正：请添加正确的文件，错误的文件只能依令撤销。"
            ))
    }
    static let example = "evidence amend 12 --reason 地点写错 --place 2号冷库"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75, 77]

    @Argument(
        help: help(
            "The entry's number: a record, the opening of a case or an inspection, or a step.",
            "条目编号：一条记录、立案或巡查登记条目，或一个步骤。", valueName: "seq"))
    var seq: UInt64
    @Option(help: help("Why.", "理由。"))
    var reason: String
    @OptionGroup var said: DescriptionOptions
    @Option(help: help("The responsible unit of a case.", "案件的责任单位。"))
    var unit: String?
    @OptionGroup var problem: ProblemOptions
    @OptionGroup var team: TeamOptions
    @Option(help: help("What was done or said in a step.", "步骤的情况。"))
    var summary: String?
    @Option(
        help: help("Who received something in a step, or whom the talk was with.", "步骤的接收单位或约谈对象。", valueName: "unit"))
    var to: String?
    @Option(
        help: help("What came of a re-check: passed or failed.", "复查结果：passed 通过、failed 未通过。"), completion: .results)
    var result: String?
    @Option(
        help: help(
            "Take this away: description, occurred-at, place, person, method, content, classification, device, serial, tag; unit, county, severity, responsible, measures, funds, plan, due, team, drawn, planned, unit-kind; summary, to, result; may be repeated.",
            "去掉该项：description 说明、occurred-at 发生时间、place 地点、person 人员、method 工作方式、content 巡查内容、classification 密级、device 设备、serial 序列号、tag 标签、unit 责任单位、county 市县、severity 隐患等级、responsible 责任人、measures 整改措施、funds 整改资金、plan 应急预案、due 期限、team 巡查组成员、drawn 抽取方式、planned 计划时间、unit-kind 单位类别、summary 情况、to 接收单位、result 复查结果；可重复。",
            valueName: "what"))
    var unset: [String] = []
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        var change = AmendRecord.Change(reason: reason, said: try said.described(desk), unit: unit, unset: unset)
        try problem.describe(&change.details)
        try team.describe(&change.details)
        change.summary = summary
        change.to = to
        change.result = self.result
        let result = try AmendRecord(desk.context).run(seq, change)
        try desk.document(JSONShapes.correction(result, of: seq))
        try desk.mention(
            "Entry \(seq) is amended (entry \(result.entry.seq)). evidence show \(seq) shows both wordings.",
            "第 \(seq) 条已更正（第 \(result.entry.seq) 条）。evidence show \(seq) 可查看更正前后的内容。")
    }
}
