/// How the index writes folded code points as FTS5's tokens, each of which is one of them.
///
/// To FTS5's tokenizer `ascii`, letters, digits and all that is not ASCII belong to tokens. The rest of ASCII is written as
/// private use characters; where a text holds these itself, too much is found, never too little.
enum TextTokens {
    /// The token of a code point, in UTF-8.
    static func token(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let value = scalar.value
        let isKept = value >= 0x80 || (0x30...0x39).contains(value) || (0x61...0x7A).contains(value)
        return isKept ? scalar : Unicode.Scalar(0xE000 + value) ?? scalar
    }

    /// What a column's texts are written as.
    static func column(_ texts: [FoldedText]) -> String {
        var result = ""
        for text in texts {
            for scalar in text.scalars {
                result.unicodeScalars.append(token(scalar))
                result.unicodeScalars.append(" ")
            }
        }
        return result
    }

    /// An FTS5 query for a word.
    ///
    /// Of a very long word the beginning is enough to find by.
    static func phrase(_ word: FoldedText) -> String {
        "\"" + column([word]).split(separator: " ").prefix(longestPhrase).joined(separator: " ") + "\""
    }

    private static let longestPhrase = 64
}
