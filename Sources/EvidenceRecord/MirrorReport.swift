package import EvidenceCrypto

/// What a run of `evidence mirror` brought to the mirror, and what it could not bring.
package struct MirrorReport: Sendable {
    /// How many entries the mirror had before; 0 for a new one.
    package let previousSize: UInt64
    /// How many it has now.
    package var size: UInt64
    /// The root of its tree.
    package var root: Digest
    /// How many files were copied, and how many bytes they have.
    package var files = 0
    package var bytes: UInt64 = 0
    /// What of them an earlier run had copied when it was stopped, so that it was not copied again.
    package var resumed = ResumedCopies()
    /// How many times entries name a file that stayed outside the archive, and so outside the mirror.
    package var referenced = 0
    /// How many withdrawn records' contents, and stored files of theirs alone, the mirror still has.
    package var withdrawn: (records: Int, files: Int) = (0, 0)
    /// Whether what was withdrawn was removed in this run.
    package var isCleared = false
    /// What lay in the mirror, was not what it should be, and is kept there since it was replaced.
    package var keptAside: [String] = []
    /// What is wrong with the archive, or could not be read there, and was not taken over.
    package var problems: [Problem] = []
    /// How many more there were of a code of which only the first hundred are kept.
    package var omitted: [Problem.Code: Int] = [:]
    /// What is wrong with files of the mirror itself, which the archive could not replace.
    package var damaged: [Problem] = []
    package var damagedOmitted: [Problem.Code: Int] = [:]

    package init(previousSize: UInt64, size: UInt64, root: Digest) {
        self.previousSize = previousSize
        self.size = size
        self.root = root
    }

    /// 0 where the mirror has all, 1 where one of the two is damaged, 3 where something could not be read.
    package var exitStatus: Int32 {
        let found = problems + damaged
        return found.contains { $0.severity == .tampering } ? 1 : found.isEmpty ? 0 : 3
    }
}
