import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// An `add` that was stopped, and run again.
struct ResumingTests {
    private let laptop: Laptop

    init() throws { laptop = try Laptop.withArchive() }

    /// Stops an `add` once it has copied something.
    private func stop(_ arguments: [String], by signal: Int32, once isReached: () throws -> Bool) throws {
        let adding = try laptop.start(["add"] + arguments + ["--archive", "archive"])
        try wait(until: isReached)
        adding.send(signal)
        let outcome = try adding.wait()
        try #require(outcome.status == (signal == SIGKILL ? 128 + SIGKILL : 130), "\(outcome.err)")
        #expect(signal == SIGKILL || outcome.err.contains("kept for 7 days: the same command goes on from it"))
    }

    /// The files under `incoming/`, of which some may go while this looks.
    private func waiting() -> [Laptop.Status] {
        let incoming = laptop.folder + "/archive/incoming"
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: incoming)) ?? []
        return names.compactMap { Laptop.status(incoming + "/" + $0) }.filter(\.isFile)
    }

    private func copied() -> Int { waiting().reduce(0) { $0 + $1.size } }

    /// Adds, and counts the bytes that it writes to files under `incoming/`.
    private func addTraced(_ arguments: String) throws -> (json: JSON, written: Int) {
        let outcome = try laptop.shell(
            """
            strace -f -qq -y -o trace -e trace=write,pwrite64 evidence add \(arguments) --archive archive --json
            """)
        #expect(outcome.status == 0, "\(outcome.err)")
        let written = try laptop.shell(
            "grep '/archive/incoming/' trace | grep -v '(deleted)\\|promoting' | sed 's/.*= //' | awk '{n += $1} END {print n + 0}'"
        )
        return (
            try JSON(Array(outcome.out.utf8)), Int(written.out.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
        )
    }

    @Test(arguments: [SIGINT, SIGKILL])
    func `a large file is not copied twice`(signal: Int32) throws {
        let size = 192 << 20
        _ = try laptop.shell("head -c \(size) /dev/urandom > 录像.mp4")
        try stop(["录像.mp4"], by: signal) { copied() > 24 << 20 }
        let held = copied()
        try #require(held >= 24 << 20 && held < size)
        let status = try laptop.succeed("status", "--archive", "archive", "--json")
        #expect(try status.json["interruptedBytes"]?.int == held)
        #expect(try laptop.succeed("status", "--archive", "archive").out.contains("Interrupted"))

        let (json, written) = try addTraced("录像.mp4")
        #expect(json["resumed"]?["files"]?.int == 1)
        #expect(json["resumed"]?["bytes"]?.int == held)
        #expect(json["resumed"]?["changed"]?.array.isEmpty == true)
        #expect(written == size - held)
        #expect(try laptop.leftovers() == [])
        #expect(try laptop.shell("evidence get 2 --to out --archive archive && cmp out/录像.mp4 录像.mp4").status == 0)
        try laptop.expectVerified()
    }

    @Test func `a run goes on from its copy while another one is at work`() throws {
        _ = try laptop.shell("head -c 100663296 /dev/urandom > a.mp4; head -c 402653184 /dev/urandom > b.mp4")
        try stop(["a.mp4"], by: SIGKILL) { copied() > 16 << 20 }
        let held = copied()
        let other = try laptop.start(["add", "b.mp4", "--archive", "archive"])
        try wait { copied() != held }
        other.send(SIGSTOP)
        let json = try laptop.succeed("add", "a.mp4", "--archive", "archive", "--json").json
        #expect(json["resumed"]?["bytes"]?.int == held)
        #expect(try laptop.json("status", "--archive", "archive")["records"]?.int == 1)
        other.send(SIGCONT)
        #expect(try other.wait().status == 0)
        #expect(try laptop.leftovers() == [])
        try laptop.expectVerified()
    }

    private static let many = TestTier.isFull ? 1_500 : 700
    private static let copiedAtLeast = TestTier.isFull ? 400 : 300

    @Test func `of many files those that were copied are not copied again`() throws {
        for number in 0..<ResumingTests.many {
            try laptop.file("材料/\(number).txt", String(repeating: "第\(number)份 ", count: 20))
        }
        try stop(["材料", "--each"], by: SIGKILL) { waiting().count > ResumingTests.copiedAtLeast }
        let held = copied()
        let (json, written) = try addTraced("材料 --each")
        let resumed = try #require(json["resumed"]?["files"]?.int)
        #expect(resumed >= ResumingTests.copiedAtLeast && json["resumed"]?["bytes"]?.int ?? 0 <= held)
        #expect(json["entries"]?.array.count == ResumingTests.many)
        let total = try laptop.shell("cat 材料/* | wc -c").out.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(written == (Int(total) ?? 0) - (json["resumed"]?["bytes"]?.int ?? 0))
        #expect(try laptop.leftovers() == [])
        try laptop.expectVerified()
    }

    @Test(arguments: ["in what was copied", "shorter than the copy", "after what was copied"])
    func `a source that changed meanwhile is added as it is now, and said so`(change: String) throws {
        _ = try laptop.shell("head -c 100663296 /dev/urandom > a.mp4")
        try stop(["a.mp4"], by: SIGINT) { copied() > 16 << 20 }
        switch change {
        case "in what was copied": _ = try laptop.shell("printf x | dd of=a.mp4 bs=1 seek=9000001 conv=notrunc")
        case "shorter than the copy": _ = try laptop.shell("truncate -s 9000000 a.mp4")
        default: _ = try laptop.shell("printf x >> a.mp4")
        }
        let outcome = try laptop.succeed("add", "a.mp4", "--archive", "archive")
        #expect(outcome.out.contains("before an interruption"))
        #expect(outcome.out.contains("Changed since") == (change != "after what was copied"))
        #expect(try laptop.shell("evidence get 2 --to out --archive archive && cmp out/a.mp4 a.mp4").status == 0)
        #expect(try laptop.leftovers() == [])
        try laptop.expectVerified()
    }

    @Test func `copies wait while something else is added, for seven days`() throws {
        _ = try laptop.shell("head -c 100663296 /dev/urandom > a.mp4")
        try laptop.file("b")
        try stop(["a.mp4"], by: SIGINT) { copied() > 16 << 20 }
        let held = copied()
        try laptop.succeed("add", "b", "--archive", "archive")
        #expect(copied() == held)
        _ = try laptop.shell("touch -d '8 days ago' archive/incoming/*")
        try laptop.file("c")
        try laptop.succeed("add", "c", "--archive", "archive")
        #expect(try laptop.leftovers() == [])
    }

    @Test func `copies that a power cut emptied do not wait`() throws {
        _ = try laptop.shell(
            """
            mkdir -p archive/incoming/0011 && cd archive/incoming/0011
            for name in first second; do touch "$(echo $name | sha256sum | cut -c1-64)"; done
            touch "$(sha256sum < /dev/null | cut -c1-64)-0"
            """)
        try laptop.file("b")
        try laptop.succeed("add", "b", "--archive", "archive")
        #expect(try laptop.leftovers() == [])
    }

    /// Who may write to the archive must not have others' files written to.
    @Test(arguments: ["a symlink", "a second name", "a folder"])
    func `a planted copy leads nowhere`(kind: String) throws {
        _ = try laptop.shell(
            "head -c 300000 /dev/urandom > a.mp4; head -c 200000 a.mp4 > mine; printf x >> mine; cp mine was")
        let plant =
            switch kind {
            case "a symlink": "ln -s ../../../mine copying"
            case "a second name": "ln ../../../mine copying"
            default: "mkdir copying"
            }
        _ = try laptop.shell("mkdir -p archive/incoming/0011 && cd archive/incoming/0011 && \(plant)")
        try laptop.succeed("add", "a.mp4", "--archive", "archive")
        #expect(try laptop.shell("cmp mine was").status == 0)
        #expect(try laptop.shell("evidence get 2 --to out --archive archive && cmp out/a.mp4 a.mp4").status == 0)
        try laptop.expectVerified()
    }
}
