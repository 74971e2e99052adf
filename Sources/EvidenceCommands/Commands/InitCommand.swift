internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import TransparencyLog
internal import SystemPackage

struct InitCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "init",
            abstract: Speech.say("Make an archive, its key and its first signer.", "新建档案及其密钥和首位签名人。"))
    }
    static let example = "evidence init 巡查档案 --origin evidence.example.gov.cn/team-7 --as lisi --person 李四 --unit 省安委办"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75, 77]

    @Argument(
        help: help(
            "The new archive's folder; else the one named by --archive, else this one.",
            "新档案的文件夹；默认取 --archive 所指，否则为当前文件夹。"))
    var dir: PathArgument?
    @Option(help: help("The archive's name in the world, unlike any other's: a domain and a path.", "档案的唯一来源名称：域名加路径。"))
    var origin: String
    @Option(help: help("What people call the archive.", "档案的名称。"))
    var title: String?
    @Option(help: help("The first signer's name, in any script.", "首位签名人的姓名。"))
    var person: String?
    @Option(help: help("The first signer's unit.", "首位签名人的单位。"))
    var unit: String?
    @Option(help: help("The first signer's role.", "首位签名人的职务。"))
    var role: String?
    @Option(
        help: help(
            "A signed checkpoint of the lost archive that this one goes on from.", "本档案所延续的旧档案的签名检查点。",
            valueName: "checkpoint"))
    var continues: PathArgument?
    @Option(help: help("Why the old archive is not gone on with.", "旧档案不再使用的原因。"))
    var reason: String?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if (continues == nil) != (reason == nil) {
            throw ValidationError(Speech.say("--continues and --reason go together.", "--continues 与 --reason 须同时使用。"))
        }
    }

    func run(at desk: Desk) throws {
        let folder = dir?.path ?? desk.context.archivePath ?? "."
        let continuing = continues.flatMap { checkpoint in
            reason.map { CreateArchive.Continuing(checkpoint: checkpoint.path, reason: $0) }
        }
        let result = try CreateArchive(desk.context).run(
            CreateArchive.Request(
                folder: folder, origin: origin, title: title, person: person, unit: unit, role: role,
                continuing: continuing))
        var document = JSONObject()
        document["path"] = .string(result.path.string)
        document["origin"] = .string(result.key.name)
        document["key"] = .string(result.key.description)
        document["signer"] = .string(result.signer)
        document["checkpoint"] = .object(JSONShapes.checkpoint(result.commit.checkpoint))
        try desk.document(document)
        if desk.isQuiet { return }
        var fields = Fields()
        fields.add(Message(en: "Archive", zh: "档案"), result.path.string)
        fields.add(Message(en: "Key", zh: "公钥"), result.key.description)
        fields.add(Message(en: "Signer", zh: "签名人"), desk.language.noted(result.signer, result.person))
        try desk.say(
            fields.lines(in: desk.language, width: desk.width, styles: desk.styles) + [""]
                + desk.wrapped(
                    desk.text(
                        "Give the key to those who will check the archive, by another way than the archive itself. Next: evidence add FILE…",
                        "请将公钥通过档案以外的途径交给核验人。下一步：evidence add 文件…")))
    }
}
