internal import EvidenceRecord
internal import GRDB

/// Holds the index's full text against the bodies: every token in its place, and no others.
///
/// Tokens come from the bodies in the order of entries, and from the index in its own. So that neither has to be sorted or
/// held, each side is a sum of keyed hashes; Swift draws the key anew for every process.
struct TextCheck {
    /// A multiset of tokens, of which only the number and the sum of hashes are kept.
    private struct Tokens: Equatable {
        private(set) var count = 0
        private var sum = 0

        mutating func add(
            _ token: UnsafeRawBufferPointer, _ seq: Int64, _ column: UnsafeRawBufferPointer, _ place: Int64
        ) {
            var hasher = Hasher()
            hasher.combine(bytes: token)
            hasher.combine(seq)
            hasher.combine(bytes: column)
            hasher.combine(place)
            sum &+= hasher.finalize()
            count += 1
        }
    }

    private var expected = Tokens()

    /// Takes what an entry's row must hold.
    mutating func add(_ seq: UInt64, _ row: [[FoldedText]]) {
        for (column, texts) in zip(SearchableText.Column.allCases, row) {
            var place: Int64 = 0
            var name = column.rawValue
            name.withUTF8 { name in
                for scalar in texts.flatMap(\.scalars) {
                    var token = String(TextTokens.token(scalar))
                    token.withUTF8 {
                        expected.add(UnsafeRawBufferPointer($0), Int64(seq), UnsafeRawBufferPointer(name), place)
                    }
                    place += 1
                }
            }
        }
    }

    /// Compares the index with what it must hold.
    ///
    /// FTS5 checks itself only where it may write, so it is a temporary copy that is looked at.
    /// - Parameter tick: called now and then; throws to stop.
    /// - Returns: how many tokens there ought to be and how many there are, nil where they are the same.
    func difference(from index: ArchiveIndex, tick: @escaping () throws -> Void) throws -> (expected: Int, found: Int)?
    {
        try DatabaseAccess.translating(index.queue, index.path) {
            do {
                let found = try tokens(of: index.queue, tick)
                return found == expected ? nil : (expected.count, found.count)
            } catch let error as DatabaseError
                where [.SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_IOERR].contains(error.resultCode)
                && index.queue.unsafeReentrantRead(DatabaseAccess.failedRead) == nil
            {
                throw EvidenceError(
                    .inputOutput,
                    en:
                        "There is no room for a temporary copy of its full text. Free some space for temporary files, or set TMPDIR.",
                    zh: "没有空间存放其全文部分的临时副本。请为临时文件腾出空间，或设置 TMPDIR。")
            }
        }
    }

    private func tokens(of index: DatabaseQueue, _ tick: @escaping () throws -> Void) throws -> Tokens {
        let copy = try DatabaseAccess.temporary()
        try index.backup(to: copy, pagesPerStep: TextCheck.pagesPerStep) { _ in try tick() }
        return try copy.writeWithoutTransaction { db in
            // Whether what a look-up goes by leads to all that there is.
            try db.execute(sql: "INSERT INTO text (text) VALUES ('integrity-check')")
            try db.execute(sql: "CREATE VIRTUAL TABLE temp.token USING fts5vocab ('main', 'text', 'instance')")
            let rows = try RowStepper(try db.makeStatement(sql: "SELECT term, doc, col, offset FROM temp.token"), [])
            defer { rows.reset() }
            var found = Tokens()
            while try rows.step(db) {
                if found.count.isMultiple(of: TextCheck.rowsPerTick) { try tick() }
                rows.withBytes(0) { token in
                    rows.withBytes(2) { found.add(token, rows.integer(1), $0, rows.integer(3)) }
                }
            }
            return found
        }
    }

    private static let pagesPerStep: Int32 = 4_096
    private static let rowsPerTick = 65_536
}
