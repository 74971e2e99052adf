internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage

/// Removes what withdrawals have ordered removed: first files, then bodies, then what the index had of them.
///
/// The order is durable in the log before anything goes. A crash on the way leaves bodies that the log says are to go, and
/// the next writer goes on; so a file is never missing for a reason that the log does not give. The caller holds the
/// archive's lock. FORMAT.md §7.
struct Removal {
    private let archive: Archive
    private let log: LogDatabase
    private let surroundings: AppendSession.Surroundings

    init(_ archive: Archive, _ log: LogDatabase, _ surroundings: AppendSession.Surroundings) {
        self.archive = archive
        self.log = log
        self.surroundings = surroundings
    }

    func carryOut() throws {
        let pending = try log.pendingRemovals()
        guard !pending.isEmpty else { return }
        for (seq, withdrawal) in pending { try requireOrder(for: try archive.record(seq), by: withdrawal) }
        let seqs = Set(pending.map(\.seq))
        try removeFiles(
            try Removal.filesOnly(of: seqs, in: log, checkInterruption: surroundings.checkInterruption))
        try log.deleteBodies(seqs.sorted())
        for name in try AsideFolder(archive: archive.path).names() where name.hasPrefix(LogDatabase.fileName) {
            let path = "\(AsideFolder.folderName)/\(name)"
            surroundings.onWarning(
                Message(
                    en:
                        "“\(path.shown)”, which a repair kept, may still hold what was withdrawn. See to it that it is removed there too.",
                    zh: "修复时留存的“\(path.shown)”中可能仍有已撤销的内容，请一并处理。"))
        }
        _ = try ArchiveIndex.rebuild(
            try archive.indexPath(surroundings.folders), for: log, identity: archive.identity
        ) { _ in try surroundings.checkInterruption() }
    }

    /// A row of `removal` is no order: the entry that it names is.
    private func requireOrder(for target: LogRecord, by withdrawal: UInt64) throws {
        let order = try archive.record(withdrawal)
        guard order.entry.type == .entryWithdrawn, let body = order.body,
            try EntryWithdrawn(body).removed.contains(target.reference)
        else {
            throw EvidenceError(
                .damaged,
                en:
                    "The database orders the removal of entry \(target.entry.seq), but no entry does. Nothing is written; run evidence verify.",
                zh: "数据库要求移除第 \(target.entry.seq) 条，但没有条目作此要求。不予写入，请执行 evidence verify。")
        }
    }

    /// The stored files that these entries name and no other, as all bodies of the log have it; the index is not asked.
    static func filesOnly(
        of seqs: Set<UInt64>, in log: LogDatabase, checkInterruption: () throws -> Void
    ) throws -> Set<Digest> {
        var files: Set<Digest> = []
        for seq in seqs { files.formUnion(storedFiles(try log.entry(seq)?.body)) }
        if files.isEmpty { return files }
        try log.forEach(from: 0, below: try log.size()) { stored in
            try checkInterruption()
            guard !files.isEmpty, !seqs.contains(stored.seq) else { return }
            files.subtract(storedFiles(stored.body))
        }
        return files
    }

    /// The stored files that a body names.
    static func storedFiles(_ body: [UInt8]?) -> [Digest] {
        body.flatMap { try? Body(parsing: $0) }.map(storedFiles) ?? []
    }

    static func storedFiles(_ body: Body) -> [Digest] {
        ((try? EvidenceAdded(body))?.files ?? []).filter { $0.held == .stored }.map(\.sha256)
    }

    private func removeFiles(_ files: Set<Digest>) throws {
        var shelves: Set<[UInt8]> = []
        for file in files {
            let path = archive.objects.path(file)
            do {
                // Gone already, it was removed by a run whose sync may have failed: only another change makes that sure.
                if try Files.status(path) == nil, try Files.status(path.parent)?.kind == .folder {
                    try Files.write([], to: path, mode: 0o600)
                }
                try Files.remove(path)
            } catch {
                throw EvidenceError.file(any: error, path, writing: true)
            }
            try AsideFolder(archive: archive.path).remove(file)
            shelves.insert(path.parent.rawBytes)
        }
        for shelf in shelves {
            let path = FilePath(rawBytes: shelf)
            guard try Files.status(path) != nil else { continue }
            do { try Files.syncFolder(path) } catch let error { throw EvidenceError.file(error, path, writing: true) }
        }
    }
}
