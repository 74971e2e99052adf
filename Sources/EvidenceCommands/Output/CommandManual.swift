internal import ArgumentParser
internal import EvidenceRecord
internal import Foundation

/// The parser's own account of the commands, as its `_dumpHelp` writes it.
struct CommandManual: Decodable {
    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String

            var typed: String { (kind == "long" ? "--" : "-") + name }
        }

        let kind: String
        let shouldDisplay: Bool
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let allValues: [String]?
        let abstract: String?

        var isPositional: Bool { kind == "positional" }

        /// `path…`, or `-q, --quiet`, or `--kind kind`: what is typed in bold, what it stands for in italics.
        var label: String {
            let value = valueName.map { Roff.italic($0) + (isPositional && isRepeating ? "…" : "") } ?? ""
            if isPositional { return value }
            // Short names before long ones, as help texts have them.
            let typed = (names ?? []).sorted { $0.typed.count < $1.typed.count }.map { Roff.bold($0.typed) }
            return typed.joined(separator: ", ") + (kind == "option" ? " \(value)" : "")
        }
    }

    let commandName: String
    let shouldDisplay: Bool
    let superCommands: [String]?
    let abstract: String?
    let discussion: String?
    let subcommands: [CommandManual]?
    let arguments: [Argument]?

    private struct Dump: Decodable { let command: CommandManual }

    /// Every command that is shown to people, the program itself first.
    static func all() throws -> [CommandManual] {
        try read(EvidenceCommandRoot._dumpHelp()).withMembers
    }

    /// What every command takes.
    static func globalOptions() throws -> [Argument] {
        // What the parser adds to every command besides, such as --help, comes with it.
        try read(GlobalOptions._dumpHelp()).shownArguments
    }

    private static func read(_ json: String) throws -> CommandManual {
        try JSONDecoder().decode(Dump.self, from: Data(json.utf8)).command
    }

    /// The words that are typed, joined by hyphens as names of manual pages are.
    var pageName: String { ((superCommands ?? []) + [commandName]).joined(separator: "-") }
    var words: [String] { (superCommands ?? []) + [commandName] }
    var shownSubcommands: [CommandManual] {
        (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
    }
    var shownArguments: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }

    private var withMembers: [CommandManual] { [self] + shownSubcommands.flatMap(\.withMembers) }
}

/// The few requests of man(7) that our pages need, and texts that can't be taken for requests.
enum Roff {
    static func text(_ text: String) -> String {
        var result = ""
        for character in text.shown {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            default: result.append(character)
            }
        }
        // A line that begins with a full stop would be a request.
        return result.hasPrefix(".") ? "\\&" + result : result
    }

    static func bold(_ text: String) -> String { "\\fB\(Roff.text(text))\\fR" }
    static func italic(_ text: String) -> String { "\\fI\(Roff.text(text))\\fR" }

    /// A paragraph under a label that hangs out to the left.
    static func item(_ label: String, _ paragraph: String) -> [String] { [".TP", label, text(paragraph)] }
}
