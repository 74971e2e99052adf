package import EvidenceCrypto
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
        visit: (UInt64, ParsedEntry) throws -> Void
    ) throws {
        guard let entries = try entries(bundle) else { return }
        try begin(bundle.index, &audit)
        for bytes in entries {
            let seq = audit.position
            let audited = try audit.absorb(bytes, body: try body(seq))
            try tiles?.append(audited.leafHash, emit: compare)
            try visit(seq, audited)
        }
    }

    /// Takes the leaf hashes of the next bundle, and those of its entries that there are.
    ///
    /// - Parameters:
    ///   - entry: the bytes of an entry with this number and leaf hash; nil where only the hash is there.
    ///   - body: what is known of the body of an entry.
    ///   - visit: takes each entry with its number.
    package mutating func absorb(
        _ leaves: [Digest], ofBundle index: UInt64, into audit: inout LogAudit,
        entry: (UInt64, Digest) throws -> [UInt8]?, body: (UInt64) throws -> LogAudit.BodyBytes,
        visit: (UInt64, ParsedEntry) throws -> Void
    ) throws {
        try begin(index, &audit)
        for leaf in leaves {
            let seq = audit.position
            try tiles?.append(leaf, emit: compare)
            if let bytes = try entry(seq, leaf) {
                try visit(seq, try audit.absorb(bytes, body: try body(seq)))
            } else {
                try audit.pass(leaf)
            }
        }
    }

    private mutating func begin(_ bundle: UInt64, _ audit: inout LogAudit) throws {
        let first = bundle * UInt64(Tile.width)
        if first > audit.position { tiles = nil }
        try audit.skip(to: first)
    }

    /// Compares the tiles that only the end of the log shows.
    ///
    /// - Parameter size: how many entries there should have been.
    package func finish(size: UInt64) throws {
        guard let tiles, tiles.size == size else { return }
        for (tile, bytes) in tiles.partialTiles() { try compare(tile, bytes) }
    }
}
