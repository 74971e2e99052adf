import EvidenceCrypto
import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// `export --encrypt-to` and `open`.
struct EncryptedBundleTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
    private var folder: URL { URL(fileURLWithPath: laptop.folder) }

    /// Readers with keys of both kinds, and one who is none; a case that makes two parts.
    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.succeed("case", "open", "甲", "--title", "夜间排放", env: archive)
        try laptop.file("来信.txt", "举报信：某厂夜间排放\n")
        try laptop.sparseFile("录像.mp4", size: 34 << 20)
        try laptop.succeed("add", "来信.txt", "录像.mp4", "--each", "--case", "甲", env: archive)
        for (name, kind) in [("纪委", .p256), ("检察院", .rsa2048), ("外人", .p256)] as [(String, EnvelopeReader.KeyKind)] {
            _ = try EnvelopeReader(name, kind, in: folder)
        }
        let exported = try laptop.json(
            "export", "--case", "甲", "--to", "密件", "--encrypt-to", "纪委.pem", "--encrypt-to", "检察院.pem", env: archive)
        #expect(exported["form"]?.string == "encrypted" && exported["files"]?.int == 2)
    }

    private func open(_ bundle: String, _ key: String, to target: String) throws -> JSON {
        try laptop.json("open", bundle, "--key", "\(key).key", "--to", target)
    }

    /// What cannot be opened leaves nothing, whatever it was to become.
    private func expectNotOpened(
        _ bundle: String, key: String = "纪委.key", status: Int32, naming word: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for target in ["结果", "结果.zip"] {
            try laptop.expectRefused(
                "open", bundle, "--key", key, "--to", target, status: status, naming: word,
                sourceLocation: sourceLocation)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: laptop.folder)
        #expect(!names.contains { $0.contains("结果") }, "\(names)", sourceLocation: sourceLocation)
    }

    private func copy(_ name: String, _ script: String = "true") throws {
        let made = try laptop.shell("cp -r 密件 '\(name)' && cd '\(name)' && \(script)")
        #expect(made.status == 0, "\(made.err)")
    }

    @Test func `what lies in the clear beside it does not say what it is about`() throws {
        let found = try laptop.shell("grep -rl 夜间排放 密件 密件.handover.txt")
        #expect(found.status == 1 && found.out.isEmpty, "\(found.out)\(found.err)")
        // The slip of a bundle that anybody may read says it.
        let plain = try laptop.start(["export", "--case", "甲", "--to", "明件", "--lang", "zh"], env: archive).wait()
        #expect(plain.status == 0 && !plain.out.contains("交接单未加密"), "\(plain.out)\(plain.err)")
        #expect(try laptop.shell("grep -l 夜间排放 明件.handover.txt").status == 0)
        for (language, sentence) in [("en", "The slip is not encrypted"), ("zh", "交接单未加密")] {
            let locked = try laptop.start(
                ["export", "--case", "甲", "--to", "密件-\(language)", "--encrypt-to", "纪委.pem", "--lang", language],
                env: archive
            ).wait()
            #expect(locked.status == 0 && locked.out.contains(sentence), "\(locked.out)\(locked.err)")
        }
        // It is signed and taken in like any other.
        try laptop.succeed(
            "handover", "sign", "密件.handover.txt", "--cert", "纪委.pem", "--key", "纪委.key", "--to", "签收.pem")
        try laptop.succeed("handover", "receive", "签收.pem", env: archive)
        try laptop.expectVerified()
    }

    @Test func `each reader opens it with the own key, as a folder and as a ZIP, and it verifies`() throws {
        for reader in ["纪委", "检察院"] {
            let opened = try open("密件", reader, to: "\(reader)打开")
            #expect(opened["parts"]?.int == 2 && opened["form"]?.string == "folder")
            #expect(try open("密件", reader, to: "\(reader).zip")["form"]?.string == "zip")
            let (folder, zip) = (
                try laptop.json("verify", "\(reader)打开", env: archive),
                try laptop.json("verify", "\(reader).zip", env: archive)
            )
            #expect(folder["complete"]?.bool == true && folder["checked"] == zip["checked"])
        }
        #expect(try laptop.shell("cmp 纪委.zip 检察院.zip && diff -r 纪委打开 检察院打开").status == 0)
    }

    @Test func `there is nothing in it that can be read without a key`() throws {
        let names = try FileManager.default.subpathsOfDirectory(atPath: laptop.folder + "/密件").sorted()
        #expect(
            names == [
                "OPEN.txt", "OPEN.zh-CN.txt", "encrypted-bundle.json", "parts", "parts/00001.cms", "parts/00002.cms",
            ])
        for name in names where name != "parts" {
            let bytes = Data(try Laptop.bytes(laptop.folder + "/密件/" + name))
            for word in ["某厂夜间", "来信.txt", "李四", "team-7", "bagit.txt"] {
                #expect(bytes.range(of: Data(word.utf8)) == nil, "\(name): \(word)")
            }
        }
        let index = try JSON(try Laptop.bytes(laptop.folder + "/密件/encrypted-bundle.json"))
        #expect(index.names == ["format", "parts", "readers"] && index["readers"]?.array.count == 2)
        #expect(index["parts"]?.array.map { $0.names } == Array(repeating: ["sha256", "size"], count: 2))
        try laptop.expectRefused("verify", "密件", status: 65, naming: "密件", env: archive)
    }

    @Test(arguments: ["OPEN.txt", "OPEN.zh-CN.txt"])
    func `the commands that it prints open it without this program`(text: String) throws {
        let lines = String(decoding: try Laptop.bytes(laptop.folder + "/密件/" + text), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let first = try #require(lines.firstIndex { $0.hasPrefix("    (for part") })
        let commands = lines[first...].prefix { !$0.isEmpty }.joined(separator: "\n")
        let unzip = try #require(lines.last { $0.hasPrefix("    unzip ") })
        let fingerprint = try #require(lines.first { $0.contains("-fingerprint") })
        for reader in ["纪委", "检察院"] {
            let run = try laptop.shell(
                "set -e; rm -rf bundle bundle.zip; cp \(reader).key 密件/KEY.pem; cd 密件\n\(commands)\n\(unzip)")
            #expect(run.status == 0, "\(run.err)")
            #expect(try laptop.json("verify", "bundle", env: archive)["complete"]?.bool == true)
            #expect(try laptop.json("verify", "bundle.zip", env: archive)["complete"]?.bool == true)
            let own = try laptop.shell(
                String(fingerprint).replacing("CERTIFICATE.pem", with: "\(reader).pem")
                    .replacing("证书.pem", with: "\(reader).pem"))
            let shown = try #require(own.out.split(separator: "=").last).trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(shown.count == 95 && lines.contains { $0.contains(shown) }, "\(own.out)")
        }
        // Somebody else's key ends in an error, never in a bundle.
        let wrong = try laptop.shell("rm -f bundle.zip; cp 外人.key 密件/KEY.pem; cd 密件\n\(commands)")
        #expect(wrong.status != 0)
    }

    @Test func `a wrong key, and parts that are missing, swapped, cut, changed or too many are told in one sentence`()
        throws
    {
        try expectNotOpened("密件", key: "外人.key", status: 77, naming: "OPEN")
        try expectNotOpened("密件", key: "纪委.pem", status: 65, naming: "纪委.pem")
        try expectNotOpened("密件", key: "没有.key", status: 66, naming: "没有.key")
        try copy("缺", "rm parts/00002.cms")
        try expectNotOpened("缺", status: 66, naming: "00002.cms")
        try copy("换", "mv parts/00001.cms x && mv parts/00002.cms parts/00001.cms && mv x parts/00002.cms")
        try expectNotOpened("换", status: 1, naming: "00002.cms")
        try copy("短", "truncate -s -1 parts/00002.cms")
        try expectNotOpened("短", status: 1, naming: "00002.cms")
        try copy("改", "printf x | dd of=parts/00002.cms bs=1 seek=1000000 conv=notrunc status=none")
        try expectNotOpened("改", status: 1, naming: "00002.cms")
        try copy("多", "cp parts/00002.cms parts/00003.cms")
        try expectNotOpened("多", status: 65, naming: "00003.cms")
        try copy("链", "rm parts/00002.cms && ln -s ../../密件/parts/00002.cms parts/")
        try expectNotOpened("链", status: 65, naming: "00002.cms")
        try copy("目录", "sed -i s/parts/part/ encrypted-bundle.json")
        try expectNotOpened("目录", status: 65, naming: "encrypted-bundle.json")
        try expectNotOpened("archive", status: 65, naming: "archive")
        try laptop.file("占位/x")
        try laptop.expectRefused("open", "密件", "--key", "纪委.key", "--to", "占位", status: 65, naming: "占位")
    }

    /// An index can be made anew by anybody; what decrypts is then no whole ZIP.
    @Test func `parts that were exchanged together with their digests do not become a bundle`() throws {
        try copy("伪", "mv parts/00001.cms x && mv parts/00002.cms parts/00001.cms && mv x parts/00002.cms")
        try reindex("伪")
        try expectNotOpened("伪", status: 65, naming: "ZIP")
        try copy("截", "rm parts/00002.cms")
        try reindex("截")
        try expectNotOpened("截", status: 65, naming: "截")
    }

    /// An encrypted ZIP with empty files of these names: whoever has a certificate can encrypt to it.
    private func encrypt(_ names: String, as bundle: String) throws {
        let made = try laptop.shell(
            """
            mkdir -p \(bundle)/parts && cp 密件/encrypted-bundle.json \(bundle) && python3 - <<'END'
            import struct
            locals, central, names = b"", b"", \(names)
            for name in names:
                common = struct.pack("<HHHHLLLH", 0, 0, 0, 0x5c6c, 0, 0, 0, len(name))
                central += struct.pack("<LHH", 0x02014b50, 0x032d, 10) + common + \\
                    struct.pack("<HHHHLL", 0, 0, 0, 0, 0o100644 << 16, len(locals)) + name
                locals += struct.pack("<LH", 0x04034b50, 10) + common + struct.pack("<H", 0) + name
            end = struct.pack("<LHHHHLLH", 0x06054b50, 0, 0, len(names), len(names), len(central), len(locals), 0)
            open("bad.zip", "wb").write(locals + central + end)
            END
            openssl cms -encrypt -binary -outform DER -aes256 -in bad.zip -out \(bundle)/parts/00001.cms 检察院.pem
            """)
        #expect(made.status == 0, "\(made.err)")
        try reindex(bundle)
    }

    @Test func `a ZIP that names a file twice, or as a folder too, is told so`() throws {
        for (number, names) in [#"[b"a", b"b", b"a"]"#, #"[b"a/b", b"a"]"#, #"[b"a", b"a/b"]"#].enumerated() {
            try encrypt(names, as: "坏\(number)")
            try laptop.expectRefused(
                "open", "坏\(number)", "--key", "检察院.key", "--to", "结果", status: 1, naming: "“a", env: archive)
            #expect(!laptop.exists("结果"))
        }
    }

    @Test func `a message with a name of any length is short`() throws {
        try encrypt(#"[b"../" + b"x" * 60000]"#, as: "坏")
        for language in ["en", "zh-Hans"] {
            let outcome = try laptop.run("open", "坏", "--key", "检察院.key", "--to", "结果", "--lang", language)
            #expect(outcome.status == 1 && outcome.err.count < 2_100)
            Prose.expectSentence(outcome, language)
        }
    }

    @Test func `a ZIP that leads outside writes nothing there`() throws {
        try encrypt(#"[b"../../escaped"]"#, as: "坏")
        try laptop.expectRefused(
            "open", "坏", "--key", "检察院.key", "--to", "结果", status: 1, naming: "escaped")
        let names = try FileManager.default.subpathsOfDirectory(atPath: laptop.folder)
        #expect(!names.contains { $0.hasSuffix("escaped") || $0.contains("结果") })
    }

    /// Makes the index say what lies there, as anybody can.
    private func reindex(_ bundle: String) throws {
        let path = laptop.folder + "/\(bundle)/encrypted-bundle.json"
        let text = String(decoding: try Laptop.bytes(path), as: UTF8.self)
        let parts = try FileManager.default.contentsOfDirectory(atPath: laptop.folder + "/\(bundle)/parts").sorted().map
        {
            let bytes = try Laptop.bytes(laptop.folder + "/\(bundle)/parts/\($0)")
            return #"{"sha256":"\#(SHA256Hasher.hash(bytes).hex)","size":\#(bytes.count)}"#
        }
        let start = try #require(text.range(of: #""parts":["#)).upperBound
        let end = try #require(text.range(of: "]", range: start..<text.endIndex)).lowerBound
        try laptop.file(
            "\(bundle)/encrypted-bundle.json",
            text.replacingCharacters(in: start..<end, with: parts.joined(separator: ",")))
    }

    @Test func `a key with a passphrase opens it, and not without`() throws {
        _ = try EnvelopeReader("口令", .p256, in: folder, passphrase: "correct horse")
        try laptop.succeed("export", "--case", "甲", "--to", "口令密件", "--encrypt-to", "口令.pem", env: archive)
        try laptop.privateFile("passphrase", "correct horse\n")
        try laptop.privateFile("wrong", "battery staple\n")
        func open(_ file: String?) throws -> Int32 {
            try laptop.run(
                "open", "口令密件", "--key", "口令.key", "--to", "得到", env: ["EVIDENCE_PASSPHRASE_FILE": file]
            ).status
        }
        #expect(try open(nil) == 77 && open("wrong") == 77 && !laptop.exists("得到"))
        #expect(try open("passphrase") == 0)
    }

    @Test func `to whom nothing can be encrypted is found before anything is exported`() throws {
        let log = try laptop.json("log", env: archive)
        _ = try EnvelopeReader("只签名", .ed25519, in: folder)
        for (file, status) in [("只签名.pem", Int32(65)), ("来信.txt", 65), ("没有.pem", 66)] {
            try laptop.expectRefused(
                "export", "--case", "甲", "--to", "不成", "--encrypt-to", file, status: status, naming: file, env: archive)
        }
        try laptop.expectRefused(
            "export", "--case", "甲", "--to", "不成", "--encrypt-to", "纪委.pem", "--zip", status: 64, env: archive)
        #expect(!laptop.exists("不成"))
        #expect(try laptop.json("log", env: archive) == log)
    }

    @Test func `Ctrl-C leaves nothing of what was to be opened`() throws {
        for target in ["结果", "结果.zip"] {
            let opening = try laptop.start(["open", "密件", "--key", "纪委.key", "--to", target])
            try wait {
                try FileManager.default.contentsOfDirectory(atPath: laptop.folder).contains { $0.contains("结果") }
            }
            opening.send(SIGINT)
            let outcome = try opening.wait()
            #expect(outcome.status == 130, "\(outcome.err)")
            let names = try FileManager.default.contentsOfDirectory(atPath: laptop.folder)
            #expect(!names.contains { $0.contains("结果") }, "\(names)")
        }
    }
}
