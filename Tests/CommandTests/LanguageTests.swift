import EvidenceTestSupport
import Foundation
import Testing

/// What is the same in both languages, and what must not be.
struct LanguageTests {
    private static let chinesePunctuation = Set("，。：；（）、？！“”")
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws { laptop = try Laptop.withArchive() }

    /// Every command and group of commands, as words after `evidence`, from the help texts themselves.
    private func commands(_ group: [String] = []) throws -> [[String]] {
        let help = try laptop.start(group + ["--help"]).wait()
        guard let start = help.out.range(of: "SUBCOMMANDS:\n") else { return [group] }
        let lines = help.out[start.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { !$0.isEmpty }
        let names = lines.filter { $0.hasPrefix("  ") && $0.dropFirst(2).first != " " }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        return try [group] + names.flatMap { try commands(group + [$0]) }
    }

    @Test func `every help text, in both languages, ends with exit statuses and an example`() throws {
        let commands = try commands()
        #expect(commands.count >= 20)
        for command in TestTier.some(commands, oneIn: 4) {
            let english = try laptop.start(command + ["--help"]).wait()
            let chinese = try laptop.start(command + ["--help", "--lang", "zh-Hans"]).wait()
            for (help, status, example) in [(english, "EXIT STATUS:", "EXAMPLE:"), (chinese, "退出状态：", "示例：")] {
                #expect(help.status == 0)
                #expect(help.err == "")
                let lines = help.outLines
                let statusAt = try #require(lines.firstIndex(of: status), "\(command)")
                let exampleAt = try #require(lines.firstIndex(of: example), "\(command)")
                #expect(exampleAt == lines.count - 2 && statusAt < exampleAt)
                let codes = lines[(statusAt + 1)..<exampleAt].compactMap { Int($0.prefix(6).filter(\.isNumber)) }
                #expect(codes == codes.sorted() && codes.first == 0 && codes.contains(64))
                let shown = lines[exampleAt + 1]
                #expect(shown.hasPrefix("  evidence \(command.joined(separator: " "))"))
                #expect(help.out.hasSuffix("\n"))
            }
            let text = chinese.outLines.dropLast().joined(separator: "\n")
            #expect(Prose.english(in: text) == [], "\(command)")
            #expect(text.hasPrefix("概述："))
            let englishText = english.outLines.dropLast().joined(separator: "\n")
            // The only Chinese in an English help text is what is quoted as a value.
            #expect(!englishText.contains { "，。：；（）、".contains($0) }, "\(command)")
            // Both name the same options.
            let options = { (text: String) in
                Set(text.matches(of: /\n  (?:-[a-z], )?(--[a-z-]+)/).map { String($0.1) })
            }
            #expect(options(english.out) == options(chinese.out), "\(command)")
            let other = try laptop.start(["help"] + command).wait()
            #expect(command.isEmpty || other.out == english.out, "\(command)")
        }
    }

    @Test func `the example of a command is one that the command understands`() throws {
        for command in TestTier.some(try commands(), oneIn: 5) {
            let help = try laptop.start(command + ["--help"]).wait()
            let words = try #require(help.outLines.last).split(separator: " ").map(String.init)
            // With an archive that is not there nothing happens; the words must be understood before that is found out.
            // In a home of its own, a command meets nothing that another's example made, such as a witness to serve.
            let home = "\(laptop.home)-\(command.joined(separator: "-"))"
            let outcome = try laptop.start(
                Array(words.dropFirst()) + ["--archive", "none"],
                env: ["EVIDENCE_SIGNER": "nobody", "EVIDENCE_HOME": home]
            ).wait()
            #expect(outcome.status != 64, "\(words): \(outcome.err)")
        }
    }

    @Test func `the language is that of --lang, else of LC_ALL, LC_MESSAGES and LANG`() throws {
        let chinese = "没有记录。\n"
        let cases: [([String: String?], [String], String)] = [
            (["LC_ALL": "zh_CN.UTF-8"], [], chinese), (["LC_ALL": nil, "LANG": "zh_CN.UTF-8"], [], chinese),
            (["LC_ALL": nil, "LC_MESSAGES": "zh_CN", "LANG": "en_US.UTF-8"], [], chinese),
            (["LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"], [], "No records.\n"),
            (["LC_ALL": "", "LANG": "zh_CN.UTF-8"], [], chinese), (["LC_ALL": "C"], [], "No records.\n"),
            (["LC_ALL": "C"], ["--lang", "zh-Hans"], chinese), (["LC_ALL": "C"], ["--lang=zh-Hans"], chinese),
            (["LC_ALL": "zh_CN.UTF-8"], ["--lang", "en"], "No records.\n"),
        ]
        for (env, arguments, expected) in cases {
            let env = env.merging(archive) { first, _ in first }
            #expect(try laptop.start(["list"] + arguments, env: env).wait().out == expected, "\(env)")
            // Before the command as well.
            #expect(try laptop.start(arguments + ["list"], env: env).wait().out == expected, "\(env)")
        }
        #expect(try laptop.run("list", "--lang", "fr", env: archive).status == 64)
        #expect(try laptop.run("--help", env: ["LC_ALL": "zh_CN.UTF-8"]).out.hasPrefix("概述："))
        #expect(try laptop.run("nonsense", env: ["LC_ALL": "zh_CN.UTF-8"]).err.hasPrefix("错误："))
    }

    @Test func `what is printed for programs is the same in both languages`() throws {
        try laptop.file("来信.txt", "来信")
        try laptop.succeed("case", "open", "甲", env: archive)
        try laptop.succeed("add", "来信.txt", "--case", "甲", env: archive)
        try laptop.succeed("trust", "archive/checkpoint")
        let commands = [
            ["list"], ["search", "来信"], ["show", "3"], ["show", "0"], ["log"], ["status"], ["verify"], ["checkpoint"],
            ["signer", "list"],
            ["case", "list"], ["case", "show", "甲"], ["trust", "--list"], ["reindex"],
        ]
        for command in commands {
            let outcomes = try ["en", "zh-Hans"].map {
                try laptop.start(command + ["--json", "--lang", $0], env: archive).wait()
            }
            #expect(outcomes[0].output == outcomes[1].output, "\(command)")
            for outcome in outcomes {
                #expect(outcome.status == 0)
                #expect(outcome.err == "")
                #expect(outcome.out.hasSuffix("}\n") && outcome.outLines.count == 1)
            }
            let text = try laptop.start(command + ["--lang", "zh-Hans"], env: archive).wait()
            if command != ["checkpoint"] { #expect(Prose.english(in: text.out) == [], "\(command)") }
            let english = try laptop.start(command, env: archive).wait()
            #expect(!english.out.contains { "，。：；（）".contains($0) }, "\(command): \(english.out)")
        }
        // With --json an error leaves standard output empty.
        for command in [["show", "99"], ["list", "--case", "乙"], ["case", "show", "乙"], ["log", "--since", "x"]] {
            let outcome = try laptop.start(command + ["--json"], env: archive).wait()
            #expect(outcome.status != 0)
            #expect(outcome.out == "")
            #expect(outcome.err != "")
        }
    }

    @Test func `a wrong command line is explained in both languages`() throws {
        let lines: [[String]] = [
            ["nonsense"], ["add"], ["add", "--kind"], ["add", "x", "--frob"], ["add", "x", "--color", "blue"], ["show"],
            ["show", "1", "2", "3"], ["show", "x"], ["case", "nonsense"], ["case", "open"], ["trust"],
            ["trust", "a", "--list"],
            ["signer", "archive-key"], ["signer", "archive-key", "--to", "a", "--from", "b"],
            ["signer", "create", "x"],
            ["init", "--origin", "x", "--continues", "y"], ["list", "--json=yes"],
            ["list", "--time-zone", "Mars/Olympus"],
            ["add", "x", "--progress", "loud"], ["add", ""],
        ]
        for line in lines {
            for language in ["en", "zh-Hans"] {
                let outcome = try laptop.start(line + ["--lang", language], env: archive).wait()
                #expect(outcome.status == 64, "\(line): \(outcome.err)")
                #expect(outcome.out == "")
                Prose.expectSentence(outcome, language)
            }
        }
    }
}
