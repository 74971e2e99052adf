package import EvidenceCrypto

/// Makes a tree's hash tiles from its leaf hashes, in order.
///
/// It gives each full tile away as soon as it is full, and keeps no more than one unfinished tile a level.
package struct TileBuilder: Sendable {
    /// The number of leaves so far.
    package private(set) var size: UInt64
    /// The unfinished tile of each level, from level 0.
    private var edge: [[Digest]]

    /// A builder for a tree without leaves.
    package init() {
        size = 0
        edge = []
    }

    /// Goes on from a tree's partial tiles, by level; levels where the tree has none may be left out.
    ///
    /// Whether the hashes are the right ones shows only when ``root`` is compared with the tree's.
    /// - Throws: `malformedTile` unless there are just the partial tiles that a tree of this size has, each with its
    ///   number of bytes.
    package init(size: UInt64, partial: [Int: [UInt8]]) throws(TransparencyError) {
        self.size = size
        edge = []
        for level in 0..<Tile.levels {
            let width = Int(size >> UInt64(Tile.height * level) % UInt64(Tile.width))
            let bytes = partial[level] ?? []
            guard bytes.count == width * Digest.size else {
                throw TransparencyError(
                    .malformedTile,
                    "a tree of \(size) has \(width) hashes in its partial tile of level \(level), not \(bytes.count) bytes"
                )
            }
            edge.append(
                stride(from: 0, to: bytes.count, by: Digest.size).compactMap { Digest(bytes[$0..<$0 + Digest.size]) })
        }
        if let level = partial.keys.first(where: { !(0..<Tile.levels ~= $0) }) {
            throw TransparencyError(.malformedTile, "no tree has tiles of level \(level)")
        }
    }

    /// Adds one leaf, by its hash, and gives away the tiles that it fills, lower levels first.
    ///
    /// If `emit` throws, the builder is of no more use.
    package mutating func append<Failure: Error>(
        _ leafHash: Digest, emit: (Tile.ID, [UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        size += 1
        var hash = leafHash
        var level = 0
        while true {
            if level == edge.count { edge.append([]) }
            if edge[level].isEmpty { edge[level].reserveCapacity(Tile.width) }
            edge[level].append(hash)
            guard edge[level].count == Tile.width else { return }
            let index = size >> UInt64(Tile.height * level) / UInt64(Tile.width) - 1
            try emit(Tile.ID(level: level, index: index), TileBuilder.bytes(edge[level]))
            hash = MerkleHasher().perfectRoot(edge[level][...])
            edge[level].removeAll(keepingCapacity: true)
            level += 1
        }
    }

    /// The partial tiles of the tree as it is now, lower levels first.
    package func partialTiles() -> [(Tile.ID, [UInt8])] {
        edge.enumerated().compactMap { level, hashes in
            guard !hashes.isEmpty else { return nil }
            let index = size >> UInt64(Tile.height * level) / UInt64(Tile.width)
            return (Tile.ID(level: level, index: index, width: hashes.count), TileBuilder.bytes(hashes))
        }
    }

    /// The right edge of the tree as it is now.
    package var frontier: MerkleFrontier {
        let hasher = MerkleHasher()
        var subtrees: [Digest] = []
        for hashes in edge.reversed() {
            for part in LeafRange(lower: 0, upper: UInt64(hashes.count)).subtrees {
                let first = Int(part.index) << part.level
                subtrees.append(hasher.perfectRoot(hashes[first..<first + 1 << part.level]))
            }
        }
        return MerkleFrontier(size: size, edge: subtrees)
    }

    /// The root of the tree as it is now.
    package var root: Digest { frontier.root }

    private static func bytes(_ hashes: [Digest]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hashes.count * Digest.size)
        for hash in hashes { hash.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }
}
