package import EvidenceRecord
package import Inspection

/// What is covered as comma-separated values, as ``BoardCSV`` writes them.
package struct CoverageCSV {
    private let language: Language
    private let unread: [String]

    /// - Parameter unread: what could not be read, which a last row says.
    package init(language: Language, unread: [String]) {
        self.language = language
        self.unread = unread
    }

    package func text(_ outlook: CoverageOutlook) -> String {
        let rows = outlook.lines.map { line in
            [
                line.region.chinese, line.region.english,
                language.pick(line.region.kind.english, line.region.kind.chinese),
                line.last.map { "\($0)" } ?? Words.never.text(in: language), line.due.map { "\($0)" } ?? "",
                line.isOverdue ? language.pick("yes", "是") : language.pick("no", "否"),
                outlook.plan.filter { $0.regions.contains(line.region) }.map { "\($0.year)" }
                    .joined(separator: language.comma),
                "\(outlook.day)",
            ]
        }
        return BoardCSV.text(headings: CoverageCSV.headings, rows: rows, unread: unread, language: language)
    }

    private static let headings = [
        Message(en: "Name", zh: "市县"), Message(en: "English name", zh: "英文名称"), Message(en: "Kind", zh: "类别"),
        Message(en: "Last inspected", zh: "最近巡查"), Message(en: "Due", zh: "应再巡查日期"), Message(en: "Overdue", zh: "逾期"),
        Message(en: "Planned", zh: "计划年度"), Message(en: "As of", zh: "截至"),
    ]
}

extension Words {
    package static let never = Message(en: "never", zh: "从未巡查")

    /// A region by its name in the reader's language.
    package static func region(_ region: Region) -> Message { Message(en: region.english, zh: region.chinese) }

    /// A region to visit, with the day by which, where there is one.
    package static func visit(_ region: Region, by day: Day?) -> Message {
        guard let day else { return self.region(region) }
        return Message(en: "\(region.english) (by \(day))", zh: "\(region.chinese)（最迟 \(day)）")
    }

    /// What keeps something from being counted or planned, one sentence each.
    package static func remarks(_ outlook: CoverageOutlook, withoutCounty: [String]) -> [Message] {
        var remarks: [Message] = []
        if !outlook.late.isEmpty {
            let late = outlook.late.map { visit($0.region, by: $0.due) }
            remarks.append(
                Message(
                    en: "No plan keeps three years (S1) for: \(list(late, .en)). Inspect them at once.",
                    zh: "下列市县已无法通过计划满足三年全覆盖（S1），应立即安排巡查：\(list(late, .zhHans))。"))
        }
        if !outlook.unplanned.isEmpty {
            let unplanned = outlook.unplanned.map { region($0) }
            remarks.append(
                Message(
                    en: "Not within the years of the plan: \(list(unplanned, .en)).",
                    zh: "计划年度内未安排：\(list(unplanned, .zhHans))。"))
        }
        if !outlook.unknown.isEmpty {
            let names = outlook.unknown.map { Message(en: $0.shown, zh: $0.shown) }
            remarks.append(
                Message(
                    en: "Not counted, since no such city or county is on the list: \(list(names, .en)).",
                    zh: "名单中没有下列市县，未计入：\(list(names, .zhHans))。"))
        }
        if !withoutCounty.isEmpty {
            let names = withoutCounty.map { Message(en: $0.shown, zh: $0.shown) }
            remarks.append(
                Message(
                    en: "Not counted, since these inspections name no county: \(list(names, .en)).",
                    zh: "下列巡查未注明市县，未计入：\(list(names, .zhHans))。"))
        }
        return remarks
    }

    private static func list(_ items: [Message], _ language: Language) -> String {
        items.map { $0.text(in: language) }.joined(separator: language == .en ? ", " : "、")
    }
}
