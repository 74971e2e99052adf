import Foundation
import Testing

/// `evidence verify --quick` and `--sample`: what they say, in both languages and as JSON, and how they end.
struct PartialVerifyTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    /// Entries 2 to 4, each with a file.
    init() throws {
        laptop = try Laptop.withArchive()
        for name in ["甲", "乙", "丙"] { try laptop.file("card/\(name).txt", name) }
        try laptop.succeed("add", "card", "--each", env: archive)
    }

    private func verify(_ arguments: String..., status: Int32) throws -> Outcome {
        let outcome = try laptop.start(["verify"] + arguments, env: archive).wait()
        #expect(outcome.status == status, "\(outcome.out)\(outcome.err)")
        return outcome
    }

    @Test func `without --full no SHA-256 of a file is said to have been checked`() throws {
        let english = try verify("--lang", "en", status: 0).out.replacing("\n", with: " ")
        #expect(
            english.contains("with --full their SHA-256 is checked too") && !english.contains("everything was checked"))
        let chinese = try verify("--lang", "zh-Hans", status: 0).out
        #expect(chinese.contains("文件按 fs-verity 摘要核验") && !chinese.contains("已全部核验"))
        #expect(try verify("--full", "--lang", "en", status: 0).out.contains("Whole: everything was checked"))
        #expect(try verify("--full", "--lang", "zh-Hans", status: 0).out.contains("结论：完好。已全部核验"))
    }

    @Test func `a quick verification says what was not read again, and never that all is whole`() throws {
        try laptop.succeed("verify", "--full", env: archive)
        try laptop.succeed("add", laptop.file("d.txt", "丁"), env: archive)
        let english = try verify("--quick", "--lang", "en", status: 3).out.replacing("\n    ", with: " ")
        #expect(english.contains("Entries 0…4 and their files, checked on ") && english.contains("were not read again"))
        #expect(english.contains("SHA-256 and fs-verity") && english.contains("1 entry, 1 body, 1 checkpoint"))
        #expect(english.hasSuffix("Nothing wrong was found, but not everything could be checked.\n"))
        let chinese = try verify("--quick", "--lang", "zh-Hans", status: 3).out
        #expect(chinese.contains("第 0 至 4 条及其文件已于 ") && chinese.hasSuffix("结论：未发现问题，但未能全部核验。\n"))
        let quick = try verify("--quick", "--json", status: 3)
        let document = try quick.json
        #expect(document["since"]?.names == ["digests", "root", "sealedNotOpened", "size", "time"])
        #expect(document["since"]?["size"]?.int == 5 && document["since"]?["digests"]?.string == "sha256+fsverity")
        #expect(document["ok"]?.bool == true && document["complete"]?.bool == false && document["size"]?.int == 6)
        #expect(document["checked"]?["entries"]?.int == 1 && document["checked"]?["files"]?.int == 1)
        #expect(document["unchecked"]?.array.map { $0["code"]?.string } == ["entries-not-checked"])
        #expect(document["sample"] == nil)
        let whole = try laptop.json("verify", env: archive)
        #expect(whole["since"] == nil && whole["root"] == document["root"])
        // What it is held to is all that it then looks at, as before.
        try laptop.succeed("checkpoint", "--to", "c.txt", env: archive)
        let against = try verify("--quick", "--against", "c.txt", "--json", status: 3).json
        #expect(against["since"] == nil && against["checked"]?["entries"]?.int == 0)
    }

    @Test func `a sample says how many were read and what that may have missed`() throws {
        let document = try verify("--sample", "1", "--json", status: 3).json
        #expect(document["sample"]?["files"]?.int == 3 && document["checked"]?["files"]?.int == 1)
        let drawn = try #require(document["sample"]?["drawn"]?.array).compactMap(\.int)
        #expect(drawn.count == 1 && (1...3).contains(drawn[0]))
        let missing = try #require(document["sample"]?["missing"]?.array)
        #expect(missing.map { $0["altered"]?.int } == [1])
        #expect(abs((Double(missing[0]["chance"]?.string ?? "") ?? 0) - 2.0 / 3) < 1e-12)
        #expect(document["unchecked"]?.array.map { $0["code"]?.string } == ["files-not-checked"])
        #expect(document["checked"]?["entries"]?.int == 5)
        let chinese = try verify("--sample", "34%", "--full", "--lang", "zh-Hans", status: 3).out
        #expect(chinese.contains("文件共 3 个，随机抽取 2 个读取核验；其余 1 个只检查了是否存在及大小"))
        #expect(chinese.replacing("\n    ", with: "").contains("1 个文件被改：33.34%"))
        // Where all are drawn nothing is missed.
        let whole = try verify("--sample", "100%", "--full", "--lang", "en", status: 0)
        #expect(whole.out.hasSuffix("it is what was recorded.\n"))
    }

    @Test func `what can't be done is said in a sentence`() throws {
        func refuse(_ arguments: String..., status: Int32 = 64, naming word: String) throws {
            for language in ["en", "zh-Hans"] {
                let outcome = try laptop.start(["verify"] + arguments + ["--lang", language], env: archive).wait()
                #expect(outcome.status == status && outcome.out == "" && outcome.err.contains(word), "\(outcome.err)")
                Prose.expectSentence(outcome, language)
            }
        }
        try refuse("--quick", status: 66, naming: "evidence verify")
        for amount in ["0", "0%", "101%", "half", "-1"] { try refuse("--sample=" + amount, naming: "0.5%") }
        try refuse("--sample", "1", "--quick", naming: "--quick")
        try refuse("--sample", "1", "--key", "k.pem", naming: "--key")
        try laptop.succeed("case", "open", "HN-1", env: archive)
        try laptop.succeed("export", "--case", "HN-1", "--to", "bundle", env: archive)
        try laptop.succeed("publish", "published", env: archive)
        for place in ["bundle", "published"] {
            try refuse(place, "--sample", "1", naming: "--sample")
            try refuse(place, "--quick", naming: "--quick")
        }
        let record = laptop.home + "/state/verified"
        #expect(!FileManager.default.fileExists(atPath: record))
        try laptop.succeed("verify", env: archive)
        let names = try FileManager.default.contentsOfDirectory(atPath: record)
        let name = try #require(names.first)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: record + "/" + name))
        try refuse("--quick", status: 74, naming: name)
    }
}
