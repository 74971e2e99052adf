package import EvidenceRecord
package import Inspection

/// A board as comma-separated values (RFC 4180) for spreadsheets: UTF-8 with a byte order mark, CRLF.
///
/// A cell that a spreadsheet would take for a formula begins with an apostrophe, so that nothing in it runs.
package struct BoardCSV {
    private let day: Day
    private let language: Language
    private let unread: [String]

    /// - Parameter unread: what could not be read, which a last row says.
    package init(day: Day, language: Language, unread: [String] = []) {
        self.day = day
        self.language = language
        self.unread = unread
    }

    package func text(_ rows: [BoardRow], _ inspections: [InspectionRow]) -> String {
        BoardCSV.text(
            headings: BoardCSV.headings, rows: rows.map(cells) + inspections.map(cells), unread: unread,
            language: language)
    }

    /// A whole file of rows, each with a cell for every heading; what could not be read is said in a last one.
    package static func text(headings: [Message], rows: [[String]], unread: [String], language: Language) -> String {
        let incomplete = ([Words.incomplete.text(in: language)] + unread).joined(separator: "\n")
        let last = [incomplete] + Array(repeating: "", count: headings.count - 1)
        let all = [headings.map { $0.text(in: language) }] + rows + (unread.isEmpty ? [] : [last])
        return "\u{FEFF}" + all.map(line).joined()
    }

    private static let headings = [
        Message(en: "Kind", zh: "类别"), Message(en: "Name", zh: "编号"), Message(en: "Title", zh: "标题"),
        Message(en: "Archive", zh: "档案"),
        Message(en: "Inspection", zh: "所属巡查"), Message(en: "County", zh: "市县"), Message(en: "Unit", zh: "责任单位"),
        Message(en: "Entered by", zh: "录入人"), Message(en: "Severity", zh: "隐患等级"), Message(en: "Found", zh: "发现日期"),
        Message(en: "State", zh: "状态"), Message(en: "Since", zh: "自"), Message(en: "Due", zh: "期限"),
        Message(en: "Overdue", zh: "逾期"), Message(en: "Findings", zh: "缺项与违规"), Message(en: "As of", zh: "截至"),
    ]

    private func cells(_ row: BoardRow) -> [String] {
        let severity: HazardSeverity = row.isMajor ? .major : .general
        return [
            language.pick("case", "案件"), row.name, row.title ?? "", row.archives.joined(separator: language.comma),
            row.inspection ?? "",
            row.county ?? "", row.unit ?? "", row.inspector, language.pick(severity.english, severity.chinese),
            "\(row.found)", Words.state(row.standing.state).text(in: language), "\(row.standing.since)",
            row.standing.due.map { "\($0.due)" } ?? "",
            row.standing.isOverdue ? language.pick("yes", "是") : language.pick("no", "否"),
            row.standing.findings.map { Words.finding($0).text(in: language) }.joined(separator: "\n"), "\(day)",
        ]
    }

    private static func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    private func cells(_ row: InspectionRow) -> [String] {
        let standing = row.standing
        return [
            language.pick("inspection", "巡查"), row.name, row.title ?? "", row.archive ?? "", "", row.county ?? "",
            row.unit ?? "", row.inspector, "", "", Words.state(standing.state).text(in: language), "",
            row.open.map { "\($0.deadline.due)" }.joined(separator: "\n"),
            standing.isOverdue ? language.pick("yes", "是") : language.pick("no", "否"),
            standing.findings.map { Words.finding($0).text(in: language) }.joined(separator: "\n"), "\(day)",
        ]
    }

    /// A cell in quotation marks, inert; characters that would steer a terminal are shown.
    private static func cell(_ text: String) -> String {
        var shown = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).shown }
            .joined(separator: "\n")
        // Full-width signs are taken for the narrow ones by some spreadsheets.
        if let first = shown.unicodeScalars.first(where: { $0 != " " }), "=+-@＝＋－＠|%\t\r".unicodeScalars.contains(first)
        {
            shown = "'" + shown
        }
        return "\"" + shown.exchanging(["\"": "\"\""]) + "\""
    }
}
