internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage
internal import TransparencyLog

/// Holds the index against the entries as they are read: every tile and every term, the full text where it was asked for,
/// and that there is nothing else.
struct IndexCheck {
    private let index: ArchiveIndex
    private let log: LogDatabase
    /// How many bodies had been removed when the index was made.
    private let removed: UInt64
    /// How many entries the index covered when it was opened.
    private let covered: UInt64
    private let limit: UInt64
    private let isWhole: Bool
    private let report: (Problem) -> Void
    private let tick: () throws -> Void
    /// Nil where the full text is not looked at.
    private var text: TextCheck?
    private var tiles = TileBuilder()
    /// Set once the index turned out not to be readable.
    private var isBroken = false
    private var tileCount = 0
    private var termCount = 0
    /// The first difference, which alone is reported: the index is made anew as a whole.
    private var difference: Problem?

    /// Nil where there is no index, or none that could be compared; the latter is reported.
    ///
    /// - Parameters:
    ///   - withText: whether the full text is looked at too.
    ///   - tick: called now and then while that goes on; throws to stop.
    init?(
        _ archive: FilePath, log: LogDatabase, size: UInt64, identity: Digest?, withText: Bool,
        tick: @escaping () throws -> Void, report: @escaping (Problem) -> Void
    ) throws {
        let path = archive.appending(ArchiveIndex.fileName)
        do {
            guard try Files.status(path) != nil else { return nil }
            guard let index = try ArchiveIndex.openAsItIs(path) else {
                report(.indexAltered(found: ArchiveIndex.fileName))
                return nil
            }
            guard try index.isOfThisVersion() else {
                report(.indexOutdated())
                return nil
            }
            if let difference = try index.schemaDifferences().first {
                report(.indexAltered(found: difference))
                return nil
            }
            let meta = try index.meta()
            let logSize = try log.size()
            guard meta.archive == identity?.hex, meta.size <= logSize else {
                report(.indexAltered(found: "\(meta.archive) \(meta.size)"))
                return nil
            }
            guard meta.removed == (try log.removedCount()) else {
                report(.indexOutdated())
                return nil
            }
            if meta.size < size { report(.indexBehind(meta.size, size: size)) }
            self.index = index
            self.log = log
            removed = meta.removed
            covered = meta.size
            limit = min(size, meta.size)
            // Where a writer was busy meanwhile, the index has rows that this verification does not look at.
            isWhole = meta.size <= size
            self.report = report
            self.tick = tick
            text = withText && isWhole ? TextCheck() : nil
        } catch {
            guard let problem = IndexCheck.problem(EvidenceError.file(any: error, path)) else { throw error }
            report(problem)
            return nil
        }
    }

    /// Compares the look-ups of a run of entries.
    mutating func check(_ entries: ParsedSlices.Slice) throws {
        try reporting { (self) in try self.compare(entries) }
    }

    /// What an error that stops the looking at the index says of it; nil where that is nothing.
    private static func problem(_ error: EvidenceError) -> Problem? {
        switch error.code {
        case .damaged: .indexAltered(found: error.message.en)
        case .busy: .indexBusy()
        case .inputOutput, .inputMissing: .indexNotChecked(error)
        default: nil
        }
    }

    /// The log's verification goes on without an index that turns out to be none, or can't be read.
    private mutating func reporting(_ body: (inout IndexCheck) throws -> Void) throws {
        if isBroken { return }
        do {
            try body(&self)
        } catch let error as EvidenceError {
            guard let problem = IndexCheck.problem(error) else { throw error }
            isBroken = true
            if problem.code == .indexAltered { say(problem) } else { report(problem) }
        }
    }

    private mutating func compare(_ entries: ParsedSlices.Slice) throws {
        let entries = entries.filter { $0.seq < limit }
        guard let first = entries.first, let last = entries.last else { return }
        let found = try index.terms(in: first.seq..<last.seq + 1)
        for entry in entries {
            let expected = entry.parsed.entry.map { IndexTerms.terms($0, entry.parsed.body) } ?? []
            termCount += expected.count
            let terms = found[entry.seq] ?? []
            if !terms.elementsEqual(expected, by: { $0.hasSameBytes(as: $1) }) {
                say(
                    .indexAltered(
                        seq: entry.seq, expected: expected.joined(separator: " "), found: terms.joined(separator: " ")))
            }
            if text != nil, let row = entry.parsed.entry.flatMap({ SearchableText.row($0, entry.parsed.body) }) {
                text?.add(entry.seq, row)
            }
            var full: [(Tile.ID, [UInt8])] = []
            tiles.append(entry.parsed.leafHash) { full.append(($0, $1)) }
            for (tile, hashes) in full { try check(tile, hashes) }
        }
    }

    private mutating func check(_ tile: Tile.ID, _ hashes: [UInt8]) throws {
        tileCount += 1
        // A tile of a size that entries have gone past meanwhile is longer, and only its beginning is compared.
        let found = try index.storedTile(level: tile.level, tile.index)
        if (isWhole ? found : found.map { Array($0.prefix(hashes.count)) }) == hashes { return }
        say(.indexAltered(found: tile.path))
    }

    private mutating func say(_ problem: Problem) {
        difference = difference ?? problem
    }

    /// Compares the partial tiles and the number of rows.
    mutating func finish() throws {
        let earlier = difference
        try reporting { (self) in
            try self.compareRest()
            // Of an index that was caught up meanwhile, the rest says nothing.
            if try self.index.meta().size != self.covered { self.difference = earlier }
        }
        guard let difference else { return }
        // Where a body was removed meanwhile, the index was right when it was opened, and is made anew.
        report(try log.removedCount() == removed ? difference : .indexOutdated())
    }

    private mutating func compareRest() throws {
        guard isWhole, tiles.size == limit else { return }
        for (tile, hashes) in tiles.partialTiles() { try check(tile, hashes) }
        let counts = try index.rowCounts()
        if counts.tiles != tileCount || counts.terms != termCount {
            say(
                .indexAltered(
                    expected: "\(tileCount) tiles, \(termCount) terms",
                    found: "\(counts.tiles) tiles, \(counts.terms) terms"))
        }
        try compareText()
    }

    private mutating func compareText() throws {
        if let tokens = try text?.difference(from: index, tick: tick) {
            say(.indexAltered(expected: "text: \(tokens.expected) tokens", found: "text: \(tokens.found) tokens"))
        }
    }
}

extension Problem {
    static func indexAltered(seq: UInt64? = nil, expected: String? = nil, found: String) -> Problem {
        Problem(
            .indexAltered, seq: seq, path: ArchiveIndex.fileName, expected: expected, found: found,
            en:
                "The index does not say what the log says\(seq.map { " of entry \($0)" } ?? ""). The log decides; evidence reindex makes the index anew.",
            zh: "索引与日志\(seq.map { "第 \($0) 条" } ?? "")不符。以日志为准；执行 evidence reindex 可重建索引。")
    }

    static func indexNotChecked(_ error: EvidenceError) -> Problem {
        Problem(
            .fileUnreadable, path: ArchiveIndex.fileName,
            en: "The index was not checked as a whole. \(error.message.en)",
            zh: "索引未能全部检查。\(error.message.zh)")
    }

    static func indexBusy() -> Problem {
        Problem(
            .fileUnreadable, path: ArchiveIndex.fileName,
            en:
                "The index was not checked: another program is writing to it, or was interrupted in it and somebody who may write there has to run evidence status.",
            zh: "未检查索引：另一程序正在写入，或其写入曾被中断，须由有写权限的用户执行 evidence status。")
    }

    static func indexOutdated() -> Problem {
        Problem(
            .indexBehind, path: ArchiveIndex.fileName,
            en:
                "The index was made by another version of this program, or before a record was withdrawn; the next command makes it anew.",
            zh: "索引由本程序的另一版本生成，或生成于某条记录撤销之前；下一条命令会重建。")
    }

    static func indexBehind(_ indexed: UInt64, size: UInt64) -> Problem {
        Problem(
            .indexBehind, path: ArchiveIndex.fileName, expected: String(size), found: String(indexed),
            en: "The index covers \(indexed) of \(size) entries; the next command catches it up.",
            zh: "索引只涵盖 \(size) 条中的 \(indexed) 条，下一条命令会补齐。")
    }
}
