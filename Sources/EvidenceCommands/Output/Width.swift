/// Terminal cells, counted as terminals do: by the East_Asian_Width property (Unicode Standard Annex 11), per grapheme.
///
/// Ambiguous characters, such as “…” and “—”, count as one cell. A terminal may disagree about emoji sequences that its
/// font lacks; nothing here depends on more than the look.
extension Character {
    /// How many terminal cells the character takes: 0, 1 or 2, or more for an unusual cluster of several letters.
    package var cells: Int {
        let scalars = unicodeScalars
        guard let first = scalars.first else { return 0 }
        if first.isASCII, scalars.count == 1 { return first.value < 0x20 || first.value == 0x7F ? 0 : 1 }
        if scalars.count > 1, scalars.contains(where: \.makesEmoji), scalars.contains(where: \.properties.isEmoji) {
            return 2
        }
        if isFlag { return 2 }
        return scalars.reduce(0) { $0 + $1.cells }
    }

    private var isFlag: Bool {
        unicodeScalars.count == 2 && unicodeScalars.allSatisfy { (0x1F1E6...0x1F1FF).contains($0.value) }
    }
}

extension StringProtocol {
    /// How many terminal cells the text takes in one line; control characters count for nothing.
    package var cells: Int {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return utf8.count }
        return reduce(0) { $0 + $1.cells }
    }
}

extension String {
    /// Which end of a text that is too long is worth keeping: the end of a path, the start of a sentence.
    package enum KeptEnd: Sendable { case start, end }

    /// The text, cut to a number of cells; what is missing is marked by “…”.
    package func truncated(to limit: Int, keeping kept: KeptEnd = .start) -> String {
        guard cells > limit else { return self }
        guard limit > 0 else { return "" }
        var used = 1
        func fits(_ character: Character) -> Bool {
            used += character.cells
            return used <= limit
        }
        switch kept {
        case .start: return String(prefix(while: fits)) + "…"
        case .end: return "…" + String(String(reversed().prefix(while: fits)).reversed())
        }
    }

    /// The text, cut in the middle to a number of code points; what is missing is marked by “…”.
    package func shortened(to limit: Int) -> String {
        guard unicodeScalars.count > limit else { return self }
        return "\(Substring(unicodeScalars.prefix(limit / 2)))…\(Substring(unicodeScalars.suffix(limit / 2 - 1)))"
    }

    /// The text with spaces added up to a number of cells; a longer text stays as it is.
    package func padded(to width: Int, _ alignment: Alignment = .left) -> String {
        let spaces = String(repeating: " ", count: max(0, width - cells))
        return alignment == .left ? self + spaces : spaces + self
    }
}

/// The side that a text stands on in its column.
package enum Alignment: Sendable { case left, right }

extension Unicode.Scalar {
    /// Variation selector 16, zero-width joiner, enclosing keycap and the skin tones: what only emoji sequences hold.
    fileprivate var makesEmoji: Bool {
        value == 0xFE0F || value == 0x200D || value == 0x20E3 || properties.isEmojiModifier
    }

    fileprivate var cells: Int {
        if value < 0x300 { return value < 0x20 || (0x7F..<0xA0).contains(value) || value == 0xAD ? 0 : 1 }
        if isWide { return 2 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark, .format, .lineSeparator, .paragraphSeparator: return 0
        default: break
        }
        // The medial and final parts of a Hangul syllable are drawn within its first.
        if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
        return properties.isDefaultIgnorableCodePoint ? 0 : 1
    }

    private var isWide: Bool {
        var low = 0
        var high = Self.wide.count
        while low < high {
            let middle = (low + high) / 2
            if Self.wide[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < Self.wide.count && Self.wide[low].contains(value)
    }

    /// East_Asian_Width W and F in Unicode 17, without the combining marks among them.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0, 0x23F3...0x23F3,
        0x25FD...0x25FE, 0x2614...0x2615, 0x2630...0x2637, 0x2648...0x2653, 0x267F...0x267F, 0x268A...0x268F,
        0x2693...0x2693, 0x26A1...0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE...0x26CE,
        0x26D4...0x26D4, 0x26EA...0x26EA, 0x26F2...0x26F3, 0x26F5...0x26F5, 0x26FA...0x26FA, 0x26FD...0x26FD,
        0x2705...0x2705, 0x270A...0x270B, 0x2728...0x2728, 0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755,
        0x2757...0x2757, 0x2795...0x2797, 0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50,
        0x2B55...0x2B55, 0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x2FF0...0x3029, 0x3030...0x303E,
        0x3041...0x3096, 0x309B...0x30FF, 0x3105...0x312F, 0x3131...0x3163, 0x3165...0x318E, 0x3190...0x31E5,
        0x31EF...0x321E, 0x3220...0x3247, 0x3250...0xA48C, 0xA490...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE52, 0xFE54...0xFE66, 0xFE68...0xFE6B, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x16FE3, 0x16FF2...0x16FF6, 0x17000...0x18CD5, 0x18CFF...0x18D1E, 0x18D80...0x18DF2,
        0x1AFF0...0x1AFF3, 0x1AFF5...0x1AFFB, 0x1AFFD...0x1AFFE, 0x1B000...0x1B122, 0x1B132...0x1B132,
        0x1B150...0x1B152, 0x1B155...0x1B155, 0x1B164...0x1B167, 0x1B170...0x1B2FB, 0x1D300...0x1D356,
        0x1D360...0x1D376, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E, 0x1F191...0x1F19A,
        0x1F1E6...0x1F202, 0x1F210...0x1F23B, 0x1F240...0x1F248, 0x1F250...0x1F251, 0x1F260...0x1F265,
        0x1F300...0x1F320, 0x1F32D...0x1F335, 0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA,
        0x1F3CF...0x1F3D3, 0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440,
        0x1F442...0x1F4FC, 0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567, 0x1F57A...0x1F57A,
        0x1F595...0x1F596, 0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC,
        0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6D8, 0x1F6DC...0x1F6DF, 0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC,
        0x1F7E0...0x1F7EB, 0x1F7F0...0x1F7F0, 0x1F90C...0x1F93A, 0x1F93C...0x1F945, 0x1F947...0x1F9FF,
        0x1FA70...0x1FA7C, 0x1FA80...0x1FA8A, 0x1FA8E...0x1FAC6, 0x1FAC8...0x1FAC8, 0x1FACD...0x1FADC,
        0x1FADF...0x1FAEA, 0x1FAEF...0x1FAF8, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
    ]
}
