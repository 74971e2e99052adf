internal import EvidenceCrypto
package import EvidenceRecord
package import SystemPackage
package import TransparencyLog

/// Writes a bundle: files and bodies first, which may take long; then, once the export's entry is committed, the rest.
///
/// The same input gives the same bytes. Memory grows with the number of files in the bundle alone, not with their size.
/// The caller makes the folder, empty, beside the target, and renames it when ``finish(log:dossier:keys:agent:date:sign:)``
/// has returned: everything in it is durable then. After an error the folder is to be removed.
package final class BundleWriter {
    /// Where the log comes from.
    package struct Log {
        /// The number of entries; the last is the export's.
        package let size: UInt64
        /// The newest checkpoint's signed note, byte for byte.
        package let note: [UInt8]
        /// The bytes of some entries from `from` on, at least one, none past `below`.
        package let entries: (_ from: UInt64, _ below: UInt64) throws -> [[UInt8]]
        /// The first checkpoint past a size.
        package let checkpoint: (_ after: UInt64) throws -> LogAudit.StoredCheckpoint?
        /// How many anchors the entries record.
        package let anchorCount: UInt64
        /// Gives each of those anchors with its number, in order.
        package let anchors: (_ take: (UInt64, Anchor) throws -> Void) throws -> Void

        package init(
            size: UInt64, note: [UInt8],
            entries: @escaping (_ from: UInt64, _ below: UInt64) throws -> [[UInt8]],
            checkpoint: @escaping (_ after: UInt64) throws -> LogAudit.StoredCheckpoint?, anchorCount: UInt64 = 0,
            anchors: @escaping (_ take: (UInt64, Anchor) throws -> Void) throws -> Void = { _ in }
        ) {
            self.size = size
            self.note = note
            self.entries = entries
            self.checkpoint = checkpoint
            self.anchorCount = anchorCount
            self.anchors = anchors
        }
    }

    /// The public keys that go out.
    package struct Keys {
        package let archive: VerifierKey
        /// Every signer ever enrolled.
        package let signers: [VerifierKey]

        package init(archive: VerifierKey, signers: [VerifierKey]) {
            self.archive = archive
            self.signers = signers
        }
    }

    private let bag: BagFolderWriter
    private var files: [Digest: (fsverity: Digest, size: UInt64)] = [:]
    private var leftOut: Set<Digest> = []

    /// - Parameter folder: exists and is empty.
    package init(folder: FilePath) { bag = BagFolderWriter(folder) }

    /// Copies a stored file while it is digested; one that was added already is not copied again.
    ///
    /// - Parameter progress: called with the bytes copied since the last call; may throw to stop.
    /// - Throws: `damaged` where the bytes are not those that the entry names.
    package func addFile(_ file: FileRecord, from source: FilePath, progress: (Int) throws -> Void) throws {
        var size: UInt64 = 0
        if let known = files[file.sha256] {
            guard known == (file.fsverity, file.size) else { throw BundleWriter.damaged(file) }
            return
        }
        let found = try bag.copy(source, size: file.size, to: BundlePart.file(file.sha256).path) { count in
            size += UInt64(count)
            try progress(count)
        }
        guard found == (file.sha256, file.fsverity), size == file.size else { throw BundleWriter.damaged(file) }
        files[file.sha256] = (file.fsverity, file.size)
    }

    /// Takes note of a file that stays outside: it is no part of the bundle, which says so.
    package func leaveOut(_ file: FileRecord) { leftOut.insert(file.sha256) }

    /// How many files that entries name are not in the bundle, because they stayed where they lay.
    package var filesLeftOut: Int { leftOut.count }

    /// Adds the body of an entry, each once.
    package func addBody(seq: UInt64, bytes: [UInt8]) throws {
        try bag.write(bytes, to: BundlePart.body(seq).path)
    }

    /// Writes the log, the keys, what describes the bundle, and the signature over all of it.
    ///
    /// - Parameters:
    ///   - agent: the program with its version, for `bag-info.txt`.
    ///   - date: the day, `YYYY-MM-DD`.
    ///   - sign: signs a note's text with the archive's key and then with the exporter's.
    /// - Throws: `damaged` where the log is not the one that its newest checkpoint signs.
    package func finish(
        log: Log, dossier: DossierDescription, keys: Keys, agent: String, date: String,
        sign: (_ noteText: String) throws -> SignedNote
    ) throws {
        try writeEntries(log)
        try writeCheckpoints(log)
        if log.anchorCount > 0 { try writeAnchors(log) }
        try bag.write("\(keys.archive)\n", to: BundlePart.archiveKey.path)
        for key in keys.signers { try bag.write("\(key)\n", to: BundlePart.signerKey(key.name).path) }
        try bag.write(dossier.bytes, to: BundlePart.dossier.path)

        let origin = keys.archive.name
        let info = BagInfo(
            origin: origin, name: dossier.name, kind: dossier.kind, agent: agent, date: date, payload: bag.payload)
        let readme = BundleReadme(
            origin: origin, name: dossier.name, kind: dossier.kind, date: date, filesLeftOut: leftOut.count)
        try bag.write(bag.payloadManifest, to: TagFile.manifest)
        try bag.write(TagFile.declarationText, to: TagFile.declaration)
        try bag.write(info.text, to: TagFile.info)
        try bag.write(readme.english, to: TagFile.readme)
        try bag.write(readme.chinese, to: TagFile.chineseReadme)
        let tagManifest = Array(bag.tagManifest.utf8)
        let text = BundleSignature.noteText(origin: origin, tagManifest: SHA256Hasher.hash(tagManifest))
        try bag.write(tagManifest, to: TagFile.tagManifest)
        let note = try sign(text)
        guard note.text.hasSameBytes(as: text), note.verify(keys.archive) == .valid else {
            throw EvidenceError(
                .internalFault, en: "The bundle's signature is not what was asked for.", zh: "案卷包的签名与所要求的不符。")
        }
        try bag.write(note.bytes, to: TagFile.signature)
        try bag.sync()
    }

    private func writeEntries(_ log: Log) throws {
        var tree = TreeBuilder()
        func write(_ resource: TreeResource, _ bytes: [UInt8]) throws {
            try bag.write(bytes, to: BundlePart.log(resource).path)
        }
        while tree.size < log.size {
            let slice = try log.entries(tree.size, log.size)
            guard !slice.isEmpty, UInt64(slice.count) <= log.size - tree.size else {
                throw EvidenceError.logContradictsCheckpoint
            }
            for entry in slice { try tree.append(entry, emit: write) }
        }
        for (resource, bytes) in try tree.partialResources() { try write(resource, bytes) }
        guard let note = try? SignedNote(parsing: log.note), let checkpoint = try? Checkpoint(noteText: note.text),
            checkpoint.size == log.size, checkpoint.root == tree.root
        else { throw EvidenceError.logContradictsCheckpoint }
        try write(.checkpoint, log.note)
    }

    private func writeCheckpoints(_ log: Log) throws {
        let stream = try BagFileStream(BundlePart.checkpoints.path, in: bag)
        var last: LogAudit.StoredCheckpoint = (size: 0, note: [])
        while last.size < log.size, let next = try log.checkpoint(last.size) {
            guard next.size > last.size, next.size <= log.size, let line = CheckpointLine.bytes(next) else {
                throw EvidenceError.logContradictsCheckpoint
            }
            try stream.write(line)
            last = next
        }
        guard last == (log.size, log.note) else { throw EvidenceError.logContradictsCheckpoint }
        try stream.close()
    }

    private func writeAnchors(_ log: Log) throws {
        let stream = try BagFileStream(BundlePart.anchors.path, in: bag)
        var count: UInt64 = 0
        try log.anchors { number, anchor in
            count += 1
            guard number == count else { throw EvidenceError.logContradictsCheckpoint }
            try stream.write(AnchorLine.bytes(number, anchor))
        }
        guard count == log.anchorCount else { throw EvidenceError.logContradictsCheckpoint }
        try stream.close()
    }

    private static func damaged(_ file: FileRecord) -> EvidenceError {
        EvidenceError(
            .damaged,
            en: "The archive's copy of “\(file.name.shown)” is not the file that was recorded. Run evidence verify.",
            zh: "档案中的“\(file.name.shown)”与当时记录的文件不符。请执行 evidence verify。")
    }
}
