import EvidenceRecord
import EvidenceTestSupport
import Testing
import TransparencyLog

/// The verifier in another language, written from FORMAT.md alone, has to come to the same verdict on published trees.
struct IndependentVerifierTests {
    private func expectAgreement(
        _ sample: SampleTree, keys: [VerifierKey] = [TestKey.archive.verifier], _ name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let report = try sample.verify(keys: keys)
        let own = Set((report.problems + report.unchecked + report.warnings).map(\.code.rawValue))
        let other = try IndependentVerifier.check(sample.url, keys.flatMap { ["--key", $0.description] })
        #expect(
            other.words.intersection(Problem.Code.allCases.map(\.rawValue)) == own, "\(name): \(other.text)",
            sourceLocation: sourceLocation)
        #expect(other.status == report.exitStatus, "\(name): \(other.text)", sourceLocation: sourceLocation)
    }

    @Test(arguments: [2, 8, 255, 256, 257, 700])
    func `an untouched tree is whole for both, whatever it grew from`(size: UInt64) throws {
        let sample = try SampleTree(entries: size)
        try sample.publish(size / 2 + 2)
        try sample.publish()
        try expectAgreement(sample, "\(size)")
        try expectAgreement(sample, keys: [], "\(size) without a key")
        try expectAgreement(sample, keys: [TestKey.lisi.verifier], "\(size) with another's key")
    }

    @Test(arguments: 0..<VerifyingTests.attacks.count)
    func `two verifiers that share no line of code name the same problems`(attack: Int) throws {
        let sample = try SampleTree(entries: 700)
        try sample.publish(600)
        try sample.publish()
        try VerifyingTests.attacks[attack].act(sample)
        try expectAgreement(sample, VerifyingTests.attacks[attack].name)
    }

    @Test func `a full file that stands in for a partial one is not covered to its end`() throws {
        let sample = try SampleTree(entries: 300)
        try sample.publish(100)
        let old = try #require(try sample.files()["checkpoint"])
        try sample.publish()
        try sample.write(old, to: "checkpoint")
        let partial = try sample.files().keys.filter { $0.contains("000.p/") && !$0.hasPrefix("tile/1") }
        #expect(partial.count == 2)
        for path in partial { try sample.remove(path) }
        #expect(try sample.verify().codes == [.treeAhead])
        try expectAgreement(sample, "a full file for a partial one")
    }

    @Test func `both find each change of a small tree alike`() throws {
        let sample = try SampleTree(entries: 8)
        try sample.publish()
        for (path, bytes) in try sample.files() {
            for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 5)) {
                var changed = bytes
                changed[place] ^= 1 << UInt8(place % 8)
                try sample.write(changed, to: path)
                try expectAgreement(sample, "\(path) at \(place)")
            }
            try sample.write(bytes, to: path)
        }
    }
}
