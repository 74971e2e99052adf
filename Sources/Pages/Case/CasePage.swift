internal import EvidenceRecord

/// What a case's pages have in common.
struct CasePage {
    let head: CaseHead
    /// The page's own styles.
    let style: String
    let title: Message
    /// Where pictures may come from, as a Content-Security-Policy has it.
    var pictures = PageFrame.ownPictures

    private var frame: PageFrame {
        PageFrame(title: "\(head.opened.name) · \(title.zh) · \(title.en)", style: style, pictures: pictures)
    }

    /// All up to the page's content.
    var opening: HTML { frame.opening }

    var closing: HTML { PageFrame.closing }

    // MARK: Words

    func when(_ time: Timestamp) -> String { head.zone.local(time, seconds: true) }

    /// A claimed time as it was given: `2026-03-12 14:30 +08:00`.
    static func claimed(_ time: ClaimedTime) -> String {
        let text = time.description
        guard text.count > 10 else { return text }
        let clock = text.dropFirst(11)
        let zone = clock.lastIndex { $0 == "+" || $0 == "-" || $0 == "Z" } ?? clock.endIndex
        let offset = clock[zone...] == "Z" ? "UTC" : clock[zone...]
        return "\(text.prefix(10)) \(clock[..<zone]) \(offset)"
    }

    /// A person with role and unit.
    static func person(_ person: PersonDetails) -> HTML {
        let name = HTML.value(person.person)
        let remarks = [person.unit, person.role].compactMap { $0 }.map { HTML.value($0) }
        if remarks.isEmpty { return name }
        return .both(
            "\(name) (\(HTML.joined(remarks, by: ", ")))", "\(name)（\(HTML.joined(remarks, by: "，"))）")
    }

    /// One row of a description list.
    static func row(_ en: String, _ zh: String, _ value: HTML?) -> HTML {
        guard let value else { return "" }
        return "<div><dt>\(Message(en: en, zh: zh))</dt><dd>\(value)</dd></div>\n"
    }

    /// What the opening says, a row a member.
    func facts(omitting omitted: Set<String> = []) -> [HTML] {
        Words.facts(head.opened.json, of: head.kind).filter { !omitted.contains($0.member) }.map { fact in
            CasePage.row(fact, when: head.opened.details.occurred)
        }
    }

    /// What a member says, in a row.
    ///
    /// - Parameter occurred: what the member of that name says.
    static func row(_ fact: Words.Fact, when occurred: Occurrence) -> HTML {
        let isSame = fact.value.en.hasSameBytes(as: fact.value.zh)
        let value = isSame ? HTML.lines(fact.value.en) : HTML(fact.value)
        let span = fact.member == "occurred" ? span(occurred.from, occurred.to) : nil
        return row(fact.label.en, fact.label.zh, span ?? value)
    }

    /// One or several sides of something that lasted.
    static func span(_ from: ClaimedTime?, _ to: ClaimedTime?) -> HTML? {
        let times = [from, to].compactMap { $0 }.map { claimed($0) }
        return times.isEmpty ? nil : "\(times.joined(separator: " – "))"
    }

    /// What a file is and how much of it there is.
    static func size(_ file: FileRecord) -> String { "\(Formats.bytes(Int64(clamping: file.size))) · \(file.type)" }
}
