internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import SystemPackage

struct ExportCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "export",
            abstract: Speech.say(
                "Hand over a case or an inspection as a folder or ZIP that can be checked without the archive.",
                "将案件或巡查导出为可脱离档案核验的案卷包（文件夹或 ZIP）。"),
            discussion: Speech.say(
                "The bundle is a BagIt bag and an RO-Crate: the whole log, the case's bodies and files, all checkpoints, outside times and keys. The export is itself an entry of the case. A bundle of an inspection takes its cases along.",
                "案卷包采用 BagIt 和 RO-Crate 格式，含完整日志、本案的正文和文件、全部检查点、外部时间证明和公钥。导出本身也记入案件。导出巡查时，其下的案件一并导出。"))
    }
    static let example = "evidence export --case HN-2026-001 --to 案卷包 --recipient 省纪委 --purpose 移交线索"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75, 77, 130]

    @Option(name: .customLong("case"), help: help("The case.", "案件。", valueName: "id"), completion: .caseNames)
    var caseName: String?
    @Option(help: help("The inspection, in place of a case.", "巡查；与 --case 二选一。", valueName: "id"))
    var inspection: String?
    @Option(
        help: help(
            "The bundle's folder, which must not be there yet or be empty; with --zip, the new file.",
            "案卷包的文件夹，须尚不存在或为空；使用 --zip 时为新文件名。", valueName: "path"))
    var to: PathArgument
    @Flag(
        help: help(
            "Write one ZIP file instead of a folder. evidence verify checks it without unpacking.",
            "写成一个 ZIP 文件，而非文件夹。evidence verify 无需解压即可核验。"))
    var zip = false
    @Option(
        help: help(
            "Encrypt it to this certificate (X.509, RSA or P-256), so that its key's holder alone can read it: a ZIP in encrypted parts, in a folder. May be repeated.",
            "加密给该证书（X.509，RSA 或 P-256），只有其私钥持有人能读取：ZIP 分为若干加密部分，存于文件夹中；可重复。",
            valueName: "cert"))
    var encryptTo: [PathArgument] = []
    @Option(help: help("Whom it is for.", "接收单位。"))
    var recipient: String?
    @Option(help: help("What it is for.", "用途。"))
    var purpose: String?
    @Option(
        help: help(
            "Keep a record's body and files back, and what corrects it; its entry stays. May be repeated.",
            "保留该记录的正文和文件（连同对它的更正）不移交，条目仍列入；可重复。", valueName: "seq"))
    var withhold: [UInt64] = []
    @Option(
        name: .customLong("reader"),
        help: help(
            "Who is to read sealed records: an X.509 certificate; may be repeated. Else whom the whole is encrypted to.",
            "由谁读取密封记录：X.509 证书；可重复。默认为 --encrypt-to 所指的接收人。", valueName: "cert.pem"))
    var readers: [PathArgument] = []
    @Option(
        help: help(
            "A reader's private key: opens sealed records, so that they can be sealed anew to others.",
            "读取人的私钥：开启密封记录，以便重新密封给他人。", valueName: "key.pem"))
    var key: PathArgument?
    @Flag(
        help: help(
            "For very large archives: leave the entries of other dossiers out and carry their hashes alone. That nothing of the case was left out can then not be checked.",
            "用于很大的档案：不含其他案卷的条目，只带其哈希。此时无法核验本案有无遗漏。"))
    var slim = false
    @Flag(
        help: help("Hand over what earlier exports say of their recipients, too.", "一并移交此前历次导出的接收单位和用途。"))
    var withExports = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if zip, !encryptTo.isEmpty {
            throw ValidationError(
                Speech.say(
                    "What is encrypted is a ZIP already: leave --zip out.", "加密的内容本来就是 ZIP：请去掉 --zip。"))
        }
        if !zip, encryptTo.isEmpty, to.path.extension?.lowercased() == "zip" {
            throw ValidationError(
                Speech.say(
                    "A folder would get the name of a ZIP file. Add --zip, or give --to another name.",
                    "这样会得到一个以 .zip 命名的文件夹。请加上 --zip，或为 --to 换个名称。"))
        }
        if (caseName == nil) == (inspection == nil) {
            throw ValidationError(
                Speech.say("Name either a --case or an --inspection.", "请用 --case 或 --inspection 指明其一。"))
        }
    }

    func run(at desk: Desk) throws {
        let name = caseName ?? inspection ?? ""
        var request = ExportCase.Request(
            name: name, kind: caseName == nil ? .inspectionOpened : .caseOpened, target: to.path, recipient: recipient,
            purpose: purpose, agent: "evidence \(EvidenceCommandRoot.version)")
        if zip { request.form = .zip }
        if !encryptTo.isEmpty { request.form = .encrypted(try desk.context.recipients(encryptTo.map(\.path))) }
        request.withhold = withhold
        if !readers.isEmpty { request.readers = readers.map(\.path) }
        request.key = key?.path
        request.isSlim = slim
        request.withExports = withExports
        let result = try ExportCase(desk.context).run(request)
        var document = JSONObject()
        document[caseName == nil ? "inspection" : "case"] = .string(name)
        document["path"] = .string(to.path.string)
        document["form"] = .string(encryptTo.isEmpty ? zip ? "zip" : "folder" : "encrypted")
        document["handover"] = .string(HandOver.slip(beside: to.path).string)
        document["seq"] = .integer(Int64(result.commit.first))
        document["records"] = .integer(Int64(result.records))
        document["files"] = .integer(Int64(result.files))
        document["filesLeftOut"] = .integer(Int64(result.filesLeftOut))
        document["bytes"] = .integer(Int64(result.bytes))
        document["slim"] = .bool(slim)
        document.set("sealed", result.sealed.map { .integer(Int64($0)) })
        document["withheld"] = .array(result.withheld.map { .integer(Int64($0)) })
        document["checkpoint"] = .object(JSONShapes.checkpoint(result.commit.checkpoint))
        try desk.document(document)
        if desk.isQuiet { return }
        let left = desk.text(Formats.counted(result.filesLeftOut, "file", zh: "个文件"))
        let leftOut = desk.text(
            "Not in it: \(left) recorded where they lay. Hand them over separately; the recipient checks them with --media-root.",
            "未包含 \(left)：登记时留在原处。请另行移交，接收方可用 --media-root 核验。")
        let numbers = result.withheld.map(String.init).joined(separator: desk.text(", ", "、"))
        let withheld = desk.text(
            "Kept back, as the bundle says: the body and files of \(result.withheld.count == 1 ? "entry" : "entries") \(numbers).",
            "已按要求保留第 \(numbers) 条的正文和文件，案卷包中有说明。")
        let sealedNumbers = result.sealed.map(String.init).joined(separator: desk.text(", ", "、"))
        let sealed = desk.text(
            "Sealed in it: \(result.sealed.count == 1 ? "entry" : "entries") \(sealedNumbers). Whoever has the private key checks what is inside: evidence verify --key.",
            "其中第 \(sealedNumbers) 条为密封记录，私钥持有人可用 evidence verify --key 核验其内容。")
        let locked = desk.text(
            "It is encrypted: the reader opens it with evidence open, or as its OPEN.txt says.",
            "已加密：接收人用 evidence open 打开，或按其中 OPEN.zh-CN.txt 的说明打开。")
        let inTheClear = desk.text(
            "The slip is not encrypted: it says what the case is called, who gets it and what for.",
            "交接单未加密，写有案卷名称、接收方和用途。")
        let incomplete = desk.text(
            "It is slim: the recipient can't check that nothing was left out.", "此为精简案卷包：接收方无法核验有无遗漏。")
        try desk.say(
            [
                desk.text(
                    "Exported \(caseName == nil ? "inspection" : "case") \(name.shown) to “\(to.path.string.shown)”: \(desk.text(Formats.counted(result.records, "record", zh: "条记录"))), \(desk.text(Formats.counted(result.files, "file", zh: "个文件"))), \(Formats.bytes(Int64(result.bytes))).",
                    "已将\(caseName == nil ? "巡查" : "案件") \(name.shown) 导出到“\(to.path.string.shown)”：\(desk.text(Formats.counted(result.records, "record", zh: "条记录")))、\(desk.text(Formats.counted(result.files, "file", zh: "个文件")))，共 \(Formats.bytes(Int64(result.bytes)))。"
                )
            ] + (result.filesLeftOut > 0 ? [leftOut] : []) + (result.withheld.isEmpty ? [] : [withheld])
                + (result.sealed.isEmpty ? [] : [sealed])
                + (slim ? [incomplete] : []) + (encryptTo.isEmpty ? [] : [locked]) + [
                    desk.text(
                        "The slip for the recipient to sign: “\(HandOver.slip(beside: to.path).string.shown)”.",
                        "供接收人签署的交接单：“\(HandOver.slip(beside: to.path).string.shown)”。")
                ] + (encryptTo.isEmpty ? [] : [inTheClear]) + [
                    desk.text(
                        "The recipient needs the archive's key by another way. evidence verify checks the bundle.",
                        "请将档案公钥通过其他途径告知接收方。evidence verify 可核验此案卷包。")
                ])
    }
}
