package import EvidenceCrypto
package import EvidenceFiles
package import EvidenceRecord
internal import Synchronization
package import SystemPackage
internal import TransparencyLog

/// Checks a whole archive: every entry, body, checkpoint, signature, index row and stored file, from the bytes up.
///
/// It returns a report and throws only where checking could not go on: no such folder, an interruption. Not checked, since
/// no archive can show it: that content is true, that everything was recorded, that claimed times are true.
package struct ArchiveVerifier {
    /// How far the work has come; may throw to stop.
    package typealias ShowProgress = @Sendable (ProgressSnapshot) throws -> Void

    private static let entriesPhase = Message(en: "checking entries", zh: "检查条目")
    private static let sealsPhase = Message(en: "opening what is sealed", zh: "开启密封内容")
    private static let indexPhase = Message(en: "checking the index", zh: "检查索引")
    static let filesPhase = Message(en: "checking files", zh: "检查文件")

    private let folders: UserFolders
    private let isFull: Bool
    private let trust: TrustCheck?
    private let referenced: ReferencedFiles
    private let key: DecryptionKey?
    let earlier: VerifiedState?
    private let draw: ((UInt64) throws -> FileSample)?
    private let time: Timestamp?
    private let observe: @Sendable (Problem) -> Void
    private let progress: ShowProgress

    /// - Parameters:
    ///   - full: checks SHA-256 of files too, not the fs-verity digest alone.
    ///   - trust: what the log is held against; nil for what lies in the user's folders alone.
    ///   - referenced: finds the files that stayed outside.
    ///   - key: opens what is sealed to it, so that what is inside is checked too.
    ///   - earlier: what a whole verification left of this archive: only what came since is read. Not looked at are then the
    ///     index, the database's structure, anchors and files that no entry names.
    ///   - draw: which of so many files are read; nil for all. That the others are there with their sizes is checked too.
    ///   - observe: told of every problem, also past those that the report keeps.
    ///   - time: now, under which a verification that finds all whole is kept for another to go on from; nil to keep none.
    package init(
        folders: UserFolders, full: Bool, trust: TrustCheck? = nil, referenced: ReferencedFiles,
        key: DecryptionKey? = nil, goingOnFrom earlier: VerifiedState? = nil,
        draw: ((UInt64) throws -> FileSample)? = nil, keepingUnder time: Timestamp? = nil,
        observe: @escaping @Sendable (Problem) -> Void = { _ in }, progress: @escaping ShowProgress
    ) {
        self.folders = folders
        isFull = full
        self.trust = trust
        self.referenced = referenced
        self.key = key
        self.earlier = earlier
        self.draw = draw
        self.time = time
        self.observe = observe
        self.progress = progress
    }

    /// What one verification knows as it goes along.
    ///
    /// Filled by one thread, but for `problems`.
    final class Run: Sendable {
        let problems = Mutex(ProblemCollector())
        /// The leaf hash of entry 0, the log's state at its end and what its entries order removed, as soon as they are known.
        let found = Mutex<(identity: Digest?, state: LogState?, withdrawn: Set<UInt64>)>((nil, nil, []))
        private let observe: @Sendable (Problem) -> Void

        init(_ observe: @escaping @Sendable (Problem) -> Void) { self.observe = observe }

        func report(_ problem: Problem) {
            problems.withLock { $0.add(problem) }
            observe(problem)
        }

        /// Whether the entries found are those that the signed checkpoints are over; else a disk may have changed them.
        var isSigned: Bool { problems.withLock { !$0.problems.contains { $0.code == .rootMismatch } } }
    }

    package func verify(_ path: FilePath) throws -> VerificationReport {
        let path = try Files.realPath(path)
        let run = Run(observe)
        var report = VerificationReport()
        report.fileDigests = isFull ? .sha256AndFSVerity : .fsverity
        let file = path.appending(LogDatabase.fileName)
        do {
            let log = try LogDatabase.openToRead(file)
            // For it the whole file is read once more, beside what is read here.
            let structure =
                earlier == nil ? Background { try LogDatabase.openToRead(file).structureProblems() } : nil
            do {
                try check(path, log, run, &report)
            } catch let error as EvidenceError where error.code == .damaged {
                run.report(.databaseMalformed(error))
            }
            for problem in try structure?.value() ?? [] { run.report(.databaseMalformed(problem)) }
            try takeBackExplained(in: log, run)
            // Also where it was read in passing, and what it said is not missed.
            if let failure = log.readFailure { throw failure }
        } catch let error as EvidenceError where error.code == .damaged {
            // What stops SQLite has mostly stopped the reading of entries too, and is said once.
            if !run.problems.withLock({ $0.problems.contains { $0.code == .databaseMalformed } }) {
                run.report(.databaseMalformed(error))
            }
        }
        run.problems.withLock { $0.fill(&report) }
        let found = run.found.withLock { $0 }
        if let time, let identity = found.identity {
            VerifiedFolder(folders).keep(report, identity, found.state, of: path, at: time)
        }
        return report
    }

    private func check(_ path: FilePath, _ log: LogDatabase, _ run: Run, _ report: inout VerificationReport) throws {
        for difference in try log.schemaDifferences() { run.report(.schemaAltered(difference)) }
        report.earlier = earlier?.mark
        let files = try FileWorkList()
        let store = ObjectStore(archive: path)
        let trust = try trust ?? TrustCheck(folders)
        let identity = try log.entry(0).map { MerkleHash.leaf($0.bytes) }
        // What this log is held to is read before its size is taken: a writer may move on both meanwhile, the log first.
        let known = earlier ?? identity.flatMap { try? VerifiedFolder(folders).record(of: $0, at: path) }
        let wantedSizes = try trust.wantedSizes(identity: identity).union(known.map { [$0.mark.size] } ?? [])
        let size = try log.size()

        if let earlier, size < earlier.mark.size { return try cutOff(log, size, earlier, run, &report) }
        let start = earlier?.state ?? LogState()
        var audit = LogAudit(
            from: start, readEntry: { try log.entry($0)?.bytes },
            nextCheckpoint: LogDatabase.checkpoints(log, after: start.size, below: size), report: run.report)
        var anchors =
            earlier == nil ? AnchorAudit(trust: trust.anchors, in: LogDatabase.fileName, report: run.report) : nil
        // What is added meanwhile is not this verification's; the entries counted above can't record it.
        try log.forEachAnchor(count: anchors == nil ? 0 : try log.anchorCount()) { stored in
            let note = try stored.anchor.flatMap { try log.checkpoint(at: $0.size)?.note }
            anchors?.absorb(number: stored.number, stored.anchor, note: note)
        }
        run.found.withLock { $0.identity = identity }
        audit.wantedSizes = wantedSizes
        let progress = progress
        func indexed() throws {
            try progress(
                ProgressSnapshot(
                    phase: ArchiveVerifier.indexPhase, filesDone: Int(size), filesTotal: Int(size), bytesDone: 0))
        }
        var index =
            earlier == nil
            ? try IndexCheck(
                path, log: log, size: size, identity: identity, withText: isFull, tick: indexed, report: run.report)
            : nil
        try ParsedSlices.forEach(
            in: log, from: start.size, below: size, stray: { run.report(.strayRow("body", $0)) }
        ) { slice in
            var found: [ExpectedFile] = []
            for (seq, parsed) in slice {
                try audit.skip(to: seq)
                try audit.absorb(parsed)
                report.checked.entries += 1
                if parsed.body != nil { report.checked.bodies += 1 }
                if let entry = parsed.entry { anchors?.absorb(entry, parsed.body, at: seq) }
                if parsed.isSealed, let evidence = parsed.evidence,
                    let problem = try sealedProblem(evidence, seq, store)
                {
                    run.report(problem)
                }
                for file in parsed.files {
                    if let file = store.expected(file, seq) ?? referenced.find(file, seq: seq) {
                        found.append(file)
                    } else {
                        run.report(.referencedFileAbsent(file, seq))
                    }
                }
            }
            try files.add(found)
            try index?.check(slice)
            try progress(
                ProgressSnapshot(
                    phase: ArchiveVerifier.entriesPhase, filesDone: Int(audit.position), filesTotal: Int(size),
                    bytesDone: 0))
        }
        try audit.skip(to: size)
        try audit.finish()
        try index?.finish()
        report.checked.checkpoints = audit.checkpointCount
        report.size = size
        report.root = audit.state.frontier.root
        let roots = try audit.roots.merging(earlierRoots(log, run)) { computed, _ in computed }
        let (state, withdrawn) = (audit.state, audit.withdrawn)
        run.found.withLock { ($0.state, $0.withdrawn) = (state, withdrawn) }
        report.archiveKey = audit.state.archiveKey
        report.continued = (try? Archive(path: path, log: log))?.created.continued
        anchors?.finish(size: size)
        report.outside = anchors?.newest ?? []
        if earlier == nil {
            for (table, row) in try log.strayRows(outside: size) { run.report(.strayRow(table, row)) }
            for seq in try log.strayRemovals(withdrawn: audit.withdrawn) { run.report(.strayRow("removal", seq)) }
        }
        let pending = try audit.withdrawn.sorted().filter { try log.entry($0)?.body != nil }
        for seq in pending { run.report(.removalPending(seq)) }
        try files.leaveOut(Removal.filesOnly(of: Set(pending), in: log, checkInterruption: {}))
        try checkPublished(path, log, size, audit.state.archiveKey, run)

        if let identity {
            report.trust = try trust.check(
                key: audit.state.archiveKey, identity: identity, size: size, roots: roots, at: path,
                tile: { try ArchiveVerifier.tile($0, path, folders) }, report: run.report)
        }
        if let known {
            hold(size, roots, to: known.mark, run)
        } else if let identity, let key = audit.state.archiveKey, run.isSigned,
            let other = VerifiedFolder(folders).another(than: identity, of: key, at: path)
        {
            // Other keys in a known place: whoever got this one's by another way has been told enough.
            let isKnown = [.ownKey, .pinnedKey].contains(report.trust)
            if !isKnown || other.state.archiveKey == key { hold(identity, key, to: other, run) }
        }
        if let draw { report.sample = try files.draw(draw) }
        try check(files, store, run, &report)
        if let sample = report.sample, sample.drawn.count < sample.total { run.report(.filesNotRead(sample)) }
    }

    /// A tile from the index, which is no more than a hint of where to look.
    private static func tile(_ tile: Tile.ID, _ path: FilePath, _ folders: UserFolders) throws -> [UInt8] {
        try Archive.open(path).index(folders).tile(tile)
    }

    // MARK: Sealed records

    /// What is to be said of a sealed record: nothing where it could be opened, and holds what was recorded.
    private func sealedProblem(_ evidence: EvidenceAdded, _ seq: UInt64, _ store: ObjectStore) throws -> Problem? {
        guard let sealing = evidence.sealed else { return nil }
        guard let key, sealing.reader(with: key) != nil else { return .sealedContentNotChecked(sealing, seq) }
        var snapshot = ProgressSnapshot(phase: ArchiveVerifier.sealsPhase)
        do {
            let opened = try SealedRecord(opening: evidence, of: seq, in: store, with: key)
            for number in opened.inside.files.indices {
                try opened.read(number) { piece in
                    snapshot.bytesDone += Int64(piece.count)
                    try progress(snapshot)
                }
            }
            return nil
        } catch let error as EvidenceError where error.code == .damaged {
            return .sealedContentAltered(seq, error.message)
        } catch let error as EvidenceError where error.code == .inputMissing || error.code == .badInput {
            // That a part is gone, or is none, is said where stored files are checked.
            return .sealedContentNotChecked(sealing, seq)
        }
    }

    // MARK: Files

    private func check(_ files: FileWorkList, _ store: ObjectStore, _ run: Run, _ report: inout VerificationReport)
        throws
    {
        let totals = try files.totals()
        let done = Mutex((files: 0, bytes: Int64(0)))
        let feed = files.feed(in: store)
        let progress = progress
        let checker = FileChecker(
            full: isFull,
            files: {
                while let next = try feed() {
                    if next.isDrawn { return next.file }
                    _ = FileChecker.find(next.file) { run.report($0) }
                }
                return nil
            },
            report: { run.report($0) },
            progress: { bytes, fileCount, name in
                let now = done.withLock { done in
                    done.files += fileCount
                    done.bytes += Int64(bytes)
                    return done
                }
                try progress(
                    ProgressSnapshot(
                        phase: ArchiveVerifier.filesPhase, filesDone: now.files, filesTotal: totals.files,
                        bytesDone: now.bytes, bytesTotal: totals.bytes, current: name))
            })
        let count = try checker.run()
        report.checked.files = count.files
        report.checked.referenced = count.referenced
        report.checked.bytes = UInt64(done.withLock { $0.bytes })
        if earlier != nil { return }
        let keptAside = try AsideFolder(archive: store.archive).names()
        if !keptAside.isEmpty { run.report(.keptAside(keptAside.count)) }
        try store.forEach(unreadable: { run.report(.folderUnreadable($0, $1)) }) { path, digest in
            if let digest, try files.containsStored(digest) { return }
            let kind = try Files.status(store.archive.appending(path))?.kind
            run.report(kind == .symlink ? .linkAmongFiles(path) : .objectUnreferenced(path))
        }
    }
}
