/// One of the regulation's terms, with its identifier and its names.
package protocol RegulationWord: RawRepresentable<String>, CaseIterable, Sendable {
    var english: String { get }
    var chinese: String { get }

    /// Other ways of writing the term that are its alone.
    var aliases: [String] { get }
}

extension RegulationWord {
    package var aliases: [String] { [] }

    /// The term that a person wrote: by its identifier, by its English or Chinese name, by both as they are printed,
    /// such as `M4 调阅、复制`, or by an alias.
    ///
    /// Case, the width of letters, spaces and punctuation make no difference.
    package init?(written text: String) {
        let wanted = text.folded
        let found = Self.allCases.first { term in
            let names = [
                term.rawValue, term.english, term.chinese, term.rawValue + term.english, term.rawValue + term.chinese,
            ]
            return (names + term.aliases).contains { $0.folded == wanted }
        }
        guard let found else { return nil }
        self = found
    }
}

extension String {
    /// The text's letters and digits, with full-width ones made narrow and capitals made small.
    package var folded: String {
        String(narrow.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    /// The text with full-width ASCII characters and the ideographic space made narrow.
    package var narrow: String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: result.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
            case 0x3000: result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
