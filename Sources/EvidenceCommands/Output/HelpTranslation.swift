package import EvidenceRecord

/// What swift-argument-parser 1.8.2 says in English, its help screens and errors, in Chinese and fitted to the window.
///
/// The parser wraps by characters and only at spaces, which does not suit Chinese. Ask it for its text with
/// `fullMessage(for: error, columns: HelpTranslation.columns)`, so that it does not wrap, then call
/// ``present(_:in:width:)``.
package enum HelpTranslation {
    /// The width to ask the parser for: so wide that it never wraps.
    package static let columns = 100_000

    /// The parser's text, translated if need be, made safe to show and laid out.
    ///
    /// Do not use it for completion scripts and other output that is meant for programs.
    package static func present(_ text: String, in language: Language, width: Int?) -> String {
        let translated = language == .en ? text : translate(text)
        let safe = translated.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).shown }
        guard let width else { return safe.joined(separator: "\n") }
        return HelpLayout.lines(safe, width: width).joined(separator: "\n")
    }

    /// The parser's text in Chinese; what is not the parser's own wording stays as it is.
    ///
    /// Descriptions keep the column that the parser gave them, counted in characters; ``present(_:in:width:)`` aligns them.
    package static func translate(_ text: String) -> String {
        if let error = translateError(text) { return error }
        if text.hasPrefix("OVERVIEW: ") || text.hasPrefix("USAGE: ") || text.contains("\nUSAGE: ") {
            return translateHelp(text)
        }
        return ParserErrorTranslation.translate(text) ?? text
    }

    /// The parser's own description of an option such as `--help`; any other as it is.
    package static func description(_ text: String, in language: Language) -> String {
        language == .en ? text : abstracts[text] ?? text
    }

    /// `Error: …`, perhaps `Help:  …`, then `Usage: …` and `  See …`; or else, after the error, a whole help screen.
    private static func translateError(_ text: String) -> String? {
        guard let start = ["Error: ", "Help:  ", "Usage: "].first(where: text.hasPrefix) else { return nil }
        guard start == "Error: " else { return usage(text[...]) }
        // Only the last occurrence is the parser's; one before it stands in an argument that the message quotes.
        var message = text.dropFirst(start.count)
        for marker in ["\nUsage: ", "\n\nOVERVIEW: ", "\n\nUSAGE: ", "\n  See '"] {
            guard let range = message.ranges(of: marker).last else { continue }
            message = message[..<range.lowerBound]
            break
        }
        if let help = message.ranges(of: "\nHelp:  ").last { message = message[..<help.lowerBound] }
        let tail = text[message.endIndex...]
        while message.last == "\n" { message.removeLast() }
        let lineEnds = text[message.endIndex..<tail.startIndex]
        let sentence = ParserErrorTranslation.translate(String(message)) ?? String(message)
        let isHelp = tail.drop { $0 == "\n" }.hasPrefix("OVERVIEW: ") || tail.drop { $0 == "\n" }.hasPrefix("USAGE: ")
        return "错误：" + sentence + lineEnds + (isHelp ? translateHelp(String(tail)) : usage(tail))
    }

    private static func usage(_ text: Substring) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { usageLine(String($0)) }
            .joined(separator: "\n")
    }

    private static func usageLine(_ line: String) -> String {
        if line.hasPrefix("Help:  ") { return "说明：" + line.dropFirst(7) }
        if line.hasPrefix("Usage: ") { return "用法：" + placeholders(line.dropFirst(7)) }
        if let found = line.wholeMatch(of: /\ \ See '(.*)' for more information\./) {
            return "  运行“\(found.1)”查看更多信息。"
        }
        return placeholders(line[...])
    }

    private static func placeholders(_ usage: Substring) -> String {
        String(usage.replacing("<options>", with: "<选项>").replacing("<subcommand>", with: "<子命令>"))
    }

    private static func translateHelp(_ text: String) -> String {
        var isUsage = false
        var isSubcommands = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { (line) -> String in
            if line.hasPrefix("OVERVIEW: ") {
                let overview = String(line.dropFirst(10))
                return "概述：" + (abstracts[overview] ?? overview)
            }
            if line.hasPrefix("USAGE: ") {
                isUsage = true
                return "用法：" + placeholders(line.dropFirst(7))
            }
            if line.isEmpty { isUsage = false }
            if isUsage { return placeholders(line) }
            if line == "ARGUMENTS:" { return "参数：" }
            if line == "OPTIONS:" {
                isSubcommands = false
                return "选项："
            }
            if line.hasSuffix("SUBCOMMANDS:") {
                isSubcommands = true
                return String(line.dropLast(12) + "子命令：")
            }
            if line.last == ":", line.first != " " { return String(line.dropLast() + "：") }
            if let found = line.wholeMatch(of: /\ \ See '(.*) <subcommand>' for detailed help\./) {
                return "  运行“\(found.1) <子命令>”查看详细说明。"
            }
            return line.hasPrefix("  ") ? element(line, isSubcommand: isSubcommands) : String(line)
        }.joined(separator: "\n")
    }

    private static let abstracts = [
        "Show help information.": "显示帮助信息。", "Show the version.": "显示版本。",
        "Show subcommand help information.": "显示子命令的帮助信息。",
    ]

    /// An option, an argument or a subcommand: its label, its description and, in parentheses, values and default.
    private static func element(_ line: Substring, isSubcommand: Bool) -> String {
        var line = String(line)
        for (english, chinese) in abstracts where line.hasSuffix(" " + english) {
            return line.dropLast(english.count) + chinese
        }
        if isSubcommand, let range = line.firstRange(of: " (default)") {
            // The description keeps its column: the missing characters are replaced by spaces.
            let isLast = range.upperBound == line.endIndex
            line.replaceSubrange(range, with: isLast ? "（默认）" : "（默认）" + "      ")
        }
        guard line.hasSuffix(")") else { return line }
        if let found = line.wholeMatch(of: /(.*)\(values: (.*?)(?:; default(?<flag> as flag)?: (?<default>.*))?\)/) {
            var note = "可选值：" + found.2.replacing(", ", with: "、")
            if let value = found.default { note += "；\(found.flag == nil ? "默认" : "单独使用时默认")：\(value)" }
            return annotated(found.1, note)
        }
        if let found = line.wholeMatch(of: /(.*)\(default(?<flag> as flag)?: (?<default>.*)\)/) {
            return annotated(found.1, "\(found.flag == nil ? "默认" : "单独使用时默认")：\(found.default)")
        }
        return line
    }

    /// Full-width parentheses bring their own space; after a label the column must stay.
    private static func annotated(_ before: Substring, _ note: String) -> String {
        let text = before.hasSuffix("  ") ? before : before.hasSuffix(" ") ? before.dropLast() : before
        return "\(text)（\(note)）"
    }
}
