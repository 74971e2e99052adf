/// The sentences of swift-argument-parser 1.8.2 about a wrong command line (its `ErrorMessageGenerator`), in Chinese.
///
/// Names and values that the parser quotes are taken over as they stand.
enum ParserErrorTranslation {
    /// The message in Chinese; nil for a message that is not the parser's, such as one of our own.
    static func translate(_ message: String) -> String? {
        fixed[message] ?? option(message) ?? argument(message) ?? value(message) ?? other(message)
    }

    private static let fixed = [
        "Internal error. Parsing command-line arguments hit unimplemented code path.":
            "内部错误：解析命令行参数时遇到尚未实现的分支。",
        "Internal error. Invalid state while parsing command-line arguments.": "内部错误：解析命令行参数时状态异常。",
        "Missing required subcommand.": "缺少子命令。",
        "Unspecified version": "未注明版本",
    ]

    private static func option(_ message: String) -> String? {
        // Several short options in one: “Unknown option '-ab'” and “or: Missing value for '-a <a>' in '-ab'”.
        if let found = message.wholeMatch(of: /(?s)(.*)\n   or: (.*) in '(.*)'/),
            let unknown = translate(String(found.1)), let missing = translate(String(found.2))
        {
            return "\(unknown)\n   或者“\(found.3)”中的\(missing)"
        }
        if let found = message.wholeMatch(of: /(?s)Unknown option '(.*)'\. Did you mean '(.*)'\?/) {
            return "未知选项“\(found.1)”。是否想输入“\(found.2)”？"
        }
        if let found = message.wholeMatch(of: /(?s)Unknown option '(.*)'/) { return "未知选项“\(found.1)”" }
        if let found = message.wholeMatch(of: /(?s)Invalid option: (.*)/) { return "无效选项：\(found.1)" }
        if let found = message.wholeMatch(of: /(?s)Missing value for '(.*)'/) { return "选项“\(found.1)”缺少值" }
        if let found = message.wholeMatch(
            of: /(?s)The option '(.*)' does not take any value, but '(.*)' was specified\./)
        {
            return "选项“\(found.1)”不接受值，却指定了“\(found.2)”。"
        }
        if let found = message.wholeMatch(of: /(?s)Value to be set with (.*) had already been set with (.*)/) {
            return "\(flag(found.1))与\(flag(found.2))冲突，二者设置的是同一个值"
        }
        return nil
    }

    /// `flag '--fast'` or, of several short options in one, `flag 'f' in '-fs'`.
    private static func flag(_ text: Substring) -> String {
        if let found = text.wholeMatch(of: /(?s)flag '(.)' in '(.*)'/) { return "“\(found.2)”中的标志“\(found.1)”" }
        if let found = text.wholeMatch(of: /(?s)flag '(.*)'/) { return "标志“\(found.1)”" }
        if let found = text.wholeMatch(of: /(?s)position (.*)/) { return "位置 \(found.1) 处的参数" }
        return String(text)
    }

    private static func argument(_ message: String) -> String? {
        if let found = message.wholeMatch(of: /(?s)Unexpected argument '(.*)'/) { return "多余的参数“\(found.1)”" }
        if let found = message.wholeMatch(of: /(?s)(\d+) unexpected arguments: '(.*)'/) {
            return "有 \(found.1) 个多余的参数：\(quotedList(found.2))"
        }
        if let found = message.wholeMatch(of: /(?s)Missing expected argument '(.*)'/) {
            return found.1.hasPrefix("-") ? "缺少必需的选项“\(found.1)”" : "缺少参数“\(found.1)”"
        }
        if let found = message.wholeMatch(of: /(?s)Missing one of: '(.*)'/) {
            return "缺少参数，须指定以下之一：\(quotedList(found.1))"
        }
        return nil
    }

    private static func value(_ message: String) -> String? {
        if let found = message.wholeMatch(of: /(?s)The value '(.*)' is invalid for '([^']*)'(.*)/) {
            let kind = found.2.hasPrefix("<") ? "参数" : "选项"
            return "\(kind)“\(found.2)”的值“\(found.1)”无效\(reason(found.3))"
        }
        if let found = message.wholeMatch(of: /(?s)The value '(.*)' is invalid\.(.*)/) {
            return "值“\(found.1)”无效\(found.2.isEmpty ? "。" : reason(found.2))"
        }
        return nil
    }

    /// What follows “is invalid”: nothing, a reason of our own after a colon, or the values that are allowed.
    private static func reason(_ text: Substring) -> String {
        if text.hasPrefix(": ") { return "：" + text.dropFirst(2) }
        if let found = text.wholeMatch(of: /(?s)\. Please provide one of the following:\n(.*)/) {
            return "。请从下列值中选择：\n\(found.1)"
        }
        if let found = text.wholeMatch(of: /(?s)\. Please provide one of '(.*)'\./) {
            let values = found.1.replacing("' and '", with: "', '").replacing("' or '", with: "', '")
            return "。可选值：\(quotedList(values))。"
        }
        return String(text)
    }

    private static func other(_ message: String) -> String? {
        if let found = message.wholeMatch(of: /(?s)Command '(.*)' is not a parent of the current command\./) {
            return "“\(found.1)”不是当前命令的上级命令。"
        }
        if let found = message.wholeMatch(of: /(?s)No value set for non-argument var (.*?)\. Replace with .*/) {
            return "内部错误：变量“\(found.1)”不是参数，也没有值。"
        }
        if let found = message.wholeMatch(of: /(?s)(.*)\nPlease use (--.*)=<shell> with one of:\n(.*)/) {
            let shell = found.1.wholeMatch(of: /(?s)Can't generate completion scripts for '(.*)'\./)?.1
            let problem = shell.map { "无法为“\($0)”生成补全脚本。" } ?? "无法识别当前使用的 shell。"
            return "\(problem)\n请使用 \(found.2)=<shell>，可选值：\n\(found.3)"
        }
        return nil
    }

    /// `a', 'b` becomes `“a”、“b”`.
    private static func quotedList(_ text: Substring) -> String {
        "“" + text.replacing("', '", with: "”、“") + "”"
    }

    private static func quotedList(_ text: String) -> String { quotedList(text[...]) }
}
