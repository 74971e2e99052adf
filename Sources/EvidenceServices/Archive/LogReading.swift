package import EvidenceArchive
internal import EvidenceCrypto
package import EvidenceRecord
internal import TransparencyLog

/// Finds and reads records for people: the index finds, the bodies speak.
///
/// It may be of a past moment: what was entered since is then not heard, be it a record or what it says of another. What was
/// withdrawn since can't be read any more all the same.
package final class LogReading {
    /// A dossier as people see it.
    package struct Dossier: Sendable {
        package let id: DossierID
        package let kind: EntryType
        package let openedAt: UInt64
        package let opened: DossierOpened
    }

    package let archive: Archive
    /// Entries from this time on, by the archive's own clock, are not heard; nil to hear all.
    private let end: Timestamp?
    private let context: ServiceContext
    private var index: ArchiveIndex
    private var dossiers: [DossierID: Dossier] = [:]
    private var people: [String: String] = [:]

    package convenience init(_ archive: Archive, _ context: ServiceContext, until end: Timestamp? = nil) throws {
        self.init(archive, context, try archive.index(context.folders), until: end)
    }

    /// - Parameter index: the archive's, open.
    init(_ archive: Archive, _ context: ServiceContext, _ index: ArchiveIndex, until end: Timestamp?) {
        self.archive = archive
        self.context = context
        self.index = index
        self.end = end
    }

    func hears(_ record: LogRecord) -> Bool { end.map { record.entry.time < $0 } ?? true }

    /// Whether an entry is heard; reads nothing where all are.
    func hears(_ seq: UInt64) throws -> Bool { try end == nil || hears(archive.record(seq)) }

    /// The entries of a type, in order, those among them that are not heard.
    package func entries(of type: EntryType) throws -> [UInt64] { try index.entries(with: IndexTerms.type(type)) }

    /// Some entries of a type: those after the one named, in order, or those before it, newest first; those among them that
    /// are not heard.
    package func entries(
        of type: EntryType, nextTo seq: UInt64?, newestFirst: Bool, limit: Int
    ) throws -> [UInt64] {
        try index.entries(with: IndexTerms.type(type), nextTo: seq, newestFirst: newestFirst, limit: limit)
    }

    /// How many records there are, those among them that are not heard.
    package func recordCount() throws -> Int { try index.recordCount() }

    /// The entries with a term, in order, those among them that are not heard.
    package func entries(with term: String) throws -> [UInt64] { try index.entries(with: term) }

    /// The entries that have a term or that an amendment gave it, in order.
    ///
    /// Only candidates: another amendment may have taken it away.
    package func candidates(with term: String) throws -> [UInt64] {
        let amendments = Set(try entries(of: .entryAmended))
        let seqs = try index.entries(with: term).map { seq in
            guard amendments.contains(seq), let body = try archive.record(seq).body else { return seq }
            return (try? EntryAmended(body))?.target.seq ?? seq
        }
        return Set(seqs).sorted()
    }

    /// The entries that may have all the words of a query, the best first.
    ///
    /// An index whose full text can't be read is made anew.
    package func candidates(for query: SearchQuery) throws -> [UInt64] {
        do {
            return try index.candidates(for: query, tick: context.checkInterruption)
        } catch let error as EvidenceError where error.code == .damaged {
            index = try archive.rebuiltIndex(context.folders) { _ in try context.checkInterruption() }
            return try index.candidates(for: query, tick: context.checkInterruption)
        }
    }

    // MARK: Dossiers

    /// The dossier that people call `name`, whether its opening is heard or not.
    package func dossier(named name: String, _ type: EntryType) throws -> Dossier {
        for seq in try index.entries(with: IndexTerms.name(name)) {
            if let dossier = try dossier(openedBy: seq), dossier.kind == type,
                dossier.opened.name.hasSameBytes(as: name)
            {
                return dossier
            }
        }
        throw LogReading.noDossier(name, type)
    }

    static func noDossier(_ name: String, _ type: EntryType) -> EvidenceError {
        type == .caseOpened
            ? EvidenceError(
                .inputMissing,
                en:
                    "There is no case “\(name.shown)” in this archive. evidence case list shows them; evidence case open makes one.",
                zh: "此档案中没有案件“\(name.shown)”。可用 evidence case list 查看，用 evidence case open 立案。")
            : EvidenceError(
                .inputMissing, en: "There is no inspection “\(name.shown)” in this archive.",
                zh: "此档案中没有巡查“\(name.shown)”。")
    }

    /// All dossiers of a kind, in the order in which they were opened.
    package func dossiers(_ type: EntryType) throws -> [Dossier] {
        try entries(of: type).compactMap { try dossier(openedBy: $0) }
    }

    /// The name of a dossier that an entry belongs to; nil where its opening was withdrawn.
    package func name(of id: DossierID) throws -> String? {
        if let known = dossiers[id] { return known.opened.name }
        guard let first = try index.entries(with: IndexTerms.dossier(id)).first else { return nil }
        return try dossier(openedBy: first)?.opened.name
    }

    private func dossier(openedBy seq: UInt64) throws -> Dossier? {
        let record = try archive.record(seq)
        guard let type = record.entry.type, type.opensDossier, let object = try history(of: record).object,
            let opened = try? DossierOpened(object)
        else { return nil }
        let dossier = Dossier(id: opened.id, kind: type, openedAt: seq, opened: opened)
        dossiers[opened.id] = dossier
        return dossier
    }

    /// The entries of a dossier, and those linked to it, or to a case of it, that stand elsewhere; of both those that are
    /// heard.
    package func contents(of id: DossierID) throws -> (entries: [UInt64], linked: [UInt64]) {
        let entries = try index.entries(with: IndexTerms.dossier(id)).filter { try hears($0) }
        var linked: Set<UInt64> = []
        for seq in entries {
            let record = try archive.record(seq)
            guard record.entry.type == .dossierLinked, let body = record.body, let link = try? DossierLinked(body)
            else { continue }
            linked.formUnion(link.entries.map(\.seq))
        }
        return (entries, try linked.subtracting(entries).filter { try hears($0) }.sorted())
    }

    /// What later entries that are heard say of an entry.
    ///
    /// - Parameter maySpeak: whether one of them may speak.
    package func history(
        of record: LogRecord, where maySpeak: (UInt64) -> Bool = { _ in true }
    ) throws -> EntryHistory {
        var history = EntryHistory(record)
        let seq = record.entry.seq
        let later = try index.entries(with: IndexTerms.target(seq)) + index.entries(with: IndexTerms.linked(seq))
        for seq in Set(later).sorted() where maySpeak(seq) {
            let record = try archive.record(seq)
            if hears(record) { history.absorb(record) }
        }
        return history
    }

    // MARK: People

    /// The person behind a signer's key name, as its enrolment has it.
    package func person(_ actor: String) throws -> String {
        if people.isEmpty {
            for (name, signer) in try signerState().signers { people[name] = signer.person }
        }
        return people[actor] ?? actor
    }

    /// Signers from their enrolments and revocations alone; nothing of it is signed or trusted.
    package func signerState() throws -> LogState {
        var state = LogState()
        for seq in try entries(of: .signerEnrolled) {
            guard let body = try archive.record(seq).body, let enrolled = try? SignerEnrolled(body) else { continue }
            let details = enrolled.slip.details
            state.signers[enrolled.slip.key.name] = LogState.Signer(
                key: enrolled.slip.key, person: details.person, unit: details.unit, role: details.role,
                mayEnrol: enrolled.mayEnrol, enrolledAt: seq, revokedAt: nil)
        }
        for seq in try entries(of: .signerRevoked) {
            guard let body = try archive.record(seq).body, let revoked = try? SignerRevoked(body) else { continue }
            state.signers[revoked.name]?.revokedAt = seq
        }
        return state
    }
}
