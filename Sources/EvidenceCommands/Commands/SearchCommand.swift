internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages

struct SearchCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "search", abstract: Speech.say("Find records, cases and steps by words.", "按词查找记录、案件和步骤。"),
            discussion: Speech.say(
                "All words must occur, in titles, descriptions, what was said of steps, people, places, tags, units or file names. Case and width of letters do not matter. A phrase in quotation marks keeps its spaces.",
                "所给的词须全部出现在标题、说明、步骤情况、人员、地点、标签、单位或文件名中，不分大小写和全半角。引号中的短语保留空格。"))
    }
    static let example = "evidence search 安全出口 堵塞 --case HN-2026-001"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75]
    static let takesSeveralArchives = true

    @Argument(help: help("The words to find.", "要查找的词。", valueName: "text"))
    var text: [String]
    @OptionGroup var filters: FilterOptions
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let several = try desk.severalArchives()
        let text = text.joined(separator: " ")
        let filter = try filters.filter()
        func search(_ body: (SeveralArchives.Member?, SearchRecords.Hit) throws -> Void) throws {
            if let several { return try several.search(text, filter, body) }
            try SearchRecords(desk.context).run(text, filter) { try body(nil, $0) }
        }
        if desk.isJSON {
            try desk.document(arrays: ["cases", "records", "steps"] + (several == nil ? [] : ["unread"])) { document in
                try search { member, hit in
                    let array = hit.isStep ? 2 : hit.isRecord ? 1 : 0
                    try document.add(JSONShapes.of(member, SearchCommand.object(hit)), to: array)
                }
                for unread in several.map(Desk.unread) ?? [] { try document.add(unread, to: 3) }
            }
            return try desk.complete(several)
        }
        var cases = 0
        var records = 0
        var steps = 0
        try search { member, hit in
            if hit.isStep { steps += 1 } else if hit.isRecord { records += 1 } else { cases += 1 }
            try desk.say(SearchCommand.lines(hit, in: member, desk))
        }
        let found = [
            cases == 0 ? nil : Formats.counted(cases, "case", "cases", zh: "个案卷"),
            records == 0 && cases + steps > 0 ? nil : Formats.counted(records, "record", "records", zh: "条记录"),
            steps == 0 ? nil : Formats.counted(steps, "step", "steps", zh: "个步骤"),
        ]
        let list = found.compactMap { $0.map(desk.text) }
        if cases + records + steps == 0 {
            try desk.mention("Nothing was found.", "没有找到。")
        } else {
            try desk.mention(
                "Found \(list.joined(separator: " and ")).", "找到 \(list.joined(separator: "、"))。")
        }
        try desk.complete(several)
    }

    // MARK: JSON

    private static func object(_ hit: SearchRecords.Hit) -> JSONObject {
        var object = JSONShapes.record(hit.summary)
        // As other lists of cases have it.
        if !hit.isRecord, !hit.isStep { object["id"] = object["name"] }
        object["matches"] = .array(
            hit.matches.map { match in
                var place = JSONObject()
                place["field"] = .string(match.field.rawValue)
                place["text"] = .string(match.text)
                place["ranges"] = .array(
                    match.ranges.map { .array([.integer(Int64($0.lowerBound)), .integer(Int64($0.count))]) })
                return .object(place)
            })
        return object
    }

    // MARK: Text

    private static let shownMatches = 4

    /// What was found in a few lines: number and title, of several archives which, when and where, and the places with the
    /// words.
    private static func lines(
        _ hit: SearchRecords.Hit, in member: SeveralArchives.Member?, _ desk: Desk
    ) -> [String] {
        let summary = hit.summary
        let number = "\(summary.record.entry.seq)"
        let indent = number.count + 2
        let margin = String(repeating: " ", count: indent)
        let room = desk.width.map { max(8, $0 - indent) }
        let isCase = !hit.isRecord && !hit.isStep
        let name = summary.object?["name"]?.string
        let title = summary.object?["title"]?.string
        func marked(_ field: SearchableText.Field, _ text: String?) -> MarkedText? {
            text.map { MarkedText($0, hit.matches.first { $0.field == field }?.ranges ?? []) }
        }
        let step = summary.object.flatMap { Words.step($0, desk.language) }
        let head = hit.isStep ? step.map { MarkedText($0, []) } : isCase ? marked(.name, name) : marked(.title, title)
        var lines = [
            desk.styles(number, .bold) + "  " + (head?.line(width: room, styles: desk.styles) ?? "")
        ]
        let facts = [
            member?.name,
            !hit.isRecord
                ? desk.text(Words.event(summary.record.entry.typeName))
                : summary.added.map { Words.kind($0, desk.language) },
            (summary.added?.moment ?? summary.history.step?.occurred.from).map { desk.dated($0) }
                ?? desk.dated(summary.record.entry.time),
            isCase ? nil : summary.dossiers.joined(separator: " "), summary.person,
        ].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ").shown
        lines.append(margin + desk.styles(room.map { facts.truncated(to: $0) } ?? facts, .dim))
        let others = hit.matches.filter { hit.isStep || $0.field != (isCase ? .name : .title) }
        for match in others.prefix(shownMatches) {
            let label = desk.text(Words.field(match.field)) + desk.text(": ", "：")
            let text = MarkedText(match.text, match.ranges)
            lines.append(margin + label + text.line(width: room.map { max(8, $0 - label.cells) }, styles: desk.styles))
        }
        let more = others.count - shownMatches
        if more > 0 {
            lines.append(
                margin + desk.text("and in \(more) more \(more == 1 ? "place" : "places")", "另有 \(more) 处"))
        }
        return lines
    }
}

extension SearchRecords.Hit {
    fileprivate var isRecord: Bool { summary.record.entry.type == .evidenceAdded }
    fileprivate var isStep: Bool { summary.record.entry.type?.isStep == true }
}

extension Words {
    /// What a field is called where it is shown.
    static func field(_ field: SearchableText.Field) -> Message {
        switch field {
        case .title: Message(en: "Title", zh: "标题")
        case .name: Message(en: "Name", zh: "名称")
        case .people: Message(en: "People", zh: "人员")
        case .place: Message(en: "Place", zh: "地点")
        case .tags: Message(en: "Tag", zh: "标签")
        case .unit: Message(en: "Unit", zh: "责任单位")
        case .acquired: Message(en: "Acquired", zh: "取得")
        case .description: Message(en: "Description", zh: "说明")
        case .summary: Message(en: "Summary", zh: "情况")
        case .files: Message(en: "File", zh: "文件")
        }
    }
}
