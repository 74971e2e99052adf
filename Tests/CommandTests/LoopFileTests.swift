import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import Testing

/// A board written to files: a spreadsheet's table, a calendar, a page, a document.
struct LoopFileTests {
    private let desk: FieldDesk
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
    private var laptop: Laptop { desk.laptop }

    /// What a spreadsheet or a browser would run, or a calendar take for its own.
    private static let titles = [
        "=HYPERLINK(\"https://evil.example\",\"x\")", "+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "＠SUM", " =1",
        "他说“\"好\"”,完", "第一行\n=第二行", "a;b,c\\d\\n", "<script>document.title='pwned'</script>",
        "\"><img src=x onerror=\"document.title='pwned'\">",
        String(repeating: "很长的标题👷", count: 20), "x\"\u{301},=1+1",
    ]

    init() throws {
        desk = try FieldDesk(on: "2025-03-17")
        try desk.openInspection("<b>XC</b>") { details in
            FieldDesk.describeTeam(&details)
            details.county = "<i>县</i>"
        }
        for (index, title) in LoopFileTests.titles.enumerated() {
            try desk.openCase("<u>\(index)</u>", in: "<b>XC</b>", title: title, unit: title) { details in
                details.due = try ClaimedTimeInput.day("2025-04-01")
            }
        }
    }

    private func text(_ name: String, _ language: String = "zh-Hans", day: String = "2025-04-02") throws -> String {
        try laptop.succeed("loop", "--at", day, "--to", name, "--lang", language, env: archive)
        return String(decoding: try Laptop.bytes(laptop.folder + "/" + name), as: UTF8.self)
    }

    @Test func `files are written where they are asked for, in the place of older ones, and told`() throws {
        try laptop.file("b.csv", "old")
        let outcome = try laptop.succeed(
            "loop", "--to", "新建/a.HTML", "--to", "b.csv", "--to", "c.ics", "--to", "d.json", "--lang", "zh",
            env: archive)
        #expect(outcome.out == ["新建/a.HTML", "b.csv", "c.ics", "d.json"].map { "已写入“\($0)”。\n" }.joined())
        #expect(try Laptop.bytes(laptop.folder + "/b.csv").starts(with: [0xEF, 0xBB, 0xBF]))
        let document = try laptop.start(["loop", "--json", "--to", "e.json"], env: archive).wait()
        #expect(try Laptop.bytes(laptop.folder + "/e.json") == document.output)
        #expect(try Laptop.bytes(laptop.folder + "/d.json") == document.output)
        try laptop.expectRefused("loop", "--to", "b.csv/x.csv", status: 65, naming: "b.csv", env: archive)
    }

    @Test func `a table is inert in a spreadsheet, and complete`() throws {
        let text = try text("a.csv")
        #expect(text.hasPrefix("\u{FEFF}\"类别\",\"编号\",\"标题\",") && text.hasSuffix("\r\n"))
        let read = try laptop.shell(
            """
            python3 - <<'END'
            import csv, json
            print(json.dumps(list(csv.reader(open("a.csv", encoding="utf-8-sig", newline="")))))
            END
            """)
        let rows = try read.json.array.map { $0.array.compactMap(\.string) }
        #expect(rows.count == LoopFileTests.titles.count + 2 && rows.allSatisfy { $0.count == 16 })
        for cell in rows.joined() {
            let first = cell.first { $0 != " " }
            #expect(first.map { !"=+-@＝＋－＠\t\r|%".contains($0) } ?? true, "\(cell)")
        }
        let titles = rows.dropFirst().map { $0[2] }
        #expect(titles[0] == "'=HYPERLINK(\"https://evil.example\",\"x\")" && titles[5] == "'＝1+1")
        #expect(titles[7] == "' =1" && titles[8] == "他说“\"好\"”,完" && titles[11].hasPrefix("<script>"))
        #expect(rows[1][13] == "是" && rows[1][15] == "2025-04-02" && rows[1][12] == "2025-04-01")
        #expect(rows[1][14].contains("本案没有任何证据。〔L1〕\n已超过最后期限"))
        let english = try self.text("b.csv", "en")
        #expect(english.contains("\"Kind\",\"Name\",\"Title\",\"Archive\"") && english.contains("\"found\""))
    }

    // MARK: Calendars

    /// The lines of a calendar after those that were folded are whole again.
    private func unfolded(_ text: String) -> [String] {
        text.replacing("\r\n ", with: "").split(separator: "\r\n").map(String.init)
    }

    @Test func `a calendar keeps to RFC 5545, and knows a case again`() throws {
        let text = try text("a.ics", day: "2025-03-20")
        let bytes = Array(text.utf8)
        #expect(text.hasPrefix("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.hasSuffix("END:VCALENDAR\r\n"))
        #expect(bytes.count { $0 == 0x0A } == bytes.count { $0 == 0x0D })
        var folded = 0
        for line in text.components(separatedBy: "\r\n") {
            #expect(line.utf8.count <= 75 && !line.contains("\n") && !line.contains("\u{FFFD}"), "\(line)")
            if line.hasPrefix(" ") { folded += 1 }
        }
        #expect(folded > 10)
        let lines = unfolded(text)
        func values(_ name: String) -> [String] {
            lines.filter { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) }
        }
        #expect(values("BEGIN:VEVENT").count == LoopFileTests.titles.count)
        #expect(Set(values("DTSTART;VALUE=DATE:")) == ["20250401"] && Set(values("DTEND;VALUE=DATE:")) == ["20250402"])
        #expect(values("DTSTAMP:").allSatisfy { $0.wholeMatch(of: /\d{8}T\d{6}Z/) != nil })
        let summaries = values("SUMMARY:")
        #expect(summaries[10] == "到期：<u>10</u> · a\\;b\\,c\\\\d\\\\n")
        #expect(summaries[13].hasSuffix(String(repeating: "很长的标题👷", count: 20)))
        #expect(lines.allSatisfy { $0.contains(":") })
        let uids = values("UID:")
        #expect(Set(uids).count == uids.count && uids.allSatisfy { $0.hasSuffix("@evidence-archive") })
        // Later entries change what is said of a case, not by what it is known.
        try desk.set("2025-03-21")
        try desk.amend(3) { $0.details.due = try ClaimedTimeInput.day("2025-04-07") }
        let later = unfolded(try self.text("b.ics", "en", day: "2025-03-21"))
        #expect(later.filter { $0.hasPrefix("UID:") }.map { String($0.dropFirst(4)) } == uids)
        #expect(later.contains("DTSTART;VALUE=DATE:20250407"))
        // What is closed has no deadline.
        try desk.step("<u>1</u>", "close")
        let closed = try self.text("c.ics", day: "2025-03-21")
        #expect(closed.components(separatedBy: "BEGIN:VEVENT").count == LoopFileTests.titles.count)
    }

    @Test func `inspections are in every file, with what they owe and what is wrong`() throws {
        try desk.step("<b>XC</b>", "arrival", of: .inspectionOpened)
        try desk.set("2025-03-21")
        try desk.step("<b>XC</b>", "departure", of: .inspectionOpened)
        // 5 April is put off to Monday the 7th.
        let late = try text("a.csv", day: "2025-04-08")
        #expect(
            late.contains(
                "\"巡查\",\"<b>XC</b>\",\"\",\"\",\"\",\"<i>县</i>\",\"\",\"李四\",\"\",\"\",\"已离场\",\"\",\"2025-04-05\",\"是\",\""
            ),
            "\(late)")
        #expect(late.contains("现场巡查 5 个工作日（2025-03-17 – 2025-03-21），少于 10 个工作日。〔P1〕"))
        let lines = unfolded(try text("a.ics", "en", day: "2025-04-01"))
        let uid = try #require(lines.first { $0.hasPrefix("UID:P3.") })
        let event = lines.drop { $0 != uid }
        #expect(event.contains("DTSTART;VALUE=DATE:20250407"))
        #expect(event.first { $0.hasPrefix("SUMMARY:Due: ") }?.hasSuffix(" · <b>XC</b>") == true)
        _ = try text("a.html", day: "2025-04-08")
        let page = try #require(try Look(at: "a.html", on: laptop, Look.text).values[0].string)
        #expect(page.contains("2025-03-17 – 2025-03-21（5 个工作日）") && page.contains("巡查工作报告尚未报送，最后期限为 2025-04-07。〔P3〕"))
        #expect(page.contains("2025-04-05（顺延至 2025-04-07）"), "\(page)")
        try desk.set("2025-04-09")
        try desk.step("<b>XC</b>", "report", of: .inspectionOpened)
        #expect(try !text("b.ics", day: "2025-04-09").contains("UID:P3."))
    }

    // MARK: The page

    @Test func `a page runs nothing and asks for nothing, whatever is written in it`() throws {
        _ = try text("a.html")
        for isEnglish in [false, true] {
            let look = try Look(
                at: "a.html", on: laptop, isEnglish: isEnglish, pdf: isEnglish ? nil : "a.pdf",
                "document.querySelectorAll('script, iframe, object, embed, form, svg, img, b u, i').length",
                """
                [...document.querySelectorAll('*')].flatMap(element => [...element.attributes])
                    .filter(attribute => attribute.name.startsWith('on')).length
                """, "document.title", Look.text)
            #expect(look.values[0].int == 0 && look.values[1].int == 0)
            #expect(look.values[2].string?.contains("pwned") == false)
            #expect(look.messages == [] && look.requests.count == 1, "\(look.messages) \(look.requests)")
            let page = try #require(look.values[3].string)
            #expect(page.contains("<script>document.title='pwned'</script>") && page.contains("<i>县</i>"))
            #expect(page.contains(isEnglish ? "As of the end of 2025-04-02" : "截至 2025-04-02 日终"))
            #expect(page.contains(isEnglish ? "Still open after the last day" : "仍未办结"))
            #expect(!page.contains(isEnglish ? "截至" : "As of"))
        }
        #expect(try Laptop.bytes(laptop.folder + "/a.pdf").starts(with: Array("%PDF".utf8)))
    }
}
