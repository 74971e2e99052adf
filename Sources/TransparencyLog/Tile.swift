internal import EvidenceCrypto

/// The static resources of a tiled log (C2SP tlog-tiles), with tiles of height 8.
///
/// A tile holds up to 256 neighbouring hashes of one level, and each full tile's root is one hash of the level above. A
/// partial tile is never hashed upwards.
package enum Tile {
    /// The levels of the tree that one tile stands for.
    package static let height = 8
    /// The hashes of a full tile, and the entries of a full bundle.
    package static let width = 256
    /// The bytes of a full tile.
    package static let size = width * Digest.size
    /// The levels of tiles that a tree can have.
    static let levels = 64 / height

    /// A hash tile's name.
    package struct ID: Hashable, Sendable, Comparable, CustomStringConvertible {
        /// 0 for tiles of leaf hashes.
        package let level: Int
        /// The tile's place in its level, from 0.
        package let index: UInt64
        /// How many hashes it holds: 256 when full.
        package let width: Int

        /// Names a tile.
        ///
        /// - Precondition: level 0 to 63, width 1 to 256.
        package init(level: Int, index: UInt64, width: Int = Tile.width) {
            precondition(0...63 ~= level && 1...Tile.width ~= width, "no tile has level \(level) and width \(width)")
            self.level = level
            self.index = index
            self.width = width
        }

        /// Whether the tile holds all 256 hashes.
        package var isFull: Bool { width == Tile.width }

        /// The place below a log's prefix: `tile/0/x001/x234/067`, `tile/0/273.p/112`.
        package var path: String { "tile/\(level)/\(TilePath.text(index: index, width: width))" }

        package var description: String { path }

        /// Parses a ``path``; nil for anything that ``path`` would not write.
        package init?(path: String) {
            let parts = path.utf8.split(separator: TilePath.slash, maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0].elementsEqual("tile".utf8),
                let level = UInt64(decimal: parts[1], limit: 63),
                let (index, width) = TilePath.parse(parts[2])
            else { return nil }
            self.init(level: Int(level), index: index, width: width)
        }

        package static func < (left: ID, right: ID) -> Bool {
            (left.level, left.index, left.width) < (right.level, right.index, right.width)
        }
    }

    /// An entry bundle's name.
    package struct EntryBundleID: Hashable, Sendable, Comparable, CustomStringConvertible {
        /// The bundle's place, from 0.
        package let index: UInt64
        /// How many entries it holds: 256 when full.
        package let width: Int

        /// Names a bundle.
        ///
        /// - Precondition: width 1 to 256.
        package init(index: UInt64, width: Int = Tile.width) {
            precondition(1...Tile.width ~= width, "no entry bundle has width \(width)")
            self.index = index
            self.width = width
        }

        /// Whether the bundle holds all 256 entries.
        package var isFull: Bool { width == Tile.width }

        /// The place below a log's prefix: `tile/entries/x001/x234/067`, `tile/entries/273.p/112`.
        package var path: String { "tile/entries/\(TilePath.text(index: index, width: width))" }

        package var description: String { path }

        /// Parses a ``path``; nil for anything that ``path`` would not write.
        package init?(path: String) {
            let parts = path.utf8.split(separator: TilePath.slash, maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0].elementsEqual("tile".utf8), parts[1].elementsEqual("entries".utf8),
                let (index, width) = TilePath.parse(parts[2])
            else { return nil }
            self.init(index: index, width: width)
        }

        package static func < (left: EntryBundleID, right: EntryBundleID) -> Bool {
            (left.index, left.width) < (right.index, right.width)
        }
    }
}
