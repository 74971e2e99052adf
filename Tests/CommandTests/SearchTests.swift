import Foundation
import Testing

struct SearchTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        for (name, content) in [("安全出口堵塞.jpg", "1\n"), ("ＡＢＣ１２３.txt", "2\n"), ("REC_0007.WAV", "3\n")] {
            try laptop.file(name, content)
        }
        try laptop.succeed(
            "case", "open", "HN-2026-001", "--title", "3号安全出口堵塞", "--unit", "样例食品公司", env: archive)
        try laptop.succeed("case", "open", "HN-2026-002", "--title", "氨气报警失效", env: archive)
        try laptop.succeed(
            "add", "安全出口堵塞.jpg", "--kind", "photo", "--title", "成品库照片", "--description",
            "今天上午检查时发现，成品库的安全出口被货物堵塞，\n疏散通道宽度不足一米。", "--person", "张三:库管员", "--place", "成品库", "--occurred-at",
            "2026-03-10", "--case", "HN-2026-001", env: archive)
        try laptop.succeed(
            "add", "ＡＢＣ１２３.txt", "--kind", "letter", "--title", "Straße e\u{301}cole", "--occurred-at", "2026-03-12",
            env: archive)
        try laptop.succeed("add", "REC_0007.WAV", "--kind", "audio", "--title", "张三谈话 * OR \"甲 乙\"", env: archive)
    }

    private func found(_ arguments: String...) throws -> [[Int]] {
        let outcome = try laptop.start(["search", "--json"] + arguments, env: archive).wait()
        #expect(outcome.status == 0 && outcome.err == "", "\(outcome.err)")
        let document = try outcome.json
        #expect(document.names == ["cases", "records", "steps"])
        return try ["cases", "records"].map { name in
            try #require(document[name]).array.compactMap { $0["seq"]?.int }.sorted()
        }
    }

    @Test func `words are found in every field, however short, without regard to case and width`() throws {
        for (text, cases, records) in [
            ("安全出口", [2], [4]), ("堵", [2], [4]), ("成品", [], [4]), ("张三", [], [4, 6]), ("库管", [], [4]),
            ("样例", [2], []), ("hn-2026", [2, 3], []), ("abc123", [], [5]), ("ａｂｃ", [], [5]), ("1", [2], [5]),
            ("STRASSE", [], [5]), ("É", [], [5]), ("rec_0007.wav", [], [6]), ("堵塞， 疏散", [], [4]), ("没有的", [], []),
        ] as [(String, [Int], [Int])] {
            #expect(try found(text) == [cases, records], "\(text)")
        }
    }

    @Test func `several words must all occur, and a phrase keeps its spaces`() throws {
        #expect(try found("张三", "成品库") == [[], [4]])
        #expect(try found("张三 照片") == [[], [4]])
        #expect(try found("张三", "ABC") == [[], []])
        #expect(try found("甲 乙") == [[], [6]])
        #expect(try found("乙 甲") == [[], [6]])
        #expect(try found("“甲 乙”") == [[], [6]])
        #expect(try found("\"乙 甲\"") == [[], []])
    }

    @Test func `what other search programs understand is text here`() throws {
        #expect(try found("OR") == [[], [6]])
        #expect(try found("*") == [[], [6]])
        #expect(try found("张*") == [[], []])
        #expect(try found("\"") == [[], [6]])
        #expect(try found("\"甲") == [[], [6]])
        #expect(try found("title:成品") == [[], []])
        #expect(try found("NEAR(张 三)") == [[], []])
        #expect(try found("--", "-") == [[2, 3], []])
        #expect(try found("--", "--json") == [[], []])
    }

    @Test func `search narrows as list does, and the kind concerns records alone`() throws {
        #expect(try found("堵", "--case", "HN-2026-001") == [[2], [4]])
        #expect(try found("氨气", "--case", "HN-2026-001") == [[], []])
        #expect(try found("张三", "--case", "HN-2026-001") == [[], [4]])
        #expect(try found("张三", "--kind", "audio") == [[], [6]])
        #expect(try found("堵", "--kind", "audio") == [[2], []])
        #expect(try found("张三", "--until", "2026-03-11") == [[], [4]])
        #expect(try found("张三", "--since", "2026-03-11") == [[], [6]])
        try laptop.expectRefused("search", "x", "--case", "没有", status: 66, naming: "没有", env: archive)
        try laptop.expectRefused("search", "x", "--kind", "foto", "--json", status: 64, naming: "foto", env: archive)
    }

    @Test func `its document says where the words are, in code points`() throws {
        let document = try laptop.json("search", "成品库", "堵塞", env: archive)
        let record = try #require(document["records"]?[0])
        let listed = try #require(try laptop.json("list", env: archive)["records"]?[0])
        #expect(record.names == (listed.names + ["matches"]).sorted())
        let matches = try #require(record["matches"]?.array)
        #expect(matches.map { $0["field"]?.string } == ["title", "place", "description", "files"])
        for match in matches {
            #expect(match.names == ["field", "ranges", "text"])
            let text = Array(try #require(match["text"]?.string).unicodeScalars)
            for range in try #require(match["ranges"]).array {
                let (start, length) = (try #require(range[0]?.int), try #require(range[1]?.int))
                var part = String.UnicodeScalarView()
                part.append(contentsOf: text[start..<start + length])
                #expect(["成品库", "堵塞"].contains(String(part)))
            }
        }
        let found = try #require(try laptop.json("search", "样例", env: archive)["cases"]?[0])
        #expect(found["id"]?.string == "HN-2026-001")
        #expect(found["matches"]?[0]?["field"]?.string == "unit")
    }

    @Test func `a person sees the words marked, in lines that fit the window`() throws {
        let plain = try laptop.succeed("search", "安全", "--lang", "zh-Hans", env: archive).out
        #expect(plain.contains("标题：3号【安全】出口堵塞\n"))
        #expect(plain.contains("说明：今天上午检查时发现，成品库的【安全】出口被货物堵塞， 疏散通道宽度不足一米。\n"))
        #expect(plain.contains("文件：【安全】出口堵塞.jpg\n") && plain.hasSuffix("找到 1 个案卷、1 条记录。\n"))
        let coloured = try laptop.succeed("search", "安全", "--color", "always", env: archive).out
        #expect(coloured.contains("\u{1B}[7m安全\u{1B}[0m") && !coloured.contains("【"))
        for columns in [20, 40, 80] {
            for color in ["always", "never"] {
                let env = archive.merging(["COLUMNS": "\(columns)", "TERM": "xterm"]) { $1 }
                let screen = try laptop.atTerminal(
                    ["search", "安全", "--color", color, "--lang", "zh-Hans"], env: env, answers: [])
                let lines = screen.text.replacing(/\u{1B}\[[0-9]*m/, with: "").split(whereSeparator: \.isNewline)
                #expect(lines.count >= 6)
                for line in lines {
                    let cells = line.unicodeScalars.reduce(0) { $0 + ($1.value < 0x2E80 ? 1 : 2) }
                    #expect(cells <= columns, "\(columns): \(line)")
                }
                #expect(lines.filter { $0.contains("安全") }.count == 3, "\(columns): \(screen.text)")
            }
        }
        #expect(try laptop.succeed("search", "没有的", env: archive).out == "Nothing was found.\n")
        #expect(try laptop.succeed("search", "没有的", "-q", env: archive).out == "")
    }

    @Test func `a record is found by what it says now, not by what it said`() throws {
        try laptop.succeed("amend", "4", "--reason", "有误", "--title", "原料库照片", "--unset", "place", env: archive)
        #expect(try found("成品") == [[], [4]], "still in the description")
        #expect(try found("原料库") == [[], [4]])
        #expect(try found("原料库 堵塞") == [[], [4]], "words of the record and of its amendment together")
        #expect(try found("成品库照片") == [[], []])
        try laptop.succeed("amend", "4", "--reason", "再改", "--unset", "description", env: archive)
        #expect(try found("成品") == [[], []] && found("原料") == [[], [4]])
        try laptop.succeed("amend", "4", "--reason", "归类", "--kind", "document", env: archive)
        #expect(try found("原料", "--kind", "document") == [[], [4]] && found("原料", "--kind", "photo") == [[], []])
        try laptop.succeed("amend", "2", "--reason", "补充", "--unit", "某某公司", env: archive)
        #expect(try found("样例") == [[], []] && found("某某") == [[2], []])
        let matches = try laptop.json("search", "原料", env: archive)["records"]?[0]?["matches"]
        #expect(matches?[0]?["text"]?.string == "原料库照片")
        try laptop.expectVerified()
    }

    @Test func `nothing of a withdrawn record is found, nor left in the index`() throws {
        try laptop.succeed("amend", "4", "--reason", "有误", "--tag", "龘靐", env: archive)
        #expect(try found("龘靐") == [[], [4]] && found("疏散") == [[], [4]])
        try laptop.succeed("withdraw", "4", "--authority", "某办", "--reason", "有令", env: archive)
        let index = try Laptop.bytes(laptop.archive + "/index.sqlite")
        for word in ["龘", "靐", "疏", "张三:", "库管"] {
            #expect(Data(index).range(of: Data(word.utf8)) == nil, "\(word)")
            #expect(try found(word) == [[], []])
        }
        #expect(try found("张三") == [[], [6]])
        try laptop.expectVerified()
    }

    @Test func `text from outside cannot reach the terminal`() throws {
        try laptop.file("x", "4\n")
        try laptop.succeed("add", "x", "--title", "红\u{1B}[31m色\u{202E}", env: archive)
        let out = try laptop.succeed("search", "红", env: archive).out
        #expect(out.contains("【红】\\u{1B}[31m色\\u{202E}"))
    }

    @Test func `mistakes are told in a sentence`() throws {
        try laptop.expectRefused("search", "", status: 64, env: archive)
        try laptop.expectRefused("search", " \u{3000} ", status: 64, env: archive)
        try laptop.expectRefused("search", "\"  \"", "--json", status: 64, env: archive)
        try laptop.expectRefused("search", status: 64, env: archive)
        try laptop.expectRefused("search", "x", status: 66, env: ["EVIDENCE_ARCHIVE": "none"])
        #expect(try found(String(repeating: "长", count: 10_000)) == [[], []])
        #expect(try found(String(repeating: "堵 ", count: 5_000)) == [[2], [4]])
        #expect(try found((0..<3_000).map { "词\($0)" }.joined(separator: " ")) == [[], []])
    }
}
