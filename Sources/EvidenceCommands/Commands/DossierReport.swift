internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import TransparencyLog

/// What the commands on cases say, and those on inspections.
struct DossierReport {
    /// The type that opens a dossier of the kind.
    let kind: EntryType
    let desk: Desk

    private var isCase: Bool { kind == .caseOpened }
    private var manage: ManageCases { ManageCases(desk.context, kind) }
    private var word: Message {
        isCase ? Message(en: "case", zh: "案件") : Message(en: "inspection", zh: "巡查")
    }
    private var unit: Message { Message(en: "Unit", zh: isCase ? "责任单位" : "被巡查单位") }
    private var heading: Message {
        isCase ? Message(en: "Case", zh: "案件") : Message(en: "Inspection", zh: "巡查")
    }

    /// Which dossier of another archive a bundle handed over.
    static func elsewhere(_ dossier: ForeignDossier, _ desk: Desk) -> String {
        desk.text(
            "\(dossier.name) of \(dossier.key.name), when it had \(dossier.size) entries",
            "\(dossier.key.name) 的 \(dossier.name)（当时该档案共 \(dossier.size) 条）")
    }

    func opened(_ name: String, _ commit: CommitResult) throws {
        var document = JSONObject()
        document["id"] = .string(name)
        document["seq"] = .integer(Int64(commit.first))
        document["checkpoint"] = .object(JSONShapes.checkpoint(commit.checkpoint))
        try desk.document(document)
        try desk.mention(
            "Opened \(word.en) \(name.shown) (entry \(commit.first)).",
            "\(isCase ? "已立案" : "已登记巡查") \(name.shown)（第 \(commit.first) 条）。")
    }

    func link(_ name: String, _ seqs: [UInt64]) throws {
        let commit = try manage.link(name, seqs)
        var document = JSONObject()
        document["id"] = .string(name)
        document["seq"] = .integer(Int64(commit.first))
        document["linked"] = .array(Set(seqs).sorted().map { .integer(Int64($0)) })
        document["checkpoint"] = .object(JSONShapes.checkpoint(commit.checkpoint))
        try desk.document(document)
        let count = Set(seqs).count
        try desk.mention(
            "Linked \(desk.text(Formats.counted(count, "entry", "entries", zh: "条"))) to \(word.en) \(name.shown).",
            "已将 \(count) 条关联到\(word.zh) \(name.shown)。")
    }

    func took(_ result: TakeStep.Result, in name: String) throws {
        var document = JSONObject()
        document["id"] = .string(name)
        document["seq"] = .integer(Int64(result.seq))
        document["step"] = .string(result.step)
        document.set("result", result.result)
        document["linked"] = .array(result.linked.map { .integer(Int64($0)) })
        document["checkpoint"] = .object(JSONShapes.checkpoint(result.checkpoint))
        try desk.document(document)
        let step = Message { language in
            language.noted(Words.step(result.step, language), result.result.map { Words.result($0, language) })
        }
        let numbers = result.linked.map(String.init)
        let en = numbers.isEmpty ? "" : " Linked to it: \(numbers.joined(separator: ", "))."
        let zh = numbers.isEmpty ? "" : "已关联第 \(numbers.joined(separator: "、")) 条。"
        try desk.mention(
            "Recorded for \(word.en) \(name.shown): \(step.en) (entry \(result.seq)).\(en)",
            "已记录\(word.zh) \(name.shown) 的步骤：\(step.zh)，第 \(result.seq) 条。\(zh)")
    }

    func list() throws {
        let dossiers = try manage.list()
        var document = JSONObject()
        document[isCase ? "cases" : "inspections"] = .array(dossiers.map { .object(CaseShapes.object($0)) })
        let damage = dossiers.lazy.compactMap(\.dossier.damage).first
        document.set("incomplete", damage?.message.en)
        try desk.document(document)
        if dossiers.isEmpty { return try desk.mention("No \(word.en)s.", "没有\(word.zh)。") }
        var table = Table([
            Table.Column(heading),
            Table.Column(Message(en: "Title", zh: "标题"), shrink: .last(to: 12)),
            Table.Column(unit, shrink: .first(to: 8)),
            .moment(Message(en: "Opened", zh: isCase ? "立案时间" : "开始时间")),
            Table.Column(Message(en: "By", zh: isCase ? "立案人" : "登记人"), shrink: .first(to: 6)),
            Table.Column(Message(en: "Entries", zh: "条目"), .right),
        ])
        for item in dossiers {
            table.add([
                Table.Cell(item.dossier.opened.name),
                item.dossier.absence.map { Table.Cell(desk.text($0), .red) }
                    ?? Table.Cell(item.dossier.opened.title ?? ""),
                Table.Cell(item.dossier.opened.unit ?? ""), Table.Cell(desk.dated(item.opened)),
                Table.Cell(item.openedBy),
                "\(item.entries.count + item.linked.count)",
            ])
        }
        try desk.say(table.lines(in: desk.language, width: desk.width, styles: desk.styles))
        if let damage { throw damage }
    }

    func show(_ id: String) throws {
        let (overview, reading) = try manage.show(id)
        let records = ReadRecords(desk.context)
        let summaries = try (overview.entries + overview.linked).sorted().map { try records.summary($0, reading) }
        if desk.isJSON {
            var document = CaseShapes.object(overview)
            document["records"] = .array(summaries.map { .object(JSONShapes.record($0)) })
            try desk.document(document)
            return try requireBodies(summaries)
        }
        let opened = overview.dossier.opened
        var fields = Fields()
        fields.add(heading, opened.name)
        if let title = opened.title { fields.add(Message(en: "Title", zh: "标题"), title) }
        if let absence = overview.dossier.absence {
            fields.add(Message(en: "Content", zh: "内容"), absence, in: desk.language, .red)
        }
        for fact in Words.facts(opened.json, of: kind) { fields.add(fact.label, fact.value, in: desk.language) }
        if let joins = opened.joins {
            fields.add(Message(en: "Joins", zh: "并案"), DossierReport.elsewhere(joins, desk))
        }
        fields.add(
            Message(en: "Opened", zh: isCase ? "立案" : "开始"), desk.listed(desk.dated(overview.opened), overview.openedBy)
        )
        var table = Table([
            Table.Column(Message(en: "No.", zh: "编号"), .right), .moment(Message(en: "Entered", zh: "录入时间")),
            Table.Column(Message(en: "What", zh: "事项")),
            Table.Column(Message(en: "About", zh: "内容"), shrink: .last(to: 12)),
            Table.Column(Message(en: "By", zh: "录入人"), shrink: .first(to: 6)),
        ])
        let linked = Set(overview.linked)
        for summary in summaries {
            let entry = summary.record.entry
            let isLinked = linked.contains(entry.seq)
            table.add([
                "\(entry.seq)", Table.Cell(desk.dated(entry.time)),
                Table.Cell(desk.text(Words.event(entry.typeName)) + (isLinked ? desk.text(" (linked)", "（关联）") : "")),
                summary.history.object.map { Table.Cell(Words.subject($0, desk.language)) }
                    ?? Table.Cell(desk.text(HistoryFields.absence(summary.history)), .red),
                Table.Cell(summary.person),
            ])
        }
        try desk.say(
            fields.lines(in: desk.language, width: desk.width, styles: desk.styles) + [""]
                + table.lines(in: desk.language, width: desk.width, styles: desk.styles))
        try requireBodies(summaries)
    }

    private func requireBodies(_ summaries: [RecordSummary]) throws {
        for summary in summaries { try summary.history.requireBody() }
    }
}

/// A case or an inspection as JSON.
enum CaseShapes {
    static func object(_ overview: ManageCases.Overview) -> JSONObject {
        let opened = overview.dossier.opened
        var object = JSONObject()
        for member in opened.json.members {
            switch member.name {
            case "name": object["id"] = member.value
            case "dossier": object["dossierId"] = member.value
            case "person": object["responsible"] = member.value
            default: object[member.name] = member.value
            }
        }
        overview.dossier.noteAbsence(in: &object)
        object["opened"] = .string(overview.opened.description)
        object["openedBy"] = .string(overview.openedBy)
        object["entries"] = .array(overview.entries.map { .integer(Int64($0)) })
        object["linked"] = .array(overview.linked.map { .integer(Int64($0)) })
        return object
    }
}

extension LogReading.Dossier {
    /// The member `withdrawn` or `bodyMissing`, where there is no opening.
    func noteAbsence(in object: inout JSONObject) {
        if isWithdrawn { object["withdrawn"] = .bool(true) }
        if isMissing { object["bodyMissing"] = .bool(true) }
    }
}
