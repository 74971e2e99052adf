internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import SystemPackage
internal import TransparencyLog

struct MirrorCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "mirror",
            abstract: Speech.say(
                "Keep a second copy of the archive in step with it, and free of its damage.",
                "保存并更新档案的第二副本，不带入档案中的损坏。"),
            discussion: Speech.say(
                "The mirror is an ordinary archive, on another disk or a mounted share: list, show, get, verify and export work on it. A run brings what is new; every entry and file is checked while it is copied, and what is damaged in the archive is named and stays out of the mirror. An archive that was rolled back or rewritten is refused. Nobody may be writing to the mirror.",
                "镜像就是一个普通的档案，放在另一块磁盘或已挂载的共享目录上，list、show、get、verify、export 都可用于它。每次执行只补入新内容；条目和文件边复制边核对，档案中损坏的内容会逐一指出，不带入镜像。档案若被回退或改写，则拒绝执行。不要向镜像中写入。"
            ))
    }
    static let example = "evidence mirror /media/backup/巡查档案"
    static let exitStatuses: [Int32] = [1, 3, 65, 66, 74, 75, 77, 130]

    @Argument(
        help: help(
            "The mirror's folder, outside the archive; made where there is none.", "档案之外的镜像文件夹；不存在时新建。",
            valueName: "dir"),
        completion: .directory)
    var folder: PathArgument
    @Flag(
        help: help(
            "Read every file of the mirror again, and replace those that were altered there.",
            "重新读取镜像中的每个文件，其中被改动的换成完好的。"))
    var full = false
    @Flag(
        help: help(
            "Remove from the mirror what was withdrawn in the archive.", "将档案中已撤销的内容从镜像中移除。"))
    var removeWithdrawn = false
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        var request = MirrorArchive.Request(to: folder.path)
        request.full = full
        request.clearsWithdrawn = removeWithdrawn
        let report = try MirrorArchive(desk.context).run(request)
        try desk.conclude(report.exitStatus) {
            try desk.document(document(report))
            try desk.say(text(report, desk))
            desk.endProgress(completed: true)
        }
    }

    private func document(_ report: MirrorReport) -> JSONObject {
        var document = JSONObject()
        document["path"] = .string(folder.path.string)
        document["size"] = .integer(Int64(clamping: report.size))
        document["root"] = .string(Base64.encode(report.root.bytes))
        document["previousSize"] = .integer(Int64(clamping: report.previousSize))
        var copied = JSONObject()
        copied["files"] = .integer(Int64(report.files))
        copied["bytes"] = .integer(Int64(clamping: report.bytes))
        document["copied"] = .object(copied)
        if report.resumed.files > 0 {
            var resumed = JSONObject()
            resumed["files"] = .integer(Int64(report.resumed.files))
            resumed["bytes"] = .integer(Int64(clamping: report.resumed.bytes))
            document["resumed"] = .object(resumed)
        }
        document["referenced"] = .integer(Int64(report.referenced))
        var withdrawn = JSONObject()
        withdrawn["records"] = .integer(Int64(report.withdrawn.records))
        withdrawn["files"] = .integer(Int64(report.withdrawn.files))
        withdrawn["removed"] = .bool(report.isCleared)
        document["withdrawn"] = .object(withdrawn)
        document["keptAside"] = .array(report.keptAside.map { .string($0) })
        document["problems"] = .array(report.problems.map(ProblemList.json))
        document["damaged"] = .array(report.damaged.map(ProblemList.json))
        return document
    }

    private func text(_ report: MirrorReport, _ desk: Desk) -> [String] {
        var lines = ProblemList(desk, omitted: report.omitted).section(
            report.problems, Message(en: "Not taken over from the archive", zh: "未从档案带入的内容"), .red)
        lines += ProblemList(desk, omitted: report.damagedOmitted).section(
            report.damaged, Message(en: "Damaged in the mirror as well", zh: "镜像中也已损坏"), .red)
        if !desk.isQuiet { lines += summary(report).flatMap { desk.wrapped(desk.text($0)) } }
        return lines
            + desk.wrapped(desk.text(verdict(report))).map { desk.styles($0, report.problems.isEmpty ? .green : .red) }
    }

    private func verdict(_ report: MirrorReport) -> Message {
        if report.problems.isEmpty {
            return Message(en: "The mirror has all that the archive has.", zh: "镜像与档案一致，内容齐全。")
        }
        if report.damaged.isEmpty {
            return Message(
                en:
                    "The mirror lacks what is named above. Run evidence verify on the archive; nothing in the mirror was harmed.",
                zh: "镜像缺少上列内容。请对档案执行 evidence verify；镜像中已有的内容未受影响。")
        }
        return Message(
            en:
                "The mirror lacks what is named above, or has it damaged as well. Run evidence verify on both, and look for another copy of what is whole in neither.",
            zh: "上列内容镜像中缺少，或者也已损坏。请对两者分别执行 evidence verify；两处都不完好的，请另找副本。")
    }

    private func summary(_ report: MirrorReport) -> [Message] {
        let new = report.size - report.previousSize
        let (count, bytes) = (Formats.count(report.files), Formats.bytes(Int64(clamping: report.bytes)))
        var lines = [
            Message(
                en:
                    "“\(folder.path.string.shown)”: \(entries(report.size)) entries, \(entries(new)) of them new; files copied: \(count), \(bytes).",
                zh:
                    "“\(folder.path.string.shown)”：\(entries(report.size)) 条，其中新增 \(entries(new)) 条；复制文件 \(count) 个，\(bytes)。"
            )
        ]
        if report.resumed.files > 0 {
            let (files, bytes) = (
                Formats.count(report.resumed.files), Formats.bytes(Int64(clamping: report.resumed.bytes))
            )
            lines.append(
                Message(
                    en:
                        "Copied before an interruption, compared with the archive and not copied again: \(bytes), files: \(files).",
                    zh: "其中 \(files) 个文件的 \(bytes) 在上次中断前已复制，与档案逐字节比对一致，未重新复制。"))
        }
        if report.referenced > 0 {
            lines.append(
                Message(
                    en:
                        "Files that stayed outside the archive are not in the mirror: \(Formats.count(report.referenced)). Back them up yourself.",
                    zh: "留在档案之外的文件不在镜像中：\(Formats.count(report.referenced)) 个，请自行备份。"))
        }
        if !full, report.previousSize > 0 {
            lines.append(
                Message(
                    en: "Files that the mirror had before were looked for by size, not read again; --full reads them.",
                    zh: "镜像中原有的文件只按大小查找，未重新读取；--full 会逐一重读。"))
        }
        let (records, files) = (Formats.count(report.withdrawn.records), Formats.count(report.withdrawn.files))
        if report.isCleared {
            lines.append(
                Message(
                    en: "Withdrawn content was removed from the mirror too: records \(records), files \(files).",
                    zh: "已撤销的内容也已从镜像中移除：记录 \(records) 条，文件 \(files) 个。"))
        } else if report.withdrawn.records > 0 {
            lines.append(
                Message(
                    en:
                        "The mirror still has withdrawn content: records \(records), files \(files). --remove-withdrawn removes it.",
                    zh: "镜像中仍有已撤销的内容：记录 \(records) 条，文件 \(files) 个。可用 --remove-withdrawn 移除。"))
        }
        for path in report.keptAside {
            lines.append(
                Message(
                    en: "A file of the mirror had been altered and was replaced; it is kept there as “\(path.shown)”.",
                    zh: "镜像中有文件曾被改动，现已替换；被改动的那份在镜像中留存为“\(path.shown)”。"))
        }
        return lines
    }

    private func entries(_ number: UInt64) -> String { Formats.count(Int(clamping: number)) }
}
