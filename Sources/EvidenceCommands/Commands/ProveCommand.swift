internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import SystemPackage
internal import TransparencyLog

struct ProveCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "prove",
            abstract: Speech.say(
                "Write a proof that an entry is in the log, to be checked without the archive.",
                "出具某一条确在日志中的证明，无需档案即可核对。"),
            discussion: Speech.say(
                "The proof is a C2SP .tlog-proof. It is over the entry's exact bytes, which evidence show --raw prints, and says nothing of what was recorded. It carries the newest checkpoint that witnesses have signed, or else the newest.",
                "证明采用 C2SP .tlog-proof 格式，针对条目的原始字节（用 evidence show --raw 输出），不透露所记录的内容。所附检查点是最新一个有见证人签名的；没有时为最新检查点。"))
    }
    static let example = "evidence prove 12 --to 12.tlog-proof"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75]

    @Argument(help: help("The entry's number.", "条目编号。", valueName: "seq"))
    var seq: UInt64
    @Option(help: help("A file to write it to.", "写入的文件。", valueName: "file"))
    var to: PathArgument?
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let service = ProveEntry(desk.context)
        let result = try service.run(seq)
        if let to { try service.save(result, to: to.path) }
        if desk.isJSON {
            var document = JSONObject()
            document["seq"] = .integer(Int64(clamping: result.seq))
            document["leafHash"] = .string(result.leafHash.hex)
            document["checkpoint"] = .object(JSONShapes.checkpoint(result.checkpoint))
            document["witnesses"] = .array(result.witnesses.map { .string($0) })
            document["proof"] = .string(String(decoding: result.proof.bytes, as: UTF8.self))
            return try desk.document(document)
        }
        guard let to else { return try Terminal.output.write(foreign: result.proof.bytes) }
        let name = to.path.string.shown
        try desk.mention(
            "Wrote “\(name)”: entry \(seq) is among the first \(Formats.count(Int(clamping: result.checkpoint.size))). It is over what evidence show --raw \(seq) prints.",
            "已写入“\(name)”：第 \(seq) 条在前 \(Formats.count(Int(clamping: result.checkpoint.size))) 条之中。证明针对 evidence show --raw \(seq) 的输出。"
        )
    }
}
