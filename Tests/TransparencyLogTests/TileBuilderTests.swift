import EvidenceCrypto
import Testing
import TransparencyLog

/// Tiles by their names, as a disk would hold them.
private final class TileStore {
    var tiles: [Tile.ID: [UInt8]] = [:]

    func put(_ tile: Tile.ID, _ bytes: [UInt8]) {
        precondition(tiles.updateValue(bytes, forKey: tile) == nil, "\(tile) came twice")
    }

    func adding(_ partial: [(Tile.ID, [UInt8])]) -> [Tile.ID: [UInt8]] {
        tiles.merging(partial) { _, _ in preconditionFailure("a full tile among the partial ones") }
    }
}

struct TileBuilderTests {
    @Test func `tiles, partial tiles and roots are right at every size up to 600`() {
        let tree = ReferenceTree(leaves: 600)
        let store = TileStore()
        var builder = TileBuilder()
        var frontier = MerkleFrontier()
        var wrong: [String] = []
        for leaf in tree.leafHashes {
            builder.append(leaf, emit: store.put)
            frontier.append(leaf)
            let all = store.adding(builder.partialTiles())
            if builder.size != frontier.size || builder.frontier != frontier || builder.root != frontier.root {
                wrong.append("frontier of \(frontier.size)")
            }
            if all.keys.sorted() != Array(Tile.tiles(size: builder.size)) { wrong.append("tiles of \(builder.size)") }
            if all.contains(where: { $1.count != $0.width * 32 }) { wrong.append("tile sizes of \(builder.size)") }
        }
        #expect(wrong.isEmpty)
        #expect(store.tiles[Tile.ID(level: 0, index: 1)] == tree.leafHashes[256..<512].flatMap(\.bytes))
        #expect(
            builder.partialTiles().last?.1
                == tree.read([SubtreeID(level: 8, index: 0), SubtreeID(level: 8, index: 1)]).flatMap(\.bytes))
    }

    @Test func `a builder goes on from stored partial tiles as if it had never stopped`() throws {
        let tree = ReferenceTree(leaves: 600)
        let straight = TileStore()
        let stopping = TileStore()
        var one = TileBuilder()
        var other = TileBuilder()
        for leaf in tree.leafHashes {
            one.append(leaf, emit: straight.put)
            let partial = Dictionary(uniqueKeysWithValues: other.partialTiles().map { ($0.0.level, $0.1) })
            other = try TileBuilder(size: other.size, partial: partial)
            other.append(leaf, emit: stopping.put)
        }
        #expect(straight.adding(one.partialTiles()) == stopping.adding(other.partialTiles()))
    }

    @Test func `stored partial tiles of another size are refused`() throws {
        func code(_ size: UInt64, _ partial: [Int: Int]) -> TransparencyError.Code? {
            TransparencyLogTests.code {
                _ = try TileBuilder(size: size, partial: partial.mapValues { [UInt8](repeating: 0, count: $0) })
            }
        }
        #expect(code(0, [:]) == nil)
        #expect(code(256, [1: 32]) == nil)
        #expect(code(256, [0: 0, 1: 32]) == nil)
        for (size, partial) in [
            (0, [0: 32]), (1, [:]), (1, [0: 31]), (1, [0: 64]), (256, [0: 32]), (256, [0: 8192]), (257, [0: 32]),
            (257, [1: 32]), (1, [0: 32, 1: 32]), (1, [0: 32, 8: 32]), (1, [0: 32, -1: 32]),
        ] as [(UInt64, [Int: Int])] {
            #expect(code(size, partial) == .malformedTile, "\(size) \(partial)")
        }
    }

    @Test func `what emit throws comes through`() {
        struct Full: Error {}
        var builder = TileBuilder()
        let leaf = MerkleHash.leaf([])
        for _ in 0..<255 { builder.append(leaf) { _, _ in } }
        #expect(throws: Full.self) { try builder.append(leaf) { _, _ throws(Full) in throw Full() } }
    }

    /// A tree over three levels of tiles, and the proofs that are read from them.
    @Test func `proofs for 70,000 leaves come from tiles`() throws {
        let hasher = MerkleHasher()
        let leaves = (0..<70_000).map { hasher.leaf(Array("entry \($0)".utf8)) }
        let store = TileStore()
        var builder = TileBuilder()
        var oldRoots: [UInt64: Digest] = [:]
        let oldSizes: [UInt64] = [1, 255, 256, 257, 4_096, 65_535, 65_536, 65_537, 69_888, 69_999, 70_000]
        for leaf in leaves {
            builder.append(leaf, emit: store.put)
            if oldSizes.contains(builder.size) { oldRoots[builder.size] = builder.root }
        }
        let size = builder.size
        let root = builder.root
        let tiles = store.adding(builder.partialTiles())
        #expect(tiles.keys.sorted() == Array(Tile.tiles(size: size)))
        func read(_ subtrees: [SubtreeID]) throws -> [Digest] {
            try Tile.read(subtrees, treeSize: size) { names in
                #expect(Set(names).count == names.count)
                return try names.map { try #require(tiles[$0]) }
            }
        }
        #expect(try MerkleProofs.root(size: size, read: read) == root)
        for index in [0, 1, 255, 256, 4_095, 65_535, 65_536, 69_887, 69_888, 69_999] as [UInt64] {
            let proof = try MerkleProofs.inclusion(index: index, size: size, read: read)
            #expect(proof.verify(leafHash: leaves[Int(index)], root: root))
        }
        for old in oldSizes {
            let proof = try MerkleProofs.consistency(oldSize: old, newSize: size, read: read)
            let oldRoot = try #require(oldRoots[old])
            #expect(proof.verify(oldRoot: oldRoot, newRoot: root))
            #expect(try MerkleProofs.root(size: old, read: read) == oldRoot)
        }
    }

    @Test func `a subtree's slot lies in one tile that the tree has`() {
        #expect(Tile.slot(of: SubtreeID(level: 0, index: 700), treeSize: 701)?.tile.path == "tile/0/002.p/189")
        #expect(Tile.slot(of: SubtreeID(level: 0, index: 700), treeSize: 700) == nil)
        #expect(Tile.slot(of: SubtreeID(level: 8, index: 0), treeSize: 256)?.tile.path == "tile/1/000.p/1")
        #expect(Tile.slot(of: SubtreeID(level: 7, index: 1), treeSize: 300)?.range == 128..<256)
        #expect(Tile.slot(of: SubtreeID(level: 63, index: 0), treeSize: 1 << 63)?.tile.path == "tile/7/000.p/128")
        #expect(Tile.slot(of: SubtreeID(level: 63, index: 1), treeSize: .max) == nil)
    }

    @Test func `every complete subtree's hash is found in the tiles`() throws {
        let tree = ReferenceTree(leaves: 600)
        let store = TileStore()
        var builder = TileBuilder()
        for leaf in tree.leafHashes { builder.append(leaf, emit: store.put) }
        let tiles = store.adding(builder.partialTiles())
        let hasher = MerkleHasher()
        for level in 0...10 {
            let subtrees = (0...600 >> UInt64(level)).map { SubtreeID(level: level, index: $0) }
            let slots = subtrees.map { Tile.slot(of: $0, treeSize: 600) }
            #expect(slots.dropLast().allSatisfy { $0 != nil } && slots.last == .some(nil))
            let hashes = try slots.dropLast().map { slot in
                let slot = try #require(slot)
                return try slot.hash(in: #require(tiles[slot.tile]), using: hasher)
            }
            #expect(hashes == tree.read(subtrees.dropLast()))
        }
    }

    @Test func `a tile of a wrong length is refused`() {
        let tile = Tile.ID(level: 0, index: 0, width: 3)
        for count in [0, 64, 95, 97, 128] {
            #expect(code { _ = try Tile.hashes([UInt8](repeating: 0, count: count), of: tile) } == .malformedTile)
            let read = {
                _ = try Tile.read([SubtreeID(level: 0, index: 1)], treeSize: 3) { _ in
                    [[UInt8](repeating: 0, count: count)]
                }
            }
            #expect(code(read) == .malformedTile)
        }
    }
}
