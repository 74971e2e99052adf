internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages

struct ListCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: Speech.say("List the records.", "列出记录。"))
    }
    static let example = "evidence list --case HN-2026-001 --kind photo --since 2026-03-12"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75]
    static let takesSeveralArchives = true

    @OptionGroup var filters: FilterOptions
    @Option(help: help("Only the newest of them, so many.", "只列出其中最新的若干条。", valueName: "count"))
    var last: Int?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if let last, last < 1 {
            throw ValidationError(Speech.say("--last takes a number from 1 on.", "--last 须为不小于 1 的整数。"))
        }
    }

    func run(at desk: Desk) throws {
        let filter = try filters.filter()
        var firstDamaged: EntryHistory?
        let several = try desk.severalArchives()
        func forEachRecord(_ take: (SeveralArchives.Member?, RecordSummary) throws -> Void) throws {
            func body(_ member: SeveralArchives.Member?, _ record: RecordSummary) throws {
                if firstDamaged == nil, record.history.lacksBody { firstDamaged = record.history }
                try take(member, record)
            }
            switch (several, last) {
            case (let several?, let last?):
                for (member, record) in try several.last(last, filter) { try body(member, record) }
            case (let several?, nil): try several.forEachRecord(filter, body)
            case (nil, let last?):
                for record in try ReadRecords(desk.context).last(last, filter) { try body(nil, record) }
            case (nil, nil): try ReadRecords(desk.context).forEach(filter) { try body(nil, $0) }
            }
        }
        if desk.isJSON {
            try desk.document(arrays: several == nil ? ["records"] : ["records", "unread"]) { document in
                try forEachRecord { try document.add(JSONShapes.of($0, JSONShapes.record($1))) }
                for unread in several.map(Desk.unread) ?? [] { try document.add(unread, to: 1) }
            }
            try firstDamaged?.requireBody()
            return try desk.complete(several)
        }
        let ofArchive = Table.Column(Message(en: "Archive", zh: "档案"), shrink: .last(to: 8))
        let columns = [
            Table.Column(Message(en: "No.", zh: "编号"), .right), .moment(Message(en: "When", zh: "时间")),
            Table.Column(Message(en: "Kind", zh: "类别")),
            Table.Column(Message(en: "Title", zh: "标题"), shrink: .last(to: 12)),
            Table.Column(Message(en: "Case", zh: "案卷"), shrink: .first(to: 12)),
            Table.Column(Message(en: "By", zh: "录入人"), shrink: .first(to: 6)),
            Table.Column(Message(en: "Files", zh: "文件"), .right),
        ]
        var table = LongTable((several == nil ? [] : [ofArchive]) + columns, desk)
        var count = 0
        try forEachRecord { member, summary in
            count += 1
            let added = summary.added
            let archive = member.map { [Table.Cell($0.name)] } ?? []
            try table.add(
                archive + [
                    "\(summary.record.entry.seq)",
                    Table.Cell(added?.moment.map { desk.dated($0) } ?? desk.dated(summary.record.entry.time)),
                    Table.Cell(added.map { Words.kind($0, desk.language) } ?? "—"),
                    ListCommand.title(summary, desk),
                    Table.Cell(summary.dossiers.joined(separator: " ")), Table.Cell(summary.person),
                    added?.sealed == nil ? "\(added?.files.count ?? 0)" : "—",
                ])
        }
        try table.finish()
        if count == 0 { try desk.mention("No records.", "没有记录。") }
        try firstDamaged?.requireBody()
        try desk.complete(several)
    }
}

extension ListCommand {
    /// A record's title, marked where it was amended; why there is none where it was withdrawn, or is damaged.
    static func title(_ summary: RecordSummary, _ desk: Desk) -> Table.Cell {
        guard let added = summary.added else {
            return Table.Cell(HistoryFields.absence(summary.history).text(in: desk.language), .red)
        }
        let title = Words.title(added, desk.language)
        return Table.Cell(summary.history.isAmended ? desk.language.noted(title, desk.text("amended", "已更正")) : title)
    }
}
