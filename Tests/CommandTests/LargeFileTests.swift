import EvidenceTestSupport
import Foundation
import Testing

/// Files are read once, while other threads hash what was read: at every length, and when it fails in the midst.
struct LargeFileTests {
    /// Around the ends of blocks, segments and buffers, and of what one thread does alone.
    private static let sizes = [
        0, 1, 4_095, 4_096, 4_097, 512 << 10, (512 << 10) + 1, (2 << 20) - 1, 2 << 20, (2 << 20) + 1, (4 << 20) - 1,
        4 << 20, (4 << 20) + 1, (8 << 20) - 1, 8 << 20, (8 << 20) + 1,
    ]

    private let laptop: Laptop

    init() throws { laptop = try Laptop.withArchive() }

    /// What no two places of a file have in common, so that pieces in a wrong order are found.
    private func makeFile(_ name: String, size: Int) throws {
        let made = try laptop.shell(
            """
            mkdir -p "$(dirname '\(name)')"
            openssl enc -aes-128-ctr -K \(String(size, radix: 16)) -iv 0 -in /dev/zero 2> /dev/null | head -c \(size) > '\(name)'
            """)
        try #require(made.status == 0, "\(made.err)")
    }

    @Test func `a file of any length is held as it was, by the digests that other programs give`() throws {
        for size in LargeFileTests.sizes { try makeFile("材料/\(size)", size: size) }
        try laptop.succeed("case", "open", "甲", "--archive", "archive")
        try laptop.succeed("add", "材料", "--case", "甲", "--archive", "archive")
        try laptop.succeed("export", "--case", "甲", "--to", "bag", "--archive", "archive")
        let records = try laptop.json("list", "--archive", "archive")["records"]?.array ?? []
        #expect(records.count == LargeFileTests.sizes.count)
        for record in records {
            let file = try #require(record["files"]?[0])
            let name = try #require(file["name"]?.string)
            let digest = try #require(file["sha256"]?.string)
            let seq = try #require(record["seq"]?.int)
            try laptop.succeed("get", "\(seq)", "--to", "out", "--archive", "archive")
            let others = try laptop.shell(
                """
                set -e; openssl dgst -sha256 -r '\(name)' | cut -d' ' -f1; fsverity digest --compact '\(name)'
                cmp '\(name)' archive/objects/\(digest.prefix(2))/\(digest)
                cmp '\(name)' "$(find bag -name '\(digest)*')"
                """)
            #expect(others.status == 0, "\(name): \(others.err)")
            #expect(others.out == "\(digest)\n\(file["fsverity"]?.string ?? "")\n", "\(name)")
        }
        let copies = try laptop.shell("diff -r 材料 out/材料")
        #expect(copies.status == 0, "\(copies.out)\(copies.err)")
        try laptop.expectVerified()
    }

    @Test(arguments: [("read", "en"), ("read", "zh-Hans"), ("write", "en"), ("write", "zh-Hans")])
    func `a disk that fails in the midst of a large file leaves the archive as it was`(
        call: String, language: String
    ) throws {
        try makeFile("video", size: 9 << 20)
        let before = try laptop.listingWithoutCopies()
        let path = call == "read" ? "-P '\(laptop.folder)/video' -e inject=pread64" : "-e trace=write -e inject=write"
        let outcome = try laptop.shell(
            """
            strace -f -qq -y -o trace \(path):error=EIO:when=12 \
                evidence add video --archive archive --lang \(language)
            """)
        #expect(outcome.status == 74, "\(outcome.err)")
        #expect(outcome.out == "")
        #expect(outcome.err.contains(call == "read" ? "video" : "copying"), "\(outcome.err)")
        Prose.expectSentence(outcome, language)
        // It was one of the pieces of this file that failed.
        let failed = try laptop.shell(
            "grep INJECTED trace | grep -c '/\(call == "read" ? "video" : "copying")>.* 524288'")
        #expect(failed.out == "1\n")
        #expect(try laptop.listingWithoutCopies() == before)
        try laptop.expectVerified()
    }

    /// Past the page cache go whole blocks, so not its end; and where a file system takes none, nothing does.
    @Test(arguments: [("", 128, 1), ("-e inject=write:error=EINVAL:when=12", 12, 118)])
    func `a very large file goes past the page cache, as far as it can`(
        refusal: String, past: Int, through: Int
    ) throws {
        try makeFile("video", size: 64 << 20 | 4_097)
        let outcome = try laptop.shell(
            """
            strace -f -qq -y -o trace -e trace=fcntl,write \(refusal) evidence add video --archive archive --quiet
            status=$?
            grep '/copying>' trace | grep -v F_GETFL | grep -oE 'O_DIRECT|F_SETFL|write' | uniq -c | tr -d '\n'
            cmp video archive/objects/*/"$(sha256sum video | cut -c1-64)"
            exit $status
            """)
        #expect(outcome.status == 0, "\(outcome.err)")
        // The thread's twelfth write is refused, of which a sanitizer has made one or none.
        let done = outcome.out.split(separator: " ").joined(separator: " ")
        let possible = (0...(TestTier.isSanitized && !refusal.isEmpty ? 1 : 0)).map {
            "1 F_SETFL 1 O_DIRECT \(past - $0) write 1 F_SETFL \(through + $0) write"
        }
        #expect(possible.contains(done), "\(done)")
        try laptop.expectVerified()
    }

    @Test(.enabled(if: TestTier.isFull)) func `whichever sync fails, all of the record is there or nothing`() throws {
        try makeFile("video", size: 9 << 20)
        try #require(try laptop.shell("cp -a archive 旧 && cp -a '\(laptop.home)' 旧钥").status == 0)
        var isReached = true
        var number = 0
        while isReached, number < 60 {
            number += 1
            // Each thread counts its own calls.
            let outcome = try laptop.shell(
                """
                rm -rf archive '\(laptop.home)' && cp -a 旧 archive && cp -a 旧钥 '\(laptop.home)'
                strace -f -qq -o trace -e trace=fsync,fdatasync -e inject=fsync,fdatasync:error=EIO:when=\(number) \
                    evidence add video --archive archive
                status=$?
                grep -q INJECTED trace || exit 200
                exit $status
                """)
            isReached = outcome.status != 200
            // A commit that was reported failed may stand: then its file has to be there too.
            let records = try laptop.json("list", "--archive", "archive")["records"]?.array.count ?? -1
            let files = try laptop.shell("find archive/objects -type f | wc -l").out
            #expect(files == "\(records)\n", "\(number): \(outcome.err)")
            if outcome.status == 0 || !isReached { #expect(records == 1, "\(number): \(outcome.err)") }
            try laptop.expectVerified()
        }
        #expect(number > 2 && !isReached, "\(number)")
    }

    @Test func `a sync that fails among many small files ends the run and leaves the archive as it was`() throws {
        for number in 0..<300 { try laptop.file("材料/\(number)", "\(number)\n") }
        let before = try laptop.listingWithoutCopies()
        let outcome = try laptop.shell(
            """
            strace -f -qq -y -o trace -e trace=fsync -e inject=fsync:error=EIO:when=50 \
                evidence add 材料 --archive archive --lang en
            status=$?
            grep INJECTED trace | grep -q '/incoming/[0-9a-f]*/[0-9a-f]\\{64\\}>' || exit 200
            exit $status
            """)
        #expect(outcome.status == 74, "\(outcome.err)")
        #expect(outcome.out == "")
        Prose.expectSentence(outcome, "en")
        #expect(try laptop.listingWithoutCopies() == before)
        try laptop.expectVerified()
    }

    @Test func `what has no length of its own is not taken for an empty file`() throws {
        try laptop.expectRefused("add", "/proc/version", "--archive", "archive", status: 65, naming: "/proc/version")
    }
}
