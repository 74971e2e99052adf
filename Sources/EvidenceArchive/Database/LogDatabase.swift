internal import ArchiveSchema
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
internal import GRDB
package import SystemPackage

/// One entry's row with its body's bytes, which are nil where they were removed.
package struct StoredEntry: Sendable {
    package let seq: UInt64
    package let bytes: [UInt8]
    package let body: [UInt8]?
}

/// `archive.sqlite`: the log's bytes, read in short slices so that a reader never holds up a writer.
package final class LogDatabase: Sendable {
    /// What marks a SQLite file as an archive: "Evid".
    static let applicationID = 0x4576_6964
    static let version = 1
    /// The database's name in an archive's folder.
    package static let fileName = "archive.sqlite"

    private static let sliceRows = 512
    private static let sliceBytes = 4 * 1_024 * 1_024

    package let path: FilePath
    package let isReadOnly: Bool
    let queue: DatabaseQueue

    private init(path: FilePath, queue: DatabaseQueue, isReadOnly: Bool) {
        self.path = path
        self.queue = queue
        self.isReadOnly = isReadOnly
    }

    /// Opens the database to read.
    ///
    /// A write that was interrupted is rolled back first where this user may write.
    package static func openToRead(_ path: FilePath) throws -> LogDatabase {
        try requireRollbackJournal(path)
        let database = try connectToRead(path)
        try database.requireArchive()
        return database
    }

    /// Opens what may be left of a log whose header was damaged, to save what can be read of it.
    ///
    /// What the header says of program, version and journal is passed over; refused is a version of its own, which has other
    /// tables than this one's.
    /// - Precondition: the caller holds whatever is read there against what was signed.
    static func openDamaged(_ path: FilePath) throws -> LogDatabase {
        let database = try connectToRead(path, ignoringJournal: !hasRollbackJournal(path))
        try database.requireTables()
        let version = try database.version()
        if version != LogDatabase.version, try !database.schemaDifferences().isEmpty {
            throw database.unknownVersion(version)
        }
        return database
    }

    private static func connectToRead(_ path: FilePath, ignoringJournal: Bool = false) throws -> LogDatabase {
        let mayWrite = Files.mayWrite(path) && Files.mayWrite(path.parent)
        let hasJournal = try Files.status(journal(of: path)).map { $0.size > 0 } ?? false
        let queue = try DatabaseAccess.openToRead(
            path, mayWrite: mayWrite, immutable: ignoringJournal || Files.isOnReadOnlyMedium(path) && !hasJournal)
        return LogDatabase(path: path, queue: queue, isReadOnly: !mayWrite)
    }

    /// Opens the database to append.
    ///
    /// The caller holds the archive's lock.
    static func openToAppend(_ path: FilePath) throws -> LogDatabase {
        try requireRollbackJournal(path)
        let queue = try DatabaseAccess.open(path, readOnly: false) { db in
            try db.execute(sql: "PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON")
        }
        let database = LogDatabase(path: path, queue: queue, isReadOnly: false)
        try database.requireArchive()
        guard try database.schemaDifferences().isEmpty else {
            throw EvidenceError(
                .damaged,
                en: "The schema of “\(path.shown)” was altered; nothing is written to it. Run evidence verify.",
                zh: "“\(path.shown)”的数据库结构被改动，不再写入。请执行 evidence verify。")
        }
        return database
    }

    /// Makes an empty database with the archive's schema.
    static func create(_ path: FilePath) throws -> LogDatabase {
        try empty(
            DatabaseAccess.open(path, readOnly: false, creating: true) { db in
                // Who verifies reads all pages: few large ones take an eighth less time than many of 4 KiB.
                try db.execute(
                    sql: "PRAGMA page_size = 16384; PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON")
            }, path)
    }

    /// Makes an empty database without a name, which goes with this object.
    static func temporary() throws -> LogDatabase { try empty(DatabaseAccess.temporary(), FilePath()) }

    private static func empty(_ queue: DatabaseQueue, _ path: FilePath) throws -> LogDatabase {
        try DatabaseAccess.translating(queue, path) {
            try queue.write { db in
                try db.execute(sql: ArchiveSchema.archive)
                try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
            }
        }
        return LogDatabase(path: path, queue: queue, isReadOnly: false)
    }

    /// Refuses a file whose header was set to write-ahead logging: SQLite would then leave files beside the evidence, and
    /// take what stands in a `-wal` file for part of it.
    private static func requireRollbackJournal(_ path: FilePath) throws {
        guard try hasRollbackJournal(path) else {
            throw EvidenceError(
                .damaged,
                en: "The header of “\(path.shown)” was altered: it asks for a journal that archives do not use.",
                zh: "“\(path.shown)”的文件头被改动：启用了档案不使用的日志方式。")
        }
    }

    /// SQLite file format §1.3, bytes 18 and 19.
    private static func hasRollbackJournal(_ path: FilePath) throws -> Bool {
        let file = try OpenFile.regular(path)
        var header = [UInt8](repeating: 0, count: 20)
        let count: Int
        do { count = try header.withUnsafeMutableBytes { try file.read(into: $0, at: 0) } } catch {
            throw EvidenceError.file(any: error, path)
        }
        return count < 20 || (header[18] == 1 && header[19] == 1)
    }

    /// Refuses what stands in a table's place and is none: a view may give rows without end.
    private func requireTables() throws {
        let view = try read { db in
            try String.fetchOne(
                db,
                sql: """
                    SELECT name FROM pragma_table_list WHERE schema = 'main' AND type NOT IN ('table', 'shadow')
                    """)
        }
        if let view {
            throw EvidenceError(
                .damaged,
                en: "“\(path.shown)” was altered: its “\(view.shown)” is no table, so that nothing in it is read.",
                zh: "“\(path.shown)”被改动：其中的“\(view.shown)”不是数据表，因此不再读取。")
        }
    }

    private func requireArchive() throws {
        let application = try read { try Int.fetchOne($0, sql: "PRAGMA application_id") }
        guard application == LogDatabase.applicationID else {
            throw EvidenceError(
                .damaged, en: "“\(path.shown)” is not an evidence archive, or its header was altered.",
                zh: "“\(path.shown)”不是证据档案，或其文件头被改动。")
        }
        try requireTables()
        let version = try version()
        guard version == LogDatabase.version else { throw unknownVersion(version) }
    }

    /// The format's version, as the header has it.
    func version() throws -> Int { try read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 } }

    private func unknownVersion(_ version: Int) -> EvidenceError {
        EvidenceError(
            .refused,
            en:
                "“\(path.shown)” has format version \(version), and this program knows version \(LogDatabase.version) only. Use a newer program; if the file was damaged, mend it with evidence repair --from its mirror.",
            zh:
                "“\(path.shown)”的格式版本为 \(version)，本程序只支持版本 \(LogDatabase.version)。请使用较新的程序；如果是文件受损，请用 evidence repair --from 从镜像修复。"
        )
    }

    /// Closes the connection, so that the file may be renamed.
    func close() throws {
        try DatabaseAccess.translating(queue, path) { try queue.close() }
    }

    /// What the system said when it could not read the file, since this was opened; nil where it always could.
    var readFailure: EvidenceError? {
        queue.unsafeReentrantRead(DatabaseAccess.failedRead).map { EvidenceError.file($0, path) }
    }

    /// Reads, each statement in a transaction of its own: GRDB's would cost more than most of them.
    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try DatabaseAccess.translating(queue, path) { try queue.unsafeRead(body) }
    }

    // MARK: Reading

    /// The number of entries.
    package func size() throws -> UInt64 {
        try read { db in
            guard let newest = try Int64.fetchOne(db, sql: "SELECT max(seq) FROM entry"), newest >= 0 else { return 0 }
            // No writer makes a row at the end of all numbers; whoever does must not stop the verification.
            return UInt64(min(newest, .max - 1)) + 1
        }
    }

    /// The next entries from `seq` on that are below `size`, a few at a time; empty at the end.
    ///
    /// - Parameter stray: called with each body met on the way that no entry accounts for. Who goes on with a slice from where
    ///   the one before ended, to the empty one, has met every body from the first number up to `size`.
    package func slice(
        from seq: UInt64, below size: UInt64, stray: (Int64) -> Void = { _ in }
    ) throws -> [StoredEntry] {
        try read { db in
            // Both tables are gone through side by side: a join would look up each body from the top of its tree.
            let range: StatementArguments = [Int64(clamping: seq), Int64(clamping: size)]
            let entries = try RowStepper(
                try db.cachedStatement(
                    sql: "SELECT seq, bytes FROM entry WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT ?"),
                range + [LogDatabase.sliceRows])
            defer { entries.reset() }
            let bodies = try RowStepper(
                try db.cachedStatement(sql: "SELECT seq, bytes FROM body WHERE seq >= ? AND seq < ? ORDER BY seq"),
                range)
            defer { bodies.reset() }
            var isAtBody = try bodies.step(db)
            func passBodies(below number: Int64?) throws {
                while isAtBody, number.map({ bodies.integer(0) < $0 }) ?? true {
                    stray(bodies.integer(0))
                    isAtBody = try bodies.step(db)
                }
            }
            var slice: [StoredEntry] = []
            var bytes = 0
            while bytes < LogDatabase.sliceBytes, try entries.step(db) {
                // In an altered schema a number may be text, which is above every number and would never be passed.
                guard let number = UInt64(exactly: entries.integer(0)), number >= seq else {
                    throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "entry.seq")
                }
                try passBodies(below: entries.integer(0))
                let hasBody = isAtBody && bodies.integer(0) == entries.integer(0)
                let entry = StoredEntry(
                    seq: number, bytes: entries.bytes(1) ?? [], body: hasBody ? bodies.bytes(1) : nil)
                if hasBody { isAtBody = try bodies.step(db) }
                bytes += entry.bytes.count + (entry.body?.count ?? 0)
                slice.append(entry)
            }
            if slice.isEmpty { try passBodies(below: nil) }
            return slice
        }
    }

    /// The bytes of the next entries from `seq` on that are below `size`, a few at a time, without their bodies; empty at
    /// the end or where an entry is missing.
    package func entries(from seq: UInt64, below size: UInt64) throws -> [[UInt8]] {
        try read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT seq, bytes FROM entry WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT ?")
            let rows = try RowStepper(
                statement, [Int64(clamping: seq), Int64(clamping: size), LogDatabase.sliceRows])
            defer { rows.reset() }
            var entries: [[UInt8]] = []
            var bytes = 0
            while bytes < LogDatabase.sliceBytes, try rows.step(db),
                UInt64(exactly: rows.integer(0)) == seq + UInt64(entries.count)
            {
                let entry = rows.bytes(1) ?? []
                bytes += entry.count
                entries.append(entry)
            }
            return entries
        }
    }

    /// Calls `body` with every entry from `seq` on that is below `size`, in order.
    package func forEach(from seq: UInt64 = 0, below size: UInt64, _ body: (StoredEntry) throws -> Void) throws {
        var next = seq
        while next < size {
            let slice = try slice(from: next, below: size)
            guard let last = slice.last else { return }
            for entry in slice { try body(entry) }
            next = last.seq + 1
        }
    }

    /// One entry, nil where there is none.
    package func entry(_ seq: UInt64) throws -> StoredEntry? {
        try read { try entry(seq, in: $0) }
    }

    /// The same inside a transaction, where it sees what that has written.
    func entry(_ seq: UInt64, in db: Database) throws -> StoredEntry? {
        guard let row = Int64(exactly: seq), row < .max else { return nil }
        let statement = try db.cachedStatement(
            sql: "SELECT entry.bytes, body.bytes FROM entry LEFT JOIN body ON body.seq = entry.seq WHERE entry.seq = ?")
        let rows = try RowStepper(statement, [row])
        defer { rows.reset() }
        guard try rows.step(db) else { return nil }
        return StoredEntry(seq: seq, bytes: rows.bytes(0) ?? [], body: rows.bytes(1))
    }

    /// The first checkpoint past `size`.
    package func checkpoint(after size: UInt64) throws -> LogAudit.StoredCheckpoint? {
        guard let row = Int64(exactly: size) else { return nil }
        return try read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT size, note FROM checkpoint WHERE size > ? ORDER BY size LIMIT 1")
            let rows = try RowStepper(statement, [row])
            defer { rows.reset() }
            guard try rows.step(db) else { return nil }
            let checkpoint = try LogDatabase.checkpoint(rows)
            guard checkpoint.size > size else { throw LogDatabase.badCheckpoint }
            return checkpoint
        }
    }

    /// A row's size and note; in an altered schema the size may be anything.
    private static func checkpoint(_ rows: RowStepper) throws -> LogAudit.StoredCheckpoint {
        guard let size = UInt64(exactly: rows.integer(0)) else { throw badCheckpoint }
        return (size, rows.bytes(1) ?? [])
    }

    private static let badCheckpoint = DatabaseError(resultCode: .SQLITE_CORRUPT, message: "checkpoint.size")

    /// The newest checkpoint, or the one kept under exactly `size`.
    package func checkpoint(at size: UInt64? = nil) throws -> LogAudit.StoredCheckpoint? {
        try read { db in
            let rows = try RowStepper(
                try db.cachedStatement(
                    sql: "SELECT size, note FROM checkpoint WHERE ?1 IS NULL OR size = ?1 ORDER BY size DESC LIMIT 1"),
                [size.flatMap { Int64(exactly: $0) }])
            defer { rows.reset() }
            return try rows.step(db) ? try LogDatabase.checkpoint(rows) : nil
        }
    }

    /// The entries whose bodies are ordered removed and still here, each with the withdrawal that orders it.
    package func pendingRemovals() throws -> [(seq: UInt64, withdrawal: UInt64)] {
        try read { db in
            // With IN, SQLite would go through all bodies instead.
            let statement = try db.cachedStatement(
                sql: """
                    SELECT seq, withdrawal FROM removal WHERE EXISTS (SELECT 1 FROM body WHERE body.seq = removal.seq)
                    ORDER BY seq
                    """)
            return try Row.fetchAll(statement).map { (try $0.count("seq"), try $0.count("withdrawal")) }
        }
    }

    /// Whether a withdrawal orders the removal of an entry's body.
    func isOrderedRemoved(_ seq: UInt64) throws -> Bool {
        guard let seq = Int64(exactly: seq) else { return false }
        return try read {
            try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM removal WHERE seq = ?)", arguments: [seq]) ?? false
        }
    }

    /// Makes durable what stands in the log, whoever wrote it; for who says that it is there, and adds nothing.
    ///
    /// A commit is seen as soon as its journal is gone. Its process may have been unable to make that durable, or may not have
    /// lived to; at a power cut the journal would come back and take the commit with it. So one that is empty, which is none
    /// to SQLite, takes its name and goes durably. The caller holds the archive's lock, and has opened this to append.
    func settle() throws {
        do {
            try Files.remove(journal)
            try Files.write([], to: journal, mode: 0o600)
            try Files.remove(journal)
            try Files.syncFolder(path.parent)
        } catch {
            // There is mostly no journal to be named.
            throw EvidenceError.file(any: error, path, writing: true)
        }
    }

    private var journal: FilePath { LogDatabase.journal(of: path) }

    private static func journal(of path: FilePath) -> FilePath {
        FilePath(rawBytes: path.rawBytes + Array("-journal".utf8))
    }

    /// Deletes the bodies of these entries, which `removal` names, and overwrites where they stood.
    func deleteBodies(_ seqs: [UInt64]) throws {
        try DatabaseAccess.translating(queue, path) {
            try queue.inWriteTransaction { db in
                let delete = try db.cachedStatement(sql: "DELETE FROM body WHERE seq = ?")
                for seq in seqs { try delete.execute(arguments: [Int64(seq)]) }
            }
        }
    }

    /// How many bodies are gone because they were withdrawn.
    func removedCount() throws -> UInt64 {
        try read { db in
            let count = try Int64.fetchOne(
                db, sql: "SELECT count(*) FROM removal WHERE seq NOT IN (SELECT seq FROM body)")
            return count.flatMap { UInt64(exactly: $0) } ?? 0
        }
    }

    /// What in the schema is not as ``ArchiveSchema`` has it; each difference by name.
    package func schemaDifferences() throws -> [String] {
        let expected = try SchemaText.expected(ArchiveSchema.archive)
        return try read { try SchemaText.differences($0, from: expected) }
    }

    /// What SQLite's own check finds wrong with the file's structure; empty when nothing is.
    package func structureProblems() throws -> [String] {
        try read { db in
            let found = try String.fetchAll(db, sql: "PRAGMA integrity_check(10)").filter { $0 != "ok" }
            // What could not be read stands among what is wrong.
            if let error = DatabaseAccess.failedRead(db) { throw EvidenceError.file(error, path) }
            return found
        }
    }

    /// Rows that belong to no entry and that no slice below `size` passes: numbers below the first, bodies past the last.
    ///
    /// Each as a table's name and a number. SQLite's own check does not look at CHECK constraints here.
    package func strayRows(outside size: UInt64) throws -> [(table: String, seq: Int64)] {
        try read { db in
            // The casts are for altered schemas, in which a number may be text, which is above every number.
            try Row.fetchAll(
                db,
                sql: """
                    SELECT 'body', CAST(seq AS INTEGER) FROM body WHERE seq < 0
                    UNION ALL SELECT 'body', CAST(seq AS INTEGER) FROM body
                        WHERE seq >= ? AND seq NOT IN (SELECT seq FROM entry)
                    UNION ALL SELECT 'entry', CAST(seq AS INTEGER) FROM entry WHERE seq < 0
                    UNION ALL SELECT 'checkpoint', CAST(size AS INTEGER) FROM checkpoint WHERE size < 0
                    UNION ALL SELECT 'anchor', CAST(id AS INTEGER) FROM anchor WHERE id < 1
                    LIMIT 100
                    """, arguments: [Int64(clamping: size)]
            ).map { ($0[0], $0[1]) }
        }
    }

    /// Removals of what was not withdrawn, by the entry's number.
    package func strayRemovals(withdrawn: Set<UInt64>) throws -> [Int64] {
        try read { db in
            let removals = try Int64.fetchAll(
                db, sql: "SELECT CAST(seq AS INTEGER) FROM removal WHERE seq IS NOT NULL ORDER BY seq")
            return Array(removals.filter { UInt64(exactly: $0).map { !withdrawn.contains($0) } ?? true }.prefix(100))
        }
    }
}

/// A database's schema as text, compared statement by statement.
enum SchemaText {
    /// The statements that running `sql` on an empty database leaves in its schema.
    static func expected(_ sql: String) throws -> [String: String] {
        let queue = try DatabaseQueue()
        return try queue.write { db in
            try db.execute(sql: sql)
            return try statements(db)
        }
    }

    static func differences(_ db: Database, from expected: [String: String]) throws -> [String] {
        let found = try statements(db)
        return Set(expected.keys).union(found.keys).filter { name in
            switch (expected[name], found[name]) {
            case (let left?, let right?): !left.utf8.elementsEqual(right.utf8)
            default: true
            }
        }.sorted()
    }

    private static func statements(_ db: Database) throws -> [String: String] {
        // The casts are for altered schemas, in which a name may be anything.
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT coalesce(CAST(type AS TEXT), ''), coalesce(CAST(name AS TEXT), ''),
                    coalesce(CAST(tbl_name AS TEXT), ''), coalesce(CAST(sql AS TEXT), '') FROM sqlite_schema
                """)
        return Dictionary(
            rows.map { row in ("\(row[0] as String) \(row[1] as String)", "\(row[2] as String): \(row[3] as String)") },
            uniquingKeysWith: { first, second in first + second })
    }
}
