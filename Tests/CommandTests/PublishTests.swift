import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// `publish`, and `verify` of what it wrote: in a folder, over HTTP, after a kill, on a failing disk.
struct PublishTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
    private var folder: String { laptop.folder + "/公布" }

    init() throws {
        laptop = try Laptop.withArchive()
        for name in ["a", "b", "c"] { try laptop.file(name, name) }
        try laptop.succeed("case", "open", "HN-2026-001", env: archive)
        try laptop.succeed("add", "a", "--case", "HN-2026-001", env: archive)
    }

    /// Another machine, on which only the archive's key is trusted.
    private func reader() throws -> Laptop {
        let reader = try Laptop()
        try reader.succeed("trust", try #require(try laptop.json("status", env: archive)["key"]?.string))
        return reader
    }

    private func verify(_ reader: Laptop, _ place: String? = nil) throws -> (status: Int32, codes: Set<String>) {
        let outcome = try reader.run("verify", place ?? folder, "--json")
        guard outcome.out != "" else { return (outcome.status, []) }
        let report = try outcome.json
        let problems = (report["problems"]?.array ?? []) + (report["unchecked"]?.array ?? [])
        return (outcome.status, Set(problems.compactMap { $0["code"]?.string }))
    }

    private func addMany(_ count: Int) throws {
        for number in 0..<count { try laptop.file("材料/\(number)", "\(number)\n") }
        try laptop.succeed("add", "材料", "--quiet", env: archive)
    }

    private func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            guard Laptop.status(folder + "/" + path)?.isFile == true else { continue }
            files[path] = try Laptop.bytes(folder + "/" + path)
        }
        return files
    }

    // MARK: What is written

    @Test func `publish writes the tree, says what it wrote, and a second time only what is new`() throws {
        let first = try laptop.json("publish", "公布", env: archive)
        #expect(first["size"]?.int == 4 && first["previousSize"]?.int == 0)
        #expect(first["path"]?.string == "公布")
        #expect(first["root"]?.string == (try laptop.json("checkpoint", env: archive)["root"]?.string))
        #expect(first["written"]?["tiles"]?.int == 1 && first["written"]?["entryBundles"]?.int == 1)
        #expect(first["written"]?["checkpoint"]?.bool == true)
        let before = try files()
        #expect(Set(before.keys) == ["checkpoint", "tile/0/000.p/4", "tile/entries/000.p/4"])
        let again = try laptop.json("publish", "公布", env: archive)
        #expect(again["written"]?["bytes"]?.int == 0 && again["written"]?["checkpoint"]?.bool == false)
        #expect(try files() == before)
        try laptop.succeed("add", "b", env: archive)
        let more = try laptop.json("publish", "公布", env: archive)
        #expect(more["previousSize"]?.int == 4 && more["size"]?.int == 5)
        #expect(try files().count == 5)
        let said = try laptop.succeed("publish", "公布", env: archive)
        #expect(said.out.contains("nothing new to publish"))
        #expect(try laptop.succeed("publish", "公布", "-q", env: archive).out == "")
        try laptop.expectVerified()
    }

    @Test func `nothing of what was recorded is published`() throws {
        try laptop.succeed(
            "add", "b", "--title", "涉密标题", "--description", "secretdescription", "--person", "被谈话人:赵六", env: archive)
        try laptop.succeed("publish", "公布", env: archive)
        let text = try files().values.map { String(decoding: $0, as: UTF8.self) }.joined()
        for word in ["涉密标题", "secretdescription", "赵六", "HN-2026-001", "李四"] { #expect(!text.contains(word)) }
        #expect(text.contains("lisi") && text.contains("evidence.added"))
    }

    @Test func `files and folders may be read by a web server that is another user`() throws {
        let outcome = try laptop.shell("umask 077 && evidence publish www/公布 --archive archive")
        #expect(outcome.status == 0, "\(outcome.err)")
        for path in try FileManager.default.subpathsOfDirectory(atPath: laptop.folder + "/www") + [""] {
            let place = laptop.folder + "/www/" + path
            var isFolder: ObjCBool = false
            #expect(FileManager.default.fileExists(atPath: place, isDirectory: &isFolder))
            #expect(try Laptop.mode(place) == (isFolder.boolValue ? 0o755 : 0o644), "\(path)")
        }
    }

    // MARK: Verifying

    @Test func `a reader who trusts the key finds the published log whole, and is told what is not in it`() throws {
        try laptop.succeed("publish", "公布", env: archive)
        let reader = try reader()
        let report = try reader.json("verify", folder)
        #expect(report["subject"]?.string == "published")
        #expect(report["ok"]?.bool == true && report["complete"]?.bool == true)
        #expect(report["origin"]?.string == "evidence.example/team-7")
        #expect(report["checked"]?["entries"]?.int == 4 && report["checked"]?["tiles"]?.int == 1)
        #expect(report["checked"]?["bodies"]?.int == 0 && report["trust"]?["pinned"]?.bool == true)
        #expect(
            report["notHeld"]?.array.compactMap(\.string) == ["bodies", "files", "signers", "checkpoints", "anchors"])
        let english = try reader.succeed("verify", folder, "--lang", "en").out
        #expect(english.contains("Published log of") && english.contains("the recorded files: not checked"))
        let chinese = try reader.succeed("verify", folder, "--lang", "zh-Hans").out
        #expect(chinese.contains("已公布的日志") && chinese.contains("所记录的文件：未核验"))
        // The operator's own machine holds the key.
        #expect(try verify(laptop).status == 0)
    }

    @Test func `a reader who trusts no key is told so`() throws {
        try laptop.succeed("publish", "公布", env: archive)
        let stranger = try Laptop()
        #expect(try verify(stranger) == (3, ["key-not-pinned"]))
    }

    @Test func `what the reader remembers is held against the published log`() throws {
        try laptop.succeed("publish", "公布", env: archive)
        let old = try files()
        try laptop.succeed("add", "b", env: archive)
        try laptop.succeed("publish", "公布", env: archive)
        let reader = try reader()
        try laptop.succeed("checkpoint", "--to", "检查点.txt", env: archive)
        try reader.succeed("trust", laptop.folder + "/检查点.txt")
        #expect(try verify(reader).status == 0)
        // Rolled back, with the newer files left lying, and without.
        try Data(old["checkpoint"] ?? []).write(to: URL(fileURLWithPath: folder + "/checkpoint"))
        #expect(try verify(reader) == (3, ["behind-memory", "tree-ahead"]))
        try FileManager.default.removeItem(atPath: folder + "/tile")
        for (path, bytes) in old { try laptop.file("公布/" + path, bytes: bytes) }
        #expect(try verify(reader) == (3, ["behind-memory"]))
        // The operator's memory knows it as well.
        #expect(try verify(laptop) == (3, ["behind-memory"]))
    }

    @Test func `a history that was rewritten with all keys is refused, and found by a pin`() throws {
        #expect(try laptop.shell("cp -a archive old").status == 0)
        try laptop.succeed("add", "b", env: archive)
        try laptop.succeed("checkpoint", "--to", "检查点.txt", env: archive)
        try laptop.succeed("publish", "公布", env: archive)
        #expect(try laptop.shell("mv archive first && mv old archive && rm -r ../home/state").status == 0)
        try laptop.succeed("add", "c", env: archive)
        let before = try files()
        try laptop.expectRefused("publish", "公布", status: 1, naming: "公布", env: archive)
        #expect(try files() == before)
        try laptop.succeed("publish", "另一处", env: archive)
        let reader = try reader()
        #expect(try verify(reader, laptop.folder + "/另一处").status == 0)
        try reader.succeed("trust", laptop.folder + "/检查点.txt")
        #expect(try verify(reader, laptop.folder + "/另一处") == (1, ["history-rewritten"]))
    }

    // MARK: What is refused

    @Test func `where nothing may be published is said in one sentence`() throws {
        try laptop.file("满/index.html", "x")
        try laptop.expectRefused("publish", "满", status: 65, naming: "index.html", env: archive)
        try laptop.expectRefused("publish", "archive", status: 65, naming: "archive", env: archive)
        try laptop.expectRefused("publish", "archive/公布/新", status: 65, naming: "archive", env: archive)
        try laptop.expectRefused("publish", "a", status: 65, naming: "a", env: archive)
        #expect(try laptop.shell("ln -s archive 链接").status == 0)
        try laptop.expectRefused("publish", "链接/x", status: 65, naming: "链接", env: archive)
        try laptop.expectRefused("publish", "公布", status: 66)
        try laptop.expectRefused("publish", status: 64)
        try laptop.expectRefused("verify", "满", status: 66, naming: "满")
        let other = try Laptop.withArchive(origin: "evidence.example/team-8")
        try laptop.succeed("publish", "公布", env: archive)
        try other.expectRefused("publish", folder, status: 65, naming: "team-7", env: archive)
    }

    @Test func `an archive that was cut off or damaged publishes nothing`() throws {
        try laptop.succeed("publish", "公布", env: archive)
        #expect(try laptop.shell("cp -a archive old").status == 0)
        try laptop.succeed("add", "b", env: archive)
        try laptop.succeed("publish", "公布", env: archive)
        let before = try files()
        try laptop.expectRefused("publish", "公布", "--archive", "old", status: 1, naming: "公布")
        // One byte of one entry, with the trigger out of the way.
        try laptop.file(
            "damage.py",
            """
            import sqlite3
            db = sqlite3.connect("archive/archive.sqlite")
            db.execute("DROP TRIGGER entry_stays")
            (entry,) = db.execute("SELECT bytes FROM entry WHERE seq = 3").fetchone()
            db.execute("UPDATE entry SET bytes = ? WHERE seq = 3", (entry.replace(b'"lisi"', b'"liso"'),))
            db.commit()
            """)
        #expect(try laptop.shell("python3 damage.py").status == 0)
        try laptop.expectRefused("publish", "公布", status: 1, env: archive)
        try laptop.expectRefused("publish", "别处", status: 1, env: archive)
        #expect(try files() == before)
        #expect(!laptop.exists("别处/tile"))
    }

    // MARK: Over HTTP

    @Test func `a published log is verified over HTTP, each file asked for once`() throws {
        try addMany(300)
        try laptop.succeed("publish", "公布", env: archive)
        let reader = try reader()
        let server = try WebServer(folder)
        let report = try reader.json("verify", server.address + "/")
        #expect(report["subject"]?.string == "published" && report["ok"]?.bool == true)
        #expect(report["checked"]?["entries"]?.int == 304 && report["checked"]?["tiles"]?.int == 3)
        let asked = try server.asked()
        #expect(Set(asked) == Set(try files().keys.map { "/" + $0 }))
        #expect(asked.count == Set(asked).count)
        #expect(try verify(Laptop(), server.address) == (3, ["key-not-pinned"]))
    }

    @Test func `what a server lacks or has changed is found over HTTP`() throws {
        try addMany(300)
        try laptop.succeed("publish", "公布", env: archive)
        let reader = try reader()
        let server = try WebServer(folder)
        let whole = try files()
        for (path, code) in [
            ("tile/0/000", "tile-missing"), ("tile/1/000.p/1", "tile-missing"), ("tile/entries/000", "entry-missing"),
            ("tile/entries/001.p/48", "entry-missing"),
        ] {
            try FileManager.default.removeItem(atPath: folder + "/" + path)
            let found = try verify(reader, server.address)
            #expect(found.status == 1 && found.codes.contains(code), "\(path)")
            try laptop.file("公布/" + path, bytes: whole[path] ?? [])
        }
        var changed = try #require(whole["tile/entries/000"])
        changed[200] ^= 1
        try laptop.file("公布/tile/entries/000", bytes: changed)
        #expect(try verify(reader, server.address).status == 1)
        try FileManager.default.removeItem(atPath: folder + "/checkpoint")
        try reader.expectRefused("verify", server.address, status: 66, naming: server.address)
        try reader.expectRefused("verify", server.address + "/nowhere", status: 66, naming: "nowhere")
    }

    @Test(arguments: TestTier.some([WebServer.Fault.endless, .silent, .dying, .failing], oneIn: 2))
    func `a server that fails is no verdict`(fault: WebServer.Fault) throws {
        try addMany(300)
        try laptop.succeed("publish", "公布", env: archive)
        let reader = try reader()
        for language in ["en", "zh-Hans"] {
            let server = try WebServer(folder, fault: fault)
            let outcome = try reader.run("verify", server.address, "--lang", language)
            #expect(outcome.status == 69, "\(outcome.out)\(outcome.err)")
            #expect(outcome.out == "" && outcome.err.contains(server.address))
            Prose.expectSentence(outcome, language)
        }
        try reader.expectRefused("verify", "http://127.0.0.1:1/", status: 69, naming: "127.0.0.1")
    }

    // MARK: Kills and faults

    @Test func `killed at any moment, a publication leaves the older or the newer log, and goes on`() throws {
        try laptop.succeed("publish", "公布", env: archive)
        try addMany(600)
        let older = try files()
        try laptop.succeed("publish", "完整", env: archive)
        let reader = try reader()
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<(TestTier.isFull ? 12 : 3) {
            #expect(try laptop.shell("rm -rf 公布").status == 0)
            for (path, bytes) in older { try laptop.file("公布/" + path, bytes: bytes) }
            let publishing = try laptop.start(["publish", "公布"], env: archive)
            usleep(UInt32.random(in: 0..<300_000, using: &generator))
            publishing.send(SIGKILL)
            _ = try publishing.wait()
            let between = try reader.run("verify", folder, "--json")
            #expect([0, 3].contains(between.status), "\(between.out)")
            #expect(try between.json["problems"]?.array == [])
            #expect([4, 604].contains(try between.json["size"]?.int))
            try laptop.succeed("publish", "公布", env: archive)
            #expect(try verify(reader).status == 0)
            let left = try laptop.shell("diff -r 完整 公布 | grep -v 'Only in 公布' || true; ls -A 公布")
            #expect(left.out.split(separator: "\n").sorted() == ["checkpoint", "tile"])
        }
    }

    @Test(arguments: TestTier.isFull ? ["fsync", "renameat", "mkdirat", "write", "unlink", "fchmod"] : ["renameat"])
    func `each system call that fails leaves the older or the newer log`(call: String) throws {
        let published = try laptop.shell("evidence publish 公布 --archive archive && cp -a 公布 旧")
        #expect(published.status == 0)
        try laptop.succeed("add", "b", env: archive)
        let reader = try reader()
        var isReached = true
        var number = 0
        while isReached, number < 60 {
            number += 1
            let outcome = try laptop.shell(
                """
                rm -rf 公布 && cp -a 旧 公布
                strace -f -qq -o trace -e trace=\(call) -e inject=\(call):error=EIO:when=\(number) \
                    evidence publish 公布 --archive archive --quiet
                status=$?
                grep -q INJECTED trace || exit 200
                exit $status
                """)
            isReached = outcome.status != 200
            let between = try reader.run("verify", folder, "--json")
            #expect([0, 3].contains(between.status), "\(call) \(number): \(between.out)")
            #expect(try between.json["problems"]?.array == [], "\(call) \(number)")
            try laptop.succeed("publish", "公布", env: archive)
            #expect(try verify(reader).status == 0, "\(call) \(number)")
        }
        #expect(number > 1 && !isReached, "\(call) \(number)")
        try laptop.expectVerified()
    }
}
