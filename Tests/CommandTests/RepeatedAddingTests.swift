import Foundation
import Testing

/// A second run over the same folder, and what lies in folders that nobody made as evidence.
struct RepeatedAddingTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws { laptop = try Laptop.withArchive() }

    private func makeCard() throws {
        for name in ["卡/DCIM/1.txt", "卡/DCIM/2.txt", "卡/录音/3.txt"] { try laptop.file(name, name) }
    }

    private func files(_ added: JSON) -> [String?] {
        (added["entries"]?.array ?? []).map { $0["files"]?[0]?["name"]?.string }
    }

    @Test func `a second run over a folder adds only what is new`() throws {
        try makeCard()
        try laptop.succeed("add", "卡", env: archive)
        try laptop.file("卡/DCIM/1b.txt", "new\n")
        try laptop.file("卡/DCIM/2.txt", "changed\n")
        let again = try laptop.json("add", "卡", env: archive)
        #expect(files(again) == ["卡/DCIM/1b.txt", "卡/DCIM/2.txt"])
        #expect(again["skipped"]?.array.map { $0["name"]?.string } == ["卡/DCIM/1.txt", "卡/录音/3.txt"])
        #expect(again["skipped"]?.array.map { $0["seq"]?.int } == [2, 4])
        #expect(again["skipped"]?[0]?.names == ["name", "seq"])
        try laptop.expectVerified()
    }

    @Test func `a run that finds nothing new writes nothing, and says so`() throws {
        try makeCard()
        try laptop.succeed("add", "卡", env: archive)
        let before = try laptop.listing()
        let again = try laptop.json("add", "卡/", env: archive)
        #expect(again["entries"]?.array.isEmpty == true && again["skipped"]?.array.count == 3)
        #expect(again["checkpoint"]?["size"]?.int == 5)
        let english = try laptop.succeed("add", "卡", env: archive)
        #expect(english.out.contains("Nothing new was added."))
        #expect(english.out.contains("3 records were there already"))
        #expect(english.out.contains("“卡/DCIM/1.txt” is No. 2"))
        let chinese = try laptop.succeed("add", "卡", "--lang", "zh", env: archive).out
        #expect(chinese.contains("没有新增记录。") && chinese.contains("3 条记录此前已存在"))
        #expect(Prose.english(in: chinese) == [])
        #expect(try laptop.listing() == before)
        #expect(try laptop.leftovers() == [])
    }

    /// An earlier run may have seen its commit fail at the very end, or have died there: then it only seems to be there.
    @Test func `what is said to be there already is made durable first`() throws {
        try makeCard()
        try laptop.succeed("add", "卡", env: archive)
        let again = try laptop.shell("strace -f -qq -y -o trace -e trace=unlink,fsync evidence add 卡 --archive archive")
        #expect(again.status == 0 && again.out.contains("Nothing new was added."), "\(again.err)")
        let calls = String(decoding: try Laptop.bytes(laptop.folder + "/trace"), as: UTF8.self).split(separator: "\n")
        let gone = try #require(calls.lastIndex { $0.contains("unlink(") && $0.contains("archive.sqlite-journal") })
        #expect(calls[gone...].contains { $0.contains("fsync(") && $0.contains("/archive>") && $0.hasSuffix("= 0") })
    }

    @Test func `files with the same content and other names are records of their own`() throws {
        for name in ["卡/1.txt", "卡/2.txt"] { try laptop.file(name, "the same\n") }
        #expect(files(try laptop.json("add", "卡", env: archive)) == ["卡/1.txt", "卡/2.txt"])
        try laptop.file("卡/3.txt", "the same\n")
        #expect(files(try laptop.json("add", "卡", env: archive)) == ["卡/3.txt"])
        try FileManager.default.moveItem(atPath: laptop.folder + "/卡", toPath: laptop.folder + "/卡2")
        #expect(files(try laptop.json("add", "卡2", env: archive)).count == 3)
        // So many of one content that their names are looked up together.
        for number in 0..<12 { try laptop.file("空/\(number)", "") }
        #expect(files(try laptop.json("add", "空", env: archive)).count == 12)
        try laptop.file("空/new", "")
        #expect(files(try laptop.json("add", "空", env: archive)) == ["空/new"])
        try laptop.expectVerified()
    }

    @Test func `a folder that is added to a second case is linked to it, and that is said`() throws {
        try makeCard()
        for name in ["甲", "乙", "丙"] { try laptop.succeed("case", "open", name, env: archive) }
        try laptop.succeed("add", "卡", "--case", "甲", env: archive)
        try laptop.file("卡/new.txt", "new\n")
        let again = try laptop.json("add", "卡", "--case", "乙", env: archive)
        #expect(files(again) == ["卡/new.txt"])
        #expect(again["skipped"]?.array.map { $0["linked"]?.array.map(\.string) } == [["乙"], ["乙"], ["乙"]])
        #expect(try laptop.json("list", "--case", "乙", env: archive)["records"]?.array.count == 4)
        #expect(try laptop.json("list", "--case", "甲", env: archive)["records"]?.array.count == 3)
        // Nothing is linked twice, and links alone are a commit as well.
        let text = try laptop.succeed("add", "卡", "--case", "丙", "--case", "乙", env: archive).out
        #expect(text.contains("Nothing new was added.") && text.contains("linked to “丙”") && !text.contains("“乙”"))
        let third = try laptop.json("add", "卡", "--case", "丙", "--case", "乙", env: archive)
        #expect(third["skipped"]?.array.allSatisfy { $0["linked"] == nil } == true)
        #expect(try laptop.json("list", "--case", "丙", env: archive)["records"]?.array.count == 4)
        try laptop.expectVerified()
    }

    @Test func `--each is repeated like a folder; what was put together is added as often as one says`() throws {
        try laptop.file("a", "a")
        try laptop.file("b", "b")
        try laptop.succeed("add", "a", "--each", env: archive)
        let each = try laptop.json("add", "a", "b", "--each", env: archive)
        #expect(files(each) == ["b"] && each["skipped"]?[0]?["seq"]?.int == 2)
        let together = try laptop.json("add", "a", "b", "--title", "两份", env: archive)
        #expect(together["entries"]?.array.count == 1 && together["skipped"]?.array.isEmpty == true)
        #expect(try laptop.json("add", "a", env: archive)["entries"]?.array.count == 1)
    }

    @Test func `a second run takes in again what has rotted in the archive`() throws {
        try makeCard()
        let added = try laptop.json("add", "卡", env: archive)
        let digest = try #require(added["entries"]?[1]?["files"]?[0]?["sha256"]?.string)
        let object = "archive/objects/\(digest.prefix(2))/\(digest)"
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: laptop.folder + "/" + object)
        try laptop.file(object, "卡/DCIM/X.txt")
        #expect(try laptop.run("verify", env: archive).status == 1)
        #expect(files(try laptop.json("add", "卡", env: archive)) == ["卡/DCIM/2.txt"])
        try laptop.expectVerified()
    }

    @Test func `a name that is not UTF-8 is recognised by its bytes`() throws {
        try makeCard()
        let raw = try laptop.shell("printf x > $'卡/\\xff.txt'; printf x > $'卡/\\xfe.txt'")
        #expect(raw.status == 0)
        #expect(files(try laptop.json("add", "卡", env: archive)).count == 5)
        #expect(try laptop.shell("rm $'卡/\\xff.txt'; printf x > $'卡/\\xfd.txt'").status == 0)
        let again = try laptop.json("add", "卡", env: archive)
        #expect(again["entries"]?.array.count == 1 && again["skipped"]?.array.count == 4)
    }

    // MARK: What is left out

    private static let junk = [
        ".DS_Store", "DCIM/._1.txt", "Thumbs.db", "DCIM/THUMBS.DB", "ehthumbs.db", "Desktop.ini", ".~lock.报告.docx#",
        "~$报告.docx", "~$x.xls",
    ]

    @Test func `what systems and programs leave in folders is left out, and said`() throws {
        try makeCard()
        for name in RepeatedAddingTests.junk { try laptop.file("卡/" + name, "junk") }
        for folder in [".Spotlight-V100", ".Trashes", ".fseventsd", "$RECYCLE.BIN", "System Volume Information"] {
            try laptop.file("卡/\(folder)/a/b.txt", "junk")
        }
        for name in ["~$notes.txt", "Thumbs.db.txt", "_1.txt", ".hidden", "DCIM/$RECYCLE.BIN"] {
            try laptop.file("卡/" + name, name)
        }
        let added = try laptop.json("add", "卡", env: archive)
        #expect(files(added).count == 8)
        let leftOut = Set(added["leftOut"]?.array.compactMap(\.string) ?? [])
        #expect(leftOut.count == RepeatedAddingTests.junk.count + 5)
        #expect(leftOut.isSuperset(of: ["卡/DCIM/._1.txt", "卡/$RECYCLE.BIN", "卡/~$报告.docx"]))
        let english = try laptop.succeed("add", "卡", env: archive).out
        #expect(english.contains("Left out 14 items") && english.contains("“卡/$RECYCLE.BIN”"))
        #expect(english.contains("and 11 more"))
        let chinese = try laptop.succeed("add", "卡", "--lang", "zh", env: archive).out
        #expect(chinese.contains("14 项") && Prose.english(in: chinese) == [])
    }

    @Test func `what is named itself is always taken`() throws {
        try laptop.file("卡/Thumbs.db", "thumbs")
        try laptop.file(".Trashes/deleted.jpg", "deleted")
        #expect(files(try laptop.json("add", "卡/Thumbs.db", env: archive)) == ["Thumbs.db"])
        #expect(files(try laptop.json("add", ".Trashes", env: archive)) == [".Trashes/deleted.jpg"])
        try laptop.expectRefused("add", "卡", status: 65, naming: "卡", env: archive)
    }
}
