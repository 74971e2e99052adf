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

    @Test func `an opening that is kept back is missed`() throws {
        let found = try run(SampleBundle(SampleCase(SampleCase.Options(withholdsOpening: true))))
        #expect(found.status != 0, "\(found.text)")
    }
}
