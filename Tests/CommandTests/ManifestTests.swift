import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// Records from a table.
struct ManifestTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.succeed("case", "open", "HN-2026-001", env: archive)
        for name in ["照片/1.jpg", "照片/2.jpg", "录音.m4a"] { try laptop.file("卡/" + name, name) }
    }

    /// As Excel saves “CSV UTF-8”.
    private static let table = """
        文件,标题,类别,案件,发生时间,结束时间,地点,人员,工作方式,巡查内容,说明,密级,设备,序列号,标签\r
        照片/1.jpg；照片\\2.jpg,"3号""安全出口""堵塞",照片,HN-2026-001,2026/3/12 14:30,2026年3月12日 15:10,三号冷库,\
        拍摄人:李四；王五,M6,隐患排查治理,"第一行\n第二行",内部,相机,0012,"消防\n冷库"\r
        录音.m4a,,,,2026/3/12,,,,,,,,,,\r
        ,县应急局来电,来电,,,,,,Ｍ3 受理来信来电,c9,,,,,\r

        """

    private func expectThree(_ added: JSON) throws {
        let files = added["entries"]?.array.map { $0["files"]?.array.map { $0["name"]?.string ?? "" } ?? [] }
        #expect(files == [["照片/1.jpg", "照片/2.jpg"], ["录音.m4a"], []])
        let first = try laptop.json("show", "3", env: archive)
        #expect(first["title"]?.string == "3号\"安全出口\"堵塞")
        #expect(first["kind"]?.string == "photo")
        #expect(first["dossiers"]?.array.map(\.string) == ["HN-2026-001"])
        #expect(first["occurred"]?["from"]?.string == "2026-03-12T14:30+08:00")
        #expect(first["occurred"]?["to"]?.string == "2026-03-12T15:10+08:00")
        #expect(first["place"]?.string == "三号冷库")
        #expect(first["people"]?.array.map { $0["role"]?.string } == ["拍摄人", nil])
        #expect(first["people"]?.array.map { $0["name"]?.string } == ["李四", "王五"])
        #expect(first["method"]?.string == "M6" && first["content"]?.string == "C4")
        #expect(first["description"]?.string == "第一行\n第二行" && first["classification"]?.string == "内部")
        #expect(first["acquired"]?["device"]?.string == "相机" && first["acquired"]?["serial"]?.string == "0012")
        #expect(first["tags"]?.array.map(\.string) == ["消防", "冷库"])
        let second = try laptop.json("show", "4", env: archive)
        #expect(second["title"]?.string == "录音" && second["occurred"]?["from"]?.string == "2026-03-12")
        let third = try laptop.json("show", "5", env: archive)
        #expect(third["kind"]?.string == "call" && third["method"]?.string == "M3" && third["content"]?.string == "C9")
        for seq in 3...5 { #expect(try laptop.json("show", "\(seq)", env: archive)["commit"]?.int == 6) }
        try laptop.expectVerified()
    }

    // MARK: What is understood

    @Test(
        arguments: TestTier.some(
            [
                "cat", "sed '1s/^/\\xef\\xbb\\xbf/'", "iconv -t GB18030", "tr -d '\\r'", "tr , ';'", "tr , '\\t'",
            ], oneIn: 2))
    func `a table is read as Excel and its kin save it`(saved: String) throws {
        try laptop.file("清单", ManifestTests.table)
        #expect(try laptop.shell("\(saved) < 清单 > 卡/清单.csv").status == 0)
        try expectThree(try laptop.json("add", "--manifest", "卡/清单.csv", env: archive))
    }

    @Test func `headings are Chinese or English, in any order and of any width`() throws {
        try laptop.file(
            "卡/a.csv",
            "  SERIAL NO. ,Ｔｉｔｌｅ,Files (several: one a line),备注,案件（编号）,No.,,Kind\nS-1,甲,录音.m4a,记,HN-2026-001,7,,Audio\n"
        )
        try laptop.succeed("add", "--manifest", "卡/a.csv", env: archive)
        let shown = try laptop.json("show", "3", env: archive)
        #expect(shown["title"]?.string == "甲" && shown["acquired"]?["serial"]?.string == "S-1")
        #expect(shown["description"]?.string == "记" && shown["kind"]?.string == "audio")
        #expect(shown["dossiers"]?.array.count == 1)
    }

    @Test func `characters beyond the old Chinese sets come through GB18030`() throws {
        let title = "𠮷㐀镕 — “引号” é 한"
        try laptop.file("utf8.csv", "标题,类别\n\(title),其他\n")
        #expect(try laptop.shell("iconv -t GB18030 utf8.csv > gb.csv").status == 0)
        #expect(try Laptop.bytes(laptop.folder + "/gb.csv") != Laptop.bytes(laptop.folder + "/utf8.csv"))
        let added = try laptop.run("add", "--manifest", "gb.csv", env: archive)
        #expect(added.status == 0, "\(added.err)")
        #expect(try laptop.json("show", "3", env: archive)["title"]?.string == title)
    }

    @Test func `options hold where a row leaves its column empty`() throws {
        try laptop.succeed("case", "open", "乙", env: archive)
        try laptop.file("a.csv", "标题,类别,案件,发生时间,标签\n甲,,,,\n乙,来信,乙,2026/3/1,x\n")
        try laptop.succeed(
            "add", "--manifest", "a.csv", "--kind", "来电", "--case", "HN-2026-001", "--occurred-at",
            "2026-03-12/2026-03-13", "--place", "海口", "--tag", "t", env: archive)
        let first = try laptop.json("show", "4", env: archive)
        #expect(first["kind"]?.string == "call" && first["dossiers"]?.array.map(\.string) == ["HN-2026-001"])
        #expect(first["occurred"]?["to"]?.string == "2026-03-13" && first["tags"]?.array.map(\.string) == ["t"])
        let second = try laptop.json("show", "5", env: archive)
        #expect(second["kind"]?.string == "letter" && second["dossiers"]?.array.map(\.string) == ["乙"])
        #expect(second["occurred"]?.names == ["from"] && second["place"]?.string == "海口")
        #expect(second["tags"]?.array.map(\.string) == ["x"])
    }

    @Test func `a file outside the table's folder is recorded by its own name`() throws {
        let elsewhere = try laptop.file("别处/x.txt", "x")
        try laptop.file("y.txt", "y")
        try laptop.file("卡/a.csv", "文件\n\(elsewhere)\n../y.txt\n./照片/./1.jpg\n")
        let added = try laptop.json("add", "--manifest", "卡/a.csv", env: archive)
        #expect(
            added["entries"]?.array.map { $0["files"]?[0]?["name"]?.string } == ["x.txt", "y.txt", "照片/1.jpg"])
    }

    @Test func `a list that has grown adds only its new rows`() throws {
        try laptop.file("卡/a.csv", "文件,标题,类别\n照片/1.jpg,甲,\n,来电一,来电\n")
        try laptop.succeed("add", "--manifest", "卡/a.csv", env: archive)
        try laptop.file("卡/a.csv", "文件,标题,类别\n照片/1.jpg,甲,\n,来电一,来电\n录音.m4a,乙,\n,来电二,来电\n")
        let again = try laptop.json("add", "--manifest", "卡/a.csv", env: archive)
        #expect(again["entries"]?.array.count == 2)
        #expect(again["skipped"]?.array.map { $0["seq"]?.int } == [3, 4])
        #expect(again["skipped"]?.array.map { $0["name"]?.string } == ["照片/1.jpg", "来电一"])
        let before = try laptop.listing()
        try laptop.succeed("add", "--manifest", "卡/a.csv", env: archive)
        #expect(try laptop.listing() == before)
        // In another case, files are known by their content; the same words may be of another call.
        try laptop.succeed("case", "open", "乙", env: archive)
        let other = try laptop.json("add", "--manifest", "卡/a.csv", "--case", "乙", env: archive)
        #expect(other["entries"]?.array.count == 2 && other["skipped"]?.array.count == 2)
        #expect(try laptop.json("list", "--case", "乙", env: archive)["records"]?.array.count == 4)
        try laptop.expectVerified()
    }

    @Test func `what was withdrawn is added again, and what was amended is not`() throws {
        try laptop.file("卡/a.csv", "文件,标题,类别\n照片/1.jpg,甲,\n,来电一,来电\n照片/2.jpg,,\n,来电二,来电\n")
        try laptop.succeed("add", "--manifest", "卡/a.csv", env: archive)
        for seq in ["3", "4"] {
            try laptop.succeed("amend", seq, "--reason", "笔误", "--title", "乙 \(seq)", env: archive)
        }
        for seq in ["5", "6"] {
            try laptop.succeed("withdraw", seq, "--authority", "省安委办", "--reason", "误录", env: archive)
        }
        let again = try laptop.json("add", "--manifest", "卡/a.csv", env: archive)
        #expect(again["skipped"]?.array.map { $0["seq"]?.int } == [3, 4])
        #expect(again["entries"]?.array.count == 2)
        try laptop.file("卡/a.csv", "标题,类别\n乙 4,来电\n")
        #expect(try laptop.json("add", "--manifest", "卡/a.csv", env: archive)["skipped"]?.array.count == 1)
        try laptop.expectVerified()
    }

    @Test func `Ctrl-C while a table's files are copied leaves the archive as it was, and the copies to go on from`()
        throws
    {
        try laptop.sparseFile("大.mp4", size: 512 << 20)
        try laptop.file("a.csv", "文件\n卡/录音.m4a\n大.mp4\n")
        let before = try laptop.listing()
        let adding = try laptop.start(["add", "--manifest", "a.csv", "--archive", "archive"])
        try laptop.waitForCopying()
        adding.send(SIGINT)
        #expect(try adding.wait().status == 130)
        #expect(try laptop.listing().filter { !$0.key.hasPrefix("incoming/") } == before)
        // The small one, whole, and what there was of the large one.
        #expect(try laptop.json("add", "--manifest", "a.csv", env: archive)["resumed"]?["files"]?.int == 2)
        #expect(try laptop.leftovers() == [])
        try laptop.expectVerified()
    }

    // MARK: Templates

    @Test(arguments: TestTier.some(["zh-Hans", "en"], oneIn: 2))
    func `what evidence template writes is accepted`(language: String) throws {
        for kind in ["photo", "录像", "interview", "letter", "call", "document", "Site Visit", "other", "报告"] {
            let outcome = try laptop.run("template", kind, "--to", "t-\(kind).csv", "--lang", language)
            if kind == "报告" {
                #expect(outcome.status == 64)
                continue
            }
            #expect(outcome.status == 0, "\(outcome.err)")
            #expect(outcome.out.contains("evidence add --manifest"))
            let bytes = try Laptop.bytes(laptop.folder + "/t-\(kind).csv")
            #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]) && bytes.suffix(2) == [13, 10])
            #expect(try laptop.run("template", kind, "--lang", language).output == bytes)
            // As it is, it describes nothing; with a row below, it does.
            try laptop.expectRefused("add", "--manifest", "t-\(kind).csv", status: 65, naming: kind, env: archive)
            let row = Array("卡/录音.m4a,甲 \(kind) \(language)\r\n".utf8)
            try laptop.file("filled.csv", bytes: bytes + row)
            let added = try laptop.json("add", "--manifest", "filled.csv", "--kind", kind, env: archive)
            #expect((added["entries"]?.array.count ?? 0) + (added["skipped"]?.array.count ?? 0) == 1)
        }
    }

    @Test func `a template overwrites nothing`() throws {
        try laptop.file("there.csv", "mine")
        try laptop.expectRefused("template", "photo", "--to", "there.csv", status: 65, naming: "there.csv")
        #expect(try Laptop.bytes(laptop.folder + "/there.csv") == Array("mine".utf8))
        let columns = try laptop.json("template", "照片")["columns"]?.array.compactMap(\.string)
        #expect(columns?.prefix(3) == ["files", "title", "kind"] && columns?.contains("serial") == true)
    }
}
