import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import Testing

/// Boards of a past day, and of several archives.
struct LoopPastTests {
    private let desk: FieldDesk
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
    private var laptop: Laptop { desk.laptop }

    /// 2 the inspection, 3 HN-1 in it, due on 1 April, 4 a photo of it, 5 its feedback; all on 17 March 2025.
    init() throws {
        desk = try FieldDesk(on: "2025-03-17")
        try desk.openInspection("XC-1") { details in
            FieldDesk.describeTeam(&details)
            details.county = "琼中县"
        }
        try desk.openCase("HN-1", in: "XC-1", title: "冷库氨气报警失效") { details in
            details.due = try ClaimedTimeInput.day("2025-04-01")
        }
        let photos = try desk.add(1, to: "HN-1", kind: "photo")
        #expect(photos == [4])
        #expect(try desk.step("HN-1", "feedback", evidence: photos) == 5)
    }

    private func board(_ arguments: String..., status: Int32 = 0) throws -> JSON {
        let outcome = try laptop.start(["loop", "--json"] + arguments, env: archive).wait()
        #expect(outcome.status == status, "\(outcome.err)")
        return try outcome.json
    }

    private func codes(_ board: JSON, _ kind: String = "cases") -> [String] {
        board[kind]?[0]?["findings"]?.array.compactMap { $0["code"]?.string } ?? []
    }

    // MARK: A past day

    @Test func `a past state stays as it was, whatever is entered later`() throws {
        let names = ["a.csv", "a.html", "a.json"]
        func look() throws -> [[UInt8]] {
            let arguments = ["loop", "--at", "2025-03-17"] + names.flatMap { ["--to", $0] }
            try #require(try laptop.start(arguments, env: archive).wait().status == 0)
            return try names.map { try Laptop.bytes(laptop.folder + "/" + $0) }
        }
        let before = try look()
        // Said to have happened before that day, and entered after it.
        try desk.set("2025-03-18")
        let late = try desk.add(1, kind: "photo")
        try desk.openCase("HN-2", in: "XC-1") { $0.occurred.from = .init("2025-03-10") }
        try desk.step("HN-1", "rectify", evidence: late) { $0.occurred.from = .init("2025-03-17") }
        try desk.step("XC-1", "notice", of: .inspectionOpened) { $0.occurred.from = .init("2025-03-10") }
        try desk.amend(3) { change in
            change.details.due = try ClaimedTimeInput.day("2025-06-30")
            change.details.severity = "major"
        }
        try desk.amend(2, unset: ["drawn"]) { $0.details.county = "儋州市" }
        try desk.amend(5) { $0.to = "样例公司" }
        try desk.withdraw(4)
        #expect(try look() == before)
        let now = try board("--at", "2025-03-18")
        #expect(now["cases"]?.array.map { $0["id"]?.string } == ["HN-1", "HN-2"])
        #expect(now["cases"]?[0]?["state"]?.string == "rectified" && now["cases"]?[0]?["severity"]?.string == "major")
        #expect(now["cases"]?[0]?["county"]?.string == "儋州市")
        #expect(codes(now).contains("feedback-evidence") && codes(now, "inspections") == ["drawn", "notice-evidence"])
    }

    @Test func `a record that is linked later was no evidence before`() throws {
        try desk.openCase("HN-2")
        let outside = try desk.add()
        let day = try board("--at", "2025-03-17")
        #expect(day["cases"]?[1]?["missing"]?.array.compactMap(\.string) == ["opening-evidence"])
        try desk.set("2025-03-18")
        _ = try ManageCases(desk.context()).link("HN-2", outside)
        #expect(try board("--at", "2025-03-17") == day)
        #expect(try board("--at", "2025-03-18")["cases"]?[1]?["missing"]?.array == [])
    }

    @Test func `withdrawn evidence is none from then on, and was evidence before`() throws {
        try desk.set("2025-03-18")
        try desk.step("HN-1", "rectify", evidence: [4])
        try desk.step("HN-1", "recheck", evidence: [4])
        #expect(codes(try board("--at", "2025-03-18")) == [])
        try desk.set("2025-03-19")
        try desk.withdraw(4)
        // Whether it was a picture can't be seen any more; that it was none can't be said.
        #expect(codes(try board("--at", "2025-03-18")) == [])
        #expect(
            codes(try board("--at", "2025-03-19")) == [
                "opening-evidence", "feedback-evidence", "rectify-evidence", "recheck-evidence",
            ])
    }

    @Test func `a case or an inspection whose opening was withdrawn stays, on the days before that too`() throws {
        try desk.set("2025-03-18")
        try desk.withdraw(3)
        try desk.withdraw(2)
        for day in ["2025-03-17", "2025-03-18"] {
            let board = try board("--at", day)
            for kind in ["cases", "inspections"] {
                #expect(board[kind]?.array.count == 1 && board[kind]?[0]?["withdrawn"]?.bool == true, "\(day) \(kind)")
                #expect(board[kind]?[0]?["id"]?.string?.count == 32)
            }
            #expect(board["cases"]?[0]?["state"]?.string == "fed-back")
            #expect(board["cases"]?[0]?["inspection"]?.string == board["inspections"]?[0]?["id"]?.string)
        }
        let id = try #require(try board()["cases"]?[0]?["id"]?.string)
        let report = try laptop.start(
            ["report", "--case", id, "--at", "2025-03-17", "--to", "r.html"], env: archive
        ).wait()
        #expect(report.status == 0, "\(report.err)")
    }

    @Test func `what is said to happen later is not done yet`() throws {
        try desk.step("HN-1", "rectify", evidence: [4]) { $0.occurred.from = .init("2025-03-25") }
        #expect(try board("--at", "2025-03-24")["cases"]?[0]?["state"]?.string == "fed-back")
        #expect(try board("--at", "2025-03-25")["cases"]?[0]?["state"]?.string == "rectified")
    }

    @Test func `a day ends where the reader is`() throws {
        // Nine in the morning of the 17th in Shanghai is nine in the evening of the 16th in New York.
        for (zone, day, count) in [
            ("Asia/Shanghai", "2025-03-16", 0), ("Asia/Shanghai", "2025-03-17", 1),
            ("America/New_York", "2025-03-15", 0),
            ("America/New_York", "2025-03-16", 1), ("Pacific/Kiritimati", "2025-03-16", 0),
        ] {
            let board = try board("--at", day, "--time-zone", zone)
            #expect(board["cases"]?.array.count == count && board["at"]?.string == day, "\(zone) \(day)")
        }
        #expect(try board("--at", "9999-12-31")["cases"]?.array.count == 1)
        #expect(try board("--at", "0001-01-01")["cases"]?.array == [])
    }

    // MARK: Several archives

    /// An office with both archives in `teams`; the second has joined HN-1 as 琼-1 and rectified it.
    private func office() throws -> Laptop {
        let other = try Laptop.withArchive(origin: "evidence.example/team-8")
        try laptop.succeed("export", "--case", "HN-1", "--to", other.folder + "/bundle", env: archive)
        try other.succeed("case", "open", "琼-1", "--joins", "bundle", env: archive)
        try other.file("p.txt")
        try other.succeed("add", "p.txt", "--kind", "photo", "--case", "琼-1", env: archive)
        try other.succeed(
            "case", "step", "琼-1", "rectify", "--evidence", "3", "--occurred-at", "2025-03-20", env: archive)
        try other.succeed("case", "open", "HN-9", "--severity", "major", env: archive)
        let office = try Laptop()
        for (laptop, name) in [(laptop, "7"), (other, "8")] {
            let copied = try office.shell("mkdir -p teams && cp -a '\(laptop.archive)' teams/\(name)")
            try #require(copied.status == 0, "\(copied.err)")
        }
        return office
    }

    @Test func `a case joined across two archives is one, with the steps of both`() throws {
        let office = try office()
        for order in [["teams/7", "teams/8"], ["teams/8", "teams/7"]] {
            let board = try office.json("loop", "--archive", order[0], "--archive", order[1])
            #expect(board.names == ["at", "cases", "inspections", "unread", "within"] && board["unread"]?.array == [])
            let cases = try #require(board["cases"]).array
            #expect(Set(cases.compactMap { $0["id"]?.string }) == ["HN-1", "HN-9"])
            let joined = try #require(cases.first { $0["id"]?.string == "HN-1" })
            #expect(joined["state"]?.string == "rectified" && joined["since"]?.string == "2025-03-20")
            #expect(joined["inspection"]?.string == "XC-1" && joined["found"]?.string == "2025-03-17")
            #expect(
                joined["archives"]?.array.compactMap(\.string) == [
                    "evidence.example/team-7", "evidence.example/team-8",
                ])
            #expect(joined["findings"]?.array == [])
            try office.succeed(
                "loop", "--archive", order[0], "--archive", order[1], "--to", order[0].suffix(1) + ".ics")
        }
        let text = try office.succeed("loop", "--archive", "teams", "--lang", "en").out
        #expect(text.contains("team-7, team-8") && text.contains("Archive"))
        #expect(try office.json("loop", "--archive", "teams/7")["cases"]?[0]?["state"]?.string == "fed-back")
    }

    @Test func `an archive that can't be read is told in every form`() throws {
        let office = try office()
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: office.folder + "/teams/8/archive.sqlite"))
        try file.seek(toOffset: 68)
        try file.write(contentsOf: Data([0, 0, 0, 0]))
        try file.close()
        for (language, sentence, words) in [
            ("en", "This is not complete: 1 of 2 archives could not be read to the end.\n", "Not complete: not all"),
            ("zh-Hans", "以上并不完整：2 个档案中有 1 个未能读完。\n", "并不完整：有内容未能读取。"),
        ] {
            for command in ["loop", "coverage"] {
                let shown = try office.run(command, "--archive", "teams", "--lang", language)
                #expect(shown.status == 1 && shown.out.hasSuffix(sentence) && shown.err.contains("/teams/8"))
                let forms = command == "loop" ? ["csv", "html", "ics", "json"] : ["csv", "html", "json"]
                for form in forms {
                    // A check must not pass because it saw too little, nor fail with the status of what it saw.
                    let outcome = try office.run(
                        command, "--archive", "teams", "--to", "a." + form, "--exit-code", "--lang", language)
                    #expect(outcome.status == 1 && outcome.err.contains("/teams/8"), "\(form)")
                    let text = String(decoding: try Laptop.bytes(office.folder + "/a." + form), as: UTF8.self)
                        .replacing("\r\n ", with: "")
                    #expect(text.contains("/teams/8"), "\(form)")
                    if form != "json" { #expect(text.contains(words), "\(form)") }
                }
                let document = try office.run(command, "--archive", "teams", "--json")
                #expect(try document.status == 1 && document.json["unread"]?.array.count == 1)
            }
        }
    }
}
