internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import MediaProbing

/// Brings the files of planned records into the archive's staging folder, and drafts the records' entries.
///
/// It knows nothing of how a plan came to be, and a plan nothing of how files are taken in.
final class RecordIngest {
    private static let phase = Message(en: "copying", zh: "复制")

    private let context: ServiceContext
    private let archive: Archive
    private let staging: Staging
    private let spool: DraftSpool
    /// Whether files stay where they lie.
    private let isReference: Bool
    /// Makes sealed records; nil for records that lie open.
    private let sealing: SealRecords?
    private let known: KnownRecords
    private var done = ProgressSnapshot(phase: phase, filesTotal: 0, bytesTotal: 0)
    /// Whether the last record was on record already; then the next is likely to be, and is read before it is copied.
    private var wasKnown = false
    private let prober: MediaProber
    private typealias Brought = (record: PlannedRecord, staged: [StagedFile])
    /// Records whose files were brought, but whose media files were not asked about yet.
    private var waiting: [Brought] = []
    private var waitingFiles = 0
    /// Those before them, whose media files are asked about while others are brought.
    private var asked: (records: [Brought], media: Background<[MediaRecord?]>)?
    /// For each file in the order of entries, whether its content was held before.
    private(set) var alreadyHeld: [Bool] = []
    /// How many files were sealed.
    private(set) var sealedFiles = 0
    /// What in the folders was not looked at.
    private(set) var leftOut: [[UInt8]] = []
    /// Records that are there already, by the names they came under now, with the dossiers that they have yet to join.
    private(set) var skipped: [(name: String, there: EntryReference, lacks: [DossierID])] = []

    /// - Parameter recipients: to whom the records are sealed; nobody for records that lie open.
    init(
        _ context: ServiceContext, _ archive: Archive, _ staging: Staging, _ spool: DraftSpool, isReference: Bool,
        recipients: [Recipient]
    ) {
        self.context = context
        self.archive = archive
        self.staging = staging
        self.spool = spool
        self.isReference = isReference
        known = KnownRecords(archive, context)
        prober = MediaProber(
            searchPath: context.searchPath, seconds: context.zone.seconds,
            checkInterruption: context.checkInterruption)
        sealing =
            recipients.isEmpty
            ? nil : SealRecords(context: context, staging: staging, prober: prober, recipients: recipients)
    }

    func run(_ plan: some AddPlan) throws {
        // Nothing is read any more once this is over, however it ends.
        defer { _ = try? asked?.media.value() }
        try measure(plan)
        try plan.forEach(
            { record in
                if let sealing {
                    try seal(record, sealing)
                } else if wasKnown, let there = try recognise(record) {
                    try skip(record, there)
                } else {
                    try take(record)
                }
            }, leavingOut: { _ in })
        try askAboutWaiting()
        try draftAsked()
        for message in prober.shortfall.messages { context.warn(message) }
    }

    /// Sets what there is to do.
    private func measure(_ plan: some AddPlan) throws {
        var total = (files: 0, bytes: Int64(0))
        try plan.forEach(
            { record in
                try context.checkInterruption()
                for file in record.files {
                    total.files += 1
                    total.bytes.add(clamping: file.size)
                }
            }, leavingOut: { leftOut.append($0) })
        done = ProgressSnapshot(phase: RecordIngest.phase, filesTotal: total.files, bytesTotal: total.bytes)
    }

    // MARK: Records that are new

    /// Copies a record's files and drafts its entry, unless it turns out to be on record.
    private func take(_ record: PlannedRecord) throws {
        let brought = try record.files.map { try bring($0) }
        let held = brought.map(\.wasHeld)
        // What is held no more, or is rotten, is taken in again.
        if record.isOneOfMany, isReference || held.allSatisfy({ $0 }),
            let there = try brought.isEmpty
                ? known.record(saying: record.description.record(of: []), in: record.dossiers)
                : known.record(
                    of: zip(record.files, brought).map { ($0.name, $1.sha256, $1.location?.rawBytes) })
        {
            return try skip(record, there)
        }
        wasKnown = false
        alreadyHeld += held
        waiting.append((record, brought))
        waitingFiles += brought.count
        if waitingFiles >= RecordIngest.filesAtOnce || waiting.count >= RecordIngest.recordsAtOnce {
            try askAboutWaiting()
        }
    }

    /// Enough for each core to be given some processes' worth of media files, and few enough that even of a small card the first are
    /// asked about while the last are brought.
    private static let filesAtOnce = 200
    private static let recordsAtOnce = 200

    /// Has the media files that came together asked about, once those before them were.
    private func askAboutWaiting() throws {
        try draftAsked()
        let (staged, prober) = (waiting.flatMap(\.staged), prober)
        let media = Background {
            try prober.probe(staged.map { MediaProber.File(path: $0.path, mediaType: $0.mediaType) })
        }
        asked = (waiting, media)
        waiting = []
        waitingFiles = 0
    }

    /// Drafts the entries of the records whose media files were asked about.
    private func draftAsked() throws {
        guard let asked else { return }
        var media = (try asked.media.value() ?? []).makeIterator()
        self.asked = nil
        for (record, staged) in asked.records {
            let files = zip(record.files, staged).map { source, staged in
                var file = FileRecord(source.name, staged)
                file.media = media.next() ?? nil
                return file
            }
            let body = try context.body(record.description.record(of: files, bundle: record.bundle).json)
            try spool.append(Draft(.evidenceAdded, dossiers: record.dossiers, body: body))
        }
    }

    /// Copies one file, or leaves it where it is; it is read once.
    private func bring(_ source: SourceFiles.Source) throws -> StagedFile {
        try read(source) { report in
            try isReference
                ? staging.reference(source.path, at: source.location, progress: report)
                : staging.ingest(source.path, progress: report)
        }
    }

    /// Shows progress while a file is read.
    private func read<Result>(
        _ source: SourceFiles.Source, _ body: (_ report: (Int) throws -> Void) throws -> Result
    ) throws -> Result {
        var snapshot = done
        snapshot.current = String(decoding: source.name, as: UTF8.self)
        let report = { (count: Int) in
            snapshot.bytesDone += Int64(count)
            try self.context.progress(snapshot)
        }
        let result = try body(report)
        snapshot.filesDone += 1
        try context.progress(snapshot)
        done = snapshot
        return result
    }

    // MARK: Sealed records

    /// Encrypts a record and drafts its entry.
    ///
    /// Whether it is on record already can't be known: nobody here can look into what is sealed.
    private func seal(_ record: PlannedRecord, _ sealing: SealRecords) throws {
        let sealed = try sealing.seal(record) { source in
            try read(source) { try staging.seal(source.path, to: sealing.recipients, progress: $0) }
        }
        for (source, file) in zip(record.files, sealed.plain) {
            guard let seq = try known.entry(holdingOpenly: file.sha256) else { continue }
            let name = String(decoding: source.name, as: UTF8.self).shown
            context.warn(
                Message(
                    en:
                        "The content of “\(name)” lies open in this archive, in entry \(seq); sealing it does not change that.",
                    zh: "“\(name)”的内容已在本档案第 \(seq) 条中公开存放，密封并不改变这一点。"))
        }
        try spool.append(
            Draft(.evidenceAdded, dossiers: record.dossiers, body: try context.body(sealed.outside.json)))
        alreadyHeld += sealed.parts.map(\.wasHeld)
        sealedFiles += sealed.plain.count
    }

    // MARK: Records that are there

    /// Reads a record's files without copying them; nil where they are not on record and whole in the archive.
    private func recognise(_ record: PlannedRecord) throws -> LogRecord? {
        guard record.isOneOfMany, !isReference else { return nil }
        var snapshot = done
        var files: [(name: [UInt8], sha256: Digest, location: [UInt8]?)] = []
        for source in record.files {
            snapshot.current = String(decoding: source.name, as: UTF8.self)
            let digest = try FileDigester.sha256(of: source.path) { count in
                snapshot.bytesDone += Int64(count)
                try context.progress(snapshot)
            }
            snapshot.filesDone += 1
            guard try archive.objects.holdsWhole(digest, size: source.size) else { return nil }
            files.append((source.name, digest, nil))
        }
        guard let there = try known.record(of: files) else { return nil }
        try context.progress(snapshot)
        done = snapshot
        return there
    }

    private func skip(_ record: PlannedRecord, _ there: LogRecord) throws {
        wasKnown = true
        skipped.append((record.name, there.reference, try known.dossiers(record.dossiers, lackedBy: there)))
    }
}

extension FileRecord {
    /// A file by the name it was found under; bytes that are not UTF-8 are kept beside what can be shown of them.
    init(_ name: [UInt8], _ staged: StagedFile) {
        func strange(_ bytes: [UInt8]) -> [UInt8]? { String(validating: bytes, as: UTF8.self) == nil ? bytes : nil }
        let location = staged.location?.rawBytes
        self.init(
            name: String(decoding: name, as: UTF8.self), nameBytes: strange(name), size: staged.size,
            type: staged.mediaType, sha256: staged.sha256, fsverity: staged.fsverity,
            held: location == nil ? .stored : .referenced,
            location: location.map { String(decoding: $0, as: UTF8.self) }, locationBytes: location.flatMap(strange),
            modified: staged.modified)
    }
}
