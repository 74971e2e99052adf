internal import EvidenceRecord
internal import EvidenceServices
internal import Inspection
internal import Pages

/// What `evidence coverage` says, whichever way it is asked to.
struct CoverageReport {
    /// The forms that it can be written in.
    static let forms: [FileForm] = [.csv, .html, .json]

    private let view: CoverageView.View
    private let several: SeveralArchives?
    private let desk: Desk

    init(_ view: CoverageView.View, _ several: SeveralArchives?, _ desk: Desk) {
        self.view = view
        self.several = several
        self.desk = desk
    }

    private var outlook: CoverageOutlook { view.outlook }

    func bytes(_ form: FileForm) -> [UInt8] {
        let unread = desk.unread(several, view.damage)
        switch form {
        case .csv: return Array(CoverageCSV(language: desk.language, unread: unread).text(outlook).utf8)
        case .html:
            let names = several.map { $0.members.map(\.name) } ?? []
            return CoveragePage(
                isNow: view.isNow, withoutCounty: view.withoutCounty, archives: names, unread: unread
            ).html(outlook).bytes
        case .json, .ics: return document.printed + [UInt8(ascii: "\n")]
        }
    }

    var document: JSONObject {
        var document = JSONObject()
        document["at"] = .string("\(outlook.day)")
        document["regions"] = .array(
            outlook.lines.map { line in
                var object = JSONObject()
                object["name"] = .string(line.region.chinese)
                object["english"] = .string(line.region.english)
                object["kind"] = .string(line.region.kind.rawValue)
                object.set("last", line.last.map { "\($0)" })
                object.set("due", line.due.map { "\($0)" })
                object["overdue"] = .bool(line.isOverdue)
                return .object(object)
            })
        document["unknown"] = .array(outlook.unknown.map { .string($0) })
        document["withoutCounty"] = .array(view.withoutCounty.map { .string($0) })
        document["plan"] = .array(
            outlook.plan.map { year in
                var object = JSONObject()
                object["year"] = .integer(Int64(year.year))
                object["regions"] = .array(year.regions.map { .string($0.chinese) })
                return .object(object)
            })
        document["late"] = .array(outlook.late.map { .string($0.region.chinese) })
        document["unplanned"] = .array(outlook.unplanned.map { .string($0.chinese) })
        if let several { document["unread"] = .array(Desk.unread(several).map { .object($0) }) }
        document.set("incomplete", view.damage?.message.en)
        return document
    }

    func show() throws {
        let never = outlook.lines.count { $0.last == nil }
        let overdue = outlook.lines.count { $0.isOverdue }
        let moment = Words.asOf(outlook.day, isNow: view.isNow)
        var lines = desk.wrapped(
            desk.text(
                "\(moment.en): \(outlook.lines.count) cities and counties, \(never) never inspected, \(overdue) overdue.",
                "\(moment.zh)：共 \(outlook.lines.count) 个市县，从未巡查 \(never) 个，逾期 \(overdue) 个。"))
        lines += [""] + regions + [""] + plan
        let remarks = Words.remarks(outlook, withoutCounty: view.withoutCounty)
        if !remarks.isEmpty { lines += [""] + remarks.flatMap { desk.wrapped(desk.text($0)) } }
        try desk.say(lines)
    }

    private var regions: [String] {
        var table = Table([
            Table.Column(Message(en: "City or county", zh: "市县"), shrink: .first(to: 10)),
            Table.Column(Message(en: "Last inspected", zh: "最近巡查")),
            Table.Column(Message(en: "Due", zh: "应再巡查日期"), breaks: [10]),
        ])
        for line in outlook.lines {
            let due = line.due.map { "\($0)" } ?? ""
            table.add([
                Table.Cell(desk.text(Words.region(line.region))),
                line.last.map { Table.Cell("\($0)") } ?? Table.Cell(desk.text(Words.never), .red),
                line.isOverdue
                    ? Table.Cell(desk.language.noted(due, desk.text("overdue", "逾期")), .red) : Table.Cell(due),
            ])
        }
        return table.lines(in: desk.language, width: desk.width, styles: desk.styles)
    }

    private var plan: [String] {
        outlook.plan.flatMap { year in
            let visits = year.visits.map { desk.text(Words.visit($0.region, by: $0.by)).shown }
            let all = visits.isEmpty ? desk.text("none", "无") : visits.joined(separator: desk.text(", ", "、"))
            return desk.wrapped(desk.text("Plan for \(year.year): \(all)", "\(year.year) 年计划：\(all)"))
        }
    }
}
