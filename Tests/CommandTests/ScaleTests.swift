import EvidenceTestSupport
import Foundation
import Testing

/// What the machine must bear; the full sizes only where `EVIDENCE_TEST_FULL=1` asks for them.
@Suite(.serialized) struct ScaleTests {
    private static let largestKiB = 100 * 1_024

    private let laptop: Laptop

    init() throws { laptop = try Laptop.withArchive() }

    private func addFolder(of count: Int) throws {
        for number in 0..<count { try laptop.file("材料/\(number % 50)/\(number).txt", "file \(number)\n") }
        let added = try laptop.run("add", "材料", "--archive", "archive", "--json", measured: true)
        #expect(added.status == 0, "\(added.err)")
        #expect(try added.json["entries"]?.array.count == count)
        added.expectPeak(below: ScaleTests.largestKiB)
        for command in [["verify"], ["list"], ["log"], ["publish", "公布"], ["verify", "公布"], ["publish", "公布"]] {
            let read = try laptop.start(command + ["--archive", "archive"]).wait(measured: true)
            #expect(read.status == 0, "\(read.err)")
            read.expectPeak(below: ScaleTests.largestKiB, command)
        }
    }

    private func addFile(of size: Int) throws {
        try laptop.sparseFile("录像", size: size)
        for command in [["add", "录像"], ["verify", "--full"], ["get", "2", "--to", "out"]] {
            let outcome = try laptop.start(command + ["--archive", "archive"]).wait(measured: true)
            #expect(outcome.status == 0, "\(outcome.err)")
            outcome.expectPeak(below: ScaleTests.largestKiB, command)
        }
    }

    @Test func `a folder of 2,000 files takes less than 100 MiB of memory`() throws { try addFolder(of: 2_000) }

    @Test func `a file of 512 MiB takes less than 100 MiB of memory`() throws { try addFile(of: 512 << 20) }

    @Test(.enabled(if: TestTier.isFull)) func `a folder of 10,000 files takes less than 100 MiB of memory`() throws {
        try addFolder(of: 10_000)
    }

    @Test(.enabled(if: TestTier.isFull))
    func `1,000 photographs and 50 recordings are added with what they say of themselves in one command`() throws {
        let made = try laptop.shell(
            """
            set -e; mkdir card
            ffmpeg -v error -f lavfi -i 'nullsrc=size=2400x1800,geq=random(1)*255:128:128' -frames:v 1 -q:v 4 -f mjpeg a.jpg
            exiftool -q -q -overwrite_original '-DateTimeOriginal=2026:03:12 14:30:05' -Make=Canon -SerialNumber=1 a.jpg
            ffmpeg -v error -f lavfi -i sine=duration=120 -f ipod a.m4a
            for i in $(seq 1 1000); do cp a.jpg card/$i.jpg; echo $i >> card/$i.jpg; done
            for i in $(seq 1 50); do cp a.m4a card/$i.m4a; echo $i >> card/$i.m4a; done
            """)
        try #require(made.status == 0, "\(made.err)")
        let added = try laptop.run("add", "card", "--archive", "archive", "--json", measured: true)
        #expect(added.status == 0 && added.err.isEmpty, "\(added.err)")
        added.expectPeak(below: ScaleTests.largestKiB)
        let records = try laptop.json("list", "--archive", "archive")["records"]?.array ?? []
        let media = records.compactMap { $0["files"]?[0]?["media"] }
        #expect(media.count == 1_050)
        #expect(media.count { $0["captured"] != nil } == 1_000)
        #expect(media.count { $0["duration"] != nil } == 50)
    }

    @Test(.enabled(if: TestTier.isFull)) func `a file of 4 GiB takes less than 100 MiB of memory`() throws {
        try addFile(of: 4 << 30)
    }
}
