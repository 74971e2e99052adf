internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
internal import Inspection

/// `evidence case open|link|list|show`.
package struct ManageCases {
    package struct Opening {
        package let name: String
        package let title: String?
        package let description: String?
        package let unit: String?
        package let content: String?
        package let inspection: String?

        package init(
            name: String, title: String?, description: String?, unit: String?, content: String?, inspection: String?
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

    package init(_ context: ServiceContext) { self.context = context }

    package func open(_ opening: Opening) throws -> CommitResult {
        guard DossierName.isValid(opening.name) else {
            throw EvidenceError(
                .usage,
                en: "“\(opening.name.shown)” is no name for a case: use 1 to 64 characters without line breaks.",
                zh: "“\(opening.name.shown)”不能用作案件名称：请用 1 至 64 个字符，不含换行。")
        }
        if let content = opening.content, ContentItem(rawValue: content) == nil {
            throw RecordDescription.badContent(content)
        }
        guard let id = DossierID(try context.random(DossierID.size)) else { throw ManageCases.noRandom }
        let archive = try context.openArchive()
        let body = try context.body(
            DossierOpened(
                id: id, name: opening.name, title: opening.title, description: opening.description, unit: opening.unit,
                content: opening.content
            ).json)
        return try context.commit(archive) { state in
            if state.dossier(named: opening.name) != nil {
                throw EvidenceError(
                    .badInput,
                    en:
                        "“\(opening.name.shown)” is the name of another case or inspection in this archive. Choose another.",
                    zh: "“\(opening.name.shown)”已是此档案中另一案卷的名称，请另选。")
            }
            let parent = try opening.inspection.map { try ManageCases.dossier(named: $0, .inspectionOpened, state).id }
            return [Draft(.caseOpened, dossiers: [id] + (parent.map { [$0] } ?? []), body: body)]
        }
    }

    private static let noRandom = EvidenceError(
        .internalFault, en: "The random generator failed.", zh: "随机数生成失败。")

    /// The dossier of a name, in the state that a commit starts from.
    static func dossier(
        named name: String, _ type: EntryType, _ state: LogState
    ) throws -> (id: DossierID, dossier: LogState.Dossier) {
        guard let found = state.dossier(named: name), found.dossier.kind == type else {
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
            let id = try ManageCases.dossier(named: name, .caseOpened, state).id
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
        return try reading.dossiers(.caseOpened).map { try overview($0, reading) }
    }

    package func show(_ name: String) throws -> (overview: Overview, reading: LogReading) {
        let reading = try LogReading(try context.openArchive(), context)
        return (try overview(try reading.dossier(named: name, .caseOpened), reading), reading)
    }

    private func overview(_ dossier: LogReading.Dossier, _ reading: LogReading) throws -> Overview {
        let record = try reading.archive.record(dossier.openedAt)
        let contents = try reading.contents(of: dossier.id)
        return Overview(
            dossier: dossier, openedBy: try reading.person(record.entry.actor), opened: record.entry.time,
            entries: contents.entries, linked: contents.linked)
    }
}
