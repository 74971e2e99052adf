internal import EvidenceRecord

/// A command's manual page, in man(7), from the definitions that its help text comes from.
struct ManualPage {
    private let command: CommandManual
    private let everywhere: [CommandManual.Argument]

    /// - Parameter everywhere: the options that every command takes; the program's own page has them.
    init(_ command: CommandManual, everywhere: [CommandManual.Argument]) {
        self.command = command
        self.everywhere = everywhere
    }

    var fileName: String { command.pageName + ".1" }

    /// The page in this process's language.
    var text: String { lines.map { $0 + "\n" }.joined() }

    private var isProgram: Bool { command.superCommands == nil }

    private var lines: [String] {
        let version = "evidence \(EvidenceCommandRoot.version)"
        var lines = [
            ".TH \(Roff.text(command.pageName.uppercased())) 1 \(EvidenceCommandRoot.versionDate)"
                + " \"\(version)\" \"\(Speech.say("Manual of evidence", "evidence 手册"))\"",
            // A long command line is better short than spread over the window; hyphens would be typed as well.
            ".ad l", ".nh",
        ]
        lines += section("NAME", "名称", ["\(Roff.text(command.pageName)) \\- \(Roff.text(abstract))"])
        lines += section("SYNOPSIS", "用法", [synopsis])
        lines += section("DESCRIPTION", "说明", [Roff.text(command.discussion ?? command.abstract ?? "")])
        lines += section(
            "COMMANDS", "命令",
            command.shownSubcommands.flatMap {
                Roff.item(Roff.bold($0.commandName), $0.abstract ?? "")
            })
        lines += section("ARGUMENTS", "参数", items(own.filter(\.isPositional)))
        lines += section("OPTIONS", "选项", items(own.filter { !$0.isPositional }) + elsewhere)
        if isProgram {
            lines += section("OPTIONS OF EVERY COMMAND", "各命令通用的选项", items(everywhere))
            lines += section(
                "ENVIRONMENT", "环境变量",
                ManualPage.environment.flatMap {
                    Roff.item(Roff.bold($0.name), Speech.say($0.meaning.en, $0.meaning.zh))
                })
        }
        let ending = HelpEnding(Array(command.words.dropFirst()))
        lines += section(
            "EXIT STATUS", "退出状态", ending.statuses.flatMap { Roff.item(Roff.bold("\($0.status)"), $0.meaning) })
        if let example = ending.example { lines += section("EXAMPLE", "示例", [".nf", Roff.text(example), ".fi"]) }
        return lines + section("SEE ALSO", "参见", [related.joined(separator: ",\n")])
    }

    private var abstract: String {
        let text = command.abstract ?? ""
        return text.hasSuffix(".") || text.hasSuffix("。") ? String(text.dropLast()) : text
    }

    private func section(_ en: String, _ zh: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : [".SH \(Speech.say(en, zh))"] + lines
    }

    private var own: [CommandManual.Argument] {
        let known = Set(everywhere.map(\.label))
        return command.shownArguments.filter { !known.contains($0.label) }
    }

    private var synopsis: String {
        var parts = [command.words.map { Roff.bold($0) }.joined(separator: " ")]
        if !command.shownSubcommands.isEmpty { parts.append(Roff.italic(Speech.say("command", "命令"))) }
        for argument in own where !argument.isOptional || argument.isPositional {
            parts.append(argument.isOptional ? "[\(argument.label)]" : argument.label)
        }
        return (parts + ["[\(Roff.italic(Speech.say("options", "选项")))]"]).joined(separator: " ")
    }

    private func items(_ arguments: [CommandManual.Argument]) -> [String] {
        arguments.flatMap { argument in
            var notes: [String] = []
            if let values = argument.allValues, !values.isEmpty {
                let listed = values.joined(separator: Speech.say(", ", "、"))
                notes.append(Speech.say("values: \(listed)", "可选值：\(listed)"))
            }
            if let value = argument.defaultValue { notes.append(Speech.say("default: \(value)", "默认：\(value)")) }
            let note = notes.joined(separator: Speech.say("; ", "；"))
            let text = HelpTranslation.description(argument.abstract ?? "", in: Speech.language)
            return Roff.item(argument.label, note.isEmpty ? text : Speech.say("\(text) (\(note))", "\(text)（\(note)）"))
        }
    }

    private var elsewhere: [String] {
        guard !isProgram, command.shownSubcommands.isEmpty else { return [] }
        return [
            ".PP",
            Speech.say(
                "The options of every command are described in \(Roff.bold("evidence"))(1).",
                "各命令通用的选项见 \(Roff.bold("evidence"))(1)。"),
        ]
    }

    private var related: [String] {
        let pages =
            command.shownSubcommands.map(\.pageName)
            + command.words.indices.dropFirst().reversed().map { command.words[..<$0].joined(separator: "-") }
        return pages.map { "\(Roff.bold($0))(1)" }
    }

    private static let environment: [(name: String, meaning: Message)] = [
        (
            "EVIDENCE_ARCHIVE",
            Message(en: "The archive's folder, where --archive is not given.", zh: "未用 --archive 时的档案文件夹。")
        ),
        ("EVIDENCE_SIGNER", Message(en: "The signer, where --as is not given.", zh: "未用 --as 时的签名人。")),
        (
            "EVIDENCE_HOME",
            Message(
                en: "A folder for keys, pins, memories and caches, instead of the XDG folders.",
                zh: "存放密钥、信任记录、本机记忆和缓存的文件夹，代替 XDG 文件夹。")
        ),
        (
            "EVIDENCE_PASSPHRASE_FILE",
            Message(en: "A file with the passphrase, where nobody can be asked.", zh: "无法询问口令时，存有口令的文件。")
        ),
        ("NO_COLOR", Message(en: "No colours, whatever its value.", zh: "不使用颜色，不论取何值。")),
        ("COLUMNS", Message(en: "The window's width in cells.", zh: "窗口宽度（字符格数）。")),
    ]
}
