/// A table of any length: its first rows say how wide the columns are, and those after them are printed as they come.
struct LongTable {
    private static let rowsAtOnce = 1_000

    private let desk: Desk
    private var table: Table
    private var layout: Table.Layout?

    init(_ columns: [Table.Column], _ desk: Desk) {
        self.desk = desk
        table = Table(columns)
    }

    mutating func add(_ cells: [Table.Cell]) throws {
        table.add(cells)
        if table.rows.count < LongTable.rowsAtOnce { return }
        if layout == nil {
            let first = table.layout(in: desk.language, width: desk.width)
            try desk.say(table.header(first, in: desk.language, styles: desk.styles))
            layout = first
        }
        try sayRows()
    }

    /// Prints what is left.
    mutating func finish() throws {
        if layout != nil { return try sayRows() }
        if !table.rows.isEmpty {
            try desk.say(table.lines(in: desk.language, width: desk.width, styles: desk.styles))
        }
    }

    private mutating func sayRows() throws {
        guard let layout else { return }
        try desk.say(table.lines(layout, in: desk.language, styles: desk.styles))
        table.removeRows()
    }
}
