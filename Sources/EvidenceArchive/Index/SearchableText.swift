internal import EvidenceRecord

extension SearchableText {
    /// The index's columns, with what a word in them weighs.
    enum Column: String, CaseIterable {
        case title, named, description, files

        /// SQLite's `bm25` takes the columns' weights in their order.
        static let weights = "10.0, 5.0, 2.0, 1.0"
    }

    /// The texts by which an entry is found: its own, or those that an amendment gives to another.
    static func indexed(_ entry: Entry, _ body: Body?) -> [Piece] {
        guard let object = body?.object else { return [] }
        switch entry.type {
        case .evidenceAdded, .caseOpened, .inspectionOpened, .caseStep, .inspectionStep: return pieces(object)
        case .entryAmended: return pieces(object["set"]?.object ?? JSONObject())
        default: return []
        }
    }

    /// The entry's row in the index, by columns; nil where there is nothing to find it by.
    static func row(_ entry: Entry, _ body: Body?) -> [[FoldedText]]? {
        let pieces = indexed(entry, body)
        if pieces.isEmpty { return nil }
        return Column.allCases.map { column in
            pieces.filter { $0.field.column == column }.map { FoldedText($0.text) }
        }
    }
}

extension SearchableText.Field {
    var column: SearchableText.Column {
        switch self {
        case .title, .name: .title
        case .people, .place, .tags, .unit, .acquired: .named
        case .description, .summary: .description
        case .files: .files
        }
    }
}
