import Foundation
import Glibc
import Testing

/// The disk fails, or a file moves under the reader: the archive stays as it was.
struct FailingDiskTests {
    private let laptop: Laptop

    init() throws { laptop = try Laptop.withArchive() }

    @Test(arguments: ["en", "zh-Hans"]) func `a full disk`(language: String) throws {
        guard geteuid() == 0 else { return try fileSizeLimit(language) }
        try laptop.sparseFile("big", size: 8 << 20)
        try FileManager.default.createDirectory(atPath: laptop.folder + "/disk", withIntermediateDirectories: false)
        // A disk of 4 MiB, in a mount namespace that ends with the shell.
        let outcome = try laptop.shell(
            """
            unshare --mount bash -c '
            mount -t tmpfs -o size=4m tmpfs disk || exit 99
            cp -r archive disk/ || exit 98
            find disk/archive ! -name index.sqlite ! -path "*/incoming/*" -type f -exec sha256sum {} + | sort > before
            evidence add big --archive disk/archive --lang \(language); status=$?
            find disk/archive ! -name index.sqlite ! -path "*/incoming/*" -type f -exec sha256sum {} + | sort > after
            evidence status --archive disk/archive --json > left
            evidence verify --archive disk/archive --json > verified || true
            exit $status'
            """)
        if outcome.status == 99 { return try fileSizeLimit(language) }
        #expect(outcome.status == 74, "\(outcome.err)")
        #expect(outcome.out == "")
        #expect(outcome.err.contains(language == "en" ? "disk is full" : "磁盘已满"))
        Prose.expectSentence(outcome, language)
        #expect(try Laptop.bytes(laptop.folder + "/before") == Laptop.bytes(laptop.folder + "/after"))
        // What was copied waits, and that is said.
        #expect(outcome.err.contains(language == "en" ? "kept for 7 days" : "保留 7 天"), "\(outcome.err)")
        #expect(try JSON(try Laptop.bytes(laptop.folder + "/left"))["interruptedBytes"]?.int ?? 0 > 1 << 20)
        #expect(try JSON(try Laptop.bytes(laptop.folder + "/verified"))["problems"]?.array == [])
    }

    @Test func `a full disk costs no index, and what is on it is read`() throws {
        guard geteuid() == 0 else { return }
        try laptop.file("a.txt", "甲\n")
        try laptop.succeed("add", "a.txt", "--title", "消防通道", "--archive", "archive")
        try FileManager.default.createDirectory(atPath: laptop.folder + "/disk", withIntermediateDirectories: false)
        let outcome = try laptop.shell(
            """
            unshare --mount bash -c '
            mount -t tmpfs -o size=2m tmpfs disk || exit 99
            cp -r archive disk/ && export EVIDENCE_ARCHIVE=disk/archive
            evidence search 消防 -q && cp disk/archive/index.sqlite before
            cat /dev/zero > disk/filling 2>/dev/null
            evidence reindex; echo "reindex $?"
            cmp before disk/archive/index.sqlite || exit 98
            evidence search 消防 -q || exit 97
            rm disk/archive/index.sqlite
            cat /dev/zero >> disk/filling 2>/dev/null
            evidence search 消防 -q || exit 96
            evidence list -q || exit 95'
            """)
        if outcome.status == 99 { return }
        #expect(outcome.status == 0, "\(outcome.out)\(outcome.err)")
        #expect(outcome.out.contains("reindex 74"))
        #expect(outcome.out.split(separator: "\n").count { $0.contains("通道") } == 4, "\(outcome.out)")
    }

    /// A file that may not grow, where no disk can be mounted.
    private func fileSizeLimit(_ language: String) throws {
        try laptop.sparseFile("big", size: 8 << 20)
        let before = try laptop.listingWithoutCopies()
        let outcome = try laptop.shell(
            "prlimit --fsize=4194304 evidence add big --archive archive --lang \(language)")
        #expect(outcome.status == 74, "\(outcome.err)")
        Prose.expectSentence(outcome, language)
        #expect(try laptop.listingWithoutCopies() == before)
        try laptop.expectVerified()
    }

    @Test(arguments: ["en", "zh-Hans"]) func `a file that may not grow any more`(language: String) throws {
        try fileSizeLimit(language)
    }

    @Test func `no room to look at a copy of the index is nothing against the archive`() throws {
        for number in 0..<30 { try laptop.file("材料/\(number)", "\(number)\n") }
        let text = String(repeating: "abcdefghijklmnop", count: 6_000)
        try laptop.succeed("add", "材料", "--description", text, "--archive", "archive")
        let outcome = try laptop.shell("prlimit --fsize=1000000 evidence verify --archive archive --full --json")
        #expect(outcome.status == 3, "\(outcome.err)")
        #expect(try outcome.json["problems"]?.array == [])
        #expect(try outcome.json["unchecked"]?.array.map { $0["code"]?.string } == ["file-unreadable"])
        #expect(try outcome.json["unchecked"]?[0]?["path"]?.string == "index.sqlite")
        try laptop.expectVerified()
    }

    @Test(arguments: [("en", "grows"), ("zh-Hans", "grows"), ("en", "shrinks")])
    func `a file whose length changes while it is read`(language: String, change: String) throws {
        try laptop.sparseFile("录像", size: 64 << 20)
        let before = try laptop.listingWithoutCopies()
        let adding = try laptop.start(["add", "录像", "--archive", "archive", "--lang", language])
        try laptop.waitForCopying()
        let file = open(laptop.folder + "/录像", O_WRONLY | O_APPEND | O_CLOEXEC)
        if change == "grows" { _ = Glibc.write(file, "more", 4) } else { ftruncate(file, 60 << 20) }
        close(file)
        let outcome = try adding.wait()
        #expect(outcome.status == 65, "\(outcome.err)")
        #expect(outcome.out == "")
        #expect(outcome.err.contains("录像"))
        Prose.expectSentence(outcome, language)
        #expect(try laptop.listingWithoutCopies() == before)
        try laptop.expectVerified()
    }

    @Test(arguments: ["en", "zh-Hans"]) func `an archive that may not be written`(language: String) throws {
        try laptop.file("a")
        guard geteuid() == 0 else { return }
        let outcome = try laptop.shell(
            """
            unshare --mount bash -c '
            mount --bind archive archive && mount -o remount,ro,bind archive || exit 99
            evidence status --archive archive > /dev/null || exit 98
            evidence add a --archive archive --lang \(language)'
            """)
        if outcome.status == 99 { return }
        #expect(outcome.status == 77, "\(outcome.err)")
        #expect(outcome.out == "")
        Prose.expectSentence(outcome, language)
        try laptop.expectVerified()
    }

    @Test func `everything that reads works on a medium that nobody can write, and leaves nothing there`() throws {
        try laptop.file("来信.txt", "来信\n")
        try laptop.succeed("add", "来信.txt", "--archive", "archive")
        guard geteuid() == 0 else { return }
        for hasIndex in [true, false] {
            if !hasIndex { try FileManager.default.removeItem(atPath: laptop.archive + "/index.sqlite") }
            let before = try laptop.listing()
            let outcome = try laptop.shell(
                """
                unshare --mount bash -c '
                mount --bind archive archive && mount -o remount,ro,bind archive || exit 99
                export EVIDENCE_ARCHIVE=archive
                for command in "verify --full" "show 2" "get 2 --to out-\(hasIndex)" log list "search 来信" "prove 2" status; do
                    evidence $command > said 2>&1 || { cat said; echo "$command"; exit 98; }
                done'
                """)
            if outcome.status == 99 { return }
            #expect(outcome.status == 0, "\(outcome.out)")
            #expect(try laptop.listing() == before)
        }
    }
}

extension Laptop {
    /// Waits until a command copies a file into the archive that a later run goes on from, which a small one is not.
    func waitForCopying() throws {
        try wait {
            ((try? FileManager.default.contentsOfDirectory(atPath: archive + "/incoming")) ?? []).contains { run in
                Laptop.status("\(archive)/incoming/\(run)/copying").map { $0.size >= 1 << 20 } ?? false
            }
        }
    }
}
