internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import SystemPackage

struct OpenCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "open",
            abstract: Speech.say("Open an encrypted bundle with your private key.", "用您的私钥打开加密案卷包。"),
            discussion: Speech.say(
                "What comes out is the bundle, as a folder or a ZIP. Opening does not check it: run evidence verify on it. OPEN.txt in the encrypted bundle says how to open it without this program.",
                "得到的是文件夹或 ZIP 形式的案卷包。打开并不核验：请再执行 evidence verify。不用本程序的打开方法见加密案卷包中的 OPEN.zh-CN.txt。"
            ))
    }
    static let example = "evidence open 加密案卷包 --key 私钥.pem --to 案卷包"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 77, 130]

    @Argument(
        help: help("The folder with the encrypted bundle.", "加密案卷包所在的文件夹。", valueName: "bundle"), completion: .directory
    )
    var bundle: PathArgument
    @Option(
        help: help(
            "The private key of one of its readers: RSA or EC, in PEM.", "某个接收人的私钥：RSA 或 EC，PEM 格式。",
            valueName: "file"))
    var key: PathArgument
    @Option(
        help: help(
            "The new folder; a ZIP file where the name ends in .zip.", "新文件夹；名称以 .zip 结尾时为 ZIP 文件。",
            valueName: "path"))
    var to: PathArgument
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let result = try OpenBundle(desk.context).run(bundle.path, key: key.path, to: to.path)
        var document = JSONObject()
        document["path"] = .string(to.path.string)
        document["form"] = .string(result.isZIP ? "zip" : "folder")
        document["parts"] = .integer(Int64(result.parts))
        document["bytes"] = .integer(Int64(clamping: result.bytes))
        try desk.document(document)
        if desk.isQuiet { return }
        let name = to.path.string.shown
        try desk.say([
            desk.text("Opened: the bundle is in “\(name)”.", "已打开：案卷包位于“\(name)”。"),
            desk.text(
                "It was decrypted, not checked. Check it with evidence verify.", "仅作解密，尚未核验。请用 evidence verify 核验。"),
        ])
    }
}
