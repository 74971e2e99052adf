internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages

struct SearchCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "search", abstract: Speech.say("Find records and cases by words.", "按词查找记录和案件。"),
            discussion: Speech.say(
                "All words must occur, in titles, descriptions, people, places, tags, units or file names. Case and width of letters do not matter. A phrase in quotation marks keeps its spaces.",
                "所给的词须全部出现在标题、说明、人员、地点、标签、单位或文件名中，不分大小写和全半角。引号中的短语保留空格。"))
    }
    static let example = "evidence search 安全出口 堵塞 --case HN-2026-001"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75]

    @Argument(help: help("The words to find.", "要查找的词。", valueName: "text"))
    var text: [String]
    @OptionGroup var filters: FilterOptions
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let search = SearchRecords(desk.context)
        let text = text.joined(separator: " ")
        let filter = try filters.filter()
        if desk.isJSON {
            return try desk.document(arrays: "cases", "records") { document in
                try search.run(text, filter) { hit in
                    let array = hit.summary.record.entry.type == .evidenceAdded ? 1 : 0
                    try document.add(SearchCommand.object(hit), to: array)
                }
            }
        }
        var cases = 0
        var records = 0
        try search.run(text, filter) { hit in
            if hit.summary.record.entry.type == .evidenceAdded { records += 1 } else { cases += 1 }
            try desk.say(SearchCommand.lines(hit, desk))
        }
        let found = [
            cases == 0 ? nil : Formats.counted(cases, "case", "cases", zh: "个案卷"),
            records == 0 && cases > 0 ? nil : Formats.counted(records, "record", "records", zh: "条记录"),
        ]
        let list = found.compactMap { $0.map(desk.text) }
        if cases + records == 0 { return try desk.mention("Nothing was found.", "没有找到。") }
        try desk.mention(
            "Found \(list.joined(separator: " and ")).", "找到 \(list.joined(separator: "、"))。")
    }

    // MARK: JSON

    private static func object(_ hit: SearchRecords.Hit) -> JSONObject {
        var object = JSONShapes.record(hit.summary)
        // As other lists of cases have it.
        if hit.summary.record.entry.type != .evidenceAdded { object["id"] = object["name"] }
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

    /// What was found in a few lines: number and title, when and where, and the places with the words.
    private static func lines(_ hit: SearchRecords.Hit, _ desk: Desk) -> [String] {
        let summary = hit.summary
        let number = "\(summary.record.entry.seq)"
        let indent = number.count + 2
        let margin = String(repeating: " ", count: indent)
        let room = desk.width.map { max(8, $0 - indent) }
        let isCase = summary.record.entry.type != .evidenceAdded
        let name = summary.object?["name"]?.string
        let title = summary.object?["title"]?.string
        func marked(_ field: SearchableText.Field, _ text: String?) -> MarkedText? {
            text.map { MarkedText($0, hit.matches.first { $0.field == field }?.ranges ?? []) }
        }
        let head = isCase ? marked(.name, name) : marked(.title, title)
        var lines = [
            desk.styles(number, .bold) + "  " + (head?.line(width: room, styles: desk.styles) ?? "")
        ]
        let facts = [
            isCase
                ? desk.text(Words.event(summary.record.entry.typeName))
                : summary.added.map { Words.kind($0, desk.language) },
            summary.added?.moment.map { desk.dated($0) } ?? desk.dated(summary.record.entry.time),
            isCase ? nil : summary.dossiers.joined(separator: " "), summary.person,
        ].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ").shown
        lines.append(margin + desk.styles(room.map { facts.truncated(to: $0) } ?? facts, .dim))
        let others = hit.matches.filter { $0.field != (isCase ? .name : .title) }
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
        case .files: Message(en: "File", zh: "文件")
        }
    }
}
