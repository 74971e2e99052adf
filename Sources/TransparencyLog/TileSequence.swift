extension Tile {
    /// All tiles of a tree of this size, level by level, the partial one of a level last.
    package static func tiles(size: UInt64) -> TileSequence {
        TileSequence(from: 0, to: size)
    }

    /// The tiles that a tree of `newSize` has and one of `oldSize` has not; none when it is no larger.
    ///
    /// A tile that was partial and has grown is among them, under its new width.
    package static func newTiles(from oldSize: UInt64, to newSize: UInt64) -> TileSequence {
        TileSequence(from: oldSize, to: newSize)
    }

    /// All entry bundles of a tree of this size.
    package static func entryBundles(size: UInt64) -> EntryBundleSequence {
        EntryBundleSequence(from: 0, to: size)
    }

    /// The entry bundles that a tree of `newSize` has and one of `oldSize` has not.
    package static func newEntryBundles(from oldSize: UInt64, to newSize: UInt64) -> EntryBundleSequence {
        EntryBundleSequence(from: oldSize, to: newSize)
    }

    /// How many hashes of a tile exist in a tree of this size: 0 to 256.
    static func width(level: Int, index: UInt64, treeSize: UInt64) -> Int {
        let hashes = level < levels ? treeSize >> UInt64(height * level) : 0
        guard index <= hashes / UInt64(width) else { return 0 }
        return Int(min(hashes - index * UInt64(width), UInt64(width)))
    }

    /// The tile at a place as it is in a tree of this size; nil if that tree has none there.
    package static func tile(level: Int, index: UInt64, treeSize: UInt64) -> ID? {
        let width = width(level: level, index: index, treeSize: treeSize)
        return width > 0 ? ID(level: level, index: index, width: width) : nil
    }

    /// The partial tiles of a tree of this size, at most one a level, lower levels first.
    ///
    /// All that the tree's root is made of is in them.
    package static func partialTiles(size: UInt64) -> [ID] {
        (0..<levels).compactMap { level in
            let hashes = size >> UInt64(height * level)
            let tile = tile(level: level, index: hashes / UInt64(width), treeSize: size)
            return tile.flatMap { $0.isFull ? nil : $0 }
        }
    }

    /// The tiles of one tree that another has not, named as they are asked for.
    package struct TileSequence: Sequence, IteratorProtocol, Sendable {
        private let oldSize: UInt64
        private let newSize: UInt64
        private var level = 0
        private var index: UInt64

        init(from oldSize: UInt64, to newSize: UInt64) {
            self.oldSize = oldSize
            self.newSize = newSize
            index = oldSize / UInt64(Tile.width)
        }

        package mutating func next() -> ID? {
            while level < Tile.levels {
                let old = oldSize >> UInt64(Tile.height * level)
                let new = newSize >> UInt64(Tile.height * level)
                if new <= old { return nil }  // so it is on every level above
                if let tile = Tile.tile(level: level, index: index, treeSize: newSize) {
                    index += 1
                    return tile
                }
                level += 1
                index = oldSize >> UInt64(Tile.height * level) / UInt64(Tile.width)
            }
            return nil
        }
    }

    /// The entry bundles of one tree that another has not, named as they are asked for.
    package struct EntryBundleSequence: Sequence, IteratorProtocol, Sendable {
        private let oldSize: UInt64
        private let newSize: UInt64
        private var index: UInt64

        init(from oldSize: UInt64, to newSize: UInt64) {
            self.oldSize = oldSize
            self.newSize = newSize
            index = oldSize / UInt64(Tile.width)
        }

        package mutating func next() -> EntryBundleID? {
            let width = newSize > oldSize ? Tile.width(level: 0, index: index, treeSize: newSize) : 0
            guard width > 0 else { return nil }
            defer { index += 1 }
            return EntryBundleID(index: index, width: width)
        }
    }
}
