internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import Inspection

struct CoverageCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "coverage",
            abstract: Speech.say(
                "Show when each city and county was inspected last, and plan the next years.",
                "查看各市县最近巡查情况，并编排今后各年巡查计划。"),
            discussion: Speech.say(
                "Every city and county has to be inspected within three years. Inspections of a county count from the day on which the team left, or arrived where it is there yet; those of townships, departments and enterprises don't count. Files that end in .csv, .html and .json get the same as a table, a page and a document.",
                "三年内应实现市县全覆盖。对市县的巡查自离场之日起算，尚未离场的自进驻之日起算；对乡镇、部门、企业的延伸巡查不计入。--to 的文件以 .csv、.html、.json 结尾时，分别写成表格、网页和 JSON 文档。"
            ))
    }
    static let example = "evidence coverage --years 3 --to 覆盖.html"
    static let exitStatuses: [Int32] = [1, 2, 65, 66, 74, 75, 77]
    static let takesSeveralArchives = true

    @Option(help: help("The end of this day; else now.", "截至该日日终；默认为此刻。", valueName: "day"))
    var at: String?
    @OptionGroup var places: RegionOptions
    @Option(help: help("How many years to plan for.", "编排今后几年的计划。", valueName: "number"))
    var years = Coverage.cycle
    @OptionGroup var files: FileOptions
    @Flag(
        help: help(
            "End with status 2 if a city or county is overdue or was never inspected.", "有市县逾期或从未巡查时，以状态 2 退出。"))
    var exitCode = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if !(1...30).contains(years) {
            throw ValidationError(Speech.say("--years takes a number from 1 to 30.", "--years 应为 1 至 30 的整数。"))
        }
        try files.require(CoverageReport.forms)
    }

    func run(at desk: Desk) throws {
        var request = LoopBoard.Request()
        request.at = try at.map { try ClaimedTimeInput.day($0) }
        let province = try places.province()
        let several = try desk.severalArchives()
        let view = try CoverageView(desk.context).run(request, of: province, years: years, several)
        let report = CoverageReport(view, several, desk)
        try files.write(report.bytes)
        try desk.conclude(exitCode && view.outlook.needsAttention ? 2 : 0) {
            if desk.isJSON {
                try desk.document(report.document)
            } else if files.isEmpty {
                try report.show()
            } else {
                try files.mention(at: desk)
            }
            try desk.complete(several, view.damage)
        }
    }
}
