internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

/// The log as it lies in a bundle: entries in entry bundles, checkpoints line by line.
final class BundledLog {
    private let bag: Bag
    private let report: (Problem) -> Void
    /// Whether entries lie there one by one, and of others their hashes alone.
    let isSlim: Bool
    /// How many entries the bundle, or of a slim one the tile, at a place says it has; the largest where there are several.
    private var widths: [UInt64: Int] = [:]
    /// The entry bundle that was read last on behalf of a reference.
    private var cached: (index: UInt64, entries: [[UInt8]])?
    /// The tile that was read last.
    private var cachedLeaves: (index: UInt64, leaves: [Digest])?
    private let lines: LineReader?
    private var malformedLines = 0
    /// The newest checkpoint that was read.
    private(set) var lastCheckpoint: LogAudit.StoredCheckpoint?
    /// A timestamp is among the anchors that were read.
    private(set) var hasTimestamps = false

    init(_ bag: Bag, isSlim: Bool, report: @escaping (Problem) -> Void) throws {
        self.bag = bag
        self.isSlim = isSlim
        self.report = report
        lines = try bag.lines(BundlePart.checkpoints.path, longest: BundleLimit.checkpointLine)
        for path in bag.sizes.keys {
            switch BundlePart(path: path) {
            case .log(.entries(let id)) where !isSlim: widths[id.index] = max(id.width, widths[id.index] ?? 0)
            case .log(.tile(let id)) where isSlim && id.level == 0:
                widths[id.index] = max(id.width, widths[id.index] ?? 0)
            default: break
            }
        }
    }

    /// The entry bundles that there are, or of a slim bundle would be, in order; there may be gaps between them.
    var entryBundles: [Tile.EntryBundleID] {
        widths.sorted { $0.key < $1.key }.map { Tile.EntryBundleID(index: $0.key, width: $0.value) }
    }

    /// The entries of a bundle; nil, and reported, where its bytes are none.
    func entries(_ id: Tile.EntryBundleID) throws -> [[UInt8]]? {
        if let entries = try decoded(id) { return entries }
        report(.entryBundleMalformed(id, at: BundlePart.log(.entries(id)).path))
        return nil
    }

    private func decoded(_ id: Tile.EntryBundleID) throws -> [[UInt8]]? {
        try bag.contents(BundlePart.log(.entries(id)).path, limit: BundleLimit.entries)
            .flatMap { try? Tile.entryBundle(decode: $0, of: id) }
    }

    /// The leaf hashes of the entries of a bundle, from its tile; nil where its bytes are none.
    func leaves(ofBundle index: UInt64) throws -> [Digest]? {
        if let cachedLeaves, cachedLeaves.index == index { return cachedLeaves.leaves }
        guard let width = widths[index] else { return nil }
        let tile = Tile.ID(level: 0, index: index, width: width)
        guard let bytes = try bag.contents(BundlePart.log(.tile(tile)).path, limit: UInt64(tile.size)),
            let leaves = try? Tile.hashes(bytes, of: tile)
        else { return nil }
        cachedLeaves = (index, leaves)
        return leaves
    }

    /// The leaf hash of an entry of a slim bundle, be the entry there or not.
    func leaf(_ seq: UInt64) throws -> Digest? {
        guard isSlim, let leaves = try leaves(ofBundle: seq / UInt64(Tile.width)) else { return nil }
        let place = Int(seq % UInt64(Tile.width))
        return place < leaves.count ? leaves[place] : nil
    }

    /// The bytes of one entry; nil where there is none, and of a slim bundle where they are not those of its leaf hash.
    func entry(_ seq: UInt64) throws -> [UInt8]? {
        if isSlim {
            let bytes = try bag.contents(BundlePart.entry(seq).path, limit: UInt64(Entry.largestSize))
            return try bytes.flatMap { try leaf(seq) == MerkleHash.leaf($0) ? $0 : nil }
        }
        let index = seq / UInt64(Tile.width)
        if cached?.index != index {
            guard let width = widths[index],
                let entries = try decoded(Tile.EntryBundleID(index: index, width: width))
            else { return nil }
            cached = (index, entries)
        }
        let place = Int(seq % UInt64(Tile.width))
        return cached.flatMap { place < $0.entries.count ? $0.entries[place] : nil }
    }

    /// Takes all of `anchors.jsonl` into the audit of anchors, each with the note of its checkpoint.
    ///
    /// Notes are held in memory, those alone that anchors are over.
    func readAnchors(_ audit: inout AnchorAudit) throws {
        guard let lines = try bag.lines(BundlePart.anchors.path, longest: BundleLimit.anchorLine) else { return }
        var anchors: [(number: UInt64, anchor: Anchor)?] = []
        var malformed = 0
        while malformed < BundleLimit.malformedLines, let line = try lines.next() {
            if case .line(let bytes) = line, let anchor = AnchorLine.parse(bytes) {
                anchors.append(anchor)
                if anchor.anchor.kind == .timestamp { hasTimestamps = true }
            } else {
                anchors.append(nil)
                malformed += 1
            }
        }
        let wanted = Set(anchors.compactMap { $0?.anchor.size })
        var notes: [UInt64: [UInt8]] = [:]
        let checkpoints = try bag.lines(BundlePart.checkpoints.path, longest: BundleLimit.checkpointLine)
        while let line = try checkpoints?.next() {
            guard case .line(let bytes) = line, let stored = try? CheckpointLine.parse(bytes),
                wanted.contains(stored.size)
            else { continue }
            if notes[stored.size] == nil { notes[stored.size] = stored.note }
        }
        var last: UInt64 = 0
        for stored in anchors {
            last = stored?.number ?? last + 1
            audit.absorb(number: last, stored?.anchor, note: stored.flatMap { notes[$0.anchor.size] })
        }
    }

    /// The next checkpoint of `checkpoints.jsonl`; lines that are none are reported and passed over.
    func nextCheckpoint() throws -> LogAudit.StoredCheckpoint? {
        guard let lines else { return nil }
        while malformedLines < BundleLimit.malformedLines, let line = try lines.next() {
            do throws(RecordError) {
                guard case .line(let bytes) = line else {
                    throw RecordError(.malformed, en: "it is too long or has no end", zh: "过长或没有行尾")
                }
                let checkpoint = try CheckpointLine.parse(bytes)
                lastCheckpoint = checkpoint
                return checkpoint
            } catch {
                report(.checkpointLineMalformed(lines.number, error.reason))
                malformedLines += 1
            }
        }
        return nil
    }
}
