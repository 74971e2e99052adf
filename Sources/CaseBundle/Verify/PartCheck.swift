internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

/// Holds what a bundle carries beside entries and bodies against them: hash tiles, keys, the newest checkpoint, and that
/// there is nothing that belongs to no entry.
struct PartCheck {
    private let bag: Bag
    private let lists: (String) -> Bool
    private let report: (Problem) -> Void

    /// - Parameter lists: whether the bag's own list has a path; if it has, that the file is missing was said already.
    init(_ bag: Bag, lists: @escaping (String) -> Bool, report: @escaping (Problem) -> Void) {
        self.bag = bag
        self.lists = lists
        self.report = report
    }

    /// What belongs into a bundle, as the end of the log shows.
    struct Expected {
        let size: UInt64
        let state: LogState
        let newest: LogAudit.StoredCheckpoint?
        /// The bundle has entries one by one in place of entry bundles.
        let isSlim: Bool
        /// The dossier's entries and those linked to it.
        let own: Set<UInt64>
        /// Whether the body of an entry is the bundle's business.
        let mayHaveBody: (UInt64) -> Bool
        /// Whether an encrypted part is one of a sealed record's.
        let sealed: (_ name: String, _ seq: UInt64) -> Bool
        /// Where a file lies that an entry names.
        let path: (_ sha256: Digest) -> String?
        /// The leaf hash of an entry.
        let leafHash: (UInt64) throws -> Digest?
    }

    /// Compares what only the end of the log shows.
    func finish(_ expected: Expected) throws {
        if let newest = expected.newest { try compare(.log(.checkpoint), newest.note) }
        for form in BundlePart.KeyForm.allCases {
            if let key = expected.state.archiveKey { try compare(.archiveKey(form), form.bytes(key)) }
            for (name, signer) in expected.state.signers.sorted(by: { $0.key < $1.key }) {
                try compare(.signerKey(name, form), form.bytes(signer.key))
            }
        }
        for part in [BundlePart.checkpoints, .crate] where !bag.has(part.path) && !lists(part.path) {
            report(.partMissing(part.path))
        }
        for seq in expected.own.sorted() { try compareProof(of: seq, expected) }
        for path in bag.sizes.keys.sorted() where path.hasPrefix(BagPath.payload) {
            if !belongs(BundlePart(path: path), path, expected) { report(.unknownPart(path)) }
        }
    }

    /// Makes an entry's proof anew from the tiles, which have been held against the entries, and compares.
    private func compareProof(of seq: UInt64, _ expected: Expected) throws {
        guard let newest = expected.newest, newest.size == expected.size, seq < newest.size,
            let leafHash = try expected.leafHash(seq),
            let proof = try? MerkleProofs.inclusion(
                index: seq, size: newest.size,
                read: { subtrees in
                    try Tile.read(subtrees, treeSize: newest.size) { tiles in
                        try tiles.map { tile in
                            try bag.contents(BundlePart.log(.tile(tile)).path, limit: UInt64(tile.size)) ?? []
                        }
                    }
                })
        else { return }
        let root = (try? Checkpoint(noteText: SignedNote(parsing: newest.note).text))?.root
        // Where the tiles do not lead to the checkpoint, that has been said.
        guard let root, proof.verify(leafHash: leafHash, root: root) else { return }
        try compare(
            .proof(seq), TLogProof(index: seq, hashes: proof.hashes, checkpoint: newest.note).bytes)
    }

    /// Says where a part is not these bytes.
    func compare(_ part: BundlePart, _ expected: [UInt8]) throws {
        let path = part.path
        guard bag.has(path) else {
            if !lists(path) { report(.partMissing(path)) }
            return
        }
        if try bag.contents(path, limit: UInt64(expected.count)) == expected { return }
        switch part {
        case .log(.checkpoint): report(.newestCheckpointAltered(path))
        default: report(.partDiffers(path))
        }
    }

    private func belongs(_ part: BundlePart?, _ path: String, _ expected: Expected) -> Bool {
        switch part {
        case .checkpoints, .archiveKey, .dossier, .crate: true
        case .anchors: expected.state.anchors > 0
        case .log(.entries(let id)): !expected.isSlim && TreeResource.entries(id).isPart(ofTree: expected.size)
        case .log(let resource): resource.isPart(ofTree: expected.size)
        case .entry(let seq): expected.isSlim && seq < expected.size
        case .body(let seq): seq < expected.size && expected.mayHaveBody(seq)
        case .sealed(let seq, let name): expected.sealed(name, seq)
        case .proof(let seq): expected.own.contains(seq)
        case .file(let sha256, _): expected.path(sha256) == path
        case .signerKey(let name, _): expected.state.signers[name] != nil
        case nil: false
        }
    }
}
