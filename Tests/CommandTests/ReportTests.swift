import EvidenceTestSupport
import Foundation
import Testing
import TransparencyLog

/// `evidence report`: a case or an inspection as one page for print, and what it says was checked.
struct ReportTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    /// Entries: 2 the inspection, 3 its case, 4 a record with a picture and a text in it.
    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.succeed(
            "inspection", "open", "XC-1", "--title", "示例县巡查", "--county", "儋州市", "--unit", "儋州市人民政府", env: archive)
        try laptop.succeed(
            "case", "open", "HN-1", "--inspection", "XC-1", "--title", "冷库氨气报警失效", "--found", "2026-03-03", env: archive
        )
        let made = try laptop.shell(
            "mkdir card && ffmpeg -v error -f lavfi -i testsrc=size=1600x1200 -frames:v 1 card/1.jpg && echo 甲 > card/a.txt"
        )
        try #require(made.status == 0, "\(made.err)")
        try laptop.succeed(
            "add", "card/1.jpg", "card/a.txt", "--case", "HN-1", "--title", "现场照片", "--occurred-at", "2026-03-03",
            env: archive)
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try Laptop.bytes(laptop.folder + "/" + path), as: UTF8.self)
    }

    /// The items that have a result, as `1-1 Digests`.
    private func items(_ document: JSON, _ result: String) -> [String] {
        (document["checks"]?.array ?? []).filter { $0["result"]?.string == result }.map {
            "\($0["code"]?.string ?? "") \($0["name"]?.string ?? "")"
        }
    }

    private func report(_ arguments: String..., status: Int32) throws -> JSON {
        let outcome = try laptop.start(["report", "--json"] + arguments, env: archive).wait()
        #expect(outcome.status == status, "\(outcome.err)")
        return try outcome.json
    }

    @Test func `the page tells the case's story with a timeline, a small picture, digests and what is missing`() throws
    {
        try laptop.succeed(
            "case", "step", "HN-1", "feedback", "--occurred-at", "2026-03-04", "--evidence", "4", env: archive)
        try laptop.succeed(
            "case", "step", "HN-1", "rectify", "--occurred-at", "2026-05-14", "--summary", "已更换报警器", env: archive)
        let document = try report("--case", "HN-1", "--to", "报告.html", status: 0)
        #expect(document["findings"]?.int == 2 && document["verification"]?["ok"]?.bool == true)
        let look = try Look(
            at: "报告.html", on: laptop, pdf: "报告.pdf", Look.text,
            "[...document.images].map(image => [image.naturalWidth, image.naturalHeight])",
            "[...document.querySelectorAll('.timeline text.step')].map(text => text.textContent)",
            "document.querySelectorAll('script, link, iframe').length")
        let shown = try #require(look.values[0].string)
        for words in [
            "冷库氨气报警失效", "已整改", "现场照片", "已更换报警器", "时间线", "证据清单及摘要", "四性检测（DA/T 70）",
            "2026-05-14 的“整改”没有证据。", "2026-05-14 完成整改，已超过最后期限 2026-05-06。", "未检", "通过",
        ] { #expect(shown.contains(words), "\(words)") }
        #expect(!shown.contains("Rectified on"))
        #expect(look.values[1].array.map { $0.array.compactMap(\.int) } == [[640, 480]])
        let steps = look.values[2].array.compactMap(\.string)
        #expect(steps.contains { $0.contains("2026-03-03 发现") } && steps.contains { $0.contains("2026-03-04 反馈") })
        #expect(steps.contains { $0.contains("2026-05-14 整改") })
        #expect(look.values[3].int == 0)
        #expect(look.messages == [])
        #expect(look.requests.allSatisfy { $0.hasPrefix("file://") || $0.hasPrefix("data:image/jpeg") })
        for file in try laptop.json("show", "4", env: archive)["files"]?.array ?? [] {
            let digest = try #require(file["sha256"]?.string)
            #expect(shown.replacing("\n", with: "").contains(digest))
        }
        let printed = try laptop.shell("pdfinfo 报告.pdf | grep '^Page size'; pdftotext 报告.pdf - | tr -d '\\n'")
        #expect(printed.out.contains("A4") && printed.out.contains("未检") && printed.out.contains(/1 ?\/ ?[0-9]/))
        let english = try Look(at: "报告.html", on: laptop, isEnglish: true, Look.text)
        let words = try #require(english.values[0].string)
        #expect(
            words.contains("Rectified on 2026-05-14, after the last day, 2026-05-06.") && words.contains("not checked"))
        #expect(!words.contains("未检"))
    }

    @Test func `an inspection's report has its own rules and those of its cases`() throws {
        try laptop.succeed(
            "inspection", "step", "XC-1", "arrival", "--occurred-at", "2026-03-02", "--evidence", "4", env: archive)
        try laptop.succeed(
            "inspection", "step", "XC-1", "departure", "--occurred-at", "2026-03-06", "--evidence", "4", env: archive)
        let document = try report("--inspection", "XC-1", "--to", "r.html", status: 0)
        let page = try text("r.html")
        #expect(page.contains("<rect class=\"stay\"") && page.contains("<td class=\"rule\">P1</td>"))
        let found = try laptop.json("loop", env: archive)
        let counts = [found["inspections"]?[0], found["cases"]?[0]].map { $0?["findings"]?.array.count ?? -1 }
        #expect(document["findings"]?.int == counts.reduce(0, +) && counts[0] > 1)
    }

    // MARK: What was checked, and what was not

    @Test func `what nobody outside vouches for and what was not looked at is not called passed`() throws {
        let document = try report("--case", "HN-1", "--to", "r.html", status: 0)
        #expect(
            items(document, "unchecked") == [
                "1-1 Outside times", "2-9 All that belongs to the file is in it", "3-3 Formats", "3-8 No encryption",
                "4-1, 4-2 Viruses", "4-3 Nothing else on the medium", "4-7 Keeping since it was recorded",
            ])
        #expect(items(document, "failed") == [])
        #expect(items(document, "inapplicable") == [])
    }

    /// Somebody's invented time must not stand where a trusted one would.
    @Test func `outside times are those that the reader trusts; a bundle tells each by whom it is`() throws {
        let key = try laptop.archiveKey().verifier.description
        let offices = try [Office(watching: key), Office(named: "witness.example/stranger", watching: key)]
        try laptop.succeed("trust", offices[0].key)
        for office in offices.reversed() {
            try laptop.succeed("witness", "submit", "--request", "请求.txt", "--witness", office.key, env: archive)
            let cosigned = try office.cosign(laptop.folder + "/请求.txt", "--to", laptop.folder + "/回执.txt")
            try #require(cosigned.status == 0, "\(cosigned.err)")
            try laptop.succeed("witness", "submit", "--response", "回执.txt", "--witness", office.key, env: archive)
            #expect(try laptop.shell("rm 请求.txt 回执.txt").status == 0)
        }
        // The next commit records them.
        try laptop.file("b.txt", "乙")
        try laptop.succeed("add", "b.txt", "--case", "HN-1", env: archive)
        _ = try report("--case", "HN-1", "--to", "报告.html", status: 3)
        let page = try text("报告.html")
        #expect(page.contains("witness.example/office") && !page.contains("witness.example/stranger"))
        try laptop.succeed("export", "--case", "HN-1", "--to", "案卷包", env: archive)
        let bundle = try text("案卷包/index.html")
        #expect(bundle.contains("witness.example/office") && bundle.contains("witness.example/stranger"))
    }

    @Test func `to a reader who does not know the archive's key its signatures are unchecked`() throws {
        let reader = try Laptop()
        let outcome = try reader.run(
            "report", "--case", "HN-1", "--to", "r.html", "--json", "--archive", laptop.archive)
        #expect(outcome.status == 3, "\(outcome.err)")
        #expect(items(try outcome.json, "unchecked").contains("1-1 Signatures"))
        #expect(items(try outcome.json, "passed").contains("1-1 Digests"))
    }

    @Test func `a changed file fails what it fails, and the page is written all the same`() throws {
        let digest = try #require(try laptop.json("show", "4", env: archive)["files"]?[1]?["sha256"]?.string)
        let object = "archive/objects/\(digest.prefix(2))/\(digest)"
        _ = try laptop.shell("chmod u+w \(object) && printf x | dd of=\(object) conv=notrunc status=none")
        let document = try report("--case", "HN-1", "--to", "r.html", status: 1)
        #expect(
            items(document, "failed") == [
                "1-1 Digests", "1-10 Size and content of files as recorded", "1-11 Records and files belong together",
                "2-7 Files whole",
            ])
        let page = try text("r.html")
        #expect(page.contains("<td class=\"result failed\">"))
        let said = try laptop.run("report", "--case", "HN-1", "--to", "2.html", "--lang", "zh-Hans", env: archive)
        #expect(said.out.contains("档案不完好，页面已注明。请执行 evidence verify。"))
    }

    @Test func `a file that stayed elsewhere and is not there is unchecked`() throws {
        try laptop.file("big.bin", "recording")
        try laptop.succeed("add", "big.bin", "--reference", "--case", "HN-1", env: archive)
        #expect(items(try report("--case", "HN-1", "--to", "1.html", status: 0), "passed").contains("2-7 Files whole"))
        _ = try laptop.shell("rm big.bin")
        let document = try report("--case", "HN-1", "--to", "2.html", status: 3)
        #expect(items(document, "unchecked").contains("2-7 Files whole"))
        #expect(try text("2.html").contains("须另行移交"))
    }

    // MARK: Wrong input, hostile input

    @Test func `what can't be done is said in a sentence, and leaves nothing`() throws {
        try laptop.file("there.html", "mine")
        let before = try laptop.listing()
        try laptop.expectRefused(
            "report", "--case", "HN-1", "--to", "there.html", status: 65, naming: "there.html", env: archive)
        try laptop.expectRefused("report", "--case", "HN-9", "--to", "r.html", status: 66, naming: "HN-9", env: archive)
        try laptop.expectRefused("report", "--to", "r.html", status: 64, naming: "--case", env: archive)
        try laptop.expectRefused(
            "report", "--case", "HN-1", "--inspection", "XC-1", "--to", "r.html", status: 64, naming: "--inspection",
            env: archive)
        try laptop.expectRefused(
            "report", "--case", "HN-1", "--to", "gone/r.html", status: 66, naming: "gone/r.html", env: archive)
        #expect(try laptop.listing() == before)
    }

    @Test func `markup in any field is text`() throws {
        let hostile = "'\"><script>document.title='pwned'</script><img src=x onerror=alert(1)>\u{202E}gpj"
        try laptop.succeed(
            "case", "open", hostile.prefix(60) + "", "--title", hostile, "--unit", hostile, "--county", hostile,
            "--responsible", hostile, "--measures", hostile, "--funds", hostile, "--plan", hostile, env: archive)
        try laptop.succeed(
            "case", "step", hostile.prefix(60) + "", "talk", "--to", hostile, "--summary", hostile, env: archive)
        try laptop.succeed("report", "--case", hostile.prefix(60) + "", "--to", "r.html", env: archive)
        let look = try Look(
            at: "r.html", on: laptop, "document.title", "document.querySelectorAll('img, script').length", Look.text)
        #expect(look.values[0].string != "pwned" && look.values[1].int == 0)
        #expect(look.values[2].string?.contains("<script>document.title='pwned'</script>") == true)
        #expect(look.messages == [])
    }

    @Test func `without ffmpeg the page has no small pictures and says so`() throws {
        let outcome = try laptop.run(
            "report", "--case", "HN-1", "--to", "r.html", env: ["EVIDENCE_ARCHIVE": "archive", "PATH": "/nonexistent"])
        #expect(outcome.status == 0 && outcome.out.contains("No small picture could be made of 1 file"))
        #expect(!(try text("r.html")).contains("<img"))
    }
}
