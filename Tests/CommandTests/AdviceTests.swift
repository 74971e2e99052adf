import Foundation
import Testing

/// The one line that `add` ends with.
struct AdviceTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws { laptop = try Laptop.withArchive() }

    private func advice(_ name: String, _ arguments: String...) throws -> String? {
        if !laptop.exists(name) { try laptop.file(name, name) }
        let outcome = try laptop.start(["add", name] + arguments, env: archive).wait()
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(outcome.outLines.filter { $0.hasPrefix("Next:") || $0.hasPrefix("下一步") }.count <= 1)
        return outcome.outLines.last { $0.hasPrefix("Next:") || $0.hasPrefix("下一步") }
    }

    @Test func `each thing that is missing is said, the most important first, and once a day`() throws {
        #expect(
            try advice("a") == "Next: open a case: evidence case open CASE; then evidence case link CASE 2")
        #expect(try advice("b") == "Next: no checkpoint has left this machine yet: evidence checkpoint --to FILE")
        let copy = try #require(try advice("c"))
        #expect(copy.hasPrefix("Next: no second copy is known: evidence mirror DIR"))
        #expect(try advice("d") == nil)
        #expect(try laptop.json("add", try laptop.file("e", "e"), env: archive)["next"] == nil)
        try laptop.succeed("case", "open", "甲", env: archive)
        #expect(try advice("f", "--lang", "zh-Hans") == "下一步：归入案件：evidence case link 案件编号 8")
        #expect(try advice("g") == "Next: put into a case what is in none: evidence case link CASE 9")
        #expect(try advice("h", "--case", "甲") == nil)
        #expect(try advice("i", "--quiet") == nil)
    }

    @Test func `what was advised and done is not advised`() throws {
        try laptop.succeed("case", "open", "甲", env: archive)
        // A checkpoint in the archive itself has gone nowhere.
        try laptop.succeed("checkpoint", "--to", "archive/检查点.txt", env: archive)
        #expect(try laptop.json("status", env: archive)["carriedOut"] == nil)
        try laptop.succeed("checkpoint", "--to", "检查点.txt", env: archive)
        #expect(try laptop.json("status", env: archive)["carriedOut"]?["size"]?.int == 3)
        try laptop.succeed("verify", env: archive)
        #expect(try laptop.json("status", env: archive)["copy"] == nil)
        #expect(try laptop.shell("mkdir 副本 && cp -a archive/. 副本/ && rm 副本/检查点.txt archive/检查点.txt").status == 0)
        try laptop.succeed("verify", "副本")
        let copy = try laptop.json("status", env: archive)["copy"]
        #expect(copy?["path"]?.string == laptop.folder + "/副本" && copy?["size"]?.int == 3)
        #expect(try advice("a", "--case", "甲") == nil)
        let status = try laptop.succeed("status", env: archive).out
        #expect(status.contains("副本") && status.contains("检查点.txt"))
    }

    @Test func `links to an archive's files are no second copy`() throws {
        #expect(try laptop.shell("cp -al archive 副本").status == 0)
        try laptop.succeed("verify", "副本", "--full")
        #expect(try laptop.json("status", env: archive)["copy"] == nil)
    }

    @Test func `a copy that is damaged is no second copy`() throws {
        #expect(
            try laptop.shell("cp -a archive 副本 && sqlite3 副本/archive.sqlite 'SELECT 1' 2>/dev/null; : > 副本/checkpoint")
                .status == 0)
        #expect(try laptop.run("verify", "副本").status == 1)
        #expect(try laptop.json("status", env: archive)["copy"] == nil)
    }

    @Test func `many records in a row are named as a shell takes them, and notes that were altered count for nothing`()
        throws
    {
        try laptop.succeed("case", "open", "甲", env: archive)
        for number in 1...9 { try laptop.file("照片/\(number).txt", "\(number)") }
        #expect(try advice("照片")?.hasSuffix("evidence case link CASE {3..11}") == true)
        try laptop.succeed("case", "link", "甲", "3", env: archive)
        let notes = try laptop.shell(
            "echo home/state/*.care.json; cd ../home/state && for f in *.care.json; do echo '{' > $f; done")
        #expect(notes.status == 0)
        #expect(try advice("b", "--case", "甲")?.contains("checkpoint --to") == true)
        #expect(try laptop.shell("cd ../home/state && for f in *.care.json; do rm $f; mkdir $f; done").status == 0)
        #expect(try advice("c", "--case", "甲")?.contains("checkpoint --to") == true)
        try laptop.expectVerified()
    }
}
