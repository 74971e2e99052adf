internal import EvidenceFiles
internal import EvidenceRecord
internal import TransparencyLog

/// Looks at everything that lies in the folder of a published tree, so that nothing stands there which nobody has checked.
///
/// What the tree of the checkpoint's size has was held against the entries before; here are its older, narrower files, and
/// what belongs to no such tree. Names are read folder by folder, so that memory does not grow with the tree.
struct TreeFolderCheck {
    /// No resource lies deeper.
    private static let deepest = 12
    /// No tree has tiles above.
    private static let highest = 7

    private let folder: PublishedFolder
    private let size: UInt64
    private let report: (Problem) -> Void
    private let tick: () throws -> Void
    private var isAhead = false

    /// - Parameters:
    ///   - size: the checkpoint's.
    ///   - tick: called now and then; may throw to stop.
    init(
        _ folder: PublishedFolder, size: UInt64, tick: @escaping () throws -> Void, report: @escaping (Problem) -> Void
    ) {
        self.folder = folder
        self.size = size
        self.report = report
        self.tick = tick
    }

    mutating func run() throws { try walk(folder.root, prefix: "", depth: 0) }

    private mutating func walk(_ place: Folder, prefix: String, depth: Int) throws {
        for name in try place.names() {
            let path = prefix + String(decoding: name, as: UTF8.self)
            if path == PublishedFolder.waiting { continue }
            switch try place.status(raw: name)?.kind {
            case .regular:
                try tick()
                try look(at: path)
            case .folder:
                guard depth < TreeFolderCheck.deepest,
                    let next = try place.folder(raw: name)
                else {
                    report(.treeFileUnexpected(path))
                    continue
                }
                try walk(next, prefix: path + "/", depth: depth + 1)
            case .symlink, .other: report(.treeFileNotRegular(path))
            case nil: break
            }
        }
    }

    private mutating func look(at path: String) throws {
        switch TreeResource(path: path) {
        case .checkpoint: break
        case .tile(let tile) where tile.level <= TreeFolderCheck.highest:
            try compare(tile, with: Tile.tile(level: tile.level, index: tile.index, treeSize: size))
        case .entries(let bundle):
            let own = Tile.tile(level: 0, index: bundle.index, treeSize: size)
            try compare(bundle, with: own.map { Tile.EntryBundleID(index: $0.index, width: $0.width) })
        case .tile, nil: report(.treeFileUnexpected(path))
        }
    }

    /// - Parameter own: what the tree has in that place.
    private mutating func compare(_ tile: Tile.ID, with own: Tile.ID?) throws {
        if tile == own { return }
        guard let own else { return noteAhead(.tile(tile)) }
        let common = min(tile.size, own.size)
        // Where the tree's own is not there, that has been said.
        if let expected = try folder.contents(.tile(own)) {
            let found = try folder.contents(.tile(tile))
            guard found?.count == tile.size, found?.prefix(common) == expected.prefix(common) else {
                return report(.tileAltered(.tile(tile)))
            }
        }
        if tile.width > own.width { noteAhead(.tile(tile)) }
    }

    private mutating func compare(_ bundle: Tile.EntryBundleID, with own: Tile.EntryBundleID?) throws {
        if bundle == own { return }
        guard let own else { return noteAhead(.entries(bundle)) }
        func entries(_ bundle: Tile.EntryBundleID) throws -> [[UInt8]]? {
            try folder.contents(.entries(bundle)).flatMap { try? Tile.entryBundle(decode: $0, of: bundle) }
        }
        let common = min(bundle.width, own.width)
        if let expected = try entries(own), try entries(bundle)?.prefix(common) != expected.prefix(common) {
            return report(.tileAltered(.entries(bundle)))
        }
        if bundle.width > own.width { noteAhead(.entries(bundle)) }
    }

    private mutating func noteAhead(_ resource: TreeResource) {
        if !isAhead { report(.treeAhead(resource, size: size)) }
        isAhead = true
    }
}
