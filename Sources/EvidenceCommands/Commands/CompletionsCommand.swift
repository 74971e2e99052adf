internal import ArgumentParser
internal import EvidenceRecord

struct CompletionsCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "completions",
            abstract: Speech.say("Print what makes a shell complete this program's words.", "输出供 shell 补全本程序命令的脚本。"),
            discussion: Speech.say(
                "bash: write it to ~/.local/share/bash-completion/completions/evidence. zsh: to a file _evidence in a folder of your fpath. fish: to ~/.config/fish/completions/evidence.fish. Names of cases and signers are completed too.",
                "bash：写入 ~/.local/share/bash-completion/completions/evidence；zsh：写入 fpath 所含文件夹中的 _evidence；fish：写入 ~/.config/fish/completions/evidence.fish。案件和签名人的名称也可补全。"
            ))
    }
    static let example = "evidence completions bash"
    static let exitStatuses: [Int32] = [74]

    @Argument(help: help("The shell.", "shell 的名称。"))
    var shell: Shell
    @OptionGroup var options: GlobalOptions

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish

        fileprivate var known: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    func run(at desk: Desk) throws {
        var script = EvidenceCommandRoot.completionScript(for: shell.known)
        if !script.hasSuffix("\n") { script += "\n" }
        if desk.isJSON {
            var document = JSONObject()
            document["shell"] = .string(shell.rawValue)
            document["script"] = .string(script)
            return try desk.document(document)
        }
        try Terminal.output.write(script)
    }
}
