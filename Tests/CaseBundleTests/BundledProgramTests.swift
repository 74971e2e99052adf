import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Foundation
import Testing
import TransparencyLog

/// `verify.py`, which every bundle brings: what it calls good, the program has nothing against either.
struct BundledProgramTests {
    /// What it says of itself that it does not look at.
    private static let unseen: Set<String> = [
        "a hash tile changed", "a hash tile dropped", "an old hash tile left", "a hash tile far away",
        "the description of the files dropped",
    ]

    private func run(_ bundle: SampleBundle) throws -> (status: Int32, text: String) {
        try Tool.run(
            "python3", "-I", "-B", "verify.py", SampleKey.archive.key.description, in: bundle.url)
    }

    @Test(arguments: BundleTests.variants.indices)
    func `a bundle as it was written is good`(_ variant: Int) throws {
        let found = try run(SampleBundle(SampleCase(BundleTests.variants[variant].options)))
        #expect(found.status == 0 && found.text.hasSuffix("GOOD 完好\n"), "\(found.text)")
    }

    @Test(arguments: TestTier.some(TamperingTests.logTamperings, oneIn: 2))
    func `what the keys help to change is not good`(tampering: TamperingTests.Tampering) throws {
        try expectBad(tampering, in: SampleBundle())
    }

    @Test(arguments: TestTier.some(TamperingTests.slimTamperings, oneIn: 2))
    func `nor is it in a slim bundle`(tampering: TamperingTests.Tampering) throws {
        try expectBad(tampering, in: SampleBundle(SampleCase(SampleCase.Options(isSlim: true))))
    }

    private func expectBad(_ tampering: TamperingTests.Tampering, in bundle: SampleBundle) throws {
        try tampering.change(bundle)
        try bundle.reseal(by: tampering.forger)
        let found = try run(bundle)
        let isSeen = !BundledProgramTests.unseen.contains(tampering.testDescription)
        #expect((found.status != 0) == isSeen, "\(found.text)")
        #expect(found.text.contains("NOT GOOD") == isSeen, "\(found.text)")
    }

    @Test(arguments: [
        (SampleCase.Intrusion.secondKey, "a second time"), (.stranger, "who may not say who signs"),
        (.revoked, "who is not enrolled or was revoked"),
    ])
    func `who may sign is held to the rules`(intrusion: SampleCase.Intrusion, words: String) throws {
        let bundle = try SampleBundle(SampleCase(SampleCase.Options(intrusion: intrusion)))
        let found = try run(bundle)
        #expect(found.status != 0 && found.text.contains(words), "\(found.text)")
        #expect(try bundle.verify().exitStatus == 1)
    }

    @Test func `a body is kept back by nobody but the export that says so`() throws {
        let sample = SampleCase(SampleCase.Options(withholds: true))
        let bundle = try SampleBundle(sample)
        #expect(try run(bundle).text.contains("is here without its content"))
        try bundle.remove("data/bodies/\(sample.linked).json")
        try bundle.remove("data/files/\(sample.files[0].record.sha256.hex).bin")
        try bundle.reseal(by: .insider)
        let found = try run(bundle)
        #expect(found.status != 0 && found.text.contains("nobody kept it back"), "\(found.text)")
    }

    @Test(arguments: ["{}", "null", "0"]) func `a body that says nothing is no body kept back`(text: String) throws {
        let bundle = try SampleBundle()
        try bundle.write("data/bodies/\(bundle.sample.linked).json", text)
        try bundle.remove("data/files/\(bundle.sample.files[0].record.sha256.hex).bin")
        try bundle.reseal(by: .insider)
        let found = try run(bundle)
        #expect(found.status != 0 && found.text.contains("was altered"), "\(found.text)")
    }

    /// What whoever signs the bundle puts beside what was recorded.
    @Test(arguments: ["data/log/补充笔录.html", "data/log/tile/0/000/x.html", "data/log/anchors.jsonl", "readme.html"])
    func `what no bundle has is not good, whoever signed that it is here`(path: String) throws {
        let bundle = try SampleBundle(SampleCase(BundleTests.variants[0].options))
        try #require(!bundle.paths.contains(path))
        try bundle.write(path, "{}")
        try bundle.reseal(by: .insider)
        let found = try run(bundle)
        #expect(found.status != 0 && found.text.contains("NOT GOOD"), "\(found.text)")
        #expect(try bundle.verify().exitStatus == 1)
    }

    @Test(arguments: ["a part of the form missing", "listed twice", "CR LF"])
    func `lists that programs may read differently are not good`(how: String) throws {
        let bundle = try SampleBundle()
        let list = try bundle.text("manifest-sha256.txt")
        switch how {
        case "a part of the form missing": try bundle.remove("bagit.txt")
        case "CR LF": try bundle.write("manifest-sha256.txt", list.replacing("\n", with: "\r\n"))
        default:
            let first = try #require(list.split(separator: "\n").first)
            let false1 = String(repeating: "0", count: 64) + first.dropFirst(64)
            try bundle.write("manifest-sha256.txt", false1 + "\n" + list)
        }
        try bundle.resealTags(by: .insider)
        let found = try run(bundle)
        #expect(found.status != 0 && found.text.contains("NOT GOOD"), "\(found.text)")
        #expect(try bundle.verify().exitStatus == 1)
    }

    /// Also where somebody leaves out `-I`.
    @Test(arguments: [[], ["-I"]]) func `nothing that was put beside it runs`(options: [String]) throws {
        let bundle = try SampleBundle()
        let planted = "import os\nprint('GOOD 完好', flush=True)\nos._exit(0)\n"
        for module in ["base64", "datetime", "hashlib", "json", "pathlib", "re", "subprocess", "tempfile", "openssl"] {
            try bundle.write("\(module).py", planted)
        }
        let script = (["python3", "-B"] + options + ["verify.py", SampleKey.archive.key.description]).map { "'\($0)'" }
        let found = try Tool.run("bash", "-c", script.joined(separator: " "), in: bundle.url)
        #expect(found.status != 0 && found.text.contains("json.py is missing, or is in no list"), "\(found.text)")
        #expect(!found.text.contains("GOOD 完好"), "\(found.text)")
    }

    @Test func `an opening that is kept back is missed`() throws {
        let found = try run(SampleBundle(SampleCase(SampleCase.Options(withholdsOpening: true))))
        #expect(found.status != 0, "\(found.text)")
    }
}
