internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import Synchronization
internal import SystemPackage
internal import TransparencyLog

/// How stored files are put back, and what is recorded of a repair.
extension ArchiveRepair {
    /// So many files keep a body far below its limit.
    private static let filesAtOnce = 50_000

    /// - Parameter planned: the log that would take the place of the archive's; nil where that is to stay, or has been mended.
    func mendFiles(_ report: inout RepairReport, _ planned: LogDatabase?, _ keys: CommitKeys?) throws {
        if !report.isPlan {
            try locked {
                let log = try LogDatabase.openToAppend(database)
                // What a repair that died had put in place is taken back first: the next writer would, once this one has found it whole.
                try Staging.sweep(store, log, now: surroundings.now)
                try Staging.settle(store, log)
            }
        }
        let broken = try planned.map(brokenFiles) ?? verifyFiles(&report)
        let log = try planned ?? LogDatabase.openToRead(database)
        let wanted = try FileWorkList()
        try ParsedSlices.forEach(in: log, from: 0, below: try log.size()) { slice in
            for (seq, parsed) in slice {
                let files = parsed.files.compactMap { mirror.objects.expected($0, seq) }
                try wanted.add(files.filter { broken[$0.shownPath] != nil })
            }
        }
        try wanted.leaveOut(
            Removal.filesOnly(
                of: Set(try log.pendingRemovals().map(\.seq)), in: log,
                checkInterruption: surroundings.checkInterruption))
        try put(back: wanted, broken, &report, keys)
    }

    /// Verifies the archive as its log now is.
    ///
    /// - Returns: what is wrong with stored files, by their paths.
    private func verifyFiles(_ report: inout RepairReport) throws -> [String: Problem] {
        let broken = Mutex<[String: Problem]>([:])
        let found = try verifier(readingFiles: true) { problem in
            if ArchiveRepair.fileCodes.contains(problem.code) || problem.code == .fileUnreadable,
                let path = problem.path
            {
                broken.withLock { $0[path] = problem }
            }
        }.verify(path)
        if !report.mendsLog { (report.problems, report.omitted) = (found.problems, found.omitted) }
        let mended = ArchiveRepair.fileCodes.union([.indexAltered, .fileUnreadable])
        report.left = found.problems.filter {
            !mended.contains($0.code) && !(report.isPlan && $0.code == .publishedCheckpointAltered)
        }
        report.mendsIndex = found.problems.contains { $0.code == .indexAltered }
        return broken.withLock { $0 }
    }

    /// Reads the stored files that a log names which is not in its place.
    ///
    /// - Returns: what is wrong with them, by their paths.
    private func brokenFiles(of log: LogDatabase) throws -> [String: Problem] {
        let named = try FileWorkList()
        try ParsedSlices.forEach(in: log, from: 0, below: try log.size()) { slice in
            for (seq, parsed) in slice { try named.add(parsed.files.compactMap { store.expected($0, seq) }) }
        }
        let broken = Mutex<[String: Problem]>([:])
        let totals = try named.totals()
        let done = Mutex(
            ProgressSnapshot(
                phase: ArchiveVerifier.filesPhase, filesTotal: totals.files, bytesTotal: totals.bytes))
        let (feed, progress) = (named.feed(in: store), progress)
        _ = try FileChecker(
            full: false, files: { try feed()?.file },
            report: { problem in
                if let path = problem.path { broken.withLock { $0[path] = problem } }
            },
            progress: { bytes, files, name in
                try progress(
                    done.withLock { done in
                        done.filesDone += files
                        done.bytesDone += Int64(bytes)
                        done.current = name
                        return done
                    })
            }
        ).run()
        return broken.withLock { $0 }
    }

    private func put(
        back wanted: FileWorkList, _ broken: [String: Problem], _ report: inout RepairReport, _ keys: CommitKeys?
    ) throws {
        let staging = report.isPlan ? nil : try Staging(store, mark: try surroundings.random(8))
        defer { staging?.close() }
        try staging?.endHere()
        var snapshot = ProgressSnapshot(phase: ArchiveMirror.copyingPhase)
        var last: Int64 = 0
        while true {
            let batch = try wanted.batch(after: last, in: mirror.objects)
            guard let newest = batch.last?.number else { break }
            last = newest
            for (_, file, _) in batch {
                try surroundings.checkInterruption()
                snapshot.current = file.shownPath
                var problem: Problem?
                let isGood =
                    try staging?.take(
                        file,
                        progress: {
                            snapshot.bytesDone += Int64($0)
                            try progress(snapshot)
                        }, report: { problem = $0 }) ?? mirror.objects.holdsWhole(file.sha256, size: file.size)
                if isGood {
                    let found: ArchiveRepaired.File.Found =
                        (broken[file.shownPath]?.code ?? .fileMissing) == .fileMissing ? .missing : .altered
                    report.files.append(ArchiveRepaired.File(sha256: file.sha256, found: found))
                    snapshot.filesDone += 1
                } else {
                    let there = (problem ?? .fileMissing(file)).located(in: mirror.path.shown)
                    let here = broken[file.shownPath]
                    report.left += [here ?? there]
                    // Why the mirror's is none either, where it has one.
                    if here != nil, there.code != .fileMissing { report.left.append(there) }
                }
            }
        }
        guard let staging, let keys else { return }
        try staging.finishCopying()
        let archive = try Archive.open(path)
        if report.mendsIndex { _ = try archive.rebuiltIndex(surroundings.folders) { _ in } }
        try record(archive, &report, keys, staging)
    }

    /// Commits the record; with it the files get their places.
    private func record(
        _ archive: Archive, _ report: inout RepairReport, _ keys: CommitKeys, _ staging: Staging
    ) throws {
        report.kept = try unrecorded(archive)
        if report.files.isEmpty, report.rows.isEmpty, report.kept.isEmpty { return }
        let session = try AppendSession(archive, surroundings)
        let spool = try DraftSpool(in: staging.path)
        var files = report.files[...]
        repeat {
            let isFirst = spool.count == 0
            let some = files.prefix(ArchiveRepair.filesAtOnce)
            files = files.dropFirst(some.count)
            let body = ArchiveRepaired(
                size: report.mirror.size, root: report.mirror.root, files: Array(some),
                rows: isFirst ? report.rows : [], kept: isFirst ? report.kept : [])
            try spool.append(
                Draft(.archiveRepaired, body: Body.bytes(body.json, salt: try surroundings.random(Body.saltSize))))
        } while !files.isEmpty
        let commit = try session.commit(spool, keys: keys, staging: staging)
        for warning in commit.warnings { surroundings.onWarning(warning) }
        report.recorded = commit.checkpoint
    }

    /// What lies aside, stored files aside, and no entry has recorded: a repair may have been stopped before it did.
    private func unrecorded(_ archive: Archive) throws -> [ArchiveRepaired.Kept] {
        var kept: [String: Digest] = [:]
        for name in try aside.names() where Digest(hex: String(name.prefix { $0 != "." })) == nil {
            let file = path.appending(AsideFolder.folderName).appending(name)
            if let digest = try? FileDigester.sha256(of: file) { kept[name] = digest }
        }
        if kept.isEmpty { return [] }
        try archive.log.forEach(below: try archive.log.size()) { stored in
            guard (try? Entry(parsing: stored.bytes))?.type == .archiveRepaired,
                let repaired = stored.body.flatMap({ try? Body(parsing: $0) }).flatMap({ try? ArchiveRepaired($0) })
            else { return }
            for known in repaired.kept where kept[known.name] == known.sha256 { kept[known.name] = nil }
        }
        return kept.sorted { $0.key < $1.key }.map { ArchiveRepaired.Kept(name: $0.key, sha256: $0.value) }
    }
}
