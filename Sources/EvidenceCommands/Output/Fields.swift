package import EvidenceRecord

/// Labels with values, one below the other: labels aligned, long values continued below their beginning.
///
/// Values are made safe to show here; callers give the text as it is.
package struct Fields: Sendable {
    private var rows: [(label: Message, values: [String], style: Style?)] = []

    package init() {}

    package mutating func add(_ label: Message, _ value: String, _ style: Style? = nil) {
        add(label, [value], style)
    }

    /// Several values of one label, each beginning a line of its own; nothing when there are none.
    package mutating func add(_ label: Message, _ values: [String], _ style: Style? = nil) {
        guard !values.isEmpty else { return }
        rows.append((label, values.map(\.shown), style))
    }

    package mutating func add(_ label: Message, _ value: Message, in language: Language, _ style: Style? = nil) {
        add(label, [value.text(in: language)], style)
    }

    /// The block's lines; a width of nil, for what is no terminal, wraps nothing.
    package func lines(in language: Language, width: Int? = nil, styles: Styles = Styles(isEnabled: false)) -> [String]
    {
        let labels = rows.map { $0.label.text(in: language) + (language == .en ? ":" : "：") }
        let labelWidth = labels.map(\.cells).max() ?? 0
        var column = labelWidth + 2
        // A window that leaves the values no room gets them below their labels.
        let below = width.map { $0 - column < 16 } ?? false
        if below { column = 2 }
        var result: [String] = []
        for (label, row) in zip(labels, rows) {
            var prefix = styles(label, .bold) + String(repeating: " ", count: labelWidth + 2 - label.cells)
            if below {
                result.append(styles(label, .bold))
                prefix = "  "
            }
            for value in row.values {
                for line in width.map({ value.wrapped(to: $0 - column) }) ?? [value] {
                    result.append(prefix + styles(line, row.style))
                    prefix = String(repeating: " ", count: column)
                }
            }
        }
        return result
    }
}
