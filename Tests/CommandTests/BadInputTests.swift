import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// Each refusal is one sentence that names the file, has its own status, and leaves the archive as it was.
struct BadInputTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.file("good.txt", "good\n")
    }

    private func refuse(
        _ arguments: String..., status: Int32, naming word: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try laptop.listing()
        for language in ["en", "zh-Hans"] {
            let outcome = try laptop.start(["add", "good.txt"] + arguments + ["--lang", language], env: archive).wait()
            #expect(outcome.status == status, "\(outcome.err)", sourceLocation: sourceLocation)
            #expect(outcome.out == "", sourceLocation: sourceLocation)
            #expect(outcome.err.contains(word), sourceLocation: sourceLocation)
            Prose.expectSentence(outcome, language, sourceLocation: sourceLocation)
        }
        #expect(try laptop.listing() == before, sourceLocation: sourceLocation)
        try laptop.expectVerified(sourceLocation: sourceLocation)
    }

    @Test func `a missing file`() throws {
        try refuse("没有.txt", status: 66, naming: "没有.txt")
        try refuse("good.txt/below", status: 66, naming: "good.txt/below")
        try refuse(String(repeating: "长", count: 100), status: 66, naming: "长长")
    }

    @Test func `a FIFO, a device and a socket, named or in a folder`() throws {
        try laptop.file("folder/a", "")
        #expect(mkfifo(laptop.folder + "/pipe", 0o600) == 0)
        #expect(mkfifo(laptop.folder + "/folder/pipe", 0o600) == 0)
        try refuse("pipe", status: 65, naming: "pipe")
        try refuse("folder", status: 65, naming: "folder/pipe")
        try refuse("/dev/null", status: 65, naming: "/dev/null")
    }

    /// A log forgets nothing: a key that is in it is lost.
    @Test func `a key does not become evidence, whoever's table names it`() throws {
        for path in ["/archives", "/signers"] {
            let folder = laptop.home + path
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".pem") })
            try laptop.expectRefused("add", "\(folder)/\(name)", "--archive", "archive", status: 65, naming: name)
            try laptop.file("table.csv", "标题,文件\n谈话,\(folder)/\(name)\n")
            let outcome = try laptop.run("add", "--manifest", "table.csv", "--kind", "document", "--archive", "archive")
            #expect(outcome.status == 65 && outcome.err.contains(name), "\(outcome.err)")
        }
        try laptop.expectRefused("add", laptop.home, "--archive", "archive", status: 65)
    }

    @Test func `a table's path through a symlinked folder is refused as the folder is`() throws {
        #expect(try laptop.shell("mkdir -p away stick && echo 甲 > away/a.txt && ln -s ../away stick/d").status == 0)
        try laptop.file("stick/table.csv", "标题,文件\n谈话,d/a.txt\n")
        let outcome = try laptop.run(
            "add", "--manifest", "stick/table.csv", "--kind", "document", "--archive", "archive")
        #expect(outcome.status == 65 && outcome.err.contains("stick/d"), "\(outcome.status) \(outcome.err)")
        #expect(try laptop.shell("rm stick/d && mkdir stick/d && cp away/a.txt stick/d").status == 0)
        try laptop.succeed("add", "--manifest", "stick/table.csv", "--kind", "document", "--archive", "archive")
    }

    @Test func `a symlink, to a file, to a folder and to nothing`() throws {
        try laptop.file("folder/a", "")
        for (name, target) in [("to-file", "good.txt"), ("to-folder", "folder"), ("to-nothing", "none")] {
            #expect(symlink(target, laptop.folder + "/" + name) == 0)
            try refuse(name, status: 65, naming: name)
        }
        #expect(symlink("a", laptop.folder + "/folder/link") == 0)
        try refuse("folder", status: 65, naming: "folder/link")
    }

    @Test func `a folder without files`() throws {
        try FileManager.default.createDirectory(
            atPath: laptop.folder + "/空/里", withIntermediateDirectories: true)
        try refuse("空", status: 65, naming: "空")
    }

    @Test func `the archive's own files`() throws {
        try refuse("archive", status: 65, naming: "archive")
        try refuse("archive/checkpoint", status: 65, naming: "archive/checkpoint")
        try refuse(".", status: 65, naming: "archive")
    }

    @Test func `a file that others keep to themselves`() throws {
        try laptop.file("theirs", "")
        try laptop.file("their-folder/a", "")
        #expect(chmod(laptop.folder + "/theirs", 0) == 0)
        #expect(chmod(laptop.folder + "/their-folder", 0) == 0)
        defer { chmod(laptop.folder + "/their-folder", 0o755) }
        guard geteuid() == 0 else {
            try refuse("theirs", status: 66, naming: "theirs")
            return try refuse("their-folder", status: 66, naming: "their-folder")
        }
        // Root may read everything: the command is run as nobody, who owns all but these two.
        let before = try laptop.listing()
        let root = (laptop.folder as NSString).deletingLastPathComponent
        #expect(try laptop.shell("chown -R 65534:65534 '\(root)' && chown 0 theirs their-folder").status == 0)
        for (name, language) in [("theirs", "en"), ("theirs", "zh"), ("their-folder", "en"), ("their-folder", "zh")] {
            let outcome = try laptop.shell(
                "setpriv --reuid=65534 --regid=65534 --clear-groups evidence add good.txt \(name) --lang \(language)",
                env: archive)
            #expect(outcome.status == 66, "\(outcome.err)")
            #expect(outcome.err.contains("“\(name)”"))
            Prose.expectSentence(outcome, language)
        }
        #expect(try laptop.listing() == before)
    }

    @Test func `an unknown kind, method, content item or case`() throws {
        try refuse("--kind", "foto", status: 64, naming: "foto")
        try refuse("--method", "M8", status: 64, naming: "M8")
        try refuse("--content", "C11", status: 64, naming: "C11")
        try refuse("--case", "没有", status: 66, naming: "没有")
        try refuse("--inspection", "没有", status: 66, naming: "没有")
        try refuse("--person", "被谈话人:", status: 64, naming: "被谈话人:")
    }

    @Test(
        arguments: TestTier.some(
            [
                "2026-02-30", "2026-13-01", "2026-3-32", "yesterday", "2026-03-12T25:00", "2026-03-12T14:60", "",
                "2026-03-12/2026-03-11", "2026-03-12T14:30+99:00", "12.03.2026", "2026-03-12/", "0000-00-00",
            ], oneIn: 3)) func `an impossible time`(time: String) throws
    {
        try refuse("--occurred-at", time, status: 65, naming: "“\(time)”")
    }

    @Test(
        arguments: TestTier.some(
            [
                ("2026-03-12", "2026-03-12"), ("2026/3/12", "2026-03-12"), ("2026年3月12日", "2026-03-12"),
                ("2026-03-12 14:30", "2026-03-12T14:30+08:00"), ("2026年3月12日14时30分", "2026-03-12T14:30+08:00"),
                ("2026-03-12T14:30:05-05:00", "2026-03-12T14:30:05-05:00"), ("2026-03-12T06:30Z", "2026-03-12T06:30Z"),
            ], oneIn: 2)) func `a time as people write it`(typed: String, kept: String) throws
    {
        try laptop.succeed("add", "good.txt", "--occurred-at", typed, env: archive)
        #expect(try laptop.json("show", "2", env: archive)["occurred"]?["from"]?.string == kept)
    }

    @Test(arguments: ["zh-Hans", "en"]) func `an archive whose log is gone is called that`(language: String) throws {
        try laptop.succeed("add", "good.txt", env: archive)
        try FileManager.default.removeItem(atPath: laptop.folder + "/archive/archive.sqlite")
        let before = try laptop.listing()
        for words in [
            ["verify", "archive"], ["list", "--archive", "archive"], ["add", "good.txt", "--archive", "archive"],
            ["mirror", "mirror", "--archive", "archive"], ["init", "archive", "--origin", "evidence.example/another"],
        ] {
            let outcome = try laptop.start(words + ["--lang", language]).wait()
            #expect(outcome.status == 1, "\(words): \(outcome.err)")
            #expect(outcome.err.contains("archive.sqlite"), "\(words)")
            #expect(outcome.err.contains("evidence repair --from"), "\(words)")
            Prose.expectSentence(outcome, language)
        }
        #expect(try laptop.listing() == before)
    }

    @Test(arguments: TestTier.some(["zh-Hans", "en"], oneIn: 2)) func `more than a body can hold`(language: String)
        throws
    {
        let before = try laptop.listingWithoutCopies()
        // A control character takes six bytes in a body, and one on the command line, which has room for three million.
        let outcome = try laptop.shell(
            """
            ulimit -s 65536
            name=$(printf '%0130000d' 0 | tr 0 '\\001')
            people=(); for i in $(seq 23); do people+=(--person "$name"); done
            evidence add good.txt "${people[@]}" --lang \(language)
            """, env: archive)
        #expect(outcome.status == 65, "\(outcome.err.prefix(500))")
        #expect(outcome.out == "")
        #expect(outcome.err.contains("16 MiB"))
        Prose.expectSentence(outcome, language)
        #expect(try laptop.listingWithoutCopies() == before)
    }
}
