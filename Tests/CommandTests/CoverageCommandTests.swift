import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import Testing

/// `evidence coverage`: when each city and county was inspected last, and the plan.
struct CoverageCommandTests {
    private let desk: FieldDesk
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
    private var laptop: Laptop { desk.laptop }

    init() throws { desk = try FieldDesk(on: "2025-03-03") }

    /// An inspection with the days on which the team came and left.
    private func inspect(
        _ name: String, _ county: String?, kind: String? = nil, _ arrival: String? = nil, _ departure: String? = nil
    ) throws {
        try desk.openInspection(name) { details in
            FieldDesk.describeTeam(&details)
            details.county = county
            details.unitKind = kind
        }
        for (step, day) in [("arrival", arrival), ("departure", departure)] {
            guard let day else { continue }
            try desk.step(name, step, of: .inspectionOpened) { $0.occurred.from = ClaimedTime(day) }
        }
    }

    /// Three regions, of which 甲市 was inspected in 2022, 乙县 in 2024 and 丙县 never.
    private func writeThree() throws {
        try laptop.file("三.csv", "# 市县\n甲市,Jia City\n乙县,Yi County\n丙县,Bing County\n")
        try inspect("XC-1", "甲市", "2022-04-01", "2022-04-15")
        try inspect("XC-2", "乙县", kind: "county", "2024-02-26", "2024-03-15")
    }

    private func coverage(_ arguments: String..., status: Int32 = 0) throws -> JSON {
        let outcome = try laptop.start(["coverage", "--json"] + arguments, env: archive).wait()
        #expect(outcome.status == status, "\(outcome.err)")
        return try outcome.json
    }

    private func strings(_ json: JSON?) -> [String] { json?.array.compactMap(\.string) ?? [] }

    @Test func `the document has each region, the never inspected first, and a plan that keeps S1`() throws {
        try writeThree()
        let document = try coverage("--at", "2025-03-10", "--regions", "三.csv")
        #expect(document.names == ["at", "late", "plan", "regions", "unknown", "unplanned", "withoutCounty"])
        let regions = try #require(document["regions"]).array
        #expect(regions.map { $0["name"]?.string } == ["丙县", "甲市", "乙县"])
        #expect(regions[0].names == ["english", "kind", "name", "overdue"] && regions[0]["kind"]?.string == "county")
        #expect(regions[1]["last"]?.string == "2022-04-15" && regions[1]["due"]?.string == "2025-04-15")
        #expect(regions[1]["english"]?.string == "Jia City" && regions[1]["overdue"]?.bool == false)
        #expect(regions[2]["last"]?.string == "2024-03-15" && regions[2]["due"]?.string == "2027-03-15")
        let plan = try #require(document["plan"]).array
        #expect(plan.map { $0["year"]?.int } == [2025, 2026, 2027])
        #expect(plan.map { strings($0["regions"]) } == [["甲市"], ["丙县"], ["乙县"]])
        #expect(strings(document["late"]) == [] && strings(document["unplanned"]) == [])
    }

    @Test func `a region is overdue the day after three years, and a check can fail on it`() throws {
        try laptop.file("一.csv", "甲市,Jia\n")
        try inspect("XC-1", "甲市", "2022-04-01", "2022-04-15")
        for (day, isOverdue, status) in [("2025-04-15", false, 0), ("2025-04-16", true, 2)] as [(String, Bool, Int32)] {
            let document = try coverage("--at", day, "--regions", "一.csv", "--exit-code", status: status)
            #expect(document["regions"]?[0]?["overdue"]?.bool == isOverdue)
            #expect(strings(document["late"]) == (isOverdue ? ["甲市"] : []))
        }
        let never = try coverage("--at", "2025-03-02", "--regions", "一.csv", "--exit-code", status: 2)
        #expect(never["regions"]?[0]?["last"] == nil && never["regions"]?[0]?["overdue"]?.bool == false)
    }

    @Test func `only inspections of a county that have begun count`() throws {
        try inspect("XC-1", "三亚市")
        try inspect("XC-2", "儋州市", kind: "township", "2025-01-06", "2025-01-20")
        try inspect("XC-3", "文昌", kind: "county", "2025-02-10")
        try inspect("XC-4", "Haikou", "2025-05-06")
        try inspect("XC-5", "不存在市", "2025-02-10")
        try inspect("XC-6", nil, "2025-02-10")
        let document = try coverage("--at", "2025-03-10")
        let begun = document["regions"]?.array.filter { $0["last"] != nil }
        #expect(begun?.map { $0["name"]?.string } == ["文昌市"] && begun?[0]["last"]?.string == "2025-02-10")
        #expect(document["regions"]?.array.count == 19 && document["regions"]?[18]?["name"]?.string == "文昌市")
        #expect(strings(document["unknown"]) == ["不存在市"] && strings(document["withoutCounty"]) == ["XC-6"])
        let text = try laptop.succeed("coverage", "--at", "2025-03-10", "--lang", "zh-Hans", env: archive).out
        #expect(text.contains("名单中没有下列市县，未计入：不存在市。\n下列巡查未注明市县，未计入：XC-6。\n"))
        let later = try coverage("--at", "2025-05-06")
        #expect(later["regions"]?.array.filter { $0["last"] != nil }.count == 2)
        #expect(try coverage("--at", "2025-03-02")["unknown"]?.array == [])
    }

    @Test func `a window has all in either language, and a plan of as many years as are asked for`() throws {
        try writeThree()
        let english = try laptop.succeed(
            "coverage", "--at", "2025-11-10", "--regions", "三.csv", "--years", "1", "--lang", "en", env: archive)
        #expect(
            english.outLines == [
                "As of the end of 2025-11-10: 3 cities and counties, 1 never inspected, 1 overdue.",
                "City or county  Last inspected  Due", "Bing County     never",
                "Jia City        2022-04-15      2025-04-15 (overdue)", "Yi County       2024-03-15      2027-03-15",
                "Plan for 2026: Jia City (by 2025-04-15)",
                "No plan keeps three years (S1) for: Jia City (by 2025-04-15). Inspect them at once.",
                "Not within the years of the plan: Yi County, Bing County.",
            ])
        let chinese = try laptop.succeed(
            "coverage", "--at", "2025-10-31", "--regions", "三.csv", "--lang", "zh-Hans", env: archive)
        #expect(chinese.outLines[0] == "截至 2025-10-31 日终：共 3 个市县，从未巡查 1 个，逾期 1 个。")
        #expect(chinese.out.contains("丙县  从未巡查") && chinese.out.contains("2025 年计划：甲市（最迟 2025-04-15）"))
        #expect(Prose.english(in: chinese.out) == [])
    }

    @Test func `files hold the same, inert`() throws {
        try laptop.file("坏.csv", "=甲市,<script>document.title='pwned'</script>\n乙县,Yi\n")
        try inspect("XC-1", "<b>丙</b>", "2025-02-10")
        try laptop.succeed(
            "coverage", "--at", "2025-03-10", "--regions", "坏.csv", "--to", "a.csv", "--to", "a.html", "--to", "a.json",
            "--lang", "zh", env: archive)
        let text = String(decoding: try Laptop.bytes(laptop.folder + "/a.csv"), as: UTF8.self)
        #expect(
            text.hasPrefix(
                "\u{FEFF}\"市县\",\"英文名称\",\"类别\",\"最近巡查\",\"应再巡查日期\",\"逾期\",\"计划年度\",\"截至\"\r\n\"'=甲市\",\"<script>"))
        #expect(text.contains("\"乙县\",\"Yi\",\"县\",\"从未巡查\",\"\",\"否\",\"2026\",\"2025-03-10\"\r\n"), "\(text)")
        #expect(
            try JSON(try Laptop.bytes(laptop.folder + "/a.json"))
                == coverage("--at", "2025-03-10", "--regions", "坏.csv"))
        for isEnglish in [false, true] {
            let look = try Look(
                at: "a.html", on: laptop, isEnglish: isEnglish,
                "document.querySelectorAll('script, iframe, form, svg, img').length", "document.title", Look.text)
            #expect(look.values[0].int == 0 && look.values[1].string?.contains("pwned") == false)
            #expect(look.messages == [] && look.requests.count == 1)
            let page = try #require(look.values[2].string)
            #expect(page.contains(isEnglish ? "never" : "从未巡查") && page.contains("<b>丙</b>"))
            #expect(page.contains("<script>document.title='pwned'</script>") == isEnglish)
        }
    }

    @Test func `several archives cover together`() throws {
        try inspect("XC-1", "三亚市", "2025-02-10", "2025-02-24")
        let other = try FieldDesk(origin: "evidence.example/team-8", on: "2025-03-03")
        try other.openInspection("XC-1") { $0.county = "文昌市" }
        try other.step("XC-1", "arrival", of: .inspectionOpened) { $0.occurred.from = ClaimedTime("2025-02-11") }
        let document = try laptop.json("coverage", "--archive", "archive", "--archive", other.laptop.archive)
        #expect(document["unread"]?.array == [])
        let begun = document["regions"]?.array.filter { $0["last"] != nil }
        #expect(begun?.map { $0["name"]?.string } == ["文昌市", "三亚市"])
    }

    @Test func `what can't be read or written is refused in a sentence`() throws {
        for (content, english, chinese) in [
            (
                "甲市\n", "“r.csv”, line 1: needs two parts: NAME,ENGLISH, such as 海口市,Haikou.",
                "“r.csv”第 1 行：应有两项：名称,英文名称，如 海口市,Haikou。"
            ),
            (
                "甲市,Jia\n甲市,B\n", "“r.csv”, line 2: 甲市,Jia has the same name; keep one of the two.",
                "“r.csv”第 2 行：与“甲市,Jia”名称重复，两处只能保留一处。"
            ),
            (
                "# 空\n",
                "“r.csv”, line 1: the file names no region; write one a line: NAME,ENGLISH, such as 海口市,Haikou.",
                "“r.csv”第 1 行：文件中没有任何市县；应每行写一个：名称,英文名称，如 海口市,Haikou。"
            ),
        ] {
            try laptop.file("r.csv", content)
            for (language, sentence) in [("en", "evidence: " + english), ("zh", "evidence：" + chinese)] {
                let outcome = try laptop.run("coverage", "--regions", "r.csv", "--lang", language, env: archive)
                #expect(outcome.status == 65 && outcome.out == "" && outcome.err == sentence + "\n", "\(outcome.err)")
            }
        }
        for (arguments, english, chinese) in [
            (
                ["--to", "a.ics"], "The name “a.ics” doesn't say what to write: let it end in .csv, .html or .json.",
                "从文件名“a.ics”看不出要写成什么：请以 .csv、.html 或 .json 结尾。"
            ),
            (["--years", "0"], "--years takes a number from 1 to 30.", "--years 应为 1 至 30 的整数。"),
            (["--years", "31"], "--years takes a number from 1 to 30.", "--years 应为 1 至 30 的整数。"),
        ] {
            for (language, sentence) in [("en", english), ("zh", chinese)] {
                let outcome = try laptop.start(["coverage", "--lang", language] + arguments, env: archive).wait()
                #expect(outcome.status == 64 && outcome.out == "" && outcome.err.contains(sentence), "\(outcome.err)")
            }
        }
        try laptop.expectRefused("coverage", "--regions", "none.csv", status: 66, naming: "none.csv", env: archive)
        try laptop.expectRefused("coverage", "--at", "2025-13-01", status: 65, naming: "2025-13-01", env: archive)
    }
}
