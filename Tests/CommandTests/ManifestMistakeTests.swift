import EvidenceTestSupport
import Foundation
import Testing

/// Tables with mistakes: each is named by its row and column, and nothing is added.
struct ManifestMistakeTests {
    /// A mistake as a test names it.
    private struct Mistake: Hashable, CustomStringConvertible {
        let row: Int
        let column: String?
        let code: String

        init(_ row: Int, _ column: String?, _ code: String) {
            self.row = row
            self.column = column
            self.code = code
        }

        init(_ json: JSON) {
            self.init(json["row"]?.int ?? 0, json["column"]?.string, json["code"]?.string ?? "")
        }

        var description: String { "\(column ?? "")\(row) \(code)" }
    }

    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        for name in ["a.txt", "b.txt"] { try laptop.file(name, name) }
    }

    private func expect(
        _ table: String, _ expected: [Mistake], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try expect(bytes: Array(table.utf8), expected, sourceLocation: sourceLocation)
    }

    private func expect(
        bytes: [UInt8], _ expected: [Mistake], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try laptop.file("清单.csv", bytes: bytes)
        let before = try laptop.listing()
        let outcome = try laptop.run("add", "--manifest", "清单.csv", "--json", env: archive)
        #expect(outcome.status == 65, "\(outcome.err)", sourceLocation: sourceLocation)
        #expect(outcome.err == "", sourceLocation: sourceLocation)
        let document = try outcome.json
        #expect(document.names == ["errors", "ok"] && document["ok"]?.bool == false, sourceLocation: sourceLocation)
        let found = document["errors"]?.array.map { Mistake($0) }
        #expect(found == expected, sourceLocation: sourceLocation)
        for language in ["en", "zh-Hans"] {
            let outcome = try laptop.run("add", "--manifest", "清单.csv", "--lang", language, env: archive)
            #expect(outcome.status == 65 && outcome.out == "", sourceLocation: sourceLocation)
            #expect(outcome.errLines.count == 1 + expected.count, "\(outcome.err)", sourceLocation: sourceLocation)
            #expect(outcome.err.contains("清单.csv"), sourceLocation: sourceLocation)
            if language == "en" {
                #expect(!outcome.err.contains("。"), "\(outcome.err)", sourceLocation: sourceLocation)
            } else {
                #expect(Prose.english(in: outcome.err) == [], "\(outcome.err)", sourceLocation: sourceLocation)
            }
        }
        #expect(try laptop.listing() == before, sourceLocation: sourceLocation)
    }

    @Test func `headings that are unknown or there twice`() throws {
        try expect(
            "文件,颜色,标题,名称\na.txt,红,x,y\n", [Mistake(1, "B", "heading-unknown"), Mistake(1, "D", "heading-repeated")])
        try expect("一县巡查清单,,\n文件,标题,\n", [Mistake(1, "A", "heading-unknown")])
    }

    @Test func `values that are none`() throws {
        try expect(
            "标题,类别,工作方式,巡查内容,人员\nx,照片片,M8,C11,:李四\ny,photo,M1,C1,王五:\n",
            [
                Mistake(2, "B", "value-unknown"), Mistake(2, "C", "value-unknown"), Mistake(2, "D", "value-unknown"),
                Mistake(2, "E", "person-malformed"), Mistake(3, "E", "person-malformed"),
            ])
    }

    @Test(
        arguments: TestTier.some(
            [
                "3/12/2026", "12.03.2026", "26/3/12", "2026/3", "2026/13/1", "2026/2/30", "46093", "2026/3/12 25:00",
                "三月十二日",
                "2026/3/12 下午2:30", "今天", "yesterday",
            ], oneIn: 3))
    func `a time that is none, or could be several`(time: String) throws {
        try expect("标题,类别,发生时间\nx,来电,\(time)\n", [Mistake(2, "C", "time-invalid")])
    }

    @Test func `a time that ends before it begins, or ends twice`() throws {
        try expect(
            "标题,类别,发生时间,结束时间\nx,来电,2026/3/12,2026/3/11\ny,来电,2026-3-12/2026-3-13,2026/3/14\n",
            [Mistake(2, "D", "time-invalid"), Mistake(3, "D", "time-invalid")])
    }

    @Test func `files that are not there, are none, or are named twice`() throws {
        try laptop.file("folder/c.txt", "c")
        #expect(try laptop.shell("ln -s a.txt link; mkfifo pipe").status == 0)
        try expect(
            "文件\nnone.txt\nfolder\nlink\npipe\narchive/checkpoint\na.txt\nb.txt;./a.txt\nb.txt；none\n",
            [
                Mistake(2, "A", "file-missing"), Mistake(3, "A", "file-unusable"), Mistake(4, "A", "file-unusable"),
                Mistake(5, "A", "file-unusable"), Mistake(6, "A", "file-unusable"), Mistake(8, "A", "file-repeated"),
                Mistake(9, "A", "file-repeated"), Mistake(9, "A", "file-missing"),
            ])
    }

    @Test func `cases that are not there, and too many`() throws {
        let names = (1...17).map { "案\($0)" }
        for name in names { try laptop.succeed("case", "open", name, env: archive) }
        try expect(
            "标题,类别,案件,巡查\nx,来电,案1;无,\ny,来电,,无\nz,来电,\(names.joined(separator: ";")),\n",
            [
                Mistake(2, "C", "case-unknown"), Mistake(3, "D", "inspection-unknown"),
                Mistake(4, "C", "too-many-dossiers"),
            ])
    }

    @Test func `a record without files needs a title and a kind`() throws {
        try expect(
            "文件,标题,类别,说明\n,,,x\na.txt,,,\n,t,,\n",
            [Mistake(2, "B", "title-missing"), Mistake(2, "C", "kind-missing"), Mistake(4, "C", "kind-missing")])
        try expect("说明\nx\n", [Mistake(2, nil, "title-missing"), Mistake(2, nil, "kind-missing")])
    }

    @Test func `cells below no heading, and what Excel made of them`() throws {
        try expect(
            "文件,,序列号,发生时间\na.txt,x,1.23457E+15,2026/3/12,y\nb.txt,,#REF!,########,\n",
            [
                Mistake(2, "B", "heading-missing"), Mistake(2, "C", "value-mangled"),
                Mistake(2, "E", "heading-missing"), Mistake(3, "C", "value-mangled"),
                Mistake(3, "D", "value-mangled"), Mistake(3, "D", "time-invalid"),
            ])
    }

    @Test func `rows are counted as Excel counts them`() throws {
        // A quoted line break is no new row; an empty row is one.
        try expect(
            "标题,类别\r\n\"a\r\nb\",来电\r\n\r\n,,\r\n\"c\nd\ne\",来电\r\nx,y\r\n", [Mistake(6, "B", "value-unknown")])
    }

    @Test func `a record larger than a body may be`() throws {
        let long = String(repeating: "\u{1}", count: 3_000_000)
        try laptop.file("清单.csv", "标题,类别,说明\nx,来电,\(long)\n")
        let outcome = try laptop.run("add", "--manifest", "清单.csv", "--json", env: archive)
        #expect(try outcome.json["errors"]?.array.map { Mistake($0) } == [Mistake(2, nil, "record-too-large")])
        #expect(outcome.status == 65)
    }

    @Test func `quotation marks and characters that break rows`() throws {
        try expect("标题,类别\nx,来电\n\"y,来电\nz,来电\n", [Mistake(3, nil, "quotes-wrong")])
        try expect("标题,类别\nx,来电\n\"y\"z,来电\n", [Mistake(3, nil, "quotes-wrong")])
        try expect("标题,类别\nx,来电\ny \"z\" a,来电\n", [Mistake(3, nil, "quotes-wrong")])
        for mark in ["\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}"] {
            try expect("标题,类别\nx,来电\ny\(mark)z,来电\n", [Mistake(3, nil, "character-wrong")])
        }
        try expect("标题,类别\nx,来电\ny,\u{301}来电\n", [Mistake(3, nil, "character-wrong")])
        try expect("标题,类别\n\"x\"\u{301},来电\n", [Mistake(2, nil, "character-wrong")])
        // Within quotes they are but text.
        try laptop.file("ok.csv", "标题,类别\n\"y\u{2028}z, \u{301}\",来电\n")
        try laptop.succeed("add", "--manifest", "ok.csv", env: archive)
    }

    @Test func `a table that cannot be read is refused in one sentence`() throws {
        let text = Array("标题,类别\n三号冷库安全出口,来电\n".utf8)
        func refused(_ bytes: [UInt8], naming words: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
            try laptop.file("清单.csv", bytes: bytes)
            for word in [words, "清单.csv"] {
                try laptop.expectRefused(
                    "add", "--manifest", "清单.csv", status: 65, naming: word, env: archive,
                    sourceLocation: sourceLocation)
            }
        }
        let wide = Array("标题\t类别\n".utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        try refused([0xFF, 0xFE] + wide, naming: "UTF-16")
        try refused(Array("PK".utf8) + [3, 4, 0, 0] + text, naming: "Excel")
        try refused(text + [0x80, 0x0A], naming: "UTF-8")
        try refused([0xEF, 0xBB, 0xBF] + Array("Title\n".utf8) + [0xD6, 0xD0], naming: "2")
        try refused(Array("Title\n".utf8) + [0xD6, 0xD0, 0xFF, 0x0A], naming: "GB18030")
        try refused([], naming: "evidence template")
        try refused(Array("\n标题,类别\n".utf8), naming: "evidence template")
        try refused(Array("标题,类别\n,\n".utf8), naming: "清单.csv")
        try laptop.expectRefused("add", "--manifest", "none.csv", status: 66, naming: "none.csv", env: archive)
        try laptop.expectRefused("add", "--manifest", "archive", status: 65, naming: "archive", env: archive)
        try laptop.expectRefused("add", "--manifest", "清单.csv", "a.txt", status: 64, naming: "--manifest", env: archive)
        try laptop.expectRefused("add", "--manifest", "清单.csv", "--each", status: 64, naming: "--each", env: archive)
    }

    @Test func `of many mistakes a terminal shows the first, and --json all`() throws {
        let rows = (1...100).map { "x\($0),无" }.joined(separator: "\n")
        try laptop.file("清单.csv", "标题,类别\n\(rows)\n")
        let text = try laptop.run("add", "--manifest", "清单.csv", env: archive)
        #expect(text.status == 65 && text.errLines.count == 32)
        #expect(text.err.contains("100 mistakes") && text.err.contains("and 70 more"))
        #expect(text.errLines[1].hasPrefix("  Row 2, “类别” (column B): “无”"))
        let chinese = try laptop.run("add", "--manifest", "清单.csv", "--lang", "zh", env: archive)
        #expect(chinese.errLines[1].hasPrefix("  第 2 行「类别」（B 列）：“无”"))
        let json = try laptop.run("add", "--manifest", "清单.csv", "--json", env: archive).json
        #expect(json["errors"]?.array.count == 100)
        #expect(json["errors"]?[0]?.names == ["code", "column", "explanation", "heading", "row", "value"])
    }

    @Test func `of 10,000 rows 30 mistakes are named, each by its row and column, and nothing is added`() throws {
        let kinds: [(column: Int, value: String, code: String)] = [
            (0, "无此文件.jpg", "file-missing"), (2, "像片", "value-unknown"), (3, "HN-2026-999", "case-unknown"),
            (4, "12/03/2026", "time-invalid"), (5, "李四:", "person-malformed"), (6, "M9", "value-unknown"),
        ]
        try laptop.succeed("case", "open", "HN-2026-001", env: archive)
        for number in 0..<100 { try laptop.file("照片/\(number).jpg", "\(number)") }
        var planted: [Mistake] = []
        var table = "文件,标题,类别,案件,发生时间,人员,工作方式\r\n"
        for row in 2...10_001 {
            // The first hundred rows name files; so many more would be slow to make, not to check.
            let file = row < 102 ? "照片/\(row - 2).jpg" : ""
            var cells = [file, "第 \(row) 行，三号冷库", "照片", "HN-2026-001", "2026/3/12 14:30", "拍摄人:李四", "M6"]
            if row % 333 == 7, planted.count < 30 {
                let mistake = kinds[planted.count % kinds.count]
                cells[mistake.column] = mistake.value
                planted.append(
                    Mistake(row, ["A", "B", "C", "D", "E", "F", "G"][mistake.column], mistake.code))
            }
            table += cells.joined(separator: ",") + "\r\n"
        }
        #expect(planted.count == 30)
        try laptop.file("清单.csv", table)
        let before = try laptop.listing()
        let outcome = try laptop.run("add", "--manifest", "清单.csv", "--json", env: archive, measured: true)
        #expect(outcome.status == 65)
        #expect(try outcome.json["errors"]?.array.map { Mistake($0) } == planted)
        outcome.expectPeak(below: 150 * 1_024)
        #expect(try laptop.listing() == before)
    }
}
