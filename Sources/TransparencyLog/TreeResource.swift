internal import EvidenceCrypto

/// A file of a tiled log (C2SP tlog-tiles), by its place below the log's prefix.
package enum TreeResource: Hashable, Sendable, CustomStringConvertible {
    /// The newest signed checkpoint, the only resource that ever changes.
    case checkpoint
    case tile(Tile.ID)
    case entries(Tile.EntryBundleID)

    /// The place below the log's prefix.
    package var path: String {
        switch self {
        case .checkpoint: "checkpoint"
        case .tile(let tile): tile.path
        case .entries(let bundle): bundle.path
        }
    }

    package var description: String { path }

    /// Parses a ``path``; nil for anything that ``path`` would not write.
    package init?(path: String) {
        if path.isSameBytes(as: "checkpoint") {
            self = .checkpoint
        } else if let bundle = Tile.EntryBundleID(path: path) {
            self = .entries(bundle)
        } else if let tile = Tile.ID(path: path) {
            self = .tile(tile)
        } else {
            return nil
        }
    }

    /// Whether a log with this many entries has the resource.
    package func isPart(ofTree size: UInt64) -> Bool {
        switch self {
        case .checkpoint: true
        case .tile(let tile): Tile.tile(level: tile.level, index: tile.index, treeSize: size) == tile
        case .entries(let bundle): Tile.tile(level: 0, index: bundle.index, treeSize: size)?.width == bundle.width
        }
    }

    /// The most bytes that the resource may have.
    ///
    /// - Parameter largestEntry: the most bytes that an entry of the log may have.
    package func largestSize(largestEntry: Int = Tile.largestEntry) -> Int {
        switch self {
        case .checkpoint: SignedNote.maximumSize
        case .tile(let tile): tile.size
        case .entries(let bundle): bundle.width * (2 + largestEntry)
        }
    }
}

/// Where the resources of a tiled log lie: a folder, a web server, a bundle, an index.
package struct TreeSource {
    /// The bytes of a resource; nil where there is none.
    package typealias Read = (TreeResource) throws -> [UInt8]?

    private let read: Read

    package init(_ read: @escaping Read) { self.read = read }

    /// The bytes of a tile as they lie there; nil where there is none.
    ///
    /// A log may delete a partial tile once the full one is there, which then begins with it.
    package func bytes(of tile: Tile.ID) throws -> [UInt8]? {
        if let bytes = try read(.tile(tile)) { return bytes }
        if tile.isFull { return nil }
        return try read(.tile(tile.whole)).map { Array($0.prefix(tile.size)) }
    }

    /// The entries of a bundle as they lie there; nil where there is none.
    ///
    /// A partial bundle may have been deleted like a partial tile.
    /// - Throws: `malformedEntryBundle` if there are not as many as the name says; what reading throws.
    package func entries(of bundle: Tile.EntryBundleID) throws -> [[UInt8]]? {
        if let bytes = try read(.entries(bundle)) { return try Tile.entryBundle(decode: bytes, of: bundle) }
        if bundle.isFull { return nil }
        return try read(.entries(bundle.whole)).map { bytes in
            Array(try Tile.entryBundle(decode: bytes, of: bundle.whole).prefix(bundle.width))
        }
    }
}

extension Tile.ID {
    /// How many bytes the tile has.
    package var size: Int { width * Digest.size }
    /// The full tile that this one becomes.
    package var whole: Tile.ID { Tile.ID(level: level, index: index) }
}

extension Tile.EntryBundleID {
    /// The full bundle that this one becomes.
    package var whole: Tile.EntryBundleID { Tile.EntryBundleID(index: index) }
}
