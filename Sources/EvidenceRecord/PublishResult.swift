package import TransparencyLog

/// What publishing a log wrote.
package struct PublishResult: Sendable {
    package let checkpoint: Checkpoint
    /// The size of the checkpoint that was published before; 0 for none.
    package let previousSize: UInt64
    /// How many files of hash tiles, and of entries, are new.
    package var tiles = 0
    package var entryBundles = 0
    /// Whether the checkpoint is new.
    package var isNew = false
    package var bytes: UInt64 = 0

    package init(checkpoint: Checkpoint, previousSize: UInt64) {
        self.checkpoint = checkpoint
        self.previousSize = previousSize
    }

    /// How many files are new.
    package var files: Int { tiles + entryBundles + (isNew ? 1 : 0) }
}
