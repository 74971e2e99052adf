internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import EvidenceWeb
internal import Pages
internal import SystemPackage

struct ReportCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "report",
            abstract: Speech.say(
                "Write a case or an inspection as one page to look at and print.", "将案件或巡查写成一页，供阅览和打印。"),
            discussion: Speech.say(
                "The page has the story, a drawn timeline, small pictures, the evidence with its digests, what is missing, and the four checks of DA/T 70. The archive is verified for it; nothing is called passed that was not checked.",
                "含办理过程、时间线、缩略图、证据清单及摘要、缺项与违规，以及 DA/T 70 四性检测。生成时先核验档案；未实际检测的项目不写“通过”。"))
    }
    static let example = "evidence report --case HN-2026-001 --to 报告.html"
    static let exitStatuses: [Int32] = [1, 3, 65, 66, 74, 75, 77]

    @Option(
        name: .customLong("case"), help: help("The case.", "案件名称。", valueName: "id"), completion: .caseNames)
    var caseName: String?
    @Option(help: help("The inspection.", "巡查名称。", valueName: "id"), completion: .caseNames)
    var inspection: String?
    @Option(help: help("The page to write, which must not be there yet.", "要写的网页文件，须尚不存在。", valueName: "file.html"))
    var to: PathArgument
    @Option(
        help: help(
            "As the archive had it at the end of this past day; else now.", "截至过去某日日终档案所记的情况；默认为此刻。", valueName: "day"))
    var at: String?
    @Flag(help: help("Check SHA-256 of the files too.", "同时检查文件的 SHA-256。"))
    var full = false
    @Option(
        help: help(
            "The folder below which files that stayed where they lay are looked for.", "登记时留在原处的文件，到该文件夹下查找。",
            valueName: "dir"), completion: .directory)
    var mediaRoot: PathArgument?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if (caseName == nil) == (inspection == nil) {
            throw ValidationError(
                Speech.say("Name one: --case ID or --inspection ID.", "请指明其一：--case 案件，或 --inspection 巡查。"))
        }
    }

    func run(at desk: Desk) throws {
        let client = WebClient(checkInterruption: desk.context.checkInterruption)
        var request = MakeReport.Request(
            name: caseName ?? inspection ?? "", kind: caseName == nil ? .inspectionOpened : .caseOpened,
            target: to.path, agent: "evidence \(EvidenceCommandRoot.version)", full: full, mediaRoot: mediaRoot?.path)
        request.at = try at.map { try ClaimedTimeInput.day($0) }
        let result = try MakeReport(desk.context, fetch: { try client.file(at: $0, limit: $1) }).run(request)
        var document = JSONObject()
        document["at"] = .string("\(result.day)")
        document["path"] = .string(to.path.string)
        document["findings"] = .integer(Int64(result.findings))
        document["checks"] = .array(
            result.checks.map { check in
                var item = JSONObject()
                item["code"] = .string(check.code)
                item["property"] = .string(check.property.rawValue)
                item["name"] = .string(check.name.en)
                item["result"] = .string(check.result.rawValue)
                return .object(item)
            })
        document["verification"] = .object(VerifyShapes.document(result.verification))
        let status = result.verification.exitStatus
        try desk.conclude(status) {
            try desk.document(document)
            try desk.mention("Wrote “\(to.path.string.shown)”.", "已写入“\(to.path.string.shown)”。")
            if result.withoutStill > 0 {
                try desk.mention(
                    "No small picture could be made of \(desk.text(Formats.counted(result.withoutStill, "file", zh: ""))): is ffmpeg installed?",
                    "有 \(result.withoutStill) 个文件未能生成缩略图：请确认已安装 ffmpeg。")
            }
            if status == 0 { return }
            try desk.mention(
                status == 1
                    ? "The archive is not whole; the page says so. Run evidence verify."
                    : "Not everything in the archive could be checked; the page says what. Run evidence verify.",
                status == 1 ? "档案不完好，页面已注明。请执行 evidence verify。" : "档案未能全部核验，页面已注明。请执行 evidence verify。")
        }
    }
}
