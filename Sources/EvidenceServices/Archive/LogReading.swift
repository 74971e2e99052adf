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
        /// The opening as it stands; where that was withdrawn, or is missing, no more than the dossier's identity, which is its
        /// name then.
        package let opened: DossierOpened
        /// Whether the opening was withdrawn.
        package let isWithdrawn: Bool
        /// Whether the opening's body is not there although nothing ordered it removed: damage.
        package let isMissing: Bool
        /// By whose order it was; nil where that is not heard.
        package let authority: String?

        /// Nil for what opens no dossier, and for an opening that is not of its form.
        fileprivate init?(_ history: EntryHistory) {
            let entry = history.record.entry
            guard let kind = entry.type, kind.opensDossier else { return nil }
            if let opened = history.opened {
                (id, self.opened) = (opened.id, opened)
            } else if history.object == nil, let own = entry.dossiers.first(where: { $0.n == 1 })?.id {
                id = own
                opened = DossierOpened(
                    id: own, name: own.description, title: nil, description: nil, unit: nil, content: nil)
            } else {
                return nil
            }
            isMissing = history.lacksBody
            isWithdrawn = history.object == nil && !isMissing
            self.kind = kind
            openedAt = entry.seq
            authority = history.withdrawal?.withdrawn.authority
        }

        /// What is shown for a title where the opening was withdrawn, or is missing; nil for any other.
        package var absence: Message? {
            let entry = kind == .caseOpened ? "立案条目" : "登记条目"
            if isMissing {
                return Message(
                    en: "opening missing: run evidence verify", zh: "\(entry)正文缺失：请执行 evidence verify")
            }
            guard isWithdrawn else { return nil }
            let opening = Message(en: "opening withdrawn", zh: "\(entry)已撤销")
            return Message { $0.noted(opening.text(in: $0), authority) }
        }

        /// What is to be said where its opening is missing; nil for any other.
        package var damage: EvidenceError? { isMissing ? EntryHistory.missingBody(openedAt) : nil }
    }

    package let archive: Archive
    /// Entries from this time on, by the archive's own clock, are not heard; nil to hear all.
    private let end: Timestamp?
    private let context: ServiceContext
    private var index: ArchiveIndex
    private var dossiers: [DossierID: Dossier] = [:]
    private var people: [String: String] = [:]
    /// What withdrawals order removed, and up to which size the log was read for that; empty as long as nobody asked.
    private var removals: (targets: Set<EntryReference>, size: UInt64) = ([], 0)

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
    ///
    /// - Throws: `damaged` where its opening is not there, although nothing ordered it removed.
    package func dossier(named name: String, _ type: EntryType) throws -> Dossier {
        let opening = try DossierID(hex: name).flatMap { try index.entries(with: IndexTerms.dossier($0)).first }
        for seq in try index.entries(with: IndexTerms.name(name)) + [opening].compactMap({ $0 }) {
            guard let dossier = try dossier(openedBy: seq), dossier.kind == type else { continue }
            if let damage = dossier.damage { throw damage }
            if dossier.opened.name.hasSameBytes(as: name) { return dossier }
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

    /// All dossiers of a kind, in the order in which they were opened, also those whose opening is missing: whoever shows them says
    /// so (``Dossier/damage``).
    package func dossiers(_ type: EntryType) throws -> [Dossier] {
        try entries(of: type).compactMap { try dossier(openedBy: $0) }
    }

    /// The name of a dossier that an entry belongs to: its identity where its opening was withdrawn, or is missing.
    package func name(of id: DossierID) throws -> String? {
        if let known = dossiers[id] { return known.opened.name }
        guard let first = try index.entries(with: IndexTerms.dossier(id)).first,
            let dossier = try dossier(openedBy: first), dossier.id == id
        else { return nil }
        return dossier.opened.name
    }

    /// The dossier that an entry opens; nil where it opens none.
    ///
    /// - Parameter maySpeak: whether a later entry may speak of it.
    func dossier(openedBy seq: UInt64, where maySpeak: (UInt64) -> Bool = { _ in true }) throws -> Dossier? {
        dossier(try history(of: archive.record(seq), where: maySpeak))
    }

    /// The dossier that an entry opens, from what is said of it; nil where it opens none.
    func dossier(_ history: EntryHistory) -> Dossier? {
        guard let dossier = Dossier(history) else { return nil }
        dossiers[dossier.id] = dossier
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
        try explainMissingBody(of: &history)
        return history
    }

    /// Tells a body that was withdrawn from one that is missing, where no entry that is heard here does: by any withdrawal of
    /// the log itself, whether it came later or has not reached the index.
    func explainMissingBody(of history: inout EntryHistory) throws {
        guard history.lacksBody else { return }
        if removals.size == 0 {
            removals.size = try index.meta().size
            for seq in try entries(of: .entryWithdrawn) { noteRemovals(try archive.record(seq)) }
        }
        let size = try archive.log.size()
        try archive.log.forEach(from: removals.size, below: size) { stored in
            try context.checkInterruption()
            if try Entry(parsing: stored.bytes).type == .entryWithdrawn { noteRemovals(try LogRecord(stored)) }
        }
        removals.size = size
        if removals.targets.contains(history.record.reference) { history.noteRemoval() }
    }

    private func noteRemovals(_ record: LogRecord) {
        guard let body = record.body, let withdrawn = try? EntryWithdrawn(body) else { return }
        removals.targets.formUnion(withdrawn.removed)
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
