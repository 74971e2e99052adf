internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import SystemPackage

struct ExportCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "export",
            abstract: Speech.say(
                "Hand over a case as a folder that can be checked without the archive.", "将案件导出为可脱离档案核验的文件夹。"),
            discussion: Speech.say(
                "The bundle is a BagIt bag with the whole log, the case's bodies and files, all checkpoints and keys. The export is itself an entry of the case.",
                "案卷包采用 BagIt 格式，含完整日志、本案的正文和文件、全部检查点和公钥。导出本身也记入案件。"))
    }
    static let example = "evidence export --case HN-2026-001 --to 案卷包 --recipient 省纪委 --purpose 移交线索"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75, 77, 130]

    @Option(name: .customLong("case"), help: help("The case.", "案件。", valueName: "id"), completion: .caseNames)
    var caseName: String
    @Option(
        help: help("The bundle's folder; must not be there yet, or be empty.", "案卷包的文件夹；须尚不存在或为空。", valueName: "dir"))
    var to: PathArgument
    @Option(help: help("Whom it is for.", "接收单位。"))
    var recipient: String?
    @Option(help: help("What it is for.", "用途。"))
    var purpose: String?
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let result = try ExportCase(desk.context).run(
            ExportCase.Request(
                caseName: caseName, target: to.path, recipient: recipient, purpose: purpose,
                agent: "evidence \(EvidenceCommandRoot.version)"))
        var document = JSONObject()
        document["case"] = .string(caseName)
        document["path"] = .string(to.path.string)
        document["seq"] = .integer(Int64(result.commit.first))
        document["records"] = .integer(Int64(result.records))
        document["files"] = .integer(Int64(result.files))
        document["filesLeftOut"] = .integer(Int64(result.filesLeftOut))
        document["bytes"] = .integer(Int64(result.bytes))
        document["checkpoint"] = .object(JSONShapes.checkpoint(result.commit.checkpoint))
        try desk.document(document)
        if desk.isQuiet { return }
        let left = desk.text(Formats.counted(result.filesLeftOut, "file", zh: "个文件"))
        let leftOut = desk.text(
            "Not in it: \(left) recorded where they lay. Hand them over separately; the recipient checks them with --media-root.",
            "未包含 \(left)：登记时留在原处。请另行移交，接收方可用 --media-root 核验。")
        try desk.say(
            [
                desk.text(
                    "Exported case \(caseName.shown) to “\(to.path.string.shown)”: \(desk.text(Formats.counted(result.records, "record", zh: "条记录"))), \(desk.text(Formats.counted(result.files, "file", zh: "个文件"))), \(Formats.bytes(Int64(result.bytes))).",
                    "已将案件 \(caseName.shown) 导出到“\(to.path.string.shown)”：\(desk.text(Formats.counted(result.records, "record", zh: "条记录")))、\(desk.text(Formats.counted(result.files, "file", zh: "个文件")))，共 \(Formats.bytes(Int64(result.bytes)))。"
                )
            ] + (result.filesLeftOut > 0 ? [leftOut] : []) + [
                desk.text(
                    "The recipient needs the archive's key by another way. evidence verify checks the bundle.",
                    "请将档案公钥通过其他途径告知接收方。evidence verify 可核验此案卷包。")
            ])
    }
}
