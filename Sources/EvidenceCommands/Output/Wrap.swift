extension String {
    /// The text in lines of at most `width` cells.
    ///
    /// Lines break at spaces, which then disappear, and next to wide characters, but never before closing punctuation
    /// (，。、；：！？）」』 and their kin) nor after opening punctuation. A word longer than a line is cut. Line feeds
    /// that the text holds stay breaks.
    package func wrapped(to width: Int) -> [String] {
        split(separator: "\n", omittingEmptySubsequences: false).flatMap { lines(of: $0, width: width < 2 ? 2 : width) }
    }
}

private func lines(of paragraph: Substring, width: Int) -> [String] {
    guard paragraph.cells > width else { return [String(paragraph)] }
    var lines: [String] = []
    var line: [Character] = []
    var lineCells = 0
    var breakAt: Int?  // the line may end before this index
    for character in paragraph {
        if let last = line.last, last.allowsBreak(before: character) { breakAt = line.count }
        line.append(character)
        lineCells += character.cells
        // A space may hang over the edge: it is dropped if the line ends there.
        while lineCells > width, character != " " {
            let end = breakAt ?? max(1, line.count - 1)
            guard end < line.count else { break }
            lines.append(trimmingEnd(line[..<end]))
            line = Array(line[end...].drop { $0 == " " })
            lineCells = line.reduce(0) { $0 + $1.cells }
            breakAt = line.indices.dropFirst().last { line[$0 - 1].allowsBreak(before: line[$0]) }
        }
    }
    lines.append(trimmingEnd(line[...]))
    return lines
}

private func trimmingEnd(_ line: ArraySlice<Character>) -> String {
    var line = line
    while line.count > 1, line.last == " " { line.removeLast() }
    return String(line)
}

extension Character {
    private static let closing = Set("，。、；：！？）」』》〉】〕］｝”’…—·～％℃,.!?:;)]}%")
    private static let opening = Set("（「『《〈【〔［｛“‘([{")

    fileprivate func allowsBreak(before next: Character) -> Bool {
        if next == " " { return false }
        if self == " " { return true }
        guard cells == 2 || next.cells == 2 || Self.closing.contains(self) && !isASCII else { return false }
        return !Self.closing.contains(next) && !Self.opening.contains(self)
    }
}
