internal import ArgumentParser
internal import EvidenceRecord

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: help(
            "The archive's folder; else EVIDENCE_ARCHIVE, else the nearest folder upwards that holds one. \(SeveralArchiveCommands.listed.en) take it several times, and a folder of archives for all in it.",
            "档案所在文件夹；默认取 EVIDENCE_ARCHIVE，否则取上级中最近的档案。\(SeveralArchiveCommands.listed.zh) 可多次指定；指定存放多个档案的文件夹，则查看其中全部档案。",
            valueName: "dir"), completion: .directory)
    var archive: [PathArgument] = []

    @Option(
        name: .customLong("as"),
        help: help(
            "The signer; else EVIDENCE_SIGNER, else the only one whose key is here.",
            "签名人；默认取 EVIDENCE_SIGNER，否则取本机唯一的签名人。", valueName: "name"), completion: .signerNames)
    var signer: String?

    @Flag(help: help("Print one JSON document.", "输出一份 JSON 文档。"))
    var json = false

    @Flag(name: .shortAndLong, help: help("Print nothing but errors and what was asked for.", "除错误和所要求的内容外不输出。"))
    var quiet = false

    @Option(
        help: help("The language: en or zh-Hans; else the locale's.", "语言：en 或 zh-Hans；默认按系统语言环境。"),
        completion: .list(Language.allCases.map(\.rawValue)))
    var lang: LanguageArgument?

    @Option(help: help("The time zone of times given and shown.", "输入和显示时间所用的时区。"))
    var timeZone = "Asia/Shanghai"

    @Option(help: help("How progress is shown.", "进度显示方式。"))
    var progress = ProgressMode.auto

    @Option(help: help("Colours.", "颜色。"))
    var color = ColorChoice.auto
}

/// The value of `--lang`, which ``Speech`` has looked for before anything was parsed.
struct LanguageArgument: ExpressibleByArgument {
    let language: Language

    init?(argument: String) {
        guard let language = Language(argument: argument) else { return nil }
        self.language = language
    }
}

extension ProgressMode: ExpressibleByArgument {}
extension ColorChoice: ExpressibleByArgument {}
