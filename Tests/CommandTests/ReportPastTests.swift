import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import Testing
import TransparencyLog

/// `evidence report --at`: a case or an inspection as the archive had it at the end of a past day.
struct ReportPastTests {
    private let desk: FieldDesk
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
    private var laptop: Laptop { desk.laptop }

    /// 2 the inspection, 3 HN-1 in it, due on 1 April, 4 and 5 records of it, 6 its feedback; all on 17 March 2025.
    init() throws {
        desk = try FieldDesk(on: "2025-03-17")
        try desk.openInspection("XC-1") { FieldDesk.describeTeam(&$0) }
        try desk.openCase("HN-1", in: "XC-1", title: "冷库氨气报警失效") { details in
            details.due = try ClaimedTimeInput.day("2025-04-01")
        }
        #expect(try desk.add(2, to: "HN-1") == [4, 5])
        #expect(try desk.step("HN-1", "feedback", evidence: [4]) == 6)
    }

    /// What the report says of the case or the inspection, without what it says of the archive as it is by now.
    private func page(_ place: String, _ name: String, at day: String?) throws -> (document: JSON, told: String) {
        let arguments = ["report", place, name, "--to", "page.html", "--json"] + (day.map { ["--at", $0] } ?? [])
        let outcome = try laptop.start(arguments, env: archive).wait()
        #expect(outcome.status == 0, "\(outcome.err)")
        let text = String(decoding: try Laptop.bytes(laptop.folder + "/page.html"), as: UTF8.self)
        try FileManager.default.removeItem(atPath: laptop.folder + "/page.html")
        return (try outcome.json, text.components(separatedBy: "四性检测（DA/T 70）")[0])
    }

    @Test func `the page of a past day stays as it was, whatever is entered later`() throws {
        let places = [("--case", "HN-1"), ("--inspection", "XC-1")]
        let before = try places.map { try page($0.0, $0.1, at: "2025-03-17") }
        try desk.set("2025-03-18")
        // Said to have happened before that day, and entered after it.
        let late = try desk.add(2, to: "HN-1", kind: "photo")
        try desk.step("HN-1", "rectify", evidence: late) { $0.occurred.from = .init("2025-03-17") }
        try desk.step("XC-1", "notice", of: .inspectionOpened) { $0.occurred.from = .init("2025-03-10") }
        try desk.openCase("HN-2", in: "XC-1") { $0.occurred.from = .init("2025-03-10") }
        try desk.amend(3) { $0.details.due = try ClaimedTimeInput.day("2025-06-30") }
        try desk.amend(2, unset: ["drawn"]) { $0.details.county = "儋州市" }
        let outside = try desk.add(1)
        _ = try ManageCases(desk.context()).link("HN-1", outside)
        for (place, was) in zip(places, before) {
            let still = try page(place.0, place.1, at: "2025-03-17")
            #expect(still.told == was.told && still.document["checks"] == was.document["checks"], "\(place)")
            #expect(still.document["findings"] == was.document["findings"])
            let next = try page(place.0, place.1, at: "2025-03-18")
            #expect(next.told != was.told && next.document["at"]?.string == "2025-03-18")
        }
        let next = try page("--case", "HN-1", at: "2025-03-18").told
        #expect(next.contains("id=\"e\(outside[0])\"") && next.contains("2025-06-30") && next.contains("儋州市") == false)
    }

    @Test func `the page says which day it is of, and that the archive was checked as it is now`() throws {
        try desk.set("2025-03-18")
        try desk.withdraw(5)
        try laptop.succeed("report", "--case", "HN-1", "--to", "r.html", "--at", "2025-03-17", env: archive)
        let chinese = try #require(Look(at: "r.html", on: laptop, Look.text).values[0].string)
        let english = try #require(Look(at: "r.html", on: laptop, isEnglish: true, Look.text).values[0].string)
        for words in ["截至 2025-03-17 日终。", "此后录入的内容不在本页中", "当时期限", "生成本报告时的档案，含 2025-03-17 之后录入的内容"] {
            #expect(chinese.contains(words), "\(words)")
        }
        for words in [
            "As of the end of 2025-03-17.", "What was withdrawn since can't be shown any more", "Deadline then",
        ] {
            #expect(english.contains(words), "\(words)")
        }
        #expect(english.contains("when this report was made, with all that was entered after 2025-03-17"))
        // The withdrawal is of the next day, and its order is not told; what it took is gone all the same.
        #expect(chinese.contains("已撤销") && !chinese.contains("省安委办"))
        let now = try page("--case", "HN-1", at: nil).told
        #expect(now.contains("省安委办") && !now.contains("日终") && now.contains("当前期限"))
    }

    @Test func `who vouched for an entry after the day is not on its page`() throws {
        let office = try Office(watching: try laptop.archiveKey().verifier.description)
        let served = try ServedWitness(office)
        try laptop.succeed("witness", "submit", "--url", served.url, "--witness", office.key, env: archive)
        _ = try served.stop()
        try laptop.succeed("trust", office.key)
        // The next commit records the cosignature.
        try desk.set("2025-03-18")
        try desk.add(1)
        #expect(try page("--case", "HN-1", at: "2025-03-17").told.contains("says the witness") == false)
        #expect(try page("--case", "HN-1", at: "2025-03-18").told.contains("says the witness"))
    }

    @Test func `a day on which there was nothing yet, or that is not over, is refused`() throws {
        try desk.set("2025-03-20")
        try desk.openCase("HN-2")
        func refuse(_ name: String, _ day: String, _ status: Int32, _ words: String) throws {
            try laptop.expectRefused(
                "report", "--case", name, "--to", "r.html", "--at", day, "--time-zone", "UTC", status: status,
                naming: words, env: archive)
            #expect(!laptop.exists("r.html"))
        }
        try refuse("HN-2", "2025-03-19", 66, "2025-03-20")
        try refuse("HN-1", "0001-01-01", 66, "2025-03-17")
        try refuse("HN-9", "2025-03-19", 66, "HN-9")
        try refuse("HN-1", "2025-02-30", 65, "2025-02-30")
        try refuse("HN-1", "9999-12-31", 65, "9999-12-31")
        let today = String(try laptop.shell("date -u +%F").out.prefix(10))
        try refuse("HN-1", today, 65, today)
        // Nine in the morning of the 17th in Shanghai is nine in the evening of the 16th in New York.
        try laptop.succeed(
            "report", "--case", "HN-1", "--to", "r.html", "--at", "2025-03-16", "--time-zone", "America/New_York",
            env: archive)
    }
}
