package import EvidenceCrypto

/// Reads a tree from its resources, and believes none that is not proven against the tree's root.
///
/// It keeps one full tile a level beside the tree's right edge, so that its memory does not grow with the tree.
package final class TreeReader {
    package let size: UInt64
    package let root: Digest

    private let source: TreeSource
    /// The partial tile of each level that has one: together, all that the root is made of.
    private var edge: [Int: [UInt8]] = [:]
    /// The full tile of each level that was read last.
    private var lastRead: [Int: (index: UInt64, bytes: [UInt8])] = [:]
    private var lastBundle: (index: UInt64, entries: [[UInt8]])?

    /// Reads a tree's right edge.
    ///
    /// - Parameters:
    ///   - root: of the tree of `size` leaves, from a checkpoint whose signature was verified.
    ///   - read: gives the bytes of a resource; nil where there is none.
    /// - Throws: `missingResource`; `malformedTile`; `resourceMismatch` where the tree has another root; what `read`
    ///   throws.
    package init(size: UInt64, root: Digest, read: @escaping TreeSource.Read) throws {
        self.size = size
        self.root = root
        source = TreeSource(read)
        for tile in Tile.partialTiles(size: size) { edge[tile.level] = try bytes(of: tile) }
        guard try TileBuilder(size: size, partial: edge).root == root else {
            throw TransparencyError(.resourceMismatch, "the tiles at the edge are not those of the tree of \(size)")
        }
    }

    /// The bytes of a tile, proven against the root; its first hashes where the tree's own is wider.
    ///
    /// - Throws: `missingResource`, also for a tile that the tree has not; `malformedTile`; `resourceMismatch`; what
    ///   reading throws.
    package func tile(_ tile: Tile.ID) throws -> [UInt8] {
        guard let own = Tile.tile(level: tile.level, index: tile.index, treeSize: size), tile.width <= own.width else {
            throw TransparencyError(.missingResource, "a tree of \(size) has no \(tile.path)")
        }
        let bytes = own.isFull ? try full(own) : edge[own.level, default: []]
        return tile.width == own.width ? bytes : Array(bytes.prefix(tile.size))
    }

    /// The hashes of perfect subtrees, for ``MerkleProofs``.
    ///
    /// - Precondition: every subtree is complete in this tree.
    package func hashes(of subtrees: [SubtreeID]) throws -> [Digest] {
        try Tile.read(subtrees, treeSize: size) { try $0.map(tile) }
    }

    /// The entries of the bundle with this index, each proven by its leaf hash.
    ///
    /// - Throws: as ``tile(_:)``; `malformedEntryBundle`.
    package func entries(inBundle index: UInt64) throws -> [[UInt8]] {
        if let lastBundle, lastBundle.index == index { return lastBundle.entries }
        guard let leaves = Tile.tile(level: 0, index: index, treeSize: size) else {
            throw TransparencyError(.missingResource, "a tree of \(size) has no entry bundle \(index)")
        }
        let bundle = Tile.EntryBundleID(index: index, width: leaves.width)
        guard let entries = try source.entries(of: bundle) else { throw TreeReader.missing(.entries(bundle)) }
        let hasher = MerkleHasher()
        guard try Tile.hashes(tile(leaves), of: leaves).elementsEqual(entries.map { hasher.leaf($0) }) else {
            throw TreeReader.mismatch(.entries(bundle))
        }
        lastBundle = (index, entries)
        return entries
    }

    /// An entry, proven by its leaf hash.
    ///
    /// - Throws: as ``entries(inBundle:)``.
    package func entry(_ index: UInt64) throws -> [UInt8] {
        let entries = try entries(inBundle: index / UInt64(Tile.width))
        let place = Int(index % UInt64(Tile.width))
        guard place < entries.count else {
            throw TransparencyError(.missingResource, "a tree of \(size) has no entry \(index)")
        }
        return entries[place]
    }

    private func full(_ tile: Tile.ID) throws -> [UInt8] {
        if let last = lastRead[tile.level], last.index == tile.index { return last.bytes }
        let place = Int(tile.index % UInt64(Tile.width))
        let above = try self.tile(
            Tile.ID(level: tile.level + 1, index: tile.index / UInt64(Tile.width), width: place + 1))
        let bytes = try bytes(of: tile)
        let root = MerkleHasher().perfectRoot(try Tile.hashes(bytes, of: tile)[...])
        guard above.suffix(Digest.size).elementsEqual(root.bytes) else { throw TreeReader.mismatch(.tile(tile)) }
        lastRead[tile.level] = (tile.index, bytes)
        return bytes
    }

    private func bytes(of tile: Tile.ID) throws -> [UInt8] {
        guard let bytes = try source.bytes(of: tile) else { throw TreeReader.missing(.tile(tile)) }
        return bytes
    }

    private static func missing(_ resource: TreeResource) -> TransparencyError {
        TransparencyError(.missingResource, "\(resource.path) is not there")
    }

    private static func mismatch(_ resource: TreeResource) -> TransparencyError {
        TransparencyError(.resourceMismatch, "\(resource.path) is not the one that the tree's root was made of")
    }
}
