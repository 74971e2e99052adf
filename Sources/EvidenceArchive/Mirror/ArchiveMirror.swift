internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
internal import TransparencyLog

/// A second copy of an archive, kept in step with it: an ordinary archive's folder that holds no damage of the first.
///
/// What a run takes over was read from its bytes up: entries are held against the rules, each file's digests are taken in
/// the read that copies it. What is wrong in the archive stays out of the mirror. Files come before the entries that name
/// them, so that the mirror is whole after every transaction; a run that was stopped goes on where it was.
package struct ArchiveMirror {
    /// How a run is to be done.
    package struct Options: Sendable {
        /// Whether the mirror's files are read again, and not only looked for.
        package var full = false
        /// Whether contents that the archive has withdrawn are removed from the mirror too.
        package var clearsWithdrawn = false

        package init() {}
    }

    static let checkingPhase = Message(en: "checking the mirror", zh: "检查镜像")
    static let copyingPhase = Message(en: "copying", zh: "复制")

    let source: Archive
    let surroundings: AppendSession.Surroundings
    let options: Options
    let progress: (ProgressSnapshot) throws -> Void

    /// - Parameter progress: told how far the work has come; may throw to stop.
    package init(
        of source: Archive, _ options: Options, _ surroundings: AppendSession.Surroundings,
        progress: @escaping (ProgressSnapshot) throws -> Void
    ) {
        self.source = source
        self.options = options
        self.surroundings = surroundings
        self.progress = progress
    }

    /// Brings the mirror up to date; makes it where there is none yet.
    ///
    /// - Parameter folder: absolute; need not exist, but the one that it is in; lies outside the archive, and the archive
    ///   outside of it.
    package func run(to folder: FilePath) throws -> MirrorReport {
        try requireRemembered()
        let isNew = try !Archive.exists(at: folder)
        let isThere = try Files.statusFollowing(folder) != nil
        if isNew { try MirrorFolder.requirePlace(folder) }
        try Files.makeFolders(Files.straight(folder))
        let path = try Files.realPath(folder)
        let lock = try ArchiveLock(
            path, onWait: surroundings.onWait, checkInterruption: surroundings.checkInterruption)
        defer { withExtendedLifetime(lock) {} }
        do { return try bringUpToDate(path) } catch {
            if isNew { MirrorFolder.removeEmpty(path, withItself: !isThere) }
            throw error
        }
    }

    private func bringUpToDate(_ path: FilePath) throws -> MirrorReport {
        let mirror = try MirrorFolder(path, of: source, surroundings)
        defer { mirror.close() }
        do { return try update(mirror) } catch { throw mirror.keepCopies(after: error) }
    }

    private func update(_ mirror: MirrorFolder) throws -> MirrorReport {
        let missing = try FileWorkList()
        var run = Run(try audit(mirror, missing))
        try requireContinuation(of: run, mirror.path)
        try takeOver(mirror, &run)
        try mirror.copy(missing, from: source, leavingOut: try mirror.withdrawnFiles(), &run.copying, progress)
        return try finish(mirror, &run)
    }

    /// What a run knows as it goes along.
    private struct Run {
        var state: LogState
        let previousSize: UInt64
        /// The mirror's root at the archive's size, where the archive is the shorter one.
        let rootAtSource: Digest?
        var referenced = 0
        /// Whether all entries of the archive were taken over.
        var isComplete = false
        var copying = MirrorFolder.Copying()

        init(_ found: (state: LogState, referenced: Int, rootAtSource: Digest?)) {
            state = found.state
            previousSize = found.state.size
            referenced = found.referenced
            rootAtSource = found.rootAtSource
        }
    }

    /// A file that an entry names and that stayed outside.
    private struct Referenced: Hashable {
        let seq: UInt64
        let name: String
        let sha256: Digest
    }

    // MARK: Whether it may be

    /// Refuses an archive that is not what the operator's memory and pins say.
    private func requireRemembered() throws {
        let trust = try TrustCheck(surroundings.folders)
        var problem: Problem?
        var size: UInt64
        repeat {
            size = try source.log.size()
            var roots: [UInt64: Digest] = [:]
            for wanted in try trust.wantedSizes(identity: source.identity) {
                roots[wanted] = try source.root(at: wanted)
            }
            problem = nil
            _ = try trust.check(
                key: source.created.key, identity: source.identity, size: size, roots: roots, at: source.path
            ) { if $0.severity == .tampering || $0.code == .behindMemory, problem == nil { problem = $0 } }
            // A commit that came meanwhile may be remembered already.
        } while try source.log.size() != size
        guard let problem else { return }
        throw EvidenceError(
            .damaged, en: "\(problem.explanation.en) Nothing was mirrored.", zh: "\(problem.explanation.zh)未作镜像。")
    }

    /// Refuses two histories, and an archive that has less than its mirror.
    private func requireContinuation(of run: Run, _ path: FilePath) throws {
        let (here, size) = (run.state.size, try source.log.size())
        guard here > 0 else { return }
        if size < here, try run.rootAtSource == source.root(at: size) {
            throw EvidenceError(
                .damaged,
                en:
                    "The archive has \(size) entries, and its mirror “\(path.shown)” has \(here): the archive was rolled back, or somebody wrote to the mirror. Nothing was changed; run evidence verify on both, and evidence repair --from the mirror to take over what only it has.",
                zh:
                    "档案有 \(size) 条，而其镜像“\(path.shown)”有 \(here) 条：档案被回退，或有人写过镜像。未作任何改动；请对两者分别执行 evidence verify，再用 evidence repair --from 取回只有镜像才有的条目。"
            )
        }
        guard size >= here, try source.root(at: here) == run.state.frontier.root else {
            throw EvidenceError(
                .damaged,
                en:
                    "The archive and its mirror “\(path.shown)” are two histories: their first \(min(here, size)) entries are not the same. Nothing was changed; keep both, and run evidence verify --against one of them on the other.",
                zh:
                    "档案与其镜像“\(path.shown)”是两份不同的历史：前 \(min(here, size)) 条不一致。未作任何改动；两者都要保留，并用 evidence verify --against 互相比对。"
            )
        }
    }

    // MARK: What the mirror has

    /// Holds all entries of the mirror against the rules, and finds the stored files that it lacks.
    private func audit(
        _ mirror: MirrorFolder, _ missing: FileWorkList
    ) throws -> (state: LogState, referenced: Int, rootAtSource: Digest?) {
        guard let log = mirror.log else { return (LogState(), 0, nil) }
        let (size, sourceSize) = (try log.size(), try source.log.size())
        var fault: Problem?
        var audit = LogAudit(
            readEntry: { try log.entry($0)?.bytes }, nextCheckpoint: LogDatabase.checkpoints(log, below: size),
            report: { if $0.severity == .tampering, fault == nil { fault = $0 } })
        audit.wantedSizes = [sourceSize]
        var referenced = 0
        do {
            try ParsedSlices.forEach(in: log, from: 0, below: size) { slice in
                var found: [ExpectedFile] = []
                for (seq, parsed) in slice {
                    try audit.skip(to: seq)
                    try audit.absorb(parsed)
                    for file in parsed.files {
                        guard let expected = source.objects.expected(file, seq) else {
                            referenced += 1
                            continue
                        }
                        if try !mirror.holds(expected, reading: options.full) { found.append(expected) }
                    }
                }
                try missing.add(found)
                try progress(
                    ProgressSnapshot(
                        phase: ArchiveMirror.checkingPhase, filesDone: Int(audit.position), filesTotal: Int(size)))
            }
            try audit.finish()
        } catch let error as EvidenceError where error.code == .damaged {
            fault = fault ?? .databaseMalformed(error)
        }
        guard let fault else { return (audit.state, referenced, audit.roots[sourceSize]) }
        throw EvidenceError(
            .damaged,
            en:
                "The mirror “\(mirror.path.shown)” is damaged itself: \(fault.explanation.en) Nothing was changed there; run evidence verify on it, and make a new one in another folder.",
            zh:
                "镜像“\(mirror.path.shown)”自身已损坏：\(fault.explanation.zh)未作任何改动；请对它执行 evidence verify，并在另一文件夹中新建镜像。"
        )
    }

    // MARK: What it gets

    private func takeOver(_ mirror: MirrorFolder, _ run: inout Run) throws {
        let copier = LogCopier(source: source.log, checkInterruption: surroundings.checkInterruption)
        while true {
            let files = try FileWorkList()
            var referenced: Set<Referenced> = []
            let stretch = try copier.next(after: run.state, in: mirror.log) { file, seq in
                guard let expected = source.objects.expected(file, seq) else {
                    referenced.insert(Referenced(seq: seq, name: file.name, sha256: file.sha256))
                    return
                }
                if try !mirror.holds(expected, reading: false) { try files.add([expected]) }
            }
            if stretch.end > stretch.start {
                try mirror.copy(files, below: stretch.end, from: source, &run.copying, progress)
                let state = run.state
                let written = try mirror.append { log, file in
                    try copier.write(stretch, after: state, to: log, file: file) { run.copying.report($0) }
                }
                guard let written else { continue }
                run.state = written
                run.referenced += referenced.count { $0.seq < stretch.end }
            }
            if let fault = stretch.fault { run.copying.report(fault) }
            run.isComplete = stretch.fault == nil
            if !run.isComplete || stretch.end == stretch.start { break }
        }
        if let log = mirror.log {
            let trust = try TrustCheck(surroundings.folders).anchors
            try copier.writeNewAnchors(after: run.state, trusting: trust, to: log) { run.copying.report($0) }
        }
    }

    /// Brings what follows a commit up to date.
    private func finish(_ mirror: MirrorFolder, _ run: inout Run) throws -> MirrorReport {
        try mirror.settle(isComplete: run.isComplete)
        var report = MirrorReport(
            previousSize: run.previousSize, size: run.state.size, root: run.state.frontier.root)
        if let log = mirror.log {
            try mirror.publishCheckpoint()
            let pending = try log.pendingRemovals().map(\.seq)
            report.withdrawn = (pending.count, try mirror.withdrawnFiles().count)
            let archive = try Archive.open(mirror.path)
            if options.clearsWithdrawn, !pending.isEmpty {
                try Removal(archive, log, surroundings).carryOut()
                report.isCleared = true
            }
            do { _ = try archive.caughtUpIndex(surroundings.folders) } catch let error as EvidenceError {
                surroundings.onWarning(error.message)
            }
        }
        report.referenced = run.referenced
        report.files = run.copying.files
        report.bytes = run.copying.bytes
        report.resumed = mirror.resumed
        report.keptAside = run.copying.keptAside
        report.problems = run.copying.problems
        report.omitted = run.copying.omitted
        report.damaged = run.copying.damaged
        report.damagedOmitted = run.copying.damagedOmitted
        return report
    }
}

extension Archive {
    /// The tree's root as the log's own checkpoint of that size has it; nil where there is none.
    func root(at size: UInt64) throws -> Digest? {
        guard let note = try log.checkpoint(at: size)?.note, let checkpoint = PublishedCheckpoint.read(note),
            checkpoint.size == size, (try? SignedNote(parsing: note))?.verify(created.key) == .valid
        else { return nil }
        return checkpoint.root
    }
}
