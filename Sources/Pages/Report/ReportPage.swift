internal import EvidenceCrypto
package import EvidenceRecord
package import Inspection

/// `evidence report`: a case or an inspection as one page for print, for people who would rather look than read.
///
/// Made piece by piece, so that memory does not grow with the case.
package struct ReportPage {
    /// Where the case or inspection stands, and what is wrong with it.
    package struct Standing: Sendable {
        package let day: Day
        /// Whether all is heard that is in the archive, and not what it had at the end of a past day.
        package let isNow: Bool
        package let state: Message
        package let due: Deadline?
        package let isOverdue: Bool
        /// What is lacking or broke a rule; each with what it is about, where that is a case of the inspection.
        package let findings: [(name: String?, finding: Finding)]

        package init(
            day: Day, isNow: Bool, state: Message, due: Deadline?, isOverdue: Bool,
            findings: [(name: String?, finding: Finding)]
        ) {
            self.day = day
            self.isNow = isNow
            self.state = state
            self.due = due
            self.isOverdue = isOverdue
            self.findings = findings
        }
    }

    private let head: CaseHead
    private let page: CasePage
    private let standing: Standing
    private let timeline: Timeline
    private let agent: String
    private let madeOn: Day

    /// - Parameters:
    ///   - agent: the program with its version.
    ///   - madeOn: the day on which the archive was verified for it.
    package init(_ head: CaseHead, _ standing: Standing, _ timeline: Timeline, agent: String, madeOn: Day) {
        self.head = head
        self.standing = standing
        self.timeline = timeline
        self.agent = agent
        self.madeOn = madeOn
        page = CasePage(
            head: head, style: IndexPage.style + Timeline.style + ReportPage.style,
            title: Message(en: "report", zh: "报告"), pictures: "data:")
    }

    // MARK: What stands before the entries

    package var beginning: HTML {
        let opened = head.opened
        return """
            \(page.opening)<header class="top">
            <p class="kicker">\(head.what) · \(value: opened.name)</p>
            <h1>\(value: opened.title ?? opened.name)</h1>
            \(asOf)<p class="notice">\(ReportPage.notice)</p>
            </header>
            <section class="facts">
            <dl>
            \(facts)</dl>
            </section>
            <section>
            <h2 class="part">\(Message(en: "What happened when", zh: "时间线"))</h2>
            \(timeline.html)</section>
            <section>
            <h2 class="part">\(Message(en: "Missing, and rules broken", zh: "缺项与违规"))</h2>
            \(findings)</section>
            <h2 class="part">\(Message(en: "The story", zh: "过程"))</h2>
            <main>

            """
    }

    private static let notice = Message(
        en:
            "Made for reading and printing. By itself this page proves nothing: what counts is the archive, or a bundle exported from it.",
        zh: "供阅览和打印。本页本身不能证明任何事情：能作数的是档案，或由它导出的案卷包。")

    private var asOf: HTML {
        if standing.isNow { return "" }
        let moment = Words.asOf(standing.day, isNow: false)
        let rest = Message(
            en:
                "What was entered after that day is not on this page. What was withdrawn since can't be shown any more: it is marked as withdrawn, and a step that was withdrawn counts for nothing here.",
            zh: "此后录入的内容不在本页中。此后撤销的内容已无法显示，本页标为“已撤销”；此后撤销的步骤不计入状态、缺项与违规。")
        return """
            <p class="notice"><b>\(Message(en: "\(moment.en).", zh: "\(moment.zh)。"))</b> \(rest)</p>

            """
    }

    private var facts: HTML {
        let due = standing.due.map { deadline -> HTML in
            let late: HTML = standing.isOverdue ? " <b class=\"late\">\(Message(en: "overdue", zh: "逾期"))</b>" : ""
            return "\(Words.deadline(deadline))\(late)"
        }
        return .joined([
            CasePage.row(
                "State", "状态",
                "<b>\(standing.state)</b> \(Message(en: "(\(standing.day))", zh: "（\(standing.day)）"))"),
            standing.isNow ? CasePage.row("Deadline now", "当前期限", due) : CasePage.row("Deadline then", "当时期限", due),
            .joined(page.facts()),
            CasePage.row("Days", "起止日期", CaseWords.days(head.counts)),
            CasePage.row(
                head.opening.en, head.opening.zh, "\(page.when(head.openedAt)) · \(CasePage.person(head.openedBy))"),
            CasePage.row("On record", "卷内数量", "\(CaseWords.contents(head.counts))"),
            CasePage.row(
                "Archive", "所属档案",
                "\(head.archiveTitle.map { "\(value: $0)<br>" as HTML })<span class=\"mono\">\(head.origin)</span>"),
            CasePage.row("Times", "时间说明", "\(CaseWords.times(head.zone, areTrusted: true))"),
        ])
    }

    private var findings: HTML {
        if standing.findings.isEmpty {
            return
                "<p>\(Message(en: "Nothing is missing and no rule was broken, as far as entries show.", zh: "就条目所示，没有缺项或违规。"))</p>\n"
        }
        let rows = standing.findings.map { item -> HTML in
            let finding = item.finding
            let kind = finding.kind == .gap ? Message(en: "missing", zh: "缺项") : Message(en: "rule broken", zh: "违规")
            return """
                <tr><td class="rule">\(finding.rule.rawValue)</td><td class="rule">\(kind)</td>\
                <td>\(item.name.map { "<b>\(value: $0)</b> " as HTML })\(Message(en: finding.english, zh: finding.chinese))</td></tr>

                """
        }
        return """
            <table>
            <thead><tr><th class="rule">\(Message(en: "Rule", zh: "规则"))</th><th class="rule">\(Message(en: "Kind", zh: "性质"))</th>\
            <th>\(Message(en: "What", zh: "内容"))</th></tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>

            """
    }

    // MARK: Entries

    /// One entry; to be given in the order of the log.
    package func entry(_ item: StoryItem) -> HTML { EntryArticle(item, page).html }

    // MARK: What stands after them

    /// The head of the table of evidence; ``row(_:)`` gives its lines.
    package var table: HTML {
        """
        </main>
        <section>
        <h2 class="part">\(Message(en: "Evidence with its digests", zh: "证据清单及摘要"))</h2>
        <table class="evidence">
        <thead><tr><th class="rule">\(Message(en: "Entry", zh: "条目"))</th><th>\(Message(en: "Record", zh: "记录"))</th>\
        <th>\(Message(en: "File", zh: "文件"))</th><th class="digest">SHA-256</th></tr></thead>
        <tbody>

        """
    }

    /// The files of a record; nothing for any other entry.
    package func row(_ item: StoryItem) -> HTML {
        guard let added = item.evidence else { return "" }
        let seq = item.entry.seq
        let title = added.title.map { HTML.value($0) } ?? HTML(CaseWords.sealedTitle)
        if added.files.isEmpty || added.sealed != nil {
            return "<tr><td class=\"rule\">\(seq)</td><td>\(title)</td><td>—</td><td></td></tr>\n"
        }
        return .joined(
            added.files.map { file in
                """
                <tr><td class="rule">\(seq)</td><td>\(title)</td><td>\(value: file.name)<br>\
                <span class="soft">\(CasePage.size(file))</span></td><td class="mono">\(String(file.sha256.hex.prefix(32)))<br>\
                \(String(file.sha256.hex.suffix(32)))</td></tr>

                """
            })
    }

    package func end(_ checks: [PropertyCheck]) -> HTML {
        """
        </tbody>
        </table>
        </section>
        <section>
        <h2 class="part">\(Message(en: "The four checks (DA/T 70)", zh: "四性检测（DA/T 70）"))</h2>
        <p class="soft">\(ReportPage.ran)\(verified)</p>
        <table class="checks">
        <thead><tr><th class="rule">\(Message(en: "No.", zh: "项目"))</th><th>\(Message(en: "Check", zh: "检测内容"))</th>\
        <th>\(Message(en: "What was done", zh: "方法与说明"))</th><th class="result">\(Message(en: "Result", zh: "结果"))</th></tr></thead>
        \(PropertyCheck.Property.allCases.map { property in rows(property, checks) })</table>
        </section>
        <footer class="foot">
        <p>\(ReportPage.limits)</p>
        <p class="mono">\(head.origin) · \(head.size) · \(head.root.hex)</p>
        <p>\(agent)</p>
        </footer>
        \(page.closing)
        """
    }

    private static let limits = Message(
        en:
            "No check can show that what was recorded is true, that everything that happened was recorded, or what was recorded after this report.",
        zh: "任何核验都不能说明：所记录的内容是否属实，发生的事情是否都已记录，以及本报告生成之后又记录了什么。")

    private static let ran = Message(
        en:
            "“Passed” stands only where the check was really run on the archive for this report. The numbers are those of DA/T 70-2018; what it asks for beyond them was not looked at.",
        zh: "只有为本报告在档案上实际执行过的检测才写“通过”。编号依 DA/T 70-2018，其余项目未检测。")

    private var verified: HTML {
        if standing.isNow { return "" }
        return """
             <b>\(Message(en: "The archive was checked as it stood on \(madeOn), when this report was made, with all that was entered after \(standing.day).", zh: "检测对象为 \(madeOn) 生成本报告时的档案，含 \(standing.day) 之后录入的内容。"))</b>
            """
    }

    private func rows(_ property: PropertyCheck.Property, _ checks: [PropertyCheck]) -> HTML {
        let rows = checks.filter { $0.property == property }.map { check -> HTML in
            """
            <tr><td class="rule">\(check.code)</td><td>\(check.name)</td><td>\(check.method)</td>\
            <td class="result \(HTML(trusted: check.result.rawValue))">\(check.result.title)</td></tr>

            """
        }
        return """
            <tbody>
            <tr><th colspan="4" class="property">\(property.title)</th></tr>
            \(rows)</tbody>

            """
    }

    private static let style = """
        .part { font-size: 1.25rem; margin: 2.25rem 0 .75rem; }
        table { width: 100%; border-collapse: collapse; background: var(--paper); font-size: .9375rem; }
        th, td { border: 1px solid var(--line); padding: .35rem .55rem; text-align: left; vertical-align: top;
            overflow-wrap: anywhere; }
        th { background: #eef0f2; font-weight: 600; }
        th.property { background: #e3e7eb; }
        .evidence { table-layout: fixed; }
        .evidence .rule { width: 4rem; }
        .evidence th:nth-child(2) { width: 24%; }
        .rule { width: 5.2rem; white-space: nowrap; }
        .digest { width: 17.5rem; }
        .result { width: 6.5rem; white-space: nowrap; font-weight: 600; }
        .passed { color: #1d6b3a; }
        .failed, .late { color: var(--bad); }
        .unchecked { color: var(--warn); }
        .inapplicable { color: var(--soft); font-weight: 400; }
        .files img { max-width: 100%; max-height: 24rem; width: auto; height: auto; }
        section > .timeline { background: var(--paper); border: 1px solid var(--line); padding: .5rem; }
        @page { size: A4; margin: 18mm 16mm; @bottom-center { content: counter(page) " / " counter(pages);
            font: 9pt sans-serif; } }
        @media print {
            body { font-size: 9.5pt; line-height: 1.5; }
            article { box-shadow: none; margin-bottom: 4mm; }
            article header, article footer, article li, .facts, tr { break-inside: avoid; }
            article header { break-after: avoid; }
            article.record { break-inside: auto; }
            article.act { break-inside: avoid; }
            .foot { margin-top: 4mm; }
            thead { display: table-header-group; }
            .part { break-after: avoid; }
            .files img { max-height: 60mm; }
            .files .soft, .files .mono { font-size: 7.5pt; line-height: 1.35; }
        }

        """
}
