internal import EvidenceArchive
internal import EvidenceCrypto
package import EvidenceRecord
package import TransparencyLog

/// `evidence amend|withdraw|custody`: what later turns out of a record, each time as a new entry.
///
/// Nothing is overwritten. What an entry of these belongs to is taken from the log itself and not from the index, since it
/// is signed.
package struct CorrectRecords {
    /// What came of it.
    package struct Result: Sendable {
        /// The new entry.
        package let entry: EntryReference
        package let checkpoint: Checkpoint
        /// Whether a withdrawal has yet to be carried out: a warning has said why.
        package fileprivate(set) var isContentLeft = false
    }

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// Removes a record by order: its entry stays, its body, its amendments' bodies and its files go.
    package func withdraw(_ seq: UInt64, authority: String, reason: String) throws -> Result {
        try CorrectRecords.require(authority, "--authority", reason, "--reason")
        var opening: DossierID?
        var result = try correct(seq, as: .entryWithdrawn) { history in
            try CorrectRecords.refuseWithdrawn(history)
            // An order to remove what is missing already would make damage look as if it had been ordered.
            try history.requireBody()
            opening = history.opened?.id
            return EntryWithdrawn(
                target: history.record.reference, amendments: history.amendments.map(\.record.reference),
                authority: authority, reason: reason
            ).json
        }
        CopiesToLookAt(context).removeAll()
        result.isContentLeft = try context.openArchive().record(seq).bodyBytes != nil
        if let opening {
            context.warn(
                Message(
                    en:
                        "Entry \(seq) opened a case or inspection. That stays, with all that belongs to it; with the opening its name is gone, and it is called \(opening) from now on.",
                    zh: "第 \(seq) 条是案件或巡查的开立条目。该案卷及其全部内容仍在；名称已随开立条目一并移除，此后以 \(opening) 称之。"))
        }
        return result
    }

    /// Records that material passed from one hand into another.
    package func moveCustody(
        _ seq: UInt64, from: String, to: String, at: ClaimedTime?, description: String?
    ) throws -> Result {
        try CorrectRecords.require(from, "--from", to, "--to")
        return try correct(seq, as: .custodyMoved) { history in
            CustodyMoved(target: history.record.reference, from: from, to: to, at: at, description: description).json
        }
    }

    // MARK: What they share

    /// Appends an entry about another one, in all dossiers that the other belongs to.
    ///
    /// - Parameter body: the new entry's members, from what the log says of the other under the lock.
    func correct(
        _ seq: UInt64, as type: EntryType, body: (EntryHistory) throws -> JSONObject
    ) throws -> Result {
        let archive = try context.openArchive()
        try CorrectRecords.requireTarget(try archive.record(seq), type)
        let keys = try context.unlock(archive)
        let session = try context.appendSession(archive)
        let history = try history(of: seq, in: archive)
        let dossiers = history.dossiers
        let draft = Draft(
            type, dossiers: Array(dossiers.prefix(Entry.mostDossiers)), body: try context.body(try body(history)))
        let commit = try session.commit([draft], keys: keys)
        for warning in commit.warnings { context.warn(warning) }
        let entry = EntryReference(seq: commit.first, leafHash: commit.leafHashes[0])
        let rest = dossiers.dropFirst(Entry.mostDossiers)
        guard !rest.isEmpty else { return Result(entry: entry, checkpoint: commit.checkpoint) }
        // What one entry can't carry is linked, in a commit of its own: a link names the leaf hash of what it links.
        let links = try rest.map { id in
            Draft(
                .dossierLinked, dossiers: [id],
                body: try context.body(DossierLinked(dossier: id, entries: [entry]).json))
        }
        let linked = try session.commit(links, keys: keys)
        for warning in linked.warnings { context.warn(warning) }
        return Result(entry: entry, checkpoint: linked.checkpoint)
    }

    /// What later entries say of an entry, as the log itself has it.
    func history(of seq: UInt64, in archive: Archive) throws -> EntryHistory {
        var history = EntryHistory(try archive.record(seq))
        try forEachCorrection(in: archive, from: seq + 1) { history.absorb($0) }
        return history
    }

    /// The entries that amend, withdraw or hand on any of these, as the log itself has it.
    func followers(of references: [EntryReference], in archive: Archive) throws -> [EntryReference] {
        guard let first = references.map(\.seq).min() else { return [] }
        let wanted = Set(references)
        var followers: [EntryReference] = []
        try forEachCorrection(in: archive, from: first + 1) { record in
            let target = record.body?.object["target"].flatMap { EntryReference(json: $0) }
            if let target, wanted.contains(target) { followers.append(record.reference) }
        }
        return followers
    }

    private func forEachCorrection(
        in archive: Archive, from seq: UInt64, _ body: (LogRecord) throws -> Void
    ) throws {
        try archive.log.forEach(from: seq, below: try archive.log.size()) { stored in
            try context.checkInterruption()
            switch try Entry(parsing: stored.bytes).type {
            case .entryAmended, .entryWithdrawn, .custodyMoved, .recordOpened, .bundleReceived,
                .dossierLinked:
                try body(try LogRecord(stored))
            default: break
            }
        }
    }

    private static func requireTarget(_ record: LogRecord, _ type: EntryType) throws {
        if type.mayTarget(record.entry.type), record.entry.type != nil { return }
        let seq = record.entry.seq
        let what = record.entry.typeName.shown
        throw switch type {
        case .custodyMoved:
            EvidenceError(
                .badInput, en: "Entry \(seq) is no evidence but \(what); only evidence changes hands.",
                zh: "第 \(seq) 条不是证据（\(what)）；只有证据可以移交保管。")
        case .entryAmended where record.entry.type == .entryAmended:
            EvidenceError(
                .badInput, en: "Entry \(seq) is itself an amendment. Amend the record that it amends once more.",
                zh: "第 \(seq) 条本身是一次更正。请对其所更正的记录再作更正。")
        default:
            EvidenceError(
                .badInput, en: "Entry \(seq) is \(what), which stays as it is.",
                zh: "第 \(seq) 条为 \(what)，不可更正或撤销。")
        }
    }

    static func refuseWithdrawn(_ history: EntryHistory) throws {
        guard let withdrawal = history.withdrawal else { return }
        throw EvidenceError(
            .badInput,
            en: "Entry \(history.record.entry.seq) was withdrawn already, by entry \(withdrawal.record.entry.seq).",
            zh: "第 \(history.record.entry.seq) 条已由第 \(withdrawal.record.entry.seq) 条撤销。")
    }

    static func require(_ values: String...) throws {
        for index in stride(from: 0, to: values.count, by: 2)
        where values[index].allSatisfy(\.isWhitespace) {
            throw EvidenceError(
                .usage, en: "\(values[index + 1]) may not be empty.", zh: "\(values[index + 1]) 不能为空。")
        }
    }
}
