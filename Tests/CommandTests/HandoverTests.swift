import EvidenceTestSupport
import Foundation
import Testing

/// The slip that goes with a bundle, and comes back signed.
struct HandoverTests {
    private let laptop: Laptop
    /// The recipient's machine, which has no archive and no signer.
    private let desk: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
    private var slip: String { laptop.folder + "/bundle.handover.txt" }

    init() throws {
        laptop = try Laptop.withArchive()
        desk = try Laptop()
        try laptop.file("a.txt", "a")
        try laptop.succeed("case", "open", "HN-2026-001", "--title", "冷库", env: archive)
        try laptop.succeed("add", "a.txt", "--case", "HN-2026-001", env: archive)
        try laptop.succeed(
            "export", "--case", "HN-2026-001", "--to", "bundle", "--recipient", "省纪委", "--purpose", "移交线索",
            env: archive)
        try desk.file("证书.pem", TestRecipient.certificate + "\n")
        try desk.privateFile("私钥.pem", TestRecipient.key + "\n")
    }

    private func text(_ path: String) throws -> String { String(decoding: try Laptop.bytes(path), as: UTF8.self) }

    /// Signs with our program.
    private func sign(_ name: String = "签收.pem") throws -> String {
        try desk.succeed("handover", "sign", slip, "--cert", "证书.pem", "--key", "私钥.pem", "--to", name)
        return desk.folder + "/" + name
    }

    @Test func `the slip says in both languages who, to whom, when, what for and which bundle`() throws {
        let slip = try text(slip)
        let digest = try laptop.shell("sha256sum bundle/tagmanifest-sha256.txt").out.prefix(64)
        for words in [
            "移交人：李四", "handed over by: 李四", "接收方：省纪委", "用途：移交线索", "HN-2026-001 · 冷库", "evidence handover v1",
            "tagmanifest-sha256.txt 的 SHA-256：\(digest)", "— evidence.example/team-7 ", "— lisi ",
        ] {
            #expect(slip.contains(words), "\(words): \(slip)")
        }
        // A second export writes over neither a bundle nor a slip.
        try FileManager.default.removeItem(atPath: laptop.folder + "/bundle")
        try laptop.expectRefused(
            "export", "--case", "HN-2026-001", "--to", "bundle", status: 65, naming: "bundle.handover.txt", env: archive
        )
        #expect(!laptop.exists("bundle"))
    }

    /// A run that dies at one of the two renames by which bundle and slip get their names, or before.
    @Test(arguments: TestTier.some(["folder", "zip"], oneIn: 2))
    func `an export that was killed is made, or its slip put beside it, when it is run again`(form: String) throws {
        func left() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: laptop.folder).filter { $0.hasPrefix(".") }
        }
        for (round, kill) in ["fchmod", "renameat2:when=1", "renameat2:when=2", "rmdir"].enumerated() {
            let bundle = "out\(round)\(form == "zip" ? ".zip" : "")"
            let parts = kill.split(separator: ":")
            let broken = try laptop.shell(
                """
                strace -f -qq -o trace -P .\(bundle).partial -P '\(laptop.folder)/.\(bundle).partial' \
                    -P '\(laptop.folder)/.\(bundle).partial/new' -P '\(laptop.folder)/.\(bundle).partial/companion' \
                    -e trace=\(parts[0]) \
                    -e inject=\(parts[0]):signal=SIGKILL\(parts.count > 1 ? ":\(parts[1])" : "") \
                    evidence export --case HN-2026-001 --to \(bundle) \(form == "zip" ? "--zip" : "")
                """, env: archive)
            #expect(broken.status != 0, "\(kill)")
            #expect(laptop.exists(".\(bundle).partial"), "\(kill)")
            #expect(laptop.exists(bundle) == (round > 1), "\(kill)")
            #expect(laptop.exists("\(bundle).handover.txt") == (round > 2), "\(kill)")
            let again = try laptop.shell(
                "evidence export --case HN-2026-001 --to \(bundle) \(form == "zip" ? "--zip" : "")", env: archive)
            #expect(again.status == (round < 2 ? 0 : 65), "\(kill): \(again.err)")
            #expect(again.err.contains("there already, and whole") == (round == 2), "\(kill): \(again.err)")
            #expect(try left() == [], "\(kill)")
            #expect(try laptop.json("verify", bundle)["ok"]?.bool == true, "\(kill)")
            try desk.succeed(
                "handover", "sign", "\(laptop.folder)/\(bundle).handover.txt", "--cert", "证书.pem", "--key", "私钥.pem",
                "--to", "\(round).pem")
        }
    }

    /// Each of the two names needs its folder synced; a share that has no such thing (EINVAL) is none the worse for it.
    @Test(arguments: [1, 2], ["EIO", "EINVAL"])
    func `an export whose name is not durable is taken back`(number: Int, error: String) throws {
        let outcome = try laptop.shell(
            """
            strace -f -qq -o trace -P '\(laptop.folder)' -e trace=fsync -e inject=fsync:error=\(error):when=\(number) \
                evidence export --case HN-2026-001 --to out
            status=$?
            grep -c INJECTED trace >&2
            exit $status
            """, env: archive)
        let isFailed = error == "EIO"
        #expect(outcome.status == (isFailed ? 74 : 0), "\(outcome.err)")
        #expect(outcome.err.hasSuffix("1\n"))
        for name in ["out", "out.handover.txt"] { #expect(laptop.exists(name) != isFailed, "\(name)") }
        #expect(!laptop.exists(".out.partial"))
        if isFailed {
            // That it was handed over is on record by then.
            #expect(outcome.err.contains("on record all the same"), "\(outcome.err)")
            try laptop.succeed("export", "--case", "HN-2026-001", "--to", "out", env: archive)
        }
        #expect(try laptop.json("verify", "out")["ok"]?.bool == true)
    }

    @Test
    func `what a dead run left is nobody's slip where another bundle has its name, and a living run's is left alone`()
        throws
    {
        let hidden = ".other.partial"
        for name in ["new/file", "companion"] { try laptop.file(hidden + "/" + name, "of a dead run") }
        try laptop.file("other/file", "another bundle")
        try laptop.expectRefused(
            "export", "--case", "HN-2026-001", "--to", "other", status: 65, naming: "other", env: archive)
        #expect(!laptop.exists(hidden) && !laptop.exists("other.handover.txt"))
        try laptop.file(".third.partial/new", "what somebody is writing")
        for (language, words) in [("en", "Somebody else is writing"), ("zh-Hans", "他人正在写入")] {
            let refused = try laptop.shell(
                "flock .third.partial evidence export --case HN-2026-001 --to third --lang \(language)", env: archive)
            #expect(refused.status == 65 && refused.err.contains(words), "\(refused.err)")
        }
        #expect(laptop.exists(".third.partial/new") && !laptop.exists("third"))
        try laptop.succeed("export", "--case", "HN-2026-001", "--to", "third", env: archive)
    }

    @Test(
        arguments: TestTier.some(["evidence", "openssl", "openssl with other line ends", "openssl in DER"], oneIn: 2))
    func `what the recipient signed is taken back once, shown everywhere, and verified by others`(way: String) throws {
        let signed = desk.folder + "/签收.pem"
        let flags = [
            "openssl": "-binary -outform PEM", "openssl with other line ends": "-outform PEM",
            "openssl in DER": "-binary -outform DER",
        ]
        if let flags = flags[way] {
            let done = try desk.shell(
                "openssl cms -sign -nodetach \(flags) -in '\(slip)' -signer 证书.pem -inkey 私钥.pem -out 签收.pem")
            try #require(done.status == 0, "\(done.err)")
        } else {
            _ = try sign()
        }
        let taken = try laptop.json("handover", "receive", signed, env: archive)
        #expect(taken["seq"]?.int == 5 && taken["target"]?.int == 4)
        #expect(taken["by"]?.string == TestRecipient.subject)
        try laptop.expectRefused("handover", "receive", signed, status: 65, naming: "5", env: archive)
        #expect(try laptop.json("show", "4", env: archive)["receipts"]?[0]?["by"]?.string == TestRecipient.subject)
        for command in [["show", "4"], ["show", "5"], ["log"], ["case", "show", "HN-2026-001"]] {
            let shown = try laptop.start(command, env: archive).wait().out
            #expect(shown.contains(TestRecipient.subject), "\(command): \(shown)")
        }
        try laptop.expectVerified()
        // A later bundle says that it was received, and not by whom; with the exports it says that too.
        for (bundle, options, isShown) in [("later", [], false), ("all", ["--with-exports"], true)] {
            let exported = try laptop.start(
                ["export", "--case", "HN-2026-001", "--to", bundle] + options, env: archive
            )
            .wait()
            #expect(exported.status == 0, "\(exported.err)")
            try #expect(text(laptop.folder + "/\(bundle)/index.html").contains(TestRecipient.subject) == isShown)
            let verified = try laptop.run("verify", bundle)
            #expect(verified.status == 0, "\(bundle): \(verified.out)\(verified.err)")
            let key = try text(laptop.folder + "/\(bundle)/data/keys/archive.vkey")
            let script = PackageFolder.url.appendingPathComponent("scripts/verify-independent.py").path
            let other = try laptop.shell("python3 -I '\(script)' \(bundle) --key '\(key.dropLast())'")
            #expect(other.status == 0, "\(other.out)")
        }
    }

    @Test func `what nobody signed, what was altered, and what is another archive's is refused`() throws {
        try laptop.expectRefused("handover", "receive", slip, status: 65, naming: "bundle.handover.txt", env: archive)
        try laptop.expectRefused("handover", "receive", "a.txt", status: 65, naming: "a.txt", env: archive)
        try laptop.expectRefused("handover", "receive", "nowhere", status: 66, naming: "nowhere", env: archive)
        // The recipient is told before he puts his name to something else than the archive wrote.
        for (old, new) in [("接收方：省纪委", "接收方：省检察院"), ("\"seq\":4", "\"seq\":3"), ("— lisi ", "— lisj ")] {
            try desk.file("altered.txt", try text(slip).replacing(old, with: new))
            try desk.expectRefused(
                "handover", "sign", "altered.txt", "--cert", "证书.pem", "--key", "私钥.pem", "--to", "x.pem", status: 65,
                naming: "altered.txt")
            #expect(!desk.exists("x.pem"))
            let forced = try desk.shell(
                "openssl cms -sign -binary -nodetach -outform PEM -in altered.txt -signer 证书.pem -inkey 私钥.pem -out forced.pem"
            )
            try #require(forced.status == 0)
            try laptop.expectRefused(
                "handover", "receive", desk.folder + "/forced.pem", status: 65, naming: "forced.pem", env: archive)
        }
        // A signed slip of which a byte was changed afterwards.
        let signed = try sign()
        var bytes = try Laptop.bytes(signed)
        bytes[bytes.count / 2] = bytes[bytes.count / 2] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        try laptop.file("changed.pem", bytes: bytes)
        try laptop.expectRefused("handover", "receive", "changed.pem", status: 65, naming: "changed.pem", env: archive)
        let other = try Laptop.withArchive(origin: "evidence.example/team-8")
        try other.expectRefused(
            "handover", "receive", signed, status: 65, naming: "evidence.example/team-7",
            env: ["EVIDENCE_ARCHIVE": "archive"])
    }

    @Test func `a recipient's wrong key or certificate is told in a sentence`() throws {
        let made = try desk.shell(
            "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out 别的.pem 2>/dev/null")
        try #require(made.status == 0)
        for (cert, key, name) in [
            ("证书.pem", "别的.pem", "别的.pem"), ("私钥.pem", "私钥.pem", "私钥.pem"), ("证书.pem", "证书.pem", "证书.pem"),
        ] {
            try desk.expectRefused(
                "handover", "sign", slip, "--cert", cert, "--key", key, "--to", "x.pem", status: 65, naming: name)
        }
        #expect(!desk.exists("x.pem"))
        _ = try sign()
        try desk.expectRefused(
            "handover", "sign", slip, "--cert", "证书.pem", "--key", "私钥.pem", "--to", "签收.pem", status: 65,
            naming: "签收.pem")
    }
}
