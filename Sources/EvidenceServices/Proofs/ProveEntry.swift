internal import EvidenceArchive
package import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
package import SystemPackage
package import TransparencyLog

/// `evidence prove`: that one entry is in the log, as a file that anybody can check offline (C2SP tlog-proof).
package struct ProveEntry {
    package struct Result: Sendable {
        package let seq: UInt64
        package let leafHash: Digest
        package let checkpoint: Checkpoint
        package let proof: TLogProof
        /// The witnesses whose signatures the checkpoint carries, by name.
        package let witnesses: [String]
    }

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// Proves an entry under the newest checkpoint that has it and that a witness signed, or else under the newest.
    ///
    /// The signatures of all witnesses stand with the checkpoint, so that a reader can hold them to a policy.
    package func run(_ seq: UInt64) throws -> Result {
        let archive = try context.openArchive()
        let record = try archive.record(seq)
        let (note, witnesses) = try note(over: seq, of: archive)
        guard let checkpoint = try? Checkpoint(noteText: note.text), note.verify(archive.created.key) == .valid else {
            throw EvidenceError(
                .damaged, en: "A checkpoint of this archive does not carry its signature. Run evidence verify.",
                zh: "该档案的某个检查点没有档案的有效签名。请执行 evidence verify。")
        }
        let (_, proof) = try archive.provenTree(context) { tree in
            try tree.inclusion(of: seq, leafHash: record.leafHash, in: checkpoint)
        }
        return Result(
            seq: seq, leafHash: record.leafHash, checkpoint: checkpoint, proof: TLogProof(proof, checkpoint: note),
            witnesses: witnesses)
    }

    /// Writes a proof to a file, which must not be there yet.
    package func save(_ result: Result, to file: FilePath) throws {
        try ServiceContext.createFile(file, with: result.proof.bytes, mode: 0o644)
    }

    private func note(over seq: UInt64, of archive: Archive) throws -> (note: SignedNote, witnesses: [String]) {
        var (newest, lines): (UInt64, [SignedNote.Signature]) = (0, [])
        try archive.log.forEachAnchor { stored in
            guard let anchor = stored.anchor, anchor.size > seq, anchor.size >= newest,
                let line = try? anchor.cosignature().noteSignature
            else { return }
            if anchor.size > newest { (newest, lines) = (anchor.size, []) }
            lines.append(line)
        }
        guard newest > 0, let stored = try archive.log.checkpoint(at: newest),
            var note = try? SignedNote(parsing: stored.note)
        else { return (try archive.newestCheckpoint().note, []) }
        for line in lines where note.signatures.count < SignedNote.maximumSignatures { try note.append(line) }
        return (note, lines.map(\.name))
    }
}
