/// What of an entry people search in.
///
/// The one definition, used to fill the index, to check it, and to see whether what it found is there.
package enum SearchableText {
    /// A member of a body, or the texts within it.
    package enum Field: String, Sendable {
        case title, name, people, place, tags, unit, acquired, description, summary, files
    }

    package struct Piece: Sendable {
        package let field: Field
        package let text: String
    }

    /// A piece in which words were found.
    package struct Match: Sendable {
        package let field: Field
        /// The text as it was recorded.
        package let text: String
        /// Where in it the words are, in code points: in order, apart from each other.
        package let ranges: [Range<Int>]

        package init(_ piece: Piece, _ ranges: [Range<Int>]) {
            field = piece.field
            text = piece.text
            self.ranges = ranges
        }
    }

    /// The texts of a body's members, by whatever type of entry; what has another form than it should is left out.
    ///
    /// A sealed record has none: outside there is nothing of the matter, and its parts' names are made up.
    package static func pieces(_ object: JSONObject) -> [Piece] {
        if object["sealed"] != nil { return [] }
        var pieces: [Piece] = []
        func add(_ field: Field, _ value: JSONValue?) {
            if let text = value?.string, !text.isEmpty { pieces.append(Piece(field: field, text: text)) }
        }
        func addAll(_ field: Field, _ names: [String]) {
            for item in object[field.rawValue]?.array ?? [] {
                for name in names { add(field, item.object?[name]) }
            }
        }
        add(.title, object["title"])
        add(.name, object["name"])
        addAll(.people, ["name", "role"])
        add(.place, object["place"])
        for tag in object["tags"]?.array ?? [] { add(.tags, tag) }
        add(.unit, object["unit"])
        for name in ["by", "from", "device", "serial"] { add(.acquired, object["acquired"]?.object?[name]) }
        add(.description, object["description"])
        add(.summary, object["summary"])
        addAll(.files, ["name"])
        return pieces
    }
}
