package import EvidenceRecord

/// Rows in columns that fit the window, one line a row: what does not fit is cut and marked by “…”, never wrapped.
///
/// In a window too narrow for the columns, a row's cells follow each other in lines of their own instead.
///
/// Cells are made safe to show here; callers give the text as it is.
package struct Table: Sendable {
    package struct Column: Sendable {
        package var header: Message
        package var alignment: Alignment
        package var shrink: Shrink
        /// Which end of a cell that is too long stays readable.
        package var keeps: String.KeptEnd
        /// Where each of its texts may end and still says something whole, longest first; the first gives way before
        /// anything else does.
        package var breaks: [Int]

        package init(
            _ header: Message, _ alignment: Alignment = .left, shrink: Shrink = .never, keeps: String.KeptEnd = .start,
            breaks: [Int] = []
        ) {
            self.header = header
            self.alignment = alignment
            self.shrink = shrink
            self.keeps = keeps
            self.breaks = breaks
        }

        /// Moments as `Desk.dated` writes them: what they are seen from today may go, then the time of day.
        package static func moment(_ header: Message) -> Column { Column(header, breaks: [16, 10]) }
    }

    /// When a column gives way, and how far it may go before the next kind is asked.
    package enum Shrink: Sendable, Equatable {
        /// Numbers, dates, states: never cut in a column.
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
        let layout = layout(in: language, width: width)
        return header(layout, in: language, styles: styles) + lines(layout, in: language, styles: styles)
    }

    // MARK: Rows that go on

    /// How wide the columns are; made for some rows, it may be used for more.
    package struct Layout: Sendable {
        /// Nil where the columns have no room beside each other.
        fileprivate let widths: [Int]?
        fileprivate let width: Int?
        /// How far the cells after a row's first ones are moved in, where they follow each other.
        fileprivate let indent: Int
    }

    /// The layout that these rows want.
    package func layout(in language: Language, width: Int?) -> Layout {
        let natural = columns.indices.map { column in
            max(columns[column].header.text(in: language).cells, rows.map { $0[column].text.cells }.max() ?? 0)
        }
        let indent = 2 + (rows.map { $0[0].text.cells }.max() ?? 0).clamped(to: 0...6)
        return Layout(
            widths: width.map { fitted(natural, to: $0) } ?? natural, width: width,
            indent: width.map { $0 < 20 } == true ? 0 : indent)
    }

    /// The line above the rows; none where the cells follow each other.
    package func header(_ layout: Layout, in language: Language, styles: Styles) -> [String] {
        guard let widths = layout.widths else { return [] }
        return [line(columns.map { Cell($0.header.text(in: language), .bold) }, widths, layout, styles)]
    }

    /// The rows alone.
    package func lines(_ layout: Layout, in language: Language, styles: Styles) -> [String] {
        guard let widths = layout.widths else {
            return rows.flatMap { stacked($0, layout, in: language, styles: styles) }
        }
        return rows.map { line($0, widths, layout, styles) }
    }

    /// Forgets the rows.
    package mutating func removeRows() { rows = [] }

    private func line(_ row: [Cell], _ widths: [Int], _ layout: Layout, _ styles: Styles) -> String {
        var line = ""
        var pending = 0  // spaces that are only written before a text, so that no line ends in spaces
        for (index, column) in columns.enumerated() {
            let text = layout.width == nil ? row[index].text : column.cut(row[index].text, to: widths[index])
            let room = max(0, widths[index] - text.cells)
            let right = column.alignment == .right
            if right { pending += room }
            if !text.isEmpty {
                line += String(repeating: " ", count: pending) + styles(text, row[index].style)
                pending = 0
            }
            pending += Self.gap + (right ? 0 : room)
        }
        return line
    }

    /// Takes cells from the widest column of the first kind that can give some; nil where the table can't fit.
    private func fitted(_ natural: [Int], to width: Int) -> [Int]? {
        var widths = natural
        func excess() -> Int { widths.reduce(0, +) + Self.gap * (widths.count - 1) - width }
        func shrink(_ floors: [Int]) {
            while excess() > 0 {
                let candidates = widths.indices.filter { widths[$0] > floors[$0] }
                guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
                widths[widest] -= 1
            }
        }
        func cut(atBreak number: Int) {
            for (index, column) in columns.enumerated() where excess() > 0 && column.breaks.count > number {
                widths[index] = min(widths[index], max(column.breaks[number], headerCells[index]))
            }
        }
        let headerCells = columns.map { max($0.header.en.cells, $0.header.zh.cells) }
        cut(atBreak: 0)
        shrink(columns.map { if case .first(let floor) = $0.shrink { floor } else { .max } })
        shrink(columns.map { if case .last(let floor) = $0.shrink { floor } else { .max } })
        for number in 1..<max(2, columns.map(\.breaks.count).max() ?? 0) { cut(atBreak: number) }
        return excess() > 0 ? nil : widths
    }

    /// A row's cells one after the other, in as many lines as they need; numbers with what they count before them.
    private func stacked(_ row: [Cell], _ layout: Layout, in language: Language, styles: Styles) -> [String] {
        let (indent, width) = (layout.indent, layout.width ?? .max)
        var lines: [String] = []
        var line = ""
        var used = 0
        for (index, cell) in row.enumerated() where !cell.text.isEmpty {
            let column = columns[index]
            var text = cell.text
            if index > 0, column.alignment == .right { text = "\(column.header.text(in: language)) \(text)" }
            if index == 0, text.cells < indent - 2 { text = text.padded(to: indent - 2, column.alignment) }
            let start = lines.isEmpty && line.isEmpty ? 0 : indent
            if let whole = column.breaks.first, text.cells > width - start { text = column.cut(text, to: whole) }
            if !line.isEmpty, used + Self.gap + text.cells > width {
                lines.append(line)
                line = ""
            }
            if line.isEmpty {
                let room = lines.isEmpty ? 0 : indent
                text = text.truncated(to: max(1, width - room), keeping: column.keeps)
                line = String(repeating: " ", count: room) + styles(text, cell.style)
                used = room + text.cells
            } else {
                line += String(repeating: " ", count: Self.gap) + styles(text, cell.style)
                used += Self.gap + text.cells
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}

extension Table.Column {
    /// A text cut to so many cells: at one of the column's breaks without a mark, elsewhere with one.
    fileprivate func cut(_ text: String, to width: Int) -> String {
        guard text.cells > width else { return text }
        for place in breaks where place <= width {
            var used = 0
            let start = text.prefix {
                used += $0.cells
                return used <= place
            }
            // Only between words: a day without a time of day ends earlier than a moment does.
            if let next = text.dropFirst(start.count).first, " （".contains(next) { return String(start) }
        }
        return text.truncated(to: width, keeping: keeps)
    }
}

extension Int {
    fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
