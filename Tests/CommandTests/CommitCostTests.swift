import Foundation
import Testing

/// What a commit costs does not grow with the log.
struct CommitCostTests {
    /// How often a command reads from the archive's database.
    private func reads(_ laptop: Laptop, _ command: String) throws -> Int {
        let outcome = try laptop.shell(
            "strace -f -qq -y -o trace -e trace=pread64,read evidence \(command) && grep -c 'archive.sqlite>' trace")
        try #require(outcome.status == 0, "\(outcome.err)")
        return try #require(outcome.outLines.last.flatMap(Int.init))
    }

    @Test func `an archive of many entries is read no more for one more than one of a few`() throws {
        let laptop = try Laptop.withArchive()
        let archive = ["EVIDENCE_ARCHIVE": "archive"]
        for number in 0..<400 {
            try laptop.file("材料/\(number).txt", String(repeating: "第\(number)份 ", count: 4))
        }
        for name in ["a", "b"] { try laptop.file("\(name).txt", "\(name)\n") }
        let before = try reads(laptop, "add a.txt --archive archive --quiet")
        try laptop.succeed("add", "材料", "--each", env: archive)
        let after = try reads(laptop, "add b.txt --archive archive --quiet")
        // All of it are some 200 pages more; a deeper tree and a longer last page are a few.
        #expect(before > 0 && after < before + 60, "\(before), then \(after)")
    }
}
