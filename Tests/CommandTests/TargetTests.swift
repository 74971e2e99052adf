import Foundation
import Testing

/// Where commands write what a person asked for.
struct TargetTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.succeed("case", "open", "甲", env: archive)
        try laptop.file("a.txt", "甲")
        try laptop.succeed("add", "a.txt", "--case", "甲", env: archive)
    }

    /// A writer removes from an archive what it does not know, and takes `incoming/` for its own.
    @Test(arguments: ["archive", "mirror"])
    func `nothing is written among the files of an archive or a mirror`(place: String) throws {
        try laptop.succeed("mirror", "mirror", env: archive)
        let target = "\(place)/incoming/x"
        try #require(laptop.shell("mkdir -p \(place)/incoming").status == 0)
        for words in [
            ["export", "--case", "甲", "--to", target], ["get", "3", "--to", target],
            ["receipt", "--to", target + ".txt"],
            ["checkpoint", "--to", target], ["report", "--case", "甲", "--to", target + ".html"],
            ["loop", "--to", target + ".csv"],
            ["coverage", "--to", target + ".html"], ["template", "photo", "--to", target + ".csv"],
            ["prove", "3", "--to", target],
            ["publish", target], ["manual", "--to", target], ["timestamp", "--request", target],
            ["signer", "create", "wangwu", "--person", "王五", "--to", target],
            ["checkpoint", "--to", "\(place)/archive.sqlite-journal"],
        ] {
            let refused = try laptop.start(words + ["--lang", "en"], env: archive).wait()
            #expect(
                refused.status == 65 && refused.err.contains(/among the archive.s own files|is inside the archive/),
                "\(words): \(refused.err)")
            #expect(refused.out.isEmpty, "\(words)")
        }
        #expect(try laptop.shell("ls -A \(place)/incoming").out.isEmpty)
        // No signer was made for whom there is no slip, and nothing is on record.
        #expect(try laptop.json("signer", "list", env: archive)["signers"]?.array.count == 1)
        #expect(try laptop.json("status", env: archive)["size"]?.int == 4)
    }

    @Test func `a slip takes no other file's place`() throws {
        try laptop.file("有用.txt", "有用")
        try laptop.expectRefused(
            "signer", "create", "wangwu", "--person", "王五", "--to", "有用.txt", status: 65, naming: "有用.txt")
        #expect(try Laptop.bytes(laptop.folder + "/有用.txt") == Array("有用".utf8))
        // A folder that is not there is named, with a status that the help lists.
        for words in [["signer", "create", "wangwu", "--person", "王五"], ["template", "photo"]] {
            let refused = try laptop.start(words + ["--to", "nowhere/x.csv"]).wait()
            let help = try laptop.start(words.prefix(words[0] == "signer" ? 2 : 1) + ["--help"]).wait()
            #expect(refused.status == 66 && refused.err.contains("nowhere/x.csv"), "\(refused.err)")
            #expect(help.out.contains("\n  66 "), "\(help.out)")
        }
        // There is no key of that name yet.
        try laptop.succeed("signer", "create", "wangwu", "--person", "王五", "--to", "slip.txt")
    }

    /// What can't be done is refused before it is on record that it was.
    @Test func `where one is, and a disk itself, become no bundle`() throws {
        try #require(laptop.shell("mkdir empty").status == 0)
        for language in ["en", "zh-Hans"] {
            let refused = try laptop.start(
                ["export", "--case", "甲", "--to", ".", "--lang", language], env: ["EVIDENCE_ARCHIVE": laptop.archive],
                in: laptop.folder + "/empty"
            ).wait()
            #expect(refused.status == 65 && refused.err.contains("bundle"), "\(refused.err)")
            Prose.expectSentence(refused, language)
        }
        let mounted = try laptop.shell(
            """
            mkdir disk; unshare --mount bash -c '
            mount -t tmpfs -o size=4m tmpfs disk || exit 99
            evidence export --case 甲 --to disk --lang en; status=$?
            evidence export --case 甲 --to disk/out --lang en || exit 98
            mkdir bound && mount --bind bound bound && evidence export --case 甲 --to bound && exit 97
            exit $status'
            """, env: archive)
        if mounted.status != 99 {
            #expect(mounted.status == 65 && mounted.err.contains("disk/bundle"), "\(mounted.err)")
        }
        #expect(try laptop.json("status", env: archive)["size"]?.int == (mounted.status == 99 ? 4 : 5))
    }

    @Test func `two that get one file at once do not get half of it`() throws {
        try laptop.sparseFile("录像.mp4", size: 64 << 20)
        try laptop.succeed("add", "录像.mp4", env: archive)
        let seq = try laptop.json("status", env: archive)["size"]?.int ?? 0
        let both = try laptop.shell(
            """
            evidence get \(seq - 1) --to out & one=$!
            evidence get \(seq - 1) --to out & other=$!
            wait $one; a=$?; wait $other; b=$?
            cmp 录像.mp4 out/录像.mp4 && ls -A out && echo $a $b | grep -E '^(0 65|65 0)$'
            """, env: archive)
        #expect(both.status == 0, "\(both.out)\(both.err)")
        #expect(both.outLines.contains("录像.mp4") && !both.out.contains("partial"), "\(both.out)")
    }

    /// A record's file may be called like the folder in which it is written, or may lie in one of such a name.
    @Test func `what is got, and what lies beside it, stays`() throws {
        try laptop.file("x/.y.partial", "甲")
        try laptop.file("x/y", "乙")
        try laptop.succeed("add", "x/.y.partial", "x/y", env: archive)
        try laptop.file("out/.y.partial/mine", "自己的")
        try laptop.expectRefused("get", "4", "--to", "out", status: 65, naming: ".y.partial", env: archive)
        #expect(laptop.exists("out/.y.partial/mine") && !laptop.exists("out/y"))
        try laptop.succeed("get", "4", "--to", "fresh", env: archive)
        #expect(try laptop.shell("ls -A fresh").outLines.sorted() == [".y.partial", "y"])
        // A folder of that name that holds something else is no dead run's.
        try laptop.file(".b.partial/mine", "自己的")
        try laptop.expectRefused("export", "--case", "甲", "--to", "b", status: 65, naming: ".b.partial", env: archive)
        #expect(laptop.exists(".b.partial/mine"))
    }

    @Test func `a file of the longest name is got, and exported beside`() throws {
        let name = String(repeating: "长", count: 83) + ".txt"
        try laptop.file(name, "长")
        try laptop.succeed("add", name, "--case", "甲", env: archive)
        try laptop.succeed("get", "4", "--to", "out", env: archive)
        #expect(laptop.exists("out/" + name))
        let bundle = String(repeating: "b", count: 240)
        try laptop.succeed("export", "--case", "甲", "--to", bundle, env: archive)
        try laptop.succeed("verify", bundle)
    }

    /// In a folder that several write to.
    @Test func `what another user put where a dead run would be is not put in place`() throws {
        try laptop.file("out/junk", "junk")
        try laptop.file(".out.partial/companion", "a forged slip")
        guard try laptop.shell("chown -R nobody .out.partial").status == 0 else { return }
        let refused = try laptop.start(["export", "--case", "甲", "--to", "out", "--lang", "en"], env: archive).wait()
        #expect(refused.status == 65 && refused.err.contains("is theirs"), "\(refused.err)")
        #expect(!laptop.exists("out.handover.txt") && laptop.exists(".out.partial/companion"))
    }
}
