import EvidenceCrypto
import Foundation
import Testing

struct AddingTests {
    private static let png: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
        0, 0, 0, 0,
    ]
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws { laptop = try Laptop.withArchive() }

    @Test func `several files named together are one record`() throws {
        try laptop.file("a.txt", "one\n")
        try laptop.file("b.txt", "two\n")
        let added = try laptop.json("add", "a.txt", "b.txt", "--title", "两份", env: archive)
        #expect(added.names == ["checkpoint", "entries", "leftOut", "skipped"])
        #expect(added["entries"]?.array.count == 1)
        let entry = try #require(added["entries"]?[0])
        #expect(entry.names == ["files", "leafHash", "seq"])
        #expect(entry["files"]?.array.map { $0["name"]?.string } == ["a.txt", "b.txt"])
        let file = try #require(entry["files"]?[0])
        #expect(file.names == ["alreadyHeld", "held", "name", "sha256", "size"])
        #expect(file["sha256"]?.string == SHA256Hasher.hash(Array("one\n".utf8)).hex)
        #expect(file["size"]?.int == 4)
        #expect(file["held"]?.string == "stored")
        #expect(file["alreadyHeld"]?.bool == false)
        #expect(added["checkpoint"]?.names == ["root", "size"])
        #expect(added["checkpoint"]?["size"]?.int == 3)
        let shown = try laptop.json("show", "2", env: archive)
        #expect(shown["title"]?.string == "两份")
        #expect(shown["files"]?.array.count == 2)
    }

    @Test func `a folder gives one record a file, all in one commit`() throws {
        for name in ["现场/1.txt", "现场/里屋/2.txt", "现场/里屋/3.txt"] { try laptop.file(name, name) }
        let added = try laptop.json("add", "现场/", env: archive)
        let entries = try #require(added["entries"]?.array)
        #expect(entries.map { $0["seq"]?.int } == [2, 3, 4])
        #expect(
            entries.map { $0["files"]?[0]?["name"]?.string } == ["现场/1.txt", "现场/里屋/2.txt", "现场/里屋/3.txt"])
        for seq in 2...4 { #expect(try laptop.json("show", "\(seq)", env: archive)["commit"]?.int == 5) }
        try laptop.expectVerified()
    }

    @Test func `--each makes each file a record`() throws {
        try laptop.file("a", "a")
        try laptop.file("b", "b")
        let added = try laptop.json("add", "a", "b", "--each", env: archive)
        #expect(added["entries"]?.array.map { $0["files"]?[0]?["name"]?.string } == ["a", "b"])
        #expect(added["checkpoint"]?["size"]?.int == 4)
    }

    @Test func `what a file is comes from its content, not from its name`() throws {
        try laptop.file("会议.mp4", bytes: AddingTests.png)
        try laptop.file("照片.png", "谈话要点：一、二、三。\n")
        try laptop.file("empty.pdf", "")
        let added = try laptop.json("add", "会议.mp4", "照片.png", "empty.pdf", "--each", env: archive)
        #expect(added["entries"]?.array.count == 3)
        let shown = try (2...4).map { try laptop.json("show", "\($0)", env: archive) }
        #expect(
            shown.map { $0["files"]?[0]?["type"]?.string } == ["image/png", "text/plain", "application/x-empty"])
        #expect(shown[0]["kind"]?.string == "photo")
        #expect(shown[0]["title"]?.string == "会议")
        #expect(shown[1]["kind"]?.string != "photo")
    }

    @Test func `the same content is held once, and that is said`() throws {
        for name in ["a", "b", "c"] { try laptop.file(name, "the same\n") }
        let first = try laptop.json("add", "a", "b", "--each", env: archive)
        #expect(first["entries"]?.array.map { $0["files"]?[0]?["alreadyHeld"]?.bool } == [false, true])
        let objects = try laptop.listing().keys.filter { $0.hasPrefix("objects/") && $0.utf8.count > 60 }
        #expect(objects.count == 1)
        let english = try laptop.run("add", "c", env: archive)
        #expect(english.out.contains("held already and is kept once"))
        let chinese = try laptop.run("add", "c", "--lang", "zh-Hans", env: archive)
        #expect(chinese.out.contains("只保留一份"))
        let together = try laptop.json("add", "a", "b", env: archive)
        #expect(together["entries"]?[0]?["files"]?.array.map { $0["alreadyHeld"]?.bool } == [true, true])
        #expect(try laptop.listing().keys.filter { $0.hasPrefix("objects/") && $0.utf8.count > 60 } == objects)
        try laptop.expectVerified()
    }

    @Test func `all that was said of a record is kept`() throws {
        try laptop.file("录音.m4a", "not really")
        try laptop.succeed("case", "open", "HN-2026-001", env: archive)
        try laptop.succeed(
            "add", "录音.m4a", "--kind", "interview", "--title", "与安全员谈话", "--description", "第一次", "--case",
            "HN-2026-001",
            "--occurred-at", "2026-03-12T14:30/2026-03-12T15:10", "--place", "三号冷库", "--person", "被谈话人:王五", "--person",
            "李四", "--method", "M4", "--content", "C4", "--classification", "内部", "--device", "录音笔", "--serial", "S-1",
            "--tag", "消防", "--tag", "冷库", "--tag", "消防",
            env: archive)
        let shown = try laptop.json("show", "3", env: archive)
        #expect(shown["kind"]?.string == "interview")
        #expect(shown["title"]?.string == "与安全员谈话")
        #expect(shown["dossiers"]?.array.compactMap(\.string) == ["HN-2026-001"])
        #expect(shown["occurred"]?["from"]?.string == "2026-03-12T14:30+08:00")
        #expect(shown["occurred"]?["to"]?.string == "2026-03-12T15:10+08:00")
        #expect(shown["people"]?[0]?["role"]?.string == "被谈话人")
        #expect(shown["people"]?[1]?.names == ["name"])
        #expect(shown["tags"]?.array.map(\.string) == ["消防", "冷库"])
        #expect(shown["acquired"]?["serial"]?.string == "S-1")
        #expect(
            ["description", "place", "method", "content", "classification"].allSatisfy { shown[$0]?.string != nil })
        for language in ["en", "zh"] {
            let text = try laptop.succeed("show", "3", "--lang", language, env: archive).out
            for word in ["与安全员谈话", "第一次", "HN-2026-001", "三号冷库", "王五", "M4", "C4", "内部", "录音笔", "S-1", "消防", "冷库"] {
                #expect(text.contains(word))
            }
        }
    }

    @Test func `a record joins every case that is named`() throws {
        try laptop.file("a")
        try laptop.succeed("case", "open", "甲", env: archive)
        try laptop.succeed("case", "open", "乙", env: archive)
        try laptop.succeed("add", "a", "--case", "甲", "--case", "乙", env: archive)
        #expect(try laptop.json("list", "--case", "甲", env: archive)["records"]?.array.count == 1)
        #expect(try laptop.json("list", "--case", "乙", env: archive)["records"]?.array.count == 1)
        try laptop.expectVerified()
    }
}
