internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Inspection
internal import Pages
internal import TransparencyLog

/// What `evidence loop` says, whichever way it is asked to.
struct LoopReport {
    let board: LoopBoard.Board
    private let several: SeveralArchives?
    private let within: Int
    private let desk: Desk
    private let rows: [BoardRow]

    init(_ board: LoopBoard.Board, _ several: SeveralArchives?, within: Int, _ desk: Desk) {
        self.board = board
        self.several = several
        self.within = within
        self.desk = desk
        rows = board.cases.map { item in
            let opened = item.opened
            return BoardRow(
                name: opened.name, title: LoopReport.title(item.parts[0].facts, desk),
                archives: several.map { several in item.parts.map { several.members[$0.archive].name } } ?? [],
                inspection: item.inspection, county: item.county, unit: opened.unit, inspector: item.person,
                isMajor: item.isMajor, found: item.found, standing: item.standing,
                uid: "\(opened.id)@evidence-archive")
        }
    }

    /// A dossier's title, or that its opening was withdrawn or is missing.
    private static func title(_ facts: DossierFacts, _ desk: Desk) -> String? {
        facts.dossier.absence.map { desk.text($0) } ?? facts.opened.title
    }

    // MARK: Files

    /// The forms that a board can be written in.
    static let forms: [FileForm] = [.csv, .html, .ics, .json]

    func bytes(_ form: FileForm) -> [UInt8] {
        let unread = desk.unread(several, board.damage)
        switch form {
        case .csv:
            return Array(
                BoardCSV(day: board.day, language: desk.language, unread: unread).text(rows, inspectionRows).utf8)
        case .ics:
            let calendar = BoardCalendar(
                language: desk.language, now: desk.context.now(), day: board.day, unread: unread)
            return Array(calendar.text(rows, inspectionRows).utf8)
        case .html:
            let names = several.map { $0.members.map(\.name) } ?? []
            return BoardPage(day: board.day, isNow: board.isNow, archives: names, unread: unread)
                .html(rows, inspectionRows).bytes
        case .json: return document.printed + [UInt8(ascii: "\n")]
        }
    }

    private var inspectionRows: [InspectionRow] {
        board.inspections.map { item in
            let opened = item.facts.opened
            return InspectionRow(
                name: opened.name, title: LoopReport.title(item.facts, desk),
                archive: several.map { $0.members[item.archive].name },
                county: opened.details.county, unit: opened.unit, inspector: item.facts.person,
                standing: item.standing, uid: "\(opened.id)@evidence-archive")
        }
    }

    // MARK: JSON

    var document: JSONObject {
        var document = JSONObject()
        document["at"] = .string("\(board.day)")
        document["within"] = .integer(Int64(within))
        document["cases"] = .array(zip(board.cases, rows).map { .object(LoopReport.object($0, $1, several)) })
        document["inspections"] = .array(board.inspections.map { .object(LoopReport.object($0, several)) })
        if let several { document["unread"] = .array(Desk.unread(several).map { .object($0) }) }
        document.set("incomplete", board.damage?.message.en)
        return document
    }

    private static func object(_ item: LoopBoard.Case, _ row: BoardRow, _ several: SeveralArchives?) -> JSONObject {
        let standing = item.standing
        var object = JSONObject()
        object["id"] = .string(row.name)
        object.set("title", item.opened.title)
        item.parts[0].facts.dossier.noteAbsence(in: &object)
        object["state"] = .string(standing.state.rawValue)
        object["since"] = .string("\(standing.since)")
        object["found"] = .string("\(row.found)")
        object.set("due", standing.due.map { "\($0.due)" })
        object.set("lastDay", standing.due.map { "\($0.lastDay)" })
        if standing.due?.isEstimated == true { object["estimated"] = .bool(true) }
        object["overdue"] = .bool(standing.isOverdue)
        object["dueSoon"] = .bool(standing.isDueSoon)
        object.set("inspection", row.inspection)
        object.set("county", row.county)
        object.set("unit", row.unit)
        object["inspector"] = .string(row.inspector)
        object["severity"] = .string((row.isMajor ? HazardSeverity.major : .general).rawValue)
        object["missing"] = .array(standing.findings.filter { $0.kind == .gap }.map { .string($0.code.rawValue) })
        object["findings"] = .array(
            standing.findings.map { finding in
                .object(LoopReport.object(finding, finding.step.map { item.steps[$0] }, several))
            })
        if let several {
            object["archives"] = .array(item.parts.map { .string(several.members[$0.archive].origin) })
        }
        return object
    }

    private static func object(_ item: LoopBoard.Inspection, _ several: SeveralArchives?) -> JSONObject {
        let (opened, standing) = (item.facts.opened, item.standing)
        var object = JSONObject()
        object["id"] = .string(opened.name)
        object.set("title", opened.title)
        item.facts.dossier.noteAbsence(in: &object)
        object.set("county", opened.details.county)
        object.set("unit", opened.unit)
        object["state"] = .string(standing.state.rawValue)
        object.set("from", standing.onSite.map { "\($0.from)" })
        object.set("to", standing.onSite?.to.map { "\($0)" })
        object["workingDays"] = standing.workingDays.map { .integer(Int64($0)) }
        object["overdue"] = .bool(standing.isOverdue)
        object["dueSoon"] = .bool(standing.isDueSoon)
        object["deadlines"] = .array(
            standing.deadlines.map { deadline in
                var item = JSONObject()
                item["rule"] = .string(deadline.rule.rawValue)
                item["due"] = .string("\(deadline.deadline.due)")
                item["lastDay"] = .string("\(deadline.deadline.lastDay)")
                item.set("met", deadline.metOn.map { "\($0)" })
                return .object(item)
            })
        object["missing"] = .array(standing.findings.filter { $0.kind == .gap }.map { .string($0.code.rawValue) })
        object["findings"] = .array(
            standing.findings.map { finding in
                .object(
                    LoopReport.object(
                        finding, finding.step.map { (item.archive, item.steps[$0]) }, several))
            })
        if let several { object["archive"] = .string(several.members[item.archive].origin) }
        return object
    }

    private static func object(
        _ finding: Finding, _ step: (archive: Int, step: DossierFacts.Step)?, _ several: SeveralArchives?
    ) -> JSONObject {
        var object = JSONObject()
        object["code"] = .string(finding.code.rawValue)
        object["rule"] = .string(finding.rule.rawValue)
        object["kind"] = .string(finding.kind.rawValue)
        object["seq"] = step.map { .integer(Int64($0.step.seq)) }
        if let step, let several { object["archive"] = .string(several.members[step.archive].origin) }
        object.set("date", finding.day.map { "\($0)" })
        object["explanation"] = .string(finding.english)
        return object
    }

    // MARK: Terminal

    func show(all: Bool, by grouping: BoardGrouping?) throws {
        let counts = BoardCounts(rows)
        let moment = Words.asOf(board.day, isNow: board.isNow)
        var lines = desk.wrapped(
            desk.text(
                "\(moment.en): \(counts.open) of \(counts.all) open, \(counts.dueSoon) due within \(within) days, \(counts.overdue) overdue, \(counts.withFindings) lacking something or breaking a rule.",
                "\(moment.zh)：共 \(counts.all) 件，未销号 \(counts.open) 件，\(within) 天内到期 \(counts.dueSoon) 件，逾期 \(counts.overdue) 件，有缺项或违规 \(counts.withFindings) 件。"
            ))
        if let grouping {
            lines += [""] + table(of: grouping)
        } else {
            let shown = rows.filter { all || $0.isOpen || $0.standing.needsAttention }
            if !shown.isEmpty { lines += [""] + table(of: shown) }
            if !board.inspections.isEmpty { lines += [""] + inspections }
            let found = findings(shown)
            if !found.isEmpty { lines += [""] + found }
        }
        try desk.say(lines)
    }

    private func lines(_ table: Table) -> [String] {
        table.lines(in: desk.language, width: desk.width, styles: desk.styles)
    }

    private func table(of rows: [BoardRow]) -> [String] {
        var table = Table([
            Table.Column(Message(en: "Case", zh: "案件"), shrink: .last(to: 8)),
            Table.Column(Message(en: "Title", zh: "标题"), shrink: .first(to: 10)),
            Table.Column(Message(en: "Archive", zh: "档案"), shrink: .first(to: 6)),
            Table.Column(Message(en: "County", zh: "市县"), shrink: .first(to: 6)),
            Table.Column(Message(en: "Unit", zh: "责任单位"), shrink: .first(to: 8)),
            Table.Column(Message(en: "State", zh: "状态")), Table.Column(Message(en: "Due", zh: "期限"), breaks: [10]),
            Table.Column(Message(en: "Lacking", zh: "缺项"), .right),
        ])
        for row in rows {
            let standing = row.standing
            let due = standing.due.map { desk.text(Words.deadline($0)) } ?? ""
            table.add([
                Table.Cell(row.name), Table.Cell(row.title ?? ""),
                Table.Cell(row.archives.joined(separator: desk.language.comma)), Table.Cell(row.county ?? ""),
                Table.Cell(row.unit ?? ""), Table.Cell(desk.text(Words.state(standing.state))),
                standing.isOverdue
                    ? Table.Cell(desk.language.noted(due, desk.text("overdue", "逾期")), .red)
                    : Table.Cell(due, row.standing.isDueSoon ? .yellow : nil),
                standing.findings.isEmpty ? "" : "\(standing.findings.count)",
            ])
        }
        return lines(table)
    }

    private func table(of grouping: BoardGrouping) -> [String] {
        var table = Table([
            Table.Column(grouping.heading, shrink: .last(to: 10)),
            Table.Column(Message(en: "Open", zh: "未销号"), .right),
            Table.Column(Message(en: "Due soon", zh: "即将到期"), .right),
            Table.Column(Message(en: "Overdue", zh: "逾期"), .right),
            Table.Column(Message(en: "Lacking", zh: "缺项"), .right), Table.Column(Message(en: "All", zh: "全部"), .right),
        ])
        for group in grouping.groups(rows) {
            let counts = group.counts
            table.add([
                Table.Cell(group.name ?? desk.text("(not said)", "（未注明）")), "\(counts.open)", "\(counts.dueSoon)",
                "\(counts.overdue)", "\(counts.withFindings)", "\(counts.all)",
            ])
        }
        return lines(table)
    }

    private var inspections: [String] {
        var table = Table([
            Table.Column(Message(en: "Inspection", zh: "巡查"), shrink: .last(to: 8)),
            Table.Column(Message(en: "County", zh: "市县"), shrink: .first(to: 6)),
            Table.Column(Message(en: "State", zh: "阶段")), Table.Column(Message(en: "On site", zh: "现场")),
            Table.Column(Message(en: "Due", zh: "期限"), breaks: [10]),
            Table.Column(Message(en: "Lacking", zh: "缺项"), .right),
        ])
        for item in board.inspections {
            let standing = item.standing
            let due = standing.deadlines.first { $0.metOn == nil }.map { desk.text(Words.deadline($0.deadline)) } ?? ""
            table.add([
                Table.Cell(item.facts.opened.name), Table.Cell(item.facts.opened.details.county ?? ""),
                Table.Cell(desk.text(Words.state(standing.state))),
                Table.Cell(Words.stay(standing).map(desk.text) ?? ""),
                standing.isOverdue
                    ? Table.Cell(desk.language.noted(due, desk.text("overdue", "逾期")), .red)
                    : Table.Cell(due, standing.isDueSoon ? .yellow : nil),
                standing.findings.isEmpty ? "" : "\(standing.findings.count)",
            ])
        }
        return lines(table)
    }

    /// What is wrong, case by case, and with which entry.
    private func findings(_ shown: [BoardRow]) -> [String] {
        let ofCases = zip(board.cases, rows).flatMap { item, row in
            item.standing.findings.map { (row.name, $0, $0.step.map { item.steps[$0].step.seq }) }
        }
        let ofInspections = board.inspections.flatMap { item in
            item.standing.findings.map { finding in
                (item.facts.opened.name, finding, finding.step.map { item.steps[$0].seq })
            }
        }
        return (ofInspections + ofCases).flatMap { name, finding, seq in
            let place = seq.map { desk.text("entry \($0)", "第 \($0) 条") }
            let head = desk.language.noted(name.shown, place)
            return desk.wrapped(desk.text("\(head): ", "\(head)：") + desk.text(Words.finding(finding)).shown)
        }
    }
}
