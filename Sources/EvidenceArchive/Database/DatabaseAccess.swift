internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import GRDB
internal import GRDBSQLite
internal import SystemPackage

/// How this program opens SQLite databases, and what it makes of their errors.
enum DatabaseAccess {
    /// Opens a database that must exist unless `creating`.
    ///
    /// - Parameter immutable: for media that can't be written and where no journal lies; SQLite then takes no locks.
    static func open(
        _ path: FilePath, readOnly: Bool, immutable: Bool = false, creating: Bool = false,
        configure: @escaping @Sendable (Database) throws -> Void = { _ in }
    ) throws -> DatabaseQueue {
        guard WaryFileSystem.isInUse else {
            throw EvidenceError(
                .internalFault, en: "SQLite is not as this program needs it.", zh: "SQLite 不符合本程序的要求。")
        }
        if creating { try makePrivate(path) } else { try requireFile(path) }
        try requireJournal(path)
        var configuration = wary
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(30)
        configuration.prepareDatabase { db in
            do {
                try configure(db)
                // As GRDB does next: there, what has failed could not be asked for.
                try db.execute(sql: "SELECT * FROM sqlite_master LIMIT 1")
            } catch let error as DatabaseError {
                throw translate(error, failedRead: failedRead(db), path)
            }
        }
        let name = immutable ? uri(path) + "?immutable=1" : path.string
        do {
            return try DatabaseQueue(path: name, configuration: configuration)
        } catch let error as DatabaseError {
            throw translate(error, failedRead: .ioError, path)
        }
    }

    /// Opens a database to read.
    ///
    /// - Parameter mayWrite: where this process may write there, it rolls back what a writer that died has left, be it before or
    ///   while this one reads; a live writer's journal is left alone.
    static func openToRead(_ path: FilePath, mayWrite: Bool, immutable: Bool) throws -> DatabaseQueue {
        try open(path, readOnly: !mayWrite, immutable: immutable) { db in
            // The second, since SQLite's check of a database's structure looks at constraints only where it may be written.
            try db.execute(sql: "PRAGMA query_only = ON; PRAGMA ignore_check_constraints = ON")
        }
    }

    /// A database without a name, in a file that SQLite makes and removes, to copy another into.
    static func temporary() throws -> DatabaseQueue { try DatabaseQueue(path: "", configuration: wary) }

    /// The most bytes of a value or a row: more than a body may have.
    private static let largestValue = Int32(2 * Body.largestSize)

    /// A hostile file must not run code of its own choosing through its schema.
    private static var wary: Configuration {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(
                sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA recursive_triggers = ON")
            // Else a column that is computed could ask for gigabytes.
            sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_LENGTH, largestValue)
        }
        return configuration
    }

    /// Runs `body`, which works on `queue`; what SQLite complains of becomes an error that a person can act on.
    static func translating<Result>(
        _ queue: DatabaseQueue, _ path: FilePath, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw translate(error, failedRead: queue.unsafeReentrantRead(failedRead), path)
        }
    }

    /// Why the system could not read the database's file, nil where it could.
    ///
    /// Of a read that fails so, SQLite says that the file is malformed (`SQLITE_IOERR_CORRUPTFS`).
    static func failedRead(_ db: Database) -> Errno? {
        var number: CInt = 0
        guard let connection = db.sqliteConnection,
            sqlite3_file_control(connection, "main", SQLITE_FCNTL_LAST_ERRNO, &number) == SQLITE_OK
        else { return nil }
        let error = Errno(rawValue: number)
        return error == .ioError || error == .noSuchAddressOrDevice ? error : nil
    }

    private static func translate(_ error: DatabaseError, failedRead: Errno?, _ path: FilePath) -> EvidenceError {
        if let failedRead, [.SQLITE_CORRUPT, .SQLITE_IOERR].contains(error.resultCode) {
            return EvidenceError.file(failedRead, path)
        }
        let name = path.shown
        let reason = (error.message ?? "\(error.resultCode)").shown
        return switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_CONSTRAINT:
            EvidenceError(
                .damaged, en: "The database “\(name)” is damaged or was changed: \(reason).",
                zh: "数据库“\(name)”已损坏或被改动：\(reason)。")
        case .SQLITE_TOOBIG:
            EvidenceError(
                .damaged,
                en: "The database “\(name)” was changed: it has a value that is larger than any in an archive.",
                zh: "数据库“\(name)”被改动：其中有的值超出档案可能的大小。")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            EvidenceError(
                .busy, en: "Another program is writing to “\(name)”. Try again in a moment.",
                zh: "另一程序正在写入“\(name)”，请稍后再试。")
        case .SQLITE_FULL: EvidenceError.file(.noSpace, path, writing: true)
        case .SQLITE_READONLY where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK:
            EvidenceError(
                .busy,
                en:
                    "A write to “\(name)” was interrupted and has to be rolled back first, by somebody who may write there: run evidence status as that user.",
                zh: "“\(name)”的一次写入曾被中断，须先由有写权限的用户回滚：请以该用户身份执行 evidence status。")
        case .SQLITE_READONLY where !Files.mayWrite(path) || !Files.mayWrite(path.parent), .SQLITE_PERM, .SQLITE_AUTH:
            EvidenceError(.refused, en: "“\(name)” may not be written here.", zh: "此处不允许写入“\(name)”。")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY:
            // The file or its journal, or their folder; that it is there has been seen before. One that fails to open to write
            // is opened to read only.
            EvidenceError(
                .inputOutput,
                cause: Message(en: "“\(name)” is there and could not be opened.", zh: "“\(name)”存在，但无法打开。"),
                advice: Message(en: "Check the disk, then run the command again.", zh: "请检查磁盘后重新执行命令。"))
        case .SQLITE_NOMEM: EvidenceError(.internalFault, en: "Out of memory.", zh: "内存不足。")
        default:
            EvidenceError(
                .inputOutput, en: "“\(name)” could not be read or written: \(reason).", zh: "无法读写“\(name)”：\(reason)。")
        }
    }

    /// Makes the file private before SQLite opens it, whatever the process's mask says; its journal then is private too.
    private static func makePrivate(_ path: FilePath) throws {
        do {
            if try Files.status(path) == nil { try Files.write([], to: path, mode: 0o600) }
        } catch {
            throw EvidenceError.file(any: error, path, writing: true)
        }
    }

    private static func requireFile(_ path: FilePath) throws {
        // Opened and closed again: says clearly what is wrong with a path before SQLite does so in its own way.
        _ = try OpenFile.regular(path)
    }

    /// Refuses what lies in the place of the database's journal and is none that a writer of ours leaves, before SQLite acts on it.
    ///
    /// What is put there after this is met by ``WaryFileSystem``.
    private static func requireJournal(_ path: FilePath) throws {
        let journal = FilePath(rawBytes: path.rawBytes + Array("-journal".utf8))
        guard let status = try Files.status(journal) else { return }
        var end = [UInt8](repeating: 0, count: superJournalEnd.count)
        // One that may not be read, or is gone by now, is SQLite's affair.
        if status.kind == .regular, status.size >= UInt64(end.count), let file = try? OpenFile.regular(journal) {
            _ = try? end.withUnsafeMutableBytes { try file.read(into: $0, at: status.size - UInt64($0.count)) }
        }
        guard status.kind != .regular || end == superJournalEnd else { return }
        throw EvidenceError(
            .damaged,
            en:
                "“\(journal.shown)” is no journal of this program: somebody put it there, and nothing beside it is read. Keep it elsewhere, and run the command again.",
            zh: "“\(journal.shown)”不是本程序的日志，系他人所置，因此不读取旁边的数据库。请将其移至别处保存，再重新执行命令。")
    }

    /// With what a journal ends that names a super-journal: SQLite file format §3.
    private static let superJournalEnd: [UInt8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]

    /// A file: URI for SQLite, every byte that is not plainly safe percent-encoded.
    private static func uri(_ path: FilePath) -> String {
        let safe = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        return "file:" + path.rawBytes.map { safe.contains($0) ? String(UnicodeScalar($0)) : "%" + [$0].hex }.joined()
    }
}

extension DatabaseQueue {
    /// Runs `body` in a transaction that holds the write lock from its beginning; what it throws rolls all back.
    ///
    /// GRDB's own compiles its statements each time, whereupon SQLite compiles all others anew.
    func inWriteTransaction<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try writeWithoutTransaction { db in
            try db.cachedStatement(sql: "BEGIN IMMEDIATE TRANSACTION").execute()
            do {
                let result = try body(db)
                try db.cachedStatement(sql: "COMMIT TRANSACTION").execute()
                return result
            } catch {
                try? db.rollback()
                throw error
            }
        }
    }
}

/// The rows of a statement, stepped by hand: GRDB's row objects cost more than the hashing.
struct RowStepper {
    private let statement: Statement
    private let handle: OpaquePointer

    init(_ statement: Statement, _ arguments: StatementArguments) throws {
        self.statement = statement
        try statement.setArguments(arguments)
        handle = statement.sqliteStatement
    }

    /// The next row, false at the end.
    func step(_ db: Database) throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        case let code:
            let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
            sqlite3_reset(handle)
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
    }

    func reset() { sqlite3_reset(handle) }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func real(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

    /// A blob's or text's bytes as they lie there, to be looked at before the next step; none for NULL.
    func withBytes<Result>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let start = sqlite3_column_blob(handle, column)
        return body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    /// A blob's or text's bytes; nil for NULL.
    func bytes(_ column: Int32) -> [UInt8]? {
        guard sqlite3_column_type(handle, column) != SQLITE_NULL else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        guard count > 0, let base = sqlite3_column_blob(handle, column) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: base, count: count))
    }
}

/// Inserts rows of a number and a blob, bound by hand: GRDB's arguments cost more than SQLite's insert.
struct RowInserter {
    private let handle: OpaquePointer

    /// - Parameter statement: has two parameters.
    init(_ statement: Statement) { handle = statement.sqliteStatement }

    func insert(_ number: Int64, _ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { bytes in
            sqlite3_bind_int64(handle, 1, number)
            // The bytes stay where they are until the statement is reset.
            sqlite3_bind_blob64(handle, 2, bytes.baseAddress, sqlite3_uint64(bytes.count), nil)
            let code = sqlite3_step(handle)
            let message = code == SQLITE_DONE ? "" : String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
            if code != SQLITE_DONE { throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message) }
        }
    }
}
