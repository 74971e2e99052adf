import EvidenceTestSupport
import Foundation
import Glibc
import Testing

struct InterruptionTests {
    private let laptop: Laptop

    init() throws { laptop = try Laptop.withArchive() }

    @Test(arguments: [("en", SIGINT), ("zh-Hans", SIGINT), ("en", SIGTERM)])
    func `Ctrl-C while a large file is copied leaves the archive as it was, and the copy to go on from`(
        language: String, signal: Int32
    ) throws {
        try laptop.sparseFile("录像.mp4", size: 512 << 20)
        let before = try laptop.listing()
        let adding = try laptop.start(["add", "录像.mp4", "--archive", "archive", "--lang", language])
        try laptop.waitForCopying()
        adding.send(signal)
        let outcome = try adding.wait()
        #expect(outcome.status == 130, "\(outcome.err)")
        #expect(outcome.out == "")
        Prose.expectSentence(outcome, language)
        #expect(try laptop.listing().filter { !$0.key.hasPrefix("incoming/") } == before)
        #expect(try laptop.leftovers().filter { $0.hasSuffix("/copying") }.count == 1)
        try laptop.expectVerified()
    }

    @Test(arguments: TestTier.some(["zh-Hans", "en"], oneIn: 2))
    func `Ctrl-C ends a run that waits for another writer`(language: String) throws {
        try laptop.file("a")
        let before = try laptop.listing()
        let lock = open(laptop.folder + "/archive", O_RDONLY | O_DIRECTORY)
        defer { close(lock) }
        try #require(flock(lock, LOCK_EX | LOCK_NB) == 0)
        let adding = try laptop.start(["add", "a", "--archive", "archive", "--lang", language])
        // Long enough for it to wait, which it does before it copies anything.
        usleep(4_000_000)
        adding.send(SIGINT)
        let outcome = try adding.wait()
        #expect(outcome.status == 130, "\(outcome.err)")
        #expect(outcome.err.contains(language == "en" ? "Waiting for another program" : "等待中"))
        #expect(try laptop.listing() == before)
        #expect(try laptop.leftovers() == [])
    }

    @Test func `a run that was killed leaves only what the same command takes up, or time clears away`() throws {
        try laptop.sparseFile("录像.mp4", size: 256 << 20)
        try laptop.file("a")
        let adding = try laptop.start(["add", "录像.mp4", "--archive", "archive"])
        try laptop.waitForCopying()
        adding.send(SIGKILL)
        #expect(try adding.wait().status == 128 + SIGKILL)
        #expect(try laptop.leftovers() != [])
        #expect(try laptop.run("verify", "archive").status == 0)
        try laptop.succeed("add", "a", "--archive", "archive")
        #expect(try laptop.leftovers().filter { $0.hasSuffix("/copying") }.count == 1)
        try laptop.expectVerified()
        try laptop.succeed("add", "录像.mp4", "--archive", "archive")
        #expect(try laptop.leftovers() == [])
        try laptop.expectVerified()
    }

    @Test func `Ctrl-C while files are copied out leaves no half a file`() throws {
        try laptop.sparseFile("录像.mp4", size: 128 << 20)
        try laptop.succeed("add", "录像.mp4", "--archive", "archive")
        let getting = try laptop.start(["get", "2", "--to", "out", "--archive", "archive"])
        try wait { (try? FileManager.default.contentsOfDirectory(atPath: laptop.folder + "/out"))?.isEmpty == false }
        getting.send(SIGINT)
        #expect(try getting.wait().status == 130)
        #expect(try FileManager.default.contentsOfDirectory(atPath: laptop.folder + "/out") == [])
    }

    @Test func `what takes more than a second shows its rate and the time that is left`() throws {
        try laptop.sparseFile("录像.mp4", size: 256 << 20)
        let added = try laptop.succeed("add", "录像.mp4", "--archive", "archive", "--progress", "json", "--json")
        #expect(try added.json["entries"]?.array.count == 1)
        let reports = try added.errLines.map { try JSON(Array($0.utf8)) }
        let members = [
            "bytesDone", "bytesPerSecond", "bytesTotal", "done", "filesDone", "filesTotal", "phase", "secondsLeft",
        ]
        for report in reports { #expect(report.names == members) }
        let last = try #require(reports.last)
        #expect(last["done"]?.bool == true)
        #expect(last["bytesDone"]?.int == 256 << 20)
        #expect(last["bytesTotal"]?.int == 256 << 20)
        #expect(last["filesDone"]?.int == 1)
        #expect(last["secondsLeft"]?.int == 0)
        // A fast disk may copy all of it within the first second, which stays silent.
        for report in reports.dropLast() {
            #expect((report["bytesPerSecond"]?.int ?? 0) > 0)
            #expect(report["secondsLeft"]?.int != nil)
            #expect(report["done"]?.bool == false)
        }
        let done = reports.compactMap { $0["bytesDone"]?.int }
        #expect(done == done.sorted())
    }

    @Test func `a reader that has seen enough ends the command quietly`() throws {
        try laptop.file("材料/a", "")
        for number in 0..<40 { try laptop.file("材料/\(number)", "\(number)") }
        try laptop.succeed("add", "材料", "--archive", "archive")
        for command in ["list", "log", "list --json", "--help", "show 2", "verify"] {
            let outcome = try laptop.shell(
                "EVIDENCE_ARCHIVE=archive evidence \(command) | head -c 1 > /dev/null; exit ${PIPESTATUS[0]}")
            #expect(outcome.status == 0, "\(command)")
            #expect(outcome.err == "")
        }
        let closed = try laptop.shell("evidence list --archive archive >&-")
        #expect(closed.status == 74 || closed.status == 0)
    }

    @Test func `four commands that add at once all succeed, one after the other`() throws {
        for number in 0..<4 {
            for file in 0..<5 { try laptop.file("\(number)/\(file)", "\(number) \(file)") }
        }
        let adding = try (0..<4).map { try laptop.start(["add", "\($0)", "--archive", "archive", "--json"]) }
        let outcomes = try adding.map { try $0.wait() }
        var seqs: [Int] = []
        for outcome in outcomes {
            #expect(outcome.status == 0, "\(outcome.err)")
            let own = try outcome.json["entries"]?.array.compactMap { $0["seq"]?.int } ?? []
            #expect(own == Array((own.first ?? 0)..<(own.first ?? 0) + 5))
            seqs += own
        }
        #expect(seqs.sorted() == Array(2..<22))
        try laptop.expectVerified()
        #expect(try laptop.leftovers() == [])
    }
}
