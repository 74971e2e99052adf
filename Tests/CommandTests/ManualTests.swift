import EvidenceTestSupport
import Foundation
import Testing

/// The manual pages, as manual page readers see them.
struct ManualTests {
    private let laptop: Laptop

    init() throws { laptop = try Laptop() }

    private func write(_ language: String) throws -> [String] {
        try laptop.json("manual", "--to", language, "--lang", language)["pages"]?.array.compactMap(\.string) ?? []
    }

    @Test(arguments: TestTier.some(["zh-Hans", "en"], oneIn: 2))
    func `there is a page for every command, without faults, that names all its options`(_ language: String) throws {
        let pages = try write(language)
        let folder = laptop.folder + "/" + language
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == pages.sorted())
        #expect(pages.contains("evidence.1") && pages.contains("evidence-case-open.1") && pages.count >= 25)
        let lint = try laptop.shell("mandoc -T lint -W warning \(language)/*.1")
        #expect(lint.out == "" && lint.err == "" && lint.status == 0, "\(lint.out)")
        for page in pages {
            let command = page.dropLast(2).split(separator: "-", maxSplits: 2).dropFirst().map(String.init)
            // A name with a hyphen of its own is not a group's member.
            let words =
                command.first == "signer" || command.first == "case" ? command : [command.joined(separator: "-")]
            let help = try laptop.start(words.filter { !$0.isEmpty } + ["--help", "--lang", language]).wait()
            #expect(help.status == 0, "\(words): \(help.err)")
            let text = try laptop.shell(
                "MANWIDTH=200 LC_ALL=C.UTF-8 man --warnings -l \(language)/\(page) | col -bx && MANWIDTH=200 man -l \(language)/evidence.1 | col -bx"
            )
            #expect(text.err == "", "\(page)")
            for option in help.out.matches(of: /\n  (?:-[a-z], )?(--[a-z-]+)/) {
                #expect(text.out.contains(option.1), "\(page): \(option.1)")
            }
        }
    }

    @Test func `both languages have the same pages, and the Chinese ones are Chinese`() throws {
        let pages = try write("en")
        #expect(try write("zh-Hans") == pages)
        for page in pages {
            let text = try laptop.shell("MANWIDTH=10000 man -l zh-Hans/\(page) | col -bx").out
            let prose = text.split(separator: "\n").filter { !$0.contains("evidence ") && !$0.contains("EVIDENCE") }
            #expect(Prose.english(in: prose.joined(separator: "\n")) == [], "\(page)")
            #expect(text.contains("名称") && text.contains("退出状态"))
        }
        #expect(try laptop.shell("lexgrog en/evidence-add.1").out.contains("Put files into the archive"))
    }

    @Test func `pages are replaced, and the same each time`() throws {
        _ = try write("en")
        let first = try Laptop.bytes(laptop.folder + "/en/evidence-add.1")
        try laptop.file("en/evidence-add.1", "old")
        _ = try write("en")
        #expect(try Laptop.bytes(laptop.folder + "/en/evidence-add.1") == first)
        try laptop.file("file", "")
        #expect(try laptop.run("manual", "--to", "file").status == 65)
    }
}
