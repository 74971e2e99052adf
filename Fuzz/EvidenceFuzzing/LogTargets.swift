internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

extension FuzzTarget {
    /// What a transparency log is made of: notes, checkpoints, proofs, tiles, keys, policies.
    static let logTargets = [
        FuzzTarget("note") { bytes in
            if let signatures = try? SignedNote.signatures(parsing: bytes) {
                try require(
                    signatures.flatMap { Array($0.line.utf8) } == bytes, "signatures are written as they were read")
                for signature in signatures { _ = try? Cosignature(signature) }
            }
            guard let note = try? SignedNote(parsing: bytes) else { return }
            try require(note.bytes == bytes, "a note is written as it was read")
            for key in keys { try require(note.verify(key) != .valid, "nobody else's signature is valid") }
            guard let checkpoint = try? Checkpoint(noteText: note.text) else { return }
            try require(
                Array(checkpoint.noteText.utf8) == Array(note.text.utf8), "a checkpoint is written as it was read")
        },
        FuzzTarget("key") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let key = try? VerifierKey(text) {
                try require(Array(key.description.utf8) == Array(text.utf8), "a verifier key is written as it was read")
            }
            guard let pin = Pin(line: text) else { return }
            try require(Array(pin.line.utf8) == Array(text.utf8), "a pin is written as it was read")
        },
        FuzzTarget("proof") { bytes in
            if let request = try? WitnessRequest(parsing: bytes) {
                try require(request.bytes == bytes, "a witness's request is written as it was read")
                let proof = ConsistencyProof(
                    oldSize: request.oldSize, newSize: request.checkpoint.size, hashes: request.proof)
                _ = proof.verify(oldRoot: leaf, newRoot: request.checkpoint.root)
            }
            guard let proof = try? TLogProof(parsing: bytes) else { return }
            try require(proof.bytes == bytes, "a proof is written as it was read")
            guard let note = try? proof.note(), let checkpoint = try? Checkpoint(noteText: note.text) else { return }
            let inclusion = InclusionProof(index: proof.index, size: checkpoint.size, hashes: proof.hashes)
            if proof.index >= checkpoint.size {
                try require(inclusion.impliedRoot(leafHash: leaf) == nil, "nothing stands behind a tree's end")
            }
        },
        FuzzTarget("tile") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let resource = TreeResource(path: text) {
                try require(Array(resource.path.utf8) == Array(text.utf8), "a resource has one path")
                _ = resource.isPart(ofTree: .max / 3)
            }
            if let entries = try? Tile.entryBundle(decode: bytes) {
                let again = try? Tile.entryBundle(encode: entries)
                try require(again == bytes, "entries are written as they were read")
            }
            guard let width = bytes.first, width > 0 else { return }
            let tile = Tile.ID(level: 0, index: 0, width: Int(width))
            guard let hashes = try? Tile.hashes(Array(bytes.dropFirst()), of: tile) else { return }
            try require(hashes.flatMap(\.bytes) == Array(bytes.dropFirst()), "a tile is its hashes")
        },
        FuzzTarget("policy") { bytes in
            guard let policy = try? Policy(parsing: bytes) else { return }
            let all = Set(policy.witnesses.map(\.key.key))
            try require(policy.hasQuorum(cosignedBy: all), "all witnesses together are enough")
            if policy.asksForCosignatures {
                try require(!policy.hasQuorum(cosignedBy: []), "nobody at all is not enough")
            }
        },
    ]

    private static let leaf = MerkleHash.leaf([1])

    /// Keys whose secrets nobody who invents inputs has.
    private static let keys: [VerifierKey] = ([0, 1] as [UInt8]).compactMap { number in
        let seed = [UInt8](repeating: 0x5A + number, count: 32)
        guard let secret = try? Ed25519PrivateKey(seed: seed) else { return nil }
        return try? VerifierKey(
            name: "example.org/log", type: number == 0 ? .ed25519 : .cosignature, key: secret.publicKey)
    }
}
