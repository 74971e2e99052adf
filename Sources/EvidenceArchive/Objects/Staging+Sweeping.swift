internal import EvidenceCrypto
package import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
package import SystemPackage

/// What runs that are no more left behind.
extension Staging {
    /// Locks the folder of a run that is no more; nil where it lives or is looked through, or where there is none by now: another
    /// process may remove it just before it is locked.
    ///
    /// - Parameter waiting: for whoever has it, which for a run that lives takes as long as that does.
    package static func lockLeft(_ folder: FilePath, waiting: Bool = false) throws(Errno) -> OpenFile? {
        guard let lock = try? OpenFile(folder, O_RDONLY | O_DIRECTORY), try lock.lock(waiting: waiting),
            try Files.status(folder)?.inode == lock.status().inode
        else { return nil }
        return lock
    }

    /// What the runs that stopped had copied, and still waits.
    package static func keptBytes(_ archive: FilePath) throws -> UInt64 {
        let incoming = archive.appending(folderName)
        guard try Files.status(incoming)?.kind == .folder else { return 0 }
        var total: UInt64 = 0
        for name in try Files.names(in: incoming) {
            let path = incoming.appending(raw: name)
            guard let lock = try lockLeft(path) else { continue }
            defer { withExtendedLifetime(lock) {} }
            total.add(clamping: try LeftCopies.bytes(in: path) ?? 0)
        }
        return total
    }

    /// Takes back the objects that runs which are no more put in their places for a commit that was never made, and
    /// removes those runs' folders, with copies in them once nobody went on from them for some days, and what they left
    /// beside the file `checkpoint`.
    ///
    /// The caller holds the archive's lock, and has opened `log` under it; nil where that is not to be asked yet: then what
    /// was put in place stays there, and what was written down of it.
    /// - Parameter keepingCopies: whether copies wait; false where nobody is to go on from any.
    static func sweep(
        _ store: ObjectStore, _ log: LogDatabase?, keepingCopies: Bool = true, now: () -> Timestamp
    ) throws {
        try store.requireOwnFolders()
        try Files.removeAbandoned(replacing: store.archive.appending(Archive.checkpointName))
        let incoming = store.archive.appending(folderName)
        do {
            guard try Files.status(incoming)?.kind == .folder else { return }
            for name in try Files.names(in: incoming) {
                let path = incoming.appending(raw: name)
                guard try Files.status(path)?.kind == .folder else {
                    try Files.remove(path)
                    continue
                }
                try sweep(run: path, store, log, keepingCopies: keepingCopies, now: now)
            }
        } catch { throw EvidenceError.file(any: error, incoming, writing: true) }
    }

    private static func sweep(
        run: FilePath, _ store: ObjectStore, _ log: LogDatabase?, keepingCopies: Bool, now: () -> Timestamp
    ) throws {
        guard let lock = try lockLeft(run) else { return }
        defer { withExtendedLifetime(lock) {} }
        let journals = try journals(in: run)
        guard journals.isEmpty || log != nil else { return try removeEnded(run, but: isJournal) }
        if let log { try withdrawUncommitted(of: run, store, log) }
        for journal in journals { try Files.remove(journal) }
        let touched = try lock.status().modified?.milliseconds ?? 0
        let isFresh = keepingCopies && now().milliseconds - touched < Int64(LeftCopies.days) * 86_400_000
        if try !isFresh || LeftCopies.bytes(in: run) == nil { try remove(run) }
    }

    /// Makes durable what is found in an archive's folder and taken for whole from now on: runs that were killed, or whose syncs
    /// failed, have left what only seems to be there.
    ///
    /// The caller holds the archive's lock, and has opened `log` under it, if there is one yet.
    static func settle(_ store: ObjectStore, _ log: LogDatabase?) throws {
        do { try Files.syncFileSystem(of: store.archive) } catch let error {
            throw EvidenceError.file(error, store.archive, writing: true)
        }
        try log?.settle()
    }

    /// Takes back what a run put in place and no entry came to name.
    ///
    /// Every writer sweeps before it commits: so only commits of the run itself can name what the run put in place, and
    /// they stand from the size on that the run wrote down.
    static func withdrawUncommitted(of run: FilePath, _ store: ObjectStore, _ log: LogDatabase) throws {
        var sizes: [UInt64] = []
        var arrivals: [Arrival] = []
        for journal in try journals(in: run) {
            let text = String(decoding: try Files.contents(of: journal, limit: 1 << 30), as: UTF8.self)
            let lines = text.split(separator: "\n")
            guard let size = lines.first.flatMap({ UInt64($0) }) else { continue }
            sizes.append(size)
            arrivals += lines.dropFirst().compactMap { Arrival(line: $0) }
        }
        guard let size = sizes.min(), !arrivals.isEmpty else { return }
        var orphans = Set(arrivals.map(\.digest))
        try log.forEach(from: size, below: try log.size()) { stored in
            guard let body = stored.body.flatMap({ try? Body(parsing: $0) }) else { return }
            switch (try? Entry(parsing: stored.bytes))?.type {
            case .evidenceAdded: orphans.subtract(Removal.storedFiles(body))
            case .archiveRepaired: orphans.subtract((try? ArchiveRepaired(body))?.files.map(\.sha256) ?? [])
            default: break
            }
        }
        var shelves: Set<FilePath> = []
        for arrival in arrivals where orphans.contains(arrival.digest) {
            try takeBack(arrival, to: run, store)
            shelves.insert(store.path(arrival.digest).parent)
        }
        // Where what was written down went before that is durable, nobody could tell what is left there.
        for shelf in shelves where try Files.status(shelf) != nil {
            do { try Files.syncFolder(shelf) } catch { throw EvidenceError.file(any: error, shelf, writing: true) }
        }
    }

    /// Removes a run's folder, last of all the mark that no run goes on from it: no power cut leaves copies without it.
    static func remove(_ folder: FilePath) throws {
        try removeEnded(folder, but: { _ in false })
        try Files.removeTree(folder)
    }

    /// Removes what is in the folder of a run from which none goes on.
    ///
    /// - Parameter isKept: what stays besides the mark that says so, by name.
    private static func removeEnded(_ folder: FilePath, but isKept: (String) -> Bool) throws {
        guard try Files.status(folder.appending(LeftCopies.endedName)) != nil else { return }
        for name in try Files.names(in: folder) {
            let text = String(decoding: name, as: UTF8.self)
            if text != LeftCopies.endedName, !isKept(text) { try Files.removeTree(folder.appending(raw: name)) }
        }
        try Files.syncFolder(folder)
    }
}
