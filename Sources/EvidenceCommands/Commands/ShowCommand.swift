internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages

struct ShowCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "show", abstract: Speech.say("Show one entry.", "显示一条条目。"))
    }
    static let example = "evidence show 12"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75, 77]

    @Argument(help: help("The entry's number.", "条目编号。", valueName: "seq"))
    var seq: UInt64
    @Flag(help: help("Print the entry's exact bytes, of which the leaf hash is taken.", "输出条目的原始字节（叶哈希即由此计算）。"))
    var raw = false
    @OptionGroup var sealed: SealedOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if raw, sealed.key != nil {
            throw ValidationError(Speech.say("Use either --raw or --key.", "--raw 与 --key 只能用一个。"))
        }
    }

    func run(at desk: Desk) throws {
        let records = ReadRecords(desk.context)
        if raw { return try Terminal.output.write(try records.raw(seq)) }
        let opened = try sealed.open(seq, desk)
        let (summary, outside) = try records.one(seq)
        var document = JSONShapes.record(summary)
        if let opened { document["opened"] = .object(SealedText.object(opened)) }
        OutsideText.add(outside, to: &document)
        try desk.document(document)
        let language = desk.language
        let entry = summary.record.entry
        var fields = Fields()
        fields.add(Message(en: "Entry", zh: "编号"), "\(seq)")
        fields.add(Message(en: "What", zh: "事项"), Words.event(entry.typeName), in: language)
        fields.add(
            Message(en: "Entered", zh: "录入"),
            desk.listed(
                desk.language.noted(desk.local(entry.time, seconds: true), desk.zone.name, desk.ago(entry.time)),
                desk.language.noted(summary.person, entry.actor)))
        if !summary.dossiers.isEmpty { fields.add(Message(en: "Case", zh: "案卷"), summary.dossiers) }
        if let added = summary.added {
            if let sealing = added.sealed { SealedText.add(sealing, isOpen: opened != nil, to: &fields, desk) }
            if let record = added.sealed == nil ? added : opened?.inside { addRecord(record, to: &fields, desk) }
        } else if let object = summary.history.object {
            addMembers(object, of: entry.type, to: &fields, desk)
        }
        HistoryFields.add(summary, to: &fields, desk)
        OutsideText.add(outside, to: &fields, desk)
        fields.add(Message(en: "Leaf hash", zh: "叶哈希"), summary.record.leafHash.hex)
        try desk.say(fields.lines(in: language, width: desk.width, styles: desk.styles))
        try summary.history.requireBody()
    }

    private func addRecord(_ added: EvidenceAdded, to fields: inout Fields, _ desk: Desk) {
        let language = desk.language
        func add(_ en: String, _ zh: String, _ value: String?) {
            if let value { fields.add(Message(en: en, zh: zh), value) }
        }
        add("Kind", "类别", Words.kind(added, language))
        add("Title", "标题", added.title)
        add("Description", "说明", added.description)
        let times = [added.occurredFrom, added.occurredTo].compactMap { $0?.description }
        add(
            "Occurred", "发生时间",
            times.isEmpty
                ? nil
                : desk.language.noted(
                    times.joined(separator: " – "), (added.occurredTo ?? added.occurredFrom).flatMap { desk.ago($0) }))
        add("Place", "地点", added.place)
        if !added.people.isEmpty {
            fields.add(
                Message(en: "People", zh: "人员"),
                added.people.map { person in person.role.map { desk.language.noted(person.name, $0) } ?? person.name })
        }
        add("Method", "工作方式", added.method.map { Words.method($0, language) })
        add("Content", "巡查内容", added.content.map { Words.content($0, language) })
        add("Classification", "密级", added.classification)
        if !added.tags.isEmpty { fields.add(Message(en: "Tags", zh: "标签"), added.tags) }
        add("Device", "设备", added.acquired.device)
        add("Serial number", "序列号", added.acquired.serial)
        add("Device's clock", "设备时钟", added.acquired.clockOffset.map { MediaLines.clock($0, desk.language) })
        add("Bundle of", "案卷包", added.bundle.map { DossierReport.elsewhere($0, desk) })
        for file in added.files {
            fields.add(
                Message(en: "File", zh: "文件"),
                [file.name, desk.listed(Formats.bytes(Int64(file.size)), file.type), "sha256 \(file.sha256.hex)"]
                    + MediaLines(file, of: added, desk.language).lines)
        }
    }

    private func addMembers(
        _ object: JSONObject, of type: EntryType?, to fields: inout Fields, _ desk: Desk
    ) {
        if let type, type.opensDossier || type.isStep {
            // The dossier's name stands above already.
            if let title = object["title"]?.string { fields.add(Message(en: "Title", zh: "标题"), title) }
            for fact in Words.facts(object, of: type) { fields.add(fact.label, fact.value, in: desk.language) }
            return
        }
        for member in object.members where member.name != "salt" && member.name != "signed" {
            fields.add(Words.member(member.name, of: type), Words.value(member.value, of: member.name, desk.language))
        }
    }
}
