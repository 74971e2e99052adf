package import EvidenceCrypto

/// A file that proves offline that one entry is in a log (C2SP tlog-proof, `.tlog-proof`).
///
/// Reading one checks its form alone. To believe it, verify the signatures of ``note()`` by keys that are trusted, compare
/// the checkpoint's origin, and then ask ``includes(leafHash:in:)``.
package struct TLogProof: Equatable, Sendable {
    /// The most hashes that a proof is read with.
    package static let maximumHashes = ProofLines.maximumHashes

    /// Data of the application's own; nothing authenticates it.
    package let extra: [UInt8]?
    /// The entry's index.
    package let index: UInt64
    /// The inclusion proof, from the leaf's sibling up.
    package let hashes: [Digest]
    /// The signed checkpoint, byte for byte.
    package let checkpoint: [UInt8]

    package init(extra: [UInt8]? = nil, index: UInt64, hashes: [Digest], checkpoint: [UInt8]) {
        self.extra = extra
        self.index = index
        self.hashes = hashes
        self.checkpoint = checkpoint
    }

    /// Makes the file for an entry, from its inclusion proof and the checkpoint of the proof's size.
    package init(_ proof: InclusionProof, checkpoint: SignedNote, extra: [UInt8]? = nil) {
        self.init(extra: extra, index: proof.index, hashes: proof.hashes, checkpoint: checkpoint.bytes)
    }

    /// Reads a file; ``bytes`` gives the same bytes back.
    ///
    /// - Throws: `malformedProof`. The checkpoint is not looked into.
    package init(parsing bytes: [UInt8]) throws(TransparencyError) {
        var lines = ProofLines(bytes, code: .malformedProof)
        guard try lines.line().elementsEqual(TLogProof.header.utf8) else {
            throw TransparencyError(.malformedProof, "the first line is not \(TLogProof.header)")
        }
        var current = try lines.line()
        if current.starts(with: "extra ".utf8) {
            guard let data = Base64.decode(current.dropFirst("extra ".utf8.count)) else {
                throw TransparencyError(.malformedProof, "the extra data is not base64")
            }
            extra = data
            current = try lines.line()
        } else {
            extra = nil
        }
        guard current.starts(with: "index ".utf8),
            let index = UInt64(decimal: current.dropFirst("index ".utf8.count))
        else {
            throw TransparencyError(.malformedProof, "the proof has no index, or one that is no decimal number")
        }
        self.index = index
        hashes = try lines.hashes()
        guard !lines.rest.isEmpty else { throw TransparencyError(.malformedProof, "the proof has no checkpoint") }
        checkpoint = Array(lines.rest)
    }

    /// The file.
    package var bytes: [UInt8] {
        var text = TLogProof.header + "\n"
        if let extra { text += "extra \(Base64.encode(extra))\n" }
        text += "index \(index)\n"
        for hash in hashes { text += Base64.encode(hash.bytes) + "\n" }
        return Array(text.utf8) + [.lineFeed] + checkpoint
    }

    /// The signed checkpoint.
    ///
    /// - Throws: `malformedNote`.
    package func note() throws(TransparencyError) -> SignedNote {
        try SignedNote(parsing: checkpoint)
    }

    /// Whether the entry with this leaf hash is at ``index`` in the checkpoint's tree.
    package func includes(leafHash: Digest, in checkpoint: Checkpoint) -> Bool {
        InclusionProof(index: index, size: checkpoint.size, hashes: hashes)
            .verify(leafHash: leafHash, root: checkpoint.root)
    }

    private static let header = "c2sp.org/tlog-proof@v1"
}
