import Foundation
import Testing

/// What hazard ledgers and inspection plans say, kept in the openings of cases and inspections.
struct LedgerTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws { laptop = try Laptop.withArchive() }

    @Test func `what a ledger says of a problem is kept, shown and amended`() throws {
        try laptop.succeed(
            "case", "open", "HN-2", "--severity", "重大", "--found", "2026-03-12T10:00", "--county", "示例县",
            "--responsible", "王五", "--measures", "更换报警器", "--funds", "3万元", "--plan", "停用冷库", "--due", "2026年4月1日",
            env: archive)
        var opened = try laptop.json("case", "show", "HN-2", env: archive)
        for (member, value) in [
            ("severity", "major"), ("county", "示例县"), ("responsible", "王五"), ("measures", "更换报警器"), ("funds", "3万元"),
            ("plan", "停用冷库"), ("due", "2026-04-01"),
        ] {
            #expect(opened[member]?.string == value, "\(member)")
            let entry = try laptop.json("show", "2", env: archive)
            #expect(entry[member]?.string == value, "\(member)")
        }
        #expect(opened["occurred"]?["from"]?.string == "2026-03-12T10:00+08:00" && opened["person"] == nil)
        for command in [["case", "show", "HN-2"], ["show", "2"]] {
            let text = try laptop.start(command + ["--lang", "zh"], env: archive).wait().out
            for word in ["隐患等级：", "重大", "责任人：", "王五", "整改措施：", "整改资金：", "应急预案：", "期限：", "发现时间："] {
                #expect(text.contains(word), "\(word)")
            }
            #expect(
                try laptop.start(command + ["--lang", "en"], env: archive).wait().out.contains("Responsible person:"))
        }
        try laptop.succeed(
            "amend", "2", "--reason", "延期", "--due", "2026-05-01", "--severity", "general", "--responsible", "赵六",
            "--occurred-at", "2026-03-11", "--unset", "funds", env: archive)
        opened = try laptop.json("case", "show", "HN-2", env: archive)
        #expect(opened["due"]?.string == "2026-05-01" && opened["severity"]?.string == "general")
        #expect(opened["responsible"]?.string == "赵六" && opened["funds"] == nil)
        #expect(opened["occurred"]?["from"]?.string == "2026-03-11")
        try laptop.expectVerified()
    }

    @Test func `an inspection's team, days and kind of unit are kept, shown and amended`() throws {
        try laptop.succeed(
            "inspection", "open", "XC-2", "--county", "示例县", "--leader", "李四:二级巡视员:省安委办", "--deputy", "王五",
            "--member", "赵六：专家", "--member", "钱七", "--drawn", "随机抽取", "--planned", "2026-03-12/2026-03-25",
            "--unit-kind", "市县", env: archive)
        let opened = try laptop.json("inspection", "show", "XC-2", env: archive)
        let team = try #require(opened["team"]?.array)
        #expect(team.compactMap { $0["role"]?.string } == ["leader", "deputy", "member", "member"])
        #expect(team[0]["name"]?.string == "李四" && team[0]["rank"]?.string == "二级巡视员")
        #expect(team[0]["unit"]?.string == "省安委办" && team[1]["rank"] == nil && team[2]["rank"]?.string == "专家")
        #expect(opened["planned"]?["from"]?.string == "2026-03-12" && opened["planned"]?["to"]?.string == "2026-03-25")
        #expect(opened["unitKind"]?.string == "county" && opened["drawn"]?.string == "随机抽取")
        let text = try laptop.succeed("inspection", "show", "XC-2", "--lang", "zh", env: archive).out
        for word in ["李四（组长，二级巡视员，省安委办）", "王五（副组长）", "钱七（组员）", "随机抽取", "2026-03-12 – 2026-03-25", "市县"] {
            #expect(text.contains(word), "\(word)")
        }
        try laptop.succeed("amend", "2", "--reason", "换人", "--leader", "孙八", "--unset", "drawn", env: archive)
        let now = try laptop.json("inspection", "show", "XC-2", env: archive)
        #expect(now["team"]?.array.compactMap { $0["name"]?.string } == ["孙八"] && now["drawn"] == nil)
        try laptop.expectVerified()
    }

    @Test func `what no ledger says is refused in a sentence, and nothing is written`() throws {
        for (arguments, status, sentence) in [
            (
                ["case", "open", "HN-2", "--severity", "grave"], 64,
                "“grave” is no severity. Write one of: general, major."
            ),
            (
                ["case", "open", "HN-2", "--due", "2026-02-30"], 65,
                "“2026-02-30” is no day that exists. Write 2026-03-12."
            ),
            (
                ["inspection", "open", "XC-2", "--unit-kind", "village"], 64,
                "“village” is no kind of unit. Write one of: county, township, department, enterprise."
            ),
            (
                ["inspection", "open", "XC-2", "--leader", "李四:"], 64,
                "--leader wants NAME, NAME:RANK or NAME:RANK:UNIT, not “李四:”."
            ),
            (
                ["inspection", "open", "XC-2", "--member", "a:b:c:d"], 64,
                "--member wants NAME, NAME:RANK or NAME:RANK:UNIT, not “a:b:c:d”."
            ),
            (
                ["inspection", "open", "XC-2", "--planned", "2026-03-12"], 65,
                "“2026-03-12” is no period of days. Write 2026-03-12/2026-03-25."
            ),
            (
                ["inspection", "open", "XC-2", "--planned", "2026-03-12/2026-02-30"], 65,
                "“2026-02-30” is no day that exists. Write 2026-03-12."
            ),
            (
                ["inspection", "open", "XC-2", "--planned", "2026-03-25/2026-03-12"], 65,
                "“2026-03-25/2026-03-12” ends before it begins."
            ),
        ] as [([String], Int32, String)] {
            try laptop.expectSentence(arguments, status, sentence, env: archive)
        }
        try laptop.expectRefused("case", "open", "HN-2", "--found", "昨天", status: 65, naming: "昨天", env: archive)
        #expect(try laptop.json("status", env: archive)["size"]?.int == 2)
    }
}
