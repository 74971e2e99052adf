import EvidenceCommands
import EvidenceTestSupport
import Foundation
import Testing

/// What people see in windows of many widths, with texts that are hard to fit.
struct WindowTests {
    private static let widths = [24, 40, 60, 80, 120, 200]
    private static let long = String(repeating: "冷库氨气报警装置失效且现场无人值守，", count: 12)
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.succeed(
            "case", "open", "HN-2026-001", "--title", WindowTests.long, "--unit", "样例食品有限公司第二冷库车间", env: archive)
        try laptop.succeed("case", "open", "海南省安全生产巡查第二组线索" + String(repeating: "甲", count: 48), env: archive)
        let names = [
            "👩‍👩‍👧‍👦🇨🇳 现场⚠️.txt", String(repeating: "超长文件名", count: 16) + ".txt",
            String(repeating: "averylongnamewithoutanyspace", count: 8) + ".txt", "e\u{301}té\tcafé.txt", "ﾊﾝｶｸ　全角.txt",
        ]
        for (index, name) in names.enumerated() {
            try laptop.file(name, name)
            try laptop.succeed(
                "add", name, "--kind", "site-visit", "--title", index == 3 ? WindowTests.long : name,
                "--description", WindowTests.long, "--place", name, "--person", "被谈话人:欧阳\(name)", "--case",
                "HN-2026-001",
                "--occurred-at", index == 0 ? "2026-03-12T14:30" : "2026-03-0\(index)", env: archive)
        }
        try laptop.succeed(
            "signer", "create", "wangwu", "--person", "欧阳娜娜娜娜娜", "--unit", WindowTests.long, "--role", "👷")
    }

    /// The lines of a screen, without colours.
    private func screen(_ command: [String], _ width: Int, _ language: String) throws -> [String] {
        let screen = try laptop.atTerminal(
            command + ["--as", "lisi", "--lang", language],
            env: archive.merging(["COLUMNS": "\(width)", "TERM": "xterm"]) { $1 }, answers: [])
        #expect(screen.status == 0, "\(command) at \(width)")
        let lines = screen.text.replacing(/\u{1B}\[[0-9;]*m/, with: "").split(separator: "\r\n").map(String.init)
        #expect(!lines.isEmpty)
        return lines
    }

    private static let commands = [
        ["list"], ["search", "txt"], ["show", "4"], ["show", "0"], ["show", "7"], ["log"], ["status"],
        ["case", "list"],
        ["case", "show", "HN-2026-001"], ["signer", "list"], ["verify", "--progress", "none"], ["--help"],
        ["add", "--help"],
    ]

    @Test(arguments: ["en", "zh-Hans"])
    func `nothing overflows a window`(_ language: String) throws {
        for width in TestTier.some(WindowTests.widths, oneIn: 2) {
            for command in WindowTests.commands where width >= 40 || command.last != "--help" {
                // An example is there to be copied, and so one line.
                let wide = try screen(command, width, language).filter {
                    $0.cells > width && !$0.hasPrefix("  evidence ")
                }
                #expect(wide == [], "\(command) at \(width)")
            }
        }
    }

    @Test(arguments: ["en", "zh-Hans"])
    func `columns stand below each other, and a date is whole in every window`(_ language: String) throws {
        for width in WindowTests.widths {
            let lines = try screen(["list"], width, language)
            #expect(
                lines.contains { $0.contains("2026-03-12") } && lines.filter { $0.contains("2026-03-0") }.count == 4)
            guard let header = lines.first, header.contains(language == "en" ? "When" : "时间") else {
                #expect(width < 80)
                continue
            }
            let column = { (line: String, text: String) in
                line.firstRange(of: text).map { String(line[..<$0.lowerBound]).cells }
            }
            let kind = language == "en" ? "site visit" : "现场检查"
            let starts = lines.dropFirst().map { column($0, kind) }
            #expect(Set(starts) == [column(header, language == "en" ? "Kind" : "类别")], "\(width): \(lines)")
        }
        // Titles that are cut are worth more than how long ago it was.
        #expect(try screen(["list"], 80, language).allSatisfy { !$0.contains(" ago)") && !$0.contains("前）") })
    }

    @Test func `what is printed into a file is complete, with no dates that are wrong tomorrow`() throws {
        let list = try laptop.succeed("list", env: archive).out
        #expect(list.contains(WindowTests.long))
        for command in WindowTests.commands {
            let out = try laptop.start(command + ["--lang", "zh-Hans"], env: archive).wait().out
            #expect(!out.contains("天前") && !out.contains("今天") && !out.contains("个月前"), "\(command)")
        }
    }

    @Test func `moments on a terminal say how long ago they were, in both languages`() throws {
        let laptop = try Laptop.withArchive()
        try laptop.succeed("case", "open", "甲", env: archive)
        try laptop.file("a.txt")
        try laptop.succeed("add", "a.txt", "--case", "甲", env: archive)
        for command in [["list"], ["show", "3"], ["status"], ["case", "show", "甲"], ["case", "list"], ["log"]] {
            for (language, word) in [("en", "(today)"), ("zh-Hans", "（今天）")] {
                let screen = try laptop.atTerminal(
                    command + ["--lang", language], env: archive.merging(["COLUMNS": "120"]) { $1 }, answers: [])
                let isThere =
                    screen.text.contains(word) || command[0] == "show" && screen.text.contains(word.dropFirst())
                #expect(isThere, "\(command): \(screen.text)")
            }
        }
    }
}
