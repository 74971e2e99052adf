internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices

struct WithdrawCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "withdraw",
            abstract: Speech.say("Remove a record's content by order; its entry stays.", "依令移除一条记录的内容；条目本身保留。"),
            discussion: Speech.say(
                "The record's body, its amendments and those of its files that no other record names are deleted from this archive and cannot be brought back. That it was there, who removed it, on whose order and why, stays on record. Copies in bundles, on mirrors and backups are not touched. Amend what is merely wrong.",
                "该记录的正文、更正内容，以及其他记录未使用的文件，都会从本档案中删除，无法恢复。曾有此记录、由谁移除、依据和理由，均会留存。案卷包、镜像和备份中的副本不受影响。仅仅有误的内容请用 amend 更正。"
            ))
    }
    static let example = "evidence withdraw 12 --authority 省安委办 --reason 涉及举报人身份"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75, 77]

    @Argument(help: help("The record's number.", "记录编号。", valueName: "seq"))
    var seq: UInt64
    @Option(help: help("Who ordered it.", "由谁决定。"))
    var authority: String
    @Option(help: help("Why.", "理由。"))
    var reason: String
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let result = try CorrectRecords(desk.context).withdraw(seq, authority: authority, reason: reason)
        var document = JSONShapes.correction(result, of: seq)
        document["removed"] = .bool(!result.isContentLeft)
        try desk.document(document)
        if result.isContentLeft {
            throw EvidenceError(
                .inputOutput,
                en:
                    "Entry \(seq) is withdrawn, but its content could not be removed yet: the next command that writes removes it.",
                zh: "第 \(seq) 条已撤销，但内容尚未能移除，下一次写入时会移除。")
        }
        try desk.mention(
            "Entry \(seq) is withdrawn (entry \(result.entry.seq)): its content is removed, the entry stays.",
            "第 \(seq) 条已撤销（第 \(result.entry.seq) 条）：内容已移除，条目保留。")
    }
}
