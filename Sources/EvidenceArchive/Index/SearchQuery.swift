package import EvidenceRecord

/// What somebody is looking for: words that must all occur, wherever in a record.
///
/// Words stand between white space. Between quotation marks, "" or “”, white space belongs to the word. Nothing else has a
/// meaning of its own.
package struct SearchQuery: Sendable {
    package let words: [FoldedText]

    /// Nil where there is no word.
    package init?(_ text: String) {
        var words: [FoldedText] = []
        var rest = Substring(text)
        while let next = SearchQuery.nextWord(&rest) {
            let word = FoldedText(next)
            let isBlank = word.scalars.allSatisfy { $0 == " " }
            let isKnown = words.contains { $0.scalars == word.scalars }
            if !isBlank, !isKnown { words.append(word) }
        }
        if words.isEmpty { return nil }
        self.words = words
    }

    private static let closing: [Character: Character] = ["\"": "\"", "“": "”", "＂": "＂"]

    /// Takes the next word off the beginning of a text.
    private static func nextWord(_ rest: inout Substring) -> Substring? {
        rest = rest.drop { $0.isWhitespace }
        guard let first = rest.first else { return nil }
        if let mark = closing[first], let phrase = phrase(upTo: mark, in: rest.dropFirst()) {
            rest = rest[phrase.endIndex...].dropFirst()
            return phrase
        }
        let word = rest.prefix { !$0.isWhitespace }
        rest = rest[word.endIndex...]
        return word
    }

    /// What stands before a closing mark that ends a word; nil where there is none, and the opening one is a character.
    private static func phrase(upTo mark: Character, in text: Substring) -> Substring? {
        guard let end = text.firstIndex(of: mark), end > text.startIndex else { return nil }
        let after = text.index(after: end)
        return after == text.endIndex || text[after].isWhitespace ? text[..<end] : nil
    }

    /// Where a body's members have the words; nil where one of the words is in none of them.
    package func matches(in object: JSONObject) -> [SearchableText.Match]? {
        var missing = Set(words.indices)
        var matches: [SearchableText.Match] = []
        for piece in SearchableText.pieces(object) {
            let folded = FoldedText(piece.text)
            var ranges: [Range<Int>] = []
            for (index, word) in words.enumerated() {
                let found = folded.ranges(of: word)
                if !found.isEmpty { missing.remove(index) }
                ranges += found
            }
            if ranges.isEmpty { continue }
            matches.append(SearchableText.Match(piece, SearchQuery.merged(ranges)))
        }
        return missing.isEmpty ? matches : nil
    }

    private static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}
