internal import EvidenceArchive
package import EvidenceRecord

/// `evidence search`: records and cases in which words occur, as they stand.
package struct SearchRecords {
    /// A record or a case's opening, with the places in which the words are.
    package struct Hit: Sendable {
        package let summary: RecordSummary
        package let matches: [SearchableText.Match]
    }

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// Finds cases and inspections, then records; the best first, of equals the newest.
    ///
    /// The index proposes, and what is handed on was found in the body itself. A filter's kind concerns records alone.
    /// - Parameter hit: called with each; tell them apart by the entry's type.
    package func run(_ text: String, _ filter: ReadRecords.Filter, _ hit: (Hit) throws -> Void) throws {
        guard let query = SearchQuery(text) else {
            throw EvidenceError(
                .usage, en: "Say what to search for: one word or several.", zh: "请给出要搜索的词，一个或多个。")
        }
        let reading = try LogReading(try context.openArchive(), context)
        let selection = try RecordSelection(filter, reading, context)
        let openings = Set(try reading.entries(of: .caseOpened) + reading.entries(of: .inspectionOpened))
        let size = try reading.archive.log.size()
        let candidates = try reading.candidates(for: query).filter { $0 < size }
        let records = ReadRecords(context)
        for seq in candidates.filter({ openings.contains($0) }) + candidates.filter({ !openings.contains($0) }) {
            try context.checkInterruption()
            guard selection.mayAdmit(seq, anyKind: openings.contains(seq)) else { continue }
            let summary = try records.summary(seq, reading)
            guard summary.record.entry.type.map({ $0 == .evidenceAdded || $0.opensDossier }) == true,
                selection.admits(summary), let matches = summary.object.flatMap({ query.matches(in: $0) })
            else { continue }
            try hit(Hit(summary: summary, matches: matches))
        }
    }
}
