import Foundation
import Testing

/// What `export` hands over, and what it keeps back.
struct HandingOverTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    /// Entries: 2 the inspection, 3 its case, 4 a photo and 5 a text in the case, 6 a text outside, which 7 links.
    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.succeed("inspection", "open", "XC-1", "--title", "示例县巡查", "--unit", "示例县人民政府", env: archive)
        try laptop.succeed("case", "open", "HN-1", "--inspection", "XC-1", "--title", "冷库氨气报警失效", env: archive)
        let made = try laptop.shell("ffmpeg -v error -f lavfi -i color=size=64x48 -frames:v 1 -f mjpeg a.jpg")
        try #require(made.status == 0, "\(made.err)")
        try laptop.file("b.html", "<!DOCTYPE html><script>alert(1)</script>\n")
        try laptop.file("c.txt", "匿名来信\n")
        try laptop.succeed("add", "a.jpg", "--case", "HN-1", "--title", "现场照片", env: archive)
        try laptop.succeed("add", "b.html", "--case", "HN-1", env: archive)
        try laptop.succeed("add", "c.txt", "--title", "来信", env: archive)
        try laptop.succeed("case", "link", "HN-1", "6", env: archive)
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: laptop.folder + "/" + folder).sorted()
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try Laptop.bytes(laptop.folder + "/" + path), as: UTF8.self)
    }

    @Test func `a withheld record leaves its entry alone, and so does what corrects it`() throws {
        try laptop.succeed("amend", "4", "--reason", "笔误", "--title", "举报人住所照片", env: archive)
        try laptop.succeed("custody", "4", "--from", "李四", "--to", "档案室", env: archive)
        let exported = try laptop.json("export", "--case", "HN-1", "--to", "bundle", "--withhold", "4", env: archive)
        #expect(exported["withheld"]?.array.compactMap(\.int) == [4, 8, 9])
        #expect(exported["records"]?.int == 2)
        let files = try names("bundle")
        for seq in [4, 8, 9] {
            #expect(!files.contains("data/bodies/\(seq).json") && files.contains("data/proofs/\(seq).tlog-proof"))
        }
        #expect(!files.contains { $0.hasSuffix(".jpg") })
        for path in files where Laptop.status(laptop.folder + "/bundle/" + path)?.isFile == true {
            let text = try text("bundle/" + path)
            for secret in ["举报人", "现场照片", "a.jpg"] { #expect(!text.contains(secret), "\(path): \(secret)") }
        }
        let report = try laptop.json("verify", "bundle", env: archive)
        #expect(report["warnings"]?.array.contains { $0["code"]?.string == "bodies-withheld" } == true)
        let said = try laptop.succeed("verify", "bundle", "--lang", "zh", env: archive).out
        #expect(said.contains("保留了本案卷 3 个条目的正文（4、8、9）"))
        try laptop.expectVerified()
    }

    @Test func `a withheld correction of the case itself is told nowhere`() throws {
        try laptop.succeed("amend", "3", "--reason", "笔误", "--title", "改后的题名", env: archive)
        try laptop.succeed("export", "--case", "HN-1", "--to", "bundle", "--withhold", "8", env: archive)
        for path in try names("bundle") where Laptop.status(laptop.folder + "/bundle/" + path)?.isFile == true {
            #expect(try !text("bundle/" + path).contains("改后的题名"), "\(path)")
        }
        #expect(try !text("bundle.handover.txt").contains("改后的题名"))
        let report = try laptop.json("verify", "bundle", env: archive)
        #expect(report["notChecked"]?.array.compactMap(\.string) == ["index.html", "print.html"])
    }

    @Test func `what can't be withheld is refused before anything is written`() throws {
        for (seq, word) in [("3", "case.opened"), ("7", "dossier.linked"), ("1", "1"), ("99", "99")] {
            try laptop.expectRefused(
                "export", "--case", "HN-1", "--to", "bundle", "--withhold", seq, status: 65, naming: word, env: archive)
            #expect(!laptop.exists("bundle"))
        }
        try laptop.expectRefused("export", "--to", "bundle", status: 64, env: archive)
        try laptop.expectRefused(
            "export", "--case", "HN-1", "--inspection", "XC-1", "--to", "bundle", status: 64, env: archive)
        try laptop.expectRefused(
            "export", "--inspection", "HN-1", "--to", "b", status: 66, naming: "HN-1", env: archive)
    }

    @Test func `an inspection takes its cases along, and what was linked to them`() throws {
        let exported = try laptop.json("export", "--inspection", "XC-1", "--to", "bundle", env: archive)
        #expect(exported["inspection"]?.string == "XC-1" && exported["records"]?.int == 3)
        let dossier = try JSON(Array(text("bundle/data/dossier.json").utf8))
        #expect(dossier["entries"]?.array.compactMap { $0["seq"]?.int } == [2, 3, 4, 5, 7, 8])
        #expect(dossier["linked"]?.array.compactMap(\.int) == [6])
        try laptop.succeed("verify", "bundle", env: archive)
        let shown = try laptop.json("inspection", "show", "XC-1", env: archive)
        #expect(shown["entries"]?.array.compactMap(\.int) == [2, 3, 4, 5, 7, 8])
        let listed = try laptop.json("inspection", "list", env: archive)["inspections"]?.array
        #expect(listed?.compactMap { $0["id"]?.string } == ["XC-1"])
        for language in ["en", "zh"] {
            let text = try laptop.succeed("inspection", "show", "XC-1", "--lang", language, env: archive).out
            for word in ["XC-1", "示例县巡查", "示例县人民政府", "来信"] { #expect(text.contains(word)) }
        }
    }

    @Test func `a slim bundle has no entry of anybody else's and says what that costs`() throws {
        try laptop.succeed("case", "open", "HN-2", "--title", "无关", env: archive)
        let exported = try laptop.json("export", "--case", "HN-1", "--to", "bundle", "--slim", env: archive)
        #expect(exported["slim"]?.bool == true)
        let entries = try FileManager.default.contentsOfDirectory(atPath: laptop.folder + "/bundle/data/entries")
        #expect(Set(entries) == Set([0, 1, 3, 4, 5, 6, 7, 9].map { "\($0).json" }))
        #expect(!laptop.exists("bundle/data/log/tile/entries"))
        let outcome = try laptop.run("verify", "bundle", "--json", env: archive)
        #expect(outcome.status == 3)
        let report = try outcome.json
        #expect(report["ok"]?.bool == true && report["complete"]?.bool == false)
        #expect(report["unchecked"]?.array.compactMap { $0["code"]?.string } == ["entries-not-checked"])
        #expect(report["size"]?.int == 10)
    }

    @Test func `earlier exports stay with their recipients unless they are asked for`() throws {
        try laptop.succeed("export", "--case", "HN-1", "--to", "one", "--recipient", "甲单位", env: archive)
        try laptop.succeed("export", "--case", "HN-1", "--to", "two", "--recipient", "乙单位", env: archive)
        try laptop.succeed("export", "--case", "HN-1", "--to", "three", "--with-exports", env: archive)
        #expect(!laptop.exists("two/data/bodies/8.json") && laptop.exists("three/data/bodies/8.json"))
        for bundle in ["one", "two", "three"] {
            let outcome = try laptop.run("verify", bundle, "--json", env: archive)
            #expect(try outcome.json["ok"]?.bool == true)
        }
    }

    @Test func `files have names that a browser plays and none that it runs`() throws {
        try laptop.succeed("export", "--case", "HN-1", "--to", "bundle", env: archive)
        let suffixes = try names("bundle/data/files").map { String($0.split(separator: ".").last ?? "") }
        #expect(suffixes.sorted() == ["jpg", "txt", "txt"])
        let crate = try JSON(Array(text("bundle/data/ro-crate-metadata.json").utf8))
        let names = crate["@graph"]?.array.compactMap { $0["name"]?.string } ?? []
        for name in ["a.jpg", "b.html", "c.txt", "现场照片", "来信", "李四"] { #expect(names.contains(name), "\(name)") }
        let described = Set(
            crate["@graph"]?.array.filter { $0["@type"]?.string == "File" }.compactMap { $0["@id"]?.string } ?? [])
        let there = try self.names("bundle/data").filter { path in
            Laptop.status(laptop.folder + "/bundle/data/" + path)?.isFile == true && path != "ro-crate-metadata.json"
        }
        #expect(described == Set(there))
    }

    @Test func `the same case exported twice differs in what time and the export make differ alone`() throws {
        try laptop.succeed("export", "--case", "HN-1", "--to", "one", env: archive)
        try laptop.succeed("export", "--case", "HN-1", "--to", "two", env: archive)
        let (one, two) = (Set(try names("one")), Set(try names("two")))
        #expect(
            one.symmetricDifference(two) == [
                "data/bodies/8.json", "data/bodies/9.json", "data/proofs/9.tlog-proof",
                "data/log/tile/0/000.p/9", "data/log/tile/0/000.p/10",
                "data/log/tile/entries/000.p/9", "data/log/tile/entries/000.p/10",
            ])
        let mayDiffer: Set = [
            "bag-info.txt", "data/dossier.json", "data/log/checkpoint", "data/log/checkpoints.jsonl",
            "data/ro-crate-metadata.json", "index.html", "manifest-sha256.txt", "print.html",
            "signatures/tagmanifest.note", "tagmanifest-sha256.txt",
        ]
        for path in one.intersection(two) where Laptop.status("\(laptop.folder)/one/\(path)")?.isFile == true {
            if mayDiffer.contains(path) || path.hasPrefix("data/proofs/") { continue }
            #expect(
                try Laptop.bytes("\(laptop.folder)/one/\(path)") == Laptop.bytes("\(laptop.folder)/two/\(path)"),
                "\(path)")
        }
    }

    @Test func `other people's validators find bundles of every kind valid`() throws {
        try laptop.succeed("amend", "5", "--reason", "笔误", "--title", "网页 “新” <b>", env: archive)
        try laptop.succeed("withdraw", "6", "--authority", "省安委办", "--reason", "误录", env: archive)
        let made = try laptop.shell(
            """
            set -e
            ffmpeg -v error -f lavfi -i sine=duration=1 -f ipod d.m4a
            ffmpeg -v error -f lavfi -i testsrc=size=64x48:duration=1 -pix_fmt yuv420p -f mp4 -movflags frag_keyframe e.mp4
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -utf8 -subj /CN=court \
                -keyout court.key -out court.pem 2>&1
            printf 秘 > s.txt; mkdir f; printf 1 > "f/100%0A .txt"; printf 2 > $'f/\\xb2\\xe2.bin'; printf 3 > 'f/说 明.txt'
            """)
        try #require(made.status == 0, "\(made.err)")
        try laptop.succeed("add", "d.m4a", "e.mp4", "--case", "HN-1", "--kind", "interview", env: archive)
        try laptop.succeed("add", "f", "--case", "HN-1", env: archive)
        try laptop.succeed("add", "c.txt", "--case", "HN-1", "--reference", env: archive)
        try laptop.succeed("case", "step", "HN-1", "feedback", "--evidence", "4", "--to", "样例公司", env: archive)
        try laptop.succeed("add", "s.txt", "--case", "HN-1", "--sealed", "--reader", "court.pem", env: archive)
        let sealed = ["--reader", "court.pem", "--key", "court.key"]
        for arguments in [
            ["--case", "HN-1", "--to", "whole"] + sealed, ["--case", "HN-1", "--to", "whole.zip", "--zip"] + sealed,
            ["--inspection", "XC-1", "--to", "slim", "--slim", "--withhold", "4"] + sealed,
        ] {
            let outcome = try laptop.start(["export"] + arguments, env: archive).wait()
            try #require(outcome.status == 0, "\(outcome.err)")
        }
        #expect(try laptop.shell("ls whole/data/sealed/*/*.cms slim/data/sealed/*/*.cms").status == 0)
        let unpacked = try laptop.shell("unzip -q whole.zip -d unpacked")
        try #require(unpacked.status == 0, "\(unpacked.out)\(unpacked.err)")
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let tools = package + "/.venv/bin"
        for bundle in ["whole", "slim", "unpacked"] {
            for command in [
                "'\(tools)/bagit.py' --validate '\(bundle)'",
                "'\(tools)/bagit_profile.py' --file '\(package)/archive-schema/bagit-profile.json' urn:evidence-archive:v1:bagit-profile '\(bundle)'",
            ] {
                let outcome = try laptop.shell(command)
                #expect(outcome.status == 0, "\(command): \(outcome.out)\(outcome.err)")
            }
        }
        let seeded = try laptop.shell(
            "'\(tools)/python' '\(package)/Tests/Fixtures/seed-crate-cache.py' '\(laptop.folder)/contexts'")
        try #require(seeded.status == 0, "\(seeded.err)")
        for bundle in ["whole", "slim", "whole.zip"] {
            let outcome = try laptop.shell(
                "'\(tools)/rocrate-validator' -y validate --requirement-severity required --offline --cache-path '\(laptop.folder)/contexts' -v --no-paging '\(bundle)'"
            )
            #expect(
                outcome.status == 0 && outcome.out.contains("is a valid ro-crate-1.1"), "\(outcome.out.suffix(3000))")
        }
    }
}
