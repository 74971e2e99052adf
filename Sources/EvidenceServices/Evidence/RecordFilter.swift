internal import EvidenceArchive
package import EvidenceRecord

extension ReadRecords {
    /// Which records somebody wants to see.
    package struct Filter: Sendable {
        package var caseName: String?
        package var inspection: String?
        package var kind: String?
        /// Days, both included, of when it occurred, else was taken, else was entered.
        package var since: CivilDate?
        package var until: CivilDate?

        package init() {}
    }
}

/// A filter, with what had to be looked up for it.
struct RecordSelection {
    private let filter: ReadRecords.Filter
    private let context: ServiceContext
    /// The entries of the cases and inspections that were named, linked ones included; nil where none was.
    private var members: Set<UInt64>?
    private var ofKind: Set<UInt64>?

    /// - Parameter dossiers: what takes the place of the filter's case and inspection, where a name does not say it: records
    ///   belong to one of each of these.
    init(
        _ filter: ReadRecords.Filter, _ reading: LogReading, _ context: ServiceContext, dossiers: [[DossierID]]? = nil
    ) throws {
        var filter = filter
        filter.kind = try filter.kind.map(RecordDescription.requireKind)
        self.filter = filter
        self.context = context
        let named = [(filter.caseName, EntryType.caseOpened), (filter.inspection, .inspectionOpened)]
        let wanted =
            try dossiers
            ?? named.compactMap { name, type in try name.map { [try reading.dossier(named: $0, type).id] } }
        for ids in wanted {
            var found: Set<UInt64> = []
            for id in ids {
                let contents = try reading.contents(of: id)
                found.formUnion(contents.entries + contents.linked)
            }
            members = members?.intersection(found) ?? found
        }
        ofKind = try filter.kind.map { Set(try reading.candidates(with: IndexTerms.kind($0))) }
    }

    /// What can be among what is wanted, in order, as far as that is known without reading it; nil for any entry.
    var candidates: [UInt64]? {
        guard let members else { return ofKind?.sorted() }
        return members.filter { mayAdmit($0) }.sorted()
    }

    /// Whether an entry can be among what is wanted, as far as that is known without reading it.
    ///
    /// - Parameter anyKind: where it is no record, and has no kind.
    func mayAdmit(_ seq: UInt64, anyKind: Bool = false) -> Bool {
        members?.contains(seq) != false && (anyKind || ofKind?.contains(seq) != false)
    }

    /// Whether an entry is among what is wanted.
    func admits(_ summary: RecordSummary) -> Bool {
        // An amendment may have given it another.
        if let kind = filter.kind, summary.record.entry.type == .evidenceAdded, summary.added?.kind != kind {
            return false
        }
        let day = day(of: summary)
        if let since = filter.since, day.dayNumber < since.dayNumber { return false }
        if let until = filter.until, day.dayNumber > until.dayNumber { return false }
        return true
    }

    /// The day that an entry is about: when it occurred, else when it was taken or entered, in the person's time zone.
    private func day(of summary: RecordSummary) -> CivilDate {
        if let date = (summary.added?.moment ?? summary.history.step?.occurred.from)?.date { return date }
        return context.localDay(summary.record.entry.time)
    }
}
