package import EvidenceCrypto
package import EvidenceFiles
package import EvidenceRecord
internal import Synchronization
package import SystemPackage
package import TransparencyLog
package import ZIPFile

/// Checks a bundle from the bytes up, without the archive that it came from.
///
/// It returns a report and throws only where checking could not go on: no bundle there, an unreadable disk, an
/// interruption. Not checked, since no bundle can show it: that content is true, that everything was recorded, that
/// claimed times are true, what happened after the export.
package struct BundleVerifier {
    /// The sizes at which this reader knows the log's root, by the log's identity.
    package typealias WantedSizes = (_ identity: Digest?) throws -> Set<UInt64>
    /// Why this reader trusts the archive's key, or nil; reports what contradicts what the reader knows.
    package typealias JudgeTrust = (
        _ key: VerifierKey, _ identity: Digest, _ size: UInt64, _ roots: [UInt64: Digest],
        _ report: (Problem) -> Void
    ) throws -> VerificationReport.Trust?
    /// How far the work has come; may throw to stop.
    package typealias ShowProgress = @Sendable (ProgressSnapshot) throws -> Void

    private static let listPhase = Message(en: "checking the bundle's list", zh: "检查案卷包清单")
    private static let entriesPhase = Message(en: "checking entries", zh: "检查条目")
    private static let sealsPhase = Message(en: "opening what is sealed", zh: "开启密封内容")
    private static let filesPhase = Message(en: "checking files", zh: "检查文件")

    private let wantedSizes: WantedSizes
    private let trust: JudgeTrust
    private let anchorTrust: AnchorTrust
    private let referenced: ReferencedFiles
    private let key: DecryptionKey?
    private let progress: ShowProgress

    /// - Parameters:
    ///   - anchors: whom this reader trusts to say from outside when something was there.
    ///   - referenced: finds the files that stayed outside the archive.
    ///   - key: opens sealed records, so that what is in them is checked too.
    package init(
        wantedSizes: @escaping WantedSizes, trust: @escaping JudgeTrust, anchors: AnchorTrust = AnchorTrust(),
        referenced: ReferencedFiles = .nowhere, key: DecryptionKey? = nil, progress: @escaping ShowProgress
    ) {
        self.wantedSizes = wantedSizes
        self.trust = trust
        anchorTrust = anchors
        self.referenced = referenced
        self.key = key
        self.progress = progress
    }

    /// Whether a ZIP file of our own form is a bundle, or was one.
    package static func isBundle(_ zip: ZIPReader) -> Bool {
        zip.members.contains { member in TagFile.marks.contains { member.name.elementsEqual($0.utf8) } }
    }

    /// Whether a folder is a bundle, or was one: whole or not is for ``verify(_:)`` to say.
    package static func isBundle(at folder: FilePath) throws -> Bool {
        for name in TagFile.marks {
            let place = folder.appending(name)
            do { if try Files.status(place) != nil { return true } } catch let error {
                throw EvidenceError.file(error, place)
            }
        }
        return false
    }

    /// What a bundle's archive says of itself, read before anything is checked; nil where it can't be read.
    package static func created(at path: FilePath) -> ArchiveCreated? {
        let bytes: [UInt8]?
        do {
            let path = try Files.realPath(path)
            let bag: Bag
            if try Files.status(path)?.kind == .folder {
                guard try isBundle(at: path) else { return nil }
                bag = try Bag(reading: path) { _ in }
            } else {
                bag = Bag(reading: try ZIPReader(path)) { _ in }
            }
            bytes = try bag.contents(BundlePart.body(0).path, limit: BundleLimit.body)
        } catch { return nil }
        return created(bytes.flatMap { try? Body(parsing: $0) })
    }

    private static func created(_ body: Body?) -> ArchiveCreated? { body.flatMap { try? ArchiveCreated($0) } }

    /// What one verification has found; files are checked on several threads.
    private final class Run: Sendable {
        let problems = Mutex(ProblemCollector())

        func report(_ problem: Problem) { problems.withLock { $0.add(problem) } }
    }

    /// - Throws: `inputMissing` where there is nothing, `badInput` where there is no bundle.
    package func verify(_ folder: FilePath) throws -> VerificationReport {
        let folder = try Files.realPath(folder)
        guard try BundleVerifier.isBundle(at: folder) else {
            throw BundleVerifier.noBundle(folder)
        }
        let run = Run()
        return try verify(Bag(reading: folder, report: run.report), run)
    }

    /// Checks a bundle where it lies in a ZIP, without unpacking it.
    ///
    /// - Throws: `badInput` where there is no bundle in it.
    package func verify(_ zip: ZIPReader) throws -> VerificationReport {
        let run = Run()
        let bag = Bag(reading: zip, report: run.report)
        guard TagFile.marks.contains(where: bag.has) else { throw BundleVerifier.noBundle(zip.path) }
        return try verify(bag, run, day: zip.date)
    }

    private static func noBundle(_ path: FilePath) -> EvidenceError {
        EvidenceError(.badInput, en: "“\(path.shown)” is not an evidence bundle.", zh: "“\(path.shown)”不是案卷包。")
    }

    /// - Parameter day: the day that a ZIP gives its members.
    private func verify(_ bag: Bag, _ run: Run, day: String? = nil) throws -> VerificationReport {
        var report = VerificationReport()
        report.subject = .bundle
        report.fileDigests = .sha256AndFSVerity
        let lists = try BagCheck(bag, report: run.report)
        if let day { try lists.checkDay(day) }
        try checkDigests(lists)
        let (files, seals) = try checkLog(bag, lists, run, &report)
        try check(files, bag, lists, run, &report)
        try check(seals, lists, run, &report)
        run.problems.withLock { $0.fill(&report) }
        return report
    }

    private func checkDigests(_ lists: BagCheck) throws {
        var snapshot = ProgressSnapshot(
            phase: BundleVerifier.listPhase, bytesTotal: Int64(clamping: lists.listedBytes))
        try lists.checkDigests { count in
            snapshot.bytesDone += Int64(count)
            try progress(snapshot)
        }
    }

    // MARK: The log

    /// - Returns: the files that the bodies name, and what is sealed.
    private func checkLog(
        _ bag: Bag, _ lists: BagCheck, _ run: Run, _ report: inout VerificationReport
    ) throws -> (files: BundledFiles, seals: BundledSeals) {
        var dossier = try DossierCheck(bag, lists: lists.lists, report: run.report)
        let slim = dossier.description.flatMap { $0.isSlim ? $0.dossier : nil }
        let log = try BundledLog(bag, isSlim: slim != nil, report: run.report)
        var audit = LogAudit(
            of: slim.map { .excerpt(dossier: $0) } ?? .full, readEntry: { try log.entry($0) },
            readLeaf: { try log.leaf($0) }, nextCheckpoint: { try log.nextCheckpoint() }, report: run.report)
        var anchors = AnchorAudit(trust: anchorTrust, in: BundlePart.anchors.path, report: run.report)
        try log.readAnchors(&anchors)
        let identity = try log.entry(0).map { MerkleHash.leaf($0) }
        audit.wantedSizes = try wantedSizes(identity)
        let parts = PartCheck(bag, lists: lists.lists, report: run.report)
        var tree = TreeAudit(entries: log.entries, compare: { try parts.compare(.log(.tile($0)), $1) })
        var files = BundledFiles(referenced: referenced)
        var seals = BundledSeals(bag, key: key)
        let bundles = log.entryBundles
        var snapshot = ProgressSnapshot(
            phase: BundleVerifier.entriesPhase,
            filesTotal: bundles.last.map { Int(clamping: $0.index * UInt64(Tile.width) + UInt64($0.width)) })
        var fixed: Set<UInt64> = []
        func visit(_ seq: UInt64, _ audited: ParsedEntry) {
            if let entry = audited.entry { anchors.absorb(entry, audited.body, at: seq) }
            report.checked.entries += 1
            if audited.body != nil { report.checked.bodies += 1 }
            if seq == 0 { report.continued = BundleVerifier.created(audited.body)?.continued }
            if audited.entry?.type?.isFixed == true {
                fixed.insert(seq)
                if !bag.has(BundlePart.body(seq).path) { run.report(.bodyNotIncluded(seq)) }
            }
            if audited.isSealed, let evidence = audited.evidence {
                seals.add(evidence, seq: seq)
            } else {
                for file in audited.files { files.add(file, seq: seq, run.report) }
            }
            dossier.absorb(audited, seq: seq)
        }
        for bundle in bundles {
            if log.isSlim {
                guard let leaves = try log.leaves(ofBundle: bundle.index) else { continue }
                try tree.absorb(leaves, ofBundle: bundle.index, into: &audit) { seq, leaf in
                    try entry(seq, leaf, bag, run)
                } body: {
                    try body($0, bag)
                } visit: {
                    visit($0, $1)
                }
            } else {
                try tree.absorb(bundle, into: &audit) {
                    try body($0, bag)
                } visit: {
                    visit($0, $1)
                }
            }
            snapshot.filesDone = Int(clamping: audit.position)
            try progress(snapshot)
        }
        try audit.finish()
        try tree.finish(size: audit.position)
        if log.isSlim {
            // Without these two nobody knows whose archive this is.
            for seq in [UInt64(0), 1] where !bag.has(BundlePart.entry(seq).path) {
                run.report(.partMissing(BundlePart.entry(seq).path))
            }
            run.report(.entriesNotIncluded(audit.position - report.checked.entries))
        }
        report.checked.checkpoints = audit.checkpointCount
        report.size = audit.position
        report.root = audit.state.frontier.root
        report.archiveKey = audit.state.archiveKey
        dossier.finish(state: audit.state, withdrawn: audit.withdrawn) { bag.has(BundlePart.body($0).path) }
        try parts.finish(
            PartCheck.Expected(
                size: audit.position, state: audit.state, newest: log.lastCheckpoint, isSlim: log.isSlim,
                own: dossier.own, mayHaveBody: { fixed.contains($0) || dossier.mayHold($0) },
                sealed: { seals.hasPart($0, of: $1) }, path: { files.path(of: $0, in: bag) },
                leafHash: { try log.entry($0).map { MerkleHash.leaf($0) } }))
        if let key = audit.state.archiveKey {
            try lists.checkInfo(BagInfo.origin, is: key.name)
            if let identity {
                report.trust = try trust(key, identity, audit.position, audit.roots, run.report)
            }
        }
        report.dossier = dossier.name(audit.state)
        report.opened = dossier.opened
        if let name = report.dossier { try lists.checkInfo(BagInfo.identifier, is: name) }
        let unproven = UnprovenFiles(
            bag: bag, lists: lists, log: log, dossier: dossier, state: audit.state, files: files, seals: seals)
        report.exportersWord = unproven.exportersWord
        report.notAsWritten = try unproven.notAsWritten()
        try checkSignature(bag, lists, audit.state, exporter: dossier.exporter, run)
        anchors.finish(size: audit.position)
        report.outside = anchors.newest
        return (files, seals)
    }

    /// An entry of a slim bundle; nil where it is not there or, which is reported, not what its hash is of.
    private func entry(_ seq: UInt64, _ leaf: Digest, _ bag: Bag, _ run: Run) throws -> [UInt8]? {
        let path = BundlePart.entry(seq).path
        guard bag.has(path) else { return nil }
        let bytes = try bag.contents(path, limit: UInt64(Entry.largestSize))
        if let bytes, MerkleHash.leaf(bytes) == leaf { return bytes }
        run.report(.partDiffers(path))
        return nil
    }

    private func body(_ seq: UInt64, _ bag: Bag) throws -> LogAudit.BodyBytes {
        let path = BundlePart.body(seq).path
        return try bag.contents(path, limit: BundleLimit.body).map { .present($0) } ?? .withheld
    }

    private func checkSignature(
        _ bag: Bag, _ lists: BagCheck, _ state: LogState, exporter: String?, _ run: Run
    ) throws {
        guard let tagManifest = lists.tagManifestDigest else { return }
        guard let bytes = try bag.contents(TagFile.signature, limit: BundleLimit.note),
            let note = try? SignedNote(parsing: bytes)
        else {
            run.report(.signatureInvalid(Message(en: "it is missing or no signed note", zh: "签名缺失，或不是签名文本")))
            return
        }
        guard let key = state.archiveKey else { return }
        guard note.text.hasSameBytes(as: BundleSignature.noteText(origin: key.name, tagManifest: tagManifest)) else {
            run.report(
                .signatureInvalid(
                    Message(en: "it was made over another list or another archive", zh: "签署的是另一份清单或另一个档案")))
            return
        }
        if note.verify(key) != .valid {
            run.report(.signatureInvalid(Message(en: "the archive did not sign it", zh: "没有有效的档案签名")))
        }
        if let exporter, let signer = state.signers[exporter], note.verify(signer.key) != .valid {
            run.report(
                .signatureInvalid(
                    Message(en: "“\(exporter)”, who made the export, did not sign it", zh: "导出人“\(exporter)”没有有效签名")))
        }
    }

    // MARK: Files

    private func check(
        _ seals: BundledSeals, _ lists: BagCheck, _ run: Run, _ report: inout VerificationReport
    ) throws {
        var snapshot = ProgressSnapshot(phase: BundleVerifier.sealsPhase)
        report.checked.files += try seals.check(digest: lists.digest, report: run.report) { count in
            snapshot.bytesDone += Int64(count)
            try progress(snapshot)
        }
        report.checked.bytes += UInt64(snapshot.bytesDone)
    }

    private func check(
        _ files: BundledFiles, _ bag: Bag, _ lists: BagCheck, _ run: Run, _ report: inout VerificationReport
    ) throws {
        let stored = files.stored(in: bag)
        let expected = stored.filter { bag.has($0.shownPath) } + files.found
        for file in stored where !bag.has(file.shownPath) { run.report(.fileMissing(file)) }
        let total = expected.reduce(into: Int64(0)) { $0.add(clamping: $1.size) }
        let next = Mutex(0)
        let done = Mutex((files: 0, bytes: Int64(0)))
        let progress = progress
        let checker = FileChecker(
            full: true,
            files: {
                next.withLock { next in
                    defer { next += 1 }
                    return next < expected.count ? expected[next] : nil
                }
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
                        phase: BundleVerifier.filesPhase, filesDone: now.files, filesTotal: expected.count,
                        bytesDone: now.bytes, bytesTotal: total, current: name))
            })
        let count = try checker.run()
        report.checked.files = count.files
        report.checked.referenced = count.referenced
        report.checked.bytes = UInt64(done.withLock { $0.bytes })
        for path in bag.sizes.keys.sorted() {
            guard case .file(let sha256, _) = BundlePart(path: path), files.path(of: sha256, in: bag) != path else {
                continue
            }
            try lists.checkDigest(path) { _ in try progress(ProgressSnapshot(phase: BundleVerifier.filesPhase)) }
        }
    }
}
