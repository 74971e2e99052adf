internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
package import SystemPackage
package import TransparencyLog

/// `evidence witness submit`: has the newest checkpoint of an archive cosigned, by web or by files that are carried.
package struct SubmitCheckpoint {
    /// What a witness needs to be asked.
    package enum Request: Sendable {
        case needed(WitnessRequest)
        /// The witness's cosignature over the newest checkpoint is here.
        case notNeeded(Cosignature)
    }

    package let context: ServiceContext
    let archive: Archive
    private let tree: SignedTree

    package init(_ context: ServiceContext) throws {
        self.context = context
        archive = try context.openArchive()
        tree = try SignedTree(of: archive, context)
        guard tree.note.verify(archive.created.key) == .valid else {
            throw EvidenceError(
                .damaged, en: "The newest checkpoint does not carry the archive's signature. Run evidence verify.",
                zh: "最新检查点没有档案的有效签名。请执行 evidence verify。")
        }
    }

    /// The archive's newest checkpoint.
    package var checkpoint: Checkpoint { tree.checkpoint }
    var note: SignedNote { tree.note }

    // MARK: Asking

    /// The request to a witness.
    ///
    /// - Parameter oldSize: the size of the newest checkpoint that the witness cosigned; nil for what this archive holds.
    package func request(to witness: VerifierKey, from oldSize: UInt64?) throws -> Request {
        let newest = try newestCosignature(by: witness)
        if oldSize == nil, let newest, newest.size == checkpoint.size { return .notNeeded(newest.cosignature) }
        let size = oldSize ?? newest?.size ?? 0
        guard size <= checkpoint.size else { throw witnessIsAhead(witness, at: size) }
        return .needed(try tree.request(from: size))
    }

    /// The request in a file, which must not be there yet, to be carried to the witness.
    package func request(to witness: VerifierKey, from oldSize: UInt64?, in file: FilePath) throws -> Request {
        let request = try request(to: witness, from: oldSize)
        if case .needed(let needed) = request { try ServiceContext.createFile(file, with: needed.bytes, mode: 0o644) }
        return request
    }

    /// The witness's cosignature over the largest size that this archive holds.
    func newestCosignature(by witness: VerifierKey) throws -> (size: UInt64, cosignature: Cosignature)? {
        var newest: (size: UInt64, cosignature: Cosignature)?
        try archive.log.forEachAnchor { stored in
            guard let anchor = stored.anchor, anchor.size >= newest?.size ?? 0,
                let cosignature = try? anchor.cosignature(), cosignature.noteSignature.isBy(witness),
                let note = try archive.signedNote(of: anchor.size),
                SubmitCheckpoint.holds(cosignature, over: note.text, by: witness)
            else { return }
            newest = (anchor.size, cosignature)
        }
        return newest
    }

    func witnessIsAhead(_ witness: VerifierKey, at size: UInt64) -> EvidenceError {
        EvidenceError(
            .refused,
            en:
                "The witness “\(witness.name.shown)” is said to have cosigned \(size) entries of this archive, which has \(checkpoint.size): it was rolled back, or somebody else has a longer history. Find the newer copy.",
            zh: "据称见证人“\(witness.name.shown)”已见证此档案 \(size) 条，而它只有 \(checkpoint.size) 条：档案被回退，或有人持有更长的历史。请找回较新的副本。")
    }

    /// The root that this archive's log had at a size.
    func root(at size: UInt64) throws -> Digest { try tree.history(from: size).root }

    func request(from size: UInt64) throws -> WitnessRequest { try tree.request(from: size) }

    // MARK: Taking answers

    /// Takes a witness's answer in from a file: the cosigned checkpoint, as `evidence witness cosign` writes it.
    ///
    /// - Parameter witnesses: whose signatures are taken; where there are none, those that this reader trusts.
    /// - Returns: the checkpoint, and the cosignatures over it that hold.
    package func take(
        _ file: FilePath, from witnesses: [VerifierKey]
    ) throws -> (checkpoint: Checkpoint, taken: [Cosignature]) {
        let bytes = try Files.contents(of: file, limit: WitnessRequest.maximumSize)
        guard let answer = try? SignedNote(parsing: bytes), let answered = try? Checkpoint(noteText: answer.text) else {
            throw EvidenceError(
                .badInput, en: "“\(file.shown)” is no cosigned checkpoint, as evidence witness cosign --to writes it.",
                zh: "“\(file.shown)”不是经见证的检查点（由 evidence witness cosign --to 写出）。")
        }
        guard let own = try archive.signedNote(of: answered.size), own.text.hasSameBytes(as: answer.text) else {
            throw notOurs(answered, file)
        }
        let trusted = witnesses.isEmpty ? try TrustCheck(context.folders).anchors.witnesses : witnesses
        let lines = answer.signatures.compactMap { try? Cosignature($0) }
        let taken = lines.filter { line in
            trusted.contains { SubmitCheckpoint.holds(line, over: own.text, by: $0) }
        }
        guard !taken.isEmpty else { throw noneTaken(answer, trusted, file) }
        try keep(taken, size: answered.size)
        return (answered, taken)
    }

    /// Whether it is the witness's, over this text, at a time that can be written.
    static func holds(_ cosignature: Cosignature, over text: String, by witness: VerifierKey) -> Bool {
        cosignature.time > 0 && Timestamp(seconds: cosignature.time) != nil
            && cosignature.isValid(noteText: text, key: witness)
    }

    /// Keeps cosignatures that were checked; the next commit records them.
    func keep(_ cosignatures: [Cosignature], size: UInt64) throws {
        _ = try KeepAnchors(context: context, archive: archive).keep(cosignatures.map { Anchor($0, size: size) })
    }

    private func notOurs(_ answered: Checkpoint, _ file: FilePath) -> EvidenceError {
        guard answered.origin.hasSameBytes(as: archive.created.origin) else {
            return EvidenceError(
                .badInput,
                en: "“\(file.shown)” is about “\(answered.origin.shown)”, not about this archive.",
                zh: "“\(file.shown)”针对的是“\(answered.origin.shown)”，不是此档案。")
        }
        return EvidenceError(
            .badInput,
            en:
                "“\(file.shown)” is about \(answered.size) entries with another root than this archive has, or about a size at which it has no checkpoint. If a witness signed it, there are two histories: run evidence verify --against \(file.string.shellWord).",
            zh:
                "“\(file.shown)”针对的 \(answered.size) 条，其根哈希与此档案不同，或此档案在该处没有检查点。若确为见证人所签，则存在两份历史：请执行 evidence verify --against \(file.string.shellWord)。"
        )
    }

    private func noneTaken(_ answer: SignedNote, _ trusted: [VerifierKey], _ file: FilePath) -> EvidenceError {
        let claimed = answer.signatures.filter { line in trusted.contains { line.isBy($0) } }
        if let line = claimed.first {
            return EvidenceError(
                .badInput,
                en: "The signature of the witness “\(line.name.shown)” in “\(file.shown)” does not hold.",
                zh: "“\(file.shown)”中见证人“\(line.name.shown)”的签名无效。")
        }
        let names = answer.signatures.filter { !$0.isBy(archive.created.key) }.map(\.name.shown)
            .joined(separator: ", ")
        return EvidenceError(
            .refused,
            en:
                "You have not said whose signatures to take from “\(file.shown)” (it has: \(names)). Name the witness's key, as you got it from the witness: --witness KEY.",
            zh: "尚未指明采用“\(file.shown)”中何人的签名（其中有：\(names)）。请用 --witness KEY 给出从见证人处取得的公钥。")
    }
}

extension Archive {
    /// The signed checkpoint that is kept under a size; nil where there is none.
    func signedNote(of size: UInt64) throws -> SignedNote? {
        try log.checkpoint(at: size).flatMap { try? SignedNote(parsing: $0.note) }
    }
}
