import EvidenceCrypto
import Foundation
import Glibc
import Testing

struct ReadingTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.file("汇报.txt", "第一次汇报\n")
        try laptop.file("录音.m4a", "not really a recording\n")
        try laptop.file("照片.txt", "照片说明\n")
        try laptop.succeed("case", "open", "HN-2026-001", "--title", "冷库报警失效", env: archive)
        try laptop.succeed(
            "add", "汇报.txt", "--kind", "report", "--occurred-at", "2026-03-10", "--case", "HN-2026-001", env: archive)
        try laptop.succeed("add", "录音.m4a", "--kind", "audio", "--occurred-at", "2026-03-12T09:00", env: archive)
        try laptop.succeed("add", "照片.txt", "--kind", "photo", "--occurred-at", "2026-03-14T23:30", env: archive)
    }

    private func seqs(_ arguments: String...) throws -> [Int] {
        let outcome = try laptop.start(["list", "--json"] + arguments, env: archive).wait()
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(try outcome.json.names == ["records"])
        return try outcome.json["records"]?.array.compactMap { $0["seq"]?.int } ?? []
    }

    @Test func `list narrows by case, kind and day, both days included`() throws {
        #expect(try seqs() == [3, 4, 5])
        #expect(try seqs("--case", "HN-2026-001") == [3])
        #expect(try seqs("--kind", "audio") == [4])
        #expect(try seqs("--since", "2026-03-12") == [4, 5])
        #expect(try seqs("--until", "2026-03-12") == [3, 4])
        #expect(try seqs("--since", "2026-03-14", "--until", "2026-03-14") == [5])
        #expect(try seqs("--since", "2026-03-11", "--kind", "report") == [])
        let none = try laptop.succeed("list", "--kind", "letter", env: archive)
        #expect(none.out == "No records.\n")
        try laptop.expectRefused("list", "--case", "没有", status: 66, naming: "没有", env: archive)
        try laptop.expectRefused("list", "--case", "没有", "--json", status: 66, naming: "没有", env: archive)
        try laptop.expectRefused("list", "--since", "2026-02-30", status: 65, naming: "2026-02-30", env: archive)
        try laptop.expectRefused("list", "--kind", "foto", status: 64, naming: "foto", env: archive)
    }

    @Test func `show prints an entry, and --raw the bytes that its leaf hash is of`() throws {
        for seq in 0...5 {
            let shown = try laptop.json("show", "\(seq)", env: archive)
            for name in ["seq", "leafHash", "time", "type", "actor", "person", "commit"] { #expect(shown[name] != nil) }
            #expect(shown["salt"] == nil)
            let raw = try laptop.succeed("show", "--raw", "\(seq)", env: archive).output
            #expect(SHA256Hasher.hash([0x00] + raw).hex == shown["leafHash"]?.string)
            #expect(try JSON(raw)["seq"]?.int == seq)
        }
        try laptop.expectRefused("show", "6", status: 66, naming: "6", env: archive)
        try laptop.expectRefused("show", "six", status: 64, naming: "six", env: archive)
        try laptop.expectRefused("show", "18446744073709551615", status: 66, env: archive)
    }

    @Test func `get copies files out, checked, and overwrites nothing`() throws {
        let copied = try laptop.json("get", "3", "--to", "取出/里", env: archive)
        let file = try #require(copied["files"]?[0])
        #expect(file.names == ["name", "path", "sha256", "size"])
        #expect(try Laptop.bytes(laptop.folder + "/取出/里/汇报.txt") == Array("第一次汇报\n".utf8))
        try laptop.file("取出/里/汇报.txt", "mine")
        try laptop.expectRefused("get", "3", "--to", "取出/里", status: 65, naming: "取出/里/汇报.txt", env: archive)
        #expect(try Laptop.bytes(laptop.folder + "/取出/里/汇报.txt") == Array("mine".utf8))
        try laptop.expectRefused("get", "0", "--to", "out", status: 65, naming: "0", env: archive)
        try laptop.expectRefused("get", "99", "--to", "out", status: 66, naming: "99", env: archive)
        #expect(!laptop.exists("out"))
    }

    @Test func `get gives out nothing that was altered`() throws {
        let sha256 = try #require(try laptop.json("show", "3", env: archive)["files"]?[0]?["sha256"]?.string)
        let object = laptop.archive + "/objects/\(sha256.prefix(2))/\(sha256)"
        #expect(try Laptop.mode(object) == 0o444)
        var bytes = try Laptop.bytes(object)
        bytes[0] ^= 1
        #expect(chmod(object, 0o644) == 0)
        try Data(bytes).write(to: URL(fileURLWithPath: object))
        try laptop.expectRefused("get", "3", "--to", "out", status: 1, naming: "汇报.txt", env: archive)
        #expect(try FileManager.default.contentsOfDirectory(atPath: laptop.folder + "/out") == [])
        let verified = try laptop.run("verify", "--json", env: archive)
        #expect(verified.status == 1)
        #expect(try verified.json["problems"]?.array.isEmpty == false)
        #expect(unlink(object) == 0)
        #expect(try laptop.run("get", "3", "--to", "out", env: archive).status != 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: laptop.folder + "/out") == [])
    }

    @Test func `log tells who did what when`() throws {
        let entries = try #require(try laptop.json("log", env: archive)["entries"]?.array)
        #expect(
            entries.map { $0["type"]?.string } == [
                "archive.created", "signer.enrolled", "case.opened", "evidence.added", "evidence.added",
                "evidence.added",
            ])
        #expect(entries.allSatisfy { $0["person"]?.string == "李四" && $0["time"]?.string?.hasSuffix("Z") == true })
        #expect(try laptop.json("log", "--since", "4", env: archive)["entries"]?.array.count == 2)
        #expect(try laptop.json("log", "--since", "99", env: archive)["entries"]?.array.count == 0)
        #expect(try laptop.succeed("log", env: archive).outLines.count == 6)
    }

    @Test func `status is one screen, with the shape that was promised`() throws {
        let status = try laptop.json("status", env: archive)
        for name in ["origin", "key", "size", "root", "cases", "unanchored"] { #expect(status[name] != nil) }
        #expect(status["origin"]?.string == "evidence.example/team-7")
        #expect(status["key"]?.string?.hasPrefix("evidence.example/team-7+") == true)
        #expect(status["size"]?.int == 6)
        #expect(status["unanchored"]?.int == 6)
        #expect(status["cases"]?["open"]?.int == 1)
        #expect(status["cases"]?["overdue"]?.int == 0)
        #expect(try laptop.succeed("status", env: archive).outLines.count <= 24)
    }

    @Test func `checkpoint prints a signed note`() throws {
        let note = try laptop.succeed("checkpoint", env: archive)
        let lines = note.out.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let status = try laptop.json("status", env: archive)
        #expect(lines[0] == "evidence.example/team-7")
        #expect(lines[1] == "6")
        #expect(lines[2] == status["root"]?.string)
        #expect(lines[3] == "")
        #expect(lines[4].hasPrefix("— evidence.example/team-7 "))
        #expect(lines[5].hasPrefix("— lisi "))
        #expect(lines.count == 7 && lines[6] == "")
        try laptop.succeed("checkpoint", "--to", "检查点.txt", env: archive)
        #expect(try Laptop.bytes(laptop.folder + "/检查点.txt") == note.output)
        #expect(try Laptop.bytes(laptop.archive + "/checkpoint") == note.output)
        try laptop.expectRefused("checkpoint", "--to", "检查点.txt", status: 65, naming: "检查点.txt", env: archive)
        let document = try laptop.json("checkpoint", env: archive)
        #expect(document["size"]?.int == 6)
        #expect(document["root"] == status["root"])
    }

    @Test func `verify's document has the shape that was promised`() throws {
        let report = try laptop.json("verify", env: archive)
        for name in [
            "ok", "complete", "origin", "size", "root", "checked", "trust", "problems", "unchecked", "warnings",
        ] {
            #expect(report[name] != nil, "\(name)")
        }
        #expect(report["ok"]?.bool == true)
        #expect(report["complete"]?.bool == true)
        #expect(report["checked"]?["entries"]?.int == 6)
        #expect(report["checked"]?["bodies"]?.int == 6)
        #expect(report["checked"]?["files"]?.int == 3)
        for name in ["checkpoints", "bytes"] { #expect(report["checked"]?[name]?.int != nil) }
        #expect(report["trust"]?["pinned"]?.bool == true)
        #expect(report["trust"]?["key"]?.string?.isEmpty == false)
        #expect(report["trust"]?["outside"]?.array == [])
        #expect(report["warnings"]?[0]?["code"]?.string == "no-outside-anchor")
        #expect(report["warnings"]?[0]?["explanation"]?.string?.isEmpty == false)
    }

    @Test func `the index is made anew by whoever needs it, and by reindex`() throws {
        let before = try laptop.succeed("list", env: archive).out
        for damage in [
            "rm archive/index.sqlite", "head -c 5000 /dev/urandom > archive/index.sqlite", ": > archive/index.sqlite",
        ] {
            #expect(try laptop.shell(damage).status == 0)
            #expect(try laptop.succeed("list", env: archive).out == before, "\(damage)")
        }
        #expect(try laptop.shell("rm archive/index.sqlite").status == 0)
        #expect(try laptop.json("reindex", env: archive)["entries"]?.int == 6)
        #expect(try laptop.succeed("list", env: archive).out == before)
        try laptop.expectVerified()
    }

    @Test func `of a record's files with one name each is got out, the later ones numbered, and that is said`() throws {
        for number in 1...3 { try laptop.file("\(number)/照片.jpg", "\(number)") }
        try laptop.file("照片-2.jpg", "0")
        let added = try laptop.json(
            "add", "1/照片.jpg", "2/照片.jpg", "照片-2.jpg", "3/照片.jpg", "--title", "重名", env: archive)
        let seq = try #require(added["entries"]?[0]?["seq"]?.int)
        for (language, word) in [("en", "could not have the recorded name"), ("zh-Hans", "重名")] {
            let out = try laptop.succeed("get", "\(seq)", "--to", language, "--lang", language, env: archive).out
            #expect(out.replacing("\n", with: "").contains(word) && out.contains("照片-3.jpg"), "\(out)")
            let contents = try ["照片.jpg", "照片-2.jpg", "照片-3.jpg", "照片-4.jpg"].map {
                String(decoding: try Laptop.bytes("\(laptop.folder)/\(language)/\($0)"), as: UTF8.self)
            }
            #expect(contents == ["1", "0", "2", "3"])
        }
    }

    @Test func `printed documents say everything, and hold nothing that a terminal obeys or nobody sees`() throws {
        let title = "标题\u{9B}31m\u{202E}gpj\u{85}\u{2028}\u{2066}\u{61C}\u{E0041}\u{7F}\u{1B}[31m"
        let added = try laptop.json("add", "汇报.txt", "--title", title, env: archive)
        let seq = try #require(added["entries"]?[0]?["seq"]?.int)
        try laptop.succeed("case", "open", "HN-9", "--title", title, env: archive)
        for command in [
            ["list"], ["show", "\(seq)"], ["log"], ["search", "标题"], ["case", "show", "HN-9"], ["loop"],
        ] {
            let outcome = try laptop.start(command + ["--json"], env: archive).wait()
            #expect(outcome.status == 0, "\(command): \(outcome.err)")
            let unseen = outcome.out.unicodeScalars.filter { scalar in
                scalar.properties.isDefaultIgnorableCodePoint
                    || [.control, .lineSeparator].contains(scalar.properties.generalCategory) && scalar != "\n"
            }
            #expect(unseen.isEmpty, "\(command)")
            _ = try outcome.json
        }
        #expect(try laptop.json("show", "\(seq)", env: archive)["title"]?.string == title)
        try laptop.succeed("loop", "--to", "x.json", env: archive)
        let written = String(decoding: try Laptop.bytes(laptop.folder + "/x.json"), as: UTF8.self)
        #expect(written.contains("\\u202egpj") && !written.unicodeScalars.contains("\u{202E}"))
    }
}
