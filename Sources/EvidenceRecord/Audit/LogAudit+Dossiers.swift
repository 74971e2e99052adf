internal import EvidenceCrypto
internal import TransparencyLog

/// The rules for dossiers, and for entries that say something of others.
extension LogAudit {
    func belongs(_ entry: Entry, to id: DossierID) throws {
        guard entry.dossiers.contains(where: { $0.id == id }) else {
            throw RecordError(.malformed, en: "it names a dossier that its entry is not in", zh: "正文所指案卷与条目不符")
        }
    }

    mutating func open(_ opened: DossierOpened, _ entry: Entry, at seq: UInt64) throws {
        guard let link = entry.dossiers.first(where: { $0.id == opened.id }), link.n == 1 else {
            throw RecordError(.malformed, en: "it opens a dossier that its entry does not", zh: "正文所立案卷与条目不符")
        }
        if state.dossier(named: opened.name) != nil { report(.nameTaken(seq, opened.name)) }
    }

    mutating func joinDossiers(
        _ entry: Entry, _ body: Body?, _ isUnderstood: Bool, at seq: UInt64, leafHash: Digest
    ) {
        for link in entry.dossiers where view.holds(link.id) && !foreignDossiers.contains(link.id) {
            guard var dossier = state.dossiers[link.id] else {
                if !isUnderstood, link.n == 1 {
                    foreignDossiers.insert(link.id)
                    continue
                }
                // Its body says which one an opening opens; any other that it joins is there already.
                let opened = body.flatMap { try? DossierOpened($0) }?.id
                let named = entry.dossiers.first { $0.id == opened }?.id
                guard link.n == 1, let type = entry.type, type.opensDossier, named ?? link.id == link.id,
                    entry.dossiers.count(where: { $0.n == 1 }) == 1
                else {
                    report(.dossierUnopened(seq, link))
                    continue
                }
                let parent = entry.dossiers.first { $0.id != link.id }?.id
                let name = body.flatMap { try? DossierOpened($0) }?.name
                state.set(
                    LogState.Dossier(
                        kind: type, name: name, openedAt: seq, parent: type == .caseOpened ? parent : nil, count: 1,
                        head: leafHash),
                    id: link.id)
                continue
            }
            let next = dossier.count + 1
            if link.n < next {
                report(.dossierForked(seq, link, next: next))
            } else if link.n > next {
                report(.dossierGap(seq, link, next: next))
            } else if link.prev != dossier.head {
                report(.dossierChainBroken(seq, link, head: dossier.head))
            }
            dossier.count = max(dossier.count, link.n)
            dossier.head = leafHash
            state.set(dossier, id: link.id)
        }
    }

    /// Holds an entry that says something of others against the rules for its targets.
    ///
    /// - Returns: the targets that it may have, with the type of each that is known and could be read as it was then.
    @discardableResult
    func correct(
        _ targets: [EntryReference], by entry: Entry, _ type: EntryType, at seq: UInt64
    ) throws -> [(seq: UInt64, type: EntryType?)] {
        try targets.compactMap { reference in
            guard reference.seq < seq else {
                report(.targetInvalid(seq, reference))
                return nil
            }
            let bytes = try readEntry(reference.seq)
            // Of an entry that the view has not, no more is known than that the reference leads to it.
            if bytes == nil, try readLeaf(reference.seq) == reference.leafHash { return (reference.seq, nil) }
            guard let bytes, let target = try? Entry(parsing: bytes), type.mayTarget(target.type)
            else {
                report(.targetInvalid(seq, reference))
                return nil
            }
            // Past the most dossiers that an entry may have, others in its commit carry the rest.
            // Where entries were moved, numbers lead to others; that they were moved has been said.
            if lastShift == 0, entry.dossiers.count < Entry.mostDossiers,
                let omitted = target.dossiers.first(where: { link in !entry.dossiers.contains { $0.id == link.id } })
            {
                report(.dossierOmitted(seq, reference, omitted.id))
            }
            return (reference.seq, MerkleHash.leaf(bytes) == reference.leafHash ? target.type : nil)
        }
    }
}
