internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage
internal import TransparencyLog

/// The file `checkpoint`, held against the checkpoints that the log keeps.
extension ArchiveVerifier {
    func checkPublished(
        _ path: FilePath, _ log: LogDatabase, _ size: UInt64, _ key: VerifierKey?, _ run: Run
    ) throws {
        let file = path.appending(Archive.checkpointName)
        guard let status = try Files.status(file) else {
            run.report(.publishedBehind(0, size: size))
            return
        }
        guard status.kind == .regular, status.size < 64 * 1_024,
            let bytes = try? Files.contents(of: file, limit: 64 * 1_024),
            let checkpoint = PublishedCheckpoint.read(bytes)
        else {
            run.report(.publishedAltered())
            return
        }
        let now = try log.size()
        if checkpoint.size > now {
            // Only the archive's own signature makes it a witness of what was cut off.
            let isSigned = key.map { (try? SignedNote(parsing: bytes))?.verify($0) == .valid } ?? false
            run.report(
                isSigned
                    ? .logTruncated(size: now, witness: .publishedCheckpoint, witnessed: checkpoint.size)
                    : .publishedAltered())
        } else if try log.checkpoint(at: checkpoint.size)?.note != bytes {
            run.report(.publishedAltered())
        } else if checkpoint.size < size {
            run.report(.publishedBehind(checkpoint.size, size: size))
        }
    }
}

extension LogDatabase {
    /// The stored checkpoints past `start` and up to `size`, one after the other; from the first where `start` is 0.
    static func checkpoints(
        _ log: LogDatabase, after start: UInt64 = 0, below size: UInt64
    ) -> () throws -> LogAudit.StoredCheckpoint? {
        var last = start
        var isFirst = start == 0
        return {
            // A malformed archive may keep a checkpoint under size 0.
            guard let stored = isFirst ? try log.firstCheckpoint() : try log.checkpoint(after: last) else { return nil }
            // What a writer has added since the size was taken is not this verification's.
            if stored.size > size, try log.size() >= stored.size { return nil }
            isFirst = false
            last = stored.size
            return stored
        }
    }

    private func firstCheckpoint() throws -> LogAudit.StoredCheckpoint? {
        try checkpoint(at: 0) ?? checkpoint(after: 0)
    }
}
