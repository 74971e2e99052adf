import Foundation
import Glibc
import Testing

struct OptionTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.file("a", "a")
    }

    @Test func `--quiet prints what was asked for and errors, and nothing else`() throws {
        for command in [["add", "a"], ["case", "open", "甲"], ["case", "link", "甲", "2"], ["reindex"]] {
            let outcome = try laptop.start(command + ["--quiet"], env: archive).wait()
            #expect(outcome.status == 0 && outcome.out == "" && outcome.err == "", "\(command)")
        }
        #expect(try laptop.succeed("list", "-q", env: archive).outLines.count == 2)
        #expect(try laptop.succeed("verify", "--quiet", env: archive).outLines.count == 1)
        #expect(try laptop.run("show", "99", "--quiet", env: archive).err.hasPrefix("evidence: "))
    }

    @Test func `colours are for terminals, unless they are asked for or refused`() throws {
        let escape = "\u{1B}"
        #expect(try !laptop.succeed("verify", env: archive).out.contains(escape))
        #expect(try laptop.succeed("verify", "--color", "always", env: archive).out.contains(escape))
        let terminal: [([String: String?], [String], Bool)] = [
            ([:], [], true), (["NO_COLOR": "1"], [], false), (["NO_COLOR": ""], [], true),
            (["TERM": "dumb"], [], false),
            ([:], ["--color", "never"], false), (["NO_COLOR": "1"], ["--color", "always"], true),
        ]
        for (env, arguments, isColoured) in terminal {
            let env = archive.merging(["TERM": "xterm"].merging(env) { $1 }) { $1 }
            let screen = try laptop.atTerminal(["verify"] + arguments, env: env, answers: [])
            #expect(screen.text.contains("\(escape)[") == isColoured, "\(env) \(arguments)")
            #expect(screen.status == 0)
        }
    }

    @Test func `the archive is the one named, else that of EVIDENCE_ARCHIVE, else the nearest upwards`() throws {
        let other = try Laptop.withArchive(origin: "evidence.example/other")
        func origin(_ arguments: String..., env: [String: String?] = [:], in folder: String) throws -> String? {
            let outcome = try laptop.start(["status", "--json"] + arguments, env: env, in: folder).wait()
            #expect(outcome.status == 0, "\(outcome.err)")
            return try outcome.json["origin"]?.string
        }
        let (own, others) = ("evidence.example/team-7", "evidence.example/other")
        let variable: [String: String?] = ["EVIDENCE_ARCHIVE": other.archive]
        #expect(try origin(in: laptop.archive) == own)
        #expect(try origin(in: laptop.archive + "/objects") == own)
        #expect(try origin(env: variable, in: laptop.archive) == others)
        #expect(try origin("--archive", "archive", env: variable, in: laptop.folder) == own)
        #expect(try origin(env: ["EVIDENCE_ARCHIVE": ""], in: laptop.archive) == own)
        try laptop.expectRefused("status", status: 66, naming: "--archive")
        try laptop.expectRefused("status", "--archive", "none", status: 66, naming: "none")
        try laptop.expectRefused("status", "--archive", ".", status: 66)
        try laptop.expectRefused("status", "--archive", "a", status: 66, naming: "/a”")
        try laptop.expectRefused("verify", "none", status: 66, naming: "none")
    }

    @Test func `times are given and shown in the time zone that was asked for`() throws {
        try laptop.succeed(
            "add", "a", "--occurred-at", "2026-03-12T14:30", "--time-zone", "America/New_York", env: archive)
        #expect(
            try laptop.json("show", "2", env: archive)["occurred"]?["from"]?.string == "2026-03-12T14:30-04:00")
        let shanghai = try laptop.succeed("log", env: archive).out
        #expect(try laptop.succeed("log", "--time-zone", "UTC", env: archive).out != shanghai)
        #expect(try laptop.succeed("log", env: ["EVIDENCE_ARCHIVE": "archive", "TZ": "UTC"]).out == shanghai)
    }

    @Test func `a key with a passphrase opens with EVIDENCE_PASSPHRASE_FILE alone`() throws {
        let laptop = try Laptop()
        try laptop.file("a")
        for (name, text) in [("right", "口令 one\n"), ("wrong", "two\n"), ("empty", "\n")] {
            try laptop.privateFile(name, text)
        }
        try laptop.file("open", "口令 one\n")
        try laptop.succeed(
            "init", "archive", "--origin", "evidence.example/a", "--as", "lisi", "--person", "李四",
            env: ["EVIDENCE_PASSPHRASE_FILE": "right"])
        let key = String(decoding: try Laptop.bytes(laptop.home + "/signers/lisi.pem"), as: UTF8.self)
        #expect(key.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
        func env(_ file: String?) -> [String: String?] {
            ["EVIDENCE_ARCHIVE": "archive", "EVIDENCE_PASSPHRASE_FILE": file]
        }
        try laptop.expectRefused("add", "a", status: 77, naming: "lisi", "EVIDENCE_PASSPHRASE_FILE", env: env(nil))
        try laptop.expectRefused("add", "a", status: 77, naming: "lisi", env: env("wrong"))
        try laptop.expectRefused("add", "a", status: 65, naming: "empty", env: env("empty"))
        try laptop.expectRefused("add", "a", status: 66, naming: "none", env: env("none"))
        try laptop.expectRefused("add", "a", status: 77, naming: "open", "chmod 600", env: env("open"))
        try laptop.succeed("add", "a", env: env("right"))
        try laptop.succeed("list", env: env(nil))
        try laptop.expectVerified()
    }

    @Test func `at a terminal a new key gets a passphrase, asked for twice and not shown`() throws {
        let laptop = try Laptop()
        try laptop.file("a")
        let made = try laptop.atTerminal(
            ["init", "archive", "--origin", "evidence.example/a", "--as", "lisi", "--person", "李四"],
            answers: ["", "first", "second", "open sesame", "open sesame"])
        #expect(made.status == 0, "\(made.text)")
        #expect(!made.text.contains("sesame"))
        #expect(!made.text.contains("none"))
        let wrong = try laptop.atTerminal(["add", "a"], env: archive, answers: ["wrong"])
        #expect(wrong.status == 77, "\(wrong.text)")
        for (language, question) in [("en", "Passphrase of “lisi”"), ("zh", "“lisi”的口令：")] {
            let right = try laptop.atTerminal(["add", "a", "--lang", language], env: archive, answers: ["open sesame"])
            #expect(right.status == 0, "\(right.text)")
            #expect(right.text.contains(question))
            #expect(!right.text.contains("sesame"))
        }
        try laptop.expectVerified()
    }

    @Test func `keys lie private, and are not used where others may read them`() throws {
        #expect(try Laptop.mode(laptop.home + "/signers/lisi.pem") == 0o600)
        let archiveKey = try #require(
            try FileManager.default.contentsOfDirectory(atPath: laptop.home + "/archives").first {
                $0.hasSuffix(".pem")
            })
        for key in ["signers/lisi.pem", "archives/" + archiveKey] {
            #expect(try Laptop.mode(laptop.home + "/" + key) == 0o600)
            for loose in [0o640, 0o604, 0o622] as [mode_t] {
                #expect(chmod(laptop.home + "/" + key, loose) == 0)
                try laptop.expectRefused("add", "a", status: 77, naming: key, "chmod 600", env: archive)
            }
            #expect(chmod(laptop.home + "/" + key, 0o600) == 0)
        }
        try laptop.succeed("add", "a", env: archive)
        // Nothing in the archive is a key.
        for name in try laptop.listing().keys where !name.hasPrefix("objects") {
            let bytes = (try? Laptop.bytes(laptop.archive + "/" + name)) ?? []
            #expect(!String(decoding: bytes, as: UTF8.self).contains("PRIVATE KEY"))
        }
    }
}
