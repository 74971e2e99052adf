internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
internal import Inspection
internal import Synchronization
package import SystemPackage

/// `evidence add`: files become records, all in one commit or none.
package struct AddEvidence {
    /// What the person says of the records; the same for each of one command.
    package struct Request: Sendable {
        package var paths: [FilePath]
        package var kind: String?
        package var title: String?
        package var description: String?
        package var cases: [String] = []
        package var inspection: String?
        package var occurredFrom: ClaimedTime?
        package var occurredTo: ClaimedTime?
        package var place: String?
        package var people: [EvidenceAdded.Person] = []
        package var method: String?
        package var content: String?
        package var classification: String?
        package var device: String?
        package var serial: String?
        /// One record a file.
        package var each = false

        package init(paths: [FilePath]) { self.paths = paths }
    }

    package struct Result: Sendable {
        package let commit: CommitResult
        /// For each file in order of entries: whether its content was held before.
        package let alreadyHeld: [Bool]
    }

    private static let phase = Message(en: "copying", zh: "复制")

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    package func run(_ request: Request) throws -> Result {
        try check(request)
        let archive = try context.openArchive()
        let keys = try context.unlock(archive)
        let dossiers = try admit(request, archive, keys)

        let sources = SourceFiles(request.paths, archive: archive.path)
        let total = try measure(sources)
        let staging = try Staging(archive.objects, mark: try context.random(8))
        defer { staging.close() }
        let spool = try DraftSpool(in: staging.path)
        let held = try copy(sources, total, request, dossiers, staging, spool)
        try staging.finishCopying()

        try context.checkInterruption()
        let session = try context.appendSession(archive)
        // Names were resolved before the copying; a dossier is never closed to new entries, so they still hold.
        let commit = try session.commit(spool, keys: keys, staging: staging)
        for warning in commit.warnings { context.warn(warning) }
        return Result(commit: commit, alreadyHeld: held)
    }

    // MARK: What the person said

    /// Refuses before hours of copying what would be refused after them; the lock is let go meanwhile.
    private func admit(_ request: Request, _ archive: Archive, _ keys: CommitKeys) throws -> [DossierID] {
        let session = try context.appendSession(archive)
        try session.requireEnrolled(keys)
        return try resolve(request, session.state)
    }

    private func check(_ request: Request) throws {
        try request.kind.map(AddEvidence.requireKind)
        if let method = request.method, WorkingMethod(rawValue: method) == nil {
            throw EvidenceError(
                .usage, en: "There is no method “\(method.shown)”. Methods are M1 to M7.",
                zh: "没有工作方式“\(method.shown)”。可用 M1 至 M7。")
        }
        if let content = request.content, ContentItem(rawValue: content) == nil {
            throw AddEvidence.badContent(content)
        }
    }

    static func requireKind(_ kind: String) throws {
        guard RecordKind(rawValue: kind) == nil else { return }
        let kinds = RecordKind.allCases.map(\.rawValue)
        throw EvidenceError(
            .usage, en: "There is no kind “\(kind.shown)”. Kinds are: \(kinds.joined(separator: ", ")).",
            zh: "没有“\(kind.shown)”这种类别。可用类别：\(kinds.joined(separator: "、"))。")
    }

    static func badContent(_ content: String) -> EvidenceError {
        EvidenceError(
            .usage, en: "There is no content item “\(content.shown)”. Items are C1 to C10.",
            zh: "没有巡查内容“\(content.shown)”。可用 C1 至 C10。")
    }

    /// The dossiers that the records join: the named ones, and the inspections within which named cases were opened.
    private func resolve(_ request: Request, _ state: LogState) throws -> [DossierID] {
        var ids: Set<DossierID> = []
        for name in request.cases {
            let (id, dossier) = try ManageCases.dossier(named: name, .caseOpened, state)
            ids.insert(id)
            if let parent = dossier.parent { ids.insert(parent) }
        }
        if let name = request.inspection {
            ids.insert(try ManageCases.dossier(named: name, .inspectionOpened, state).id)
        }
        guard ids.count <= Entry.mostDossiers else {
            throw EvidenceError(
                .badInput,
                en:
                    "A record belongs to at most \(Entry.mostDossiers) cases and inspections when it is added. Link the rest with evidence case link.",
                zh: "一条记录添加时最多属于 \(Entry.mostDossiers) 个案卷，其余请用 evidence case link 关联。")
        }
        return ids.sorted()
    }

    // MARK: Files

    private func measure(_ sources: SourceFiles) throws -> (files: Int, bytes: Int64) {
        var total = (files: 0, bytes: Int64(0))
        try sources.forEach { source in
            try context.checkInterruption()
            total.files += 1
            total.bytes += Int64(source.size)
        }
        return total
    }

    private func copy(
        _ sources: SourceFiles, _ total: (files: Int, bytes: Int64), _ request: Request, _ dossiers: [DossierID],
        _ staging: Staging, _ spool: DraftSpool
    ) throws -> [Bool] {
        var held: [Bool] = []
        var together: [FileRecord] = []
        var togetherHeld: [Bool] = []
        var done = ProgressSnapshot(
            phase: AddEvidence.phase, filesTotal: total.files, bytesTotal: total.bytes)
        try sources.forEach { source in
            done.current = String(decoding: source.name, as: UTF8.self)
            let staged = try staging.ingest(source.path) { count in
                done.bytesDone += Int64(count)
                try context.progress(done)
            }
            done.filesDone += 1
            try context.progress(done)
            let file = FileRecord(source.name, staged)
            if source.isInFolder || request.each {
                try spool.append(try draft([file], request, dossiers))
                held.append(staged.wasHeld)
            } else {
                together.append(file)
                togetherHeld.append(staged.wasHeld)
            }
        }
        if !together.isEmpty { try spool.append(try draft(together, request, dossiers)) }
        return held + togetherHeld
    }

    private func draft(_ files: [FileRecord], _ request: Request, _ dossiers: [DossierID]) throws -> Draft {
        var added = EvidenceAdded(
            kind: request.kind ?? AddEvidence.kind(of: files), title: request.title ?? AddEvidence.title(of: files))
        added.description = request.description
        added.occurredFrom = request.occurredFrom
        added.occurredTo = request.occurredTo
        added.place = request.place
        added.people = request.people
        added.method = request.method
        added.content = request.content
        added.classification = request.classification
        added.acquired.device = request.device
        added.acquired.serial = request.serial
        added.files = files
        return Draft(.evidenceAdded, dossiers: dossiers, body: try context.body(added.json))
    }

    /// What all files are, or `other` where they differ.
    private static func kind(of files: [FileRecord]) -> String {
        let kinds = Set(files.map { RecordKind(mediaType: $0.type) })
        return (kinds.count == 1 ? kinds.first ?? .other : .other).rawValue
    }

    /// The first file's name without folder and ending, and how many more there are.
    private static func title(of files: [FileRecord]) -> String {
        guard let first = files.first else { return "" }
        let name = FilePath(first.name).lastComponent?.stem ?? first.name
        return files.count == 1 ? name : "\(name) (+\(files.count - 1))"
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
