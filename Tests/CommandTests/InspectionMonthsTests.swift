import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import Inspection
import Testing

/// Ninety days of a county's inspection: 40 cases, 600 records, and everything that the rules can find planted exactly once.
///
/// It was extended to townships, a department and enterprises, which break what one inspection can't break alone. A quick
/// run has fewer of the cases that are in order.
///
/// The calendar of 2025: 4 to 6 April, 1 to 5 May and 31 May to 2 June were off, 27 April was worked.
struct InspectionMonthsTests {
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    /// What happens to a case or an inspection, one thing an item: `04-08 rectify paper`.
    ///
    /// The day in 2025, the step, its evidence (`paper`, `photo` or `-`), and then `to=` and `due=`, `failed`, and
    /// `entered=` for what was put down days later. A case's `open` has `major`, `due=` and `bare`, without a record.
    private struct Story {
        let id: String
        let inspection: String?
        let items: [String]

        init(_ id: String, in inspection: String? = nil, _ items: String) {
            self.id = id
            self.inspection = inspection
            self.items = items.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    private static let planted: [(FindingCode, String, String)] = [
        (.openingEvidence, "HN-01", "03-20"), (.feedbackEvidence, "HN-02", "03-25"),
        (.rectifyEvidence, "HN-03", "04-08"), (.recheckEvidence, "HN-04", "04-14"), (.reopenEvidence, "HN-05", "05-12"),
        (.transferEvidence, "HN-06", "04-02"), (.talkEvidence, "HN-07", "04-03"), (.pictures, "HN-08", "04-15"),
        // Closed on 8 April, which was put down a week later.
        (.recheck, "HN-09", "04-15"), (.authority, "HN-10", "04-03"), (.talk, "HN-11", "04-09"),
        (.overdue, "HN-12", "05-01"), (.rectifiedLate, "HN-13", "05-12"), (.majorFeedbackLate, "HN-14", "03-22"),
        (.outOfOrder, "HN-15", "04-22"),
        (.teamMissing, "XC-A", "03-14"), (.noticeEvidence, "XC-A", "03-14"), (.arrivalEvidence, "XC-A", "03-17"),
        (.departureEvidence, "XC-A", "03-31"), (.reportEvidence, "XC-A", "04-08"), (.cluesEvidence, "XC-A", "04-10"),
        (.rectificationEvidence, "XC-A", "05-12"), (.resultsEvidence, "XC-A", "05-15"),
        (.teamSize, "XC-B", "03-14"), (.teamLeader, "XC-B", "03-14"), (.teamDeputy, "XC-B", "03-14"),
        (.noticeMissing, "XC-B", "03-17"), (.onSiteShort, "XC-B", "03-21"), (.reportLate, "XC-B", "04-08"),
        (.rectificationLate, "XC-B", "06-11"),
        (.leaderRank, "XC-C", "03-14"), (.deputyRank, "XC-C", "03-14"), (.rankUnknown, "XC-C", "03-14"),
        (.drawn, "XC-C", "03-14"), (.feedbackBeforeReport, "XC-C", "04-07"), (.rectificationOverdue, "XC-C", "06-10"),
        (.cluesMissing, "XC-D", "04-02"), (.reportOverdue, "XC-D", "04-15"),
        (.arrivalMissing, "XC-E", "04-01"), (.feedbackMissing, "XC-E", "05-06"),
    ]

    private static let inspections = [
        Story(
            "XC-1",
            "03-14 notice paper; 03-17 arrival paper; 03-31 departure paper; 04-01 clues paper; 04-10 report paper; 04-14 feedback paper; 06-05 rectification paper; 06-10 results paper"
        ),
        Story(
            "XC-A",
            "03-14 notice -; 03-17 arrival -; 03-31 departure -; 04-08 report -; 04-09 feedback paper; 04-10 clues -; 05-12 rectification -; 05-15 results -"
        ),
        // 5 April is put off to Monday the 7th, and 9 June is a Monday.
        Story(
            "XC-B",
            "03-17 arrival paper; 03-21 departure paper; 04-08 report paper; 04-09 feedback paper; 06-11 rectification paper"
        ),
        // 7 June is put off to Monday the 9th.
        Story(
            "XC-C",
            "03-14 notice paper; 03-17 arrival paper; 03-28 departure paper; 04-07 feedback paper; 04-10 report paper"),
        // 12 April is put off to Monday the 14th.
        Story("XC-D", "03-14 notice paper; 03-17 arrival paper; 03-28 departure paper"),
        Story("XC-E", "04-01 report paper; 05-06 rectification paper"),
    ]

    private static let cases: [Story] = {
        let planted = [
            "03-20 open bare due=2025-12-31", "03-20 open; 03-25 feedback -; 05-06 rectify paper",
            "03-20 open; 03-25 feedback paper; 04-08 rectify -",
            "03-20 open; 03-25 feedback paper; 04-07 rectify paper; 04-14 recheck -; 04-16 close -",
            "03-20 open; 03-24 feedback paper; 03-31 rectify paper; 04-02 recheck photo; 04-03 close -; 05-12 reopen -",
            "03-20 open; 04-02 transfer - to=省纪委", "03-20 open due=2025-12-31; 04-03 talk - to=样例公司",
            "03-20 open; 03-25 feedback paper; 04-07 rectify paper; 04-15 recheck paper",
            "03-20 open; 03-25 feedback paper; 04-07 rectify paper; 04-08 close - entered=04-15",
            "03-20 open; 04-03 transfer paper",
            "03-20 open major; 03-21 feedback paper; 04-01 rectify paper; 04-08 recheck photo; 04-09 close -",
            "03-20 open due=2025-04-30; 03-25 feedback paper",
            "03-20 open due=2025-05-08; 03-25 feedback paper; 05-12 rectify paper",
            "03-20 open major due=2025-12-31; 03-28 feedback paper",
            "03-20 open due=2025-12-31; 03-25 feedback paper; 04-22 recheck photo",
        ]
        let sound = [
            "03-21 open; 03-26 feedback paper; 05-06 rectify photo; 05-09 recheck photo; 05-12 close -",
            "03-21 open; 03-26 feedback paper; 04-16 rectify paper; 04-18 recheck photo failed; 05-06 rectify paper; 05-08 recheck photo; 05-09 close -",
            "03-24 open due=2025-12-31; 03-26 feedback paper",
            "03-24 open major; 03-25 feedback paper; 03-27 talk paper to=样例公司; 04-21 rectify paper; 04-23 recheck photo; 04-25 close -",
            "03-24 open; 04-02 transfer paper to=省纪委",
        ]
        let all = planted + (0..<(TestTier.isFull ? 24 : sound.count)).map { sound[$0 % sound.count] }
        return all.enumerated().map { index, items in
            Story("HN-" + (index < 9 ? "0" : "") + "\(index + 1)", in: "XC-1", items)
        } + [Story("HN-99", in: "XC-D", "03-24 open; 04-02 transfer paper to=省纪委")]
    }()

    // MARK: Writing

    private static let recordsOfACase = TestTier.isFull ? 15 : 3

    /// All that happened, by the day on which it was put down.
    private func write(_ desk: FieldDesk) throws {
        for name in ["XC-1", "XC-A", "XC-B", "XC-C", "XC-D", "XC-E"] {
            try desk.openInspection(name) { details in try InspectionMonthsTests.describe(name, &details) }
        }
        // One case has no record, and the inspection makes up for it.
        let papers = try desk.add(InspectionMonthsTests.recordsOfACase, inspection: "XC-1")
        var evidence: [String: [String: UInt64]] = [:]
        var items: [(day: String, story: Story, words: [String])] = []
        for story in InspectionMonthsTests.inspections + InspectionMonthsTests.cases {
            for item in story.items {
                let words = item.split(separator: " ").map(String.init)
                let entered = words.first { $0.hasPrefix("entered=") }?.split(separator: "=")[1]
                items.append((entered.map(String.init) ?? words[0], story, words))
            }
        }
        for (day, story, words) in items.enumerated().sorted(by: { ($0.1.day, $0.0) < ($1.1.day, $1.0) }).map(\.1) {
            try desk.set("2025-" + day)
            func value(_ name: String) -> String? {
                words.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
            }
            if words[1] == "open" {
                try desk.openCase(story.id, in: story.inspection, title: "问题 \(story.id)", unit: "样例公司") { details in
                    details.severity = words.contains("major") ? "major" : "general"
                    details.due = try value("due").map { try ClaimedTimeInput.day($0) }
                }
                if words.contains("bare") { continue }
                let photos = try desk.add(1, to: story.id, kind: "photo")
                let others = try desk.add(InspectionMonthsTests.recordsOfACase - 1, to: story.id)
                evidence[story.id] = ["photo": photos[0], "paper": others[0]]
                continue
            }
            let isCase = story.inspection != nil
            let own = words[2] == "-" ? nil : isCase ? evidence[story.id]?[words[2]] : papers[0]
            try desk.step(
                story.id, words[1], of: isCase ? .caseOpened : .inspectionOpened, evidence: own.map { [$0] } ?? []
            ) { request in
                request.occurred = Occurrence(from: ClaimedTime("2025-" + words[0]))
                request.to = value("to")
                if words.contains("failed") { request.result = "failed" }
            }
        }
    }

    private static func describe(_ name: String, _ details: inout DossierDetails) throws {
        FieldDesk.describeTeam(&details)
        details.county = "琼中县"
        details.unitKind =
            ["XC-A": "township", "XC-B": "department", "XC-C": "enterprise", "XC-D": "township", "XC-E": "enterprise"][
                name]
        switch name {
        case "XC-A": details.team = []
        case "XC-B": details.team = details.team.filter { $0.role == "member" }.dropLast()
        case "XC-C":
            details.team = [
                DossierDetails.Member(name: "李四", role: "leader", rank: "科级"),
                DossierDetails.Member(name: "张三", role: "deputy", rank: "科员"),
                DossierDetails.Member(name: "孙八", role: "deputy"), DossierDetails.Member(name: "王五", role: "member"),
                DossierDetails.Member(name: "赵六", role: "member"),
            ]
            details.drawn = nil
        default: break
        }
    }

    // MARK: Reading

    /// Everything that a board finds, as `HN-01 overdue`.
    private func found(_ board: JSON) -> [String] {
        ["cases", "inspections"].flatMap { board[$0]?.array ?? [] }.flatMap { item in
            (item["findings"]?.array ?? []).map { "\(item["id"]?.string ?? "") \($0["code"]?.string ?? "")" }
        }.sorted()
    }

    @Test func `everything that can be found is planted once`() {
        #expect(
            InspectionMonthsTests.planted.map(\.0.rawValue).sorted() == FindingCode.allCases.map(\.rawValue).sorted())
        #expect(InspectionMonthsTests.cases.count == (TestTier.isFull ? 40 : 21))
    }

    @Test func `the board finds what was planted and nothing else, at three days, and so does the report`() throws {
        let desk = try FieldDesk(on: "2025-03-14")
        try write(desk)
        let laptop = desk.laptop
        let reported = ["XC-1", "XC-B"]
        let records = try #require(try laptop.json("list", env: archive)["records"]).array.count
        #expect(records == InspectionMonthsTests.cases.count * InspectionMonthsTests.recordsOfACase)
        for (day, overdue, lateInspections) in [
            ("04-10", [], []), ("05-20", ["HN-12"], ["XC-D"]), ("06-13", ["HN-12"], ["XC-C", "XC-D"]),
        ] as [(String, [String], [String])] {
            let board = try laptop.json("loop", "--at", "2025-" + day, env: archive)
            let expected = InspectionMonthsTests.planted.filter { $0.2 <= day }.map { "\($0.1) \($0.0.rawValue)" }
            #expect(found(board) == expected.sorted(), "\(day)")
            func late(_ kind: String) -> [String]? {
                board[kind]?.array.filter { $0["overdue"]?.bool == true }.compactMap { $0["id"]?.string }
            }
            #expect(late("cases") == overdue && late("inspections") == lateInspections, "\(day)")
            #expect(
                board["cases"]?.array.count == InspectionMonthsTests.cases.count
                    && board["inspections"]?.array.count == 6)
            for name in TestTier.isFull ? InspectionMonthsTests.inspections.map(\.id) : reported {
                _ = try reportFinds(name, what: board, on: laptop, at: "2025-" + day)
            }
        }
        // Only the inspection of the county as such covers it.
        let coverage = try laptop.json("coverage", "--at", "2025-06-13", env: archive)
        let last = coverage["regions"]?.array.filter { $0["last"] != nil }
        #expect(last?.map { $0["name"]?.string } == ["琼中黎族苗族自治县"] && last?[0]["last"]?.string == "2025-03-31")

        // By now more is late than on any of the days.
        let board = try laptop.json("loop", env: archive)
        for name in reported { #expect(try reportFinds(name, what: board, on: laptop) >= 7) }
        #expect(try laptop.json("status", env: archive)["cases"]?["overdue"]?.int == overdueNow(board))
    }

    /// Holds an inspection's report to the board of the same moment, its cases' findings included.
    ///
    /// - Returns: how many findings there are.
    private func reportFinds(_ name: String, what board: JSON, on laptop: Laptop, at day: String? = nil) throws -> Int {
        let page = "\(name) \(day ?? "now").html"
        let report = try laptop.start(
            ["report", "--inspection", name, "--to", page, "--json"] + (day.map { ["--at", $0] } ?? []), env: archive
        ).wait()
        #expect(report.status == 0, "\(report.err)")
        let own = ["cases", "inspections"].flatMap { board[$0]?.array ?? [] }
            .filter { $0["id"]?.string == name || $0["inspection"]?.string == name }
            .flatMap { $0["findings"]?.array ?? [] }.compactMap { $0["explanation"]?.string }
        #expect(try report.json["findings"]?.int == own.count && report.json["at"] == board["at"], "\(page)")
        let text = String(decoding: try Laptop.bytes(laptop.folder + "/" + page), as: UTF8.self)
        for sentence in own {
            let escaped = sentence.replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
            #expect(text.contains(escaped), "\(page): \(sentence)")
        }
        return own.count
    }

    private func overdueNow(_ board: JSON) -> Int {
        (board["cases"]?.array ?? []).count { $0["overdue"]?.bool == true }
    }
}
