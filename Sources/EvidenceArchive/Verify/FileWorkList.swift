internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import GRDB

/// The stored files that entries name, each once, in a temporary database of SQLite's that needs no memory and leaves no
/// file.
final class FileWorkList: Sendable {
    private let queue: DatabaseQueue

    init() throws {
        queue = try DatabaseQueue(path: "")
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE file (
                        sha256 BLOB NOT NULL, fsverity BLOB NOT NULL, size INTEGER NOT NULL, seq INTEGER NOT NULL,
                        PRIMARY KEY (sha256, fsverity, size)) WITHOUT ROWID
                    """)
        }
    }

    /// Adds the stored files of some entries.
    func add(_ files: [(file: FileRecord, seq: UInt64)]) throws {
        guard !files.isEmpty else { return }
        try queue.write { db in
            let statement = try db.cachedStatement(sql: "INSERT OR IGNORE INTO file VALUES (?, ?, ?, ?)")
            for (file, seq) in files {
                try statement.execute(
                    arguments: [file.sha256.bytes.data, file.fsverity.bytes.data, Int64(file.size), Int64(seq)])
            }
        }
    }

    func totals() throws -> (files: Int, bytes: Int64) {
        try queue.read { db in
            let row = try Row.fetchOne(db, sql: "SELECT count(*), total(size) FROM file")
            // A hostile log may declare more bytes than an integer holds; this is for the progress line alone.
            return (row?[0] ?? 0, Int64(min(row?[1] ?? 0.0, 1e18)))
        }
    }

    func contains(_ sha256: Digest) throws -> Bool {
        try queue.read { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM file WHERE sha256 = ?)", arguments: [sha256.bytes.data]) ?? false
        }
    }

    /// Up to 256 files after the given one.
    func batch(after last: ExpectedFile?, in store: ObjectStore) throws -> [ExpectedFile] {
        try queue.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT sha256, fsverity, size, seq FROM file
                    WHERE (sha256, fsverity, size) > (?, ?, ?) ORDER BY sha256, fsverity, size LIMIT 256
                    """,
                arguments: [
                    (last?.sha256.bytes ?? []).data, (last?.fsverity.bytes ?? []).data,
                    last.map { Int64($0.size) } ?? -1,
                ]
            ).compactMap { row in
                guard let sha256 = Digest(try row.bytes("sha256")), let fsverity = Digest(try row.bytes("fsverity"))
                else {
                    return nil
                }
                return ExpectedFile(
                    path: store.path(sha256), shownPath: ObjectStore.relativePath(sha256),
                    size: UInt64(row["size"] as Int64), sha256: sha256, fsverity: fsverity,
                    seq: UInt64(row["seq"] as Int64))
            }
        }
    }
}
