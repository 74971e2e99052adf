/// What a program says to a person, in both languages; written side by side so that neither can be forgotten.
package struct Message: Sendable, Equatable {
    package let en: String
    package let zh: String

    package init(en: String, zh: String) {
        self.en = en
        self.zh = zh
    }

    /// What `text` says in each language.
    package init(_ text: (Language) -> String) { self.init(en: text(.en), zh: text(.zhHans)) }

    package func text(in language: Language) -> String { language.pick(en, zh) }
}

/// The languages the program speaks, named by their BCP 47 tags.
package enum Language: String, Sendable, CaseIterable {
    case en = "en"
    case zhHans = "zh-Hans"

    package func pick(_ en: String, _ zh: String) -> String {
        switch self {
        case .en: en
        case .zhHans: zh
        }
    }

    /// What stands between things side by side.
    package var comma: String { pick(", ", "，") }

    /// A value with remarks in the language's parentheses; those that are missing aside.
    package func noted(_ value: String, _ remarks: String?...) -> String {
        let remarks = remarks.compactMap { $0 }.joined(separator: comma)
        return remarks.isEmpty ? value : pick("\(value) (\(remarks))", "\(value)（\(remarks)）")
    }
}

extension String {
    /// The text made safe to show on a terminal or in a report; without quotes.
    ///
    /// Escaped are control characters, line and paragraph separators, bidirectional controls and everything that has no
    /// width of its own (`Default_Ignorable_Code_Point` in the Unicode Character Database), so that no text can move
    /// the cursor, change colours, reorder its neighbours or hide. What belongs to an emoji, an ideographic variation
    /// or Mongolian spelling stays. A backslash stays too: this is for eyes and is not meant to be reversed. What was
    /// not valid UTF-8 has become U+FFFD before it was a `String`, and is shown as that.
    package var shown: String { escaping { $0.visibleEscape } }

    /// A JSON text in which what ``shown`` would escape is escaped in JSON's way, so that it says the same and is safe to show.
    ///
    /// - Precondition: it is canonical JSON, in which such characters stand in strings alone.
    package var shownJSON: String {
        escaping { scalar in
            UTF16.encode(scalar)?.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined() ?? ""
        }
    }

    private func escaping(_ escape: (Unicode.Scalar) -> String) -> String {
        guard unicodeScalars.contains(where: { $0.mayNeedEscape }) else { return self }
        let scalars = Array(unicodeScalars)
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            let previous = index > 0 ? scalars[index - 1] : nil
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            if scalar.mayNeedEscape, !scalar.isPartOfSign(after: previous, before: next) {
                result += escape(scalar)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    fileprivate var mayNeedEscape: Bool {
        if isASCII { return value < 0x20 || value == 0x7F }
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        default: break
        }
        // U+FFF9–FFFB, interlinear annotation, hide text too, but are not in the property.
        return properties.isDefaultIgnorableCodePoint || properties.isBidiControl || (0xFFF9...0xFFFB).contains(value)
    }

    /// Whether this invisible scalar only shapes the visible sign that it stands in.
    fileprivate func isPartOfSign(after previous: Unicode.Scalar?, before next: Unicode.Scalar?) -> Bool {
        guard let previous else { return false }
        if value == 0x200D {  // zero-width joiner: only within an emoji sequence
            guard let next, next.isEmojiSign else { return false }
            return previous.isEmojiSign || previous.value == 0xFE0F
        }
        guard properties.isVariationSelector else { return false }
        return previous.properties.isEmoji || previous.properties.isIdeographic
            || (0x1800...0x18AF).contains(previous.value)
    }

    private var isEmojiSign: Bool { !isASCII && properties.isEmoji }

    fileprivate var visibleEscape: String {
        switch value {
        case 0x00: "\\0"
        case 0x09: "\\t"
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        default: "\\u{" + String(value, radix: 16, uppercase: true) + "}"
        }
    }
}
