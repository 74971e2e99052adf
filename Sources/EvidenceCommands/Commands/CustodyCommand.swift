internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices

struct CustodyCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "custody",
            abstract: Speech.say("Record that material changed hands.", "记录材料的移交保管。"))
    }
    static let example = "evidence custody 12 --from 李四 --to 省应急管理厅档案室 --occurred-at 2026-03-20"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75, 77]

    @Argument(help: help("The record's number.", "记录编号。", valueName: "seq"))
    var seq: UInt64
    @Option(help: help("Who handed it over.", "移交人。"))
    var from: String
    @Option(help: help("Who received it.", "接收人。"))
    var to: String
    @Option(help: help("When, as with evidence add; else now.", "移交时间，写法同 evidence add；默认为现在。", valueName: "time"))
    var occurredAt: String?
    @Option(help: help("What was handed over, and in what state.", "移交的内容和状况。"))
    var description: String?
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let at = try occurredAt.map { try ClaimedTimeInput.moment($0, zone: desk.zone) }
        let result = try CorrectRecords(desk.context).moveCustody(
            seq, from: from, to: to, at: at, description: description)
        try desk.document(JSONShapes.correction(result, of: seq))
        try desk.mention(
            "Recorded that entry \(seq) went from \(from.shown) to \(to.shown) (entry \(result.entry.seq)).",
            "已记录第 \(seq) 条由\(from.shown)移交\(to.shown)（第 \(result.entry.seq) 条）。")
    }
}
