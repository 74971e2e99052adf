import EvidenceRecord
import EvidenceTestSupport
import Foundation
import Testing

/// The verifier in another language, written from FORMAT.md alone, has to come to the same verdict.
struct IndependentVerifierTests {
    /// What takes the index, the operator's memory or his own keys, at which the independent verifier does not look.
    private static let ofMachines: Set<Problem.Code> = [
        .indexAltered, .indexBehind, .rolledBack, .historyRewritten, .archiveReplaced, .behindMemory, .noMemory,
        .keyNotPinned,
    ]

    static func check(_ copy: ArchiveCopy) throws -> IndependentVerifier.Verdict {
        let root = copy.mediaRoot.map { ["--media-root", $0.path] } ?? []
        return try IndependentVerifier.check(copy.archive, root + copy.trusted())
    }

    /// - Parameter report: of everything, since the other one always computes both digests of files.
    static func expectAgreement(
        _ copy: ArchiveCopy, _ report: VerificationReport, _ name: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let own = Set((report.problems + report.unchecked + report.warnings).map(\.code))
        let other = try check(copy)
        let compared = Set(Problem.Code.allCases).subtracting(ofMachines)
        #expect(
            other.words.intersection(compared.map(\.rawValue)) == Set(own.intersection(compared).map(\.rawValue)),
            "\(name): \(other.text)", sourceLocation: sourceLocation)
        #expect(
            (other.status == 1) == own.intersection(compared).contains { $0.severity == .tampering },
            "\(name): \(other.text)", sourceLocation: sourceLocation)
    }

    @Test(arguments: TestTier.some(Tampering.all.filter { !$0.isUnreadableHere }, oneIn: 8))
    func `two verifiers that share no line of code name the same problems`(tampering: Tampering) throws {
        let copy = try ArchiveCopy()
        _ = try tampering.attack(copy)
        try IndependentVerifierTests.expectAgreement(copy, copy.verify(full: true))
    }
}

extension Tampering {
    /// A lease is felt by all who open the file, but each in its own words.
    var isUnreadableHere: Bool { code == .fileUnreadable }
}

extension ArchiveCopy {
    /// The archive, witnesses and authorities whom this machine trusts, as the independent verifier takes them.
    func trusted() throws -> [String] {
        let pins = try? String(contentsOf: desk.home.appendingPathComponent("trusted"), encoding: .utf8)
        var options: [String] = []
        for line in (pins ?? "").split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            switch words.first {
            case "key": options += ["--key", words[1]]
            case "witness": options += ["--witness", words[1]]
            case "authority":
                let root = beside.appendingPathComponent("root-\(options.count).pem")
                let text = "-----BEGIN CERTIFICATE-----\n\(words[1])\n-----END CERTIFICATE-----\n"
                try text.write(to: root, atomically: false, encoding: .utf8)
                options += ["--authority", root.path]
            default: break
            }
        }
        if !options.contains("--key"), let own = try ownKey() { options += ["--key", own] }
        return options
    }
}
