internal import EvidenceArchive
internal import EvidenceCrypto
package import EvidenceRecord
package import SystemPackage
package import TransparencyLog

/// `evidence add`: files become records, all in one commit or none.
package struct AddEvidence {
    package struct Request: Sendable {
        package var paths: [FilePath]
        /// A table that describes the records, in the place of paths.
        package var manifest: FilePath?
        /// What is said of every record; with a manifest, of rows that leave it open.
        package var description = RecordDescription()
        /// One record a file.
        package var each = false
        /// Leaves the files where they lie, with digests, size and place on record.
        package var isReference = false
        /// The certificates to whose owners the records are sealed; none for records that lie open.
        package var readers: [FilePath] = []

        package init(paths: [FilePath]) { self.paths = paths }
    }

    /// A record that was there already.
    package struct Skipped: Sendable {
        /// Its first file's name, as found; its title where it has no file.
        package let name: String
        package let seq: UInt64
        /// The names of the cases and inspections that it was linked to instead of being added again.
        package let linked: [String]
    }

    package struct Result: Sendable {
        /// Whether the files were left where they lie.
        package let isReference: Bool
        /// Whom the records are sealed to, by their certificates' subjects; none where they lie open.
        package let readers: [String]
        /// The numbers of the new records.
        package let records: Range<UInt64>
        /// The archive's newest checkpoint.
        package let checkpoint: Checkpoint
        /// For each file in order of entries: whether its content was held before.
        package let alreadyHeld: [Bool]
        /// How many files were added, before any was cut into encrypted parts.
        package let fileCount: Int
        package let skipped: [Skipped]
        /// What an earlier run had copied when it was stopped, and this one did not copy again.
        package let resumed: ResumedCopies
        /// The names of what the folders held that is nobody's evidence.
        package let leftOut: [String]
    }

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    package func run(_ request: Request) throws -> Result {
        var request = request
        try request.description.useIdentifiers()
        let recipients = try context.recipients(request.readers)
        let archive = try context.openArchive()
        let keys = try context.unlock(archive)
        let state = try admit(archive, keys)
        let plan = try plan(request, archive, state)

        let staging = try Staging(archive.objects, mark: try context.random(8))
        defer { staging.close() }
        do {
            return try run(request, archive, keys, state, plan, recipients, staging)
        } catch {
            throw staging.keepCopies(after: error)
        }
    }

    private func run(
        _ request: Request, _ archive: Archive, _ keys: CommitKeys, _ state: LogState, _ plan: any AddPlan,
        _ recipients: [Recipient], _ staging: Staging
    ) throws -> Result {
        let spool = try DraftSpool(in: staging.path)
        let ingest = RecordIngest(
            context, archive, staging, spool, isReference: request.isReference, recipients: recipients)
        try ingest.run(plan)
        let count = spool.count
        try link(ingest.skipped.map { ($0.there, $0.lacks) }, state, archive, spool)
        try staging.finishCopying()

        try context.checkInterruption()
        // Names were resolved before the copying; a dossier is never closed to new entries, so they still hold.
        let session = try context.appendSession(archive)
        let commit = spool.count == 0 ? nil : try session.commit(spool, keys: keys, staging: staging)
        if commit == nil { try session.settle() }
        for warning in commit?.warnings ?? [] { context.warn(warning) }
        let checkpoint = try commit?.checkpoint ?? archive.newestCheckpoint().checkpoint
        let first = commit?.first ?? checkpoint.size
        return Result(
            isReference: request.isReference, readers: recipients.map(\.certificate.subject),
            records: first..<first + count, checkpoint: checkpoint,
            alreadyHeld: ingest.alreadyHeld,
            fileCount: recipients.isEmpty ? ingest.alreadyHeld.count : ingest.sealedFiles,
            skipped: ingest.skipped.map { name, there, lacks in
                Skipped(name: name, seq: there.seq, linked: lacks.compactMap { state.dossiers[$0]?.name })
            }, resumed: staging.resumed, leftOut: ingest.leftOut.map { String(decoding: $0, as: UTF8.self) })
    }

    /// Drafts the links of records that are there already to the dossiers which they were to join.
    private func link(
        _ records: [(reference: EntryReference, lacks: [DossierID])], _ state: LogState, _ archive: Archive,
        _ spool: DraftSpool
    ) throws {
        var references: [DossierID: [UInt64: EntryReference]] = [:]
        for record in records {
            for id in record.lacks { references[id, default: [:]][record.reference.seq] = record.reference }
        }
        for (id, linked) in references.sorted(by: { $0.key < $1.key }) {
            let ordered = linked.values.sorted { $0.seq < $1.seq }
            for start in stride(from: 0, to: ordered.count, by: AddEvidence.linkedAtOnce) {
                let some = Array(ordered[start..<min(start + AddEvidence.linkedAtOnce, ordered.count)])
                try spool.append(try ManageCases.linkDraft(some, to: id, state, context, archive))
            }
        }
    }

    /// So many references keep a body far below its limit.
    private static let linkedAtOnce = 10_000

    /// Refuses before hours of copying what would be refused after them; the lock is let go meanwhile.
    private func admit(_ archive: Archive, _ keys: CommitKeys) throws -> LogState {
        let session = try context.appendSession(archive)
        try session.requireEnrolled(keys)
        return session.state
    }

    private func plan(_ request: Request, _ archive: Archive, _ state: LogState) throws -> any AddPlan {
        if let manifest = request.manifest {
            return try ManifestPlan(manifest, request.description, archive: archive.path, state, context)
        }
        var paths: [FilePath] = []
        var bundles: [(sources: SourceFiles, dossier: ForeignDossier)] = []
        for path in request.paths {
            if let bundle = try ReadBundle(context).run(path) {
                bundles.append((try SourceFiles([path], archive: archive.path, context.folders), bundle.dossier))
            } else {
                paths.append(path)
            }
        }
        return PathPlan(
            sources: try SourceFiles(paths, archive: archive.path, context.folders), bundles: bundles,
            description: request.description,
            dossiers: try request.description.dossiers(in: state), each: request.each)
    }
}
