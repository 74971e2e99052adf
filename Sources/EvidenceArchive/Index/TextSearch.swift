internal import EvidenceRecord
internal import GRDB

extension ArchiveIndex {
    /// The entries that may have all the words, an amendment's under its target; the best first, of equals the newest.
    ///
    /// May have: the index only finds. An amended record comes up for what it said before as well, and for words of which
    /// some stood in it before and others do now.
    ///
    /// - Parameter tick: called before each look-up; throws to stop.
    package func candidates(for query: SearchQuery, tick: () throws -> Void) throws -> [UInt64] {
        try DatabaseAccess.translating(queue, path) {
            try queue.read { db in
                let targets = try amendmentTargets(db)
                var ranks: [UInt64: Double]?
                for word in query.words {
                    try tick()
                    let found = try ranksOfEntries(with: word, targets, db)
                    ranks = ranks.map { $0.adding(found) } ?? found
                    if ranks?.isEmpty == true { break }
                }
                return (ranks ?? [:]).sorted { ($0.value, $1.key) < ($1.value, $0.key) }.map(\.key)
            }
        }
    }

    /// The entries with a word, each with FTS5's rank, which is lower for what fits better.
    private func ranksOfEntries(
        with word: FoldedText, _ targets: [UInt64: UInt64], _ db: Database
    ) throws -> [UInt64: Double] {
        let rows = try RowStepper(
            try db.cachedStatement(
                sql: "SELECT rowid, bm25(text, \(SearchableText.Column.weights)) FROM text WHERE text MATCH ?"),
            [TextTokens.phrase(word)])
        defer { rows.reset() }
        var ranks: [UInt64: Double] = [:]
        while try rows.step(db) {
            guard let row = UInt64(exactly: rows.integer(0)) else { continue }
            let seq = targets[row] ?? row
            ranks[seq] = min(ranks[seq] ?? 0, rows.real(1))
        }
        return ranks
    }

    private func amendmentTargets(_ db: Database) throws -> [UInt64: UInt64] {
        let prefix = IndexTerms.targetPrefix
        let rows = try RowStepper(
            try db.cachedStatement(
                sql: """
                    SELECT amendment.seq, target.term FROM term AS amendment
                    JOIN term AS target ON target.seq = amendment.seq AND substr(target.term, 1, ?) = ?
                    WHERE amendment.term = ?
                    """),
            [prefix.count, prefix, IndexTerms.type(.entryAmended)])
        defer { rows.reset() }
        var targets: [UInt64: UInt64] = [:]
        while try rows.step(db) {
            let target = UInt64(String(decoding: (rows.bytes(1) ?? []).dropFirst(prefix.utf8.count), as: UTF8.self))
            if let seq = UInt64(exactly: rows.integer(0)), let target { targets[seq] = target }
        }
        return targets
    }
}

extension [UInt64: Double] {
    /// The ranks of those that are in both, added.
    fileprivate func adding(_ others: [UInt64: Double]) -> [UInt64: Double] {
        var result: [UInt64: Double] = [:]
        for (seq, rank) in self { result[seq] = others[seq].map { rank + $0 } }
        return result
    }
}
