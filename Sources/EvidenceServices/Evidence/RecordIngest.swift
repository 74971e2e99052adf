internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord

/// Brings the files of planned records into the archive's staging folder, and drafts the records' entries.
///
/// It knows nothing of how a plan came to be, and a plan nothing of how files are taken in.
struct RecordIngest {
    private static let phase = Message(en: "copying", zh: "复制")

    let context: ServiceContext
    let staging: Staging
    let spool: DraftSpool

    /// - Returns: for each file in the order of entries, whether its content was held before.
    func run(_ plan: some AddPlan) throws -> [Bool] {
        var done = try total(of: plan)
        var held: [Bool] = []
        try plan.forEach { record in
            let files = try record.files.map { source in
                let (file, wasHeld) = try take(source, &done)
                held.append(wasHeld)
                return file
            }
            let body = try context.body(record.description.record(of: files).json)
            try spool.append(Draft(.evidenceAdded, dossiers: record.dossiers, body: body))
        }
        return held
    }

    /// All that there is to do, and nothing of it done.
    private func total(of plan: some AddPlan) throws -> ProgressSnapshot {
        var total = (files: 0, bytes: Int64(0))
        try plan.forEach { record in
            try context.checkInterruption()
            for file in record.files {
                total.files += 1
                total.bytes += Int64(file.size)
            }
        }
        return ProgressSnapshot(phase: RecordIngest.phase, filesTotal: total.files, bytesTotal: total.bytes)
    }

    /// Copies one file, read once.
    private func take(
        _ source: SourceFiles.Source, _ done: inout ProgressSnapshot
    ) throws -> (file: FileRecord, wasHeld: Bool) {
        var snapshot = done
        snapshot.current = String(decoding: source.name, as: UTF8.self)
        let staged = try staging.ingest(source.path) { count in
            snapshot.bytesDone += Int64(count)
            try context.progress(snapshot)
        }
        snapshot.filesDone += 1
        try context.progress(snapshot)
        done = snapshot
        return (FileRecord(source.name, staged), staged.wasHeld)
    }
}

extension FileRecord {
    /// A copied file by the name it was found under; bytes that are not UTF-8 are kept beside what can be shown of them.
    fileprivate init(_ name: [UInt8], _ staged: StagedFile) {
        self.init(
            name: String(decoding: name, as: UTF8.self),
            nameBytes: String(validating: name, as: UTF8.self) == nil ? name : nil, size: staged.size,
            type: staged.mediaType, sha256: staged.sha256, fsverity: staged.fsverity, held: .stored, location: nil,
            modified: staged.modified)
    }
}
