import Foundation
import Testing

struct TrustTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        for name in ["a", "b", "c"] { try laptop.file(name, name) }
        try laptop.succeed("add", "a", env: archive)
    }

    private func verify(_ reader: Laptop, _ path: String? = nil) throws -> (status: Int32, codes: [String]) {
        let outcome = try reader.run("verify", path ?? laptop.archive, "--json")
        let report = try outcome.json
        let problems = (report["problems"]?.array ?? []) + (report["unchecked"]?.array ?? [])
        return (outcome.status, problems.compactMap { $0["code"]?.string })
    }

    @Test func `another reader trusts nothing until told which key`() throws {
        let reader = try Laptop()
        let before = try verify(reader)
        #expect(before.status == 3)
        #expect(before.codes == ["key-not-pinned"])
        let key = try #require(try laptop.json("status", env: archive)["key"]?.string)
        let pinned = try reader.json("trust", key)
        #expect(pinned["key"]?.string == key)
        #expect(pinned["new"]?.bool == true)
        #expect(try reader.json("trust", key)["new"]?.bool == false)
        #expect(try reader.json("trust", "--list")["trusted"]?[0]?["key"]?.string == key)
        #expect(try verify(reader).status == 0)
        #expect(try verify(reader).codes == [])
    }

    @Test func `another reader trusts a checkpoint, and the key follows from it`() throws {
        let reader = try Laptop()
        try laptop.succeed("checkpoint", "--to", "检查点.txt", env: archive)
        try laptop.succeed("add", "b", env: archive)
        let pinned = try reader.json("trust", laptop.folder + "/检查点.txt")
        #expect(pinned["size"]?.int == 3)
        #expect(try verify(reader).status == 0)
        // The archive of another team is not trusted by that.
        let other = try Laptop.withArchive(origin: "evidence.example/team-8")
        #expect(try verify(reader, other.archive).status == 3)
    }

    @Test func `a checkpoint that the archive does not keep to is tampering`() throws {
        let (reader, other) = (try Laptop(), try Laptop.withArchive())
        try other.file("x", "another history")
        try other.succeed("add", "x", "--archive", "archive")
        try laptop.succeed("checkpoint", "--to", "检查点.txt", env: archive)
        try reader.succeed("trust", laptop.folder + "/检查点.txt")
        #expect(try verify(reader).status == 0)
        #expect(try verify(reader, other.archive).status == 1)
    }

    @Test func `a second key under one name is not trusted`() throws {
        let (reader, other) = (try Laptop(), try Laptop.withArchive())
        try reader.succeed("trust", laptop.json("status", env: archive)["key"]?.string ?? "")
        let key = try #require(try other.json("status", "--archive", "archive")["key"]?.string)
        try reader.expectRefused("trust", key, status: 77, naming: "evidence.example/team-7", "trusted")
        // Nor what comes with it.
        try other.succeed("receipt", "--to", "回执.txt", "--archive", "archive")
        try reader.expectRefused("trust", other.folder + "/回执.txt", status: 77)
        #expect(try reader.json("trust", "--list")["trusted"]?.array.count == 1)
        #expect(try verify(reader, other.archive).codes.contains("key-differs-from-pin"))
        // Nor under that of an archive whose key is here.
        let theirs = try #require(try other.json("status", "--archive", "archive")["key"]?.string)
        try laptop.expectRefused("trust", theirs, status: 77, naming: "archives/", ".pem")
        // Whoever has the genuine archive's key knows that this is not its archive, whatever a policy says of it.
        try laptop.file("policy.txt", "log \(theirs)\nquorum none\n")
        for words in [[], ["--policy", "policy.txt"]] {
            let forged = try laptop.start(["verify", other.archive, "--json"] + words).wait()
            #expect(
                try forged.status == 1
                    && forged.json["problems"]?.array.map { $0["code"]?.string } == ["key-differs-from-pin"])
        }
        // Nor whatever a successor says that whoever forged it made, too.
        try other.succeed("checkpoint", "--to", "last.txt", "--archive", "archive")
        try other.succeed(
            "init", "next", "--origin", "evidence.example/team-7-2", "--as", "lisi", "--continues", "last.txt",
            "--reason", "换机")
        let next = try #require(try other.json("status", "--archive", "next")["key"]?.string)
        try laptop.succeed("trust", next)
        let continued = try laptop.run("verify", other.folder + "/next", "--against", other.archive, "--json")
        let codes = try continued.json["problems"]?.array.map { $0["code"]?.string }
        #expect(continued.status == 1 && codes == ["key-differs-from-pin"], "\(continued.out)")
        // What is trusted already is, whatever stands beside it.
        let line = "key \(theirs)"
        #expect(try reader.shell("echo '\(line)' >> '\(reader.home)/trusted'").status == 0)
        #expect(try reader.json("trust", theirs)["new"]?.bool == false)
        // A witness's neither.
        let witnesses = try (0..<2).map { _ in
            try Laptop().json("witness", "init", "witness.example/office")["key"]?.string ?? ""
        }
        try reader.succeed("trust", witnesses[0])
        try reader.expectRefused("trust", witnesses[1], status: 77, naming: "witness.example/office")
    }

    @Test func `pins that others may write are not read`() throws {
        let reader = try Laptop()
        try reader.succeed("trust", laptop.json("status", env: archive)["key"]?.string ?? "")
        // A folder of the user's own group, or one in which nobody moves another's files, is none of these.
        for (path, open, isRefused) in [
            ("trusted", "620", true), ("trusted", "602", true), ("", "707", true), ("", "770", false),
            ("", "1777", false),
        ] {
            #expect(try reader.shell("chmod \(open) '\(reader.home)/\(path)'").status == 0)
            if isRefused {
                try reader.expectRefused("verify", laptop.archive, status: 77, naming: "chmod")
            } else {
                #expect(try verify(reader).status == 0)
            }
            let closed = path.isEmpty ? "700" : "600"
            #expect(try reader.shell("chmod \(closed) '\(reader.home)/\(path)'").status == 0)
        }
        #expect(try verify(reader).status == 0)
    }

    @Test func `what is no key and no checkpoint is not trusted`() throws {
        try laptop.expectRefused("trust", "nonsense", status: 65, naming: "nonsense")
        try laptop.expectRefused("trust", "a", status: 65, naming: "a")
        try laptop.expectRefused("trust", status: 64)
        #expect(try laptop.json("trust", "--list")["trusted"]?.array.count == 0)
    }

    @Test func `a rolled-back copy is appended to no more`() throws {
        #expect(try laptop.shell("cp -a archive old && cp -a archive elsewhere").status == 0)
        try laptop.succeed("add", "b", env: archive)
        #expect(try laptop.shell("mv archive new && mv old archive").status == 0)
        try laptop.expectRefused("add", "c", status: 77, env: archive)
        try laptop.expectRefused("case", "open", "甲", status: 77, env: archive)
        let here = try verify(laptop)
        #expect(here.status == 1)
        #expect(here.codes.contains { $0.contains("rolled-back") }, "\(here.codes)")
        // Elsewhere a true copy of an older state is not complete, and no tampering.
        #expect(try verify(laptop, laptop.folder + "/elsewhere").status == 3)
        let appended = try laptop.run("add", "c", "--archive", "elsewhere")
        #expect(appended.status == 77, "\(appended.err)")
        #expect(try laptop.shell("mv archive old && mv new archive").status == 0)
        try laptop.succeed("add", "c", env: archive)
        try laptop.expectVerified()
    }

    @Test func `an archive that was replaced by one with fresh keys is not taken for it`() throws {
        let (other, reader) = (try Laptop.withArchive(), try Laptop())
        let key = try #require(try laptop.json("status", env: archive)["key"]?.string)
        try reader.succeed("trust", key)
        #expect(try verify(reader, other.archive).status != 0)
        #expect(try laptop.shell("mv archive old && cp -a '\(other.archive)' archive").status == 0)
        #expect(try laptop.run("add", "b", env: archive).status == 77)
        #expect(try verify(laptop).status != 0)
    }

    @Test func `without a memory the whole log is checked before it is appended to`() throws {
        #expect(try laptop.shell("rm -r ../home/state").status == 0)
        let outcome = try laptop.run("add", "b", env: archive)
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(outcome.errLines.count == 1)
        #expect(outcome.err.hasPrefix("Note: "))
        #expect(try laptop.run("add", "c", env: archive).err == "")
    }
}
