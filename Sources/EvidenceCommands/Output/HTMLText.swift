internal import EvidenceRecord

/// Text for HTML pages.
package enum HTMLText {
    /// Text that is safe within an element or a quoted attribute: controls shown, markup inert.
    package static func safe(_ text: String) -> String {
        var result = ""
        for scalar in text.shown.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
