/// Whether to colour: the value of `--color`.
package enum ColorChoice: String, Sendable, CaseIterable {
    case auto, always, never

    /// `always` and `never` decide alone; `auto` colours a terminal unless `NO_COLOR` is set or `TERM` is `dumb`.
    package func isEnabled(isTerminal: Bool, environment: [String: String]) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto: isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        }
    }
}

/// How a text stands out; by its number in ECMA-48's “select graphic rendition”.
package enum Style: Int, Sendable {
    case bold = 1
    case dim = 2
    /// Black and white exchanged: to be seen on any background.
    case reverse = 7
    case red = 31
    case green = 32
    case yellow = 33
}

/// Puts styles around texts, or leaves the texts alone where colour is off.
package struct Styles: Sendable {
    package let isEnabled: Bool

    package init(isEnabled: Bool) {
        self.isEnabled = isEnabled
    }

    /// The text in a style; it must have been made safe to show before.
    package func callAsFunction(_ text: String, _ style: Style?) -> String {
        guard isEnabled, let style, !text.isEmpty else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }
}
