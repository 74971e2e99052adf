/// Finds where two trees part, from their hash tiles alone.
package enum TreeDifference {
    /// The bytes of a tile of a tree with `size` leaves: at the tree's edge as wide as it is at that size.
    package typealias ReadTile = (Tile.ID) throws -> [UInt8]

    /// The first leaf among the first `size` that is not the same in both trees; nil where none differs.
    ///
    /// It reads at most one tile a level of each tree.
    /// - Parameter size: no more leaves than either tree has.
    /// - Throws: `malformedTile` for a tile with the wrong number of bytes, or one whose root is not the hash above it,
    ///   which proven tiles (``TreeReader``) never are; what reading throws.
    package static func first(size: UInt64, _ left: ReadTile, _ right: ReadTile) throws -> UInt64? {
        // The partial tiles, higher levels first, stand for the leaves from left to right.
        for edge in Tile.partialTiles(size: size).reversed() {
            guard var place = try first(in: edge, left, right) else { continue }
            for level in stride(from: edge.level - 1, through: 0, by: -1) {
                let tile = Tile.ID(level: level, index: place)
                guard let next = try first(in: tile, left, right) else {
                    throw TransparencyError(.malformedTile, "two trees have the same \(tile.path) under other hashes")
                }
                place = next
            }
            return place
        }
        return nil
    }

    /// The place in its level of the first hash in a tile that differs.
    private static func first(in tile: Tile.ID, _ left: ReadTile, _ right: ReadTile) throws -> UInt64? {
        let (left, right) = (try Tile.hashes(left(tile), of: tile), try Tile.hashes(right(tile), of: tile))
        guard let first = left.indices.first(where: { left[$0] != right[$0] }) else { return nil }
        return tile.index * UInt64(Tile.width) + UInt64(first)
    }
}

extension TreeReader {
    /// The first leaf that is not the same in both trees; nil where the larger begins with all of the smaller.
    package func firstDifference(from other: TreeReader) throws -> UInt64? {
        try TreeDifference.first(size: min(size, other.size), tile, other.tile)
    }
}
