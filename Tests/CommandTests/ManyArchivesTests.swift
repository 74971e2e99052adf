import EvidenceTestSupport
import Foundation
import Testing

/// Several archives looked at together: three teams' laptops, whose archives were brought to one office.
struct ManyArchivesTests {
    private let office: Laptop
    private let seven: Laptop
    private let eight: Laptop
    private let here: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    /// `teams/7` and `teams/8` lie at the office.
    ///
    /// Team 8 has case 甲-1 of two records, which team 7 has joined as 乙-9 with
    /// one; both have a case 同名 of their own, with a record each.
    init() throws {
        office = try Laptop()
        seven = try Laptop()
        eight = try Laptop()
        let teams = [(seven, "evidence.example/team-7", "第七组"), (eight, "evidence.example/team-8", nil)]
        for (laptop, origin, title) in teams {
            let titled = title.map { ["--title", $0] } ?? []
            let made = try laptop.start(
                ["init", "archive", "--origin", origin, "--as", "lisi", "--person", "李四"] + titled
            ).wait()
            #expect(made.status == 0, "\(made.err)")
        }
        try eight.succeed("case", "open", "甲-1", "--title", "冷库报警失效", env: here)
        try add("e1", to: "甲-1", eight)
        try add("e2", to: "甲-1", eight)
        try eight.succeed("export", "--case", "甲-1", "--to", seven.folder + "/bundle", env: here)
        try seven.succeed("case", "open", "乙-9", "--joins", "bundle", env: here)
        try add("s1", to: "乙-9", seven)
        for laptop in [seven, eight] {
            try laptop.succeed("case", "open", "同名", env: here)
            try add(laptop === seven ? "s2" : "e3", to: "同名", laptop)
        }
        try add("e4", to: nil, eight)
        try bring(seven, "7")
        try bring(eight, "8")
    }

    /// A record whose title is the file's name; `报警` stands in its description.
    private func add(_ name: String, to caseName: String?, _ laptop: Laptop) throws {
        try laptop.file(name + ".txt", name)
        let added = try laptop.start(
            ["add", name + ".txt", "--title", name, "--description", "报警"] + (caseName.map { ["--case", $0] } ?? []),
            env: here
        ).wait()
        #expect(added.status == 0, "\(added.err)")
    }

    private func bring(_ laptop: Laptop, _ name: String) throws {
        let copied = try office.shell("mkdir -p teams && cp -a '\(laptop.archive)' teams/\(name)")
        #expect(copied.status == 0, "\(copied.err)")
    }

    private func titles(_ arguments: String..., status: Int32 = 0) throws -> [String] {
        let outcome = try office.start(["list", "--json"] + arguments).wait()
        #expect(outcome.status == status, "\(outcome.err)")
        return try #require(try outcome.json["records"]).array.compactMap { $0["title"]?.string }
    }

    // MARK: list

    @Test(arguments: TestTier.some([1, 3, 100, 5], oneIn: 2))
    func `the newest records are the last ones of the list`(count: Int) throws {
        let all = try titles("--archive", "teams/7", "--archive", "teams/8")
        #expect(all.count > 5)
        #expect(
            try titles("--archive", "teams/7", "--archive", "teams/8", "--last", "\(count)")
                == Array(all.suffix(count)))
    }

    @Test func `records of all archives are listed by time, and each says where it stands`() throws {
        let document = try office.json("list", "--archive", "teams/7", "--archive", "teams/8")
        #expect(document.names == ["records", "unread"] && document["unread"]?.array == [])
        let records = try #require(document["records"]).array
        #expect(records.map { $0["title"]?.string } == ["e1", "e2", "s1", "s2", "e3", "e4"])
        let (own, other) = ("evidence.example/team-7", "evidence.example/team-8")
        #expect(records.map { $0["archive"]?.string } == [other, other, own, own, other, other])
        #expect(records.map { $0["seq"]?.int } == [3, 4, 3, 5, 7, 8])
        let text = try office.succeed("list", "--archive", "teams/7", "--archive", "teams/8")
        #expect(text.outLines[0].hasPrefix("Archive  No.  When") && text.err == "")
        #expect(
            text.outLines.dropFirst().map { String($0.prefix { $0 != " " }) } == [
                "team-8", "team-8", "第七组", "第七组", "team-8", "team-8",
            ])
        let chinese = try office.succeed("list", "--lang", "zh-Hans", "--archive", "teams/7", "--archive", "teams/8")
        #expect(chinese.outLines[0].hasPrefix("档案") && chinese.outLines.count == 7)
    }

    @Test func `one archive is listed as ever, however often it is named`() throws {
        let plain = try office.succeed("list", "--archive", "teams/7")
        let twice = try office.succeed("list", "--archive", "teams/7", "--archive", "teams/../teams/7/")
        #expect(plain.out == twice.out && !plain.out.contains("Archive") && twice.err == "")
        let document = try office.json("list", "--archive", "teams/7", "--archive", "teams/7")
        #expect(document.names == ["records"] && document["records"]?[0]?["archive"] == nil)
        #expect(try office.succeed("list", env: ["EVIDENCE_ARCHIVE": "teams/7"]).out == plain.out)
        let thrice = try titles("--archive", "teams/8", "--archive", "teams/7", "--archive", "teams/8")
        #expect(thrice == ["e1", "e2", "s1", "s2", "e3", "e4"])
    }

    @Test func `a folder of archives stands for all in it`() throws {
        try office.file("teams/notes.txt")
        try office.file("teams/empty/x/y/archive.sqlite")
        #expect(try titles("--archive", "teams") == ["e1", "e2", "s1", "s2", "e3", "e4"])
        #expect(try titles("--archive", "teams", "--archive", "teams/8").count == 6)
        let alone = try office.shell("mkdir one && cp -a teams/7 one/7 && evidence list --json --archive one")
        #expect(try alone.json["records"]?[0]?["archive"]?.string == "evidence.example/team-7")
        for env in [["EVIDENCE_ARCHIVE": "teams"], ["EVIDENCE_ARCHIVE": "teams/empty"]] as [[String: String?]] {
            try office.expectRefused("list", status: 66, naming: "teams", env: env)
        }
        try office.expectRefused("list", "--archive", "teams/empty", status: 66, naming: "teams/empty")
    }

    @Test func `archives of one title are told apart`() throws {
        let nine = try Laptop()
        try nine.succeed(
            "init", "archive", "--origin", "evidence.example/team-9", "--title", "第七组", "--as", "lisi", "--person",
            "李四")
        try add("n1", to: nil, nine)
        try bring(nine, "9")
        let out = try office.succeed("list", "--archive", "teams").out
        #expect(out.contains("第七组 (evidence.example/team-7)") && out.contains("第七组 (evidence.example/team-9)"))
        #expect(out.contains("team-8 ") && !out.contains("evidence.example/team-8"))
    }

    // MARK: Cases

    @Test func `a case joined across archives is one, by either name`() throws {
        for name in ["甲-1", "乙-9"] {
            #expect(try titles("--archive", "teams", "--case", name) == ["e1", "e2", "s1"], "\(name)")
        }
        #expect(try titles("--archive", "teams/8", "--case", "甲-1") == ["e1", "e2"])
        try office.expectRefused("list", "--archive", "teams/8", "--case", "乙-9", status: 66, naming: "乙-9")
        try office.expectRefused(
            "list", "--archive", "teams", "--case", "丙", status: 66, naming: "丙")
    }

    @Test func `a case is one over several steps, and through an archive that is not there`() throws {
        let nine = try Laptop.withArchive(origin: "evidence.example/team-9")
        try seven.succeed("export", "--case", "乙-9", "--to", nine.folder + "/from-7", env: here)
        try nine.succeed("case", "open", "丙", "--joins", "from-7", env: here)
        try add("n1", to: "丙", nine)
        try bring(nine, "9")
        for name in ["甲-1", "乙-9", "丙"] {
            #expect(try titles("--archive", "teams", "--case", name) == ["e1", "e2", "s1", "n1"], "\(name)")
        }
        let ten = try Laptop.withArchive(origin: "evidence.example/team-10")
        try seven.succeed("export", "--case", "乙-9", "--to", ten.folder + "/from-7", env: here)
        try ten.succeed("case", "open", "丁", "--joins", "from-7", env: here)
        try add("t1", to: "丁", ten)
        try bring(ten, "10")
        #expect(try titles("--archive", "teams/9", "--archive", "teams/10", "--case", "丁") == ["n1", "t1"])
    }

    @Test func `cases that only share a name stay two, and that is said`() throws {
        let text = try office.run("list", "--archive", "teams", "--case", "同名")
        #expect(text.status == 0 && text.outLines.count == 3)
        #expect(text.err == "Note: 2 cases that are not joined are called “同名”: in 第七组; team-8.\n")
        let chinese = try office.run("list", "--archive", "teams", "--case", "同名", "--lang", "zh-Hans")
        #expect(chinese.err == "提示：名为“同名”的案件有 2 个，彼此未并案，分别在：第七组；team-8。\n")
        #expect(try office.run("list", "--archive", "teams", "--case", "甲-1").err == "")
    }

    // MARK: What can't be read

    @Test func `an archive that can't be read is told, and the others are shown as not all`() throws {
        // SQLite's header says at byte 68 what the file is.
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: office.folder + "/teams/7/archive.sqlite"))
        try file.seek(toOffset: 68)
        try file.write(contentsOf: Data([0, 0, 0, 0]))
        try file.close()
        for (language, words) in [
            ("en", "This is not complete: 1 of 2 archives could not be read to the end.\n"),
            ("zh-Hans", "以上并不完整：2 个档案中有 1 个未能读完。\n"),
        ] {
            let outcome = try office.run("list", "--archive", "teams", "--lang", language, "-q")
            #expect(outcome.status == 1 && outcome.out.hasSuffix(words), "\(outcome.out)")
            #expect(outcome.outLines.count == 6 && outcome.err.contains("/teams/7"))
            Prose.expectSentence(outcome, language)
            let found = try office.run("search", "报警", "--archive", "teams", "--lang", language)
            #expect(found.status == 1 && found.out.hasSuffix(words) && found.err.contains("/teams/7"))
        }
        let document = try office.run("list", "--archive", "teams", "--json")
        #expect(document.status == 1)
        let unread = try #require(try document.json["unread"])
        #expect(unread.array.count == 1 && unread[0]?.names == ["archive", "explanation"])
        #expect(unread[0]?["archive"]?.string?.hasSuffix("/teams/7") == true)
        #expect(unread[0]?["explanation"]?.string?.contains("/teams/7") == true)
        #expect(try titles("--archive", "teams", "--case", "甲-1", status: 1) == ["e1", "e2"])
        #expect(try titles("--archive", "teams", "--case", "乙-9", status: 1) == [])
    }

    @Test func `a folder without an archive and a wrong word are told as ever`() throws {
        #expect(try titles("--archive", "teams/8", "--archive", "none", status: 66) == ["e1", "e2", "e3", "e4"])
        let none = try office.run("list", "--archive", "none", "--archive", "nowhere")
        #expect(none.status == 66 && none.errLines.count == 2)
        #expect(none.out == "No records.\nThis is not complete: 2 of 2 archives could not be read to the end.\n")
        try office.expectRefused("list", "--archive", "teams", "--kind", "foto", status: 64, naming: "foto")
        try office.expectRefused("search", "", "--archive", "teams", status: 64)
    }

    @Test func `an entry that is damaged stops its own archive alone`() throws {
        let broken = try office.shell(
            """
            python3 - <<'END'
            import sqlite3
            log = sqlite3.connect("teams/8/archive.sqlite")
            for name, in log.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                log.execute(f'DROP TRIGGER "{name}"')
            log.execute("UPDATE entry SET bytes = x'00' WHERE seq = 4")
            log.commit()
            END
            """)
        try #require(broken.status == 0, "\(broken.err)")
        let outcome = try office.run("list", "--archive", "teams", "--json")
        let titles = try #require(try outcome.json["records"]).array.compactMap { $0["title"]?.string }
        #expect(outcome.status == 1 && titles == ["e1", "s1", "s2"], "\(titles) \(outcome.err)")
        #expect(try outcome.json["unread"]?.array.count == 1)
    }

    // MARK: Copies

    @Test func `of an archive and an older copy of it the newer is shown once`() throws {
        let alone = try office.run("list", "--archive", "teams/8")
        try add("e5", to: nil, eight)
        try bring(eight, "8-new")
        // A copy that was rolled back is listed as it is; to tell is the business of verify.
        #expect(try office.run("list", "--archive", "teams/8").out == alone.out && alone.err == "")
        for order in [["teams/8", "teams/8-new"], ["teams/8-new", "teams/8"]] {
            let outcome = try office.run("list", "--json", "--archive", order[0], "--archive", order[1])
            let titles = try #require(try outcome.json["records"]).array.compactMap { $0["title"]?.string }
            #expect(outcome.status == 0 && titles == ["e1", "e2", "e3", "e4", "e5"])
            #expect(outcome.err.contains("/teams/8” is an older copy of “") && outcome.err.contains("8-new”"))
            #expect(outcome.err.contains("with 9 of its 10 entries"), "\(outcome.err)")
        }
        try bring(eight, "8-again")
        let same = try office.run(
            "list", "--archive", "teams/8-new", "--archive", "teams/8-again", "--lang", "zh-Hans")
        #expect(same.status == 0 && same.outLines.count == 6 && same.err.contains("的副本，只列出一份。"))
    }

    /// Nobody needs a key to add a row to a copy, or to take one from its index.
    @Test func `a copy that goes on by what nobody signed does not take the archive's place`() throws {
        let made = try office.shell(
            """
            mkdir teams/0 && cp -a teams/8/. teams/0/
            sqlite3 teams/0/archive.sqlite "INSERT INTO entry SELECT max(seq) + 1, bytes FROM entry"
            sqlite3 teams/0/index.sqlite "DELETE FROM term WHERE term LIKE 'type:%'"
            """)
        try #require(made.status == 0, "\(made.err)")
        for order in [["teams/8", "teams/0"], ["teams/0", "teams/8"]] {
            let outcome = try office.run("list", "--json", "--lang", "en", "--archive", order[0], "--archive", order[1])
            let titles = try outcome.json["records"]?.array.compactMap { $0["title"]?.string }
            #expect(titles == ["e1", "e2", "e3", "e4"], "\(order)")
            #expect(outcome.status == 1 && outcome.err.contains("teams/0") && outcome.err.contains("evidence verify"))
        }
    }

    @Test func `of two histories the one that the archive's key signed is shown, or that is written here`() throws {
        let made = try office.shell(
            """
            cp -a teams/8 F
            t=$(sqlite3 F/archive.sqlite "SELECT sql FROM sqlite_schema WHERE name = 'entry_stays'")
            sqlite3 F/archive.sqlite "DROP TRIGGER entry_stays; UPDATE entry
                SET bytes = CAST(replace(CAST(bytes AS TEXT), 'time' || char(34, 58, 34) || '20', 'time' || char(34, 58, 34) || '21') AS BLOB)
                WHERE seq = (SELECT max(seq) FROM entry); $t"
            """)
        try #require(made.status == 0, "\(made.err)")
        for order in [["F", "teams/8"], ["teams/8", "F"]] {
            let outcome = try office.run("list", "--json", "--lang", "en", "--archive", order[0], "--archive", order[1])
            #expect(outcome.status == 1 && outcome.err.contains("“\(office.folder)/F” and “"), "\(outcome.err)")
            #expect(try outcome.json["records"]?.array.count == 4)
            #expect(try outcome.json["unread"]?[0]?["archive"]?.string == office.folder + "/F")
        }
    }

    /// A copy's index may lack what it likes; the machine knows which of the two is written on it.
    @Test func `of two alike the one that is written here is shown`() throws {
        let made = try eight.shell(
            "cp -a archive copy && sqlite3 copy/index.sqlite \"DELETE FROM term WHERE term = 'type:evidence.added'\"")
        try #require(made.status == 0, "\(made.err)")
        for order in [["archive", "copy"], ["copy", "archive"]] {
            let outcome = try eight.run("list", "--json", "--archive", order[0], "--archive", order[1])
            #expect(try outcome.json["records"]?.array.count == 4, "\(order)")
        }
    }

    @Test func `steps that a stranger's archive adds to a trusted one's case are told`() throws {
        let key = { (laptop: Laptop) in try laptop.json("status", env: here)["key"]?.string ?? "" }
        try office.succeed("trust", key(eight))
        // That it joins is nothing yet.
        #expect(try office.run("loop", "--archive", "teams").err == "")
        try seven.succeed("case", "step", "乙-9", "feedback", env: here)
        try #require(office.shell("rm -r teams/7 && rm '\(office.home)/trusted'").status == 0)
        try bring(seven, "7")
        // Who trusts nobody is told nothing of trust.
        let quiet = try office.run("loop", "--archive", "teams", "--lang", "en")
        #expect(quiet.status == 0 && quiet.err.isEmpty, "\(quiet.err)")
        try eight.succeed("checkpoint", "--to", "c.txt", env: here)
        try office.succeed("trust", eight.folder + "/c.txt")
        for (language, words) in [("en", "adds steps of its own"), ("zh-Hans", "增加了步骤")] {
            let told = try office.run("loop", "--archive", "teams", "--lang", language)
            #expect(told.status == 0 && told.err.contains(words), "\(told.err)")
            #expect(try told.err.contains("teams/7") && told.err.contains(key(seven)))
        }
        try office.succeed("trust", key(seven))
        #expect(try office.run("loop", "--archive", "teams").err == "")
    }

    @Test func `two histories of one archive are not taken for copies`() throws {
        let forked = try eight.shell("cp -a archive fork")
        try #require(forked.status == 0)
        try add("e5", to: nil, eight)
        try bring(eight, "8a")
        try eight.file("f.txt", "f")
        let home = eight.home + "-of-fork"
        try #require(try eight.shell("cp -a '\(eight.home)' '\(home)' && rm -rf '\(home)/state'").status == 0)
        let added = try eight.run(
            "add", "f.txt", "--title", "f", env: ["EVIDENCE_ARCHIVE": "fork", "EVIDENCE_HOME": home])
        try #require(added.status == 0, "\(added.err)")
        try #require(try office.shell("cp -a '\(eight.folder)/fork' teams/8b").status == 0)
        for language in ["en", "zh-Hans"] {
            let outcome = try office.run("list", "--archive", "teams/8a", "--archive", "teams/8b", "--lang", language)
            #expect(outcome.status == 1 && outcome.out.contains("e5") && !outcome.out.contains("f  "))
            #expect(outcome.err.contains("/teams/8b”") && outcome.err.contains("/teams/8a”"), "\(outcome.err)")
            Prose.expectSentence(outcome, language)
        }
    }

    // MARK: search and all others

    @Test func `search goes through all archives, the best of each first, and says where`() throws {
        let document = try office.json("search", "报警", "--archive", "teams")
        #expect(document.names == ["cases", "records", "steps", "unread"])
        #expect(try #require(document["cases"]).array.map { $0["id"]?.string } == ["乙-9", "甲-1"])
        let records = try #require(document["records"]).array
        #expect(Set(records.compactMap { $0["title"]?.string }) == ["e1", "e2", "e3", "e4", "s1", "s2"])
        #expect(Set(records.prefix(2).compactMap { $0["archive"]?.string }).count == 2)
        #expect(Set(records.prefix(4).compactMap { $0["archive"]?.string }.prefix(4)).count == 2)
        #expect(records.suffix(2).allSatisfy { $0["archive"]?.string == "evidence.example/team-8" })
        let joined = try office.json("search", "报警", "--archive", "teams", "--case", "乙-9")
        #expect(joined["records"]?.array.count == 3)
        let text = try office.succeed("search", "e3", "--archive", "teams").out
        #expect(text.contains("\n   team-8 · ") && text.hasSuffix("Found 1 record.\n"), "\(text)")
        #expect(try office.json("search", "e3", "--archive", "teams/8").names == ["cases", "records", "steps"])
    }

    @Test func `every other command takes one archive`() throws {
        let commands = [
            ["status"], ["log"], ["show", "3"], ["get", "3"], ["case", "list"], ["verify"], ["add", "x"], ["reindex"],
            ["export", "--case", "甲-1", "--to", "out"], ["checkpoint"],
        ]
        for command in commands {
            let english = try office.start(command + ["--archive", "teams/7", "--archive", "teams/8"]).wait()
            #expect(english.status == 64 && english.out == "", "\(command)")
            #expect(
                english.err
                    == "evidence: This command works on one archive: give --archive once. Only list, search, loop and coverage take several.\n"
            )
            let chinese = try office.start(
                command + ["--archive", "teams/7", "--archive", "teams/7", "--lang", "zh-Hans"]
            ).wait()
            #expect(
                chinese.status == 64
                    && chinese.err == "evidence：本命令一次只处理一个档案，--archive 只能指定一次。只有 list、search、loop、coverage 可指定多个。\n",
                "\(command)")
        }
        let help = try office.succeed("list", "--help").out.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            help.contains(
                "list, search, loop and coverage take it several times, and a folder of archives for all in it."))
        #expect(help.contains("list [<options>]") || !help.contains("[--archive"), "\(help)")
    }
}
