import EvidenceRecord
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing
import TransparencyLog
import ZIPFile

/// The verifier in another language, written from FORMAT.md alone, has to come to the same verdict on bundles.
struct IndependentVerifierTests {
    private func expectAgreement(_ bundle: SampleBundle, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try expectAgreement(bundle.verify(), on: bundle.url, sourceLocation: sourceLocation)
    }

    private func expectAgreement(_ zip: ZIPReader, of bundle: SampleBundle) throws {
        try expectAgreement(bundle.verify(zip), on: URL(fileURLWithPath: zip.path.string))
    }

    private func expectAgreement(
        _ report: VerificationReport, on place: URL, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let own = Set((report.problems + report.unchecked + report.warnings).map(\.code.rawValue))
        let other = try IndependentVerifier.check(place, ["--key", SampleKey.archive.key.description])
        #expect(
            other.words.intersection(Problem.Code.allCases.map(\.rawValue)) == own, "\(other.text)",
            sourceLocation: sourceLocation)
        #expect(other.status == report.exitStatus, "\(other.text)", sourceLocation: sourceLocation)
    }

    @Test(arguments: BundleTests.variants.indices)
    func `both say the same of an untouched bundle`(_ variant: Int) throws {
        try expectAgreement(SampleBundle(SampleCase(BundleTests.variants[variant].options)))
    }

    @Test func `both refuse that an opening is kept back`() throws {
        try expectAgreement(SampleBundle(SampleCase(SampleCase.Options(withholdsOpening: true))))
    }

    @Test(arguments: TestTier.some(TamperingTests.slimTamperings, oneIn: 3))
    func `they name the same problems of slim bundles`(tampering: TamperingTests.Tampering) throws {
        let bundle = try SampleBundle(SampleCase(SampleCase.Options(isSlim: true)))
        try tampering.change(bundle)
        try bundle.reseal(by: tampering.forger)
        try expectAgreement(bundle)
    }

    @Test(arguments: TestTier.some(TamperingTests.bagTamperings + TamperingTests.logTamperings, oneIn: 8))
    func `two verifiers that share no line of code name the same problems`(tampering: TamperingTests.Tampering) throws {
        let bundle = try SampleBundle()
        try tampering.change(bundle)
        try bundle.reseal(by: tampering.forger)
        try expectAgreement(bundle)
    }

    // MARK: In a ZIP

    @Test func `an untouched ZIP is whole for both`() throws {
        let bundle = try SampleBundle()
        try expectAgreement(bundle.writtenZIP(), of: bundle)
    }

    /// Some of them: that they do the same in a ZIP as in a folder is another test.
    @Test(arguments: TestTier.some(ZIPBundleTests.tamperings, oneIn: 24))
    func `two verifiers name the same problems in a ZIP`(tampering: TamperingTests.Tampering) throws {
        let bundle = try SampleBundle()
        try tampering.change(bundle)
        try bundle.reseal(by: tampering.forger)
        try expectAgreement(bundle.packed(), of: bundle)
    }

    @Test(arguments: TestTier.some(Array(ZIPBundleTests.badNames.indices), oneIn: 5)) func `they see the same members`(
        _ index: Int
    ) throws {
        let bundle = try SampleBundle()
        try expectAgreement(bundle.packed(with: [(ZIPBundleTests.badNames[index].name, [1])]), of: bundle)
    }

    @Test func `another day and another checksum are found by both`() throws {
        let bundle = try SampleBundle()
        try expectAgreement(bundle.packed(date: "2026-03-13"), of: bundle)
        let zip = try bundle.packed()
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: zip.path.string)))
        for path in [
            "signatures/tagmanifest.note", "bagit.txt",
            try #require(bundle.paths.first { $0.hasPrefix("data/files/") }),
        ] {
            // In the local header and in the directory, so that both say the same.
            for (signature, name, checksum) in [([0x50, 0x4b, 3, 4], 30, 14), ([0x50, 0x4b, 1, 2], 46, 16)]
                as [([UInt8], Int, Int)]
            {
                let start = try #require(
                    bytes.indices.first {
                        bytes[$0...].starts(with: signature) && bytes[$0...].dropFirst(name).starts(with: path.utf8)
                    })
                bytes[start + checksum] ^= 1
            }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: zip.path.string))
        let changed = try ZIPReader(zip.path)
        #expect(try bundle.verify(changed).problems.map(\.code) == [.bagMalformed, .bagMalformed, .bagMalformed])
        try expectAgreement(changed, of: bundle)
    }

    @Test func `a ZIP of another form is judged by neither`() throws {
        let bundle = try SampleBundle()
        let packed = try Tool.run("zip", "-q", "-r", "../other.zip", ".", in: bundle.url)
        #expect(packed.status == 0)
        let place = bundle.url.deletingLastPathComponent().appendingPathComponent("other.zip")
        #expect(throws: EvidenceError.self) { try ZIPReader(FilePath(place.path)) }
        #expect(try IndependentVerifier.check(place).status == 65)
    }
}
