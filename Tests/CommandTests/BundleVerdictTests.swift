import EvidenceTestSupport
import Foundation
import Testing

/// What `verify` says of a bundle, and what it leaves to the exporter's word.
struct BundleVerdictTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]
    private static let word = ["index.html", "print.html"]

    init() throws {
        laptop = try Laptop.withArchive()
        try export(from: laptop, archive)
    }

    private func export(from laptop: Laptop, _ archive: [String: String?]) throws {
        try laptop.file("a.txt", "a")
        try laptop.succeed("case", "open", "HN-2026-001", "--title", "冷库", env: archive)
        try laptop.succeed("add", "a.txt", "--case", "HN-2026-001", env: archive)
        try laptop.succeed("export", "--case", "HN-2026-001", "--to", "bundle", env: archive)
    }

    private func notChecked(_ bundle: String) throws -> [String]? {
        try laptop.json("verify", bundle)["notChecked"]?.array.compactMap(\.string)
    }

    @Test func `the verdict names the pages, which are the exporter's word`() throws {
        #expect(try notChecked("bundle") == BundleVerdictTests.word)
        let english = try laptop.succeed("verify", "bundle").out
        #expect(!english.contains("everything"), "\(english)")
        let chinese = try laptop.succeed("verify", "bundle", "--lang", "zh-Hans", "--quiet").out
        #expect(chinese.contains("结论：完好") && chinese.contains("导出人的说法"), "\(chinese)")
        for path in BundleVerdictTests.word { #expect(english.contains(path) && chinese.contains(path)) }
        #expect(!english.contains("verify.py") && !english.contains("bag-info.txt"))
        // An archive has no such files.
        #expect(try laptop.json("verify", "archive")["notChecked"] == nil)
        try laptop.succeed("export", "--case", "HN-2026-001", "--to", "bundle.zip", "--zip", env: archive)
        #expect(try notChecked("bundle.zip") == BundleVerdictTests.word)
    }

    /// Lists and signatures are made anew, as somebody does who has every key in the office.
    @Test(arguments: [
        ("VERIFY.txt", "s/It must end with GOOD/It need not end with GOOD/"),
        ("VERIFY.zh-CN.txt", "s/最后应显示/最后无须显示/"), ("verify.py", "s/NOT GOOD/GOOD/"),
        ("data/ro-crate-metadata.json", "s/李四/王五/"),
        ("bag-info.txt", "s/^External-Description: .*/External-Description: cleared/"),
    ])
    func `what tells how to check is compared with what this program writes`(path: String, edit: String) throws {
        let forged = try laptop.shell(
            "set -e; sed -i \"\(edit)\" bundle/\(path)\n\(VerifyTextTests.reseal)\n\(VerifyTextTests.sign)")
        try #require(forged.status == 0, "\(forged.err)")
        let verified = try laptop.run("verify", "bundle")
        #expect(verified.status == 0 && verified.out.contains("somebody changed it"), "\(verified.out)")
        #expect(try notChecked("bundle") == BundleVerdictTests.word + [path])
    }

    /// A case with all that a catalogue tells of.
    @Test(arguments: [[], ["--slim"], ["--withhold", "6"], ["--with-exports"]])
    func `the catalogue of an untouched bundle is made anew to the byte`(options: [String]) throws {
        try laptop.file("b.html", "<b>")
        try laptop.file("copy/a.jpg", "a")
        try laptop.succeed("add", "b.html", "copy/a.jpg", "--title", "副本", env: archive)
        try laptop.succeed("add", "b.html", "--reference", "--title", "原处", "--case", "HN-2026-001", env: archive)
        try laptop.succeed("case", "link", "HN-2026-001", "5", env: archive)
        try laptop.succeed("amend", "2", "--reason", "笔误", "--title", "冷库氨气", env: archive)
        try laptop.succeed("signer", "create", "wangwu", "--person", "王五", env: archive)
        try laptop.succeed("signer", "enroll", "wangwu", "--as", "lisi", env: archive)
        let outcome = try laptop.start(
            ["export", "--case", "HN-2026-001", "--to", "again", "--as", "lisi"] + options, env: archive
        ).wait()
        try #require(outcome.status == 0, "\(outcome.err)")
        let report = try laptop.run("verify", "again", "--media-root", ".", "--json").json
        #expect(report["ok"]?.bool == true)
        #expect(report["notChecked"]?.array.compactMap(\.string) == BundleVerdictTests.word, "\(report)")
    }

    @Test func `a bundle of a successor says that the older archive was not checked`() throws {
        try laptop.succeed("checkpoint", "--to", "last.txt", env: archive)
        let next: [String: String?] = ["EVIDENCE_ARCHIVE": "next"]
        try laptop.succeed(
            "init", "next", "--origin", "evidence.example/team-7-2", "--as", "lisi", "--continues", "last.txt",
            "--reason",
            "硬盘损坏")
        let removed = try laptop.shell("rm -r bundle bundle*.handover.txt")
        try #require(removed.status == 0, "\(removed.err)")
        try export(from: laptop, next)
        let key = try #require(try laptop.json("status", env: next)["key"]?.string)
        for bundle in ["bundle", "bundle.zip"] {
            if bundle == "bundle.zip" {
                try laptop.succeed("export", "--case", "HN-2026-001", "--to", bundle, "--zip", env: next)
            }
            let alone = try laptop.json("verify", bundle)
            #expect(alone["continues"]?["origin"]?.string == "evidence.example/team-7")
            #expect(alone["warnings"]?.array.contains { $0["code"]?.string == "predecessor-not-checked" } == true)
            #expect(try laptop.succeed("verify", bundle).out.contains("Continues"))
            let place = URL(fileURLWithPath: laptop.folder + "/" + bundle)
            #expect(try IndependentVerifier.check(place, ["--key", key]).words.contains("predecessor-not-checked"))
            let both = try laptop.json("verify", bundle, "--against", "archive")
            #expect(both["warnings"]?.array.contains { $0["code"]?.string == "predecessor-not-checked" } == false)
        }
    }
}
