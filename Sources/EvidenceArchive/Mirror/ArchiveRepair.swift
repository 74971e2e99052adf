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

    /// - Parameter keys: what the record is signed with; nil to change nothing and say what would be done.
    package func run(_ keys: CommitKeys?) throws -> RepairReport {
        let newest = try mirror.newestCheckpoint().checkpoint
        try requireSound(newest)
        try requireSameHistory()
        var report = RepairReport(from: newest, isPlan: keys == nil)
        let found = try verifyLog()
        (report.problems, report.omitted) = (found.problems, found.omitted)
        report.mendsLog = found.problems.contains { !ArchiveRepair.besideTheLog.contains($0.code) }
        report.mendsCheckpoint = found.problems.contains { $0.code == .publishedCheckpointAltered }
        if report.mendsLog {
            try mendLog(&report)
        } else if report.mendsCheckpoint, !report.isPlan {
            try locked { try mendCheckpoint(LogDatabase.openToRead(database)) }
        }
        try mendFiles(&report, keys)
        return report
    }

    // MARK: What is proven first

    /// What is not of the log, or is not mended by another copy of it.
    static let besideTheLog = fileCodes.union([.indexAltered, .fileUnreadable, .publishedCheckpointAltered])
    static let fileCodes: Set<Problem.Code> = [
        .fileMissing, .fileSizeDiffers, .fileAltered, .fileDigestsDisagree, .fileNotRegular,
    ]

    func verifier(readingFiles: Bool, observe: @escaping @Sendable (Problem) -> Void = { _ in }) throws
        -> ArchiveVerifier
    {
        ArchiveVerifier(
            folders: surroundings.folders, full: false, referenced: .nowhere,
            draw: readingFiles ? nil : { FileSample(total: $0, drawn: []) }, observe: observe, progress: progress)
    }

    /// Refuses a mirror that is damaged as a log, or of a key that nobody vouches for.
    private func requireSound(_ newest: Checkpoint) throws {
        let report = try verifier(readingFiles: false).verify(mirror.path)
        let name = mirror.path.shown
        if let problem = report.problems.first(where: { !ArchiveRepair.besideTheLog.contains($0.code) }) {
            throw EvidenceError(
                .damaged,
                en: "The mirror “\(name)” can't be repaired from: \(problem.explanation.en) Nothing was changed.",
                zh: "不能用镜像“\(name)”修复：\(problem.explanation.zh)未作任何改动。")
        }
        guard report.trust != nil, report.size == newest.size, report.root == newest.root else {
            throw EvidenceError(
                .refused,
                en:
                    "Nothing on this machine says that the key of the mirror “\(name)” is really the archive's. Get the key from the operator by another way, run evidence trust KEY, then repair.",
                zh: "本机没有任何依据表明镜像“\(name)”的密钥确属该档案。请通过其他途径取得公钥，执行 evidence trust KEY 后再修复。")
        }
    }

    /// Refuses a mirror of another archive, and one with another history than the archive signed.
    private func requireSameHistory() throws {
        let own = try? LogDatabase.openToRead(database)
        let key = mirror.created.key
        let published = try? Files.contents(of: path.appending(Archive.checkpointName), limit: 64 * 1_024)
        var notes = [published].compactMap { $0 }
        var last: UInt64 = 0
        while let stored = try? own?.checkpoint(after: last) {
            last = stored.size
            notes.append(stored.note)
        }
        let signed = notes.compactMap { bytes -> Checkpoint? in
            (try? SignedNote(parsing: bytes))?.verify(key) == .valid ? PublishedCheckpoint.read(bytes) : nil
        }
        let remembered = try MemoryFolder(surroundings.folders).memory(of: mirror.identity)
        guard !signed.isEmpty || remembered?.path == path else {
            throw EvidenceError(
                .badInput,
                en:
                    "“\(mirror.path.shown)” is no mirror of “\(path.shown)”: nothing here is signed by its key. Name the archive's own mirror.",
                zh: "“\(mirror.path.shown)”不是“\(path.shown)”的镜像：此处没有由其密钥签署的内容。请指明该档案自己的镜像。")
        }
        let size = try mirror.log.size()
        for checkpoint in signed where checkpoint.size <= size {
            if try mirror.root(at: checkpoint.size) == checkpoint.root { continue }
            throw EvidenceError(
                .damaged,
                en:
                    "The archive and the mirror “\(mirror.path.shown)” are two histories: the archive signed other first \(checkpoint.size) entries. Nothing was changed; keep both, and report it.",
                zh: "档案与镜像“\(mirror.path.shown)”是两份不同的历史：档案签署过的前 \(checkpoint.size) 条与镜像不同。未作任何改动；两者都要保留，并上报。")
        }
    }

    private func verifyLog() throws -> VerificationReport {
        do {
            return try verifier(readingFiles: false).verify(path)
        } catch let error as EvidenceError where isLogUnusable(error) {
            var report = VerificationReport()
            report.problems = [.databaseMalformed(error)]
            return report
        }
    }

    /// Whether what stopped a verification is that there is no database, that something else stands in its place, or that its
    /// disk fails, and does so once more.
    private func isLogUnusable(_ error: EvidenceError) -> Bool {
        switch error.code {
        case .inputMissing, .badInput: return true
        case .inputOutput:
            do {
                _ = try LogDatabase.openToRead(database).structureProblems()
                return false
            } catch { return (error as? EvidenceError)?.code == .inputOutput }
        default: return false
        }
    }

    func locked<Result>(_ body: () throws -> Result) throws -> Result {
        let lock = try ArchiveLock(
            path, onWait: surroundings.onWait, checkInterruption: surroundings.checkInterruption)
        defer { withExtendedLifetime(lock) {} }
        return try body()
    }

    // MARK: The log

    /// Writes the log anew: what the mirror has, and what this archive has more that continues it.
    private func mendLog(_ report: inout RepairReport) throws {
        try locked {
            let staging = report.isPlan ? nil : try Staging(store, mark: try surroundings.random(8))
            defer { staging?.close() }
            let file = staging?.path.appending(LogDatabase.fileName)
            let new = try file.map { try LogDatabase.create($0) } ?? LogDatabase.temporary()
            let old = try? LogDatabase.openToRead(database)
            var state = LogState()
            for source in [mirror.log, old].compactMap({ $0 }) { state = try copy(source, after: state, to: new) }
            try requireAllThatIsKnown(state)
            try compare(new, with: old, &report)
            guard let file else { return }
            let note = try new.checkpoint()
            try new.close()
            try old?.close()
            try replaceDatabase(with: file)
            if note != nil { try mendCheckpoint(LogDatabase.openToRead(database)) }
        }
    }

    private func copy(_ source: LogDatabase, after state: LogState, to new: LogDatabase) throws -> LogState {
        var state = state
        let copier = LogCopier(source: source, checkInterruption: surroundings.checkInterruption)
        while true {
            let stretch = try copier.next(after: state, in: new) { _, _ in }
            if stretch.end > stretch.start { state = try copier.write(stretch, after: state, to: new) { _ in } }
            try progress(ProgressSnapshot(phase: ArchiveRepair.phase, filesDone: Int(clamping: state.size)))
            if stretch.fault != nil || stretch.end == stretch.start { break }
        }
        // A database that can't be read has no anchors to give.
        try? copier.writeNewAnchors(after: state, to: new) { _ in }
        return state
    }

    /// Refuses to go on with less than was once signed.
    private func requireAllThatIsKnown(_ state: LogState) throws {
        let remembered = try MemoryFolder(surroundings.folders).memory(of: mirror.identity)
        let bytes = try? Files.contents(of: path.appending(Archive.checkpointName), limit: 64 * 1_024)
        let published = bytes.flatMap { bytes in
            (try? SignedNote(parsing: bytes))?.verify(mirror.created.key) == .valid
                ? PublishedCheckpoint.read(bytes) : nil
        }
        let known = max(remembered?.state.size ?? 0, published?.size ?? 0)
        guard state.size < known else { return }
        throw EvidenceError(
            .refused,
            en:
                "The archive had \(known) entries, and entries \(state.size) to \(known - 1) are neither in the mirror nor to be read here: repairing would lose them. Nothing was changed. Look for a newer copy, or begin a successor.",
            zh:
                "档案曾有 \(known) 条，第 \(state.size) 至 \(known - 1) 条镜像中没有，此处也无法读取：现在修复就会丢失这些条目。未作任何改动。请寻找较新的副本，或建立后续档案。")
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
