package import EvidenceCrypto
package import TransparencyLog

/// What somebody outside was once given of a log, and now holds it to: that it had this root at this size.
///
/// It may come from a checkpoint, a receipt, a bundle, a published tree or another copy of the archive.
package struct Claim {
    /// The file, folder or address it was read from, safe to show.
    package let source: String
    package let origin: String
    package let size: UInt64
    package let root: Digest
    /// The signed checkpoint; nil where only what it says is there.
    package let note: SignedNote?
    /// Reads a tile of the tree that it is about, as wide as asked for; nil where there is none to read.
    ///
    /// It is not trusted: what it gives can only say where two trees part.
    package let tile: ((Tile.ID) throws -> [UInt8])?
    /// Whether it says itself that the newest entries were lost, so that a shorter log is no surprise.
    package let admitsLoss: Bool

    package init(
        from source: String, origin: String, size: UInt64, root: Digest, note: SignedNote?,
        tile: ((Tile.ID) throws -> [UInt8])? = nil, admitsLoss: Bool = false
    ) {
        self.admitsLoss = admitsLoss
        self.source = source.shown
        self.origin = origin
        self.size = size
        self.root = root
        self.note = note
        self.tile = tile
    }

    /// What a successor says of the archive that it continues.
    package init(from source: String, _ continued: ArchiveCreated.Continued) {
        self.init(
            from: source, origin: continued.origin, size: continued.size, root: continued.root, note: nil,
            admitsLoss: true)
    }

    /// Whether it is signed by this key; true also where there is no signature to check.
    package func isSigned(by key: VerifierKey) -> Bool { note.map { $0.verify(key) == .valid } ?? true }
}
