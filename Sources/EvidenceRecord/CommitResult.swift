package import EvidenceCrypto
package import TransparencyLog

/// What a commit wrote.
package struct CommitResult: Sendable {
    /// The first of the entries that were asked for; those that record anchors stand before it.
    package let first: UInt64
    package let checkpoint: Checkpoint
    package let note: SignedNote
    /// Leaf hashes of the entries that were asked for, in order.
    package let leafHashes: [Digest]
    /// What went wrong after the commit was durable, and will be mended by the next one.
    package let warnings: [Message]

    package init(
        first: UInt64, checkpoint: Checkpoint, note: SignedNote, leafHashes: [Digest], warnings: [Message]
    ) {
        self.first = first
        self.checkpoint = checkpoint
        self.note = note
        self.leafHashes = leafHashes
        self.warnings = warnings
    }
}
