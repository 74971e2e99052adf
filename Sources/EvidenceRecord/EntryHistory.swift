/// What later entries say of one entry: how it was amended, withdrawn, handed on, opened, signed for, and linked to dossiers.
///
/// Nothing here is overwritten: the entry and its body stay in the log as they were written, and this says what they amount
/// to now. FORMAT.md §6 and §7.
package struct EntryHistory: Sendable {
    /// An amendment with what it replaced.
    package struct Amendment: Sendable {
        package let record: LogRecord
        package let amended: EntryAmended
        /// The values that it replaced; a member that was absent before is not among them.
        package let former: JSONObject
        /// False where it would leave something that is not of the entry's type: it is passed over then, as if it did not speak.
        package let isApplied: Bool
    }

    package struct Withdrawal: Sendable {
        package let record: LogRecord
        /// Nil where the withdrawal's own body can't be read.
        package let withdrawn: EntryWithdrawn
    }

    package struct Custody: Sendable {
        package let record: LogRecord
        package let moved: CustodyMoved
    }

    package struct Opening: Sendable {
        package let record: LogRecord
        package let opened: RecordOpened
    }

    package struct Receipt: Sendable {
        package let record: LogRecord
        package let received: BundleReceived
    }

    package let record: LogRecord
    package private(set) var amendments: [Amendment] = []
    /// Whether it says something else than was written first.
    package var isAmended: Bool { amendments.contains(where: \.isApplied) }
    package private(set) var withdrawal: Withdrawal?
    package private(set) var custody: [Custody] = []
    /// Who looked into it, where it is sealed and they said so.
    package private(set) var openings: [Opening] = []
    /// Who signed for having received it, where it is an export.
    package private(set) var receipts: [Receipt] = []
    /// The dossiers that it was linked to afterwards.
    package private(set) var linkedDossiers: [DossierID] = []
    /// The entries that amend it, hand it on, open it or withdraw it, in log order, with or without their bodies.
    package private(set) var followers: [EntryReference] = []
    /// The body's members with all amendments applied; nil where the body was removed, or is missing.
    ///
    /// Where the body is of the form that its type asks for, this is too: amendments that would break it are passed over.
    package private(set) var object: JSONObject?
    /// Whether a withdrawal orders the body removed, be it one that is heard here or not.
    package private(set) var isOrderedRemoved = false

    package init(_ record: LogRecord) {
        self.record = record
        object = record.body?.object
    }

    /// Whether the body is not there although no withdrawal that is known here ordered it removed: damage, and no withdrawal.
    package var lacksBody: Bool { record.body == nil && !isOrderedRemoved }

    /// Refuses an entry that ``lacksBody``.
    ///
    /// - Throws: `damaged`.
    package func requireBody() throws(EvidenceError) {
        if lacksBody { throw EntryHistory.missingBody(record.entry.seq) }
    }

    /// That the body of an entry is not there, although nothing ordered it removed.
    package static func missingBody(_ seq: UInt64) -> EvidenceError {
        let missing = Problem.bodyMissing(seq).explanation
        return EvidenceError(
            .damaged, en: "\(missing.en) Run evidence verify.", zh: "\(missing.zh)请执行 evidence verify。")
    }

    /// Says that a withdrawal which is not heard here orders the body removed.
    package mutating func noteRemoval() { isOrderedRemoved = true }

    /// The dossiers that it belongs to, by its own links or by later ones.
    package var dossiers: [DossierID] {
        let own = record.entry.dossiers.map(\.id)
        return own + linkedDossiers.filter { !own.contains($0) }
    }

    /// Takes what a later entry says of this one; any other entry changes nothing.
    ///
    /// To be called in log order.
    package mutating func absorb(_ later: LogRecord) {
        guard later.entry.seq > record.entry.seq, let body = later.body else { return }
        switch later.entry.type {
        case .entryAmended:
            guard let amended = try? EntryAmended(body), amended.target == record.reference else { return }
            followers.append(later.reference)
            guard let before = object else { return }
            var former = JSONObject()
            for name in amended.set.members.map(\.name) + amended.unset { former[name] = before[name] }
            let after = amended.applied(to: before)
            let isApplied = record.entry.type.map { (try? $0.requireForm(of: after)) != nil } ?? true
            if isApplied { object = after }
            amendments.append(Amendment(record: later, amended: amended, former: former, isApplied: isApplied))
        case .entryWithdrawn:
            guard let withdrawn = try? EntryWithdrawn(body), withdrawn.removed.contains(record.reference) else {
                return
            }
            if withdrawn.target == record.reference { followers.append(later.reference) }
            if withdrawal == nil { withdrawal = Withdrawal(record: later, withdrawn: withdrawn) }
            noteRemoval()
            object = nil
        case .custodyMoved:
            guard let moved = try? CustodyMoved(body), moved.target == record.reference else { return }
            followers.append(later.reference)
            custody.append(Custody(record: later, moved: moved))
        case .recordOpened:
            guard let opened = try? RecordOpened(body), opened.target == record.reference else { return }
            followers.append(later.reference)
            openings.append(Opening(record: later, opened: opened))
        case .bundleReceived:
            guard let received = try? BundleReceived(body), received.target == record.reference else { return }
            followers.append(later.reference)
            receipts.append(Receipt(record: later, received: received))
        case .dossierLinked:
            guard let link = try? DossierLinked(body), link.entries.contains(record.reference) else { return }
            // What a case has, the inspection has that the link belongs to as well, and has to get its corrections.
            for id in [link.dossier] + later.entry.dossiers.map(\.id) where !linkedDossiers.contains(id) {
                linkedDossiers.append(id)
            }
        default: return
        }
    }

    /// What the record says now, as evidence; nil where it is none, or where its body was removed.
    package var evidence: EvidenceAdded? {
        record.entry.type == .evidenceAdded ? object.flatMap { try? EvidenceAdded($0) } : nil
    }
}
