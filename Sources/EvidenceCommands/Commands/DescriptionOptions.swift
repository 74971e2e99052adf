internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices

/// What a person may say of a record, when it is added and when it is amended.
struct DescriptionOptions: ParsableArguments {
    @Option(
        help: help(
            "report, meeting, letter, call, document, interview, site-visit, talk, audio, video, photo or other; else guessed from the content.",
            "类别：report 汇报、meeting 会议、letter 来信、call 来电、document 文件资料、interview 个别谈话、site-visit 现场检查、talk 约谈、audio 录音、video 录像、photo 照片、other 其他；默认按内容判断。"
        ), completion: .kinds)
    var kind: String?
    @Option(help: help("A title; else the file's name.", "标题；默认取文件名。"))
    var title: String?
    @Option(help: help("What it is and shows.", "说明。"))
    var description: String?
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
        parsing: .unconditional,
        help: help(
            "How far the device's clock was off when the material was taken: +00:07:30 where it ran that much ahead, -00:07:30 where it ran behind. Times stay on record as they were written.",
            "采集时设备时钟的误差：快 7 分 30 秒写 +00:07:30，慢则写 -00:07:30。文件中的时间按原样登记。", valueName: "offset"))
    var clockOffset: String?
    @Option(
        name: .customLong("tag"), help: help("A word to find it by; may be repeated.", "便于查找的标签；可重复。"))
    var tags: [String] = []

    /// The same as the services take it; what was not said stays nil.
    func described(_ desk: Desk) throws -> RecordDescription {
        var said = RecordDescription()
        said.kind = kind
        said.title = title
        said.description = description
        if let occurredAt {
            (said.occurredFrom, said.occurredTo) = try ClaimedTimeInput.interval(occurredAt, zone: desk.zone)
        }
        said.place = place
        said.people = try people.map(DescriptionOptions.person)
        said.method = method
        said.content = content
        said.classification = classification
        said.device = device
        said.serial = serial
        said.clockOffset = try clockOffset.map(ClockOffset.parse)
        said.tags = tags
        return said
    }

    private static func person(_ text: String) throws -> EvidenceAdded.Person {
        guard let person = PersonInput.person(text) else {
            throw EvidenceError(
                .usage, en: "--person wants ROLE:NAME or NAME, not “\(text.shown)”.",
                zh: "--person 应写作 角色:姓名 或 姓名，而不是“\(text.shown)”。")
        }
        return person
    }
}
