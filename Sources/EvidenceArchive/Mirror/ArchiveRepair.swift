internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
internal import TransparencyLog

/// Mends an archive from its mirror: rows of the log, stored files, the file `checkpoint` and the index.
///
/// First the mirror is proven: whole as a log, of a key that this reader trusts, at no size with another root than the archive
/// signed. What is replaced is kept aside. The log is written anew beside the old one and takes its place in one step; files are put
/// back by the very commit that records it. FORMAT.md, "archive.repaired".
package struct ArchiveRepair {
    static let phase = Message(en: "reading the mirror", zh: "读取镜像")
    /// So many rows are named in the record; the database that had them is kept.
    private static let mostRows = 1_000

    let path: FilePath
    let mirror: Archive
    let surroundings: AppendSession.Surroundings
    let progress: ArchiveVerifier.ShowProgress

    package init(
        of path: FilePath, from mirror: Archive, _ surroundings: AppendSession.Surroundings,
        progress: @escaping ArchiveVerifier.ShowProgress
    ) {
        self.path = path
        self.mirror = mirror
        self.surroundings = surroundings
        self.progress = progress
    }

    var database: FilePath { path.appending(LogDatabase.fileName) }
    var store: ObjectStore { ObjectStore(archive: path) }
    var aside: AsideFolder { AsideFolder(archive: path) }

    /// - Parameter unlock: gives what the record is signed with, and is asked as soon as the mirror is known to be one; nil to
    ///   change nothing and say what would be done.
    package func run(unlocking unlock: (() throws -> CommitKeys)?) throws -> RepairReport {
        if unlock != nil { try requireWritable() }
        let signed = try signedCheckpoints()
        try requireMirror(signed)
        let keys = try unlock?()
        let newest = try mirror.newestCheckpoint().checkpoint
        try requireSound(newest)
        try requireSameHistory(signed)
        let memories = MemoryFolder(surroundings.folders)
        try AppendSession.requireNoOther(
            memories, than: mirror.identity, isKnown: memories.memory(of: mirror.identity) != nil,
            of: mirror.created.key, at: path)
        var report = RepairReport(from: newest, isPlan: keys == nil)
        // Before the log's size is taken: a writer moves on the log first.
        let known = try knownSize()
        let found = try verifyLog()
        (report.problems, report.omitted) = (found.problems, found.omitted)
        let isDamaged = found.problems.contains { !ArchiveRepair.besideTheLog.contains($0.code) }
        report.mendsLog = isDamaged || found.size < newest.size
        report.mendsCheckpoint = found.problems.contains { $0.code == .publishedCheckpointAltered }
        var planned: LogDatabase?
        if report.mendsLog {
            planned = try mendLog(&report)
        } else {
            try requireContinuation(of: newest)
            try requireAll(known, size: found.size)
            if report.mendsCheckpoint, !report.isPlan {
                try locked { try mendCheckpoint(LogDatabase.openToRead(database)) }
            }
        }
        try mendFiles(&report, planned, keys)
        return report
    }

    func locked<Result>(_ body: () throws -> Result) throws -> Result {
        let lock = try ArchiveLock(
            path, onWait: surroundings.onWait, checkInterruption: surroundings.checkInterruption)
        defer { withExtendedLifetime(lock) {} }
        return try body()
    }

    // MARK: The log

    /// Writes the log anew: what the mirror has, and what this archive has more that continues it.
    ///
    /// - Returns: for a plan the log that would take the place of the archive's; else nil.
    private func mendLog(_ report: inout RepairReport) throws -> LogDatabase? {
        try locked {
            let staging = report.isPlan ? nil : try Staging(store, mark: try surroundings.random(8))
            defer { staging?.close() }
            let file = staging?.path.appending(LogDatabase.fileName)
            let new = try file.map { try LogDatabase.create($0) } ?? LogDatabase.temporary()
            let old = try? LogDatabase.openDamaged(database)
            var state = try copy(mirror.log, after: LogState(), to: new)
            if let old { state = try copy(old, after: state, with: checkpointsBesideTheLog(), to: new) }
            try requireAll(knownSize(), size: state.size)
            report.takenOver = (try? old?.size()).map { $0..<max($0, report.mirror.size) } ?? 0..<0
            try compare(new, with: old, &report)
            guard let file else { return new }
            let note = try new.checkpoint()
            try new.close()
            try old?.close()
            try replaceDatabase(with: file)
            if note != nil { try mendCheckpoint(LogDatabase.openToRead(database)) }
            return nil
        }
    }

    private func copy(
        _ source: LogDatabase, after state: LogState, with checkpoints: [LogAudit.StoredCheckpoint] = [],
        to new: LogDatabase
    ) throws -> LogState {
        var state = state
        let copier = LogCopier(
            source: source, checkpoints: checkpoints, checkInterruption: surroundings.checkInterruption)
        while true {
            let stretch = try copier.next(after: state, in: new) { _, _ in }
            if stretch.end > stretch.start {
                guard let written = try copier.write(stretch, after: state, to: new, report: { _ in }) else { continue }
                state = written
            }
            try progress(ProgressSnapshot(phase: ArchiveRepair.phase, filesDone: Int(clamping: state.size)))
            if stretch.fault != nil || stretch.end == stretch.start { break }
        }
        // A database that can't be read has no anchors to give.
        let trust = try TrustCheck(surroundings.folders).anchors
        try? copier.writeNewAnchors(after: state, trusting: trust, to: new) { _ in }
        return state
    }

    /// Names the rows that were missing or other than they are now, as far as the old database can be read.
    private func compare(_ new: LogDatabase, with old: LogDatabase?, _ report: inout RepairReport) throws {
        func differs(_ table: ArchiveRepaired.Row.Table, _ number: UInt64) {
            report.rowCount += 1
            if report.rows.count < ArchiveRepair.mostRows { report.rows.append(ArchiveRepaired.Row(table, number)) }
        }
        let size = try new.size()
        try new.forEach(below: size) { stored in
            let before = try? old?.entry(stored.seq)
            if before?.bytes != stored.bytes { differs(.entry, stored.seq) }
            if let body = stored.body, before?.body != body { differs(.body, stored.seq) }
        }
        var last: UInt64 = 0
        while let stored = try new.checkpoint(after: last) {
            last = stored.size
            if (try? old?.checkpoint(at: last)?.note) != stored.note { differs(.checkpoint, last) }
        }
        try new.forEachAnchor { stored in
            if (try? old?.anchor(stored.number)) != stored.anchor { differs(.anchor, stored.number) }
        }
    }

    /// Puts the new database in the place of the old one, which is kept.
    private func replaceDatabase(with file: FilePath) throws {
        // The old one's journal would be rolled back into the new one.
        let journal = path.appending(LogDatabase.fileName + "-journal")
        do {
            let index = path.appending(ArchiveIndex.fileName)
            if try Files.status(index) != nil { try Files.removeTree(index) }
            let keptJournal = try keep(journal)
            try Files.removeTree(journal)
            let kept = try keep(database)
            try Files.rename(file, to: database)
            do { try Files.syncFolder(path) } catch {
                // Found again, the new one would be taken for durable.
                if let kept { try aside.putBack(database, number: kept) } else { try Files.remove(database) }
                if let keptJournal { try aside.putBack(journal, number: keptJournal) }
                throw error
            }
        } catch {
            throw EvidenceError.file(any: error, database, writing: true)
        }
    }

    /// Keeps what stands at a path aside; nil for nothing.
    private func keep(_ path: FilePath) throws -> Int? { try Files.status(path) == nil ? nil : aside.keep(path) }

    /// Puts the log's newest checkpoint into the file `checkpoint`; what is none of the log's is kept aside.
    private func mendCheckpoint(_ log: LogDatabase) throws {
        guard let note = try log.checkpoint()?.note else { return }
        let file = path.appending(Archive.checkpointName)
        if try Files.status(file) != nil {
            let bytes = try? Files.contents(of: file, limit: 64 * 1_024)
            if bytes == note { return }
            let published = bytes.flatMap { PublishedCheckpoint.read($0) }
            let own = try published.flatMap { try log.checkpoint(at: $0.size)?.note }
            // What can't be read is somebody's, too.
            if own == nil || own != bytes { _ = try aside.keep(file) }
        }
        try Files.replace(file, with: note, mode: 0o644)
    }
}
