import EvidenceCrypto
import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// Sealed records as people make, open and withdraw them.
final class SealingTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
    private let prosecutor: EnvelopeReader
    private let court: EnvelopeReader
    /// Stands in the files and in what is said of them.
    private static let secret = "冷库的阀门被人焊死了"

    init() throws {
        laptop = try Laptop.withArchive()
        let folder = URL(fileURLWithPath: laptop.folder)
        prosecutor = try EnvelopeReader("prosecutor", .p256, in: folder)
        court = try EnvelopeReader("court", .rsa2048, in: folder)
        try laptop.succeed("case", "open", "HN-1", "--title", "冷库", env: archive)
        try laptop.file("举报信王五.txt", "\(SealingTests.secret)\n")
        try laptop.file("空.txt", "")
    }

    /// Adds both files as entry 3, sealed to both readers.
    private func seal() throws {
        try laptop.succeed(
            "add", "举报信王五.txt", "空.txt", "--sealed", "--reader", "prosecutor.pem", "--reader", "court.pem", "--case",
            "HN-1", "--title", "王五举报", "--kind", "letter", "--person", "举报人:王五", "--tag", "焊死", env: archive)
    }

    /// The stored parts of entry 3, by name.
    private func parts() throws -> [String: (path: String, sha256: String)] {
        let files = try #require(try laptop.json("show", "3", env: archive)["files"]?.array)
        return Dictionary(
            uniqueKeysWithValues: files.compactMap { file in
                guard let name = file["name"]?.string, let sha256 = file["sha256"]?.string else { return nil }
                return (name, ("\(laptop.archive)/objects/\(sha256.prefix(2))/\(sha256)", sha256))
            })
    }

    /// What below a folder holds one of the words, in a name or in its bytes.
    private func traces(_ words: [String], below folder: String) throws -> [String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return try names.filter { name in
            let path = folder + "/" + name
            let bytes = Laptop.status(path)?.isFile == true ? Data(try Laptop.bytes(path)) : Data()
            return words.contains { name.contains($0) || bytes.range(of: Data($0.utf8)) != nil }
        }
    }

    // MARK: What lies open

    @Test func `nothing of what is sealed lies open anywhere`() throws {
        try seal()
        _ = try laptop.json("show", "3", "--key", "court.key", env: archive)
        let words = [SealingTests.secret, "王五", "焊死", "letter", "举报"]
        #expect(try traces(words, below: laptop.archive) == [])
        #expect(try traces(words, below: laptop.home) == [])
        // The same search finds what does lie open.
        #expect(try traces(["李四"], below: laptop.archive).contains("archive.sqlite"))
        for word in ["王五", "焊死", "cms", "body"] {
            #expect(try laptop.json("search", word, env: archive)["records"]?.array.isEmpty != false)
        }
        #expect(try laptop.json("list", "--kind", "letter", env: archive)["records"]?.array.isEmpty == true)
        for (arguments, en, zh) in [
            (["list"], "sealed record", "密封记录"), (["show", "3"], "CN=prosecutor", "密封给"),
            (["case", "show", "HN-1"], "sealed record", "密封记录"), (["log"], "sealed record", "密封记录"),
            (["status"], "Records", "记录"),
        ] {
            for (language, word) in [("en", en), ("zh-Hans", zh)] {
                let outcome = try laptop.start(arguments + ["--lang", language], env: archive).wait()
                #expect(outcome.status == 0 && outcome.out.contains(word), "\(arguments): \(outcome.out)\(outcome.err)")
            }
        }
        let report = try laptop.json("verify", "--full", env: archive)
        #expect(report["ok"]?.bool == true && report["complete"]?.bool == true)
        let warning = report["warnings"]?.array.first { $0["code"]?.string == "sealed-content-not-checked" }
        #expect(warning?["seq"]?.int == 3)
    }

    @Test func `a process that is killed leaves ciphertext at most`() throws {
        #expect(try laptop.shell("yes '\(SealingTests.secret)' | head -c 300000000 > 大.txt").status == 0)
        let running = try laptop.start(
            ["add", "大.txt", "--sealed", "--reader", "court.pem"], env: archive)
        func leftovers() throws -> Int {
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: laptop.archive + "/incoming")) ?? []
            return names.compactMap { Laptop.status(laptop.archive + "/incoming/" + $0) }.filter(\.isFile)
                .reduce(0) { $0 + $1.size }
        }
        try wait { try leftovers() >= 40_000_000 }
        running.send(SIGKILL)
        #expect(try running.wait().status == 128 + SIGKILL)
        #expect(try leftovers() >= 40_000_000)
        #expect(try traces([SealingTests.secret, "大.txt"], below: laptop.archive) == [])
        try laptop.succeed("case", "open", "HN-2", "--title", "x", env: archive)
        #expect(try laptop.leftovers() == [])
        try laptop.expectVerified()
    }

    @Test func `content that lies open already is said to`() throws {
        try laptop.succeed("add", "举报信王五.txt", env: archive)
        let outcome = try laptop.succeed(
            "add", "举报信王五.txt", "空.txt", "--sealed", "--reader", "court.pem", "--lang", "en", env: archive)
        #expect(outcome.err.contains("lies open in this archive, in entry 3"))
        #expect(outcome.errLines.count == 1, "\(outcome.err)")
    }

    // MARK: Opening

    @Test func `each reader opens it, with openssl alone too`() throws {
        try seal()
        let (body, parts) = (try parts()["body.cms"], try parts())
        #expect(Set(parts.keys) == ["body.cms", "1-1.cms", "2-1.cms"])
        let outside = try laptop.json("show", "3", env: archive)
        for (number, reader) in [prosecutor, court].enumerated() {
            let inner = try reader.decrypt(try Laptop.bytes(try #require(body).path))
            #expect(SHA256Hasher.hash(inner).hex == outside["sealed"]?["body"]?.string)
            #expect(String(decoding: inner, as: UTF8.self).contains("王五举报"))
            let first = try reader.decrypt(try Laptop.bytes(try #require(parts["1-1.cms"]).path))
            #expect(String(decoding: first, as: UTF8.self) == "\(SealingTests.secret)\n")
            #expect(try reader.decrypt(try Laptop.bytes(try #require(parts["2-1.cms"]).path)) == [])

            let opened = try laptop.json("show", "3", "--key", "\(reader.name).key", env: archive)["opened"]
            #expect(opened?["title"]?.string == "王五举报" && opened?["people"]?.array[0]["role"]?.string == "举报人")
            #expect(opened?["files"]?.array.compactMap { $0["name"]?.string } == ["举报信王五.txt", "空.txt"])
            try laptop.succeed("get", "3", "--key", "\(reader.name).key", "--to", "out\(number)", env: archive)
            let copy = try Laptop.bytes("\(laptop.folder)/out\(number)/举报信王五.txt")
            #expect(String(decoding: copy, as: UTF8.self) == "\(SealingTests.secret)\n")
            #expect(try Laptop.bytes("\(laptop.folder)/out\(number)/空.txt") == [])
            let recorded = outside["sealed"]?["readers"]?.array[number]
            let der = try laptop.shell("openssl x509 -in \(reader.name).pem -outform DER").output
            #expect(recorded?["sha256"]?.string == SHA256Hasher.hash(der).hex)
            let key = try laptop.shell("openssl pkey -in \(reader.name).key -pubout -outform DER").output
            #expect(recorded?["key"]?.string == SHA256Hasher.hash(key).hex)
        }
        let text = try laptop.succeed("show", "3", "--key", "court.key", "--lang", "zh-Hans", env: archive).out
        #expect(text.contains("王五（举报人）") && text.contains("密封给") && text.contains("举报信王五.txt"))
    }

    @Test func `a key with a passphrase opens with the passphrase`() throws {
        _ = try EnvelopeReader("ministry", .p256, in: URL(fileURLWithPath: laptop.folder), passphrase: "午夜 pass")
        try laptop.succeed("add", "空.txt", "--sealed", "--reader", "ministry.pem", env: archive)
        try laptop.privateFile("passphrase", "午夜 pass\n")
        try laptop.privateFile("wrong", "wrong\n")
        func environment(_ file: String?) -> [String: String?] {
            archive.merging(["EVIDENCE_PASSPHRASE_FILE": file]) { $1 }
        }
        #expect(try laptop.run("show", "3", "--key", "ministry.key", env: environment("passphrase")).status == 0)
        try laptop.expectRefused(
            "show", "3", "--key", "ministry.key", status: 77, naming: "ministry.key", env: environment("wrong"))
    }

    @Test func `who is no reader, or has no key, is told so`() throws {
        try seal()
        try laptop.succeed("add", "举报信王五.txt", env: archive)
        _ = try EnvelopeReader("stranger", .rsa2048, in: URL(fileURLWithPath: laptop.folder))
        _ = try EnvelopeReader("signer", .ed25519, in: URL(fileURLWithPath: laptop.folder))
        for command in [["show", "3"], ["get", "3", "--to", "out"]] {
            let (name, rest) = (command[0], Array(command.dropFirst()))
            for (key, status) in [("stranger.key", Int32(77)), ("signer.key", 65), ("court.pem", 65), ("nowhere", 66)] {
                let outcome = try laptop.start([name] + rest + ["--key", key], env: archive).wait()
                #expect(outcome.status == status && outcome.out == "", "\(key): \(outcome.err)")
            }
        }
        try laptop.expectRefused("get", "3", "--to", "out", status: 77, naming: "CN=prosecutor", "--key", env: archive)
        try laptop.expectRefused("show", "3", "--key", "stranger.key", status: 77, naming: "CN=court", env: archive)
        try laptop.expectRefused("show", "4", "--key", "court.key", status: 65, naming: "4", env: archive)
        try laptop.expectRefused("show", "2", "--key", "court.key", status: 65, naming: "case.opened", env: archive)
        try laptop.expectRefused("show", "99", "--key", "court.key", status: 66, naming: "99", env: archive)
        for wrong in [
            ["show", "3", "--record", "--key", "court.key"], ["show", "3", "--purpose", "x", "--key", "court.key"],
            ["show", "3", "--record", "--purpose", "x"], ["show", "3", "--raw", "--key", "court.key"],
            ["get", "3", "--open", "--key", "court.key"],
            ["show", "3", "--record", "--purpose", " ", "--key", "court.key"],
        ] {
            #expect(try laptop.start(wrong, env: archive).wait().status == 64, "\(wrong)")
        }
        #expect(!laptop.exists("out"))
    }

    @Test func `an opening is in the log, the case and the record, before anything is shown`() throws {
        try seal()
        try laptop.succeed(
            "get", "3", "--key", "court.key", "--to", "out", "--record", "--purpose", "庭前核对", env: archive)
        let openings = try #require(try laptop.json("show", "3", env: archive)["openings"]?.array)
        #expect(openings.count == 1 && openings[0]["purpose"]?.string == "庭前核对")
        #expect(openings[0]["seq"]?.int == 4 && openings[0]["person"]?.string == "李四")
        let reader = try laptop.json("show", "3", env: archive)["sealed"]?["readers"]?.array[1]["sha256"]?.string
        #expect(reader != nil && openings[0]["reader"]?.string == reader)
        #expect(try laptop.json("show", "4", env: archive)["dossiers"]?.array.compactMap(\.string) == ["HN-1"])
        for language in ["en", "zh-Hans"] {
            for arguments in [["show", "3"], ["log"], ["case", "show", "HN-1"]] {
                let outcome = try laptop.start(arguments + ["--lang", language], env: archive).wait()
                #expect(outcome.out.contains("庭前核对"), "\(arguments)")
            }
        }
        // Nobody who can't open it can say that he did.
        _ = try EnvelopeReader("stranger", in: URL(fileURLWithPath: laptop.folder))
        try laptop.expectRefused(
            "show", "3", "--key", "stranger.key", "--record", "--purpose", "x", status: 77, naming: "3", env: archive)
        try laptop.expectVerified()
    }

    @Test func `a part that was exchanged, cut or removed is not opened, and verification says so`() throws {
        try seal()
        let part = try #require(try parts()["1-1.cms"])
        let bytes = try Laptop.bytes(part.path)
        let other = try laptop.shell(
            "echo 另一封信 | openssl cms -encrypt -binary -aes256 -outform DER prosecutor.pem court.pem"
        ).output
        for changed in [other, Array(bytes.dropLast()), bytes + [0]] {
            chmod(part.path, 0o644)
            try Data(changed).write(to: URL(fileURLWithPath: part.path))
            let outcome = try laptop.run("get", "3", "--key", "court.key", "--to", "out", env: archive)
            #expect(outcome.status == 1 && outcome.out == "", "\(outcome.err)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: laptop.folder + "/out") == [])
            #expect(try laptop.run("verify", env: archive).status == 1)
        }
        try FileManager.default.removeItem(atPath: part.path)
        #expect(try laptop.run("get", "3", "--key", "court.key", "--to", "out", env: archive).status == 66)
        #expect(try laptop.run("verify", env: archive).status == 1)
    }

    // MARK: Afterwards

    @Test func `a withdrawal destroys it, and the archive still verifies`() throws {
        try seal()
        let paths = try parts().values.map(\.path)
        try laptop.succeed("withdraw", "3", "--authority", "省安委办", "--reason", "保护举报人", env: archive)
        for path in paths { #expect(Laptop.status(path) == nil) }
        try laptop.expectVerified()
        let report = try laptop.json("verify", env: archive)
        #expect(report["warnings"]?.array.contains { $0["code"]?.string == "sealed-content-not-checked" } == false)
        try laptop.expectRefused("show", "3", "--key", "court.key", status: 66, naming: "3", env: archive)
        try laptop.expectRefused("get", "3", "--key", "court.key", status: 66, naming: "3", env: archive)
        #expect(try laptop.run("show", "3", env: archive).status == 0)
    }

    @Test func `a sealed record is handed over, and not amended`() throws {
        try seal()
        try laptop.expectRefused(
            "amend", "3", "--reason", "笔误", "--title", "新标题", status: 65, naming: "--sealed", env: archive)
        try laptop.succeed("custody", "3", "--from", "李四", "--to", "机要室", env: archive)
        #expect(try laptop.json("show", "3", env: archive)["custody"]?.array.count == 1)
        try laptop.expectVerified()
    }

    @Test func `folders and tables are sealed record by record`() throws {
        try laptop.file("材料/甲.txt", "甲")
        try laptop.file("材料/乙.txt", "乙")
        try laptop.succeed("add", "材料", "--sealed", "--reader", "court.pem", env: archive)
        try laptop.file("清单.csv", "文件,标题,类别\n材料/甲.txt,来电记录,来电\n")
        try laptop.succeed("add", "--manifest", "清单.csv", "--sealed", "--reader", "court.pem", env: archive)
        let titles = try (3...5).map {
            try laptop.json("show", "\($0)", "--key", "court.key", env: archive)["opened"]?["title"]?.string
        }
        #expect(titles == ["乙", "甲", "来电记录"])
        #expect(try laptop.json("list", env: archive)["records"]?.array.allSatisfy { $0["title"] == nil } == true)
        try laptop.expectVerified()
    }

    @Test func `what can't be sealed is refused before anything is written`() throws {
        _ = try EnvelopeReader("signer", .ed25519, in: URL(fileURLWithPath: laptop.folder))
        _ = try EnvelopeReader("sealer", .rsa2048, in: URL(fileURLWithPath: laptop.folder), usage: "digitalSignature")
        let add = "add"
        try laptop.expectRefused(
            add, "空.txt", "--sealed", "--reader", "signer.pem", status: 65, naming: "CN=signer", "signer.pem",
            env: archive)
        try laptop.expectRefused(
            add, "空.txt", "--sealed", "--reader", "court.pem", "--reader", "sealer.pem", status: 65, naming: "keyUsage",
            env: archive)
        try laptop.expectRefused(
            add, "空.txt", "--sealed", "--reader", "court.key", status: 65, naming: "court.key", env: archive)
        try laptop.expectRefused(
            add, "空.txt", "--sealed", "--reader", "nobody.pem", status: 66, naming: "nobody.pem", env: archive)
        for wrong in [
            [add, "空.txt", "--sealed"], [add, "空.txt", "--reader", "court.pem"],
            [add, "空.txt", "--sealed", "--reader", "court.pem", "--reference"],
        ] {
            #expect(try laptop.start(wrong, env: archive).wait().status == 64, "\(wrong)")
        }
    }

    // MARK: Handing over

    /// The parts of entry 3 in a bundle.
    private func handedOver(_ bundle: String) throws -> [String: [UInt8]] {
        let folder = "\(laptop.folder)/\(bundle)/data/sealed/3"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try Laptop.bytes("\(folder)/\($0)")) })
    }

    private func codes(_ report: JSON, _ list: String) -> [String] {
        report[list]?.array.compactMap { $0["code"]?.string } ?? []
    }

    @Test func `a case is handed over with what is sealed in it sealed anew to the recipient`() throws {
        try laptop.succeed(
            "add", "举报信王五.txt", "空.txt", "--sealed", "--reader", "prosecutor.pem", "--case", "HN-1", "--title", "王五举报",
            env: archive)
        let before = try parts().mapValues(\.sha256)
        for form in ["folder", "zip"] {
            let target = form == "zip" ? "包.zip" : "包"
            let document = try laptop.start(
                [
                    "export", "--case", "HN-1", "--to", target, "--reader", "court.pem", "--key", "prosecutor.key",
                    "--json",
                ]
                    + (form == "zip" ? ["--zip"] : []), env: archive
            ).wait().json
            #expect(document["sealed"]?.array.compactMap(\.int) == [3] && document["files"]?.int == 2)
            let alone = try laptop.run("verify", target, "--json", env: archive)
            #expect(alone.status == 3)
            #expect(codes(try alone.json, "unchecked") == ["sealed-not-opened"])
            #expect(try laptop.run("verify", target, "--key", "court.key", env: archive).status == 0)
            #expect(try laptop.run("verify", target, "--key", "prosecutor.key", env: archive).status == 3)
        }
        let parts = try handedOver("包")
        #expect(Set(parts.keys) == ["body.cms", "1-1.cms", "2-1.cms"])
        #expect(
            String(decoding: try court.decrypt(parts["1-1.cms"] ?? []), as: UTF8.self) == "\(SealingTests.secret)\n")
        #expect(throws: TestFailure.self) { try prosecutor.decrypt(parts["1-1.cms"] ?? []) }
        // The archive's own parts stay behind, and so does everything in the clear.
        #expect(Set(parts.values.map { SHA256Hasher.hash($0).hex }).isDisjoint(with: before.values))
        #expect(try traces([SealingTests.secret, "王五", "举报"], below: laptop.folder + "/包") == [])
        try laptop.expectVerified()
    }

    @Test func `a reader is handed what is sealed as it is, without anybody's key`() throws {
        try seal()
        try laptop.succeed("export", "--case", "HN-1", "--to", "包", "--reader", "court.pem", env: archive)
        let expected = try parts().mapValues { try Laptop.bytes($0.path) }
        #expect(try handedOver("包") == expected)
        let report = try laptop.json("verify", "包", env: archive)
        #expect(codes(report, "warnings").contains("sealed-content-not-checked"))
        #expect(
            codes(try laptop.json("verify", "包", "--key", "court.key", env: archive), "warnings") == [
                "no-outside-anchor"
            ])
        // The same of the archive itself.
        #expect(
            codes(try laptop.json("verify", "--key", "court.key", env: archive), "warnings") == ["no-outside-anchor"])
    }

    @Test func `the whole encrypted to its recipient, what is sealed is sealed to the same`() throws {
        try seal()
        _ = try EnvelopeReader("ministry", .p256, in: URL(fileURLWithPath: laptop.folder))
        try laptop.succeed(
            "export", "--case", "HN-1", "--to", "密", "--encrypt-to", "ministry.pem", "--key", "court.key", env: archive)
        try laptop.succeed("open", "密", "--key", "ministry.key", "--to", "包", env: archive)
        #expect(try laptop.run("verify", "包", "--key", "ministry.key", env: archive).status == 0)
    }

    @Test func `what is sealed is not handed over to nobody`() throws {
        try seal()
        _ = try EnvelopeReader("ministry", .p256, in: URL(fileURLWithPath: laptop.folder))
        let export = ["export", "--case", "HN-1", "--to", "包"]
        let before = try laptop.listing()
        for (arguments, status, word) in [
            ([], Int32(77), "--withhold 3"), (["--reader", "ministry.pem"], 77, "--key"),
            (["--reader", "court.pem", "--reader", "ministry.pem"], 77, "--key"),
            (["--reader", "ministry.pem", "--key", "ministry.key"], 77, "CN=court"),
            (["--reader", "court.key"], 65, "court.key"),
            (["--reader", "ministry.pem", "--key", "nowhere"], 66, "nowhere"),
        ] {
            for language in ["en", "zh-Hans"] {
                let outcome = try laptop.start(export + arguments + ["--lang", language], env: archive).wait()
                #expect(outcome.status == status && outcome.out == "" && outcome.err.contains(word), "\(outcome.err)")
                Prose.expectSentence(outcome, language)
            }
        }
        #expect(!laptop.exists("包"))
        #expect(try laptop.listing() == before)
        try laptop.succeed("export", "--case", "HN-1", "--to", "包", "--withhold", "3", env: archive)
        #expect(try laptop.run("verify", "包", env: archive).status == 0)
        #expect(!laptop.exists("包/data/sealed"))
    }

    @Test func `a part that rotted is not handed over`() throws {
        try seal()
        let part = try #require(try parts()["1-1.cms"])
        chmod(part.path, 0o644)
        try Data(try Laptop.bytes(part.path).dropLast()).write(to: URL(fileURLWithPath: part.path))
        _ = try EnvelopeReader("ministry", .p256, in: URL(fileURLWithPath: laptop.folder))
        for arguments in [["--reader", "court.pem"], ["--reader", "ministry.pem", "--key", "court.key"]] {
            let outcome = try laptop.start(["export", "--case", "HN-1", "--to", "包"] + arguments, env: archive).wait()
            #expect(outcome.status == 1 && outcome.err.contains("1-1.cms"), "\(outcome.err)")
            #expect(!laptop.exists("包"))
        }
        let report = try laptop.run("verify", "--key", "court.key", "--json", env: archive)
        #expect(report.status == 1)
        #expect(codes(try report.json, "problems").contains("sealed-content-altered"))
    }
}
