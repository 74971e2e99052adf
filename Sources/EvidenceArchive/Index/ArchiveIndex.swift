internal import ArchiveSchema
package import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import GRDB
package import SystemPackage
package import TransparencyLog

/// `index.sqlite`: tiles, look-ups and full text made from the log.
///
/// Disposable; it finds, and decides nothing.
package final class ArchiveIndex: Sendable {
    /// The index's name in an archive's folder.
    package static let fileName = "index.sqlite"
    private static let batch: UInt64 = 20_000
    /// The version of the index's own schema, which is not the archive's.
    private static let version = 2

    /// What an index was made for.
    package struct Meta: Sendable {
        package let archive: String
        /// How many entries it covers.
        package let size: UInt64
        /// How many bodies had been removed from the log when it was begun.
        package let removed: UInt64
    }

    package let path: FilePath
    let queue: DatabaseQueue

    private init(path: FilePath, queue: DatabaseQueue) {
        self.path = path
        self.queue = queue
    }

    /// Opens the index and catches it up with the log; one that can't be used is made anew.
    ///
    /// So is one from before a body was removed, of which nothing may be left, and one whose schema is not ours: catching up
    /// would run whatever triggers stand in it.
    package static func open(_ path: FilePath, for log: LogDatabase, identity: Digest) throws -> ArchiveIndex {
        let source = Source(log: log, identity: identity)
        guard let index = try? existing(path), (try? index.fits(source)) == true else {
            return try rebuild(path, from: source, always: false) { _ in }
        }
        if (try? index.catchUp(source)) == nil { return try rebuild(path, from: source, always: true) { _ in } }
        return index
    }

    /// What an index is made from.
    private struct Source {
        let log: LogDatabase
        let identity: Digest
    }

    /// Opens an index as it is, to be checked or glanced at; nil where there is none.
    package static func openAsItIs(_ path: FilePath) throws -> ArchiveIndex? {
        guard let status = try Files.status(path), status.kind == .regular else { return nil }
        let queue = try DatabaseAccess.openToRead(
            path, mayWrite: mayWrite(path), immutable: Files.isOnReadOnlyMedium(path))
        return ArchiveIndex(path: path, queue: queue)
    }

    /// Makes the index anew from the log.
    package static func rebuild(
        _ path: FilePath, for log: LogDatabase, identity: Digest, progress: (UInt64) throws -> Void
    ) throws -> ArchiveIndex {
        try rebuild(path, from: Source(log: log, identity: identity), always: true, progress: progress)
    }

    /// Makes the index anew in its place and in one transaction: other processes read the old one until it is there, and none
    /// loses its journal.
    ///
    /// Only a file that can't be written to so, and is no good as it is, is removed first: a full disk costs nobody a sound index.
    /// - Parameter always: makes it anew even where another process has just done so.
    private static func rebuild(
        _ path: FilePath, from source: Source, always: Bool, progress: (UInt64) throws -> Void
    ) throws -> ArchiveIndex {
        do {
            return try refilled(path, from: source, always: always, progress: progress)
        } catch let error as EvidenceError where error.code != .busy && error.code != .interrupted {
            if error.code == .inputOutput, let index = try? existing(path), (try? index.fits(source)) == true {
                throw error
            }
            do {
                try Files.remove(path)
                try Files.remove(FilePath(rawBytes: path.rawBytes + Array("-journal".utf8)))
            } catch let error {
                throw EvidenceError.file(error, path, writing: true)
            }
            return try refilled(path, from: source, always: always, progress: progress)
        }
    }

    private static func refilled(
        _ path: FilePath, from source: Source, always: Bool, progress: (UInt64) throws -> Void
    ) throws -> ArchiveIndex {
        let isThere = try Files.status(path) != nil
        let index = ArchiveIndex(
            path: path, queue: try DatabaseAccess.open(path, readOnly: false, creating: !isThere, configure: writing))
        try DatabaseAccess.translating(index.queue, path) {
            try index.queue.write { db in
                if !always, try fits(source, db) { return }
                for view in try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'view'") {
                    try db.execute(sql: "DROP VIEW \(view.quotedDatabaseIdentifier)")
                }
                // The shadow tables of a virtual table go with it.
                for kind in ["CREATE VIRTUAL TABLE%", "CREATE TABLE%"] {
                    let names = try String.fetchAll(
                        db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE ?", arguments: [kind]
                    )
                    for name in names { try db.execute(sql: "DROP TABLE \(name.quotedDatabaseIdentifier)") }
                }
                try db.execute(sql: ArchiveSchema.index)
                // In this order: what is removed while entries are read has it made anew once more.
                let removed = try source.log.removedCount()
                try db.execute(
                    sql: "INSERT INTO meta VALUES (1, ?, 0, ?)", arguments: [source.identity.hex, Int64(removed)])
                let size = try source.log.size()
                var next: UInt64 = 0
                while next < size {
                    let end = min(size, next + ArchiveIndex.batch)
                    try index.fill(db, source.log, from: next, below: end)
                    next = end
                    try progress(next)
                }
            }
        }
        try index.catchUp(source)
        return index
    }

    @Sendable private static func writing(_ db: Database) throws {
        try db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON")
    }

    private static func existing(_ path: FilePath) throws -> ArchiveIndex? {
        guard try Files.status(path)?.kind == .regular else { return nil }
        let mayWrite = mayWrite(path)
        let queue = try DatabaseAccess.open(path, readOnly: !mayWrite, immutable: Files.isOnReadOnlyMedium(path)) {
            if mayWrite { try writing($0) }
        }
        return ArchiveIndex(path: path, queue: queue)
    }

    private static func mayWrite(_ path: FilePath) -> Bool {
        Files.mayWrite(path) && Files.mayWrite(path.parent)
    }

    // MARK: Filling

    /// Adds what has come since; in batches, so that an interruption loses little.
    private func catchUp(_ source: Source) throws {
        var next = try meta().size
        let size = try source.log.size()
        while next < size {
            let end = min(size, next + ArchiveIndex.batch)
            try DatabaseAccess.translating(queue, path) {
                try queue.write { db in
                    // Another reader may have been here meanwhile.
                    guard let found = try Int64.fetchOne(db, sql: "SELECT size FROM meta"), found == Int64(next) else {
                        return
                    }
                    try fill(db, source.log, from: next, below: end)
                }
            }
            next = end
        }
    }

    private func fill(_ db: Database, _ log: LogDatabase, from start: UInt64, below end: UInt64) throws {
        var tiles = try tileBuilder(db, size: start)
        let saveTile = try db.cachedStatement(sql: "INSERT OR REPLACE INTO tile VALUES (?, ?, ?)")
        let saveTerm = try db.cachedStatement(sql: "INSERT INTO term VALUES (?, ?)")
        let saveText = try db.cachedStatement(
            sql: "INSERT INTO text (rowid, title, named, description, files) VALUES (?, ?, ?, ?, ?)")
        func save(_ tile: Tile.ID, _ hashes: [UInt8]) throws {
            try saveTile.execute(arguments: [tile.level, Int64(tile.index), hashes.data])
        }
        try log.forEach(from: start, below: end) { stored in
            try tiles.append(MerkleHash.leaf(stored.bytes), emit: save)
            guard let entry = try? Entry(parsing: stored.bytes) else { return }
            // A body that is not the entry's is not looked into; verification leaves it aside too.
            let body = stored.body.flatMap { bytes in
                SHA256Hasher.hash(bytes) == entry.body ? try? Body(parsing: bytes) : nil
            }
            for term in IndexTerms.terms(entry, body) {
                try saveTerm.execute(arguments: [Int64(stored.seq), term])
            }
            if let row = SearchableText.row(entry, body) {
                let columns = row.map { TextTokens.column($0) }
                try saveText.execute(arguments: [Int64(stored.seq)] + StatementArguments(columns))
            }
        }
        for (tile, hashes) in tiles.partialTiles() { try save(tile, hashes) }
        try db.execute(sql: "UPDATE meta SET size = ?", arguments: [Int64(end)])
    }

    private func tileBuilder(_ db: Database, size: UInt64) throws -> TileBuilder {
        var partial: [Int: [UInt8]] = [:]
        for tile in Tile.tiles(size: size) where !tile.isFull {
            partial[tile.level] = try hashes(db, tile)
        }
        return try TileBuilder(size: size, partial: partial)
    }

    private func hashes(_ db: Database, _ tile: Tile.ID) throws -> [UInt8] {
        let rows = try RowStepper(
            try db.cachedStatement(sql: "SELECT hashes FROM tile WHERE level = ? AND n = ?"),
            [tile.level, Int64(tile.index)])
        defer { rows.reset() }
        guard try rows.step(db), let bytes = rows.bytes(0), bytes.count >= tile.width * Digest.size else {
            throw EvidenceError(
                .damaged, en: "The index lacks \(tile). Run evidence reindex.", zh: "索引缺少 \(tile)，请执行 evidence reindex。"
            )
        }
        return Array(bytes.prefix(tile.width * Digest.size))
    }

    // MARK: Reading

    /// Whether the index has the schema that this program knows.
    func isOfThisVersion() throws -> Bool {
        try DatabaseAccess.translating(queue, path) { try queue.read(ArchiveIndex.isOfThisVersion) }
    }

    private static func isOfThisVersion(_ db: Database) throws -> Bool {
        try Int.fetchOne(db, sql: "PRAGMA user_version") == ArchiveIndex.version
    }

    /// What the index was made for.
    package func meta() throws -> Meta {
        try DatabaseAccess.translating(queue, path) { try queue.read(ArchiveIndex.meta) }
    }

    private static func meta(_ db: Database) throws -> Meta {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT CAST(archive AS TEXT), CAST(size AS INTEGER), CAST(removed AS INTEGER) FROM meta"),
            let archive = row[0] as String?, let size = (row[1] as Int64?).flatMap({ UInt64(exactly: $0) }),
            let removed = (row[2] as Int64?).flatMap({ UInt64(exactly: $0) })
        else {
            throw EvidenceError(
                .damaged, en: "The index is damaged. Run evidence reindex.", zh: "索引已损坏，请执行 evidence reindex。")
        }
        return Meta(archive: archive, size: size, removed: removed)
    }

    private func fits(_ source: Source) throws -> Bool {
        try DatabaseAccess.translating(queue, path) { try queue.read { try ArchiveIndex.fits(source, $0) } }
    }

    /// Whether an index was made for this log as it is, so that it need only be caught up.
    private static func fits(_ source: Source, _ db: Database) throws -> Bool {
        guard try isOfThisVersion(db),
            try SchemaText.differences(db, from: SchemaText.expected(ArchiveSchema.index)).isEmpty
        else { return false }
        // The log is asked afterwards: it is never behind its index.
        let meta = try meta(db)
        return try meta.archive == source.identity.hex && meta.size <= source.log.size()
            && meta.removed == source.log.removedCount()
    }

    /// The bytes of a tile.
    package func tile(_ tile: Tile.ID) throws -> [UInt8] {
        try DatabaseAccess.translating(queue, path) { try queue.read { try hashes($0, tile) } }
    }

    /// The entries that have a term, in order.
    package func entries(with term: String) throws -> [UInt64] {
        try entries("term = ?", "seq", [term])
    }

    /// Some of the entries that have a term: those after the one named, in order, or those before it, newest first.
    ///
    /// - Parameter seq: nil to begin at the end that the order begins with.
    package func entries(with term: String, nextTo seq: UInt64?, newestFirst: Bool, limit: Int) throws -> [UInt64] {
        let start = seq.map { Int64(clamping: $0) } ?? (newestFirst ? .max : -1)
        return try entries(
            "term = ? AND seq \(newestFirst ? "<" : ">") ?", "seq \(newestFirst ? "DESC" : "ASC") LIMIT ?",
            [term, start, limit])
    }

    /// How many records there are: entries less those of other types, which are few where there are many records.
    ///
    /// - Precondition: each entry has one term that says its type.
    package func recordCount() throws -> Int {
        try DatabaseAccess.translating(queue, path) {
            try queue.unsafeRead { db in
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT (SELECT size FROM meta)
                            - (SELECT count(*) FROM term WHERE term >= ?1 AND term < ?2)
                            - (SELECT count(*) FROM term WHERE term > ?2 AND term < CAST(CAST(?1 AS BLOB) || x'FF' AS TEXT))
                        """,
                    arguments: [IndexTerms.typePrefix, IndexTerms.type(.evidenceAdded)]) ?? 0
            }
        }
    }

    /// The entries that have a term within a range, in order.
    package func entries(from first: String, through last: String) throws -> [UInt64] {
        try entries("term >= ? AND term <= ?", "seq", [first, last])
    }

    /// What dossiers are called whose names begin so, sorted by bytes.
    package func names(beginning prefix: String, limit: Int) throws -> [String] {
        let head = IndexTerms.name("")
        return try DatabaseAccess.translating(queue, path) {
            try queue.read { db in
                // No UTF-8 text holds the byte FF, so that it ends all that begin alike.
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT DISTINCT term FROM term
                        WHERE term >= ?1 AND term < CAST(CAST(?1 AS BLOB) || x'FF' AS TEXT) ORDER BY term LIMIT ?2
                        """,
                    arguments: [head + prefix, limit]
                ).map { String($0.dropFirst(head.count)) }
            }
        }
    }

    private func entries(
        _ condition: String, _ order: String, _ arguments: StatementArguments
    ) throws -> [UInt64] {
        try DatabaseAccess.translating(queue, path) {
            // One statement is a transaction of its own; GRDB's would cost more than it.
            try queue.unsafeRead { db in
                let statement = try db.cachedStatement(sql: "SELECT seq FROM term WHERE \(condition) ORDER BY \(order)")
                return try Int64.fetchAll(statement, arguments: arguments).compactMap { UInt64(exactly: $0) }
            }
        }
    }

    // MARK: Checking

    /// What in the schema is not as ``ArchiveSchema`` has it.
    func schemaDifferences() throws -> [String] {
        let expected = try SchemaText.expected(ArchiveSchema.index)
        return try DatabaseAccess.translating(queue, path) {
            try queue.read { try SchemaText.differences($0, from: expected) }
        }
    }

    /// A tile's row as it is, nil where there is none.
    func storedTile(level: Int, _ index: UInt64) throws -> [UInt8]? {
        try DatabaseAccess.translating(queue, path) {
            try queue.read { db in
                let rows = try RowStepper(
                    try db.cachedStatement(sql: "SELECT hashes FROM tile WHERE level = ? AND n = ?"),
                    [level, Int64(clamping: index)])
                defer { rows.reset() }
                return try rows.step(db) ? rows.bytes(0) : nil
            }
        }
    }

    /// The terms of the entries in a range of numbers, by entry.
    func terms(in range: Range<UInt64>) throws -> [UInt64: [String]] {
        try DatabaseAccess.translating(queue, path) {
            try queue.read { db in
                let rows = try RowStepper(
                    try db.cachedStatement(
                        sql: "SELECT seq, term FROM term WHERE seq >= ? AND seq < ? ORDER BY seq, term"),
                    [Int64(range.lowerBound), Int64(range.upperBound)])
                defer { rows.reset() }
                var terms: [UInt64: [String]] = [:]
                while try rows.step(db) {
                    let text = String(decoding: rows.bytes(1) ?? [], as: UTF8.self)
                    terms[UInt64(rows.integer(0)), default: []].append(text)
                }
                return terms
            }
        }
    }

    /// How many rows the tables of tiles and terms have.
    func rowCounts() throws -> (tiles: Int, terms: Int) {
        try DatabaseAccess.translating(queue, path) {
            try queue.read { db in
                (
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM tile") ?? 0,
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM term") ?? 0
                )
            }
        }
    }
}
