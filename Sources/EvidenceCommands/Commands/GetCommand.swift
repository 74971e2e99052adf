internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import SystemPackage

struct GetCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "get",
            abstract: Speech.say("Copy a record's files out, checked while they are copied.", "取出记录的文件，边复制边核验。"))
    }
    static let example = "evidence get 12 --to ~/取出"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75, 77, 130]

    @Argument(help: help("The entry's number.", "条目编号。", valueName: "seq"))
    var seq: UInt64
    @Option(
        help: help("The folder to copy into; else this one.", "复制到的文件夹；默认为当前文件夹。", valueName: "dir"),
        completion: .directory)
    var to: PathArgument?
    @Flag(
        help: help(
            "Open a checked copy in the system's viewer; the next copy opened after a day removes it.",
            "用系统的查看程序打开已核验的副本；一天后再次打开任一副本时删除。"))
    var open = false
    @Option(
        help: help(
            "Where files that were left where they lay are now; else they are looked for where they were recorded.",
            "留在原处的文件现在所在的文件夹；默认到登记的位置查找。", valueName: "dir"),
        completion: .directory)
    var mediaRoot: PathArgument?
    @OptionGroup var sealed: SealedOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if open, sealed.key != nil {
            throw ValidationError(
                Speech.say(
                    "What is sealed is copied only to where you say, so that no copy stays behind: use --to, not --open.",
                    "密封的文件只复制到您指定的位置，以免留下副本：请用 --to，不要用 --open。"))
        }
        if open, to != nil {
            throw ValidationError(Speech.say("Use either --to or --open.", "--to 与 --open 只能用一个。"))
        }
    }

    func run(at desk: Desk) throws {
        guard open else {
            let copied = try GetFiles(desk.context).run(
                seq, to: to?.path ?? ".", mediaRoot: mediaRoot?.path, opened: try sealed.open(seq, desk))
            return try show(copied, desk)
        }
        let (copies, target) = try CopiesToLookAt(desk.context).make(seq, mediaRoot: mediaRoot?.path)
        // Said before the viewer has the terminal; the document only once all has gone well.
        if !desk.isJSON { try show(copies, desk) }
        desk.endProgress(completed: true)
        try Viewer(desk: desk).open(target)
        if desk.isJSON { try show(copies, desk) }
    }

    private func show(_ copied: [GetFiles.Copied], _ desk: Desk) throws {
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
        let renamed = copied.filter(\.isRenamed)
        if let example = renamed.first {
            let files = Formats.counted(renamed.count, "file", zh: "个文件")
            let (name, place) = (example.file.name.shown, example.path.lastComponent?.string.shown ?? "")
            try desk.mention(
                "\(files.en) could not have the recorded name, which another file of the record has too or which leads elsewhere: “\(name)” is “\(place)” here.",
                "\(files.zh)未能使用登记的名称（与同一记录的其他文件重名，或会指向别处）：“\(name)”在此为“\(place)”。")
        }
        try desk.mention(
            "Each file is what was recorded: SHA-256 and fs-verity digests agree.",
            "各文件与记录一致：SHA-256 与 fs-verity 摘要均相符。")
    }
}
