internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

extension SignedTree {
    /// What this tree says, for another log to be held to.
    func claim(from source: String) -> Claim {
        Claim(
            from: source, origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root, note: note,
            tile: tile)
    }

    /// The proof that an entry is in the tree of a checkpoint, this one or an older one.
    ///
    /// - Precondition: `seq` is below the checkpoint's size, and that at most this one's.
    /// - Throws: `damaged` where the tiles do not lead to the checkpoint's root.
    func inclusion(of seq: UInt64, leafHash: Digest, in checkpoint: Checkpoint) throws -> InclusionProof {
        let proof: InclusionProof
        do {
            proof = try MerkleProofs.inclusion(index: seq, size: checkpoint.size, read: read)
        } catch is TransparencyError {
            throw EvidenceError(.damaged, place)
        }
        guard proof.verify(leafHash: leafHash, root: checkpoint.root) else { throw EvidenceError(.damaged, place) }
        return proof
    }
}
