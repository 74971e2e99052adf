import EvidenceRecord
import EvidenceTestSupport
import Testing

/// One way of attacking an archive, named after the code by which verification must say so.
struct Tampering: Sendable, CustomTestStringConvertible {
    let code: Problem.Code
    let name: String
    /// The entry that the problem must name.
    var seq: UInt64?
    /// Other codes that the same attack cannot help but give.
    var also: Set<Problem.Code>
    /// Codes of an untouched archive that this attack silences.
    var without: Set<Problem.Code>
    /// Whether it takes `--full` to see it.
    var full: Bool
    /// Whether there is something to compare, so that the problem must say what was expected and what was found.
    var compares: Bool
    /// Does the deed; returns the path that the problem must name, where it concerns a file.
    let attack: @Sendable (ArchiveCopy) throws -> String?

    init(
        _ code: Problem.Code, _ name: String, seq: UInt64? = nil, also: Set<Problem.Code> = [],
        without: Set<Problem.Code> = [], full: Bool = false, compares: Bool = false,
        attack: @escaping @Sendable (ArchiveCopy) throws -> String?
    ) {
        self.code = code
        self.name = name
        self.seq = seq
        self.also = also
        self.without = without
        self.full = full
        self.compares = compares
        self.attack = attack
    }

    /// An attack whose problem concerns no file.
    static func log(
        _ code: Problem.Code, _ name: String, seq: UInt64? = nil, also: Set<Problem.Code> = [], compares: Bool = false,
        _ attack: @escaping @Sendable (ArchiveCopy) throws -> Void
    ) -> Tampering {
        Tampering(code, name, seq: seq, also: also, compares: compares) {
            try attack($0)
            return nil
        }
    }

    var testDescription: String { "\(code.rawValue): \(name)" }

    /// What an untouched archive gives, verified by its operator.
    static let untouched: Set<Problem.Code> = [.noOutsideAnchor]

    /// For what takes long with each: all in the full tier, else the first of each code.
    static let some =
        TestTier.isFull
        ? all : Problem.Code.allCases.compactMap { code in all.first { $0.code == code } }

    static let all =
        entries + bodies + signers + dossiers + checkpoints + anchors + files + referenced + databases + machines
        + warnings + sealed + received
}
