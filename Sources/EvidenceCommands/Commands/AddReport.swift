internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import TransparencyLog

/// What `evidence add` says when it is done.
struct AddReport {
    private static let mostLines: UInt64 = 20
    private static let mostNames = 3

    let result: AddEvidence.Result
    let desk: Desk

    func show() throws {
        if desk.isJSON { return try desk.document(try document()) }
        if !desk.isQuiet { try desk.say(try lines()) }
    }

    // MARK: For programs

    private func document() throws -> JSONObject {
        var held = result.alreadyHeld.makeIterator()
        var entries: [JSONValue] = []
        try forEachRecord(in: result.records) { summary, added in
            var object = JSONObject()
            object["seq"] = .integer(Int64(summary.record.entry.seq))
            object["leafHash"] = .string(summary.record.leafHash.hex)
            if let readers = summary.object?["sealed"]?.object?["readers"] { object["readers"] = readers }
            object["files"] = .array(
                added.files.map { file in
                    var member = JSONObject()
                    member["name"] = .string(file.name)
                    member["sha256"] = .string(file.sha256.hex)
                    member["size"] = .integer(Int64(file.size))
                    member["held"] = .string(file.held.rawValue)
                    member.set("location", file.location)
                    member["alreadyHeld"] = .bool(held.next() ?? false)
                    return .object(member)
                })
            entries.append(.object(object))
        }
        var document = JSONObject()
        document["entries"] = .array(entries)
        document["checkpoint"] = .object(JSONShapes.checkpoint(result.checkpoint))
        document["skipped"] = .array(
            result.skipped.map { skipped in
                var object = JSONObject()
                object["name"] = .string(skipped.name)
                object["seq"] = .integer(Int64(skipped.seq))
                object.set("linked", skipped.linked.map { .string($0) })
                return .object(object)
            })
        if result.resumed.files > 0 {
            var resumed = JSONObject()
            resumed["files"] = .integer(Int64(result.resumed.files))
            resumed["bytes"] = .integer(Int64(result.resumed.bytes))
            resumed["changed"] = .array(result.resumed.changed.map { .string($0) })
            document["resumed"] = .object(resumed)
        }
        document["leftOut"] = .array(result.leftOut.map { .string($0) })
        return document
    }

    private func forEachRecord(
        in seqs: Range<UInt64>, _ body: (RecordSummary, EvidenceAdded) throws -> Void
    ) throws {
        try ReadRecords(desk.context).forEach(in: seqs) { summary in
            if let added = summary.added { try body(summary, added) }
        }
    }

    // MARK: For people

    private func lines() throws -> [String] {
        var lines = result.records.isEmpty ? [] : try table(result.records) + [""]
        if result.records.isEmpty {
            lines += sentence("Nothing new was added.", "没有新增记录。")
        } else {
            let (records, files) = (counted(result.records.count, "record", "条记录"), count(of: result.fileCount))
            let entries = Formats.count(Int(result.checkpoint.size))
            lines += sentence(
                "Added \(records.en) with \(files.en); the archive now has \(entries) entries.",
                "已添加 \(records.zh)、\(files.zh)；档案现有 \(entries) 条。")
        }
        if !result.readers.isEmpty, !result.records.isEmpty {
            let readers = result.readers.map { "“\($0.shown)”" }
            lines += sentence(
                "Sealed to \(readers.joined(separator: ", ")): whoever has none of their private keys can't read it, and neither can you. The originals still lie open where they were.",
                "已密封给\(readers.joined(separator: "、"))：没有其私钥的人（包括您）无法读取。原文件仍在原处，未加密。")
        }
        let already = result.alreadyHeld.filter { $0 }.count
        if already > 0 {
            let files = count(of: already)
            lines += sentence(
                "The content of \(files.en) was held already and is kept once.", "其中 \(files.zh)的内容此前已存，只保留一份。")
        }
        if result.isReference, !result.records.isEmpty {
            lines += sentence(
                "Nothing was copied: the files stay where they lie, and the archive holds their digests alone. Keep them there, or find them with --media-root.",
                "未复制文件：文件仍在原处，档案中只有其摘要。请妥善保管；如移往别处，核验时请用 --media-root 指明。")
        }
        return lines + resumedLines() + skippedLines() + leftOutLines() + (try nextLines())
    }

    private func table(_ records: Range<UInt64>) throws -> [String] {
        var table = Table([
            Table.Column(Message(en: "No.", zh: "编号"), .right), Table.Column(Message(en: "Kind", zh: "类别")),
            Table.Column(Message(en: "Title", zh: "标题"), shrink: .last(to: 12)),
            Table.Column(Message(en: "Size", zh: "大小"), .right),
        ])
        let shown = records.prefix(Int(AddReport.mostLines))
        try forEachRecord(in: shown.startIndex..<shown.endIndex) { summary, added in
            let size = added.files.reduce(into: Int64(0)) { $0.add(clamping: $1.size) }
            table.add([
                "\(summary.record.entry.seq)", Table.Cell(Words.kind(added, desk.language)),
                Table.Cell(Words.title(added, desk.language)), Table.Cell(Formats.bytes(size)),
            ])
        }
        let more = records.count - shown.count
        return table.lines(in: desk.language, width: desk.width, styles: desk.styles)
            + (more > 0 ? [desk.text("… and \(Formats.count(more)) more", "……另有 \(Formats.count(more)) 条")] : [])
    }

    private func resumedLines() -> [String] {
        let resumed = result.resumed
        guard resumed.files > 0 else { return [] }
        let (files, bytes) = (count(of: resumed.files), Formats.bytes(Int64(resumed.bytes)))
        var lines = sentence(
            "Of \(files.en), \(bytes) had been copied before an interruption: compared with the source, not copied again.",
            "其中 \(files.zh)在上次中断前已复制 \(bytes)，与原文件逐字节比对一致，未重新复制。")
        let changed = resumed.changed.prefix(AddReport.mostNames).map { "“\($0.shown)”" }
        if !changed.isEmpty {
            let more = resumed.changed.count - changed.count
            lines += sentence(
                "Changed since the interruption: \(changed.joined(separator: ", "))\(more > 0 ? " and \(Formats.count(more)) more" : ""). What was added is what is there now.",
                "中断之后内容有变：\(changed.joined(separator: "、"))\(more > 0 ? "，另有 \(Formats.count(more)) 个" : "")。已按现有内容添加。"
            )
        }
        return lines
    }

    private func skippedLines() -> [String] {
        guard let first = result.skipped.first else { return [] }
        let records = counted(result.skipped.count, "record", "条记录")
        let one = result.skipped.count == 1
        let example = first.name.shown
        var lines = sentence(
            "\(records.en) \(one ? "was" : "were") there already and not added again: “\(example)” is No. \(first.seq)\(one ? "" : ", and so on").",
            "\(records.zh)此前已存在，未重复添加：“\(example)”即第 \(first.seq) 条\(one ? "" : "，等等")。")
        let linked = result.skipped.filter { !$0.linked.isEmpty }
        if !linked.isEmpty {
            let names = Set(linked.flatMap(\.linked)).sorted().map(\.shown)
            lines += sentence(
                "Of these, \(Formats.count(linked.count)) \(linked.count == 1 ? "was" : "were") linked to \(names.map { "“\($0)”" }.joined(separator: ", ")).",
                "其中 \(Formats.count(linked.count)) 条已关联到\(names.map { "“\($0)”" }.joined(separator: "、"))。")
        }
        return lines
    }

    private func leftOutLines() -> [String] {
        guard !result.leftOut.isEmpty else { return [] }
        let names = result.leftOut.prefix(AddReport.mostNames).map { "“\($0.shown)”" }
        let more = result.leftOut.count - names.count
        let items = counted(result.leftOut.count, "item", "项")
        return sentence(
            "Left out \(items.en) that systems and programs leave in folders: \(names.joined(separator: ", "))\(more > 0 ? " and \(Formats.count(more)) more" : ""). To add one all the same, name it.",
            "未添加系统或软件自动留下的 \(items.zh)：\(names.joined(separator: "、"))\(more > 0 ? "，另有 \(Formats.count(more)) 项" : "")。如确需添加，请直接指明该文件。"
        )
    }

    private func nextLines() throws -> [String] {
        guard !result.records.isEmpty,
            let step = try Advise(desk.context).afterAdding(result.records)
        else { return [] }
        return [""] + desk.wrapped(desk.text(NextStepText.message(step)))
    }

    private func sentence(_ en: String, _ zh: String) -> [String] { desk.wrapped(desk.text(en, zh)) }
    private func counted(_ number: Int, _ en: String, _ zh: String) -> Message { Formats.counted(number, en, zh: zh) }
    private func count(of files: Int) -> Message { counted(files, "file", "个文件") }
}
