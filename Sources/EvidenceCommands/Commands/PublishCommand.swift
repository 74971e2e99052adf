internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import SystemPackage
internal import TransparencyLog

struct PublishCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "publish",
            abstract: Speech.say(
                "Publish the log as static files, so that anybody can hold the archive to it.", "将日志公布为静态文件，供任何人据以核对档案。"
            ),
            discussion: Speech.say(
                "The folder can be offered by any web server or share; a second run adds what is new. It shows how many entries there are, when and by which key each was made, of what type it is, and which belong to the same unnamed case. It holds no titles, names, descriptions or files.",
                "该文件夹可由任何网站服务器或共享目录提供；再次执行只增加新内容。其中可看出条目数量、每条的时间、签名人名称和类型，以及哪些条目属于同一个未具名的案卷；不含标题、姓名、说明和文件。"))
    }
    static let example = "evidence publish /srv/www/evidence-log"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75, 77, 130]

    @Argument(
        help: help(
            "A folder of its own, outside the archive; made where there is none.", "档案之外的专用文件夹；不存在时新建。",
            valueName: "dir"),
        completion: .directory)
    var folder: PathArgument
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let result = try PublishLog(desk.context).run(to: folder.path)
        var document = JSONShapes.checkpoint(result.checkpoint)
        document["path"] = .string(folder.path.string)
        document["previousSize"] = .integer(Int64(result.previousSize))
        var written = JSONObject()
        written["checkpoint"] = .bool(result.isNew)
        written["tiles"] = .integer(Int64(result.tiles))
        written["entryBundles"] = .integer(Int64(result.entryBundles))
        written["bytes"] = .integer(Int64(result.bytes))
        document["written"] = .object(written)
        try desk.document(document)
        let place = folder.path.string.shown
        let entries = Formats.count(Int(result.checkpoint.size))
        if result.bytes == 0 {
            return try desk.mention(
                "“\(place)” has all \(entries) entries already; there is nothing new to publish.",
                "“\(place)”中已有全部 \(entries) 条，没有需要公布的新内容。")
        }
        let new = Formats.count(Int(result.checkpoint.size - result.previousSize))
        try desk.mention(
            "Published \(entries) entries to “\(place)”, \(new) of them new: \(desk.text(Formats.counted(result.files, "file", zh: "个文件"))), \(Formats.bytes(Int64(result.bytes))). evidence verify checks them.",
            "已将 \(entries) 条公布到“\(place)”，其中新增 \(new) 条：\(desk.text(Formats.counted(result.files, "file", zh: "个文件")))，共 \(Formats.bytes(Int64(result.bytes)))。可用 evidence verify 核验。"
        )
    }
}
