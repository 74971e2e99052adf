import Foundation
import Testing

/// What the machine must bear; the full sizes only where `EVIDENCE_TEST_FULL=1` asks for them.
@Suite(.serialized) struct ScaleTests {
    private static let isFull = ProcessInfo.processInfo.environment["EVIDENCE_TEST_FULL"] == "1"
    private static let largestKiB = 100 * 1_024

    private let laptop: Laptop

    init() throws { laptop = try Laptop.withArchive() }

    private func addFolder(of count: Int) throws {
        for number in 0..<count { try laptop.file("材料/\(number % 50)/\(number).txt", "file \(number)\n") }
        let added = try laptop.run("add", "材料", "--archive", "archive", "--json", measured: true)
        #expect(added.status == 0, "\(added.err)")
        #expect(try added.json["entries"]?.array.count == count)
        #expect(added.peakKiB > 0 && added.peakKiB < ScaleTests.largestKiB, "\(added.peakKiB) KiB")
        for command in ["verify", "list", "log"] {
            let read = try laptop.run(command, "--archive", "archive", measured: true)
            #expect(read.status == 0, "\(read.err)")
            #expect(read.peakKiB < ScaleTests.largestKiB, "\(command): \(read.peakKiB) KiB")
        }
    }

    private func addFile(of size: Int) throws {
        try laptop.sparseFile("录像", size: size)
        for command in [["add", "录像"], ["verify", "--full"], ["get", "2", "--to", "out"]] {
            let outcome = try laptop.start(command + ["--archive", "archive"]).wait(measured: true)
            #expect(outcome.status == 0, "\(outcome.err)")
            #expect(
                outcome.peakKiB > 0 && outcome.peakKiB < ScaleTests.largestKiB, "\(command): \(outcome.peakKiB) KiB")
        }
    }

    @Test func `a folder of 2,000 files takes less than 100 MiB of memory`() throws { try addFolder(of: 2_000) }

    @Test func `a file of 512 MiB takes less than 100 MiB of memory`() throws { try addFile(of: 512 << 20) }

    @Test(.enabled(if: isFull)) func `a folder of 10,000 files takes less than 100 MiB of memory`() throws {
        try addFolder(of: 10_000)
    }

    @Test(.enabled(if: isFull)) func `a file of 4 GiB takes less than 100 MiB of memory`() throws {
        try addFile(of: 4 << 30)
    }
}
