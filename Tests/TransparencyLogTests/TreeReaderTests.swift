import EvidenceCrypto
import EvidenceTestSupport
import Testing
import TransparencyLog

/// A log's resources as a disk would hold them.
private final class TreeStore {
    private(set) var resources: [TreeResource: [UInt8]] = [:]
    private(set) var builder = TreeBuilder()
    /// The resources that were read, in order.
    private(set) var reads: [TreeResource] = []

    /// - Parameter changed: the leaf that says something else than in other stores.
    init(size: Int, changed: Int? = nil) throws {
        for index in 0..<size {
            try builder.append(TreeStore.entry(index, isChanged: index == changed), emit: put)
        }
        for (resource, bytes) in try builder.partialResources() { put(resource, bytes) }
    }

    static func entry(_ index: Int, isChanged: Bool = false) -> [UInt8] {
        Array("\(isChanged ? "another " : "")leaf \(index)".utf8)
    }

    private func put(_ resource: TreeResource, _ bytes: [UInt8]) {
        precondition(resources.updateValue(bytes, forKey: resource) == nil, "\(resource) came twice")
    }

    func read(_ resource: TreeResource) -> [UInt8]? {
        reads.append(resource)
        return resources[resource]
    }

    func forgetReads() { reads = [] }

    func reader() throws -> TreeReader {
        try TreeReader(size: builder.size, root: builder.root) { self.read($0) }
    }

    /// What goes wrong when all is read, and one resource is other bytes, or not there.
    func codeOfReadingAll(with resource: TreeResource, as bytes: [UInt8]?) -> TransparencyError.Code? {
        code {
            let reader = try TreeReader(size: builder.size, root: builder.root) {
                $0 == resource ? bytes : self.resources[$0]
            }
            for tile in Tile.tiles(size: builder.size) { _ = try reader.tile(tile) }
            for bundle in Tile.entryBundles(size: builder.size) { _ = try reader.entries(inBundle: bundle.index) }
        }
    }
}

struct TreeReaderTests {
    @Test func `a builder makes all resources of a tree and no others at every size up to 600`() throws {
        var wrong: [Int] = []
        for size in 0...600 {
            let store = try TreeStore(size: size)
            let expected =
                Tile.tiles(size: UInt64(size)).map { TreeResource.tile($0) }
                + Tile.entryBundles(size: UInt64(size)).map { .entries($0) }
            if Set(expected) != Set(store.resources.keys) { wrong.append(size) }
        }
        #expect(wrong.isEmpty)
        let store = try TreeStore(size: 300)
        let bundle = Tile.EntryBundleID(index: 1, width: 44)
        #expect(
            try Tile.entryBundle(decode: store.resources[.entries(bundle)] ?? [], of: bundle)
                == (256..<300).map { TreeStore.entry($0) })
    }

    @Test func `a copy of a builder goes on as if it were the only one`() throws {
        var builder = TreeBuilder()
        for index in 0..<400 { try builder.append(TreeStore.entry(index)) { _, _ in } }
        var copy = builder
        for index in 400..<600 { try copy.append(TreeStore.entry(index)) { _, _ in } }
        #expect(copy.root == ReferenceTree(leaves: 600).root())
        #expect(builder.root == ReferenceTree(leaves: 400).root())
        #expect(builder.size == 400)
    }

    @Test func `tiles, entries and subtree hashes come through as they are`() throws {
        for size in [0, 1, 2, 255, 256, 257, 600] {
            let store = try TreeStore(size: size)
            let reader = try store.reader()
            for tile in Tile.tiles(size: UInt64(size)) {
                #expect(try reader.tile(tile) == store.resources[.tile(tile)])
            }
            for index in 0..<size { #expect(try reader.entry(UInt64(index)) == TreeStore.entry(index)) }
            for index in 0..<size {
                let proof = try MerkleProofs.inclusion(
                    index: UInt64(index), size: UInt64(size), read: reader.hashes(of:))
                #expect(proof.verify(leafHash: MerkleHash.leaf(TreeStore.entry(index)), root: reader.root))
            }
        }
    }

    @Test func `a tile that is narrower than the tree's own is its beginning`() throws {
        let store = try TreeStore(size: 300)
        let reader = try store.reader()
        for width in 1...256 {
            let bytes = try reader.tile(Tile.ID(level: 0, index: 0, width: width))
            #expect(bytes == store.resources[.tile(Tile.ID(level: 0, index: 0))].map { Array($0.prefix(32 * width)) })
        }
        #expect(try reader.tile(Tile.ID(level: 0, index: 1, width: 43)).count == 43 * 32)
        for tile in [
            Tile.ID(level: 0, index: 1, width: 45), Tile.ID(level: 0, index: 2, width: 1), Tile.ID(level: 1, index: 0),
            Tile.ID(level: 2, index: 0, width: 1), Tile.ID(level: 63, index: .max),
        ] {
            #expect(code { _ = try reader.tile(tile) } == .missingResource)
        }
        #expect(code { _ = try reader.entry(300) } == .missingResource)
        #expect(code { _ = try reader.entry(512) } == .missingResource)
        #expect(code { _ = try reader.entry(.max) } == .missingResource)
    }

    @Test func `a changed byte of any tile or bundle is never taken for the tree's`() throws {
        let store = try TreeStore(size: 600)
        for (resource, bytes) in store.resources {
            for place in stride(from: 0, to: bytes.count, by: bytes.count < 200 ? 1 : 331) {
                var changed = bytes
                changed[place] ^= 1 << UInt8(place % 8)
                let found = store.codeOfReadingAll(with: resource, as: changed)
                #expect(
                    found == .resourceMismatch || found == .malformedEntryBundle, "\(resource.path), byte \(place)")
            }
        }
    }

    @Test func `tiles that are missing, cut off or those of another tree are refused`() throws {
        let (store, other) = (try TreeStore(size: 600), try TreeStore(size: 600, changed: 100))
        for (resource, bytes) in store.resources {
            #expect(store.codeOfReadingAll(with: resource, as: nil) == .missingResource, "\(resource.path)")
            let cut = store.codeOfReadingAll(with: resource, as: bytes.dropLast())
            #expect(cut == .malformedTile || cut == .malformedEntryBundle, "\(resource.path)")
        }
        #expect(
            code { _ = try TreeReader(size: 600, root: store.builder.root) { other.read($0) } } == .resourceMismatch)
    }

    @Test func `a partial tile or bundle that was deleted is read from the full one`() throws {
        let (grown, old) = (try TreeStore(size: 600), try TreeStore(size: 300))
        // At level 1 the tile of 600 leaves is partial too, so that the narrower one may not be deleted.
        let kept = TreeResource.tile(Tile.ID(level: 1, index: 0, width: 1))
        let reader = try TreeReader(size: 300, root: old.builder.root) {
            $0 == kept ? old.resources[$0] : grown.read($0)
        }
        for index in 0..<300 { #expect(try reader.entry(UInt64(index)) == TreeStore.entry(index)) }
        #expect(grown.reads.contains(.tile(Tile.ID(level: 0, index: 1, width: 44))))
        #expect(grown.reads.contains(.tile(Tile.ID(level: 0, index: 1))))
        #expect(
            code { _ = try TreeReader(size: 300, root: old.builder.root) { grown.read($0) } } == .missingResource)
    }

    @Test func `no more than one tile a level is read for an entry far inside`() throws {
        let store = try TreeStore(size: 70_000)
        let reader = try store.reader()
        #expect(store.reads.count == 3)
        store.forgetReads()
        #expect(try reader.entry(12_345) == TreeStore.entry(12_345))
        #expect(
            store.reads.map(\.path) == ["tile/entries/048", "tile/1/000", "tile/0/048"])
        store.forgetReads()
        #expect(try reader.entry(12_346) == TreeStore.entry(12_346))
        #expect(store.reads.isEmpty)
    }

    @Test(arguments: ["", "checkpoint/", "/checkpoint", "Checkpoint", "tile/0/000/", "tile/entries", "entries/000"])
    func `a path that no log has is no resource`(path: String) {
        #expect(TreeResource(path: path) == nil)
    }

    @Test func `resources have the paths that tlog-tiles names, and largest sizes`() {
        let resources: [(TreeResource, String, Int)] = [
            (.checkpoint, "checkpoint", 1_000_000),
            (.tile(Tile.ID(level: 1, index: 1_234_067)), "tile/1/x001/x234/067", 8_192),
            (.tile(Tile.ID(level: 0, index: 1, width: 3)), "tile/0/001.p/3", 96),
            (.entries(Tile.EntryBundleID(index: 1, width: 3)), "tile/entries/001.p/3", 3 * 4_098),
        ]
        for (resource, path, size) in resources {
            #expect(resource.path == path)
            #expect(TreeResource(path: path) == resource)
            #expect(resource.largestSize(largestEntry: 4_096) == size)
        }
    }
}

struct TreeDifferenceTests {
    @Test func `the first leaf that differs is found in all pairs of small trees`() throws {
        var wrong: [String] = []
        let most = TestTier.isFull ? 40 : 20
        let readers = try (0...most).map { try TreeStore(size: $0).reader() }
        for right in 0...most {
            for changed in 0...right {
                let other = try TreeStore(size: right, changed: changed).reader()
                for (left, one) in readers.enumerated() {
                    let expected = changed < min(left, right) ? UInt64(changed) : nil
                    if try one.firstDifference(from: other) != expected { wrong.append("\(left) \(right) \(changed)") }
                    if try other.firstDifference(from: one) != expected { wrong.append("\(right) \(left) \(changed)") }
                }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test func `the first leaf that differs is found across tiles`() throws {
        for (left, right) in [(255, 256), (256, 256), (256, 257), (256, 600), (600, 600), (511, 513), (300, 512)] {
            let one = try TreeStore(size: left).reader()
            for changed in [0, 1, 127, 254, 255, 256, 257, 298, 299, 300, 510, 511, 512, 599] where changed < right {
                let other = try TreeStore(size: right, changed: changed).reader()
                let expected = changed < left ? UInt64(changed) : nil
                #expect(try one.firstDifference(from: other) == expected)
                #expect(try other.firstDifference(from: one) == expected)
            }
        }
    }

    @Test func `all leaves that differ from one on are found by the first, with few reads`() throws {
        let one = try TreeStore(size: 70_000)
        for (size, changed) in [(70_000, 0), (70_000, 65_535), (70_000, 65_536), (66_000, 65_999), (70_000, 69_999)] {
            let other = try TreeStore(size: size, changed: changed)
            let (left, right) = (try one.reader(), try other.reader())
            one.forgetReads()
            other.forgetReads()
            #expect(try left.firstDifference(from: right) == UInt64(changed))
            #expect(one.reads.count <= 3 && other.reads.count <= 3)
        }
    }

    @Test func `tiles that contradict each other are an error and no answer`() throws {
        let (one, other) = (try TreeStore(size: 300), try TreeStore(size: 300, changed: 3))
        let found = code {
            _ = try TreeDifference.first(size: 300) {
                one.resources[.tile($0)] ?? []
            } _: { tile in
                (tile.level == 0 ? one : other).resources[.tile(tile)] ?? []
            }
        }
        #expect(found == .malformedTile)
    }
}
