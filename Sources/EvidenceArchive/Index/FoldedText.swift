internal import Foundation

/// A text as search sees it: without the case and the width of letters, white space as single spaces.
///
/// Each grapheme cluster by itself is brought into NFKC; each of its code points is replaced by the lower case of the upper
/// case of its lower case; what is invisible (`Default_Ignorable_Code_Point`) is left out; the result is brought into NFKC
/// again. Diacritics stay, and so does the difference between traditional and simplified characters.
package struct FoldedText: Sendable {
    /// The folded code points.
    package private(set) var scalars: [Unicode.Scalar] = []
    /// For each of them, at which code point of the text the cluster begins that it comes from.
    private var origins: [Int32] = []
    /// How many code points the text has.
    private var length: Int32 = 0

    package init(_ text: some StringProtocol) {
        scalars.reserveCapacity(text.utf8.count / 2)
        origins.reserveCapacity(text.utf8.count / 2)
        for cluster in text {
            let unicode = cluster.unicodeScalars
            if let first = unicode.first, unicode.count == 1, first.isFoldedSimply {
                append(first.isASCII ? first.withoutASCIICase : first)
            } else {
                for scalar in FoldedText.folded(cluster) { append(scalar) }
            }
            length += Int32(clamping: unicode.count)
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        let isSpace = scalar.properties.isWhitespace
        if isSpace, scalars.last == " " { return }
        scalars.append(isSpace ? " " : scalar)
        origins.append(length)
    }

    private static func folded(_ cluster: Character) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        for scalar in String(cluster).precomposedStringWithCompatibilityMapping.unicodeScalars {
            for lower in scalar.properties.lowercaseMapping.unicodeScalars {
                for upper in lower.properties.uppercaseMapping.unicodeScalars {
                    for folded in upper.properties.lowercaseMapping.unicodeScalars
                    where !folded.properties.isDefaultIgnorableCodePoint {
                        result.append(folded)
                    }
                }
            }
        }
        return String(result).precomposedStringWithCompatibilityMapping.unicodeScalars
    }

    // MARK: Finding

    /// Whether a word occurs in the text.
    package func contains(_ word: FoldedText) -> Bool { place(of: word, from: 0) != nil }

    /// Where a word occurs in the text as it was before folding, in code points; whole grapheme clusters, in order.
    package func ranges(of word: FoldedText) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        while let found = place(of: word, from: start) {
            start = found + word.scalars.count
            // A cluster may have become several code points, of which the word has the first.
            while start < origins.count, origins[start] == origins[start - 1] { start += 1 }
            ranges.append(Int(origins[found])..<Int(start < origins.count ? origins[start] : length))
        }
        return ranges
    }

    private func place(of word: FoldedText, from start: Int) -> Int? {
        let count = word.scalars.count
        guard let first = word.scalars.first, scalars.count - start >= count else { return nil }
        return scalars.withUnsafeBufferPointer { text in
            word.scalars.withUnsafeBufferPointer { word in
                var place = start
                while place + count <= text.count {
                    if text[place] == first {
                        var matched = 1
                        while matched < count, text[place + matched] == word[matched] { matched += 1 }
                        if matched == count { return place }
                    }
                    place += 1
                }
                return nil
            }
        }
    }
}

extension Unicode.Scalar {
    /// Whether folding leaves it as it is, its ASCII case aside; known of the most frequent without looking it up.
    fileprivate var isFoldedSimply: Bool {
        switch value {
        case 0..<0x80, 0x3001...0x3002, 0x3008...0x3011, 0x3041...0x3096, 0x30A1...0x30FA, 0x3400...0x4DBF,
            0x4E00...0x9FFF, 0x20000...0x2A6DF:
            true
        default: false
        }
    }

    fileprivate var withoutASCIICase: Unicode.Scalar {
        ("A"..."Z").contains(self) ? Unicode.Scalar(UInt8(value) + 0x20) : self
    }
}
