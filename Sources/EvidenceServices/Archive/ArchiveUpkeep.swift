internal import EvidenceArchive
internal import EvidenceFiles
package import EvidenceRecord
internal import Inspection
package import SystemPackage
package import TransparencyLog

/// `evidence status`: one screen about an archive.
package struct ArchiveStatus {
    /// Where the cases stand now, by the rules of the closed loop.
    package struct Cases: Sendable {
        package let open: Int
        package let overdue: Int
        /// See ``LoopBoard/Board/damage``.
        package let damage: EvidenceError?
    }

    package struct Report: Sendable {
        package let path: FilePath
        package let title: String?
        package let key: VerifierKey
        package let checkpoint: Checkpoint
        package let lastTime: Timestamp
        package let lastPerson: String
        package let records: Int
        package let files: Int
        package let bytes: UInt64
        /// What stopped runs had copied and nobody has gone on from.
        package let interruptedBytes: UInt64
        package let cases: Cases
        package let signers: Int
        /// Entries that no witness and no timestamp that this reader trusts covers.
        package let unanchored: UInt64
        package let timestamps: KeptTimestamps.Outlook
        /// When and where this user last carried a checkpoint out, and last found a second copy whole.
        package let care: CareNotes
    }

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    package func run() throws -> Report {
        let archive = try context.openArchive()
        let reading = try LogReading(archive, context)
        let (checkpoint, _) = try archive.newestCheckpoint()
        let last = try archive.record(checkpoint.size - 1)
        var files = 0
        var bytes: UInt64 = 0
        try archive.objects.forEach { _, digest in
            guard let digest, let status = try Files.status(archive.objects.path(digest)) else { return }
            files += 1
            bytes.add(clamping: status.size)
        }
        let signers = try reading.signerState().signers.values.filter { $0.revokedAt == nil }
        return Report(
            path: archive.path, title: archive.created.title, key: archive.created.key, checkpoint: checkpoint,
            lastTime: last.entry.time, lastPerson: try reading.person(last.entry.actor),
            records: try reading.recordCount(), files: files, bytes: bytes,
            interruptedBytes: try Staging.keptBytes(archive.path),
            cases: try cases(reading), signers: signers.count,
            unanchored: checkpoint.size - min(checkpoint.size, try OutsideView(archive, context).coveredSize()),
            timestamps: try KeptTimestamps(archive, context).outlook(),
            care: CareFolder(context.folders).notes(of: archive.identity))
    }

    private func cases(_ reading: LogReading) throws -> Cases {
        let board = try LoopBoard(context).run(LoopBoard.Request(), reading)
        let standings = board.cases.map(\.standing)
        return Cases(
            open: standings.count { $0.state.isOpen }, overdue: standings.count { $0.isOverdue }, damage: board.damage)
    }
}

/// `evidence checkpoint`: the newest signed checkpoint, to be carried out of the archive.
package struct ReadCheckpoint {
    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// The newest signed note, both signatures checked before it is handed out.
    package func run() throws -> (checkpoint: Checkpoint, note: SignedNote) {
        try newest(of: try context.openArchive())
    }

    func newest(of archive: Archive) throws -> (checkpoint: Checkpoint, note: SignedNote) {
        let newest = try archive.newestCheckpoint()
        guard newest.note.verify(archive.created.key) == .valid else {
            throw EvidenceError(
                .damaged, en: "The newest checkpoint does not carry the archive's signature. Run evidence verify.",
                zh: "最新检查点没有档案的有效签名。请执行 evidence verify。")
        }
        return newest
    }

    /// Writes the newest note to a file, which must not be there yet.
    package func save(to file: FilePath) throws -> (checkpoint: Checkpoint, note: SignedNote) {
        let archive = try context.openArchive()
        let (checkpoint, note) = try newest(of: archive)
        try ServiceContext.createFile(file, with: note.bytes, mode: 0o644)
        Advise(context).noteCheckpoint(archive, size: checkpoint.size, at: file)
        return (checkpoint, note)
    }
}

/// `evidence reindex`: the look-up tables made anew from the log.
package struct RebuildIndex {
    private static let phase = Message(en: "indexing", zh: "建立索引")

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// - Returns: how many entries were indexed.
    package func run() throws -> UInt64 {
        let archive = try context.openArchive()
        let total = Int(try archive.log.size())
        let index = try archive.rebuiltIndex(context.folders) { done in
            try context.progress(
                ProgressSnapshot(phase: RebuildIndex.phase, filesDone: Int(done), filesTotal: total))
        }
        return try index.meta().size
    }
}
