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
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75, 77, 130]

    @Argument(help: help("Files and folders.", "文件和文件夹。", valueName: "path"))
    var paths: [PathArgument] = []
    @Option(
        help: help(
            "A CSV table as Excel saves it, a record a row; evidence template makes an empty one. Other options hold where a row leaves a column empty.",
            "Excel 保存的 CSV 清单，每行一条记录；可用 evidence template 生成空白模板。其他选项用于该列留空的行。", valueName: "file.csv"))
    var manifest: PathArgument?
    @OptionGroup var said: DescriptionOptions
    @Option(
        name: .customLong("case"), help: help("The case it belongs to; may be repeated.", "所属案件；可重复。", valueName: "id"),
        completion: .caseNames)
    var cases: [String] = []
    @Option(help: help("The inspection it belongs to.", "所属巡查。", valueName: "id"))
    var inspection: String?
    @Flag(help: help("Make each file a record of its own.", "每个文件各为一条记录。"))
    var each = false
    @Flag(
        help: help(
            "Leave the files where they lie, such as on a NAS or an external disk: their digests, size and place are recorded, nothing is copied, and keeping them is up to you.",
            "文件留在原处（如 NAS 或移动硬盘），不复制：只登记其摘要、大小和位置，文件本身须自行妥善保管。"))
    var reference = false
    @Flag(
        help: help(
            "Encrypt what is said and the files to the --reader certificates: nothing of it lies open in the archive, and without a reader's private key nobody can read it.",
            "将说明和文件加密给 --reader 所指的证书：档案中不留明文，没有读取人的私钥，任何人都无法读取。"))
    var sealed = false
    @Option(
        name: .customLong("reader"),
        help: help(
            "The X.509 certificate of somebody who may read what is sealed; may be repeated.",
            "可读取密封记录者的 X.509 证书；可重复。", valueName: "cert.pem"))
    var readers: [PathArgument] = []
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if sealed, readers.isEmpty {
            throw ValidationError(
                Speech.say("Say who may read it: --reader CERT.pem.", "请用 --reader CERT.pem 说明谁可以读取。"))
        }
        if !sealed, !readers.isEmpty {
            throw ValidationError(
                Speech.say("--reader is for sealed records: add --sealed.", "--reader 只用于密封记录，请加上 --sealed。"))
        }
        if sealed, reference {
            throw ValidationError(
                Speech.say(
                    "A file that is left where it lies can't be sealed: use either --sealed or --reference.",
                    "留在原处的文件无法密封：--sealed 与 --reference 只能用一个。"))
        }
        if manifest == nil, paths.isEmpty {
            throw ValidationError(
                Speech.say("Name the files to add, or a --manifest.", "请指明要添加的文件，或用 --manifest 指定清单。"))
        }
        if manifest != nil, !paths.isEmpty || each {
            throw ValidationError(
                Speech.say(
                    "With --manifest the table names the files: leave out paths and --each.",
                    "使用 --manifest 时由清单列出文件，请勿再给出路径或 --each。"))
        }
    }

    func run(at desk: Desk) throws {
        var request = AddEvidence.Request(paths: paths.map(\.path))
        request.manifest = manifest?.path
        request.description = try said.described(desk)
        request.description.cases = cases
        request.description.inspection = inspection
        request.each = each
        request.isReference = reference
        request.readers = readers.map(\.path)
        do {
            try AddReport(result: try AddEvidence(desk.context).run(request), desk: desk).show()
        } catch let refused as ManifestRefused {
            throw try ManifestReport(refused: refused, desk: desk).show()
        }
    }
}
