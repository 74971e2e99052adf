internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import SystemPackage
internal import TransparencyLog

struct WitnessCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "witness",
            abstract: Speech.say(
                "Witnesses: who keeps in mind what an archive was, and signs for it.", "见证人：记住档案的状态并为其签名作证。"),
            subcommands: [
                WitnessInitCommand.self, WitnessWatchCommand.self, WitnessListCommand.self, WitnessCosignCommand.self,
                WitnessServeCommand.self, WitnessSubmitCommand.self,
            ])
    }
}

/// What every command of a witness takes.
struct WitnessOptions: ParsableArguments {
    @Option(
        help: help(
            "The witness's folder; else this user's only one.", "见证人所在文件夹；默认为本用户唯一的见证人。", valueName: "dir"),
        completion: .directory)
    var dir: PathArgument?

    func service(_ desk: Desk) -> ManageWitness { ManageWitness(desk.context, folder: dir?.path) }
}

struct WitnessInitCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "init",
            abstract: Speech.say("Make a witness, with a key of its own.", "创建见证人及其密钥。"),
            discussion: Speech.say(
                "A witness keeps the newest checkpoint that it has cosigned of each archive it watches, and cosigns only what extends it. So it must never start over: its folder is not to be put back from an old copy, and a lost one is made anew under another name.",
                "见证人保存其所见证的每个档案的最新检查点，只为其延续作证。因此它绝不能重新开始：不得用旧副本恢复其文件夹；若已丢失，须以另一名称重新创建。"))
    }
    static let example = "evidence witness init witness.example.gov.cn/office"
    static let exitStatuses: [Int32] = [65, 74]

    @Argument(
        help: help(
            "Its name, without spaces; best a web address without https://.", "名称，不含空格；宜用不带 https:// 的网址。"))
    var name: String
    @OptionGroup var place: WitnessOptions
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let service = place.service(desk)
        let key = try service.create(name)
        var document = WitnessShapes.witness(key)
        document["path"] = .string(service.folder.string)
        try desk.document(document)
        try desk.say([key.description.shown])
        try desk.mention(
            "Made a witness. Give this key to those who should trust it. Next: evidence witness watch KEY, with an archive's key.",
            "已创建见证人。请将此公钥交给应当信任它的人。下一步：evidence witness watch 档案公钥。")
    }
}

struct WitnessWatchCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "watch", abstract: Speech.say("Watch an archive from now on.", "从此见证某个档案。"))
    }
    static let example = "evidence witness watch 'evidence.example.gov.cn/team-7+9499081c+ATpj…'"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75, 77]

    @Argument(
        help: help(
            "The archive's key, as evidence status shows it there, or a file with it; from those who answer for the archive.",
            "档案的公钥（见该档案的 evidence status），或含有公钥的文件；须取自档案的负责人。", valueName: "key|file"))
    var what: String
    @OptionGroup var place: WitnessOptions
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let (key, isNew) = try place.service(desk).watch(what, path: RawArguments.path(what))
        var document = JSONShapes.key(key)
        document["new"] = .bool(isNew)
        try desk.document(document)
        try desk.mention(
            isNew ? "This witness now watches \(key.name.shown)." : "This witness watched \(key.name.shown) already.",
            isNew ? "该见证人开始见证 \(key.name.shown)。" : "该见证人此前已在见证 \(key.name.shown)。")
    }
}

struct WitnessListCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list",
            abstract: Speech.say(
                "List what a witness watches, and what contradicted it.", "列出见证人所见证的档案及发现的矛盾。"))
    }
    static let example = "evidence witness list"
    static let exitStatuses: [Int32] = [1, 66, 74, 75]

    @OptionGroup var place: WitnessOptions
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let overview = try place.service(desk).overview()
        try desk.document(WitnessShapes.overview(overview))
        try desk.say(WitnessText(desk).lines(overview))
    }
}
