import Testing
import TransparencyLog

struct TileNameTests {
    @Test(arguments: [
        (0, UInt64(0), 256, "tile/0/000"), (0, 999, 256, "tile/0/999"), (0, 1_000, 256, "tile/0/x001/000"),
        (0, 1_234_067, 256, "tile/0/x001/x234/067"), (0, 273, 112, "tile/0/273.p/112"),
        (2, 0, 1, "tile/2/000.p/1"), (63, 12, 255, "tile/63/012.p/255"),
        (1, UInt64.max, 256, "tile/1/x018/x446/x744/x073/x709/x551/615"),
    ])
    func `a tile's path is the one that tlog-tiles names`(level: Int, index: UInt64, width: Int, path: String) {
        let tile = Tile.ID(level: level, index: index, width: width)
        #expect(tile.path == path)
        #expect(Tile.ID(path: path) == tile)
        let bundle = Tile.EntryBundleID(index: index, width: width)
        let bundlePath = "tile/entries/" + path.split(separator: "/").dropFirst(2).joined(separator: "/")
        #expect(bundle.path == bundlePath)
        #expect(Tile.EntryBundleID(path: bundlePath) == bundle)
    }

    @Test(arguments: [
        "", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/x000/001", "tile/0/x01/001",
        "tile/0/001/002", "tile/0/x001", "tile/0/x001/x002", "tile/0/001.p", "tile/0/001.p/", "tile/0/001.p/0",
        "tile/0/001.p/256", "tile/0/001.p/01", "tile/0/001.p/+1", "tile/0/001.p/1/", "tile/0/001.q/1", "/tile/0/001",
        "tile//001", "tile/00/001", "tile/64/001", "tile/-1/001", "tile/+1/001", "tile/0//001", "tile/0/x001//002",
        "tile/0/x001/002.p/3/4", "tile/0/x001.p/2", "tile/0/.p/1", "tile/0/00a", "tile/0/ 01", "tile/0/00١",
        "tiles/0/001", "tile/0/X001/002", "tile/0/001 ", "tile/0/001\n", "tile/0/x1/000",
        "tile/0/x018/x446/x744/x073/x709/x551/616", "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x001/x018/x446/x744/x073/x709/x551/615",
    ])
    func `a path that nobody would write is refused`(path: String) {
        #expect(Tile.ID(path: path) == nil)
        let bundle = path.replacing("tile/0/", with: "tile/entries/", maxReplacements: 1)
        #expect(Tile.EntryBundleID(path: bundle) == nil)
    }

    @Test func `a path of the one kind is not taken for the other`() {
        #expect(Tile.ID(path: "tile/entries/000") == nil)
        #expect(Tile.EntryBundleID(path: "tile/0/000") == nil)
    }

    @Test func `every index keeps its path apart`() {
        for index: UInt64 in [0, 1, 9, 10, 99, 100, 999, 1_000, 1_001, 999_999, 1_000_000, 1_000_000_000, .max - 1] {
            for width in [1, 9, 10, 99, 100, 255, 256] {
                let tile = Tile.ID(level: 3, index: index, width: width)
                #expect(Tile.ID(path: tile.path) == tile)
            }
        }
    }

    @Test func `a tree of 70,000 has the tiles that tlog-tiles counts`() {
        let tiles = Array(Tile.tiles(size: 70_000))
        #expect(tiles.count == 273 + 1 + 1 + 1 + 1)
        #expect(tiles.filter { $0.level == 0 && $0.isFull }.map(\.index) == (0..<273).map { UInt64($0) })
        #expect(
            tiles.filter { $0.level > 0 || !$0.isFull }.map(\.path)
                == ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"])
        #expect(tiles == tiles.sorted())
        let bundles = Array(Tile.entryBundles(size: 70_000))
        #expect(bundles.count == 274)
        #expect(bundles.last?.path == "tile/entries/273.p/112")
    }

    @Test func `a tree of 256 has a full tile and one of width 1 above it`() {
        #expect(Tile.tiles(size: 256).map(\.path) == ["tile/0/000", "tile/1/000.p/1"])
        #expect(Tile.tiles(size: 255).map(\.path) == ["tile/0/000.p/255"])
        #expect(Array(Tile.tiles(size: 0)).isEmpty)
        #expect(Array(Tile.entryBundles(size: 0)).isEmpty)
    }

    static let sizes: [UInt64] = [
        0, 1, 2, 255, 256, 257, 511, 512, 513, 600, 65_535, 65_536, 65_537, 65_792, 66_000, 131_072, 140_000,
    ]

    @Test func `new tiles are those that the newer tree has and the older has not`() {
        var wrong: [String] = []
        for old in Self.sizes {
            for new in Self.sizes {
                let before = Set(Tile.tiles(size: old))
                let expected = new > old ? Tile.tiles(size: new).filter { !before.contains($0) } : []
                if Array(Tile.newTiles(from: old, to: new)) != expected { wrong.append("\(old) to \(new)") }
                let bundlesBefore = Set(Tile.entryBundles(size: old))
                let bundles = new > old ? Tile.entryBundles(size: new).filter { !bundlesBefore.contains($0) } : []
                if Array(Tile.newEntryBundles(from: old, to: new)) != bundles {
                    wrong.append("\(old) to \(new), entries")
                }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test func `the largest tree's newest tiles can be named`() {
        let tiles = Array(Tile.newTiles(from: .max - 1, to: .max))
        #expect(tiles.map(\.path) == ["tile/0/x072/x057/x594/x037/x927/935.p/255"])
        #expect(Array(Tile.newTiles(from: 1 << 63 - 1, to: 1 << 63)).count == 8)
        #expect(Tile.tiles(size: .max).first { _ in true }?.path == "tile/0/000")
        #expect(Tile.tile(level: 8, index: 0, treeSize: .max) == nil)
        #expect(Tile.tile(level: 7, index: 0, treeSize: .max)?.width == 255)
        #expect(Tile.tile(level: 0, index: .max, treeSize: .max) == nil)
    }
}
