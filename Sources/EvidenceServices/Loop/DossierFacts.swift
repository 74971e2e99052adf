internal import EvidenceArchive
package import EvidenceRecord
package import Inspection

/// A case or an inspection as an archive knew it at a moment: its opening and the steps taken, each as amended by then.
package struct DossierFacts: Sendable {
    /// A step with the day on which it happened, and what is left of its evidence.
    package struct Step: Sendable {
        package let seq: UInt64
        package let taken: StepTaken
        package let date: Day
        package let hasEvidence: Bool
        /// Whether a sound, a picture or a video is among its evidence; only looked at for a re-check, of which it is asked.
        package let hasPicturesOrSound: Bool
    }

    package let dossier: LogReading.Dossier
    /// When it was found, as far as somebody said; else when it was entered.
    package let date: Day
    /// Who entered it.
    package let person: String
    /// The dossiers that it was opened within.
    package let parents: [DossierID]
    /// In the order in which they were entered.
    package let steps: [Step]
    /// Whether a record belongs to it, or to a step of it.
    package let hasEvidence: Bool

    package var opened: DossierOpened { dossier.opened }
}

/// Reads the dossiers of one archive as they stood at the moment that is read.
///
/// What was withdrawn since can't be shown any more: its body is gone, and so is what it said then.
final class DossierReader {
    /// The first that is met of what is not there although nothing ordered it removed: an opening, a step, a correction, a link, or a
    /// record whose kind is asked for.
    ///
    /// All the rest is told without it.
    private(set) var damage: EvidenceError?
    private let reading: LogReading
    private let context: ServiceContext
    /// What amends or withdraws an entry, in the log's order.
    private var later: [UInt64: [LogRecord]] = [:]
    private var withdrawn: Set<UInt64> = []

    init(_ reading: LogReading, _ context: ServiceContext) throws {
        self.reading = reading
        self.context = context
        for seq in try reading.entries(of: .entryAmended) + reading.entries(of: .entryWithdrawn) {
            try context.checkInterruption()
            let record = try reading.archive.record(seq)
            guard reading.hears(record) else { continue }
            guard let body = record.body else {
                try note(EntryHistory(record))
                continue
            }
            if let removed = try? EntryWithdrawn(body).removed {
                for target in removed {
                    later[target.seq, default: []].append(record)
                    withdrawn.insert(target.seq)
                }
            } else if let amended = try? EntryAmended(body) {
                later[amended.target.seq, default: []].append(record)
            }
        }
        later = later.mapValues { $0.sorted { $0.entry.seq < $1.entry.seq } }
    }

    /// Notes an entry whose body is missing; whatever a withdrawal ordered removed is not.
    private func note(_ history: EntryHistory) throws {
        var history = history
        try reading.explainMissingBody(of: &history)
        if damage == nil, history.lacksBody { damage = EntryHistory.missingBody(history.record.entry.seq) }
    }

    /// An entry with what was said of it; nil where it was not there yet.
    private func history(_ seq: UInt64) throws -> EntryHistory? {
        let record = try reading.archive.record(seq)
        guard reading.hears(record) else { return nil }
        var history = EntryHistory(record)
        for later in later[seq] ?? [] { history.absorb(later) }
        try reading.explainMissingBody(of: &history)
        return history
    }

    /// All dossiers of a kind, in the order in which they were opened.
    func dossiers(_ kind: EntryType) throws -> [DossierFacts] {
        let steps = try steps(kind == .caseOpened ? .caseStep : .inspectionStep)
        return try reading.entries(of: kind).compactMap { seq in
            try context.checkInterruption()
            guard let history = try history(seq), let dossier = reading.dossier(history) else { return nil }
            try note(history)
            let entry = history.record.entry
            let own = steps[dossier.id] ?? []
            return DossierFacts(
                dossier: dossier, date: day(dossier.opened.details.occurred.from, entry),
                person: try reading.person(entry.actor),
                parents: entry.dossiers.map(\.id).filter { $0 != dossier.id }, steps: own,
                hasEvidence: try own.contains { $0.hasEvidence } || hasRecord(dossier.id))
        }
    }

    private func steps(_ type: EntryType) throws -> [DossierID: [DossierFacts.Step]] {
        var steps: [DossierID: [DossierFacts.Step]] = [:]
        for seq in try reading.entries(of: type) {
            try context.checkInterruption()
            guard let history = try history(seq) else { continue }
            try note(history)
            guard let taken = history.step else { continue }
            // What a step names was there before it.
            let evidence = try taken.evidence.map(\.seq).filter(isRecord)
            let isRecheck = type == .caseStep && taken.step == CaseStepKind.recheck.rawValue
            steps[taken.dossier, default: []].append(
                DossierFacts.Step(
                    seq: seq, taken: taken, date: day(taken.occurred.from, history.record.entry),
                    hasEvidence: !evidence.isEmpty,
                    hasPicturesOrSound: try isRecheck && evidence.contains(where: isMedia))
            )
        }
        return steps
    }

    /// Whether an entry is a record that was not withdrawn.
    private func isRecord(_ seq: UInt64) throws -> Bool {
        if withdrawn.contains(seq) { return false }
        let entry = try reading.archive.log.entry(seq).flatMap { try? Entry(parsing: $0.bytes) }
        return entry?.type == .evidenceAdded
    }

    private func hasRecord(_ dossier: DossierID) throws -> Bool {
        let entries = try reading.entries(with: IndexTerms.dossier(dossier))
        // Most have one of their own, of which the oldest is the first to be there.
        if let first = try entries.first(where: isRecord), try reading.hears(first) { return true }
        for seq in entries {
            let link = try reading.archive.record(seq)
            guard link.entry.type == .dossierLinked, reading.hears(link) else { continue }
            try note(EntryHistory(link))
            // What is linked was there before.
            let linked = link.body.flatMap { try? DossierLinked($0) }?.entries ?? []
            if try linked.contains(where: { try isRecord($0.seq) }) { return true }
        }
        return false
    }

    /// A sealed record may hold a picture, and so may one that was withdrawn after the day that is looked at; nobody who
    /// looks from outside can say that it holds none.
    private func isMedia(_ seq: UInt64) throws -> Bool {
        guard let history = try history(seq) else { return true }
        try note(history)
        guard let evidence = history.evidence else { return true }
        if evidence.sealed != nil { return true }
        let kinds: Set<String> = ["audio", "video", "photo"]
        return evidence.kind.map(kinds.contains) == true
            || evidence.files.contains { file in
                ["audio/", "video/", "image/"].contains { file.type.hasPrefix($0) }
            }
    }

    private func day(_ claimed: ClaimedTime?, _ entry: Entry) -> Day {
        Day(claimed?.date ?? context.localDay(entry.time))
    }
}

extension Day {
    /// The same day; the first of all for one of the year 0, in which nothing here happened.
    package init(_ date: CivilDate) { self = Day(year: date.year, month: date.month, day: date.day) ?? .first }
}
