internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
internal import Inspection
package import SystemPackage

/// `evidence case open|link|list|show` and the same of inspections: a dossier of either kind.
package struct ManageCases {
    package struct Opening {
        /// Nil to take that of the bundle.
        package let name: String?
        package let title: String?
        package let description: String?
        package let unit: String?
        package let content: String?
        package let inspection: String?
        package var details = DossierDetails()
        /// A bundle of the same case from another archive, whose words hold where none are given here.
        package var joins: FilePath?

        package init(
            name: String?, title: String?, description: String?, unit: String?, content: String?, inspection: String?
        ) {
            self.name = name
            self.title = title
            self.description = description
            self.unit = unit
            self.content = content
            self.inspection = inspection
        }
    }

    /// A case with what belongs to it.
    package struct Overview: Sendable {
        package let dossier: LogReading.Dossier
        package let openedBy: String
        package let opened: Timestamp
        /// Its own entries, in order.
        package let entries: [UInt64]
        /// Entries that stand elsewhere and were linked.
        package let linked: [UInt64]
    }

    package let context: ServiceContext
    private let kind: EntryType

    /// - Parameter kind: the type that opens a dossier of the kind that is managed.
    package init(_ context: ServiceContext, _ kind: EntryType = .caseOpened) {
        self.context = context
        self.kind = kind
    }

    /// - Returns: also the name of what was opened.
    package func open(_ opening: Opening) throws -> (name: String, commit: CommitResult) {
        let other = try opening.joins.map { path in
            guard let bundle = try ReadBundle(context).run(path) else {
                throw EvidenceError(
                    .badInput, en: "“\(path.shown)” is no bundle of a case: there is nothing to join.",
                    zh: "“\(path.shown)”不是案卷包，无法据以并案。")
            }
            return bundle
        }
        let name = opening.name ?? other?.opened.name ?? ""
        guard DossierName.isValid(name) else {
            throw EvidenceError(
                .usage,
                en: "“\(name.shown)” is no name for a case or inspection: use 1 to 64 characters without line breaks.",
                zh: "“\(name.shown)”不能用作案件或巡查的名称：请用 1 至 64 个字符，不含换行。")
        }
        // Names are typed, printed and compared by eye.
        guard name.shown.hasSameBytes(as: name), name.first?.isWhitespace == false, name.last?.isWhitespace == false
        else {
            throw EvidenceError(
                .usage,
                en:
                    "“\(name.shown)” begins or ends with a blank, or has something in it that can't be seen. Leave that out of the name.",
                zh: "“\(name.shown)”首尾有空白，或含有不可见字符。请去掉后重试。")
        }
        guard DossierID(hex: String(String.UnicodeScalarView(FoldedText(name).scalars))) == nil else {
            throw EvidenceError(
                .usage,
                en:
                    "“\(name.shown)” looks like a number that archives give their cases themselves, by which one is found whose name is gone. Choose another name.",
                zh: "“\(name.shown)”形同档案自行编定的案卷编号，名称不存的案卷须凭此查找。请另选名称。")
        }
        if let content = opening.content, ContentItem(rawValue: content) == nil {
            throw RecordDescription.badContent(content)
        }
        guard let id = DossierID(try context.random(DossierID.size)) else { throw ManageCases.noRandom }
        var details = opening.details
        try details.useIdentifiers()
        let archive = try context.openArchive()
        if let other, other.dossier.key == archive.created.key {
            throw EvidenceError(
                .badInput, en: "The bundle is from this archive itself; its case is here already.",
                zh: "该案卷包出自本档案，案件已在此档案中。")
        }
        var opened = DossierOpened(
            id: id, name: name, title: opening.title ?? other?.opened.title,
            description: opening.description ?? other?.opened.description,
            unit: opening.unit ?? other?.opened.unit, content: opening.content ?? other?.opened.content,
            joins: other?.dossier)
        opened.details = details
        var members = opened.json
        for member in other?.opened.details.json.members ?? [] where members[member.name] == nil {
            members[member.name] = member.value
        }
        let body = try context.body(members)
        let commit = try context.commit(archive) { state in
            if state.dossier(named: name) != nil {
                throw EvidenceError(
                    .badInput,
                    en: "“\(name.shown)” is the name of another case or inspection in this archive. Choose another.",
                    zh: "“\(name.shown)”已是此档案中另一案卷的名称，请另选。")
            }
            let folded = FoldedText(name).scalars
            if let other = state.dossiers.values.compactMap(\.name).first(where: { FoldedText($0).scalars == folded }) {
                throw EvidenceError(
                    .badInput,
                    en:
                        "“\(name.shown)” looks like “\(other.shown)”, the name of another case or inspection in this archive. Choose another.",
                    zh: "“\(name.shown)”与此档案中另一案卷“\(other.shown)”的名称看上去相同，请另选。")
            }
            let parent = try opening.inspection.map { try ManageCases.dossier(named: $0, .inspectionOpened, state).id }
            return [Draft(kind, dossiers: [id] + (parent.map { [$0] } ?? []), body: body)]
        }
        return (name, commit)
    }

    private static let noRandom = EvidenceError(
        .internalFault, en: "The random generator failed.", zh: "随机数生成失败。")

    /// The dossier of a name, in the state that a commit starts from; by its identity too, which is its name where the opening was
    /// withdrawn.
    static func dossier(
        named name: String, _ type: EntryType, _ state: LogState
    ) throws -> (id: DossierID, dossier: LogState.Dossier) {
        let identified = DossierID(hex: name).flatMap { id in state.dossiers[id].map { (id: id, dossier: $0) } }
        guard let found = state.dossier(named: name) ?? identified, found.dossier.kind == type else {
            throw LogReading.noDossier(name, type)
        }
        return found
    }

    /// Says that entries belong to a case although they were written outside it.
    package func link(_ name: String, _ seqs: [UInt64]) throws -> CommitResult {
        let archive = try context.openArchive()
        let records = try Set(seqs).sorted().map { seq in
            let record = try archive.record(seq)
            guard record.entry.type?.isFixed != true else {
                throw EvidenceError(
                    .badInput, en: "Entry \(seq) is about the archive's signers and belongs to no case.",
                    zh: "第 \(seq) 条关于签名人，不属于任何案件。")
            }
            return record
        }
        return try context.commit(archive) { state in
            let id = try ManageCases.dossier(named: name, kind, state).id
            let contents = try LogReading(archive, context).contents(of: id)
            let members = Set(contents.entries + contents.linked)
            if let known = records.first(where: { members.contains($0.entry.seq) }) {
                throw EvidenceError(
                    .badInput, en: "Entry \(known.entry.seq) belongs to “\(name.shown)” already.",
                    zh: "第 \(known.entry.seq) 条已属于“\(name.shown)”。")
            }
            return [try ManageCases.linkDraft(records.map(\.reference), to: id, state, context, archive)]
        }
    }

    /// The draft that links entries to a dossier, with what amends, withdraws or hands them on: nobody is handed a record
    /// without its corrections.
    static func linkDraft(
        _ records: [EntryReference], to id: DossierID, _ state: LogState, _ context: ServiceContext, _ archive: Archive
    ) throws -> Draft {
        let parent = state.dossiers[id]?.parent
        let corrections = try CorrectRecords(context).followers(of: records, in: archive)
        let references = Set(records + corrections).sorted { $0.seq < $1.seq }
        let body = try context.body(DossierLinked(dossier: id, entries: references).json)
        return Draft(.dossierLinked, dossiers: [id] + (parent.map { [$0] } ?? []), body: body)
    }

    package func list() throws -> [Overview] {
        let reading = try LogReading(try context.openArchive(), context)
        return try reading.dossiers(kind).map { try overview($0, reading) }
    }

    package func show(_ name: String) throws -> (overview: Overview, reading: LogReading) {
        let reading = try LogReading(try context.openArchive(), context)
        return (try overview(try reading.dossier(named: name, kind), reading), reading)
    }

    private func overview(_ dossier: LogReading.Dossier, _ reading: LogReading) throws -> Overview {
        let record = try reading.archive.record(dossier.openedAt)
        let contents = try reading.contents(of: dossier.id)
        return Overview(
            dossier: dossier, openedBy: try reading.person(record.entry.actor), opened: record.entry.time,
            entries: contents.entries, linked: contents.linked)
    }
}
