internal import EvidenceCrypto
internal import EvidenceRecord
internal import Synchronization
internal import TransparencyLog

/// What was withdrawn while a verification went on.
extension ArchiveVerifier {
    /// Takes back what was said of records that are withdrawn by now: bodies and files that were still expected when the log's
    /// size was taken are gone by order.
    func takeBackWithdrawn(in log: LogDatabase, _ run: Run) throws {
        let codes: Set<Problem.Code> = [.bodyMissing, .bodyUnexpected, .fileMissing]
        let suspects = run.problems.withLock { $0.problems.filter { codes.contains($0.code) } }
        let found = run.found.withLock { $0 }
        guard !suspects.isEmpty, let state = found.state else { return }
        let withdrawn = try found.withdrawn.union(withdrawn(in: log, since: state))
        guard !withdrawn.isEmpty else { return }
        var files = Set(suspects.compactMap { $0.code == .fileMissing ? ArchiveVerifier.digest($0) : nil })
        if !files.isEmpty {
            // A file that another record names as well has to be there.
            try log.forEach(from: 0, below: try log.size()) { stored in
                if !withdrawn.contains(stored.seq) { files.subtract(Removal.storedFiles(stored.body)) }
            }
        }
        run.problems.withLock { problems in
            problems.remove { problem in
                guard codes.contains(problem.code) else { return false }
                if problem.code == .fileMissing { return ArchiveVerifier.digest(problem).map(files.contains) ?? false }
                return problem.seq.map(withdrawn.contains) ?? false
            }
        }
    }

    /// What the entries past `state` order removed; nothing where they break any rule, which is for the next verification to say.
    private func withdrawn(in log: LogDatabase, since state: LogState) throws -> Set<UInt64> {
        let size = try log.size()
        var isSound = true
        var audit = LogAudit(
            from: state, readEntry: { try log.entry($0)?.bytes },
            nextCheckpoint: LogDatabase.checkpoints(log, after: state.size, below: size),
            report: { if $0.severity == .tampering { isSound = false } })
        try ParsedSlices.forEach(in: log, from: state.size, below: size) { slice in
            for (seq, parsed) in slice {
                try audit.skip(to: seq)
                _ = try audit.absorb(parsed)
            }
        }
        try audit.skip(to: size)
        try audit.finish()
        return isSound ? audit.withdrawn : []
    }

    /// The digest of the stored file that a problem is about.
    private static func digest(_ problem: Problem) -> Digest? {
        problem.path?.split(separator: "/").last.flatMap { Digest(hex: String($0)) }
    }
}
