package import TransparencyLog

/// Takes a log's entries from its entry bundles through ``LogAudit``, and holds the hash tiles beside them against them.
///
/// Bundles of cases and published trees are both read so.
package struct TreeAudit {
    /// The entries of a bundle; nil, and reported, where there are none to be read.
    package typealias ReadEntries = (Tile.EntryBundleID) throws -> [[UInt8]]?
    /// Says where a tile is not these bytes.
    package typealias CompareTile = (Tile.ID, [UInt8]) throws -> Void

    private let entries: ReadEntries
    private let compare: CompareTile
    /// Nil once entries are missing, because every later tile would differ.
    private var tiles: TileBuilder? = TileBuilder()

    package init(entries: @escaping ReadEntries, compare: @escaping CompareTile) {
        self.entries = entries
        self.compare = compare
    }

    /// Takes the next bundle; those that were left out before it are reported missing.
    ///
    /// - Parameters:
    ///   - body: what is known of the body of an entry.
    ///   - visit: takes each entry with its number.
    package mutating func absorb(
        _ bundle: Tile.EntryBundleID, into audit: inout LogAudit, body: (UInt64) throws -> LogAudit.BodyBytes,
        visit: (UInt64, LogAudit.Audited) throws -> Void
    ) throws {
        guard let entries = try entries(bundle) else { return }
        let first = bundle.index * UInt64(Tile.width)
        if first > audit.position { tiles = nil }
        try audit.skip(to: first)
        for bytes in entries {
            let seq = audit.position
            let audited = try audit.absorb(bytes, body: try body(seq))
            try tiles?.append(audited.leafHash, emit: compare)
            try visit(seq, audited)
        }
    }

    /// Compares the tiles that only the end of the log shows.
    ///
    /// - Parameter size: how many entries there should have been.
    package func finish(size: UInt64) throws {
        guard let tiles, tiles.size == size else { return }
        for (tile, bytes) in tiles.partialTiles() { try compare(tile, bytes) }
    }
}
