package import EvidenceRecord
package import Inspection

/// A case as a board shows it, whichever way: in a table, as CSV, as a page, in a calendar.
package struct BoardRow: Sendable {
    /// What people call the case.
    package let name: String
    package let title: String?
    /// The names of the archives that have it; empty where there is one archive alone.
    package let archives: [String]
    package let inspection: String?
    package let county: String?
    package let unit: String?
    /// Who entered it.
    package let inspector: String
    package let isMajor: Bool
    package let found: Day
    package let standing: CaseStanding
    /// The same in every export, so that a calendar knows the case again: it stands for the dossier's identity.
    package let uid: String

    package init(
        name: String, title: String?, archives: [String], inspection: String?, county: String?, unit: String?,
        inspector: String, isMajor: Bool, found: Day, standing: CaseStanding, uid: String
    ) {
        self.name = name
        self.title = title
        self.archives = archives
        self.inspection = inspection
        self.county = county
        self.unit = unit
        self.inspector = inspector
        self.isMajor = isMajor
        self.found = found
        self.standing = standing
        self.uid = uid
    }

    package var isOpen: Bool { standing.state.isOpen }
}

/// How many cases of a county, a unit or an inspector stand how.
package struct BoardCounts: Sendable, Equatable {
    package private(set) var open = 0
    package private(set) var dueSoon = 0
    package private(set) var overdue = 0
    /// Cases of which evidence is missing or a rule was broken, be they open or not.
    package private(set) var withFindings = 0
    package private(set) var all = 0

    package init(_ rows: some Sequence<BoardRow>) {
        for row in rows {
            all += 1
            if row.isOpen { open += 1 }
            if row.standing.isDueSoon { dueSoon += 1 }
            if row.standing.isOverdue { overdue += 1 }
            if !row.standing.findings.isEmpty { withFindings += 1 }
        }
    }
}

/// What the cases of a board can be counted by.
package enum BoardGrouping: String, CaseIterable, Sendable {
    case county
    case unit
    case inspector

    package var heading: Message {
        switch self {
        case .county: Message(en: "County", zh: "市县")
        case .unit: Message(en: "Unit", zh: "责任单位")
        case .inspector: Message(en: "Inspector", zh: "录入人")
        }
    }

    /// The groups by name, those with the most overdue and then the most open cases first; nil is the name of the cases that
    /// say none, which come last.
    package func groups(_ rows: [BoardRow]) -> [(name: String?, counts: BoardCounts)] {
        let named = Dictionary(grouping: rows) { row in
            switch self {
            case .county: row.county
            case .unit: row.unit
            case .inspector: row.inspector
            }
        }
        return named.map { (name: $0.key, counts: BoardCounts($0.value)) }.sorted { one, other in
            switch (one.name, other.name) {
            case (nil, _): return false
            case (_, nil): return true
            case (let first?, let second?):
                if one.counts.overdue != other.counts.overdue { return one.counts.overdue > other.counts.overdue }
                if one.counts.open != other.counts.open { return one.counts.open > other.counts.open }
                return first < second
            }
        }
    }
}

extension Words {
    /// The moment that a board shows: now, or the end of a day that somebody asked for.
    package static func asOf(_ day: Day, isNow: Bool) -> Message {
        isNow
            ? Message(en: "As of \(day)", zh: "截至 \(day)")
            : Message(en: "As of the end of \(day)", zh: "截至 \(day) 日终")
    }

    /// Stands before what could not be read.
    static let incomplete = Message(
        en: "Not complete: not all could be read to the end.", zh: "并不完整：有内容未能读取。")

    package static func state(_ state: CaseState) -> Message { Message(en: state.english, zh: state.chinese) }

    /// What is wrong with a case or an inspection, with the rule that it breaks.
    package static func finding(_ finding: Finding) -> Message {
        Message(
            en: "\(finding.english) [\(finding.rule.rawValue)]", zh: "\(finding.chinese)〔\(finding.rule.rawValue)〕")
    }

    /// A deadline: its day, and the last day in time where that is another.
    package static func deadline(_ deadline: Deadline) -> Message {
        var remarks: [Message] = []
        if deadline.lastDay != deadline.due {
            remarks.append(Message(en: "put off to \(deadline.lastDay)", zh: "顺延至 \(deadline.lastDay)"))
        }
        if deadline.isEstimated { remarks.append(Message(en: "estimated", zh: "估算")) }
        if remarks.isEmpty { return Message(en: "\(deadline.due)", zh: "\(deadline.due)") }
        return Message { language in
            language.noted("\(deadline.due)", remarks.map { $0.text(in: language) }.joined(separator: language.comma))
        }
    }
}
