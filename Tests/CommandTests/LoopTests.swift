import EvidenceCommands
import EvidenceRecord
import EvidenceServices
import Foundation
import Testing

/// `evidence loop`: where every problem stands, in a window and as a document.
struct LoopTests {
    private let desk: FieldDesk
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
    private var laptop: Laptop { desk.laptop }

    /// Of 2025: HN-1 in XC-1, major, found on 17 March, fed back on the 18th, due on 1 April, a Tuesday; HN-2 on its own,
    /// with a date a year without a notice; HN-3 in XC-1, closed on the 20th in order.
    init() throws {
        desk = try FieldDesk(on: "2025-03-17")
        try desk.openInspection("XC-1") { details in
            FieldDesk.describeTeam(&details)
            details.county = "琼中县"
        }
        try desk.openCase("HN-1", in: "XC-1", title: "冷库氨气报警失效", unit: "样例食品有限公司") { details in
            details.severity = "major"
            details.due = try ClaimedTimeInput.day("2025-04-01")
        }
        let first = try desk.add(1, to: "HN-1")
        try desk.openCase("HN-2", title: "消防通道堵塞") { details in
            details.county = "三亚市"
            details.due = try ClaimedTimeInput.day("2031-10-01")
        }
        try desk.add(1, to: "HN-2")
        try desk.openCase("HN-3", in: "XC-1")
        let third = try desk.add(1, to: "HN-3", kind: "photo")
        try desk.set("2025-03-18")
        try desk.step("HN-1", "feedback", evidence: first)
        try desk.step("HN-3", "feedback", evidence: third)
        try desk.set("2025-03-20")
        try desk.step("HN-3", "rectify", evidence: third)
        try desk.step("HN-3", "recheck", evidence: third)
        try desk.step("HN-3", "close")
    }

    private func board(_ arguments: String..., status: Int32 = 0) throws -> JSON {
        let outcome = try laptop.start(["loop", "--json"] + arguments, env: archive).wait()
        #expect(outcome.status == status, "\(outcome.err)")
        return try outcome.json
    }

    private func ids(_ document: JSON, _ kind: String = "cases") -> [String] {
        document[kind]?.array.compactMap { $0["id"]?.string } ?? []
    }

    // MARK: The document

    @Test func `the document says where each case and inspection stands`() throws {
        let board = try board("--at", "2025-03-28")
        #expect(board.names == ["at", "cases", "inspections", "within"])
        #expect(board["at"]?.string == "2025-03-28" && board["within"]?.int == 7)
        #expect(ids(board) == ["HN-1", "HN-2", "HN-3"] && ids(board, "inspections") == ["XC-1"])
        let first = try #require(board["cases"]?[0])
        #expect(
            first.names == [
                "county", "due", "dueSoon", "findings", "found", "id", "inspection", "inspector", "lastDay", "missing",
                "overdue", "severity", "since", "state", "title", "unit",
            ])
        for (name, value) in [
            ("title", "冷库氨气报警失效"), ("state", "fed-back"), ("since", "2025-03-18"), ("found", "2025-03-17"),
            ("due", "2025-04-01"), ("lastDay", "2025-04-01"), ("inspection", "XC-1"), ("county", "琼中县"),
            ("unit", "样例食品有限公司"), ("inspector", "李四"), ("severity", "major"),
        ] { #expect(first[name]?.string == value, "\(name)") }
        #expect(first["dueSoon"]?.bool == true && first["overdue"]?.bool == false && first["findings"]?.array == [])
        let second = try #require(board["cases"]?[1])
        #expect(second["estimated"]?.bool == true && second["dueSoon"]?.bool == false)
        #expect(second["inspection"] == nil && second["severity"]?.string == "general")
        let third = try #require(board["cases"]?[2])
        #expect(third["state"]?.string == "closed" && third["due"] == nil && third["missing"]?.array == [])
        #expect(third["county"]?.string == "琼中县")
        #expect(board["inspections"]?[0]?["state"]?.string == "planned")
    }

    @Test func `overdue is what is open after its last day, and a check can fail on it`() throws {
        for (day, within, isDueSoon, isOverdue, status) in [
            ("2025-03-24", "7", false, false, 0), ("2025-03-25", "7", true, false, 2),
            ("2025-03-25", "6", false, false, 0),
            ("2025-04-01", "0", true, false, 2), ("2025-04-02", "0", false, true, 2),
        ] as [(String, String, Bool, Bool, Int32)] {
            let arguments = ["loop", "--json", "--at", day, "--within", within]
            let checked = try laptop.start(arguments + ["--exit-code"], env: archive).wait()
            let first = try #require(try checked.json["cases"]?[0])
            #expect(first["dueSoon"]?.bool == isDueSoon && first["overdue"]?.bool == isOverdue, "\(day)")
            #expect(checked.status == status, "\(day)")
            #expect(try laptop.start(arguments, env: archive).wait().output == checked.output, "\(day)")
        }
        let late = try board("--at", "2025-04-02")
        let finding = try #require(late["cases"]?[0]?["findings"]?[0])
        #expect(finding["code"]?.string == "overdue" && finding["rule"]?.string == "P6")
        #expect(finding["kind"]?.string == "breach" && finding["date"]?.string == "2025-04-01")
        #expect(finding["explanation"]?.string == "Still open after the last day, 2025-04-01.")
        #expect(late["cases"]?[0]?["missing"]?.array == [])
    }

    @Test func `findings name the entry that they are about, of inspections too`() throws {
        try desk.set("2025-03-21")
        // What is said to happen later is no step yet, and must not shift the others' numbers.
        try desk.step("XC-1", "departure", of: .inspectionOpened) { $0.occurred.from = .init("2025-09-01") }
        let arrival = try desk.step("XC-1", "arrival", of: .inspectionOpened) { $0.occurred.from = .init("2025-03-18") }
        let closing = try desk.step("HN-1", "close")
        let board = try board("--at", "2025-03-21")
        let inspection = try #require(board["inspections"]?[0]?["findings"]).array
        #expect(inspection.map { $0["code"]?.string } == ["arrival-evidence", "notice-missing"])
        #expect(inspection.map { $0["seq"]?.int } == [Int(arrival), Int(arrival)])
        let own = try #require(board["cases"]?[0]?["findings"]).array
        #expect(own.first { $0["code"]?.string == "recheck" }?["seq"]?.int == Int(closing))
        #expect(own.first { $0["code"]?.string == "talk" }?["seq"]?.int == Int(closing))
        let text = try laptop.succeed("loop", "--at", "2025-03-21", "--lang", "zh", env: archive).out
        #expect(text.contains("XC-1（第 \(arrival) 条）：2025-03-18 的“进驻”没有证据。〔L1〕"), "\(text)")
    }

    @Test func `what an inspection owes is due soon and overdue, too`() throws {
        try desk.step("XC-1", "arrival", of: .inspectionOpened) { $0.occurred.from = .init("2025-03-18") }
        try desk.step("XC-1", "departure", of: .inspectionOpened) { $0.occurred.from = .init("2025-03-21") }
        // 5 April is put off to Monday the 7th.
        for (day, isDueSoon, isOverdue) in [
            ("2025-03-28", false, false), ("2025-03-29", true, false), ("2025-04-07", true, false),
            ("2025-04-08", false, true),
        ] {
            let own = try #require(try board("--at", day)["inspections"]?[0])
            #expect(own["dueSoon"]?.bool == isDueSoon && own["overdue"]?.bool == isOverdue, "\(day)")
            let deadline = try #require(own["deadlines"]?[0])
            #expect(deadline["rule"]?.string == "P3" && deadline["due"]?.string == "2025-04-05")
            #expect(deadline["lastDay"]?.string == "2025-04-07" && deadline["met"] == nil)
        }
    }

    // MARK: The window

    @Test func `a window has a sentence, what is open, and inspections`() throws {
        let english = try laptop.succeed("loop", "--at", "2025-03-28", "--lang", "en", env: archive)
        #expect(
            english.outLines[0]
                == "As of the end of 2025-03-28: 2 of 3 open, 1 due within 7 days, 0 overdue, 0 lacking something or breaking a rule."
        )
        #expect(english.outLines[1].split(separator: " ") == ["Case", "Title", "County", "Unit", "State", "Due"])
        #expect(
            english.outLines[2].hasPrefix("HN-1  冷库氨气报警失效") && english.outLines[2].hasSuffix("fed back  2025-04-01"))
        #expect(english.outLines[3].hasSuffix("found     2031-10-01 (estimated)"))
        #expect(english.outLines[4] == "Inspection  County  State")
        #expect(english.outLines.count == 6 && !english.out.contains("HN-3"))
        let chinese = try laptop.succeed("loop", "--at", "2025-04-02", "--lang", "zh-Hans", env: archive)
        #expect(chinese.outLines[0] == "截至 2025-04-02 日终：共 3 件，未销号 2 件，7 天内到期 0 件，逾期 1 件，有缺项或违规 1 件。")
        #expect(chinese.out.contains("2025-04-01（逾期）") && chinese.out.contains("已反馈"))
        #expect(chinese.outLines.last == "HN-1：已超过最后期限 2025-04-01，仍未办结。〔P6〕")
        #expect(Prose.english(in: chinese.out) == [])
        let now = try laptop.succeed("loop", "--lang", "zh-Hans", env: archive).out
        #expect(now.prefix { $0 != "：" }.wholeMatch(of: /截至 \d{4}-\d\d-\d\d/) != nil, "\(now)")
        #expect(try laptop.succeed("loop", "--lang", "en", env: archive).out.prefix(9) == "As of 202")
    }

    @Test(arguments: ["en", "zh-Hans"])
    func `nothing overflows a window, however wide it is`(_ language: String) throws {
        for command in [["loop", "--at", "2025-04-02", "--all"], ["loop", "--by", "unit"], ["coverage"]] {
            for width in [24, 40, 60, 80, 120] {
                let screen = try laptop.atTerminal(
                    command + ["--lang", language],
                    env: archive.merging(["COLUMNS": "\(width)", "TERM": "xterm"]) { $1 }, answers: [])
                let lines = screen.text.replacing(/\u{1B}\[[0-9;]*m/, with: "").split(separator: "\r\n")
                #expect(screen.status == 0 && lines.count > 2)
                #expect(lines.filter { String($0).cells > width } == [], "\(command) at \(width)")
            }
        }
    }

    @Test func `names can't steer a terminal`() throws {
        try desk.openCase("HN-4", title: "标题\u{1B}[31m", unit: "甲\u{202E}乙")
        try desk.openInspection("XC-2") { details in
            FieldDesk.describeTeam(&details)
            details.team[0] = .init(name: "李四\u{1B}]0;x\u{7}", role: "leader", rank: "科级\u{202E}")
        }
        for language in ["en", "zh-Hans"] {
            let text = try laptop.succeed("loop", "--lang", language, env: archive).out
            #expect(!text.unicodeScalars.contains { ["\u{1B}", "\u{7}", "\u{202E}"].contains($0) })
            #expect(text.contains("T2") && text.contains("HN-4"))
        }
    }

    // MARK: Choosing

    @Test func `what is asked for is shown, and an inspection that is not there is told`() throws {
        #expect(ids(try board("--inspection", "XC-1")) == ["HN-1", "HN-3"])
        for county in ["三亚市", "三亚", "Sanya"] {
            let own = try board("--county", county)
            #expect(ids(own) == ["HN-2"] && ids(own, "inspections") == [], "\(county)")
        }
        #expect(ids(try board("--county", "琼中黎族苗族自治县")) == ["HN-1", "HN-3"])
        #expect(ids(try board("--county", "儋州市")) == [])
        let all = try laptop.succeed("loop", "--at", "2025-03-28", "--all", "--lang", "en", env: archive).out
        #expect(all.contains("HN-3") && all.contains("closed"))
        let grouped = try laptop.succeed("loop", "--at", "2025-04-02", "--by", "county", "--lang", "zh", env: archive)
        #expect(
            grouped.outLines.dropFirst().map { $0.split(separator: " ").map(String.init) } == [
                ["市县", "未销号", "即将到期", "逾期", "缺项", "全部"], ["琼中县", "1", "0", "1", "1", "2"],
                ["三亚市", "1", "0", "0", "0", "1"],
            ])
        let units = try laptop.succeed("loop", "--at", "2025-04-02", "--by", "unit", "--lang", "en", env: archive).out
        #expect(units.contains("\n(not said)"))
        for (language, sentence) in [
            ("en", "There is no inspection “XC-9” on 2025-03-28. evidence inspection list shows them."),
            ("zh-Hans", "截至 2025-03-28 没有巡查“XC-9”。可用 evidence inspection list 查看。"),
        ] {
            let outcome = try laptop.run(
                "loop", "--inspection", "XC-9", "--at", "2025-03-28", "--lang", language, env: archive)
            #expect(outcome.status == 66 && outcome.out == "" && outcome.err.contains(sentence), "\(outcome.err)")
        }
        try laptop.expectRefused(
            "loop", "--inspection", "XC-1", "--at", "2025-03-16", status: 66, naming: "XC-1", env: archive)
    }

    // MARK: Holidays, and what is refused

    @Test func `a file of holidays moves deadlines, and says what is wrong in it`() throws {
        try laptop.file("2025.csv", "# 测试\n2025-04-01/2025-04-02,off,测试\n2031-10-01/2031-10-07,off,国庆节\n")
        let moved = try board("--at", "2025-04-03", "--holidays", "2025.csv")
        let first = try #require(moved["cases"]?[0])
        #expect(first["due"]?.string == "2025-04-01" && first["lastDay"]?.string == "2025-04-03")
        #expect(first["overdue"]?.bool == false && first["estimated"] == nil)
        let second = try #require(moved["cases"]?[1])
        #expect(second["lastDay"]?.string == "2031-10-08" && second["estimated"] == nil)
        let text = try laptop.succeed(
            "loop", "--at", "2025-04-03", "--holidays", "2025.csv", "--lang", "en", env: archive)
        #expect(text.out.contains("2025-04-01 (put off to 2025-04-03)"))
        for (content, english, chinese) in [
            (
                "2025-01-01,off\n",
                "“bad.csv”, line 1: needs three parts: DATE,off or work,NAME, such as 2027-01-01,off,元旦.",
                "“bad.csv”第 1 行：应有三项：日期,off（放假）或 work（上班）,名称，如 2027-01-01,off,元旦。"
            ),
            (
                "\n2025-01-01,rest,元旦\n",
                "“bad.csv”, line 2: 'rest' must be off (a day off) or work (a day worked).",
                "“bad.csv”第 2 行：“rest”应为 off（放假）或 work（上班）。"
            ),
        ] {
            try laptop.file("bad.csv", content)
            for (language, sentence) in [("en", "evidence: " + english), ("zh", "evidence：" + chinese)] {
                let outcome = try laptop.run("loop", "--holidays", "bad.csv", "--lang", language, env: archive)
                #expect(outcome.status == 65 && outcome.out == "" && outcome.err == sentence + "\n", "\(outcome.err)")
            }
        }
        try laptop.file("gbk.csv", bytes: [0xD4, 0xAA, 0xB5, 0xA9])
        try laptop.expectRefused("loop", "--holidays", "gbk.csv", status: 65, naming: "gbk.csv", "UTF-8", env: archive)
        try laptop.expectRefused("loop", "--holidays", "none.csv", status: 66, naming: "none.csv", env: archive)
    }

    @Test func `what can't be shown is refused in a sentence`() throws {
        for (arguments, status, english, chinese) in [
            (
                ["--to", "a.pdf"], 64,
                "The name “a.pdf” doesn't say what to write: let it end in .csv, .html, .ics or .json.",
                "从文件名“a.pdf”看不出要写成什么：请以 .csv、.html、.ics 或 .json 结尾。"
            ),
            (["--to", "ics"], 64, "The name “ics” doesn't say what to write", "从文件名“ics”看不出要写成什么"),
            (["--within", "-1"], 64, "--within takes a number of days from 0.", "--within 应为不小于 0 的天数。"),
            (
                ["--at", "2025-02-30"], 65, "“2025-02-30” is no day that exists. Write 2026-03-12.",
                "“2025-02-30”不是有效的日期。请写成 2026-03-12。"
            ),
            (["--by", "village"], 64, "village", "village"),
        ] as [([String], Int32, String, String)] {
            for (language, sentence) in [("en", english), ("zh-Hans", chinese)] {
                // `--within -1` as the parser has it.
                let joined = arguments.count == 2 && arguments[0] == "--within" ? ["--within=-1"] : arguments
                let outcome = try laptop.start(["loop", "--lang", language] + joined, env: archive).wait()
                #expect(outcome.status == status && outcome.out == "", "\(arguments)")
                #expect(outcome.err.contains(sentence), "\(outcome.err)")
            }
        }
        #expect(!laptop.exists("a.pdf"))
    }

    @Test func `status counts what is open and overdue by the same rules`() throws {
        let cases = try laptop.json("status", env: archive)["cases"]
        #expect(cases?["open"]?.int == 2 && cases?["overdue"]?.int == 1)
        #expect(try laptop.succeed("status", "--lang", "en", env: archive).out.contains("2 open, 1 overdue\n"))
        #expect(try laptop.succeed("status", "--lang", "zh", env: archive).out.contains("在办 2 件，逾期 1 件\n"))
        let empty = try Laptop.withArchive()
        let none = try empty.json("status", env: archive)["cases"]
        #expect(none?["open"]?.int == 0 && none?["overdue"]?.int == 0)
    }
}
