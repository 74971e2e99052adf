internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages

struct LoopCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "loop",
            abstract: Speech.say(
                "Show where every problem stands: open, due, overdue, lacking evidence.",
                "查看问题闭环情况：未销号、到期、逾期、缺证据。"),
            discussion: Speech.say(
                "Everything is derived from entries, as the archive had them at the end of the day. Files that end in .csv, .html, .ics and .json get the same as a table, a page, a calendar of deadlines and a document.",
                "全部由条目推算，以档案在该日日终时的内容为准。--to 的文件以 .csv、.html、.ics、.json 结尾时，分别写成表格、网页、期限日历和 JSON 文档。"))
    }
    static let example = "evidence loop --at 2026-06-30 --within 14 --to 闭环.html --to 期限.ics"
    static let exitStatuses: [Int32] = [1, 2, 65, 66, 74, 75]
    static let takesSeveralArchives = true

    @Option(help: help("The end of this day; else now.", "截至该日日终；默认为此刻。", valueName: "day"))
    var at: String?
    @Option(help: help("How many days ahead a deadline is near.", "期限在多少天以内算即将到期。", valueName: "days"))
    var within = 7
    @Option(
        help: help("Only cases of this inspection.", "只列出该巡查的案件。", valueName: "id"),
        completion: .caseNames)
    var inspection: String?
    @Option(help: help("Only cases of this city or county.", "只列出该市县的案件。", valueName: "name"))
    var county: String?
    @Option(
        help: help("Count by county, unit or inspector.", "按市县（county）、责任单位（unit）或录入人（inspector）汇总。"),
        completion: .list(BoardGrouping.allCases.map(\.rawValue)))
    var by: BoardGrouping?
    @Flag(help: help("Also cases that are closed and lack nothing.", "也列出已销号且无缺项的案件。"))
    var all = false
    @OptionGroup var files: FileOptions
    @OptionGroup var calendar: CalendarOptions
    @Flag(
        help: help(
            "End with status 2 if something is overdue, due within the days, or lacking.", "有逾期、即将到期、缺项或违规时，以状态 2 退出。"))
    var exitCode = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if within < 0 {
            throw ValidationError(Speech.say("--within takes a number of days from 0.", "--within 应为不小于 0 的天数。"))
        }
        try files.require(LoopReport.forms)
    }

    func run(at desk: Desk) throws {
        var request = LoopBoard.Request()
        request.at = try at.map { try ClaimedTimeInput.day($0) }
        request.within = within
        request.calendar = try calendar.calendar()
        let several = try desk.severalArchives()
        let board = try LoopBoard(desk.context).run(request, several)
        let shown = try board.filtered(
            inspection: inspection, county: county, lacking: board.damage ?? several?.unread.first?.error)
        let report = LoopReport(shown, several, within: within, desk)
        try files.write(report.bytes)
        try desk.conclude(exitCode && report.board.needsAttention ? 2 : 0) {
            if desk.isJSON {
                try desk.document(report.document)
            } else if files.isEmpty {
                try report.show(all: all, by: by)
            } else {
                try files.mention(at: desk)
            }
            try desk.complete(several, board.damage)
        }
    }
}

extension BoardGrouping: ExpressibleByArgument {}
