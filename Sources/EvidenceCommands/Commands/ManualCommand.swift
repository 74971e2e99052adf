internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import SystemPackage

struct ManualCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "manual",
            abstract: Speech.say("Write the manual pages, one a command, for man.", "为 man 写出手册页，每个命令一页。"),
            discussion: Speech.say(
                "They are in the language of this run; install English ones into /usr/local/share/man/man1, Chinese ones into /usr/local/share/man/zh_CN/man1.",
                "手册页采用本次运行的语言：英文版装入 /usr/local/share/man/man1，中文版装入 /usr/local/share/man/zh_CN/man1。"))
    }
    static let example = "evidence manual --to ~/.local/share/man/man1"
    static let exitStatuses: [Int32] = [65, 74]

    @Option(
        help: help(
            "The folder to write them into; files of the same names are replaced.", "写入的文件夹；同名文件会被替换。", valueName: "dir"
        ),
        completion: .directory)
    var to: PathArgument
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let everywhere = try CommandManual.globalOptions()
        let pages = try CommandManual.all().map { ManualPage($0, everywhere: everywhere) }
        for page in pages {
            try ServiceContext.replaceFile(to.path.appending(page.fileName), with: Array(page.text.utf8))
        }
        var document = JSONObject()
        document["path"] = .string(to.path.string)
        document["pages"] = .array(pages.map { .string($0.fileName) })
        try desk.document(document)
        try desk.mention(
            "Wrote \(pages.count) manual pages. Read one with: man -l \(to.path.appending("evidence.1").string.shown)",
            "已写出 \(pages.count) 页手册。阅读：man -l \(to.path.appending("evidence.1").string.shown)")
    }
}
