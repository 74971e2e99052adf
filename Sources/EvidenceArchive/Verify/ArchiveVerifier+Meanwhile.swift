internal import EvidenceCrypto
internal import EvidenceRecord
internal import Synchronization
internal import TransparencyLog

/// What was added and withdrawn while a verification went on.
extension ArchiveVerifier {
    private static let explained: Set<Problem.Code> = [
        .bodyMissing, .bodyUnexpected, .fileMissing, .objectUnreferenced,
    ]

    /// Takes back what was said of records that are withdrawn by now, whose bodies and files were still expected when the log's
    /// size was taken and are gone by order; and of files that entries name which came since.
    func takeBackExplained(in log: LogDatabase, _ run: Run) throws {
        let suspects = run.problems.withLock { problems in
            problems.problems.filter { ArchiveVerifier.explained.contains($0.code) }
        }
        let found = run.found.withLock { $0 }
        guard !suspects.isEmpty, let state = found.state else { return }
        let (added, ordered) = try meanwhile(in: log, since: state)
        let withdrawn = found.withdrawn.union(ordered)
        var missing = Set(suspects.compactMap { $0.code == .fileMissing ? ArchiveVerifier.digest($0) : nil })
        if !missing.isEmpty, !withdrawn.isEmpty {
            // A file that another record names as well has to be there.
            try log.forEach(from: 0, below: try log.size()) { stored in
                if !withdrawn.contains(stored.seq) { missing.subtract(Removal.storedFiles(stored.body)) }
            }
        }
        run.problems.withLock { problems in
            problems.remove { problem in
                switch problem.code {
                case .bodyMissing, .bodyUnexpected: problem.seq.map(withdrawn.contains) ?? false
                case .fileMissing:
                    !withdrawn.isEmpty && ArchiveVerifier.digest(problem).map(missing.contains) ?? false
                case .objectUnreferenced: ArchiveVerifier.digest(problem).map(added.contains) ?? false
                default: false
                }
            }
        }
    }

    /// The stored files that the entries past `state` name, and what they order removed; nothing where they break any rule, which
    /// is for the next verification to say.
    private func meanwhile(
        in log: LogDatabase, since state: LogState
    ) throws -> (files: Set<Digest>, withdrawn: Set<UInt64>) {
        let size = try log.size()
        var isSound = true
        var files: Set<Digest> = []
        var audit = LogAudit(
            from: state, readEntry: { try log.entry($0)?.bytes },
            nextCheckpoint: LogDatabase.checkpoints(log, after: state.size, below: size),
            report: { if $0.severity == .tampering { isSound = false } })
        try ParsedSlices.forEach(in: log, from: state.size, below: size) { slice in
            for (seq, parsed) in slice {
                try audit.skip(to: seq)
                try audit.absorb(parsed)
                for file in parsed.files where file.held == .stored { files.insert(file.sha256) }
            }
        }
        try audit.skip(to: size)
        try audit.finish()
        return isSound ? (files, audit.withdrawn) : ([], [])
    }

    /// The digest of the stored file that a problem is about.
    private static func digest(_ problem: Problem) -> Digest? {
        problem.path?.split(separator: "/").last.flatMap { Digest(hex: String($0)) }
    }
}
