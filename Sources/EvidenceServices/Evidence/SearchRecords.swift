internal import EvidenceArchive
package import EvidenceRecord

/// `evidence search`: records, cases and steps in which words occur, as they stand.
package struct SearchRecords {
    /// A record, a case's opening or a step, with the places in which the words are.
    package struct Hit: Sendable {
        package let summary: RecordSummary
        package let matches: [SearchableText.Match]
    }

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// Finds cases and inspections, then records, then steps; the best first, of equals the newest.
    ///
    /// The index proposes, and what is handed on was found in the body itself. A filter's kind concerns records alone.
    /// - Parameter hit: called with each; tell them apart by the entry's type.
    package func run(_ text: String, _ filter: ReadRecords.Filter, _ hit: (Hit) throws -> Void) throws {
        let query = try SearchRecords.query(text)
        let reading = try LogReading(try context.openArchive(), context)
        let cursor = try SearchCursor(query, context, reading, try RecordSelection(filter, reading, context))
        for group in SearchCursor.Group.allCases {
            while let next = try cursor.next(group) { try hit(next) }
        }
    }

    static func query(_ text: String) throws -> SearchQuery {
        guard let query = SearchQuery(text) else {
            throw EvidenceError(
                .usage, en: "Say what to search for: one word or several.", zh: "请给出要搜索的词，一个或多个。")
        }
        return query
    }
}

/// What is found in one archive, looked up one at a time, the best first.
final class SearchCursor {
    /// What is told one after the other: cases and inspections, records, steps.
    enum Group: CaseIterable {
        case openings, records, steps
    }

    private let query: SearchQuery
    private let context: ServiceContext
    private let reading: LogReading
    private let selection: RecordSelection
    private var candidates: [Group: ArraySlice<UInt64>]

    init(
        _ query: SearchQuery, _ context: ServiceContext, _ reading: LogReading, _ selection: RecordSelection
    ) throws {
        self.query = query
        self.context = context
        self.reading = reading
        self.selection = selection
        let openings = Set(try reading.entries(of: .caseOpened) + reading.entries(of: .inspectionOpened))
        let steps = Set(try reading.entries(of: .caseStep) + reading.entries(of: .inspectionStep))
        let size = try reading.archive.log.size()
        let found = try reading.candidates(for: query).filter { $0 < size }
        candidates = Dictionary(grouping: found) { seq in
            openings.contains(seq) ? .openings : steps.contains(seq) ? .steps : .records
        }.mapValues { $0[...] }
    }

    /// The next of a group; nil at its end.
    func next(_ group: Group) throws -> SearchRecords.Hit? {
        while let seq = candidates[group]?.popFirst() { if let hit = try hit(seq, group) { return hit } }
        return nil
    }

    private func hit(_ seq: UInt64, _ group: Group) throws -> SearchRecords.Hit? {
        try context.checkInterruption()
        guard selection.mayAdmit(seq, anyKind: group != .records) else { return nil }
        let summary = try ReadRecords(context).summary(seq, reading)
        guard summary.record.entry.type.map({ $0 == .evidenceAdded || $0.opensDossier || $0.isStep }) == true,
            selection.admits(summary), let matches = summary.object.flatMap({ query.matches(in: $0) })
        else { return nil }
        return SearchRecords.Hit(summary: summary, matches: matches)
    }
}
