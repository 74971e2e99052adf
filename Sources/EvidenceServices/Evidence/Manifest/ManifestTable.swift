internal import EvidenceFiles
internal import EvidenceRecord
internal import SwiftCSV
package import SystemPackage

/// The cells of a CSV file as Excel saves it, with its rows numbered as Excel shows them.
///
/// SwiftCSV parses. It takes an unfinished quotation for finished, two quotation marks within a cell for one, any kind of line end
/// for a row's, and a separator with a combining character behind it for none: ``ManifestTable/Guard`` refuses files where that
/// would matter.
package struct ManifestTable {
    package struct Row {
        /// 1 is that of the headings.
        package let number: Int
        package let cells: [String]
    }

    private static let largestSize = 16 * 1_024 * 1_024
    private static let mostRows = 100_000

    /// Trimmed, as all cells are.
    package let headings: [String]
    /// The rows in which something stands.
    package let rows: [Row]
    package let separator: Character
    let encoding: OfficeText.Encoding

    init(reading path: FilePath) throws {
        if let status = try? Files.statusFollowing(path), status.size > ManifestTable.largestSize {
            throw EvidenceError(
                .badInput,
                en: "“\(path.shown)” has more than 16 MiB. Split the table into several, and add them one by one.",
                zh: "“\(path.shown)”超过 16 MiB。请将清单拆分后逐一添加。")
        }
        try self.init(decoding: Files.contents(of: path, limit: ManifestTable.largestSize), from: path)
    }

    /// - Parameter path: where the bytes were read, for the words of errors.
    package init(decoding bytes: [UInt8], from path: FilePath) throws {
        let decoded = try OfficeText(decoding: bytes, name: path.shown)
        encoding = decoded.encoding
        separator = try ManifestTable.separator(of: decoded.text)
        var rules = Guard(separator: separator)
        if let problem = rules.problem(in: decoded.text) { throw ManifestRefused(path: path, problems: [problem]) }
        let parsed: [Row]
        do {
            parsed = try ManifestTable.parse(decoded.text, separator)
        } catch let failure as Unparsed {
            throw ManifestRefused(path: path, problems: [Guard.quotesWrong(row: failure.row)])
        }
        guard let first = parsed.first, first.number == 1 else {
            throw EvidenceError(
                .badInput,
                en:
                    "“\(path.shown)” has no headings in its first row. evidence template shows what it should look like.",
                zh: "“\(path.shown)”的第一行没有表头。可用 evidence template 生成模板。")
        }
        headings = first.cells
        rows = Array(parsed.dropFirst())
        guard rows.count <= ManifestTable.mostRows else {
            throw EvidenceError(
                .badInput,
                en: "“\(path.shown)” has more than \(ManifestTable.mostRows) rows. Split it into several.",
                zh: "“\(path.shown)”超过 \(ManifestTable.mostRows) 行，请拆分为多个文件。")
        }
    }

    private struct Unparsed: Error { let row: Int }

    private static func parse(_ text: String, _ separator: Character) throws -> [Row] {
        var rows: [Row] = []
        var number = 0
        do {
            // Without rows of its own, so that each is held once.
            let csv = try CSV<Enumerated>(
                string: text, delimiter: .character(separator), loadColumns: false, rowLimit: 0)
            try csv.enumerateAsArray(startAt: 0, rowLimit: nil) { cells in
                number += 1
                let trimmed = cells.map(\.trimmed)
                if rows.count <= mostRows + 1, !trimmed.allSatisfy(\.isEmpty) {
                    rows.append(Row(number: number, cells: trimmed))
                }
            }
        } catch is CSVParseError {
            throw Unparsed(row: number + 1)
        }
        return rows
    }

    /// The separator with which most headings are understood: a comma, or what Excel writes elsewhere.
    private static func separator(of text: String) throws -> Character {
        var best: (separator: Character, count: Int) = (",", 0)
        for separator in [",", ";", "\t"] as [Character] {
            let csv = try? CSV<Enumerated>(
                string: text, delimiter: .character(separator), loadColumns: false, rowLimit: 0)
            let count = csv?.header.count { ManifestColumn(heading: $0) != nil } ?? 0
            if count > best.count { best = (separator, count) }
        }
        return best.separator
    }
}

extension ManifestTable {
    /// What SwiftCSV would read otherwise than it stands there.
    private struct Guard {
        let separator: Character
        private var row = 1
        private var isQuoted = false
        private var quotationRow = 1
        /// Whether nothing but white space stands in the cell so far.
        private var isCellEmpty = true

        init(separator: Character) { self.separator = separator }

        mutating func problem(in text: String) -> ManifestProblem? {
            let scalars = text.unicodeScalars
            let mark = separator.unicodeScalars.first
            var previous: Unicode.Scalar = " "
            for (index, scalar) in zip(scalars.indices, scalars) {
                defer {
                    previous = scalar
                    if !isQuoted { isCellEmpty = endsCell(scalar) || isCellEmpty && scalar.properties.isWhitespace }
                }
                switch scalar {
                case "\"":
                    guard text[index].unicodeScalars.count == 1 else { return combining() }
                    // Within a cell that did not begin with one, SwiftCSV takes two for one, and Excel each for itself.
                    guard isQuoted || isCellEmpty || previous == "\"" else { return Guard.quotesWrong(row: row) }
                    isQuoted.toggle()
                    quotationRow = row
                case mark where !isQuoted:
                    guard text[index].unicodeScalars.count == 1 else { return combining() }
                case "\n" where !isQuoted:
                    if previous != "\r" { row += 1 }
                case "\r" where !isQuoted:
                    row += 1
                case "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}":
                    if !isQuoted { return lineEnd(scalar) }
                default: break
                }
            }
            return isQuoted ? Guard.quotesWrong(row: quotationRow) : nil
        }

        private func endsCell(_ scalar: Unicode.Scalar) -> Bool {
            scalar == separator.unicodeScalars.first || scalar == "\n" || scalar == "\r"
        }

        static func quotesWrong(row: Int) -> ManifestProblem {
            ManifestProblem(
                row: row, column: nil, heading: nil, value: nil, code: .quotesWrong,
                explanation: Message(
                    en:
                        "A quotation mark here is not closed, or stands where none may. Save the table as “CSV UTF-8” in Excel again.",
                    zh: "此处引号未闭合或位置有误。请在 Excel 中重新另存为“CSV UTF-8（逗号分隔）”。"))
        }

        private func combining() -> ManifestProblem {
            wrong(
                Message(
                    en: "A cell begins or ends with a character that joins its neighbour. Remove it.",
                    zh: "有单元格以组合字符开头或结尾，请删除该字符。"))
        }

        private func lineEnd(_ scalar: Unicode.Scalar) -> ManifestProblem {
            let name = String(scalar).shown
            return wrong(
                Message(
                    en: "The character \(name) stands here, which breaks the line. Remove it.",
                    zh: "此处有换行字符 \(name)，请删除。"))
        }

        private func wrong(_ explanation: Message) -> ManifestProblem {
            ManifestProblem(
                row: row, column: nil, heading: nil, value: nil, code: .characterWrong, explanation: explanation)
        }
    }
}

extension String {
    /// The text without white space at its ends.
    var trimmed: String {
        let head = drop(while: \.isWhitespace)
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }
}
