package import EvidenceCrypto
package import TransparencyLog

/// What a verification checked, of an archive or a bundle, and what it found.
package struct VerificationReport: Sendable {
    /// How much was really read.
    package struct Checked: Sendable {
        package var entries: UInt64 = 0
        package var bodies: UInt64 = 0
        package var checkpoints: UInt64 = 0
        package var files: UInt64 = 0
        /// How many of the files stayed outside the archive and were found there.
        package var referenced: UInt64 = 0
        package var bytes: UInt64 = 0

        package init() {}
    }

    /// By which digests stored files were checked.
    package enum FileDigests: String, Sendable {
        case fsverity
        case sha256AndFSVerity = "sha256+fsverity"
    }

    /// Why the archive's key is trusted.
    package enum Trust: Sendable, Equatable {
        /// Its private key is on this machine.
        case ownKey
        /// `evidence trust` pinned the key.
        case pinnedKey
        /// `evidence trust` pinned a checkpoint, which this log extends.
        case pinnedCheckpoint
    }

    /// The case or inspection that a bundle hands over; nil for an archive.
    ///
    /// What other dossiers hold is not in a bundle.
    package var dossier: String?
    package var archiveKey: VerifierKey?
    package var size: UInt64 = 0
    package var root: Digest = MerkleHash.emptyRoot
    package var checked = Checked()
    package var fileDigests: FileDigests = .fsverity
    package var trust: Trust?
    package var problems: [Problem] = []
    package var unchecked: [Problem] = []
    package var warnings: [Problem] = []
    /// How many more there were of a code of which only the first hundred are kept.
    package var omitted: [Problem.Code: Int] = [:]

    package init() {}

    /// No tampering or damage was found in what was checked.
    package var isOK: Bool { problems.isEmpty }
    /// Everything was checked.
    package var isComplete: Bool { unchecked.isEmpty }

    /// 0 for an archive that is whole and wholly checked, 1 for tampering or damage, 3 for something left unchecked.
    package var exitStatus: Int32 { isOK ? (isComplete ? 0 : 3) : 1 }
}

/// Gathers problems, of each code the first hundred, so that a ruined archive can't fill the memory.
package struct ProblemCollector: Sendable {
    private static let mostOfACode = 100

    private var counts: [Problem.Code: Int] = [:]
    package private(set) var problems: [Problem] = []

    package init() {}

    package mutating func add(_ problem: Problem) {
        let count = counts[problem.code, default: 0]
        counts[problem.code] = count + 1
        if count < ProblemCollector.mostOfACode { problems.append(problem) }
    }

    /// Sorts what was gathered into a report, by entry.
    package func fill(_ report: inout VerificationReport) {
        let sorted = problems.enumerated().sorted { left, right in
            (left.element.seq ?? .max, left.offset) < (right.element.seq ?? .max, right.offset)
        }.map(\.element)
        report.problems = sorted.filter { $0.severity == .tampering }
        report.unchecked = sorted.filter { $0.severity == .unchecked }
        report.warnings = sorted.filter { $0.severity == .warning }
        report.omitted = counts.compactMapValues {
            $0 > ProblemCollector.mostOfACode ? $0 - ProblemCollector.mostOfACode : nil
        }
    }
}
