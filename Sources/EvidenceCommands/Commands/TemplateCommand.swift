internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import SystemPackage

struct TemplateCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "template",
            abstract: Speech.say(
                "Write an empty table for evidence add --manifest.", "生成供 evidence add --manifest 使用的空白清单。"),
            discussion: Speech.say(
                "A row describes a record and names its files, relative to the table's folder. Columns may be left out, left empty or put in another order; what stands in parentheses in a heading is a remark.",
                "每行描述一条记录并列出其文件，路径以清单所在文件夹为准。列可以删减、留空或调整顺序；表头括号中的内容仅为提示。"))
    }
    static let example = "evidence template photo --to 照片清单.csv"
    static let exitStatuses: [Int32] = [65, 66, 74]

    @Argument(help: help("The kind of record, such as photo or interview.", "记录类别，如 photo 照片、interview 个别谈话。"))
    var kind: String
    @Option(help: help("A file to write it to; else standard output.", "写入的文件；默认输出到标准输出。", valueName: "file.csv"))
    var to: PathArgument?
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let template = try ManifestTemplate(kind: kind)
        try to.map { try template.save(to: $0.path, in: desk.language) }
        if desk.isJSON {
            var document = JSONObject()
            document["kind"] = .string(template.kind)
            document["columns"] = .array(template.columns.map { .string($0.rawValue) })
            return try desk.document(document)
        }
        guard let to else { return try Terminal.output.write(template.bytes(in: desk.language)) }
        let name = to.path.string.shown
        try desk.mention(
            "Wrote “\(name)”. Fill it in, then: evidence add --manifest \(name) --kind \(template.kind)",
            "已生成“\(name)”。填写后执行：evidence add --manifest \(name) --kind \(template.kind)")
    }
}
