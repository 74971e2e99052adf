package import EvidenceCrypto
package import TransparencyLog

/// What a verification checked, of an archive, a bundle or a published tree, and what it found.
package struct VerificationReport: Sendable {
    /// What was verified.
    package enum Subject: String, Sendable {
        case archive
        case bundle
        case publishedTree = "published"
    }

    /// What a view of an archive may lack by its nature, so that it was not checked.
    package enum Part: String, Sendable, CaseIterable {
        /// What was recorded.
        case bodies
        /// The recorded files.
        case files
        /// Who the signers are, and their signatures.
        case signers
        /// All checkpoints but the newest.
        case checkpoints
        /// What witnesses and timestamp authorities said.
        case anchors
    }

    /// How much was really read.
    package struct Checked: Sendable {
        package var entries: UInt64 = 0
        package var bodies: UInt64 = 0
        package var checkpoints: UInt64 = 0
        /// Hash tiles of a published tree.
        package var tiles: UInt64 = 0
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
        /// The log extends a checkpoint that `evidence trust` pinned.
        case pinnedCheckpoint
        /// The log extends what the reader held it to (`--against`). That this came by another way than the log, nobody checks.
        case claim
        /// The policy that the reader named (`--policy`) has the key. That this came by another way than the log, nobody checks.
        case policy

        /// Whether it rests on what was given with the command, and not on what this machine keeps.
        package var isAsGiven: Bool { self == .claim || self == .policy }
    }

    /// A whole verification, at an earlier time, that this one went on from.
    package struct Earlier: Sendable, Equatable {
        package let size: UInt64
        package let root: Digest
        package let time: Timestamp
        /// By which digests files were checked then.
        package let digests: FileDigests
        /// How many sealed records were not opened then.
        package let sealed: UInt64

        package init(size: UInt64, root: Digest, time: Timestamp, digests: FileDigests, sealed: UInt64) {
            self.size = size
            self.root = root
            self.time = time
            self.digests = digests
            self.sealed = sealed
        }
    }

    package var subject = Subject.archive
    /// What was not read again, since it was checked then; nil where nothing was left out for that.
    package var earlier: Earlier?
    /// Which files were read; nil where all were.
    package var sample: FileSample?
    /// The case or inspection that a bundle hands over; nil for anything else.
    ///
    /// What other dossiers hold is not in a bundle.
    package var dossier: String?
    /// How the dossier that a bundle hands over was opened; nil where that can't be read.
    package var opened: DossierOpened?
    /// The pages of a bundle, by their paths: its exporter's word, which nothing in it proves.
    package var exportersWord: [String] = []
    /// Files of a bundle that this program would write otherwise, by their paths: another version wrote them, or somebody
    /// changed them.
    package var notAsWritten: [String] = []
    /// The archive's key: as its first entry has it, or, for a published tree, as this reader has it.
    package var archiveKey: VerifierKey?
    /// The older archive that this one says it continues.
    package var continued: ArchiveCreated.Continued?
    /// What a published tree's checkpoint calls its archive.
    package var claimedOrigin: String?
    package var size: UInt64 = 0
    package var root: Digest = MerkleHash.emptyRoot
    package var checked = Checked()
    package var fileDigests: FileDigests = .fsverity
    package var trust: Trust?
    /// The newest statement of each witness and timestamp authority that this reader trusts.
    package var outside: [OutsideTime] = []
    package var problems: [Problem] = []
    package var unchecked: [Problem] = []
    package var warnings: [Problem] = []
    /// How many more there were of a code of which only the first hundred are kept.
    package var omitted: [Problem.Code: Int] = [:]

    package init() {}

    /// Takes in what was found in the archive that this one continues.
    ///
    /// - Parameter place: where that lies, safe to show.
    package mutating func add(_ predecessor: VerificationReport, in place: String) {
        problems += predecessor.problems.map { $0.located(in: place) }
        unchecked += predecessor.unchecked.map { $0.located(in: place) }
        warnings += predecessor.warnings.map { $0.located(in: place) }
    }

    /// What the archive calls itself; nil where that could not be read.
    package var origin: String? { archiveKey?.name ?? claimedOrigin }
    /// The files of a bundle that were held against its lists alone, by their paths.
    package var notChecked: [String] { exportersWord + notAsWritten }
    /// What is not in what was verified, by its nature.
    package var notHeld: [Part] { subject == .publishedTree ? Part.allCases : [] }

    /// No tampering or damage was found in what was checked.
    package var isOK: Bool { problems.isEmpty }
    /// Everything was checked.
    package var isComplete: Bool { unchecked.isEmpty }
    /// All that is in the archive was checked and nothing was wrong, whether anybody outside vouches for it or not: another
    /// verification may go on from this one.
    package var isWhole: Bool { isOK && earlier == nil && unchecked.allSatisfy { $0.code.isOfTrust } }

    /// How often something of this kind was found.
    package func count(of code: Problem.Code) -> Int {
        (problems + unchecked + warnings).count { $0.code == code } + (omitted[code] ?? 0)
    }

    /// 0 for what is whole and checked, but for ``notChecked``, 1 for tampering or damage, 3 for something left unchecked.
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

    /// Takes back what was added, but for codes of which there are too many to have kept all.
    package mutating func remove(where isWrong: (Problem) -> Bool) {
        let counts = counts
        let kept = problems.filter {
            counts[$0.code, default: 0] > ProblemCollector.mostOfACode || !isWrong($0)
        }
        for code in Set(problems.map(\.code)) where counts[code, default: 0] <= ProblemCollector.mostOfACode {
            self.counts[code] = kept.count { $0.code == code }
        }
        problems = kept
    }

    /// How many more there were of a code of which only the first hundred are kept.
    package var omitted: [Problem.Code: Int] {
        counts.compactMapValues { $0 > ProblemCollector.mostOfACode ? $0 - ProblemCollector.mostOfACode : nil }
    }

    /// Sorts what was gathered into a report, by entry.
    package func fill(_ report: inout VerificationReport) {
        let sorted = problems.enumerated().sorted { left, right in
            (left.element.seq ?? .max, left.offset) < (right.element.seq ?? .max, right.offset)
        }.map(\.element)
        report.problems = sorted.filter { $0.severity == .tampering }
        report.unchecked = sorted.filter { $0.severity == .unchecked }
        report.warnings = sorted.filter { $0.severity == .warning }
        report.omitted = omitted
    }
}
