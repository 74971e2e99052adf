internal import EvidenceArchive
package import EvidenceRecord
package import SystemPackage

/// `evidence add`: files become records, all in one commit or none.
package struct AddEvidence {
    package struct Request: Sendable {
        package var paths: [FilePath]
        /// What is said of every record.
        package var description = RecordDescription()
        /// One record a file.
        package var each = false

        package init(paths: [FilePath]) { self.paths = paths }
    }

    package struct Result: Sendable {
        package let commit: CommitResult
        /// For each file in order of entries: whether its content was held before.
        package let alreadyHeld: [Bool]
    }

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    package func run(_ request: Request) throws -> Result {
        try request.description.check()
        let archive = try context.openArchive()
        let keys = try context.unlock(archive)
        let plan = try plan(request, archive, try admit(archive, keys))

        let staging = try Staging(archive.objects, mark: try context.random(8))
        defer { staging.close() }
        let spool = try DraftSpool(in: staging.path)
        let held = try RecordIngest(context: context, staging: staging, spool: spool).run(plan)
        try staging.finishCopying()

        try context.checkInterruption()
        let session = try context.appendSession(archive)
        // Names were resolved before the copying; a dossier is never closed to new entries, so they still hold.
        let commit = try session.commit(spool, keys: keys, staging: staging)
        for warning in commit.warnings { context.warn(warning) }
        return Result(commit: commit, alreadyHeld: held)
    }

    /// Refuses before hours of copying what would be refused after them; the lock is let go meanwhile.
    private func admit(_ archive: Archive, _ keys: CommitKeys) throws -> LogState {
        let session = try context.appendSession(archive)
        try session.requireEnrolled(keys)
        return session.state
    }

    private func plan(_ request: Request, _ archive: Archive, _ state: LogState) throws -> some AddPlan {
        PathPlan(
            sources: SourceFiles(request.paths, archive: archive.path), description: request.description,
            dossiers: try request.description.dossiers(in: state), each: request.each)
    }
}
