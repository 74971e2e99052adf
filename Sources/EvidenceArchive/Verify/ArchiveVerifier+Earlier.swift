internal import EvidenceCrypto
internal import EvidenceRecord
internal import Synchronization
internal import TransparencyLog

/// How a log is held to what a whole verification found there before.
extension ArchiveVerifier {
    /// The tree's roots up to the size that was verified before, at that size as the log's own checkpoint has it now.
    func earlierRoots(_ log: LogDatabase, _ run: Run) throws -> [UInt64: Digest] {
        guard let earlier, let key = earlier.state.archiveKey else { return [:] }
        let size = earlier.mark.size
        let note = try log.checkpoint(at: size).flatMap { try? SignedNote(parsing: $0.note) }
        let checkpoint = note.flatMap { try? Checkpoint(noteText: $0.text) }
        guard let checkpoint, checkpoint.size == size, checkpoint.origin.hasSameBytes(as: key.name),
            note?.verify(key) == .valid
        else {
            run.report(note == nil ? .archiveSignatureMissing(size) : .archiveSignatureInvalid(size))
            return earlier.roots
        }
        return earlier.roots.merging([size: checkpoint.root]) { _, now in now }
    }

    /// Says where a log has another beginning than the one that was verified before, likewise.
    func hold(_ identity: Digest, _ key: VerifierKey, to earlier: VerifiedState, _ run: Run) {
        if hasSaid(run) { return }
        let expected = earlier.state.identity ?? identity
        run.report(
            earlier.state.archiveKey == key
                ? .beginningRewritten(expected: expected, found: identity)
                : .archiveReplaced(key.name.shown, earlier.mark.size, identity: expected, found: key))
    }

    /// Whether it was said already that this is not the history that is known.
    private func hasSaid(_ run: Run) -> Bool {
        let codes: Set<Problem.Code> = [.rolledBack, .historyRewritten, .archiveReplaced]
        return run.problems.withLock { $0.problems.contains { codes.contains($0.code) } }
    }

    /// Says where a log does not continue what was verified before, unless the operator's memory or a pin has said so.
    func hold(
        _ size: UInt64, _ roots: [UInt64: Digest], to earlier: VerificationReport.Earlier, _ run: Run
    ) {
        if hasSaid(run) { return }
        if size < earlier.size {
            run.report(.rolledBack(size: size, remembered: earlier.size))
        } else if let root = roots[earlier.size], root != earlier.root {
            run.report(.historyRewritten(size: earlier.size, expected: earlier.root, found: root))
        }
    }

    /// A log that was cut off behind what was verified before: nothing came since that could be checked.
    func cutOff(
        _ log: LogDatabase, _ size: UInt64, _ earlier: VerifiedState, _ run: Run, _ report: inout VerificationReport
    ) throws {
        run.report(.rolledBack(size: size, remembered: earlier.mark.size))
        report.size = size
        if let checkpoint = try log.checkpoint().flatMap({ PublishedCheckpoint.read($0.note) }) {
            report.root = checkpoint.root
        }
        report.archiveKey = earlier.state.archiveKey
    }
}
