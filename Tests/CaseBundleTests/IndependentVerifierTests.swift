import EvidenceRecord
import EvidenceTestSupport
import Testing
import TransparencyLog

/// The verifier in another language, written from FORMAT.md alone, has to come to the same verdict on bundles.
struct IndependentVerifierTests {
    private func expectAgreement(_ bundle: SampleBundle, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let report = try bundle.verify()
        let own = Set((report.problems + report.unchecked + report.warnings).map(\.code.rawValue))
        let other = try IndependentVerifier.check(bundle.url, ["--key", SampleKey.archive.key.description])
        #expect(
            other.words.intersection(Problem.Code.allCases.map(\.rawValue)) == own, "\(other.text)",
            sourceLocation: sourceLocation)
        #expect(other.status == report.exitStatus, "\(other.text)", sourceLocation: sourceLocation)
    }

    @Test func `an untouched bundle is whole for both`() throws { try expectAgreement(SampleBundle()) }

    @Test(arguments: TamperingTests.bagTamperings + TamperingTests.logTamperings)
    func `two verifiers that share no line of code name the same problems`(tampering: TamperingTests.Tampering) throws {
        let bundle = try SampleBundle()
        try tampering.change(bundle)
        try bundle.reseal(by: tampering.forger)
        try expectAgreement(bundle)
    }
}
