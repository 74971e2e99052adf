package import EvidenceCrypto
package import TransparencyLog

/// A log's history as its key holder can state it: leaves, roots, signed checkpoints and proofs, right or forged.
package struct SignedHistory: Sendable {
    package let key: TestKey
    private let leaves: [Digest]

    /// - Parameters:
    ///   - fork: from this leaf on it is another history than the one without.
    package init(_ key: TestKey = .archive, leaves: Int, fork: Int? = nil) {
        self.key = key
        self.leaves = (0..<leaves).map { place in
            MerkleHash.leaf(Array((fork.map { place >= $0 } ?? false ? "other \(place)" : "leaf \(place)").utf8))
        }
    }

    package func root(_ size: Int) -> Digest { MerkleProofs.root(size: UInt64(size), read: read) }

    package func note(_ size: Int, by signers: [TestKey]? = nil) throws -> SignedNote {
        let checkpoint = Checkpoint(origin: key.name, size: UInt64(size), root: root(size))
        var note = try SignedNote(text: checkpoint.noteText, signatures: [])
        for signer in signers ?? [key] { try note.sign(as: signer.verifier, with: signer.privateKey) }
        return note
    }

    /// The request to cosign `size` from `old`, with the proof of this history.
    package func request(_ old: Int, _ size: Int) throws -> WitnessRequest {
        let isProven = old > 0 && old < size
        let proof =
            isProven ? MerkleProofs.consistency(oldSize: UInt64(old), newSize: UInt64(size), read: read).hashes : []
        return try WitnessRequest(oldSize: UInt64(old), proof: proof, note: note(size))
    }

    private func read(_ subtrees: [SubtreeID]) -> [Digest] {
        subtrees.map { subtree in
            var frontier = MerkleFrontier()
            let first = Int(subtree.index) << subtree.level
            for leaf in leaves[first..<first + 1 << subtree.level] { frontier.append(leaf) }
            return frontier.root
        }
    }
}
