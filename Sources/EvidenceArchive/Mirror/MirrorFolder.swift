internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage
internal import TransparencyLog

/// A mirror's folder while it is written: its log, and the files that come in.
///
/// The caller holds the folder's lock.
final class MirrorFolder {
    /// What was copied so far, and what could not be.
    struct Copying {
        private(set) var files = 0
        private(set) var bytes: UInt64 = 0
        fileprivate(set) var keptAside: [String] = []
        private var collector = ProblemCollector()
        private var ownCollector = ProblemCollector()

        var problems: [Problem] { collector.problems }
        var omitted: [Problem.Code: Int] { collector.omitted }
        /// What is wrong with files of the mirror that could not be replaced.
        var damaged: [Problem] { ownCollector.problems }
        var damagedOmitted: [Problem.Code: Int] { ownCollector.omitted }

        mutating func report(_ problem: Problem) { collector.add(problem) }

        fileprivate mutating func report(damaged problem: Problem) { ownCollector.add(problem) }

        fileprivate mutating func count(_ file: ExpectedFile) {
            files += 1
            bytes.add(clamping: file.size)
        }
    }

    /// Put in their places in so many bytes or files, so that a run that is stopped has not worked for nothing.
    private static let bytesAtOnce: UInt64 = 1 << 30
    private static let filesAtOnce = 1_024
    /// What a mirror has before its log is there.
    static let begun: Set<String> = [ObjectStore.folderName, Staging.folderName, AsideFolder.folderName]

    let path: FilePath
    /// Nil until the first entries were written.
    private(set) var log: LogDatabase?
    private let store: ObjectStore
    private let staging: Staging
    /// What was copied, and no entry that was written since names.
    private var unnamed: Set<Digest> = []
    private let now: () -> Timestamp
    private let checkInterruption: () throws -> Void

    /// Refuses a folder for a new mirror that holds something else, or is to lie in one that is not there: whoever makes that
    /// too writes onto the system's own disk where another one is not connected.
    static func requirePlace(_ folder: FilePath) throws {
        guard try Files.statusFollowing(folder.parent) != nil else {
            throw EvidenceError(
                .inputMissing,
                en:
                    "The folder in which the mirror is to lie, “\(folder.parent.shown)”, is not there. Connect its disk, or make the folder with mkdir.",
                zh: "镜像所在的文件夹“\(folder.parent.shown)”不存在。请接上其磁盘，或用 mkdir 建立该文件夹。")
        }
        guard try Files.statusFollowing(folder)?.kind == .folder else { return }
        let names = try Files.names(in: Files.straight(folder)).map { String(decoding: $0, as: UTF8.self) }
        guard let other = names.first(where: { !begun.contains($0) }) else { return }
        throw EvidenceError(
            .badInput,
            en:
                "“\(folder.shown)” holds something else (“\(other.shown)”). Name an empty folder for the mirror, or a new one.",
            zh: "“\(folder.shown)”中已有其他内容（“\(other.shown)”）。请为镜像指定一个空文件夹或新文件夹。")
    }

    /// Takes away what a first run made that came to nothing, unless copies wait there.
    static func removeEmpty(_ path: FilePath, withItself: Bool) {
        guard (try? Archive.exists(at: path)) == false,
            (try? Files.removeEmptyFolder(path.appending(Staging.folderName))) != nil
        else { return }
        let objects = path.appending(ObjectStore.folderName)
        for shelf in (try? Files.names(in: objects)) ?? [] {
            try? Files.removeEmptyFolder(objects.appending(raw: shelf))
        }
        for name in begun { try? Files.removeEmptyFolder(path.appending(name)) }
        if withItself { try? Files.removeEmptyFolder(path) }
    }

    init(_ path: FilePath, of source: Archive, _ surroundings: AppendSession.Surroundings) throws {
        self.path = path
        // SQLite would name a file of its own.
        if Files.isOnReadOnlyMedium(path) { throw EvidenceError.file(.readOnlyFileSystem, path, writing: true) }
        guard Files.mayWrite(path) else { throw EvidenceError.file(.permissionDenied, path, writing: true) }
        store = ObjectStore(archive: path)
        now = surroundings.now
        checkInterruption = surroundings.checkInterruption
        if try Archive.exists(at: path) {
            let log = try LogDatabase.openToAppend(path.appending(LogDatabase.fileName))
            guard try log.entry(0).map({ MerkleHash.leaf($0.bytes) }) == source.identity else {
                throw EvidenceError(
                    .badInput, en: "“\(path.shown)” holds another archive. Name a folder of its own for this mirror.",
                    zh: "“\(path.shown)”中是另一个档案。请为此镜像另指定文件夹。")
            }
            self.log = log
        }
        // What runs that died had put in place ahead of its entries is not to be copied again; see ``settle(isComplete:)``.
        try Staging.sweep(store, nil, now: surroundings.now)
        for name in [ObjectStore.folderName, Staging.folderName] { try Files.makeFolders(path.appending(name)) }
        try Staging.settle(store, log)
        staging = try Staging(store, mark: try surroundings.random(8))
    }

    func close() { staging.close() }

    /// What of the files an earlier run had copied.
    var resumed: ResumedCopies { staging.resumed }

    /// Lets what was copied wait for the next run.
    ///
    /// - Parameter error: what stops this one.
    /// - Returns: the error, which says so where anything waits.
    func keepCopies(after error: any Error) -> any Error { staging.keepCopies(after: error) }

    /// Whether a stored file is there, by its size, or by its bytes.
    func holds(_ file: ExpectedFile, reading: Bool) throws -> Bool {
        try reading ? store.holdsWhole(file.sha256, size: file.size) : store.holds(file.sha256, size: file.size)
    }

    /// The stored files of withdrawn records alone, as the mirror's log has it.
    func withdrawnFiles() throws -> Set<Digest> {
        guard let log else { return [] }
        return try Removal.filesOnly(
            of: Set(try log.pendingRemovals().map(\.seq)), in: log, checkInterruption: checkInterruption)
    }

    // MARK: Files

    /// Copies files that are not here, durably and into their places, each held against what its entry says.
    ///
    /// - Parameters:
    ///   - end: files that only entries from here on name are left.
    ///   - leftOut: files that are not to be here any more.
    func copy(
        _ files: FileWorkList, below end: UInt64 = .max, from source: Archive, leavingOut leftOut: Set<Digest> = [],
        _ copying: inout Copying, _ progress: (ProgressSnapshot) throws -> Void
    ) throws {
        try files.leaveOut(leftOut)
        var (last, waiting, bytes) = (Int64(0), 0, UInt64(0))
        while true {
            let batch = try files.batch(after: last, in: source.objects)
            guard let newest = batch.last?.number else { break }
            last = newest
            for (_, file, _) in batch where file.seq < end {
                try checkInterruption()
                if try take(file, from: source, &copying, progress) {
                    waiting += 1
                    bytes.add(clamping: file.size)
                }
                if waiting >= MirrorFolder.filesAtOnce || bytes >= MirrorFolder.bytesAtOnce {
                    try place(&copying)
                    (waiting, bytes) = (0, 0)
                }
            }
        }
        if waiting > 0 { try place(&copying) }
    }

    /// Ends a run that has appended all it could, and copied what was missing.
    ///
    /// - Parameter isComplete: whether the log has all entries of the archive: then what runs that died had put in place or
    ///   copied, and it does not name, was withdrawn before its entries came, and is removed.
    func settle(isComplete: Bool) throws {
        guard let log else { return }
        try staging.withdrawUncommitted(log)
        if isComplete { try Staging.sweep(store, log, keepingCopies: false, now: now) }
    }

    private func place(_ copying: inout Copying) throws {
        try staging.finishCopying()
        staging.keepPromoted()
        // Any entry may name it: what the mirror lost comes this way too.
        copying.keptAside += try staging.promote(logSize: 0)
    }

    private func take(
        _ file: ExpectedFile, from source: Archive, _ copying: inout Copying,
        _ progress: (ProgressSnapshot) throws -> Void
    ) throws -> Bool {
        var snapshot = ProgressSnapshot(
            phase: ArchiveMirror.copyingPhase, filesDone: copying.files, bytesDone: Int64(clamping: copying.bytes),
            current: file.shownPath)
        var problem: Problem?
        let isTaken = try staging.take(
            file,
            progress: {
                snapshot.bytesDone += Int64($0)
                try progress(snapshot)
            }, report: { problem = $0 })
        if isTaken {
            copying.count(file)
            unnamed.insert(file.sha256)
        }
        // What a withdrawal has removed meanwhile is not missing.
        if let problem, try problem.code != .fileMissing || !source.log.isOrderedRemoved(file.seq) {
            copying.report(problem)
            if let own = try damage(of: file) { copying.report(damaged: own) }
        }
        return isTaken
    }

    /// What is wrong with what stands in a file's place here; nil where nothing stands there.
    private func damage(of file: ExpectedFile) throws -> Problem? {
        let path = store.path(file.sha256)
        guard try Files.status(path) != nil else { return nil }
        let own = ExpectedFile(
            path: path, shownPath: file.shownPath, size: file.size, sha256: file.sha256, fsverity: file.fsverity,
            seq: file.seq)
        var problem: Problem?
        if let span = FileChecker.find(own, report: { problem = $0 }) {
            _ = try CheckedRead.read(
                own, from: span, take: { _ in try checkInterruption() }, report: { problem = $0 })
        }
        return problem
    }

    // MARK: The log

    /// Has entries written that name what was copied; with the first ones the log appears.
    ///
    /// - Parameter write: tells of each file that they name. What none does is a withdrawn record's, of which ``settle(isComplete:)``
    ///   asks the log; nil where nothing was written.
    func append(_ write: (LogDatabase, (FileRecord) -> Void) throws -> LogState?) throws -> LogState? {
        var named: Set<Digest> = []
        let state =
            if let log { try write(log) { named.insert($0.sha256) } } else {
                try begin { log in try write(log) { named.insert($0.sha256) } }
            }
        guard let state else { return nil }
        unnamed.subtract(named)
        if unnamed.isEmpty { try staging.forgetPromoted() }
        return state
    }

    private func begin(_ write: (LogDatabase) throws -> LogState?) throws -> LogState? {
        let database = staging.path.appending(LogDatabase.fileName)
        let target = path.appending(LogDatabase.fileName)
        let new = try LogDatabase.create(database)
        let state = try write(new)
        try new.close()
        guard let state else {
            try Files.remove(database)
            return nil
        }
        do {
            try Files.rename(database, to: target)
            do { try Files.syncFolder(path) } catch {
                // Found there again, it would be taken for durable.
                try Files.remove(target)
                throw error
            }
        } catch {
            throw EvidenceError.file(any: error, path, writing: true)
        }
        log = try LogDatabase.openToAppend(target)
        return state
    }

    /// Puts the newest checkpoint into the file `checkpoint`.
    func publishCheckpoint() throws {
        guard let note = try log?.checkpoint()?.note else { return }
        let file = path.appending(Archive.checkpointName)
        if (try? Files.contents(of: file, limit: 64 * 1_024)) == note { return }
        try Files.replace(file, with: note, mode: 0o644)
    }
}
