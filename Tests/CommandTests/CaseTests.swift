import Foundation
import Testing

struct CaseTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.file("a.txt", "a")
        try laptop.file("b.txt", "b")
        try laptop.succeed("add", "a.txt", "b.txt", "--each", env: archive)
    }

    @Test func `a case is opened, filled, listed and shown`() throws {
        let opened = try laptop.json(
            "case", "open", "HN-2026-001", "--title", "冷库氨气报警失效", "--unit", "样例食品有限公司", "--content", "C4",
            "--description", "两处", env: archive)
        #expect(opened["id"]?.string == "HN-2026-001")
        #expect(opened["seq"]?.int == 4)
        try laptop.file("c.txt", "c")
        try laptop.succeed("add", "c.txt", "--case", "HN-2026-001", env: archive)
        let linked = try laptop.json("case", "link", "HN-2026-001", "2", "3", env: archive)
        #expect(linked["linked"]?.array.compactMap(\.int) == [2, 3])
        let cases = try #require(try laptop.json("case", "list", env: archive)["cases"]?.array)
        #expect(cases.count == 1)
        #expect(cases[0]["id"]?.string == "HN-2026-001")
        #expect(cases[0]["dossierId"]?.string?.utf8.count == 32)
        #expect(cases[0]["unit"]?.string == "样例食品有限公司")
        #expect(cases[0]["entries"]?.array.compactMap(\.int) == [4, 5, 6])
        #expect(cases[0]["linked"]?.array.compactMap(\.int) == [2, 3])
        let shown = try laptop.json("case", "show", "HN-2026-001", env: archive)
        #expect(shown["records"]?.array.compactMap { $0["seq"]?.int } == [2, 3, 4, 5, 6])
        #expect(
            try laptop.json("list", "--case", "HN-2026-001", env: archive)["records"]?.array.compactMap {
                $0["seq"]?.int
            }
                == [2, 3, 5])
        #expect(try laptop.json("show", "2", env: archive)["dossiers"]?.array.compactMap(\.string) == ["HN-2026-001"])
        for language in ["en", "zh"] {
            let text = try laptop.succeed("case", "show", "HN-2026-001", "--lang", language, env: archive).out
            for word in ["HN-2026-001", "冷库氨气报警失效", "样例食品有限公司", "两处", "C4", "李四"] { #expect(text.contains(word)) }
        }
        try laptop.expectVerified()
    }

    @Test func `a case's name is any text of one line that can be told from others by eye`() throws {
        for name in ["案件 一", "caf\u{E9}", "👩‍👩‍👧", String(repeating: "长", count: 64), "--dashes"] {
            let outcome = try laptop.run("case", "open", "--", name, env: archive)
            #expect(outcome.status == 0, "\(name): \(outcome.err)")
        }
        #expect(try laptop.json("case", "list", env: archive)["cases"]?.array.count == 5)
        try laptop.expectRefused("case", "open", "案件 一", status: 65, naming: "案件 一", env: archive)
        // What can't be told apart by eye is refused.
        for name in ["cafe\u{301}", "案件\u{3000}一", "－－ＤＡＳＨＥＳ"] {
            try laptop.expectRefused("case", "open", name, status: 65, naming: name, env: archive)
        }
        for name in [
            "", "two\nlines", String(repeating: "长", count: 65), "bell\u{7}", " x", "x ", "x\u{200B}", "\u{202E}gpj",
            " ", "9c597de604f8ba4f79ec25db951b1a59", "9C597DE604F8BA4F79EC25DB951B1A59",
        ] {
            try laptop.expectRefused("case", "open", name, status: 64, env: archive)
        }
        try laptop.expectRefused("case", "open", "x", "--content", "C11", status: 64, naming: "C11", env: archive)
        try laptop.expectRefused("case", "open", "x", "--inspection", "没有", status: 66, naming: "没有", env: archive)
        try laptop.expectVerified()
    }

    @Test func `what cannot be linked is refused`() throws {
        try laptop.succeed("case", "open", "甲", env: archive)
        try laptop.expectRefused("case", "link", "甲", "99", status: 66, naming: "99", env: archive)
        try laptop.expectRefused("case", "link", "乙", "2", status: 66, naming: "乙", env: archive)
        try laptop.expectRefused("case", "link", "甲", "1", status: 65, naming: "1", env: archive)
        try laptop.expectRefused("case", "link", "甲", status: 64, env: archive)
        try laptop.expectRefused("case", "show", "乙", status: 66, naming: "乙", env: archive)
        try laptop.succeed("case", "link", "甲", "2", "2", env: archive)
        try laptop.expectRefused("case", "link", "甲", "3", "2", status: 65, naming: "2", env: archive)
        try laptop.expectVerified()
    }
}
