internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import SystemPackage

struct GetCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "get",
            abstract: Speech.say("Copy a record's files out, checked while they are copied.", "取出记录的文件，边复制边核验。"))
    }
    static let example = "evidence get 12 --to ~/取出"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 130]

    @Argument(help: help("The entry's number.", "条目编号。", valueName: "seq"))
    var seq: UInt64
    @Option(help: help("The folder to copy into; else this one.", "复制到的文件夹；默认为当前文件夹。", valueName: "dir"))
    var to: PathArgument?
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let copied = try GetFiles(desk.context).run(seq, to: to?.path ?? ".")
        var document = JSONObject()
        document["files"] = .array(
            copied.map { item in
                var object = JSONObject()
                object["name"] = .string(item.file.name)
                object["path"] = .string(item.path.string)
                object["sha256"] = .string(item.file.sha256.hex)
                object["size"] = .integer(Int64(item.file.size))
                return .object(object)
            })
        try desk.document(document)
        if desk.isQuiet { return }
        try desk.say(copied.map { "\($0.path.string.shown)  \(Formats.bytes(Int64($0.file.size)))" })
        try desk.mention(
            "Each file is what was recorded: SHA-256 and fs-verity digests agree.",
            "各文件与记录一致：SHA-256 与 fs-verity 摘要均相符。")
    }
}
