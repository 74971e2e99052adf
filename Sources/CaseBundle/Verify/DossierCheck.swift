internal import EvidenceRecord
internal import TransparencyLog

/// Whether a bundle holds all of the dossier that it says it hands over, up to and with its own export.
struct DossierCheck {
    let description: DossierDescription?
    private let report: (Problem) -> Void
    private var places: [DossierDescription.Place] = []
    private var linked: Set<UInt64> = []
    /// Exports to others before this one, whose bodies stay with them.
    private var exports: Set<UInt64> = []
    /// Entries of the dossier that no bundle may leave without their bodies.
    private var indispensable: Set<UInt64> = []
    /// False once an entry that links others could not be read, which is a problem of its own.
    private var isLinkedKnown = true
    /// How the dossier was opened.
    private(set) var opened: DossierOpened?
    private var last: (seq: UInt64, entry: Entry, exported: BundleExported?)?

    init(_ bag: Bag, lists: (String) -> Bool, report: @escaping (Problem) -> Void) throws {
        self.report = report
        let path = BundlePart.dossier.path
        guard bag.has(path) else {
            if !lists(path) { report(.partMissing(path)) }
            description = nil
            return
        }
        guard let bytes = try bag.contents(path, limit: BundleLimit.dossier) else {
            description = nil
            return
        }
        do {
            description = try DossierDescription(parsing: bytes)
        } catch let error {
            report(.bagMalformed(path, error.reason))
            description = nil
        }
    }

    /// The signer who made the export; nil where the log does not end in one.
    var exporter: String? { last.flatMap { $0.exported == nil ? nil : $0.entry.actor } }

    mutating func absorb(_ audited: ParsedEntry, seq: UInt64) {
        last = nil
        guard let entry = audited.entry else { return }
        let exported = entry.type == .bundleExported ? audited.body.flatMap { try? BundleExported($0) } : nil
        last = (seq, entry, exported)
        guard let id = description?.dossier, let link = entry.dossiers.first(where: { $0.id == id }) else { return }
        places.append(DossierDescription.Place(n: link.n, seq: seq))
        if link.n == 1 { opened = audited.body.flatMap { try? DossierOpened($0) } }
        if entry.type?.concernsRecipient == true {
            exports.insert(seq)
        } else if entry.type?.mayBeWithheld == false {
            indispensable.insert(seq)
        }
        guard entry.type == .dossierLinked else { return }
        if let body = audited.body, let link = try? DossierLinked(body) {
            linked.formUnion(link.entries.map(\.seq))
        } else {
            isLinkedKnown = false
        }
    }

    private var members: Set<UInt64> = []

    /// - Parameters:
    ///   - withdrawn: entries whose bodies an order has removed.
    ///   - hasBody: whether the body of an entry is in the bundle.
    mutating func finish(state: LogState, withdrawn: Set<UInt64>, hasBody: (UInt64) -> Bool) {
        guard let description else { return }
        let own = places.map(\.seq)
        members = linked.union(own).union((last?.exported?.entries ?? []).map(\.seq))
        let outside = linked.subtracting(own).sorted()
        if places.isEmpty || !places.enumerated().allSatisfy({ $1.n == UInt64($0) + 1 }) {
            report(.chainIncomplete(description))
        }
        if last?.exported?.dossier != description.dossier || last?.seq != places.last?.seq {
            report(.exportMissing(description, at: last?.seq))
        }
        let withheld = Set((last?.exported?.withheld ?? []).map(\.seq)).subtracting(indispensable)
        let kept = withheld.filter { !hasBody($0) }.sorted()
        if !kept.isEmpty { report(.bodiesWithheld(kept)) }
        let mayLack = withdrawn.union(exports.subtracting(own.suffix(1))).union(withheld)
        for seq in own + outside where !hasBody(seq) && !mayLack.contains(seq) { report(.bodyNotIncluded(seq)) }
        let wanted = Set(own + outside)
        for reference in last?.exported?.entries ?? [] {
            if !wanted.contains(reference.seq), !hasBody(reference.seq) { report(.bodyNotIncluded(reference.seq)) }
        }
        let opened = state.dossiers[description.dossier]
        if opened?.kind != description.kind || description.entries != places
            || isLinkedKnown && description.linked != outside
            || opened?.name.map({ $0.hasSameBytes(as: description.name) }) == false
        {
            report(.descriptionDiffers(description))
        }
    }

    /// The dossier's entries and those linked to it of which the export says that it withheld them.
    var withheld: Set<UInt64> { own.intersection((last?.exported?.withheld ?? []).map(\.seq)) }

    /// The entries that were found to be the dossier's or linked to it.
    var own: Set<UInt64> { linked.union(places.map(\.seq)) }

    /// Whether the body of an entry that is not about signers or anchors belongs to what is handed over.
    ///
    /// Where it can't be told what the dossier is or links, which has been said, each does.
    func mayHold(_ seq: UInt64) -> Bool {
        guard description != nil, isLinkedKnown else { return true }
        return members.contains(seq)
    }

    /// The dossier's name as the log has it, else as the bundle has it.
    func name(_ state: LogState) -> String? {
        description.flatMap { state.dossiers[$0.dossier]?.name ?? $0.name }
    }
}
