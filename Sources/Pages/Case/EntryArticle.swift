internal import EvidenceCrypto
internal import EvidenceRecord

/// One entry on a case's page.
struct EntryArticle {
    private static let mostLinks = 40

    private let item: StoryItem
    private let page: CasePage

    init(_ item: StoryItem, _ page: CasePage) {
        self.item = item
        self.page = page
    }

    private var entry: Entry { item.entry }

    var html: HTML {
        """
        <article id="e\(entry.seq)" class="\(isRecord ? "record" : "act")">
        <header>
        \(heading)</header>
        \(content)\(later)<footer>
        <dl>
        \(CasePage.row("Entered", "录入", "\(page.when(entry.time)) · \(CasePage.person(item.person(item.history.record)))"))\
        \(CasePage.row("By clocks outside", "外部时间", outside))\
        \(CasePage.row("In the log", "位置", "\(link(entry.seq)) <span class=\"mono\">\(item.history.record.leafHash.hex)</span>"))\
        </dl>
        </footer>
        </article>

        """
    }

    private var heading: HTML {
        isRecord
            ? "<p class=\"kicker\">\(number)\(kind)\(badges)</p>\n<h2>\(title)</h2>\n"
            : "<h2>\(number) \(title)\(badges)</h2>\n"
    }

    /// What it is, in a line.
    var line: HTML { isRecord ? "\(title) <span class=\"soft\">\(kind)\(badges)</span>" : "\(title)\(badges)" }

    // MARK: What it is

    private var isRecord: Bool { entry.type == .evidenceAdded || entry.type?.opensDossier == true }

    private var number: HTML {
        item.n.map { "<b class=\"no\">\($0)</b>" }
            ?? "<b class=\"no\">\(Message(en: "linked", zh: "关联"))</b>"
    }

    private var kind: HTML {
        if let added = item.evidence { return HTML(Message { Words.kind(added, $0) }) }
        return HTML(Words.event(entry.typeName))
    }

    private var badges: HTML {
        var badges: HTML = ""
        if item.history.withdrawal != nil || item.content == .withdrawn {
            badges = "\(badges) <span class=\"badge bad\">\(Message(en: "withdrawn", zh: "已撤销"))</span>"
        } else if item.content == .withheld {
            badges = "\(badges) <span class=\"badge bad\">\(Message(en: "withheld", zh: "未移交"))</span>"
        }
        if item.content == .included, item.history.isAmended {
            badges = "\(badges) <span class=\"badge\">\(Message(en: "corrected", zh: "已更正"))</span>"
        }
        return badges
    }

    private var title: HTML {
        if let added = item.evidence { return added.title.map { .value($0) } ?? HTML(CaseWords.sealedTitle) }
        guard let object = item.object else {
            return isRecord ? HTML(CaseWords.noContent) : event
        }
        if let target = object["target"].flatMap({ EntryReference(json: $0) }) {
            return "\(event) · \(reference(target))"
        }
        if Words.step(object, .en) != nil {
            return "\(event) · \(Message { Words.step(object, $0) ?? "" })"
        }
        let names = [object["name"]?.string, object["title"]?.string].compactMap { $0 }
        return names.isEmpty ? event : .value(names.joined(separator: " · "))
    }

    private var event: HTML { "<span class=\"what\">\(Words.event(entry.typeName))</span>" }

    // MARK: What it recorded

    private var content: HTML {
        switch item.content {
        case .withheld: return "<p class=\"absent\">\(CaseWords.withheld)</p>\n"
        case .earlierExport: return "<p class=\"absent\">\(CaseWords.earlierExport)</p>\n"
        case .withdrawn: return "<p class=\"absent\">\(CaseWords.withdrawn)</p>\n"
        case .included: break
        }
        guard let object = item.object else { return "<p class=\"absent\">\(CaseWords.withdrawn)</p>\n" }
        if let added = item.evidence {
            return added.sealed.map { sealed($0) } ?? RecordContent(added, item.paths, item.stills).html
        }
        // What the case is about stands at the top of the page.
        if entry.type?.opensDossier == true, item.n == 1 { return "" }
        if let step = item.step { return "<dl>\n\(rows(of: step, object))</dl>\n" }
        return "<dl>\n\(members(of: object))</dl>\n"
    }

    private func sealed(_ sealing: Sealing) -> HTML {
        let readers = sealing.readers.map { HTML.value($0.subject) }
        return """
            <p class="absent">\(CaseWords.sealed)</p>
            <dl>
            \(CasePage.row("Sealed first to", "最初密封给", .joined(readers, by: "<br>")))\
            \(CasePage.row("Encrypted parts", "加密内容", "<span class=\"mono\">data/sealed/\(entry.seq)/</span>"))</dl>

            """
    }

    /// What a step says; which it is, and what came of it, stand above.
    private func rows(of step: StepTaken, _ object: JSONObject) -> [HTML] {
        guard let type = entry.type else { return [] }
        return Words.facts(object, of: type).filter { !["step", "result"].contains($0.member) }.map { fact in
            fact.member == "evidence" ? entries(step.evidence, fact.label) : CasePage.row(fact, when: step.occurred)
        }
    }

    /// What the pages have no words of their own for, by its members.
    private func members(of object: JSONObject) -> [HTML] {
        let shownElsewhere = [
            "salt", "target", "dossier", "name", "title", "set", "unset", "amendments", "signed",
        ]
        return object.members.filter { !shownElsewhere.contains($0.name) }.map { member in
            let name = Words.member(member.name, of: entry.type)
            if let references = member.value.array?.map({ EntryReference(json: $0) }), !references.isEmpty,
                !references.contains(where: { $0 == nil })
            {
                return entries(references.compactMap { $0 }, name)
            }
            if case .string(let text) = member.value, !Words.coded.contains(member.name) {
                return CasePage.row(name.en, name.zh, .lines(text))
            }
            return CasePage.row(
                name.en, name.zh, HTML(Message { Words.value(member.value, of: member.name, $0) }))
        }
    }

    /// Other entries: each, where an eye can still take them in.
    private func entries(_ references: [EntryReference], _ name: Message) -> HTML {
        let count = Formats.counted(references.count, "entry", "entries", zh: "条")
        let links = references.count > EntryArticle.mostLinks ? [] : references.map { reference($0) }
        return CasePage.row(name.en, name.zh, links.isEmpty ? HTML(count) : .joined(links, by: " "))
    }

    // MARK: What later entries say of it

    private var later: HTML {
        guard item.content != .withheld else { return "" }
        let history = item.history
        let notes =
            history.amendments.map { amended($0) } + history.custody.map { moved($0) }
            + history.openings.map { opened($0) } + history.receipts.map { received($0) }
        guard let withdrawal = item.history.withdrawal else { return notes.isEmpty ? "" : "\(notes)" }
        let note = self.note(
            "bad", Message(en: "Withdrawn", zh: "撤销"), withdrawal.record,
            """
            \(CasePage.row("By order of", "依据", .value(withdrawal.withdrawn.authority)))\
            \(CasePage.row("Reason", "理由", .lines(withdrawal.withdrawn.reason)))
            """)
        return "\(notes)\(note)"
    }

    private func note(_ style: String, _ what: Message, _ record: LogRecord, _ rows: HTML) -> HTML {
        """
        <section class="note \(style)">
        <h3>\(what) <span>\(page.when(record.entry.time)) · \(CasePage.person(item.person(record))) · \
        \(link(record.entry.seq))</span></h3>
        <dl>
        \(rows)</dl>
        </section>

        """
    }

    private func amended(_ amendment: EntryHistory.Amendment) -> HTML {
        let none = Message(en: "(none)", zh: "（无）")
        func value(_ value: JSONValue?, _ name: String) -> HTML {
            guard let value else { return HTML(none) }
            if case .string(let text) = value, !Words.coded.contains(name) { return .lines(text) }
            return HTML(Message { Words.value(value, of: name, $0) })
        }
        let set = amendment.amended.set.members.map { ($0.name, JSONValue?.some($0.value)) }
        let changes = (set + amendment.amended.unset.map { ($0, nil) }).map { name, now -> HTML in
            let member = Words.member(name, of: entry.type)
            let change: HTML =
                "<del>\(value(amendment.former[name], name))</del> → <ins>\(value(now, name))</ins>"
            return CasePage.row(member.en, member.zh, change)
        }
        return note(
            "", Message(en: "Corrected", zh: "更正"), amendment.record,
            "\(CasePage.row("Reason", "理由", .lines(amendment.amended.reason)))\(amendment.isApplied ? "" : notFollowed)\(changes)"
        )
    }

    private var notFollowed: HTML {
        CasePage.row(
            "Not followed", "未予采用",
            HTML(Message(en: "what it says can't stand in such an entry", zh: "所述内容不符合此类条目的格式")))
    }

    private func moved(_ custody: EntryHistory.Custody) -> HTML {
        let moved = custody.moved
        return note(
            "", Message(en: "Handed over", zh: "移交保管"), custody.record,
            """
            \(CasePage.row("From, to", "移交、接收", "\(value: moved.from) → \(value: moved.to)"))\
            \(CasePage.row("When", "时间", moved.at.map { "\(CasePage.claimed($0))" }))\
            \(CasePage.row("Description", "说明", moved.description.map { .lines($0) }))
            """)
    }

    private func opened(_ opening: EntryHistory.Opening) -> HTML {
        note(
            "", Message(en: "Opened", zh: "曾被开启"), opening.record,
            CasePage.row("Purpose", "事由", .lines(opening.opened.purpose)))
    }

    private func received(_ receipt: EntryHistory.Receipt) -> HTML {
        note(
            "", Message(en: "Received", zh: "已签收"), receipt.record,
            CasePage.row("By", "签收人", .value(receipt.received.by)))
    }

    // MARK: Places and times

    private func link(_ seq: UInt64) -> HTML {
        "<a href=\"#e\(seq)\">\(Message(en: "entry \(seq)", zh: "日志第 \(seq) 条"))</a>"
    }

    private func reference(_ reference: EntryReference) -> HTML { link(reference.seq) }

    private var outside: HTML {
        func statement(_ time: OutsideTime, en: String, zh: String) -> HTML {
            let who: HTML =
                switch time.kind {
                case .cosignature: .both("says the witness \(value: time.by)", "见证人 \(value: time.by)")
                case .timestamp: .both("says the timestamp of \(value: time.by)", "时间戳机构 \(value: time.by)")
                }
            return "\(Message(en: en, zh: zh)) \(page.when(time.time)) <span class=\"soft\">\(who)</span>"
        }
        let lines = item.outside.flatMap { bracket in
            [
                bracket.after.map { statement($0, en: "not before", zh: "不早于") },
                bracket.before.map { statement($0, en: "not after", zh: "不晚于") },
            ].compactMap { $0 }
        }
        return lines.isEmpty
            ? "<span class=\"soft\">\(CaseWords.noOutsideTime)</span>"
            : .joined(lines, by: "<br>")
    }
}
