import EvidenceTestSupport
import Foundation
import Testing

/// `amend`, `withdraw` and `custody` as people use them.
struct CorrectionTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.succeed("case", "open", "HN-1", "--title", "冷库", env: archive)
        try laptop.file("a.txt", "甲")
        try laptop.file("b.txt", "乙")
        try laptop.succeed(
            "add", "a.txt", "--title", "旧标题", "--place", "1号冷库", "--device", "相机A", "--serial", "SN-1", "--case",
            "HN-1",
            env: archive)
        try laptop.succeed("add", "b.txt", "--title", "举报信", env: archive)
    }

    @Test func `a record as it stands and as it stood`() throws {
        let amended = try laptop.json(
            "amend", "3", "--reason", "地点写错", "--title", "新标题", "--place", "2号冷库", "--serial", "SN-2", "--person",
            "安全员:王五", env: archive)
        #expect(amended["seq"]?.int == 5 && amended["target"]?.int == 3)
        try laptop.succeed("amend", "3", "--reason", "多余", "--unset", "place", "--unset", "device", env: archive)
        let shown = try laptop.json("show", "3", env: archive)
        #expect(shown["title"]?.string == "新标题" && shown["place"] == nil)
        #expect(shown["acquired"]?["serial"]?.string == "SN-2" && shown["acquired"]?["device"] == nil)
        let amendments = try #require(shown["amendments"]?.array)
        #expect(amendments.map { $0["seq"]?.int } == [5, 6])
        #expect(amendments[0]["former"]?["title"]?.string == "旧标题")
        #expect(amendments[0]["reason"]?.string == "地点写错" && amendments[0]["person"]?.string == "李四")
        #expect(amendments[1]["former"]?["place"]?.string == "2号冷库")
        #expect(try laptop.json("list", "--case", "HN-1", env: archive)["records"]?.array[0]["title"]?.string == "新标题")
        let list = try laptop.succeed("list", "--lang", "zh", env: archive).out
        #expect(list.contains("新标题（已更正）") && !list.contains("旧标题"))
        let text = try laptop.succeed("show", "3", "--lang", "zh", env: archive).out
        for word in ["旧标题 → 新标题", "1号冷库 → 2号冷库", "2号冷库 → （无）", "地点写错", "第 5 条", "李四"] {
            #expect(text.contains(word), "\(word)")
        }
        #expect(try laptop.succeed("show", "3", "--lang", "en", env: archive).out.contains("旧标题 → 新标题"))
        // What was recorded first is still what the entry commits to.
        #expect(try laptop.json("show", "5", env: archive)["dossiers"]?.array.compactMap(\.string) == ["HN-1"])
        try laptop.expectVerified()
    }

    @Test func `an amended kind is what list finds it by`() throws {
        try laptop.succeed("amend", "3", "--reason", "归类有误", "--kind", "letter", env: archive)
        func found(_ kind: String) throws -> [Int] {
            try laptop.json("list", "--kind", kind, env: archive)["records"]?.array.compactMap { $0["seq"]?.int } ?? []
        }
        #expect(try found("letter") == [3])
        #expect(try found("document") == [4])
        try laptop.succeed("amend", "3", "--reason", "原来没错", "--kind", "document", env: archive)
        #expect(try found("letter") == [])
        #expect(try found("document") == [3, 4])
    }

    @Test func `a case's title, unit and content are amended where its opening is`() throws {
        try laptop.succeed("amend", "2", "--reason", "补充", "--unit", "样例公司", "--content", "C4", env: archive)
        let cases = try laptop.json("case", "list", env: archive)["cases"]?.array
        #expect(cases?[0]["unit"]?.string == "样例公司" && cases?[0]["content"]?.string == "C4")
        #expect(try laptop.succeed("case", "show", "HN-1", env: archive).out.contains("样例公司"))
        try laptop.expectRefused(
            "amend", "2", "--reason", "x", "--place", "某处", status: 64, naming: "place", env: archive)
        try laptop.expectRefused(
            "amend", "3", "--reason", "x", "--unit", "某公司", status: 64, naming: "unit", env: archive)
    }

    @Test func `what can't be amended is refused in a sentence, and nothing is written`() throws {
        try laptop.succeed("amend", "3", "--reason", "x", "--title", "新", env: archive)
        let before = try laptop.json("status", env: archive)["size"]?.int
        for (arguments, status) in [
            (["amend", "3", "--reason", "x", "--title", "新"], 64), (["amend", "3", "--reason", "x"], 64),
            (["amend", "3", "--reason", " ", "--title", "又"], 64),
            (["amend", "3", "--reason", "x", "--kind", "no"], 64),
            (["amend", "3", "--reason", "x", "--unset", "files"], 64),
            (["amend", "3", "--reason", "x", "--unset", "title"], 64),
            (["amend", "5", "--reason", "x", "--title", "又"], 65),
            (["amend", "1", "--reason", "x", "--title", "又"], 65),
            (["amend", "0", "--reason", "x", "--title", "又"], 65),
            (["amend", "99", "--reason", "x", "--title", "又"], 66),
            (["amend", "3", "--title", "又"], 64), (["withdraw", "1", "--authority", "a", "--reason", "r"], 65),
            (["withdraw", "3", "--reason", "r"], 64), (["withdraw", "3", "--authority", "", "--reason", "r"], 64),
            (["custody", "2", "--from", "a", "--to", "b"], 65), (["custody", "3", "--from", "a", "--to", " "], 64),
            (["custody", "3", "--from", "a", "--to", "b", "--occurred-at", "昨天"], 65),
        ] as [([String], Int32)] {
            for language in ["en", "zh"] {
                let outcome = try laptop.start(arguments + ["--lang", language], env: archive).wait()
                #expect(outcome.status == status && outcome.out.isEmpty, "\(arguments): \(outcome.err)")
            }
        }
        #expect(try laptop.json("status", env: archive)["size"]?.int == before)
    }

    @Test func `a withdrawn record shows who ordered it, and nothing of what it said`() throws {
        try laptop.succeed("amend", "4", "--reason", "涉及某人", "--description", "某某举报", env: archive)
        let outcome = try laptop.json("withdraw", "4", "--authority", "省安委办", "--reason", "涉密", env: archive)
        #expect(outcome["seq"]?.int == 6)
        let shown = try laptop.json("show", "4", env: archive)
        #expect(shown["withdrawn"]?.bool == true && shown["title"] == nil && shown["files"] == nil)
        #expect(shown["withdrawal"]?["authority"]?.string == "省安委办")
        #expect(shown["withdrawal"]?["person"]?.string == "李四" && shown["withdrawal"]?["reason"]?.string == "涉密")
        #expect(try laptop.json("show", "5", env: archive)["withdrawal"]?["seq"]?.int == 6)
        for command in [["list"], ["show", "4"], ["show", "5"], ["log"]] {
            for language in ["en", "zh"] {
                let outcome = try laptop.start(command + ["--lang", language], env: archive).wait()
                #expect(outcome.status == 0 && !outcome.out.contains("举报"), "\(command)")
            }
        }
        #expect(try laptop.succeed("list", "--lang", "zh", env: archive).out.contains("已撤销（省安委办）"))
        #expect(try laptop.succeed("list", "--lang", "en", env: archive).out.contains("withdrawn (省安委办)"))
        try laptop.expectRefused("get", "4", status: 66, env: archive)
        try laptop.expectRefused(
            "withdraw", "4", "--authority", "a", "--reason", "r", status: 65, naming: "6", env: archive)
        try laptop.expectRefused("amend", "4", "--reason", "r", "--title", "t", status: 65, naming: "6", env: archive)
        try laptop.expectVerified()
    }

    @Test func `a case whose opening was withdrawn goes by its identity, and is on every list`() throws {
        let id = try #require(try laptop.json("case", "list", env: archive)["cases"]?.array[0]["dossierId"]?.string)
        try laptop.succeed("case", "step", "HN-1", "feedback", "--evidence", "3", env: archive)
        let warned = try laptop.start(
            ["withdraw", "2", "--authority", "省安委办", "--reason", "涉密", "--lang", "en"], env: archive
        ).wait()
        #expect(warned.status == 0 && warned.err.contains(id), "\(warned.err)")
        for words in [["case", "list"], ["loop"], ["loop", "--at", "9999-12-31"]] {
            let document = try laptop.start(words + ["--json"], env: archive).wait().json
            #expect(document["cases"]?.array.map { $0["id"]?.string } == [id], "\(words)")
            #expect(document["cases"]?[0]?["withdrawn"]?.bool == true && document["cases"]?[0]?["title"] == nil)
        }
        #expect(
            try laptop.succeed("case", "list", "--lang", "en", env: archive).out.contains("opening withdrawn (省安委办)"))
        #expect(try laptop.succeed("case", "list", "--lang", "zh", env: archive).out.contains("立案条目已撤销（省安委办）"))
        #expect(try laptop.succeed("loop", "--lang", "zh", env: archive).out.contains(id))
        #expect(try laptop.json("list", "--case", id, env: archive)["records"]?.array.map { $0["seq"]?.int } == [3])
        #expect(try laptop.json("show", "3", env: archive)["dossiers"]?.array.compactMap(\.string) == [id])
        #expect(try laptop.succeed("case", "show", id, "--lang", "zh", env: archive).out.contains("立案条目已撤销"))
        let report = try laptop.start(["report", "--case", id, "--to", "报告.html"], env: archive).wait()
        #expect(report.status == 0, "\(report.err)")
        try laptop.succeed("export", "--case", id, "--to", "bundle", env: archive)
        try laptop.succeed("verify", "bundle", env: archive)
        let own = try laptop.shell("cd bundle && python3 verify.py")
        #expect(own.status == 0 && own.out.contains("GOOD 完好"), "\(own.out)\(own.err)")
        // Its name is gone for the machine that knew it as well; another case may have it.
        try laptop.expectRefused("case", "step", "HN-1", "talk", status: 66, naming: "HN-1", env: archive)
        try laptop.succeed("case", "open", "HN-1", "--title", "另一案", env: archive)
        // It is worked on under that name, too.
        try laptop.succeed("case", "step", id, "talk", env: archive)
        try laptop.file("又一份.txt", "又一份\n")
        try laptop.succeed("add", "又一份.txt", "--case", id, env: archive)
        #expect(try laptop.json("case", "show", id, env: archive)["records"] != nil)
        try laptop.expectVerified()
        let key = try #require(try laptop.json("status", env: archive)["key"]?.string)
        let independent = try IndependentVerifier.check(URL(fileURLWithPath: laptop.archive), ["--key", key])
        #expect(independent.status == 0, "\(independent.text)")
    }

    /// What is linked to a case belongs to its inspection's bundle as well, and so does what corrects it.
    @Test func `corrections of a record that was linked to a case go out with its inspection`() throws {
        for name in ["甲", "乙"] {
            try laptop.file("\(name).txt", "\(name)\n")
            try laptop.succeed("add", "\(name).txt", env: archive)
        }
        try laptop.succeed("inspection", "open", "XC-9", "--title", "i", env: archive)
        try laptop.succeed("case", "open", "HN-9", "--title", "k", "--inspection", "XC-9", env: archive)
        let seqs = try laptop.json("list", env: archive)["records"]?.array.compactMap { $0["seq"]?.int }.suffix(2) ?? []
        let (first, second) = (try #require(seqs.first), try #require(seqs.last))
        try laptop.succeed("case", "link", "HN-9", "\(first)", "\(second)", env: archive)
        try laptop.succeed("amend", "\(first)", "--reason", "笔误", "--title", "更正后的标题", env: archive)
        try laptop.succeed("withdraw", "\(second)", "--authority", "省安委办", "--reason", "涉密", env: archive)
        try laptop.succeed("export", "--inspection", "XC-9", "--to", "out", env: archive)
        #expect(try String(decoding: Laptop.bytes(laptop.folder + "/out/index.html"), as: UTF8.self).contains("更正后的标题"))
        try laptop.succeed("verify", "out", env: archive)
        let own = try laptop.shell("cd out && python3 verify.py")
        #expect(own.status == 0, "\(own.out)\(own.err)")
    }

    @Test(arguments: [2, 3]) func `what somebody deleted is damaged, and not withdrawn`(seq: Int) throws {
        try deleteBody(of: seq)
        let shows =
            seq == 3
            ? [["list"], ["show", "3"], ["case", "show", "HN-1"]]
            : [["show", "2"]]
        for words in shows {
            for (language, missing) in [
                ("en", "body missing: run evidence verify"), ("zh", "正文缺失：请执行 evidence verify"),
            ] {
                let outcome = try laptop.start(words + ["--lang", language], env: archive).wait()
                #expect(outcome.status == 1 && outcome.out.contains(missing), "\(words): \(outcome.out)\(outcome.err)")
                #expect(!outcome.out.contains("已撤销") && !outcome.out.contains("withdrawn"), "\(words)")
            }
        }
        let shown = try laptop.start(["show", "\(seq)", "--json"], env: archive).wait()
        #expect(try shown.status == 1 && shown.json["bodyMissing"]?.bool == true)
        #expect(try shown.json["withdrawn"] == nil)
        // A record that stands beside it is listed all the same.
        let list = try laptop.start(["list", "--json"], env: archive).wait()
        #expect(try list.status == (seq == 3 ? 1 : 0) && list.json["records"]?.array.count == 2)
        let refused =
            seq == 3
            ? [
                ["get", "3", "--to", "out"], ["amend", "3", "--reason", "r", "--title", "t"],
                ["withdraw", "3", "--authority", "a", "--reason", "r"],
                ["case", "step", "HN-1", "feedback", "--evidence", "3"],
            ]
            : [["case", "show", "HN-1"], ["amend", "2", "--reason", "r", "--title", "t"]]
        for words in refused {
            let outcome = try laptop.start(words + ["--lang", "en"], env: archive).wait()
            #expect(outcome.status == 1 && outcome.err.contains("entry \(seq)"), "\(words): \(outcome.err)")
        }
        for words in [["export", "--case", "HN-1", "--to", "bundle"], ["report", "--case", "HN-1", "--to", "r.html"]] {
            let outcome = try laptop.start(words, env: archive).wait()
            #expect(outcome.status != 0 && !outcome.err.isEmpty, "\(words)")
            #expect(!laptop.exists("bundle") && !laptop.exists("r.html"))
        }
    }

    private func deleteBody(of seq: Int, in laptop: Laptop? = nil) throws {
        let deleted = try (laptop ?? self.laptop).shell(
            """
            t=$(sqlite3 archive/archive.sqlite "SELECT sql FROM sqlite_schema WHERE name = 'body_remains'")
            sqlite3 archive/archive.sqlite "DROP TRIGGER body_remains; DELETE FROM body WHERE seq = \(seq); $t"
            """)
        try #require(deleted.status == 0, "\(deleted.err)")
    }

    /// Entry 2 opens HN-1, 3 is what its re-check goes by; 6 is a step of HN-2, 7 corrects its opening, 8 links all that it has.
    @Test(arguments: [2, 3, 6, 7, 8]) func `one entry that somebody deleted does not hide the rest of the board`(
        seq: Int
    )
        throws
    {
        try laptop.succeed("case", "open", "HN-2", "--title", "锅炉房", env: archive)
        try laptop.succeed("case", "step", "HN-2", "feedback", env: archive)
        try laptop.succeed("amend", "5", "--reason", "笔误", "--title", "锅炉间", env: archive)
        try laptop.succeed("case", "link", "HN-2", "4", env: archive)
        try laptop.succeed("case", "step", "HN-1", "recheck", "--result", "passed", "--evidence", "3", env: archive)
        for words in ["loop", "status", "coverage"] { try laptop.succeed(words, env: archive) }
        try deleteBody(of: seq)
        func lists(_ words: [String]) throws -> Outcome {
            let outcome = try laptop.start(words, env: archive).wait()
            #expect(outcome.status == 1, "\(words): \(outcome.out)\(outcome.err)")
            #expect(
                outcome.err.contains("entry \(seq)") && outcome.err.contains("evidence verify"),
                "\(words): \(outcome.err)")
            return outcome
        }
        for words in [["loop"], ["status"], ["coverage"]] + (seq == 2 ? [["case", "list"]] : []) {
            let text = try lists(words + ["--lang", "en"])
            if words != ["status"], words != ["coverage"] {
                #expect(text.out.contains("HN-2") && text.out.contains("opening missing") == (seq == 2), "\(text.out)")
                #expect(!text.out.contains("withdrawn"), "\(text.out)")
            }
            let document = try lists(words + ["--json", "--lang", "en"]).json
            if words[0] != "case" {
                #expect(document["incomplete"]?.string?.contains("ntry \(seq)") == true, "\(words)")
            }
            if let cases = document["cases"]?.array, cases.count > 0 {
                #expect(cases.count == 2 && cases[0]["bodyMissing"]?.bool == (seq == 2 ? true : nil), "\(cases)")
                #expect(cases.allSatisfy { $0["withdrawn"] == nil })
            }
        }
        let chinese = try laptop.start(["loop", "--lang", "zh"], env: archive).wait()
        #expect(chinese.status == 1 && chinese.err.contains("第 \(seq) 条"), "\(chinese.err)")
        #expect(chinese.out.contains("立案条目正文缺失") == (seq == 2), "\(chinese.out)")
        // What is written to files says it, too.
        _ = try lists(["loop", "--to", "loop.html", "--to", "loop.csv", "--to", "loop.ics", "--lang", "en"])
        _ = try lists(["coverage", "--to", "coverage.html", "--to", "coverage.csv", "--lang", "en"])
        for name in ["loop.html", "loop.csv", "loop.ics", "coverage.html", "coverage.csv"] {
            // Lines of a calendar are folded.
            let text = try String(decoding: Laptop.bytes(laptop.folder + "/" + name), as: UTF8.self)
                .replacing("\r\n ", with: "")
            #expect(text.lowercased().contains("not complete") && text.contains("ntry \(seq)"), "\(name)")
        }
        // Several archives: this one is named as not read to the end, and what it has is shown.
        try laptop.succeed("init", "other", "--origin", "other.example/a")
        let several = try laptop.start(["loop", "--archive", "archive", "--archive", "other", "--json", "--lang", "en"])
            .wait()
        #expect(several.status == 1, "\(several.err)")
        #expect(try several.json["cases"]?.array.count == 2 && several.json["unread"]?.array.count == 1)
        // The other case is whole.
        if seq == 2 { try laptop.succeed("case", "show", "HN-2", env: archive) }
    }

    @Test func `an inspection whose opening somebody deleted is not one that never was`() throws {
        try laptop.succeed("inspection", "open", "XC-1", env: archive)
        try deleteBody(of: 5)
        let empty = try Laptop.withArchive(origin: "evidence.example/team-8")
        for places in [[], ["--archive", "archive", "--archive", empty.archive]] {
            let board = try laptop.start(
                ["loop", "--inspection", "XC-1", "--lang", "en"] + places, env: places.isEmpty ? archive : [:]
            ).wait()
            #expect(board.status == 1 && board.err.contains("entry 5"), "\(board.err)")
        }
        // Where there are only inspections, status says it, too.
        try empty.succeed("inspection", "open", "XC-1", "--archive", "archive")
        try deleteBody(of: 2, in: empty)
        let status = try empty.start(["status", "--archive", "archive", "--lang", "en"]).wait()
        #expect(status.status == 1 && status.err.contains("entry 2") && status.out.contains("Records"), "\(status.err)")
    }

    @Test func `a hand-over is told with its record`() throws {
        try laptop.succeed(
            "custody", "3", "--from", "李四", "--to", "档案室", "--occurred-at", "2026-03-20", "--description", "封存完好",
            env: archive)
        let custody = try #require(try laptop.json("show", "3", env: archive)["custody"]?.array)
        #expect(custody.count == 1 && custody[0]["to"]?.string == "档案室" && custody[0]["at"]?.string == "2026-03-20")
        let text = try laptop.succeed("show", "3", "--lang", "zh", env: archive).out
        #expect(text.contains("李四 → 档案室") && text.contains("封存完好"))
        try laptop.expectVerified()
    }

    @Test func `a bundle carries the corrections of what it hands over, also of what was linked after them`() throws {
        try laptop.succeed("amend", "4", "--reason", "笔误", "--title", "匿名来信", env: archive)
        try laptop.succeed("custody", "4", "--from", "李四", "--to", "档案室", env: archive)
        try laptop.succeed("case", "link", "HN-1", "4", env: archive)
        try laptop.succeed("amend", "4", "--reason", "又一次", "--place", "信访室", env: archive)
        try laptop.succeed("export", "--case", "HN-1", "--to", "bundle", env: archive)
        for seq in [4, 5, 6, 8] { #expect(laptop.exists("bundle/data/bodies/\(seq).json"), "\(seq)") }
        try laptop.succeed("verify", "bundle", env: archive)
    }

    @Test func `a record in more cases than an entry may name is corrected in all of them`() throws {
        for number in 2...20 {
            try laptop.succeed("case", "open", "HN-\(number)", env: archive)
            try laptop.succeed("case", "link", "HN-\(number)", "3", env: archive)
        }
        let amended = try laptop.json("amend", "3", "--reason", "r", "--title", "新", env: archive)
        let seq = try #require(amended["seq"]?.int)
        #expect(try laptop.json("show", "\(seq)", env: archive)["dossiers"]?.array.count == 20)
        try laptop.succeed("export", "--case", "HN-20", "--to", "bundle", env: archive)
        #expect(laptop.exists("bundle/data/bodies/\(seq).json"))
        try laptop.succeed("verify", "bundle", env: archive)
        try laptop.expectVerified()
    }
}
