internal import EvidenceCrypto
package import EvidenceRecord
internal import GRDB

/// What witnesses and timestamp authorities said of the archive's checkpoints.
extension LogDatabase {
    /// A row of the table of anchors.
    package struct StoredAnchor: Sendable {
        /// Its number in the archive, from 1.
        package let number: UInt64
        /// Nil where the row is not one that a writer makes.
        package let anchor: Anchor?
    }

    private static let anchorsAtOnce = 64

    /// How many anchors there are; their numbers count from 1.
    package func anchorCount() throws -> UInt64 {
        try read { UInt64(clamping: try Int64.fetchOne($0, sql: "SELECT count(*) FROM anchor") ?? 0) }
    }

    /// Calls `body` with the first `count` anchors past a number, in order.
    package func forEachAnchor(
        after number: UInt64 = 0, count: UInt64 = .max, _ body: (StoredAnchor) throws -> Void
    ) throws {
        var (last, left) = (Int64(clamping: number), count)
        while left > 0 {
            let rows = try anchorRows(after: last, limit: min(left, UInt64(LogDatabase.anchorsAtOnce)))
            for row in rows { try body(StoredAnchor(number: UInt64(clamping: row.id), anchor: row.anchor)) }
            guard let newest = rows.last?.id, newest > last else { return }
            left -= UInt64(rows.count)
            last = newest
        }
    }

    /// The anchors of the checkpoint of one size.
    package func anchors(of size: UInt64) throws -> [StoredAnchor] {
        guard let size = Int64(exactly: size) else { return [] }
        return try read { db in
            try LogDatabase.rows(db, "WHERE size = ? ORDER BY id", [size])
                .map { StoredAnchor(number: UInt64(clamping: $0.id), anchor: $0.anchor) }
        }
    }

    /// The anchor with a number; nil where there is none that a writer makes.
    func anchor(_ number: UInt64) throws -> Anchor? {
        guard let number = Int64(exactly: number) else { return nil }
        return try read { db in try LogDatabase.rows(db, "WHERE id = ?", [number]).first?.anchor }
    }

    /// The largest number of an anchor; 0 for none.
    func newestAnchor() throws -> UInt64 {
        try read { UInt64(clamping: try Int64.fetchOne($0, sql: "SELECT max(id) FROM anchor") ?? 0) }
    }

    /// Adds an anchor under its number.
    static func insert(_ anchor: Anchor, number: UInt64, in db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO anchor VALUES (?, ?, ?, ?)").execute(
            arguments: [
                Int64(clamping: number), Int64(clamping: anchor.size), anchor.kind.rawValue, anchor.token.data,
            ])
    }

    private func anchorRows(after id: Int64, limit: UInt64) throws -> [(id: Int64, anchor: Anchor?)] {
        try read { db in try LogDatabase.rows(db, "WHERE id > ? ORDER BY id LIMIT ?", [id, Int64(clamping: limit)]) }
    }

    private static func rows(
        _ db: Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> [(id: Int64, anchor: Anchor?)] {
        let rows = try RowStepper(
            try db.cachedStatement(sql: "SELECT id, size, kind, token FROM anchor \(condition)"), arguments)
        defer { rows.reset() }
        var anchors: [(id: Int64, anchor: Anchor?)] = []
        while try rows.step(db) {
            let kind = Anchor.Kind(rawValue: String(decoding: rows.bytes(2) ?? [], as: UTF8.self))
            let token = rows.bytes(3) ?? []
            var anchor: Anchor?
            if let kind, let size = UInt64(exactly: rows.integer(1)), token.count <= Anchor.largestToken {
                anchor = Anchor(kind, size: size, token: token)
            }
            anchors.append((rows.integer(0), anchor))
        }
        return anchors
    }

    /// Adds anchors, durably and all or none, under consecutive numbers.
    ///
    /// The caller holds the archive's lock.
    func append(_ anchors: [Anchor], from number: UInt64) throws {
        try DatabaseAccess.translating(queue, path) {
            try queue.inWriteTransaction { db in
                for (offset, anchor) in anchors.enumerated() {
                    try LogDatabase.insert(anchor, number: number + UInt64(offset), in: db)
                }
            }
        }
    }
}
