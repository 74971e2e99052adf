import ArgumentParser
import EvidenceCommands
import EvidenceRecord
import Testing

struct HelpTranslationTests {
    private enum Colour: String, CaseIterable, ExpressibleByArgument { case red, green }
    private enum Size: String, CaseIterable, ExpressibleByArgument { case s, m, l }
    private enum Many: String, CaseIterable, ExpressibleByArgument { case a, b, c, d, e, f, g }
    private enum Speed: String, EnumerableFlag { case fast, slow }

    private struct Root: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "demo", abstract: "演示命令。", discussion: "说明文字。\n\n  示例：demo paint", version: "1.0",
            subcommands: [Paint.self, Bare.self, Listing.self],
            groupedSubcommands: [CommandGroup(name: "其他", subcommands: [Crowded.self])],
            defaultSubcommand: Listing.self)
    }

    private struct Paint: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "paint", abstract: "着色。", aliases: ["p"])
        @Argument(help: "文件。") var path: String
        @Option(help: "颜色。") var colour: Colour = .red
        @Option(help: "大小。") var size: Size?
        @Option(help: "种类，说明很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长。") var many: Many?
        @Option(name: .shortAndLong, help: "次数。") var times: Int = 3
        @Option(help: ArgumentHelp("目标。", valueName: "目标")) var to: String?
        @Option(name: .short, transform: { _ in throw ValidationError("日期不对") }) var on: String?
        @Flag(exclusivity: .exclusive, help: "速度。") var speed: Speed?
        @Flag(name: .customShort("x")) var extra = false
    }

    private struct Bare: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "bare", subcommands: [Paint.self])
    }

    private struct Listing: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "列出。")
        @Flag(name: .long) var other = false
        mutating func validate() throws {
            if other { throw ValidationError("自己的说法") }
        }
    }

    private struct Crowded: ParsableCommand {
        @OptionGroup(title: "许多选项") var first: Options
        struct Options: ParsableArguments {
            @Option var a1: Int = 1
            @Option var a2: Int = 1
            @Option var a3: Int = 1
            @Option var a4: Int = 1
            @Option var a5: Int = 1
            @Option var a6: Int = 1
            @Option var a7: Int = 1
            @Option var a8: Int = 1
            @Option var a9: Int = 1
            @Option var b1: Int = 1
            @Option var b2: Int = 1
            @Option var b3: Int = 1
            @Argument var path: String
            @Flag(inversion: .prefixedNo) var loud = true
            @Option(defaultAsFlag: 7, help: "深度。") var depth: Int?
        }
    }

    /// Two required flags of one value: “Missing one of”.
    private struct Choosing: ParsableCommand {
        @Flag var speed: Speed
    }

    private func text(_ arguments: [String], of command: any ParsableCommand.Type = Root.self) -> String {
        do {
            var command = try command.parseAsRoot(arguments)
            try command.run()
            return ""
        } catch {
            return command.fullMessage(for: error, columns: HelpTranslation.columns)
        }
    }

    private func firstLine(_ arguments: [String], of command: any ParsableCommand.Type = Root.self) -> String {
        let translated = HelpTranslation.translate(text(arguments, of: command))
        return translated.split(separator: "\n").first.map(String.init) ?? ""
    }

    /// The English words that are left when names, options, values and placeholders are taken away.
    private func english(in text: String) -> [String] {
        let words = text.replacing(/--?[a-z0-9][a-z0-9-]*|<[^>]*>|[“][^”]*[”]|（[^）]*）/, with: " ")
        return words.matches(of: /[A-Za-z]+/).map { String($0.output) }.filter { !Self.names.contains($0) }
    }

    private static let names: Set = ["demo", "paint", "p", "bare", "list", "crowded", "choosing", "shell", "help"]

    @Test func `Help screens are wholly Chinese`() {
        for arguments in [
            ["--help"], ["help"], ["help", "paint"], ["paint", "-h"], ["bare", "--help"], ["crowded", "--help"],
            ["help", "help"],
        ] {
            let translated = HelpTranslation.translate(text(arguments))
            #expect(translated.contains("用法：demo"), "\(arguments)")
            #expect(english(in: translated) == [], "\(translated)")
        }
        #expect(
            HelpTranslation.translate(text(["help"])) == """
                概述：演示命令。

                说明文字。

                  示例：demo paint

                用法：demo <子命令>

                选项：
                  --version               显示版本。
                  -h, --help              显示帮助信息。

                子命令：
                  paint, p                着色。
                  bare
                  list（默认）                列出。

                其他 子命令：
                  crowded

                  运行“demo help <子命令>”查看详细说明。
                """)
        let paint = HelpTranslation.translate(text(["paint", "-h"]))
        #expect(paint.contains("  --colour <colour>       颜色。（可选值：red、green；默认：red）\n"), "\(paint)")
        #expect(paint.contains("大小。（可选值：s、m、l）\n"))
        #expect(paint.contains("次数。（默认：3）\n"))
        let crowded = HelpTranslation.translate(text(["crowded", "-h"]))
        #expect(crowded.contains("用法：demo crowded [<选项>] <path>\n"))
        #expect(crowded.contains("深度。（单独使用时默认：7）\n"))
    }

    @Test func `Descriptions are aligned by cells`() {
        let shown = HelpTranslation.present(text(["help"]), in: .zhHans, width: 80)
        #expect(shown.contains("  list（默认）            列出。\n"))
        #expect(shown.contains("  --version               显示版本。\n"))
        let narrow = HelpTranslation.present(text(["help"]), in: .zhHans, width: 40)
        #expect(narrow.contains("  --version\n      显示版本。\n"))
    }

    @Test func `Without arguments the error is followed by the help screen`() {
        let shown = HelpTranslation.translate(text([], of: Paint.self))
        #expect(shown.hasPrefix("错误：缺少参数“<path>”\n\n概述：着色。\n\n用法：paint <path> "), "\(shown)")
        #expect(english(in: shown) == [])
    }

    @Test func `Help screens fit the window in both languages`() {
        for width in [30, 59, 60, 72, 100, 200] {
            for arguments in [
                ["--help"], ["paint", "--help"], ["crowded", "-h"], ["paint"], ["paint", "--colour", "blue"],
            ] {
                let chinese = HelpTranslation.present(text(arguments), in: .zhHans, width: width)
                #expect(chinese.split(separator: "\n").allSatisfy { $0.cells <= width }, "\(width)\n\(chinese)")
                let english = HelpTranslation.present(text(arguments), in: .en, width: width)
                #expect(english.split(separator: "\n").allSatisfy { $0.cells <= width }, "\(width)\n\(english)")
                #expect(english.filter { !$0.isWhitespace } == text(arguments).filter { !$0.isWhitespace })
            }
        }
    }

    @Test func `Every error of the command line is told in Chinese`() {
        let cases: [([String], any ParsableCommand.Type, String)] = [
            (["paint"], Root.self, "错误：缺少参数“<path>”"),
            (["paint", "f", "--tooo"], Root.self, "错误：未知选项“--tooo”。是否想输入“--to”？"),
            (["paint", "f", "--nothing-like-it"], Root.self, "错误：未知选项“--nothing-like-it”"),
            (["paint", "f", "-q"], Root.self, "错误：未知选项“-q”"),
            (["paint", "f", "g"], Root.self, "错误：多余的参数“g”"),
            (["paint", "f", "g", "h i"], Root.self, "错误：有 2 个多余的参数：“g”、“h i”"),
            (["paint", "f", "--to"], Root.self, "错误：选项“--to <目标>”缺少值"),
            (["paint", "f", "--colour", "blue"], Root.self, "错误：选项“--colour <colour>”的值“blue”无效。可选值：“red”、“green”。"),
            (["paint", "f", "--size", "x"], Root.self, "错误：选项“--size <size>”的值“x”无效。可选值：“s”、“m”、“l”。"),
            (["paint", "f", "--many", "x"], Root.self, "错误：选项“--many <many>”的值“x”无效。请从下列值中选择："),
            (["paint", "f", "--times", "many"], Root.self, "错误：选项“--times <times>”的值“many”无效"),
            (["paint", "f", "-o", "x"], Root.self, "错误：选项“-o <o>”的值“x”无效：日期不对"),
            (["paint", "f", "-x=3"], Root.self, "错误：选项“-x”不接受值，却指定了“3”。"),
            (["paint", "f", "--fast", "--slow"], Root.self, "错误：标志“--slow”与标志“--fast”冲突，二者设置的是同一个值"),
            (["paint", "f", "-xt"], Root.self, "错误：未知选项“-xt”。是否想输入“--to”？"),
            (["paint", "f", "---to"], Root.self, "错误：无效选项：---to"),
            (["list", "--other"], Root.self, "错误：自己的说法"),
            ([], Choosing.self, "错误：缺少参数，须指定以下之一：“--fast”、“--slow”"),
            (["--generate-completion-script", "tcsh"], Root.self, "错误：无法为“tcsh”生成补全脚本。"),
        ]
        for (arguments, command, expected) in cases {
            #expect(firstLine(arguments, of: command) == expected, "\(text(arguments, of: command))")
            let translated = HelpTranslation.translate(text(arguments, of: command))
            let rest = translated.replacing("请从下列值中选择：\n  - a\n  - b\n  - c\n  - d\n  - e\n  - f\n  - g", with: "")
                .replacing("zsh bash fish", with: "")
            #expect(english(in: rest) == [], "\(translated)")
        }
    }

    @Test func `Sentences that need an unusual command line are known too`() {
        let cases = [
            ("Missing required subcommand.", "缺少子命令。"),
            ("Invalid option: -é", "无效选项：-é"),
            ("Command 'a' is not a parent of the current command.", "“a”不是当前命令的上级命令。"),
            ("The value 'x' is invalid for '<n>'", "参数“<n>”的值“x”无效"),
            ("The value 'x' is invalid.", "值“x”无效。"),
            ("Missing value for '-t'", "选项“-t”缺少值"),
            ("Missing expected argument '--to <to>'", "缺少必需的选项“--to <to>”"),
            (
                "Value to be set with flag 'f' in '-sf' had already been set with flag 's' in '-sf'",
                "“-sf”中的标志“f”与“-sf”中的标志“s”冲突，二者设置的是同一个值"
            ),
            (
                "Unknown option '-at'\n   or: Missing value for '-t <t>' in '-at'",
                "未知选项“-at”\n   或者“-at”中的选项“-t <t>”缺少值"
            ),
            (
                "Can't autodetect a supported shell.\nPlease use --generate-completion-script=<shell> with one of:\n    zsh",
                "无法识别当前使用的 shell。\n请使用 --generate-completion-script=<shell>，可选值：\n    zsh"
            ),
            (
                "No value set for non-argument var x. Replace with a static variable, or let constant.",
                "内部错误：变量“x”不是参数，也没有值。"
            ),
            (
                "Internal error. Invalid state while parsing command-line arguments.", "内部错误：解析命令行参数时状态异常。"
            ),
            (
                "Internal error. Parsing command-line arguments hit unimplemented code path.",
                "内部错误：解析命令行参数时遇到尚未实现的分支。"
            ),
            ("Unspecified version", "未注明版本"),
        ]
        for (english, chinese) in cases {
            #expect(HelpTranslation.translate(english) == chinese)
            #expect(HelpTranslation.translate("Error: \(english)\nUsage: x") == "错误：\(chinese)\n用法：x")
        }
    }

    @Test func `The usage and the explanation after an error are Chinese`() {
        #expect(
            HelpTranslation.translate(text(["paint", "f", "--to"])) == """
                错误：选项“--to <目标>”缺少值
                说明：--to <目标>  目标。
                用法：demo paint <path> [--colour <colour>] [--size <size>] [--many <many>] [--times <times>] [--to <目标>] [-o <o>] [--fast] [--slow] [-x]
                  运行“demo paint --help”查看更多信息。
                """)
    }

    @Test func `What is not the parser's stays as it is`() {
        for text in ["", "1.0", "#compdef demo\nlocal OPTIONS: x", "{\n  \"command\" : {}\n}", "一般文字（default: x)"] {
            #expect(HelpTranslation.translate(text) == text)
        }
    }

    @Test func `Arguments cannot reach the terminal unescaped or break the translation`() {
        let arguments = ["paint", "f", "--colour", "b' is invalid for 'x\nUsage: \u{1B}[31m\u{202E}"]
        let shown = HelpTranslation.present(text(arguments), in: .zhHans, width: 300)
        #expect(
            shown.hasPrefix("错误：选项“--colour <colour>”的值“b' is invalid for 'x\nUsage: \\u{1B}[31m\\u{202E}”无效"),
            "\(shown)")
        #expect(!HelpTranslation.present(text(arguments), in: .en, width: 80).contains("\u{1B}"))
    }
}
