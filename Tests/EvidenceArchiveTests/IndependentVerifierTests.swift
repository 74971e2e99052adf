import EvidenceRecord
import EvidenceTestSupport
import Foundation
import Testing

/// The verifier in another language, written from FORMAT.md alone, has to come to the same verdict.
struct IndependentVerifierTests {
    /// What takes the index, the operator's memory or pins, at which the independent verifier does not look.
    private static let ofMachines: Set<Problem.Code> = [
        .indexAltered, .indexBehind, .rolledBack, .historyRewritten, .archiveReplaced, .keyDiffersFromPin,
        .behindMemory,
        .noMemory, .noOutsideAnchor, .keyNotPinned,
    ]

    static func codes(_ copy: ArchiveCopy) throws -> (status: Int32, codes: Set<String>) {
        let process = Process()
        process.executableURL = PackageFolder.url.appendingPathComponent(".venv/bin/python")
        process.arguments = [
            PackageFolder.url.appendingPathComponent("scripts/verify-independent").path, copy.archive.path,
        ]
        if let root = copy.mediaRoot { process.arguments? += ["--media-root", root.path] }
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let words = text.split { !($0.isLetter || $0 == "-") }.map(String.init)
        return (process.terminationStatus, Set(words).intersection(Problem.Code.allCases.map(\.rawValue)))
    }

    @Test(arguments: Tampering.all.filter { !$0.isUnreadableHere })
    func `two verifiers that share no line of code name the same problems`(tampering: Tampering) throws {
        let copy = try ArchiveCopy()
        _ = try tampering.attack(copy)
        // Everything is checked by both: the other one always computes both digests.
        let report = try copy.verify(full: true)
        let own = Set((report.problems + report.unchecked + report.warnings).map(\.code))
            .subtracting(IndependentVerifierTests.ofMachines)
        let other = try IndependentVerifierTests.codes(copy)
        let silent = Set(IndependentVerifierTests.ofMachines.map(\.rawValue))
        #expect(other.codes.subtracting(silent) == Set(own.map(\.rawValue)))
        #expect((other.status == 1) == own.contains { $0.severity == .tampering })
    }
}

extension Tampering {
    /// A lease is felt by all who open the file, but each in its own words.
    var isUnreadableHere: Bool { code == .fileUnreadable }
}
