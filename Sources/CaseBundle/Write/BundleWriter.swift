package import EvidenceCrypto
package import EvidenceRecord
package import SystemPackage
package import TransparencyLog
package import ZIPFile

/// Writes a bundle: files and bodies first, which may take long; then, once the export's entry is committed, the rest.
///
/// The same input gives the same bytes. Memory grows with the number of files in the bundle alone, not with their size.
/// The caller makes the folder or file, empty, beside the target, and renames it when
/// ``finish(log:dossier:people:label:records:page:sign:)`` has returned: everything in it is durable then. After an error
/// it is to be removed.
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
        /// A hash tile of the tree; nothing of it is believed.
        package let tile: (Tile.ID) throws -> [UInt8]

        package init(
            size: UInt64, note: [UInt8],
            entries: @escaping (_ from: UInt64, _ below: UInt64) throws -> [[UInt8]],
            checkpoint: @escaping (_ after: UInt64) throws -> LogAudit.StoredCheckpoint?,
            tile: @escaping (Tile.ID) throws -> [UInt8], anchorCount: UInt64 = 0,
            anchors: @escaping (_ take: (UInt64, Anchor) throws -> Void) throws -> Void = { _ in }
        ) {
            self.size = size
            self.note = note
            self.entries = entries
            self.checkpoint = checkpoint
            self.tile = tile
            self.anchorCount = anchorCount
            self.anchors = anchors
        }
    }

    /// Whose keys go out.
    package struct People {
        package let archive: VerifierKey
        /// Every signer ever enrolled, and the person behind the key.
        package let signers: [(key: VerifierKey, person: String)]
        /// The name of the exporter's key, which is one of them.
        package let exporter: String

        package init(archive: VerifierKey, signers: [(key: VerifierKey, person: String)], exporter: String) {
            self.archive = archive
            self.signers = signers
            self.exporter = exporter
        }
    }

    /// What tells one bundle from another beside its dossier.
    package struct Label {
        /// The dossier's title, if it has one.
        package let title: String?
        /// The program with its version.
        package let agent: String
        /// The day, `YYYY-MM-DD`.
        package let date: String

        package init(title: String?, agent: String, date: String) {
            self.title = title
            self.agent = agent
            self.date = date
        }
    }

    private let bag: BagWriter
    private var files: [Digest: (fsverity: Digest, names: CrateWriter.FileNames)] = [:]
    private var leftOut: Set<Digest> = []
    /// The paths of sealed records' parts, by entry.
    private var sealed: [UInt64: [String]] = [:]
    private var bodies: Set<UInt64> = []

    /// - Parameter folder: exists and is empty.
    package init(folder: FilePath) { bag = BagWriter(BagFolderTarget(folder)) }

    /// - Parameter zip: has no members yet; its day is that of the export.
    package init(zip: ZIPWriter) { bag = BagWriter(BagZIPTarget(zip: zip)) }

    /// Copies a stored file, once, while its SHA-256 is taken, by which the bundle names it.
    ///
    /// The entry's second digest is not checked: verification does that, of the archive and of the bundle.
    /// - Parameter progress: called with the bytes copied since the last call; may throw to stop.
    /// - Throws: `damaged` where the bytes are not those that the entry names.
    package func addFile(_ file: FileRecord, from source: FilePath, progress: (Int) throws -> Void) throws {
        if let known = files[file.sha256].map({ (fsverity: $0.fsverity, size: $0.names.size) }) {
            guard known == (file.fsverity, file.size) else { throw BundleWriter.damaged(file) }
            // In place: one content may have very many names.
            files[file.sha256]?.names.add(file)
            return
        }
        var size: UInt64 = 0
        let found = try bag.copy(source, size: file.size, to: file.bundlePath) { count in
            size += UInt64(count)
            try progress(count)
        }
        guard found == file.sha256, size == file.size else { throw BundleWriter.damaged(file) }
        var names = CrateWriter.FileNames(type: file.type, size: file.size)
        names.add(file)
        files[file.sha256] = (file.fsverity, names)
    }

    /// Adds a part of a sealed record, each once.
    ///
    /// - Parameter name: as ``Sealing`` names it.
    package func addSealedPart(_ name: String, of seq: UInt64, bytes: [UInt8]) throws {
        let path = BundlePart.sealed(seq, name: name).path
        try bag.write(bytes, to: path)
        sealed[seq, default: []].append(path)
    }

    /// Where a file lies that was added: under the name that the first record of it gave it.
    package func path(of file: FileRecord) -> String {
        BundlePart.file(file.sha256, suffix: FileSuffix.of(type: files[file.sha256]?.names.type ?? file.type)).path
    }

    /// Takes note of a file that stays outside: it is no part of the bundle, which says so.
    package func leaveOut(_ file: FileRecord) { leftOut.insert(file.sha256) }

    /// How many files that entries name are not in the bundle, because they stayed where they lay.
    package var filesLeftOut: Int { leftOut.count }

    /// Adds the body of an entry, each once.
    package func addBody(seq: UInt64, bytes: [UInt8]) throws {
        bodies.insert(seq)
        try bag.write(bytes, to: BundlePart.body(seq).path)
    }

    /// Writes the log, the keys, what describes the bundle, and the signature over all of it.
    ///
    /// - Parameters:
    ///   - records: gives each of the dossier's entries, linked ones included, in the log's order; called several times.
    ///   - page: gives one of the pages for people, piece by piece; may be called twice.
    ///   - sign: signs a note's text with the archive's key and then with the exporter's.
    /// - Returns: SHA-256 of the tag manifest, through which all of the bundle is fixed.
    /// - Throws: `damaged` where the log is not the one that its newest checkpoint signs.
    @discardableResult
    package func finish(
        log: Log, dossier: DossierDescription, people: People, label: Label,
        records: (_ take: (CrateRecord) throws -> Void) throws -> Void,
        page: (_ page: BundlePage, _ take: ([UInt8]) throws -> Void) throws -> Void,
        sign: (_ noteText: String) throws -> SignedNote
    ) throws -> Digest {
        let checkpoint = try writeTree(log, isSlim: dossier.isSlim)
        try writeCheckpoints(log)
        let hasTimestamps = log.anchorCount > 0 ? try writeAnchors(log) : false
        let own = Set(dossier.entries.map(\.seq) + dossier.linked).filter { $0 < log.size }.sorted()
        if dossier.isSlim {
            for seq in bodies.union(own).sorted() { try bag.write(try entry(seq, log), to: BundlePart.entry(seq).path) }
        }
        for seq in own { try bag.write(try proof(of: seq, log, checkpoint), to: BundlePart.proof(seq).path) }
        for form in BundlePart.KeyForm.allCases {
            try bag.write(form.bytes(people.archive), to: BundlePart.archiveKey(form).path)
            for signer in people.signers {
                try bag.write(form.bytes(signer.key), to: BundlePart.signerKey(signer.key.name, form).path)
            }
        }
        try bag.write(dossier.bytes, to: BundlePart.dossier.path)
        let withheld = try writeCrate(dossier, own, people, label, records)

        let origin = people.archive.name
        let info = BagInfo(
            origin: origin, name: dossier.name, kind: dossier.kind, agent: label.agent, date: label.date,
            payload: bag.payload)
        try bag.write(bag.payloadManifest, to: TagFile.manifest)
        try bag.write(TagFile.declarationText, to: TagFile.declaration)
        try bag.write(info.text, to: TagFile.info)
        let verify = VerifyText(
            origin: origin, name: dossier.name, kind: dossier.kind, date: label.date, exporter: people.exporter,
            filesLeftOut: leftOut.count, withheld: withheld, sealed: sealed.count,
            isSlim: dossier.isSlim, hasTimestamps: hasTimestamps)
        try bag.write(verify.english, to: TagFile.verify)
        try bag.write(verify.chinese, to: TagFile.chineseVerify)
        try bag.write(VerifyText.program, to: TagFile.program)
        for name in BundlePage.allCases {
            try bag.write(to: name.rawValue) { try page(name, $0) }
        }
        let tagManifest = Array(bag.tagManifest.utf8)
        let digest = SHA256Hasher.hash(tagManifest)
        let text = BundleSignature.noteText(origin: origin, tagManifest: digest)
        try bag.write(tagManifest, to: TagFile.tagManifest)
        let note = try sign(text)
        guard note.text.hasSameBytes(as: text), note.verify(people.archive) == .valid else {
            throw EvidenceError(
                .internalFault, en: "The bundle's signature is not what was asked for.", zh: "案卷包的签名与所要求的不符。")
        }
        try bag.write(note.bytes, to: TagFile.signature)
        try bag.finish()
        return digest
    }

    private func writeTree(_ log: Log, isSlim: Bool) throws -> Checkpoint {
        var tree = TreeBuilder()
        func write(_ resource: TreeResource, _ bytes: [UInt8]) throws {
            if isSlim, case .entries = resource { return }
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
        return checkpoint
    }

    private func entry(_ seq: UInt64, _ log: Log) throws -> [UInt8] {
        guard let entry = try log.entries(seq, seq + 1).first else { throw EvidenceError.logContradictsCheckpoint }
        return entry
    }

    private func proof(of seq: UInt64, _ log: Log, _ checkpoint: Checkpoint) throws -> [UInt8] {
        let proof = try MerkleProofs.inclusion(index: seq, size: log.size) { subtrees in
            try Tile.read(subtrees, treeSize: log.size) { try $0.map(log.tile) }
        }
        guard proof.verify(leafHash: MerkleHash.leaf(try entry(seq, log)), root: checkpoint.root) else {
            throw EvidenceError.logContradictsCheckpoint
        }
        return TLogProof(index: seq, hashes: proof.hashes, checkpoint: log.note).bytes
    }

    /// - Returns: how many entries' bodies the exporter withheld.
    private func writeCrate(
        _ dossier: DossierDescription, _ own: [UInt64], _ people: People, _ label: Label,
        _ records: (_ take: (CrateRecord) throws -> Void) throws -> Void
    ) throws -> Int {
        let contents = CrateWriter.Contents(
            dossier: dossier, title: label.title, origin: people.archive.name, date: label.date,
            signers: people.signers.map { ($0.key.name, $0.person) }, files: bag.payloadFiles, seqs: own,
            names: { self.files[$0]?.names },
            paths: { record in
                self.sealed[record.record.entry.seq]
                    ?? record.files.filter { $0.held == .stored }.map(self.path(of:))
            })
        try bag.write(to: BundlePart.crate.path) { try CrateWriter.write(contents, to: $0, records: records) }
        var withheld = 0
        try records { if $0.isWithheld { withheld += 1 } }
        return withheld
    }

    private func writeCheckpoints(_ log: Log) throws {
        try bag.write(to: BundlePart.checkpoints.path) { take in
            var last: LogAudit.StoredCheckpoint = (size: 0, note: [])
            while last.size < log.size, let next = try log.checkpoint(last.size) {
                guard next.size > last.size, next.size <= log.size, let line = CheckpointLine.bytes(next) else {
                    throw EvidenceError.logContradictsCheckpoint
                }
                try take(line)
                last = next
            }
            guard last == (log.size, log.note) else { throw EvidenceError.logContradictsCheckpoint }
        }
    }

    /// - Returns: whether a timestamp is among them.
    private func writeAnchors(_ log: Log) throws -> Bool {
        var hasTimestamps = false
        try bag.write(to: BundlePart.anchors.path) { take in
            var count: UInt64 = 0
            try log.anchors { number, anchor in
                count += 1
                guard number == count else { throw EvidenceError.logContradictsCheckpoint }
                if anchor.kind == .timestamp { hasTimestamps = true }
                try take(AnchorLine.bytes(number, anchor))
            }
            guard count == log.anchorCount else { throw EvidenceError.logContradictsCheckpoint }
        }
        return hasTimestamps
    }

    private static func damaged(_ file: FileRecord) -> EvidenceError {
        EvidenceError(
            .damaged,
            en: "The archive's copy of “\(file.name.shown)” is not the file that was recorded. Run evidence verify.",
            zh: "档案中的“\(file.name.shown)”与当时记录的文件不符。请执行 evidence verify。")
    }
}
