internal import CaseBundle
internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
internal import TransparencyLog

/// `evidence export --case`: a bundle for whoever is handed a case.
///
/// Files and bodies are copied into a temporary folder beside the target while no lock is held. Then, under the archive's
/// lock, the export becomes an entry of the case, and the log up to that entry completes the bundle. The target appears in
/// one step; after a failure there is none, and at worst the log has an export that never left.
package struct ExportCase {
    package struct Request: Sendable {
        package let caseName: String
        package let target: FilePath
        package let recipient: String?
        package let purpose: String?
        /// The program with its version, for the bundle's description.
        package let agent: String

        package init(caseName: String, target: FilePath, recipient: String?, purpose: String?, agent: String) {
            self.caseName = caseName
            self.target = target
            self.recipient = recipient
            self.purpose = purpose
            self.agent = agent
        }
    }

    package struct Result: Sendable {
        package let commit: CommitResult
        package let records: Int
        package let files: Int
        package let bytes: UInt64
        /// How many files of the case are not in the bundle, because they stayed outside the archive.
        package let filesLeftOut: Int
    }

    private static let phase = Message(en: "copying", zh: "复制")

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    package func run(_ request: Request) throws -> Result {
        let archive = try context.openArchive()
        let keys = try context.unlock(archive)
        let reading = try LogReading(archive, context)
        let dossier = try reading.dossier(named: request.caseName, .caseOpened)
        try requireFree(request.target)
        // What would be refused at the end is refused before anything is copied.
        _ = try context.appendSession(archive)

        let parent = request.target.removingLastComponent()
        let mark = try context.random(8).hex
        let name = request.target.lastComponent?.string ?? "bundle"
        let folder = (parent.isEmpty ? FilePath(".") : parent).appending(".\(name).\(mark).partial")
        try Files.makeFolders(folder)
        do {
            let result = try write(request, archive, keys, dossier, into: try Files.realPath(folder))
            try Files.removeEmptyFolder(request.target)
            try Files.renameExclusively(folder, to: request.target)
            try Files.syncFolder(parent.isEmpty ? "." : parent)
            for warning in result.commit.warnings { context.warn(warning) }
            return result
        } catch {
            try? Files.removeTree(folder)
            throw EvidenceError.file(any: error, request.target, writing: true)
        }
    }

    private func requireFree(_ target: FilePath) throws {
        guard let status = try Files.statusFollowing(target) else {
            return try Files.makeFolders(target.removingLastComponent().isEmpty ? "." : target.removingLastComponent())
        }
        guard status.kind == .folder, try Files.names(in: target).isEmpty else {
            throw EvidenceError(
                .badInput, en: "“\(target.shown)” is there already and not empty. Choose another folder with --to.",
                zh: "“\(target.shown)”已存在且不为空。请用 --to 另选文件夹。")
        }
    }

    private func write(
        _ request: Request, _ archive: Archive, _ keys: CommitKeys, _ dossier: LogReading.Dossier, into folder: FilePath
    ) throws -> Result {
        let writer = BundleWriter(folder: folder)
        var copied = Copied()
        try copy(archive, dossier.id, writer, &copied)

        let session = try context.appendSession(archive)
        // What came into the case while files were copied.
        let contents = try copy(archive, dossier.id, writer, &copied)
        let body = try context.body(
            BundleExported(
                dossier: dossier.id, recipient: request.recipient, purpose: request.purpose, entries: copied.references
            ).json)
        let parent = session.state.dossiers[dossier.id]?.parent
        let draft = Draft(.bundleExported, dossiers: [dossier.id] + (parent.map { [$0] } ?? []), body: body)
        let size = session.state.size
        let commit = try session.commit([draft], keys: keys)

        // What the commit recorded of anchors before the export itself.
        for seq in size..<commit.first {
            if let bytes = try archive.record(seq).bodyBytes { try writer.addBody(seq: seq, bytes: bytes) }
        }
        try writer.addBody(seq: commit.first, bytes: body)
        try writer.finish(
            log: BundleWriter.Log(
                size: commit.checkpoint.size, note: commit.note.bytes,
                entries: { try archive.log.entries(from: $0, below: $1) },
                checkpoint: { try archive.log.checkpoint(after: $0) }, anchorCount: session.state.anchors,
                anchors: { take in
                    try archive.log.forEachAnchor(count: session.state.anchors) { stored in
                        if let anchor = stored.anchor { try take(stored.number, anchor) }
                    }
                }),
            dossier: DossierDescription(
                dossier: dossier.id, name: dossier.opened.name, kind: dossier.kind,
                entries: (contents.entries + [commit.first]).enumerated().map {
                    DossierDescription.Place(n: UInt64($0.offset) + 1, seq: $0.element)
                },
                linked: contents.linked),
            keys: BundleWriter.Keys(
                archive: archive.created.key,
                signers: session.state.signers.values.map(\.key).sorted { $0.name < $1.name }),
            agent: request.agent, date: String(context.now().description.prefix(10))
        ) { text in
            var note = try SignedNote(text: text, signatures: [])
            try note.sign(as: keys.archive.verifier, with: keys.archive.privateKey)
            try note.sign(as: keys.signer.verifier, with: keys.signer.privateKey)
            return note
        }
        return Result(
            commit: commit, records: copied.records, files: copied.files, bytes: copied.bytes,
            filesLeftOut: writer.filesLeftOut)
    }

    /// What is in the bundle so far.
    private struct Copied {
        var bodies: Set<UInt64> = []
        var references: [EntryReference] = []
        var records = 0
        var files = 0
        var bytes: UInt64 = 0
    }

    /// Copies what the bundle does not have yet: the bodies and files of the case, of what is linked to it, and the bodies
    /// that say who the signers are.
    ///
    /// Bodies of earlier exports stay behind; they concern their recipients.
    @discardableResult
    private func copy(
        _ archive: Archive, _ id: DossierID, _ writer: BundleWriter, _ copied: inout Copied
    ) throws -> (entries: [UInt64], linked: [UInt64]) {
        let reading = try LogReading(archive, context)
        let contents = try reading.contents(of: id)
        for type in EntryType.allCases where type.isFixed {
            for seq in try reading.entries(of: type) where copied.bodies.insert(seq).inserted {
                if let bytes = try archive.record(seq).bodyBytes { try writer.addBody(seq: seq, bytes: bytes) }
            }
        }
        for seq in contents.entries + contents.linked where copied.bodies.insert(seq).inserted {
            try context.checkInterruption()
            let record = try archive.record(seq)
            guard record.entry.type != .bundleExported, let body = record.body, let bytes = record.bodyBytes else {
                continue
            }
            try writer.addBody(seq: seq, bytes: bytes)
            copied.references.append(record.reference)
            guard record.entry.type == .evidenceAdded else { continue }
            copied.records += 1
            for file in try EvidenceAdded(body).files {
                guard file.held == .stored else {
                    writer.leaveOut(file)
                    continue
                }
                copied.files += 1
                try writer.addFile(file, from: archive.objects.path(file.sha256)) { count in
                    copied.bytes += UInt64(count)
                    try context.progress(
                        ProgressSnapshot(
                            phase: ExportCase.phase, filesDone: copied.files, bytesDone: Int64(copied.bytes),
                            current: file.name))
                }
            }
        }
        return contents
    }
}
