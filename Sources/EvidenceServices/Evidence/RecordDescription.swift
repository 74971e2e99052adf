internal import EvidenceCrypto
package import EvidenceRecord
internal import Inspection
internal import SystemPackage
internal import TransparencyLog

/// What a person says of a record; what its files show of themselves comes with them.
package struct RecordDescription: Sendable {
    /// Nil to tell it from the files.
    package var kind: String?
    /// Nil to take the first file's name.
    package var title: String?
    package var description: String?
    package var cases: [String] = []
    package var inspection: String?
    package var occurredFrom: ClaimedTime?
    package var occurredTo: ClaimedTime?
    package var place: String?
    package var people: [EvidenceAdded.Person] = []
    package var method: String?
    package var content: String?
    package var classification: String?
    package var device: String?
    package var serial: String?
    /// By how many milliseconds the device's clock ran ahead; negative where it ran behind.
    package var clockOffset: Int64?
    package var tags: [String] = []

    package init() {}

    /// Puts identifiers in the place of the regulation's words; refuses words that it does not know.
    mutating func useIdentifiers() throws {
        kind = try kind.map { try RecordDescription.requireKind($0) }
        method = try method.map { text in
            guard let method = WorkingMethod(written: text) else {
                throw EvidenceError(
                    .usage, en: "There is no method “\(text.shown)”. Methods are M1 to M7.",
                    zh: "没有工作方式“\(text.shown)”。可用 M1 至 M7。")
            }
            return method.rawValue
        }
        content = try content.map { text in
            guard let content = ContentItem(written: text) else { throw RecordDescription.badContent(text) }
            return content.rawValue
        }
        if tags.contains(where: { $0.trimmed.isEmpty }) {
            throw EvidenceError(.usage, en: "A tag must not be empty.", zh: "标签不能为空。")
        }
    }

    /// The identifier of a kind, by whatever name it was given.
    static func requireKind(_ text: String) throws -> String {
        guard let kind = RecordKind(written: text) else {
            let kinds = RecordKind.allCases.map(\.rawValue)
            throw EvidenceError(
                .usage, en: "There is no kind “\(text.shown)”. Kinds are: \(kinds.joined(separator: ", ")).",
                zh: "没有“\(text.shown)”这种类别。可用类别：\(kinds.joined(separator: "、"))。")
        }
        return kind.rawValue
    }

    static func badContent(_ content: String) -> EvidenceError {
        EvidenceError(
            .usage, en: "There is no content item “\(content.shown)”. Items are C1 to C10.",
            zh: "没有巡查内容“\(content.shown)”。可用 C1 至 C10。")
    }

    /// The dossiers that the record joins: the named ones, and the inspections within which named cases were opened.
    func dossiers(in state: LogState) throws -> [DossierID] {
        var ids: Set<DossierID> = []
        for name in cases {
            let (id, dossier) = try ManageCases.dossier(named: name, .caseOpened, state)
            ids.insert(id)
            if let parent = dossier.parent { ids.insert(parent) }
        }
        if let inspection { ids.insert(try ManageCases.dossier(named: inspection, .inspectionOpened, state).id) }
        guard ids.count <= Entry.mostDossiers else {
            throw EvidenceError(
                .badInput,
                en:
                    "A record belongs to at most \(Entry.mostDossiers) cases and inspections when it is added. Link the rest with evidence case link.",
                zh: "一条记录添加时最多属于 \(Entry.mostDossiers) 个案卷，其余请用 evidence case link 关联。")
        }
        return ids.sorted()
    }

    /// The body of the record with these files; kind and title come from them where nobody gave any.
    ///
    /// - Parameter bundle: what they hand over, where they are a bundle of another archive.
    func record(of files: [FileRecord], bundle: ForeignDossier? = nil) -> EvidenceAdded {
        var added = EvidenceAdded(
            kind: kind ?? (bundle == nil ? RecordDescription.kind(of: files) : RecordKind.other.rawValue),
            title: title ?? bundle.map { "\($0.name) (\($0.key.name))" } ?? RecordDescription.title(of: files))
        added.bundle = bundle
        added.description = description
        added.occurredFrom = occurredFrom
        added.occurredTo = occurredTo
        added.place = place
        added.people = people
        added.method = method
        added.content = content
        added.classification = classification
        var known: Set<[UInt8]> = []
        added.tags = tags.filter { known.insert(Array($0.utf8)).inserted }
        added.acquired.device = device
        added.acquired.serial = serial
        added.acquired.clockOffset = clockOffset
        added.files = files
        return added
    }

    /// What all files are, or `other` where they differ.
    private static func kind(of files: [FileRecord]) -> String {
        let kinds = Set(files.map { RecordKind(mediaType: $0.type) })
        return (kinds.count == 1 ? kinds.first ?? .other : .other).rawValue
    }

    /// The first file's name without folder and ending, and how many more there are.
    private static func title(of files: [FileRecord]) -> String {
        guard let first = files.first else { return "" }
        let name = FilePath(first.name).lastComponent?.stem ?? first.name
        return files.count == 1 ? name : "\(name) (+\(files.count - 1))"
    }
}
