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
                "Several files named together are one record; a folder gives one record a file, as does --each. All of it is one commit: either everything is added, or nothing. A file of a folder or of --each that is on record already, by name and content, is not added again; where it has yet to join a case that is named, it is linked to it. What systems leave in folders, such as .DS_Store and Thumbs.db, is left out.",
                "一次列出的多个文件合为一条记录；文件夹中的每个文件各为一条，--each 亦然。全部内容在一次提交中写入：要么全部添加，要么全不添加。文件夹中或用 --each 添加的文件，若名称和内容均已有记录，则不再重复添加；尚不属于所指案件的，改为与该案件关联。系统自动留在文件夹中的文件（如 .DS_Store、Thumbs.db）不予添加。"
            ))
    }
    static let example = "evidence add 访谈/录音.m4a --kind interview --title 与安全员谈话 --case HN-2026-001 --person 被谈话人:王五"
    static let exitStatuses: [Int32] = [65, 66, 74, 75, 77, 130]

    @Argument(help: help("Files and folders.", "文件和文件夹。", valueName: "path"))
    var paths: [PathArgument]
    @Option(
        help: help(
            "report, meeting, letter, call, document, interview, site-visit, talk, audio, video, photo or other; else guessed from the content.",
            "类别：report 汇报、meeting 会议、letter 来信、call 来电、document 文件、interview 个别谈话、site-visit 现场检查、talk 约谈、audio 录音、video 录像、photo 照片、other 其他；默认按内容判断。"
        ), completion: .kinds)
    var kind: String?
    @Option(help: help("A title; else the file's name.", "标题；默认取文件名。"))
    var title: String?
    @Option(help: help("What it is and shows.", "说明。"))
    var description: String?
    @Option(
        name: .customLong("case"), help: help("The case it belongs to; may be repeated.", "所属案件；可重复。", valueName: "id"),
        completion: .caseNames)
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
    @Option(help: help("The working method, M1 to M7.", "工作方式，M1 至 M7。"), completion: .methods)
    var method: String?
    @Option(help: help("The content item, C1 to C10.", "巡查内容，C1 至 C10。"), completion: .contents)
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
        try AddReport(result: result, desk: desk).show()
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
}
