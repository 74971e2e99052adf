import Foundation
import Testing

/// `case step` and `inspection step`: what happened to a problem and in an inspection, with its evidence.
struct StepTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    /// Entries: 2 the inspection, 3 its case, 4 a record outside both, 5 a record in the case.
    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.succeed("inspection", "open", "XC-1", "--title", "示例县巡查", env: archive)
        try laptop.succeed("case", "open", "HN-1", "--inspection", "XC-1", "--title", "冷库氨气报警失效", env: archive)
        try laptop.file("a.txt", "甲")
        try laptop.file("b.txt", "乙")
        try laptop.succeed("add", "a.txt", "--title", "反馈单", env: archive)
        try laptop.succeed("add", "b.txt", "--title", "复查照片", "--case", "HN-1", env: archive)
    }

    private func numbers(_ document: JSON?) -> [Int]? { document?.array.compactMap(\.int) }

    private func size() throws -> Int? { try laptop.json("status", env: archive)["size"]?.int }

    private func text(_ path: String) throws -> String {
        String(decoding: try Laptop.bytes(laptop.folder + "/" + path), as: UTF8.self)
    }

    // MARK: What is recorded

    @Test func `a step is recorded with its evidence, which is linked where it stood outside`() throws {
        let taken = try laptop.json(
            "case", "step", "HN-1", "feedback", "--evidence", "5", "--evidence", "4", "--evidence", "4",
            "--occurred-at", "2026-03-12T14:30", "--due", "2026-04-01", "--to", "样例公司", "--summary", "当场反馈",
            env: archive)
        #expect(taken.names == ["checkpoint", "id", "linked", "seq", "step"])
        #expect(taken["id"]?.string == "HN-1" && taken["step"]?.string == "feedback" && taken["seq"]?.int == 7)
        #expect(numbers(taken["linked"]) == [4] && taken["checkpoint"]?["size"]?.int == 8)
        let shown = try laptop.json("show", "7", env: archive)
        #expect(shown["type"]?.string == "case.step" && shown["step"]?.string == "feedback")
        #expect(shown["dossiers"]?.array.compactMap(\.string).sorted() == ["HN-1", "XC-1"])
        #expect(shown["evidence"]?.array.compactMap { $0["seq"]?.int } == [4, 5])
        #expect(shown["occurred"]?["from"]?.string == "2026-03-12T14:30+08:00")
        #expect(shown["due"]?.string == "2026-04-01" && shown["to"]?.string == "样例公司")
        #expect(shown["summary"]?.string == "当场反馈" && shown["result"] == nil)
        let link = try laptop.json("show", "6", env: archive)
        #expect(link["type"]?.string == "dossier.linked" && link["commit"]?.int == 8)
        #expect(link["entries"]?.array.compactMap { $0["seq"]?.int } == [4])
        for (command, name) in [("case", "HN-1"), ("inspection", "XC-1")] {
            let dossier = try laptop.json(command, "show", name, env: archive)
            #expect(numbers(dossier["linked"]) == [4] && numbers(dossier["entries"])?.suffix(3) == [5, 6, 7])
        }
        // What belongs to the case by now is not linked again, and what outside has corrections brings them along.
        #expect(
            numbers(try laptop.json("case", "step", "HN-1", "talk", "--evidence", "4", env: archive)["linked"]) == [])
        try laptop.expectVerified()
    }

    @Test func `corrections of evidence come into the case with it`() throws {
        try laptop.succeed("amend", "4", "--reason", "笔误", "--title", "反馈书", env: archive)
        let taken = try laptop.json("case", "step", "HN-1", "feedback", "--evidence", "4", env: archive)
        #expect(numbers(taken["linked"]) == [4] && taken["seq"]?.int == 8)
        #expect(numbers(try laptop.json("case", "show", "HN-1", env: archive)["linked"]) == [4, 6])
        try laptop.expectVerified()
    }

    @Test func `every step is known by its Chinese name too`() throws {
        for (chinese, step) in [
            ("反馈", "feedback"), ("整改", "rectify"), ("复查", "recheck"), ("销号", "close"), ("重新开启", "reopen"),
            ("移交", "transfer"), ("约谈", "talk"),
        ] {
            let result = step == "recheck" ? ["--result", "通过"] : []
            let taken = try laptop.start(["case", "step", "HN-1", chinese, "--json"] + result, env: archive).wait().json
            #expect(taken["step"]?.string == step)
        }
        for (chinese, step) in [
            ("告知", "notice"), ("进驻", "arrival"), ("离场", "departure"), ("报告", "report"), ("反馈", "feedback"),
            ("线索移交", "clues"), ("整改报告", "rectification"), ("结果报送", "results"),
        ] {
            let taken = try laptop.json("inspection", "step", "XC-1", chinese, env: archive)
            #expect(taken["step"]?.string == step)
            #expect(
                try laptop.json("show", "\(taken["seq"]?.int ?? 0)", env: archive)["type"]?.string == "inspection.step")
        }
        let shown = try laptop.succeed("inspection", "show", "XC-1", "--lang", "zh", env: archive).out
        for word in ["整改", "重新开启", "告知", "离场", "线索移交", "结果报送"] { #expect(shown.contains(word), "\(word)") }
        try laptop.expectVerified()
    }

    @Test func `a re-check has to have a result, and no other step has one`() throws {
        func result(_ arguments: String...) throws -> String? {
            let taken = try laptop.start(["case", "step", "HN-1"] + arguments + ["--json"], env: archive).wait().json
            return try laptop.json("show", "\(taken["seq"]?.int ?? 0)", env: archive)["result"]?.string
        }
        let untold = try laptop.run("case", "step", "HN-1", "recheck", env: archive)
        #expect(untold.status == 64 && untold.err.contains("--result passed or --result failed"))
        #expect(try result("recheck", "--result", "passed") == "passed")
        #expect(try result("recheck", "--result", "failed") == "failed")
        #expect(try result("复查", "--result", "未通过") == "failed")
        #expect(try result("close") == nil)
        let said = try laptop.succeed("case", "step", "HN-1", "复查", "--result", "failed", "--lang", "zh", env: archive)
        #expect(said.out == "已记录案件 HN-1 的步骤：复查（未通过），第 10 条。\n")
        let linked = try laptop.succeed(
            "case", "step", "HN-1", "移交", "--evidence", "4", "--to", "省纪委", "--lang", "zh", env: archive)
        #expect(linked.out == "已记录案件 HN-1 的步骤：移交，第 12 条。已关联第 4 条。\n")
    }

    @Test func `no order is asked for: the archive records what happened`() throws {
        for step in ["close", "reopen", "close", "recheck --result passed", "transfer", "feedback", "close"] {
            let outcome = try laptop.shell("evidence case step HN-1 \(step)", env: archive)
            #expect(outcome.status == 0, "\(outcome.err)")
        }
        for step in ["results", "notice", "departure", "arrival"] {
            try laptop.succeed("inspection", "step", "XC-1", step, "--occurred-at", "2020-01-01", env: archive)
        }
        try laptop.expectVerified()
    }

    // MARK: What is refused

    @Test func `what can't be recorded is refused in a sentence, and nothing is written`() throws {
        let day = "“2026-02-30” is no day that exists. Write 2026-03-12."
        let before = try size()
        for (arguments, status, sentence) in [
            (
                ["case", "step", "HN-1", "appeal"], 64,
                "“appeal” is no step of a case. Write one of: feedback, rectify, recheck, close, reopen, transfer, talk."
            ),
            (
                ["inspection", "step", "XC-1", "recheck"], 64,
                "“recheck” is no step of an inspection. Write one of: notice, arrival, departure, report, feedback, clues, rectification, results."
            ),
            (
                ["case", "step", "HN-1", "close", "--result", "passed"], 64,
                "Only a re-check (recheck) has a result: leave out --result."
            ),
            (
                ["case", "step", "HN-1", "recheck", "--result", "perhaps"], 64,
                "“perhaps” is no result of a re-check. Write one of: passed, failed."
            ),
            (
                ["case", "step", "没有", "close"], 66,
                "There is no case “没有” in this archive. evidence case list shows them; evidence case open makes one."
            ),
            (
                ["case", "step", "XC-1", "close"], 66,
                "There is no case “XC-1” in this archive. evidence case list shows them; evidence case open makes one."
            ),
            (["inspection", "step", "HN-1", "notice"], 66, "There is no inspection “HN-1” in this archive."),
            (
                ["case", "step", "HN-1", "close", "--evidence", "3"], 65,
                "Entry 3 is no record but case.opened, which shows no step. Name records."
            ),
            (["case", "step", "HN-1", "close", "--due", "2026-02-30"], 65, day),
            (
                ["case", "step", "HN-1", "close", "--due", "2026-04-01T12:00"], 65,
                "“2026-04-01T12:00” is no day that exists. Write 2026-03-12."
            ),
            (
                ["case", "step", "HN-1", "close", "--occurred-at", "2026-03-13/2026-03-12"], 65,
                "“2026-03-13/2026-03-12” ends before it begins."
            ),
            (["case", "step", "HN-1", "transfer", "--to", " "], 64, "--to may not be empty."),
            (["case", "step", "HN-1", "talk", "--summary", ""], 64, "--summary may not be empty."),
        ] as [([String], Int32, String)] {
            try laptop.expectSentence(arguments, status, sentence, env: archive)
        }
        for (arguments, status) in [
            (["case", "step", "HN-1", "close", "--evidence", "99"], 66), (["case", "step", "HN-1"], 64),
            (["case", "step", "HN-1", "close", "--evidence", "x"], 64),
            (["case", "step", "HN-1", "close", "--occurred-at", "昨天"], 65),
            (["inspection", "step", "XC-1", "notice", "--result", "passed"], 64),
        ] as [([String], Int32)] {
            for language in ["en", "zh"] {
                let outcome = try laptop.start(arguments + ["--lang", language], env: archive).wait()
                #expect(outcome.status == status && outcome.out.isEmpty, "\(arguments): \(outcome.err)")
            }
        }
        #expect(try size() == before)
    }

    @Test func `what was withdrawn is no evidence`() throws {
        try laptop.succeed("withdraw", "4", "--authority", "省安委办", "--reason", "涉密", env: archive)
        try laptop.expectRefused(
            "case", "step", "HN-1", "close", "--evidence", "4", status: 65, naming: "4", "6", env: archive)
    }

    // MARK: What is corrected

    @Test func `a step is amended, but not its evidence, and withdrawn`() throws {
        try laptop.succeed(
            "case", "step", "HN-1", "recheck", "--result", "passed", "--evidence", "5", "--summary", "涉及某人", "--to",
            "样例公司", env: archive)
        try laptop.succeed(
            "amend", "6", "--reason", "笔误", "--result", "未通过", "--due", "2026-05-01", "--occurred-at", "2026-04-02",
            "--unset", "to", env: archive)
        let shown = try laptop.json("show", "6", env: archive)
        #expect(shown["result"]?.string == "failed" && shown["due"]?.string == "2026-05-01" && shown["to"] == nil)
        #expect(shown["occurred"]?["from"]?.string == "2026-04-02")
        #expect(shown["amendments"]?.array[0]["former"]?["result"]?.string == "passed")
        let text = try laptop.succeed("show", "6", "--lang", "zh", env: archive).out
        for line in ["复查结果：通过 → 未通过", "期限：（无） → 2026-05-01", "接收单位或约谈对象：样例公司 → （无）"] {
            #expect(text.contains(line), "\(text)")
        }
        let before = try size()
        for (arguments, sentence) in [
            (["--place", "某处"], "Entry 6 is a step, of which “place” is not said."),
            (["--severity", "major"], "Entry 6 is a step, of which “severity” is not said."),
            (
                ["--unset", "evidence"],
                "“evidence” can't be taken away here. What can be: due, occurred-at, result, summary, to."
            ),
        ] {
            let outcome = try laptop.start(
                ["amend", "6", "--reason", "x"] + arguments + ["--lang", "en"], env: archive
            ).wait()
            #expect(outcome.status == 64 && outcome.err == "evidence: \(sentence)\n", "\(outcome.err)")
        }
        try laptop.succeed("case", "step", "HN-1", "close", env: archive)
        try laptop.expectRefused("amend", "8", "--reason", "x", "--result", "passed", status: 64, env: archive)
        try laptop.expectRefused("amend", "5", "--reason", "x", "--summary", "s", status: 64, env: archive)
        #expect(try size() == (before ?? 0) + 1)
        try laptop.succeed("withdraw", "6", "--authority", "省安委办", "--reason", "误录", env: archive)
        for command in [["show", "6"], ["show", "7"], ["case", "show", "HN-1"], ["log"], ["search", "某人"]] {
            let outcome = try laptop.start(command + ["--lang", "zh"], env: archive).wait()
            #expect(outcome.status == 0 && !outcome.out.contains("涉及某人"), "\(command): \(outcome.out)")
        }
        try laptop.expectVerified()
    }

    // MARK: Where it is told

    @Test func `a step is found by what was said of it, in its case and as it stands`() throws {
        try laptop.succeed("case", "step", "HN-1", "talk", "--summary", "约谈企业主要负责人", env: archive)
        func found(_ arguments: String...) throws -> [Int]? {
            let document = try laptop.start(["search", "--json"] + arguments, env: archive).wait().json
            #expect(document["cases"]?.array.isEmpty == true && document["records"]?.array.isEmpty == true)
            return document["steps"]?.array.compactMap { $0["seq"]?.int }
        }
        #expect(try found("负责人") == [6])
        #expect(try found("负责人", "--case", "HN-1") == [6] && found("负责人", "--inspection", "XC-1") == [6])
        #expect(try found("负责人", "--until", "2020-01-01") == [])
        let said = try laptop.succeed("search", "负责人", "--lang", "zh", env: archive).out
        for word in ["约谈", "HN-1", "情况：", "找到 1 个步骤。"] { #expect(said.contains(word), "\(said)") }
        #expect(try laptop.succeed("search", "负责人", "--lang", "en", env: archive).out.hasSuffix("Found 1 step.\n"))
        try laptop.succeed("amend", "6", "--reason", "笔误", "--summary", "约谈分管领导", env: archive)
        #expect(try found("负责人") == [] && found("分管") == [6])
        try laptop.succeed("verify", "--full", env: archive)
    }

    @Test func `a bundle tells each step with its evidence, and verifies`() throws {
        try laptop.succeed(
            "case", "step", "HN-1", "feedback", "--evidence", "4", "--to", "<样例&公司>", "--summary",
            "当场反馈\n<script>alert(1)</script>", "--due", "2026-04-01", env: archive)
        try laptop.succeed(
            "case", "step", "HN-1", "recheck", "--evidence", "5", "--result", "failed", "--occurred-at", "2026-04-02",
            env: archive)
        try laptop.succeed("amend", "8", "--reason", "补正", "--result", "passed", env: archive)
        let exported = try laptop.json("export", "--case", "HN-1", "--to", "bundle", env: archive)
        #expect(exported["records"]?.int == 2)
        try laptop.succeed("verify", "bundle", env: archive)
        let page = try text("bundle/index.html")
        for piece in [
            "<span lang=\"zh-Hans\">反馈</span>", "<span lang=\"zh-Hans\">复查（通过）</span>", "href=\"#e4\"", "id=\"e4\"",
            "id=\"e7\"", "2026-04-01", "&lt;样例&amp;公司&gt;", "<bdi>当场反馈</bdi><br>",
            "<del><span lang=\"zh-Hans\">未通过</span>", "<dt><span lang=\"zh-Hans\">期限</span>",
        ] {
            #expect(page.contains(piece), "\(piece)")
        }
        #expect(!page.contains("<script"))
        let print = try text("bundle/print.html")
        #expect(
            print.contains("<span lang=\"zh-Hans\">复查（通过）</span>") && print.contains("<td class=\"day\">2026-04-02"))
        #expect(try text("bundle/data/ro-crate-metadata.json").contains("\"name\":\"当场反馈\\n<script>"))
        // What was said of a step can be kept back like any other record's words.
        try laptop.succeed("export", "--case", "HN-1", "--to", "less", "--withhold", "7", env: archive)
        try laptop.succeed("verify", "less", env: archive)
        #expect(try !text("less/index.html").contains("当场反馈"))
        try laptop.succeed("export", "--inspection", "XC-1", "--to", "whole", env: archive)
        try laptop.succeed("verify", "whole", env: archive)
    }
}

extension Laptop {
    /// Runs what is refused with exactly this sentence in English, and with one in Chinese.
    func expectSentence(
        _ arguments: [String], _ status: Int32, _ sentence: String, env: [String: String?],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try start(arguments + ["--lang", "en"], env: env).wait()
        #expect(outcome.status == status && outcome.out.isEmpty, "\(arguments)", sourceLocation: sourceLocation)
        #expect(outcome.err == "evidence: \(sentence)\n", "\(arguments)", sourceLocation: sourceLocation)
        let chinese = try start(arguments + ["--lang", "zh"], env: env).wait()
        #expect(chinese.status == status && chinese.out.isEmpty, "\(arguments)", sourceLocation: sourceLocation)
        Prose.expectSentence(chinese, "zh-Hans", sourceLocation: sourceLocation)
    }
}
