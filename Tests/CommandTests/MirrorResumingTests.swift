import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// A `mirror` that was stopped, and run again.
struct MirrorResumingTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws { laptop = try Laptop.withArchive() }

    /// Stops a `mirror` once it has copied something.
    private func stop(by signal: Int32, once isReached: () throws -> Bool) throws {
        let run = try laptop.start(["mirror", "镜像"], env: archive)
        try wait(until: isReached)
        run.send(signal)
        let outcome = try run.wait()
        try #require(outcome.status == (signal == SIGKILL ? 128 + SIGKILL : 130), "\(outcome.err)")
        #expect(signal == SIGKILL || outcome.err.contains("kept for 7 days: the same command goes on from it"))
    }

    /// The files under the mirror's `incoming/`, of which some may go while this looks.
    private func waiting() -> [Laptop.Status] {
        let incoming = laptop.folder + "/镜像/incoming"
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: incoming)) ?? []
        return names.compactMap { Laptop.status(incoming + "/" + $0) }.filter(\.isFile)
    }

    private func copied() -> Int { waiting().reduce(0) { $0 + $1.size } }

    /// Mirrors to the end, and counts the bytes that it writes to copies.
    private func mirrorTraced() throws -> (json: JSON, written: Int) {
        let outcome = try laptop.shell(
            "strace -f -qq -y -o trace -e trace=write,pwrite64 evidence mirror 镜像 --archive archive --json")
        #expect(outcome.status == 0, "\(outcome.err)")
        let written = try laptop.shell(
            "grep '/copying>' trace | sed 's/.*= //' | awk '{n += $1} END {print n + 0}'")
        return (
            try JSON(Array(outcome.out.utf8)), Int(written.out.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
        )
    }

    private func expectWhole() throws {
        try laptop.succeed("verify", "镜像", "--full")
        #expect(try FileManager.default.contentsOfDirectory(atPath: laptop.folder + "/镜像/incoming") == [])
    }

    @Test(arguments: [SIGINT, SIGKILL], [true, false])
    func `a large file is not copied twice`(signal: Int32, isFirst: Bool) throws {
        let size = 192 << 20
        if !isFirst { try laptop.succeed("mirror", "镜像", env: archive) }
        _ = try laptop.shell("head -c \(size) /dev/urandom > 录像.mp4")
        try laptop.succeed("add", "录像.mp4", env: archive)
        try stop(by: signal) { copied() > 24 << 20 }
        let held = copied()
        try #require(held >= 24 << 20 && held < size)
        // What was only begun is no archive that lost its log.
        if isFirst { try laptop.expectRefused("verify", "镜像", status: 66, naming: "evidence mirror") }
        let (json, written) = try mirrorTraced()
        #expect(written == size - held)
        #expect(json["resumed"]?["files"]?.int == 1 && json["resumed"]?["bytes"]?.int == held)
        #expect(json["copied"]?["files"]?.int == 1 && json["copied"]?["bytes"]?.int == size)
        try expectWhole()
    }

    @Test func `of many files those that were copied are not copied again, whatever was copied with them`() throws {
        let many = 1_500
        var total = 0
        for number in 0..<many {
            let text = String(repeating: "第\(number)份 ", count: 20)
            total += text.utf8.count
            try laptop.file("材料/\(number).txt", text)
        }
        try laptop.succeed("add", "材料", "--each", env: archive)
        let objects = laptop.folder + "/镜像/objects"
        func placed() throws -> Int {
            ((try? FileManager.default.subpathsOfDirectory(atPath: objects)) ?? [])
                .count { Laptop.status(objects + "/" + $0)?.isFile == true }
        }
        // Some are in their places, which is written down beside those that are not.
        try stop(by: SIGKILL) { try placed() > 1_000 && waiting().count > 100 }
        let (there, held) = (try placed(), copied())
        if !laptop.exists("镜像/archive.sqlite") {
            try laptop.expectRefused("verify", "镜像", status: 66, naming: "evidence mirror")
        }
        try #require(there < many)
        let (json, written) = try mirrorTraced()
        #expect(json["copied"]?["files"]?.int == many - there)
        let resumed = try #require(json["resumed"]?["files"]?.int)
        #expect(resumed > 90 && json["resumed"]?["bytes"]?.int ?? .max <= held)
        #expect(written < total / many * (many - there - resumed + 1))
        try expectWhole()
    }

    @Test func `what waits of a record that was withdrawn meanwhile goes`() throws {
        _ = try laptop.shell("head -c 100663296 /dev/urandom > 录像.mp4")
        try laptop.succeed("add", "录像.mp4", env: archive)
        try stop(by: SIGKILL) { copied() > 16 << 20 }
        try laptop.succeed("withdraw", "2", "--authority", "省安委办", "--reason", "涉密", env: archive)
        try laptop.succeed("mirror", "镜像", env: archive)
        try expectWhole()
    }

    @Test func `on a disk that was full the next run goes on from what was copied`() throws {
        guard geteuid() == 0 else { return }
        _ = try laptop.shell("head -c 8000000 /dev/urandom > 录像.mp4")
        try laptop.succeed("add", "录像.mp4", env: archive)
        let outcome = try laptop.shell(
            """
            mkdir disk; unshare --mount bash -c '
            mount -t tmpfs -o size=4m tmpfs disk || exit 99
            evidence mirror disk/m --archive archive 2> full; test $? = 74 || exit 98
            mount -o remount,size=64m disk
            evidence mirror disk/m --archive archive --json || exit 97
            evidence verify disk/m --quiet > /dev/null || exit 96
            ls disk/m/incoming > left'
            """)
        if outcome.status == 99 { return }
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(String(decoding: try Laptop.bytes(laptop.folder + "/full"), as: UTF8.self).contains("kept for 7 days"))
        #expect(try JSON(Array(outcome.out.utf8))["resumed"]?["bytes"]?.int ?? 0 > 2 << 20)
        #expect(try Laptop.bytes(laptop.folder + "/left") == [])
    }

    /// Nothing that was read again after a failed sync would be known to be on the disk.
    @Test func `what could not be made durable is copied anew`() throws {
        for number in 0..<20 { try laptop.file("材料/\(number).txt", "第\(number)份") }
        try laptop.succeed("add", "材料", "--each", env: archive)
        let outcome = try laptop.shell(
            """
            strace -f -qq -y -o trace -e trace=fsync -e inject=fsync:error=EIO:when=6+ \
            evidence mirror 镜像 --archive archive
            """)
        #expect(outcome.status == 74, "\(outcome.err)")
        #expect(!outcome.err.contains("kept for 7 days"))
        #expect(waiting().isEmpty)
        try laptop.succeed("mirror", "镜像", env: archive)
        try expectWhole()
    }
}
