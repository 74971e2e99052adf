import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// What somebody put where a file of ours should be: every command ends soon, in a sentence, and believes nothing of it.
struct HostileFileTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.file("a.txt", "a\n")
        try laptop.succeed("case", "open", "HN-1", "--title", "堵塞", env: archive)
        try laptop.succeed("add", "a.txt", "--case", "HN-1", env: archive)
    }

    // MARK: The database

    /// Changes the archive's database with SQLite's own program, as somebody with the disk could.
    private func alter(_ statements: String, on name: String = "archive.sqlite") throws {
        try laptop.file("alter.sql", statements)
        let outcome = try laptop.shell(
            """
            python3 - <<'END'
            import sqlite3
            db = sqlite3.connect("archive/\(name)", isolation_level=None)
            db.executescript(open("alter.sql").read())
            db.close()
            END
            """)
        try #require(outcome.status == 0, "\(outcome.err)")
    }

    /// Within a minute, however slow the machine: what has no end does not end then either.
    private func soon(_ command: String, env: [String: String?]? = nil) throws -> Outcome {
        try laptop.shell("timeout -s KILL 60 evidence \(command)", env: env ?? archive)
    }

    /// Puts a journal there as a writer of two databases would leave it, which names a file to be removed once it is rolled back.
    private func plantJournal(of name: String, removing victim: String) throws {
        let outcome = try laptop.shell(
            """
            python3 - <<'END'
            import os, struct
            path, victim = "archive/\(name)", os.path.abspath("\(victim)").encode()
            page = struct.unpack(">H", open(path, "rb").read(18)[16:])[0]
            magic = bytes.fromhex("d9d505f920a163d7")
            header = magic + struct.pack(">IIIII", 0, 0, os.path.getsize(path) // page, 512, page)
            end = struct.pack(">I", 0x40000000 // page + 1) + victim + struct.pack(">II", len(victim), sum(victim)) + magic
            open(path + "-journal", "wb").write(header.ljust(512, b"\\0") + end)
            END
            """)
        try #require(outcome.status == 0, "\(outcome.err)")
    }

    @Test(arguments: ["archive.sqlite", "index.sqlite"])
    func `a journal that names another file removes nothing`(name: String) throws {
        try laptop.succeed("list", env: archive)
        try laptop.file("victim", "a private key\n")
        try plantJournal(of: name, removing: "victim")
        let planted = try Laptop.bytes(laptop.archive + "/\(name)-journal")
        for command in ["list", "status", "search a", "log", "verify archive --full", "add a.txt --title again"] {
            let outcome = try soon(command)
            #expect(Set([0, 1, 3]).contains(outcome.status), "\(command): \(outcome.err)")
            #expect(name == "index.sqlite" || outcome.status == 1, "\(command): \(outcome.out)")
            #expect(try Laptop.bytes(laptop.folder + "/victim") == Array("a private key\n".utf8), "\(command)")
        }
        #expect(try name == "index.sqlite" || Laptop.bytes(laptop.archive + "/\(name)-journal") == planted)
        _ = try laptop.shell("rm -f archive/\(name)-journal")
        try laptop.succeed("list", env: archive)
    }

    @Test(arguments: ["archive.sqlite", "index.sqlite"])
    func `a pipe in a journal's place keeps nobody waiting`(name: String) throws {
        try laptop.succeed("list", env: archive)
        try #require(mkfifo(laptop.archive + "/\(name)-journal", 0o600) == 0)
        for command in ["list", "status", "search a", "verify archive --full", "add a.txt --title again"] {
            let outcome = try soon(command)
            #expect(Set([0, 1, 3]).contains(outcome.status), "\(command): \(outcome.err)")
            #expect(name == "index.sqlite" || outcome.status == 1, "\(command): \(outcome.out)")
        }
    }

    private func dump() throws -> String {
        try laptop.shell("python3 -c 'import sqlite3; print(*sqlite3.connect(\"archive/archive.sqlite\").iterdump())'")
            .out
    }

    @Test(
        arguments: TestTier.some(
            [
                "ALTER TABLE body RENAME TO b; CREATE VIEW body AS SELECT * FROM b",
                "CREATE VIEW extra AS SELECT 1",
                // A view in a table's place, which gives rows without end.
                """
                DROP TABLE body; CREATE VIEW body AS
                    WITH RECURSIVE c (seq, bytes) AS (SELECT 0, x'00' UNION ALL SELECT seq, bytes FROM c) SELECT * FROM c
                """,
                "CREATE VIRTUAL TABLE extra USING fts5 (a)",
                // A column that asks for a gigabyte.
                "ALTER TABLE entry RENAME TO e; CREATE TABLE entry (seq, bytes AS (zeroblob(900000000))); INSERT INTO entry VALUES (0)",
                "CREATE TRIGGER extra AFTER INSERT ON entry BEGIN DELETE FROM checkpoint; END",
                "CREATE TABLE extra (a); CREATE INDEX more ON entry (length(bytes))",
                "ALTER TABLE checkpoint ADD COLUMN more INTEGER AS (size + 1)",
                "PRAGMA journal_mode = WAL",
                "PRAGMA application_id = 1",
            ], oneIn: 2))
    func `a database of another making is found, quickly, and nothing is written to it`(statements: String) throws {
        try alter("PRAGMA foreign_keys = OFF; \(statements)")
        let before = try dump()
        for language in ["en", "zh-Hans"] {
            let verified = try soon("verify --lang \(language)")
            #expect(verified.status == 1, "\(verified.out)\(verified.err)")
            let added = try soon("add a.txt --case HN-1 --lang \(language)")
            #expect(added.status != 0 && added.status < 128, "\(added.err)")
            Prose.expectSentence(added, language)
            for command in ["list", "log", "show 0", "status", "case show HN-1", "search 堵塞"] {
                let outcome = try soon("\(command) --lang \(language)")
                #expect(outcome.status < 128, "\(command): \(outcome.status) \(outcome.err)")
            }
        }
        #expect(try dump() == before)
    }

    @Test func `triggers in the index never run`() throws {
        try alter(
            """
            CREATE TRIGGER extra AFTER INSERT ON term
            BEGIN INSERT INTO tile WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)
                SELECT 9, n, zeroblob(1000000) FROM c; END
            """, on: "index.sqlite")
        let added = try soon("add a.txt --title 又一次")
        #expect(added.status == 0, "\(added.err)")
        try laptop.expectVerified()
    }

    /// Changes the record's body, which is `body` to the Python given, and has its entry commit to that.
    private func alterRecord(_ python: String) throws {
        try laptop.file("alter.py", python)
        let outcome = try laptop.shell(
            """
            rm archive/index.sqlite
            python3 - <<'END'
            import sqlite3, json, hashlib
            def text(value): return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
            db = sqlite3.connect("archive/archive.sqlite", isolation_level=None)
            triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in triggers: db.execute("DROP TRIGGER " + name)
            seq, = db.execute("SELECT max(seq) FROM entry").fetchone()
            body, entry = [json.loads(db.execute(f"SELECT bytes FROM {table} WHERE seq = ?", (seq,)).fetchone()[0])
                for table in ("body", "entry")]
            exec(open("alter.py").read())
            entry["body"] = hashlib.sha256(text(body)).hexdigest()
            for table, value in (("body", body), ("entry", entry)):
                db.execute(f"UPDATE {table} SET bytes = ? WHERE seq = ?", (text(value), seq))
            for _, sql in triggers: db.execute(sql)
            END
            """)
        try #require(outcome.status == 0, "\(outcome.err)")
    }

    @Test func `sizes whose sum no integer holds stop no command`() throws {
        try alterRecord(
            """
            body["files"] = [dict(body["files"][0], name=f"{n}", size=2**53 - 1) for n in range(2100)]
            """)
        let seq = try #require(try laptop.json("list", env: archive)["records"]?[0]?["seq"]?.int)
        for command in [
            "get \(seq) --to out", "show \(seq)", "status", "report --case HN-1 --to report.html", "verify",
        ] {
            let outcome = try soon(command)
            #expect(outcome.status < 128, "\(command): \(outcome.status) \(outcome.err)")
        }
        // Of what lies in folders: where files may be so large, and no more than a little of them is copied.
        let added = try soon(
            """
            status > /dev/null || exit
            folder=$(mktemp -d /dev/shm/evidence.XXXXXX); trap 'rm -r "$folder"' EXIT
            if truncate -s 7E "$folder/a" "$folder/b" 2> /dev/null; then
                rm -r archive; evidence init archive --origin evidence.example/team-8
                ulimit -f 8192; evidence add "$folder" --title 大 || exit 64
            fi
            """)
        #expect([0, 64].contains(added.status), "\(added.status) \(added.err)")
    }

    @Test func `names that lead elsewhere do not keep a record's files from being got out`() throws {
        try alterRecord(
            """
            body["files"] = [dict(body["files"][0], name=name) for name in ("../x", "/x", "a", "a/b", "a-2")]
            """)
        let seq = try #require(try laptop.json("list", env: archive)["records"]?[0]?["seq"]?.int)
        let copied = try laptop.json("get", "\(seq)", "--to", "out", env: archive)["files"]?.array ?? []
        let digest = try #require(copied.first?["sha256"]?.string)
        let paths = copied.map { $0["path"]?.string ?? "" }
        #expect(paths == [digest, "\(digest)-2", "a-3", "a/b", "a-2"].map { "out/\($0)" })
        #expect(paths.allSatisfy { laptop.exists($0) } && !laptop.exists("x"))
    }

    // MARK: Bundles

    @Test func `pipes, devices, links and enormous files in a bundle are found and not read`() throws {
        try laptop.succeed("export", "--case", "HN-1", "--to", "bundle", env: archive)
        let before = try soon("verify bundle --json")
        try #require(before.status == 0, "\(before.out)")
        let hostile = [
            "mkfifo bundle/data/bodies/1.json", "ln -s /etc/passwd bundle/data/bodies/1.json",
            "ln -s 1.json bundle/data/bodies/1.json", "truncate -s 1T bundle/data/bodies/1.json",
            "truncate -s 1T bundle/data/keys/archive.vkey", "truncate -s 1T bundle/VERIFY.txt",
            "truncate -s 1T bundle/data/dossier.json", "truncate -s 1T bundle/data/files/*",
            "truncate -s 1T bundle/data/log/checkpoint", "truncate -s 1T bundle/tagmanifest-sha256.txt",
            "truncate -s 1T bundle/manifest-sha256.txt", "truncate -s 1T bundle/signatures/tagmanifest.note",
            "truncate -s 1T bundle/index.html", "truncate -s 1T bundle/print.html",
            "truncate -s 1T bundle/data/ro-crate-metadata.json", "truncate -s 1T bundle/data/log/checkpoints.jsonl",
            "mkdir bundle/data/bodies/1.json", "mknod bundle/data/bodies/1.json c 1 5",
            "python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('bundle/data/bodies/1.json')\"",
        ]
        for attack in hostile {
            let target = try #require(attack.split(separator: " ").last { $0.contains("bundle/") })
                .filter { $0 != "'" && $0 != ")" && $0 != "\"" }
            let path = target.hasPrefix("socket") ? "bundle/data/bodies/1.json" : String(target)
            let clear = attack.hasPrefix("truncate") ? "true" : "rm \(path)"
            let made = try laptop.shell("cp -a bundle kept && \(clear) && \(attack)")
            // Whoever may not make devices is not tested with them.
            if made.status != 0, attack.hasPrefix("mknod") { continue }
            try #require(made.status == 0, "\(attack): \(made.err)")
            let outcome = try soon("verify bundle")
            #expect(outcome.status == 1, "\(attack): \(outcome.status) \(outcome.err)")
            #expect(try laptop.shell("rm -rf bundle && mv kept bundle").status == 0)
        }
        #expect(try soon("verify bundle").status == 0)
    }

    // MARK: Files that are named

    @Test(
        arguments: TestTier.some(
            [
                "trust X", "verify X", "verify --against X", "verify --policy X", "add X", "add --manifest X",
                "signer enroll X",
                "signer archive-key --from X", "handover receive X", "open X --key a.txt --to out",
                "open a.txt --key X --to out",
                "timestamp --response X", "loop --holidays X", "verify --key X",
            ], oneIn: 2)) func `a file that is none or has no end is refused wherever one is named`(command: String)
        throws
    {
        try laptop.file("empty", "")
        try laptop.sparseFile("enormous", size: 1 << 40)
        let made = try laptop.shell("mkfifo pipe; ln -s nowhere dangling; ln -s loop loop; mkdir folder")
        try #require(made.status == 0)
        let before = try laptop.listing()
        for name in ["/dev/zero", "/dev/full", "pipe", "dangling", "loop", "folder", "enormous", "empty"] {
            // What can be added, as far as there is room; a year without holidays.
            if command == "add X", ["enormous", "empty"].contains(name) { continue }
            if command == "loop --holidays X", name == "empty" { continue }
            let outcome = try soon(command.replacing("X", with: name))
            #expect(outcome.status != 0 && outcome.status < 128, "\(command) \(name): \(outcome.status) \(outcome.err)")
        }
        #expect(try laptop.listing() == before)
    }
}
