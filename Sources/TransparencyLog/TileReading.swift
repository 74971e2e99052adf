package import EvidenceCrypto

extension Tile {
    /// Where a subtree's hash is found: over `range` of the hashes in `tile`.
    package struct Slot: Hashable, Sendable {
        package let tile: ID
        package let range: Range<Int>

        /// The subtree's hash, from the tile's bytes.
        ///
        /// - Throws: `malformedTile` if the tile has not the bytes that its name says.
        package func hash(in bytes: [UInt8], using hasher: borrowing MerkleHasher) throws(TransparencyError) -> Digest {
            let hashes = try Tile.hashes(bytes, of: tile)
            return hasher.perfectRoot(hashes[range])
        }
    }

    /// The hashes in a tile's bytes.
    ///
    /// - Throws: `malformedTile` if the tile has not the bytes that its name says.
    package static func hashes(_ bytes: [UInt8], of tile: ID) throws(TransparencyError) -> [Digest] {
        guard bytes.count == tile.width * Digest.size else {
            throw TransparencyError(
                .malformedTile,
                "\(tile.path) has \(bytes.count) bytes instead of \(tile.width * Digest.size)")
        }
        return stride(from: 0, to: bytes.count, by: Digest.size).compactMap { Digest(bytes[$0..<$0 + Digest.size]) }
    }

    /// Where a subtree's hash is found in a tree of this size; nil if the subtree is not complete in that tree.
    package static func slot(of subtree: SubtreeID, treeSize: UInt64) -> Slot? {
        guard subtree.index < treeSize >> UInt64(subtree.level) else { return nil }
        let inside = subtree.level % height
        // The hashes of the tile's own level below the subtree: 1 << inside of them, which never cross a tile's edge.
        let first = subtree.index << UInt64(inside)
        let start = Int(first % UInt64(width))
        let level = subtree.level / height
        guard let tile = tile(level: level, index: first / UInt64(width), treeSize: treeSize) else { return nil }
        return Slot(tile: tile, range: start..<start + 1 << inside)
    }

    /// Subtree hashes from tiles, for ``MerkleProofs``.
    ///
    /// - Parameters:
    ///   - fetch: gives the bytes of the tiles asked for, in that order; called once, no tile twice.
    /// - Precondition: every subtree is complete in a tree of `treeSize` leaves.
    /// - Throws: `malformedTile` if a tile has the wrong number of bytes; what `fetch` throws.
    package static func read(
        _ subtrees: [SubtreeID], treeSize: UInt64, fetch: ([ID]) throws -> [[UInt8]]
    ) throws -> [Digest] {
        let slots = subtrees.map { subtree in
            guard let slot = slot(of: subtree, treeSize: treeSize) else {
                preconditionFailure("subtree \(subtree) is not complete in a tree of \(treeSize)")
            }
            return slot
        }
        let tiles = Set(slots.map(\.tile)).sorted()
        if tiles.isEmpty { return [] }
        let contents = try fetch(tiles)
        precondition(contents.count == tiles.count, "storage gave \(contents.count) tiles instead of \(tiles.count)")
        let hashes = try Dictionary(
            uniqueKeysWithValues: zip(tiles, contents).map { ($0, try Tile.hashes($1, of: $0)) })
        let hasher = MerkleHasher()
        return slots.map { hasher.perfectRoot(hashes[$0.tile, default: []][$0.range]) }
    }
}
