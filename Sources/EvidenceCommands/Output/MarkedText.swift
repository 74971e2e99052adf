internal import EvidenceRecord

/// A text in one line, some of its words marked: in reverse where there is colour, else between 【 and 】.
///
/// Made safe to show here; callers give the text as it is.
package struct MarkedText: Sendable {
    private struct Piece {
        var text: String
        let isMarked: Bool
    }

    private let pieces: [Piece]

    /// - Parameter ranges: what to mark, in code points of the text: in order, apart from each other, and within it.
    package init(_ text: String, _ ranges: [Range<Int>]) {
        var pieces: [Piece] = []
        let scalars = text.unicodeScalars
        var start = scalars.startIndex
        var position = 0
        func take(upTo end: Int, isMarked: Bool) {
            let next = scalars.index(start, offsetBy: end - position, limitedBy: scalars.endIndex) ?? scalars.endIndex
            let part = String(scalars[start..<next])
            if !part.isEmpty { pieces.append(Piece(text: MarkedText.line(part), isMarked: isMarked)) }
            (start, position) = (next, end)
        }
        for range in ranges {
            take(upTo: range.lowerBound, isMarked: false)
            take(upTo: range.upperBound, isMarked: true)
        }
        take(upTo: position + scalars.distance(from: start, to: scalars.endIndex), isMarked: false)
        self.pieces = pieces
    }

    /// White space, line ends included, as single spaces, and the rest as it can be shown.
    private static func line(_ text: String) -> String {
        var result = ""
        for character in text {
            let isSpace = character.isWhitespace
            if isSpace, result.last == " " { continue }
            result.append(isSpace ? " " : character)
        }
        return result.shown
    }

    /// The text in at most so many cells, or all of it where there is no window to fit in.
    ///
    /// Of a longer text it is the part around the first marked word; what is missing is marked by “…”.
    package func line(width: Int?, styles: Styles) -> String {
        var pieces = pieces
        let brackets = styles.isEnabled ? 0 : 4
        func cells(_ piece: Piece) -> Int { piece.text.cells + (piece.isMarked ? brackets : 0) }
        let total = pieces.reduce(0) { $0 + cells($1) }
        if let width, total > width, let first = pieces.firstIndex(where: \.isMarked) {
            // A third of the room for what stands before the word; more where little follows it, less for a long word.
            let after = pieces[first...].reduce(0) { $0 + cells($1) }
            let room = min(max(width / 3, width - after), max(1, width - 1 - cells(pieces[first])))
            if first > 0 { pieces[0].text = pieces[0].text.truncated(to: room, keeping: .end) }
        }
        var line = ""
        // Where something has to go at the end too, the mark for it needs a cell.
        let isCut = width.map { pieces.reduce(0) { $0 + cells($1) } > $0 } ?? false
        var rest = (width ?? .max) - (isCut ? 1 : 0)
        for piece in pieces {
            let added = piece.isMarked ? brackets : 0
            guard rest > added else { break }
            let text = piece.text.beginning(upTo: rest - added)
            line += piece.isMarked ? (styles.isEnabled ? styles(text, .reverse) : "【\(text)】") : text
            rest -= text.cells + added
            if text.utf8.count < piece.text.utf8.count { break }
        }
        return isCut ? line + "…" : line
    }
}

extension String {
    /// As many of the first characters as fit into so many cells.
    fileprivate func beginning(upTo limit: Int) -> String {
        var used = 0
        return String(
            prefix {
                used += $0.cells
                return used <= limit
            })
    }
}
