internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import GRDB
internal import Synchronization
internal import SystemPackage

/// The files that entries name and that are there to be checked, each once, in a temporary database of SQLite's that needs
/// no memory and leaves no file.
final class FileWorkList: Sendable {
    private let queue: DatabaseQueue

    init() throws {
        queue = try DatabaseQueue(path: "")
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE file (
                        number INTEGER PRIMARY KEY,
                        sha256 BLOB NOT NULL, fsverity BLOB NOT NULL, size INTEGER NOT NULL, seq INTEGER NOT NULL,
                        place BLOB NOT NULL, -- of a referenced file; empty where it is stored
                        isLeftOut INTEGER NOT NULL DEFAULT 0,
                        isDrawn INTEGER NOT NULL DEFAULT 1, -- to be read, and not only looked for
                        UNIQUE (sha256, fsverity, size, place))
                    """)
        }
    }

    /// Adds files of some entries.
    func add(_ files: [ExpectedFile]) throws {
        guard !files.isEmpty else { return }
        try queue.write { db in
            let statement = try db.cachedStatement(
                sql: "INSERT OR IGNORE INTO file (sha256, fsverity, size, seq, place) VALUES (?, ?, ?, ?, ?)")
            for file in files {
                try statement.execute(
                    arguments: [
                        file.sha256.bytes.data, file.fsverity.bytes.data, Int64(file.size), Int64(file.seq),
                        (file.isReferenced ? file.path.rawBytes : []).data,
                    ])
            }
        }
    }

    /// Leaves stored files out of the work that are about to be removed: part of them may be gone.
    func leaveOut(_ files: Set<Digest>) throws {
        try queue.write { db in
            for file in files {
                try db.execute(
                    sql: "UPDATE file SET isLeftOut = 1 WHERE sha256 = ? AND place = x''",
                    arguments: [file.bytes.data])
            }
        }
    }

    /// Has only some of the files read.
    ///
    /// To be called when all are there and those that are left out are known.
    /// - Parameter draw: the numbers of those that are, of how many there are.
    func draw(_ draw: (UInt64) throws -> FileSample) throws -> FileSample {
        try queue.write { db in
            let total = try Int64.fetchOne(db, sql: "SELECT count(*) FROM file WHERE NOT isLeftOut") ?? 0
            let sample = try draw(UInt64(total))
            var rows: [Int64] = []
            var wanted = sample.drawn[...]
            let cursor = try Int64.fetchCursor(db, sql: "SELECT number FROM file WHERE NOT isLeftOut ORDER BY number")
            var place: UInt64 = 0
            while let next = wanted.first, let number = try cursor.next() {
                place += 1
                guard place == next else { continue }
                wanted.removeFirst()
                rows.append(number)
            }
            try db.execute(sql: "UPDATE file SET isDrawn = 0")
            let statement = try db.cachedStatement(sql: "UPDATE file SET isDrawn = 1 WHERE number = ?")
            for number in rows { try statement.execute(arguments: [number]) }
            return sample
        }
    }

    /// What is to be read.
    func totals() throws -> (files: Int, bytes: Int64) {
        try queue.read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*), total(size) FROM file WHERE isDrawn AND NOT isLeftOut
                    """)
            // A hostile log may declare more bytes than an integer holds; this is for the progress line alone.
            return (row?[0] ?? 0, Int64(min(row?[1] ?? 0.0, 1e18)))
        }
    }

    /// Whether an entry names a stored file with this digest, be it left out or not.
    func containsStored(_ sha256: Digest) throws -> Bool {
        try queue.read { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM file WHERE sha256 = ? AND place = x'')",
                arguments: [sha256.bytes.data]) ?? false
        }
    }

    /// A file with its number, and whether it is to be read.
    typealias Item = (number: Int64, file: ExpectedFile, isDrawn: Bool)

    /// Gives all files one after the other, nil at the end; may be called by several threads.
    func feed(in store: ObjectStore) -> @Sendable () throws -> Item? {
        let cursor = Mutex((batch: [Item]()[...], last: Int64(0)))
        return {
            try cursor.withLock { cursor in
                if cursor.batch.isEmpty { cursor.batch = try self.batch(after: cursor.last, in: store)[...] }
                guard let next = cursor.batch.popFirst() else { return nil }
                cursor.last = next.number
                return next
            }
        }
    }

    /// Up to 256 files after the one with that number.
    func batch(after number: Int64, in store: ObjectStore) throws -> [Item] {
        try queue.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT number, sha256, fsverity, size, seq, place, isDrawn FROM file
                    WHERE number > ? AND NOT isLeftOut ORDER BY number LIMIT 256
                    """,
                arguments: [number]
            ).compactMap { row in
                guard let sha256 = Digest(try row.bytes("sha256")), let fsverity = Digest(try row.bytes("fsverity"))
                else {
                    return nil
                }
                let place = try row.bytes("place")
                let path = place.isEmpty ? store.path(sha256) : FilePath(rawBytes: place)
                return (
                    row["number"],
                    ExpectedFile(
                        path: path, shownPath: place.isEmpty ? ObjectStore.relativePath(sha256) : path.shown,
                        size: UInt64(row["size"] as Int64), sha256: sha256, fsverity: fsverity,
                        seq: UInt64(row["seq"] as Int64), isReferenced: !place.isEmpty),
                    row["isDrawn"]
                )
            }
        }
    }
}
