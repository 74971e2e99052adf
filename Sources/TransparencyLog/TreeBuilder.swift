package import EvidenceCrypto

/// Makes the resources of a tiled log from its entries, in order: all but the checkpoint.
///
/// It gives each full tile and bundle away as soon as it is full, and keeps no more than one unfinished bundle and one
/// unfinished tile a level. A copy goes on from where it was taken.
package struct TreeBuilder: Sendable {
    private var tiles = TileBuilder()
    /// The entries of the unfinished bundle.
    private var waiting: [[UInt8]] = []

    /// A builder for a log without entries.
    package init() {}

    /// The number of entries so far.
    package var size: UInt64 { tiles.size }
    /// The root of the tree as it is now.
    package var root: Digest { tiles.root }

    /// Adds one entry, and gives away the full resources that it completes: the bundle first, then tiles from level 0 up.
    ///
    /// If it throws, the builder is of no more use.
    /// - Throws: `malformedEntryBundle` for an entry above 65,535 bytes; what `emit` throws.
    package mutating func append(_ entry: [UInt8], emit: (TreeResource, [UInt8]) throws -> Void) throws {
        waiting.append(entry)
        if waiting.count == Tile.width {
            try emit(
                .entries(Tile.EntryBundleID(index: size / UInt64(Tile.width))), try Tile.entryBundle(encode: waiting))
            waiting.removeAll(keepingCapacity: true)
        }
        try tiles.append(MerkleHash.leaf(entry)) { try emit(.tile($0), $1) }
    }

    /// The partial resources of the log as it is now, the bundle first.
    ///
    /// - Throws: `malformedEntryBundle` for an entry above 65,535 bytes.
    package func partialResources() throws(TransparencyError) -> [(TreeResource, [UInt8])] {
        let partialTiles = tiles.partialTiles().map { (TreeResource.tile($0), $1) }
        guard !waiting.isEmpty else { return partialTiles }
        let bundle = Tile.EntryBundleID(index: size / UInt64(Tile.width), width: waiting.count)
        return [(.entries(bundle), try Tile.entryBundle(encode: waiting))] + partialTiles
    }
}
