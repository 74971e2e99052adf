internal import EvidenceFiles
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import SystemPackage

extension FuzzTarget {
    /// Tables: those that we read, and those that we write for spreadsheets.
    static let tableTargets = [
        FuzzTarget("csv") { bytes in
            guard let table = try? ManifestTable(decoding: bytes, from: FilePath("manifest.csv")),
                let text = try? OfficeText(decoding: bytes, name: "manifest.csv").text
            else { return }
            let plain = PlainCSV.rows(text, separator: table.separator).map { $0.map(\.trimmed) }
            let wanted = plain.enumerated().filter { !$0.element.allSatisfy(\.isEmpty) }
            let found = [(1, table.headings)] + table.rows.map { ($0.number, $0.cells) }
            try require(
                wanted.elementsEqual(found) { $0.offset + 1 == $1.0 && $0.element.saysTheSame(as: $1.1) },
                "a table has the cells that stand in it: \(found) instead of \(wanted)")
        },
        FuzzTarget("spreadsheet") { bytes in
            let cells = bytes.split(separator: 0, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            let written = BoardCSV.text(
                headings: cells.map { Message(en: $0, zh: $0) }, rows: [cells], unread: [], language: .en)
            let rows = PlainCSV.rows(String(written.unicodeScalars.dropFirst()), separator: ",")
            try require(rows.map(\.count) == [cells.count, cells.count], "no cell breaks out of its place")
            for cell in rows.joined() {
                let first = cell.unicodeScalars.first { $0 != " " }
                try require(
                    first.map { !"=+-@＝＋－＠|%\t\r".unicodeScalars.contains($0) } ?? true,
                    "no cell begins a formula: \(cell.debugDescription)")
            }
        },
    ]
}

/// RFC 4180 read by code points, as strictly as it goes: the opinion of somebody else.
private enum PlainCSV {
    static func rows(_ text: String, separator: Character) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = String.UnicodeScalarView()
        var isQuoted = false
        let scalars = Array(text.unicodeScalars)
        let mark = separator.unicodeScalars.first
        var place = 0
        func at(_ index: Int) -> Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }
        func endCell() {
            row.append(String(cell))
            cell = .init()
        }
        func endRow() {
            endCell()
            rows.append(row)
            row = []
        }
        while let scalar = at(place) {
            place += 1
            if isQuoted {
                if scalar != "\"" {
                    cell.append(scalar)
                } else if at(place) == "\"" {
                    cell.append(scalar)
                    place += 1
                } else {
                    isQuoted = false
                }
            } else if scalar == "\"" {
                isQuoted = true
            } else if scalar == mark {
                endCell()
            } else if scalar == "\n" || scalar == "\r" {
                if scalar == "\r", at(place) == "\n" { place += 1 }
                endRow()
            } else {
                cell.append(scalar)
            }
        }
        if !row.isEmpty || !cell.isEmpty { endRow() }
        return rows
    }
}

extension String {
    fileprivate var trimmed: String {
        let head = drop(while: \.isWhitespace)
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }
}

extension [String] {
    /// Whether all cells have the same bytes; empty ones at a row's end say nothing.
    fileprivate func saysTheSame(as other: [String]) -> Bool {
        func said(_ row: [String]) -> [String] { Array(row.reversed().drop(while: \.isEmpty)) }
        return said(self).elementsEqual(said(other)) { $0.utf8.elementsEqual($1.utf8) }
    }
}
