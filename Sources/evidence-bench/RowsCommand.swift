import ArgumentParser
import ArchiveSchema
import GRDBSQLite

/// Writes an archive's rows into a new database with bare SQLite: the least that any program must spend on them.
///
/// The same schema and pragmas, prepared statements, nothing hashed and nothing signed. The rows are read beforehand, a
/// transaction's at a time, and that is not timed.
struct RowsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rows")

    @Argument var archive: String
    @Option(help: "The database to write; it must not be there yet.") var copy: String
    @Option var perCommit: Int

    func run() throws {
        let source = try SQLite("\(archive)/archive.sqlite", SQLITE_OPEN_READONLY)
        let target = try SQLite(copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        try target.run("PRAGMA page_size = 16384")
        try target.run(ArchiveSchema.archive)
        try target.run("PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON; PRAGMA recursive_triggers = ON")
        let read = try source.statement(
            "SELECT entry.seq, entry.bytes, body.bytes FROM entry JOIN body USING (seq) WHERE seq >= ? LIMIT ?")
        let readNote = try source.statement("SELECT size, note FROM checkpoint WHERE size = ?")
        let insertEntry = try target.statement("INSERT INTO entry VALUES (?, ?)")
        let insertBody = try target.statement("INSERT INTO body VALUES (?, ?)")
        let insertNote = try target.statement("INSERT INTO checkpoint VALUES (?, ?)")
        var total = Duration.zero
        var (next, commits): (Int64, Int) = (0, 0)
        while true {
            var rows: [(seq: Int64, entry: [UInt8], body: [UInt8])] = []
            read.bind(next, Int64(perCommit))
            while try read.step() { rows.append((read.integer(0), read.bytes(1), read.bytes(2))) }
            guard let last = rows.last else { break }
            readNote.bind(last.seq + 1)
            let note = try readNote.step() ? readNote.bytes(1) : nil
            let begun = ContinuousClock.now
            try target.run("BEGIN IMMEDIATE")
            for row in rows {
                try insertEntry.insert(row.seq, row.entry)
                try insertBody.insert(row.seq, row.body)
            }
            if let note { try insertNote.insert(last.seq + 1, note) }
            try target.run("COMMIT")
            total += begun.duration(to: .now)
            next = last.seq + 1
            commits += 1
        }
        EvidenceBench.printResult(entries: Int(next), commits: commits, total)
    }
}

/// SQLite's own interface, with errors as exceptions.
private final class SQLite {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    fileprivate let handle: OpaquePointer

    init(_ path: String, _ flags: Int32) throws {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            throw Failure(description: "\(path): \(String(cString: sqlite3_errstr(code)))")
        }
        self.handle = handle
    }

    deinit { sqlite3_close_v2(handle) }

    var failure: Failure { Failure(description: String(cString: sqlite3_errmsg(handle))) }

    func run(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure }
    }

    func statement(_ sql: String) throws -> Statement {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else { throw failure }
        return Statement(self, statement)
    }

    final class Statement {
        private let database: SQLite
        private let handle: OpaquePointer

        fileprivate init(_ database: SQLite, _ handle: OpaquePointer) {
            self.database = database
            self.handle = handle
        }

        deinit { sqlite3_finalize(handle) }

        func bind(_ values: Int64...) {
            sqlite3_reset(handle)
            for (place, value) in values.enumerated() { sqlite3_bind_int64(handle, Int32(place + 1), value) }
        }

        func step() throws -> Bool {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: return true
            case SQLITE_DONE:
                sqlite3_reset(handle)
                return false
            default: throw database.failure
            }
        }

        func insert(_ number: Int64, _ bytes: [UInt8]) throws {
            bind(number)
            try bytes.withUnsafeBytes { bytes in
                sqlite3_bind_blob64(handle, 2, bytes.baseAddress, sqlite3_uint64(bytes.count), nil)
                _ = try step()
            }
        }

        func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

        func bytes(_ column: Int32) -> [UInt8] {
            [UInt8](
                UnsafeRawBufferPointer(
                    start: sqlite3_column_blob(handle, column), count: Int(sqlite3_column_bytes(handle, column))))
        }
    }
}
