internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices

struct CaseStepCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "step",
            abstract: Speech.say("Record what happened to a case.", "记录案件的办理步骤。"),
            discussion: Speech.say(
                "Any step may be recorded at any time: the archive says what happened, and leaves it to readers to see what is missing.",
                "任何步骤随时都可记录：档案只记载发生了什么，缺少什么由阅读者自行判断。"))
    }
    static let example =
        "evidence case step HN-2026-001 recheck --result failed --evidence 12 --occurred-at 2026-04-02 --summary 报警仍失效"

    @Argument(help: help("The case's name.", "案件名称。"), completion: .caseNames)
    var id: String
    @Argument(
        help: help(
            "feedback, rectify, recheck, close, reopen, transfer or talk.",
            "步骤：feedback 反馈、rectify 整改、recheck 复查、close 销号、reopen 重新开启、transfer 移交、talk 约谈；也可写中文。",
            valueName: "step"),
        completion: .caseSteps)
    var step: String
    @OptionGroup var said: StepOptions
    @Option(
        help: help(
            "What came of a re-check: passed or failed.", "复查结果：passed 通过、failed 未通过。"),
        completion: .results)
    var result: String?
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        var request = try said.request(id, step, desk)
        request.result = result
        try DossierReport(kind: .caseOpened, desk: desk).took(try TakeStep(desk.context).run(request), in: id)
    }
}

struct InspectionStepCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "step",
            abstract: Speech.say("Record what happened in an inspection.", "记录巡查的工作步骤。"),
            discussion: Speech.say(
                "Any step may be recorded at any time: the archive says what happened, and leaves it to readers to see what is missing.",
                "任何步骤随时都可记录：档案只记载发生了什么，缺少什么由阅读者自行判断。"))
    }
    static let example =
        "evidence inspection step HN-2026-XC03 feedback --evidence 40 --occurred-at 2026-04-10 --to 示例县人民政府"

    @Argument(help: help("The inspection's name.", "巡查名称。"), completion: .caseNames)
    var id: String
    @Argument(
        help: help(
            "notice, arrival, departure, report, feedback, clues, rectification or results.",
            "步骤：notice 告知、arrival 进驻、departure 离场、report 报告、feedback 反馈、clues 线索移交、rectification 整改报告、results 结果报送；也可写中文。",
            valueName: "step"),
        completion: .inspectionSteps)
    var step: String
    @OptionGroup var said: StepOptions
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let result = try TakeStep(desk.context, .inspectionOpened).run(try said.request(id, step, desk))
        try DossierReport(kind: .inspectionOpened, desk: desk).took(result, in: id)
    }
}
