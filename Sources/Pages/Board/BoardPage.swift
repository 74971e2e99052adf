internal import EvidenceRecord
package import Inspection

/// A board as a page for people: what is open, due, overdue or lacking, by county, unit and inspector.
package struct BoardPage {
    private let day: Day
    private let isNow: Bool
    private let archives: [String]
    private let unread: [String]

    /// - Parameters:
    ///   - isNow: whether it shows this moment, and not the end of the day.
    ///   - archives: the names of those that are on the page, where there are several.
    ///   - unread: what could not be read, which the page says.
    package init(day: Day, isNow: Bool, archives: [String], unread: [String] = []) {
        self.day = day
        self.isNow = isNow
        self.archives = archives
        self.unread = unread
    }

    package func html(_ rows: [BoardRow], _ inspections: [InspectionRow]) -> HTML {
        let counts = BoardCounts(rows)
        let frame = PageFrame(title: "\(day) · 问题闭环 · Closed loop", style: BoardPage.style)
        return """
            \(frame.opening)<header class="head">
            <h1>\(Message(en: "Problems in the closed loop", zh: "问题闭环管理情况"))</h1>
            <p>\(HTML.joined([HTML(Words.asOf(day, isNow: isNow))] + archives.map { .value($0) }, by: " · "))</p>
            </header>
            \(BoardPage.incomplete(unread))<ul class="counts">
            \(BoardPage.count("Open", "未销号", counts.open))\(BoardPage.count("Due soon", "即将到期", counts.dueSoon))\
            \(BoardPage.count("Overdue", "逾期", counts.overdue, isBad: true))\
            \(BoardPage.count("With findings", "有缺项或违规", counts.withFindings, isBad: true))\
            \(BoardPage.count("All", "全部", counts.all))</ul>
            \(HTML.joined(BoardGrouping.allCases.map { groups($0, rows) }))\
            <section>
            <h2>\(Message(en: "Cases", zh: "案件"))</h2>
            <table class="cases">
            <thead><tr>\(BoardPage.head("Case", "案件"))\(BoardPage.head("County, unit", "市县、责任单位"))\
            \(BoardPage.head("State", "状态"))\(BoardPage.head("Due", "期限"))\
            \(BoardPage.head("Missing and broken rules", "缺项与违规"))</tr></thead>
            <tbody>
            \(rows.map(row))</tbody>
            </table>
            </section>
            \(inspections.isEmpty ? "" : section(inspections))<p class="soft">\(BoardPage.source)</p>
            \(PageFrame.closing)
            """
    }

    /// Says what is not on a page because it could not be read; nothing where all was.
    static func incomplete(_ unread: [String]) -> HTML {
        guard !unread.isEmpty else { return "" }
        return """
            <p class="incomplete">\(Words.incomplete)<br>\(HTML.joined(unread.map { .value($0) }, by: "<br>"))</p>

            """
    }

    static let source = Message(
        en:
            "Derived from the archives' entries as they are; whether those are whole is not checked here: evidence verify does that. A rule is named by its number in the inspection regulation.",
        zh: "根据档案条目推算；档案是否完好未在此核验，请用 evidence verify。规则编号依据安全生产巡查工作制度。")

    static func count(_ en: String, _ zh: String, _ number: Int, isBad: Bool = false) -> HTML {
        "<li class=\"\(isBad && number > 0 ? "bad" : "")\"><b>\(number)</b> \(Message(en: en, zh: zh))</li>\n"
    }

    static func head(_ en: String, _ zh: String) -> HTML { "<th>\(Message(en: en, zh: zh))</th>" }

    private func groups(_ grouping: BoardGrouping, _ rows: [BoardRow]) -> HTML {
        let lines = grouping.groups(rows).map { group -> HTML in
            let counts = group.counts
            return """
                <tr><td>\(group.name.map { .value($0) } ?? HTML(Message(en: "not said", zh: "未注明")))</td><td>\(counts.open)</td>\
                <td>\(counts.dueSoon)</td><td>\(counts.overdue)</td><td>\(counts.withFindings)</td><td>\(counts.all)</td></tr>

                """
        }
        return """
            <section>
            <h2>\(Message(en: "By \(grouping.heading.en.lowercased())", zh: "按\(grouping.heading.zh)"))</h2>
            <table>
            <thead><tr><th>\(grouping.heading)</th>\(BoardPage.head("Open", "未销号"))\(BoardPage.head("Due soon", "即将到期"))\
            \(BoardPage.head("Overdue", "逾期"))\(BoardPage.head("With findings", "有缺项或违规"))\(BoardPage.head("All", "全部"))</tr></thead>
            <tbody>
            \(lines)</tbody>
            </table>
            </section>

            """
    }

    private func row(_ row: BoardRow) -> HTML {
        let standing = row.standing
        let place = [row.county, row.unit].compactMap { $0 }.map { HTML.value($0) }
        let findings = standing.findings.map { "<li>\(Words.finding($0))</li>" as HTML }
        let source = [row.inspection].compactMap { $0 } + row.archives
        return """
            <tr class="\(standing.isOverdue ? "overdue" : "")">
            <td><b>\(value: row.name)</b>\(row.isMajor ? " <span class=\"badge\">\(Message(en: "major", zh: "重大"))</span>" as HTML : "")\
            \(row.title.map { "<br>\(value: $0)" as HTML })\
            \(source.isEmpty ? "" : "<br><span class=\"soft\">\(HTML.joined(source.map { .value($0) }, by: " · "))</span>" as HTML)</td>
            <td>\(HTML.joined(place, by: "<br>"))</td>
            <td>\(Words.state(standing.state))<br><span class="soft day">\(standing.since)</span></td>
            <td>\(standing.due.map { HTML(Words.deadline($0)) })\
            \(standing.isOverdue ? "<br><b>\(Message(en: "overdue", zh: "逾期"))</b>" as HTML : "")</td>
            <td>\(findings.isEmpty ? "" : "<ul>\(findings)</ul>" as HTML)</td>
            </tr>

            """
    }

    private func section(_ inspections: [InspectionRow]) -> HTML {
        """
        <section>
        <h2>\(Message(en: "Inspections", zh: "巡查"))</h2>
        <table class="cases">
        <thead><tr>\(BoardPage.head("Inspection", "巡查"))\(BoardPage.head("County, unit", "市县、单位"))\
        \(BoardPage.head("State", "阶段"))\(BoardPage.head("Due", "期限"))\
        \(BoardPage.head("Missing and broken rules", "缺项与违规"))</tr></thead>
        <tbody>
        \(inspections.map(row))</tbody>
        </table>
        </section>

        """
    }

    private func row(_ row: InspectionRow) -> HTML {
        let standing = row.standing
        let place = [row.county, row.unit].compactMap { $0 }.map { HTML.value($0) }
        let findings = standing.findings.map { "<li>\(Words.finding($0))</li>" as HTML }
        let due = row.open.map {
            "\(Message(en: $0.rule.english, zh: $0.rule.chinese))<br>\(Words.deadline($0.deadline))" as HTML
        }
        return """
            <tr class="\(standing.isOverdue ? "overdue" : "")">
            <td><b>\(value: row.name)</b>\(row.title.map { "<br>\(value: $0)" as HTML })\
            \(row.archive.map { "<br><span class=\"soft\">\(value: $0)</span>" as HTML })</td>
            <td>\(HTML.joined(place, by: "<br>"))</td>
            <td>\(Words.state(standing.state))\
            \(Words.stay(standing).map { "<br><span class=\"soft\">\($0)</span>" as HTML })</td>
            <td>\(HTML.joined(due, by: "<br>"))\
            \(standing.isOverdue ? "<br><b>\(Message(en: "overdue", zh: "逾期"))</b>" as HTML : "")</td>
            <td>\(findings.isEmpty ? "" : "<ul>\(findings)</ul>" as HTML)</td>
            </tr>

            """
    }

    static let style = """
        .day { white-space: nowrap; }
        .head { padding: 1.5rem 0 1rem; }
        h1 { font-size: 1.6rem; line-height: 1.3; }
        h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; }
        .soft { color: var(--soft); font-size: .875rem; }
        .incomplete { color: var(--bad); border: 1px solid var(--bad); padding: .6rem .9rem; margin-bottom: 1rem; }
        .counts { display: flex; flex-wrap: wrap; gap: .75rem; }
        .counts li { background: var(--paper); border: 1px solid var(--line); padding: .5rem 1rem; }
        .counts b { font-size: 1.4rem; display: block; line-height: 1.2; }
        .counts .bad { border-color: var(--bad); color: var(--bad); }
        table { width: 100%; border-collapse: collapse; background: var(--paper); }
        th, td { border: 1px solid var(--line); padding: .4rem .6rem; text-align: left; vertical-align: top;
            overflow-wrap: anywhere; }
        th { background: #eef0f2; font-weight: 600; }
        .overdue td { background: #fdf1f0; }
        .badge { color: #fff; background: var(--bad); padding: 0 .4em; border-radius: .2em; font-size: .8125rem; }
        td li + li { margin-top: .3rem; }
        .cases th:first-child { width: 28%; }
        .cases th:last-child { width: 32%; }
        @page { size: A4 landscape; margin: 15mm; }
        @media print { tr { break-inside: avoid; } thead { display: table-header-group; } body { font-size: 10pt; } }
        @media (max-width: 44rem) {
            .cases, .cases thead, .cases tbody, .cases tr, .cases td { display: block; }
            .cases thead { display: none; }
            .cases td { border: 0; padding: .2rem .6rem; }
            .cases tr { border: 1px solid var(--line); margin-bottom: .6rem; padding: .4rem 0; }
        }

        """
}
