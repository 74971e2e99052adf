import Foundation
import Glibc
import Testing

/// Folders of which something goes, comes, or is exchanged for something else while they are added.
struct ChangingSourceTests {
    private let laptop: Laptop

    init() throws { laptop = try Laptop.withArchive() }

    private func records() throws -> Int? { try laptop.json("status", "--archive", "archive")["records"]?.int }

    /// A card of which one file is gone when its turn comes.
    private func addWithout(_ file: String, _ options: String, _ language: String) throws -> Outcome {
        for number in 1...6 { try laptop.file("s3/DCIM/p\(number).txt", "\(number)\n") }
        // strace says something of its own, which nobody wants here.
        return try laptop.shell(
            """
            strace -f -qq -o trace -e trace=newfstatat -P s3/DCIM/\(file) -e inject=newfstatat:error=ENOENT:when=2+ \
            sh -c 'exec evidence add s3/DCIM \(options) --archive archive --lang \(language) 2>&3' 3>&2 2> /dev/null
            """)
    }

    @Test(arguments: ["en", "zh-Hans"]) func `a file that was listed and is gone is named, and nothing is added`(
        language: String
    ) throws {
        let outcome = try addWithout("p4.txt", "", language)
        #expect(outcome.status == 66, "\(outcome.err)")
        #expect(outcome.out == "")
        #expect(outcome.err.contains("“s3/DCIM/p4.txt”"), "\(outcome.err)")
        #expect(outcome.err.contains(language == "en" ? "kept for 7 days" : "保留 7 天"), "\(outcome.err)")
        Prose.expectSentence(outcome, language)
        #expect(try records() == 0)
        // The same command goes on from what was copied.
        let again = try laptop.json("add", "s3/DCIM", "--archive", "archive")
        #expect(again["entries"]?.array.count == 6)
        #expect(again["resumed"]?["files"]?.int == 3)
        #expect(try laptop.leftovers() == [])
        try laptop.expectVerified()
    }

    @Test func `a file that is left where it lies is not left out either`() throws {
        let outcome = try addWithout("p4.txt", "--reference", "en")
        #expect(outcome.status == 66 && outcome.err.contains("“s3/DCIM/p4.txt”"), "\(outcome.err)")
        #expect(try records() == 0)
    }

    @Test(arguments: ["rm 材料/1", "rm -r 材料/丙/内", "touch 材料/丙/新", "mv 材料/丙/一 材料/丙/二", "mv 材料 别处; mkdir 材料"])
    func `a folder that is not what it was when it was counted is refused`(change: String) throws {
        try laptop.sparseFile("材料/0", size: 48 << 20)
        for name in ["1", "丙/一", "丙/内/一"] { try laptop.file("材料/" + name, name) }
        let language = change.hasPrefix("rm") ? "zh-Hans" : "en"
        let adding = try laptop.start(["add", "材料", "--archive", "archive", "--lang", language])
        try laptop.waitForCopying()
        try #require(laptop.shell(change).status == 0)
        let outcome = try adding.wait()
        #expect(outcome.status == 66, "\(outcome.err)")
        #expect(outcome.out == "")
        #expect(outcome.err.contains("“材料"), "\(outcome.err)")
        Prose.expectSentence(outcome, language)
        #expect(try records() == 0)
        try laptop.expectVerified()
    }

    @Test(arguments: ["", "--reference"]) func `a link that takes a folder's place is not followed`(option: String)
        throws
    {
        // The walk is in the folder, at its first file, when the link comes.
        try laptop.sparseFile("材料/丙/0", size: option.isEmpty ? 48 << 20 : 512 << 20)
        for name in ["材料/丙/甲", "别处/0", "别处/甲"] { try laptop.file(name, name) }
        let adding = try laptop.start(
            ["add", "材料", "--archive", "archive"] + option.split(separator: " ").map(String.init))
        if option.isEmpty { try laptop.waitForCopying() } else { usleep(100_000) }
        try #require(laptop.shell("mv 材料/丙 原处 && ln -s ../别处 材料/丙").status == 0)
        let outcome = try adding.wait()
        // Without copying it may have been done before.
        if option.isEmpty || outcome.status != 0 {
            #expect(outcome.status == 65, "\(outcome.err)")
            #expect(outcome.err.contains("“材料/丙”"), "\(outcome.err)")
            #expect(try records() == 0)
        }
        let stored = try laptop.shell("cat archive/objects/*/* 2> /dev/null | grep -c 别处")
        #expect(stored.out == "0\n")
    }

    @Test(arguments: ["en", "zh-Hans"]) func `a disk that fails at one file takes away no copy of the others`(
        language: String
    ) throws {
        for number in 1...6 { try laptop.file("卡/\(number)", "第 \(number) 号\n") }
        let outcome = try laptop.shell(
            """
            strace -f -qq -o trace -e trace=pread64 -P "$PWD/卡/5" -e inject=pread64:error=EIO \
            evidence add 卡 --archive archive --lang \(language)
            """)
        #expect(outcome.status == 74, "\(outcome.err)")
        #expect(outcome.err.contains(language == "en" ? "kept for 7 days" : "保留 7 天"), "\(outcome.err)")
        Prose.expectSentence(outcome, language)
        #expect(try laptop.json("status", "--archive", "archive")["interruptedBytes"]?.int ?? 0 > 0)
        let again = try laptop.json("add", "卡", "--archive", "archive")
        #expect(again["resumed"]?["files"]?.int == 4)
        #expect(try laptop.leftovers() == [])
        try laptop.expectVerified()
    }

    /// It reads as if it were whole, and after a power cut it would not be.
    @Test func `a copy that could not be made durable is not gone on from`() throws {
        for number in 1...6 { try laptop.file("卡/\(number)", "第 \(number) 号\n") }
        // Each thread counts its own calls: the first of the one that adds is of a folder.
        let outcome = try laptop.shell(
            "strace -f -qq -o trace -e trace=fsync -e inject=fsync:error=EIO:when=2+ evidence add 卡 --archive archive")
        #expect(outcome.status == 74, "\(outcome.err)")
        #expect(!outcome.err.contains("kept"), "\(outcome.err)")
        #expect(try laptop.leftovers() == [])
        #expect(try records() == 0)
    }
}

/// Paths that are deep, or too long.
struct DeepPathTests {
    private let laptop: Laptop

    init() throws { laptop = try Laptop.withArchive() }

    @Test func `a folder is as quickly added however deep it is`() throws {
        let depth = 400
        let made = try laptop.shell(
            "mkdir -p 深/\(String(repeating: "d/", count: depth)) && touch 深/\(String(repeating: "d/", count: depth))x")
        try #require(made.status == 0, "\(made.err)")
        let outcome = try laptop.shell(
            "strace -f -qq -o trace -e trace=readlink evidence add 深 --archive archive && grep -c readlink trace")
        #expect(outcome.status == 0, "\(outcome.err)")
        // Not every level from the root on, at every level.
        #expect(Int(outcome.outLines.last ?? "") ?? .max < 5 * depth, "\(outcome.out)")
        try laptop.expectVerified()
    }

    @Test(arguments: [("en", "too long"), ("zh-Hans", "过长")])
    func `a path that is too long is called so`(language: String, words: String) throws {
        let long = String(repeating: "d/", count: 2_100) + "x"
        try laptop.file("表.csv", "title,files\n一,\(long)\n")
        try laptop.file("a")
        try laptop.succeed("add", "a", "--archive", "archive")
        for command in [
            ["add", long], ["add", "--manifest", "表.csv"], ["get", "2", "--to", long], ["verify", long],
        ] {
            let outcome = try laptop.start(
                command + (command[0] == "verify" ? [] : ["--archive", "archive"]) + ["--lang", language]
            ).wait()
            #expect([65, 66].contains(outcome.status), "\(command[0]): \(outcome.status) \(outcome.err)")
            #expect((outcome.err + outcome.out).contains(words), "\(command[0]): \(outcome.err.prefix(200))")
        }
    }
}
