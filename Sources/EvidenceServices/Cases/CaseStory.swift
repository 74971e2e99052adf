internal import CaseBundle
internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceRecord
internal import Pages
internal import TransparencyLog

/// A case as pages tell it: read entry by entry, in the order of the log, up to where it ends for them, at the moment that is
/// read.
///
/// Nothing of it depends on the reader's language, nor, where it leaves the archive, on whom they trust.
struct CaseStory {
    /// How much of the case is told.
    struct Extent {
        /// What is left out does not speak on the pages either.
        let includes: (UInt64) -> Bool
        let isSlim: Bool
        /// The entry by which the case leaves the archive, and the program with its version; nil where it stays.
        let export: (seq: UInt64, agent: String)?
        /// The log's size and root, to the export where there is one.
        let size: UInt64
        let root: Digest
        /// How many anchors the log records.
        let anchors: UInt64
        /// Whom the reader trusts of those who state outside times; nil where nobody knows who reads it.
        let trust: AnchorTrust?
    }

    /// What a page has of a stored file.
    enum Shown {
        /// The file, at a path from the page on.
        case file(String)
        /// A small picture of it, as an address that holds the picture.
        case still(String)
        case nothing
    }

    let head: CaseHead
    private let context: ServiceContext
    private let reading: LogReading
    private let dossier: DossierID
    /// The dossier's entries and those linked to it, in order.
    private let seqs: [UInt64]
    private let extent: Extent
    private let shown: (FileRecord) throws -> Shown
    private let signers: [String: LogState.Signer]
    private let times: StatedTimes

    /// - Parameters:
    ///   - dossier: as people see it.
    ///   - shown: what the pages have of a stored file.
    init(
        _ reading: LogReading, _ context: ServiceContext, _ dossier: LogReading.Dossier, _ extent: Extent,
        shown: @escaping (FileRecord) throws -> Shown
    ) throws {
        self.context = context
        self.reading = reading
        self.extent = extent
        self.shown = shown
        self.dossier = dossier.id
        let archive = reading.archive
        let contents = try reading.contents(of: dossier.id)
        seqs = (contents.entries + contents.linked).sorted()
        let signers = try reading.signerState().signers
        self.signers = signers
        let id = dossier.id
        let times = try StatedTimes(
            archive.log, to: extent.trust, count: extent.anchors,
            recording: try reading.entries(of: .checkpointAnchored),
            where: reading.hears)
        self.times = times

        let opening = try archive.record(dossier.openedAt)
        let export = try extent.export.map { export in
            let last = try archive.record(export.seq)
            let body = last.body.flatMap { try? BundleExported($0) }
            return CaseHead.Export(
                time: last.entry.time, person: CaseStory.person(last.entry.actor, signers),
                recipient: body?.recipient, purpose: body?.purpose, agent: export.agent)
        }
        var counts = CaseHead.Counts()
        try CaseStory.forEach(seqs, context) { seq in
            counts.add(try CaseStory.item(seq, reading, id, extent, signers, times) { _ in .nothing })
        }
        head = CaseHead(
            origin: archive.created.origin, archiveTitle: archive.created.title, kind: dossier.kind,
            opened: dossier.opened, openedAt: opening.entry.time,
            openedBy: CaseStory.person(opening.entry.actor, signers), counts: counts, export: export,
            size: extent.size, root: extent.root, isSlim: extent.isSlim, zone: context.zone)
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

    /// Calls `body` with each entry, in order.
    ///
    /// - Parameter withFiles: whether what pages have of files is wanted, which may take long.
    func forEach(withFiles: Bool = true, _ body: (StoryItem) throws -> Void) throws {
        try CaseStory.forEach(seqs, context) { seq in
            try body(
                try CaseStory.item(seq, reading, dossier, extent, signers, times) { file in
                    withFiles ? try shown(file) : .nothing
                })
        }
    }

    private static func forEach(
        _ seqs: [UInt64], _ context: ServiceContext, _ body: (UInt64) throws -> Void
    ) throws {
        for seq in seqs {
            try context.checkInterruption()
            try body(seq)
        }
    }

    private static func item(
        _ seq: UInt64, _ reading: LogReading, _ dossier: DossierID, _ extent: Extent,
        _ signers: [String: LogState.Signer], _ times: StatedTimes, shown: (FileRecord) throws -> Shown
    ) throws -> StoryItem {
        // What is not there does not speak on the pages either.
        let history = try reading.history(of: try reading.archive.record(seq), where: extent.includes)
        try history.requireBody()
        let entry = history.record.entry
        let content: StoryItem.Content =
            if history.record.body != nil, extent.includes(seq) {
                .included
            } else if history.withdrawal != nil || history.record.body == nil {
                .withdrawn
            } else {
                entry.type?.concernsRecipient == true ? .earlierExport : .withheld
            }
        let records =
            [history.record, history.withdrawal?.record].compactMap { $0 } + history.amendments.map(\.record)
            + history.custody.map(\.record) + history.openings.map(\.record) + history.receipts.map(\.record)
        var paths: [Digest: String] = [:]
        var stills: [Digest: String] = [:]
        for file in content == .included ? history.evidence?.files ?? [] : [] where file.held == .stored {
            switch try shown(file) {
            case .file(let path): paths[file.sha256] = path
            case .still(let address): stills[file.sha256] = address
            case .nothing: break
            }
        }
        return StoryItem(
            n: entry.dossiers.first { $0.id == dossier }?.n, history: history, content: content,
            outside: times.brackets(of: seq),
            people: Dictionary(
                records.map { ($0.entry.actor, CaseStory.person($0.entry.actor, signers)) },
                uniquingKeysWith: { one, _ in one }), paths: paths, stills: stills)
    }

    private static func person(_ actor: String, _ signers: [String: LogState.Signer]) -> PersonDetails {
        signers[actor]?.details ?? PersonDetails(person: actor, unit: nil, role: nil)
    }
}

extension LogState.Signer {
    fileprivate var details: PersonDetails { PersonDetails(person: person, unit: unit, role: role) }
}
