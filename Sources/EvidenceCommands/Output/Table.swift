package import EvidenceRecord

/// Rows in columns that fit the window, one line a row: what does not fit is cut and marked by “…”, never wrapped.
///
/// Cells are made safe to show here; callers give the text as it is.
package struct Table: Sendable {
    package struct Column: Sendable {
        package var header: Message
        package var alignment: Alignment
        package var shrink: Shrink
        /// Which end of a cell that is too long stays readable.
        package var keeps: String.KeptEnd

        package init(
            _ header: Message, _ alignment: Alignment = .left, shrink: Shrink = .never, keeps: String.KeptEnd = .start
        ) {
            self.header = header
            self.alignment = alignment
            self.shrink = shrink
            self.keeps = keeps
        }
    }

    /// When a column gives way, and how far it may go before the next kind is asked.
    package enum Shrink: Sendable, Equatable {
        /// Numbers, dates, states: cut only in a window that is hopelessly narrow.
        case never
        /// Names and titles: gives way after the columns of `.first`.
        case last(to: Int)
        /// Descriptions, paths, digests: gives way first.
        case first(to: Int)
    }

    package struct Cell: Sendable, ExpressibleByStringInterpolation {
        package var text: String
        package var style: Style?

        package init(_ text: String, _ style: Style? = nil) {
            self.text = text
            self.style = style
        }

        package init(stringLiteral value: String) {
            self.init(value)
        }
    }

    private static let gap = 2

    package let columns: [Column]
    package private(set) var rows: [[Cell]] = []

    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row; cells that are missing at its end stay empty.
    package mutating func add(_ cells: [Cell]) {
        precondition(cells.count <= columns.count, "A row has more cells than the table has columns.")
        rows.append(
            cells.map { Cell($0.text.shown, $0.style) } + Array(repeating: "", count: columns.count - cells.count))
    }

    /// The header and the rows, without columns that are empty in every row; a width of nil, for what is no terminal,
    /// keeps all content.
    package func lines(in language: Language, width: Int? = nil, styles: Styles = Styles(isEnabled: false)) -> [String]
    {
        // A column that says nothing would only take room from those that do.
        let kept = columns.indices.filter { column in rows.contains { !$0[column].text.isEmpty } }
        if kept.count < columns.count, !kept.isEmpty {
            var smaller = Table(kept.map { columns[$0] })
            smaller.rows = rows.map { row in kept.map { row[$0] } }
            return smaller.lines(in: language, width: width, styles: styles)
        }
        let header = columns.map { Cell($0.header.text(in: language), .bold) }
        let all = [header] + rows
        let natural = columns.indices.map { column in all.map { $0[column].text.cells }.max() ?? 0 }
        let widths = width.map { fitted(natural, to: $0) } ?? natural
        let shown = columns.indices.filter { widths[$0] > 0 || natural[$0] == 0 }
        return all.map { row in
            var line = ""
            var pending = 0  // spaces that are only written before a text, so that no line ends in spaces
            for index in shown {
                let text = row[index].text.truncated(to: widths[index], keeping: columns[index].keeps)
                let room = widths[index] - text.cells
                let right = columns[index].alignment == .right
                if right { pending += room }
                if !text.isEmpty {
                    line += String(repeating: " ", count: pending) + styles(text, row[index].style)
                    pending = 0
                }
                pending += Self.gap + (right ? 0 : room)
            }
            return line
        }
    }

    /// Takes cells from the widest column of the first kind that can give some, until the table fits.
    private func fitted(_ natural: [Int], to width: Int) -> [Int] {
        var widths = natural
        func excess() -> Int {
            let shown = widths.filter { $0 > 0 }
            return shown.reduce(0, +) + Self.gap * max(0, shown.count - 1) - width
        }
        let floors: [[Int]] = [
            columns.map { if case .first(let floor) = $0.shrink { floor } else { .max } },
            columns.map { if case .last(let floor) = $0.shrink { floor } else { .max } },
            columns.map { $0.shrink == .never ? .max : 4 },
            columns.map { _ in 4 },
            columns.map { _ in 1 },
        ]
        for floor in floors {
            while excess() > 0 {
                let candidates = widths.indices.filter { widths[$0] > floor[$0] }
                guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
                widths[widest] -= 1
            }
        }
        // Even one cell a column is too much: columns go, from the right.
        var last = widths.count - 1
        while excess() > 0, last > 0 {
            widths[last] = 0
            last -= 1
        }
        return widths
    }
}
