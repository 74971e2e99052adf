internal import CaseBundle
internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceRecord
internal import Pages
internal import TransparencyLog

/// A case as a bundle's pages tell it: read entry by entry, in the order of the log, up to the export.
///
/// Nothing of it depends on the exporter's language, nor on whom he trusts.
struct CaseStory {
    private let context: ServiceContext
    private let reading: LogReading
    private let dossier: DossierID
    /// The dossier's entries and those linked to it, in order.
    private let seqs: [UInt64]
    private let included: Set<UInt64>
    private let path: (FileRecord) -> String
    private let export: UInt64
    private let signers: [String: LogState.Signer]
    private let times: StatedTimes
    private var head: CaseHead

    /// - Parameters:
    ///   - name: what people call the dossier.
    ///   - kind: the type that opens it.
    ///   - included: the entries whose bodies are in the bundle.
    ///   - isSlim: whether entries of other dossiers are left out.
    ///   - commit: that of the export.
    ///   - anchors: how many anchors the log records.
    ///   - agent: the program with its version.
    ///   - path: where the bundle has a file that it holds.
    init(
        _ archive: Archive, _ context: ServiceContext, name: String, kind: EntryType, included: Set<UInt64>,
        isSlim: Bool, commit: CommitResult, anchors: UInt64, agent: String, path: @escaping (FileRecord) -> String
    ) throws {
        self.context = context
        self.included = included
        self.path = path
        export = commit.first
        reading = try LogReading(archive, context)
        let found = try reading.dossier(named: name, kind)
        dossier = found.id
        let contents = try reading.contents(of: dossier)
        seqs = (contents.entries + contents.linked).sorted()
        signers = try reading.signerState().signers
        times = try StatedTimes(
            archive.log, count: anchors, recording: try reading.entries(of: .checkpointAnchored))

        let (opening, last) = (try archive.record(found.openedAt), try archive.record(export))
        let body = last.body.flatMap { try? BundleExported($0) }
        head = CaseHead(
            origin: archive.created.origin, archiveTitle: archive.created.title, kind: found.kind,
            opened: found.opened, openedAt: opening.entry.time,
            openedBy: CaseStory.person(opening.entry.actor, signers), counts: CaseHead.Counts(),
            export: CaseHead.Export(
                time: last.entry.time, person: CaseStory.person(last.entry.actor, signers),
                recipient: body?.recipient, purpose: body?.purpose, agent: agent),
            size: commit.checkpoint.size, root: commit.checkpoint.root, isSlim: isSlim, zone: context.zone)
        var counts = CaseHead.Counts()
        try forEach { counts.add($0) }
        head.counts = counts
    }

    /// Writes one of the bundle's pages.
    func write(_ page: BundlePage, _ take: ([UInt8]) throws -> Void) throws {
        switch page {
        case .index:
            let page = IndexPage(head)
            try take(page.beginning.bytes)
            try forEach { try take(page.entry($0).bytes) }
            let people = signers.values.sorted { $0.enrolledAt < $1.enrolledAt }
            try take(page.end(signers: people.map { ($0.key.name, $0.details) }).bytes)
        case .print:
            let page = PrintPage(head)
            try take(page.beginning.bytes)
            try forEach { try take(page.entry($0).bytes) }
            try take(page.end.bytes)
        }
    }

    private func forEach(_ body: (StoryItem) throws -> Void) throws {
        for seq in seqs {
            try context.checkInterruption()
            try body(try item(seq))
        }
    }

    private func item(_ seq: UInt64) throws -> StoryItem {
        // What is not in the bundle does not speak on its pages either.
        let history = try reading.history(of: try reading.archive.record(seq), where: included.contains)
        let entry = history.record.entry
        let content: StoryItem.Content =
            if included.contains(seq) {
                .included
            } else if history.withdrawal != nil || history.record.body == nil {
                .withdrawn
            } else {
                entry.type?.concernsRecipient == true ? .earlierExport : .withheld
            }
        let records =
            [history.record, history.withdrawal?.record].compactMap { $0 } + history.amendments.map(\.record)
            + history.custody.map(\.record) + history.openings.map(\.record) + history.receipts.map(\.record)
        let files = content == .included ? history.evidence?.files ?? [] : []
        return StoryItem(
            n: entry.dossiers.first { $0.id == dossier }?.n, history: history, content: content,
            outside: times.bracket(of: seq),
            people: Dictionary(
                records.map { ($0.entry.actor, CaseStory.person($0.entry.actor, signers)) },
                uniquingKeysWith: { one, _ in one }),
            paths: Dictionary(
                files.filter { $0.held == .stored }.map { ($0.sha256, path($0)) },
                uniquingKeysWith: { one, _ in one }))
    }

    private static func person(_ actor: String, _ signers: [String: LogState.Signer]) -> PersonDetails {
        signers[actor]?.details ?? PersonDetails(person: actor, unit: nil, role: nil)
    }
}

extension LogState.Signer {
    fileprivate var details: PersonDetails { PersonDetails(person: person, unit: unit, role: role) }
}
