internal import EvidenceRecord
package import Inspection

/// What is covered as a page for people: each city and county with its last inspection, and the plan.
package struct CoveragePage {
    private let isNow: Bool
    private let withoutCounty: [String]
    private let archives: [String]
    private let unread: [String]

    /// - Parameters:
    ///   - isNow: whether it shows this moment, and not the end of the day.
    ///   - withoutCounty: inspections that name no county, which the page says.
    ///   - archives: the names of those that are on the page, where there are several.
    ///   - unread: what could not be read, which the page says.
    package init(isNow: Bool, withoutCounty: [String], archives: [String], unread: [String]) {
        self.isNow = isNow
        self.withoutCounty = withoutCounty
        self.archives = archives
        self.unread = unread
    }

    package func html(_ outlook: CoverageOutlook) -> HTML {
        let frame = PageFrame(title: "\(outlook.day) · 巡查覆盖 · Coverage", style: BoardPage.style)
        let remarks = Words.remarks(outlook, withoutCounty: withoutCounty)
        let never = outlook.lines.count { $0.last == nil }
        let overdue = outlook.lines.count { $0.isOverdue }
        return """
            \(frame.opening)<header class="head">
            <h1>\(Message(en: "Coverage by inspections", zh: "安全生产巡查覆盖情况"))</h1>
            <p>\(HTML.joined([HTML(Words.asOf(outlook.day, isNow: isNow))] + archives.map { .value($0) }, by: " · "))</p>
            </header>
            \(BoardPage.incomplete(unread))<ul class="counts">
            \(BoardPage.count("Never inspected", "从未巡查", never, isBad: true))\
            \(BoardPage.count("Overdue", "逾期", overdue, isBad: true))\
            \(BoardPage.count("Cities and counties", "市县总数", outlook.lines.count))</ul>
            <section>
            <h2>\(Message(en: "Cities and counties", zh: "市县"))</h2>
            <table>
            <thead><tr>\(BoardPage.head("City or county", "市县"))\(BoardPage.head("Last inspected", "最近巡查"))\
            \(BoardPage.head("Due", "应再巡查日期"))</tr></thead>
            <tbody>
            \(outlook.lines.map(row))</tbody>
            </table>
            </section>
            <section>
            <h2>\(Message(en: "Plan", zh: "巡查计划"))</h2>
            <table>
            <thead><tr>\(BoardPage.head("Year", "年度"))\(BoardPage.head("To inspect", "拟巡查市县"))</tr></thead>
            <tbody>
            \(outlook.plan.map(row))</tbody>
            </table>
            \(remarks.map { "<p>\($0)</p>\n" as HTML })</section>
            <p class="soft">\(BoardPage.source)</p>
            \(PageFrame.closing)
            """
    }

    private func row(_ line: Coverage.Line) -> HTML {
        """
        <tr class="\(line.isOverdue || line.last == nil ? "overdue" : "")">
        <td>\(Words.region(line.region))</td>
        <td>\(line.last.map { "\($0)" as HTML } ?? "<b>\(Words.never)</b>")</td>
        <td>\(line.due.map { "\($0)" as HTML })\
        \(line.isOverdue ? " <b>\(Message(en: "overdue", zh: "逾期"))</b>" as HTML : "")</td>
        </tr>

        """
    }

    private func row(_ year: PlannedYear) -> HTML {
        """
        <tr><td class="day">\(String(year.year))</td>
        <td>\(HTML.joined(year.visits.map { HTML(Words.visit($0.region, by: $0.by)) }, by: " · "))</td></tr>

        """
    }
}
