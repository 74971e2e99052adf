internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import SystemPackage
internal import TransparencyLog

struct RepairCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "repair",
            abstract: Speech.say(
                "Mend a damaged archive from its mirror, and record what was mended.", "用镜像修复受损的档案，并记录修复了什么。"),
            discussion: Speech.say(
                "First secure what was found (operating.md, section 7): a repair covers traces. The mirror is proven to be whole and to have the same history. Missing and altered files, damaged rows of the log, entries that only the mirror has, the file “checkpoint” and the index are put back; what stood in their place is kept in the folder “aside”. An entry of the log records it, under your name.",
                "先保全现场（operating.zh-CN.md 第七节）：修复会掩盖痕迹。程序先证明镜像完好且历史相同，再补回缺失和被改动的文件、日志中受损的数据行、只有镜像才有的条目、checkpoint 文件和索引；被换下的内容留存在 aside 文件夹中。修复以您的名义记入日志。"
            ))
    }
    static let example = "evidence repair --from /media/backup/巡查档案 --dry-run"
    static let exitStatuses: [Int32] = [1, 3, 65, 66, 74, 75, 77, 130]

    @Option(
        help: help(
            "The archive's mirror, as evidence mirror keeps it.", "该档案的镜像，即 evidence mirror 所保存的副本。", valueName: "dir"),
        completion: .directory)
    var from: PathArgument
    @Flag(help: help("Change nothing; say what would be done.", "不作改动，只说明将如何修复。"))
    var dryRun = false
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let report = try RepairArchive(desk.context).run(from: from.path, isPlan: dryRun)
        try desk.conclude(report.exitStatus) {
            try desk.document(document(report))
            try desk.say(text(report, desk))
            desk.endProgress(completed: true)
        }
    }

    private func document(_ report: RepairReport) -> JSONObject {
        var document = JSONObject()
        var mirror = JSONObject()
        mirror["path"] = .string(from.path.string)
        mirror["size"] = .integer(Int64(clamping: report.mirror.size))
        mirror["root"] = .string(Base64.encode(report.mirror.root.bytes))
        document["mirror"] = .object(mirror)
        document["dryRun"] = .bool(report.isPlan)
        document["problems"] = .array(report.problems.map(ProblemList.json))
        // As the log records it.
        let repaired = ArchiveRepaired(
            size: report.mirror.size, root: report.mirror.root, files: report.files, rows: report.rows,
            kept: report.kept
        ).json
        for name in ["files", "rows", "kept"] { document[name] = repaired[name] ?? .array([]) }
        var mended = JSONObject()
        mended["log"] = .bool(report.mendsLog)
        mended["checkpoint"] = .bool(report.mendsCheckpoint)
        mended["index"] = .bool(report.mendsIndex)
        document["mended"] = .object(mended)
        document["takenOver"] = .integer(Int64(clamping: report.takenOver.count))
        document["left"] = .array(report.left.map(ProblemList.json))
        document["checkpoint"] = report.recorded.map { .object(JSONShapes.checkpoint($0)) }
        return document
    }

    private func text(_ report: RepairReport, _ desk: Desk) -> [String] {
        let list = ProblemList(desk, omitted: report.omitted)
        var lines: [String] = []
        if !desk.isQuiet {
            lines += list.section(report.problems, Message(en: "Found", zh: "发现的问题"), .red)
            let did = deeds(report).flatMap { desk.wrapped("• " + desk.text($0)) }
            if !did.isEmpty {
                let title =
                    report.isPlan ? Message(en: "Would be done", zh: "将作如下修复") : Message(en: "Mended", zh: "已修复")
                lines += [desk.styles(desk.text(title), .green)] + did.map { "  " + $0 } + [""]
            }
        }
        lines += ProblemList(desk, omitted: [:]).section(
            report.left, Message(en: "Not to be mended from this mirror", zh: "用此镜像无法修复"), .red)
        return lines + desk.wrapped(desk.text(verdict(report)))
    }

    private func deeds(_ report: RepairReport) -> [Message] {
        var deeds: [Message] = []
        if report.mendsLog {
            let rows = Formats.count(report.rowCount)
            deeds.append(
                Message(en: "the log is written anew; rows missing or altered: \(rows)", zh: "重写日志；缺失或被改动的数据行：\(rows)"))
        }
        if let first = report.takenOver.first {
            let count = Formats.count(report.takenOver.count)
            deeds.append(
                Message(
                    en: "entries taken over that only the mirror has: \(count), from entry \(first) on",
                    zh: "取回只有镜像才有的条目：\(count) 条，自第 \(first) 条起"))
        }
        let count = Formats.count(report.files.count { $0.found == .missing })
        let altered = Formats.count(report.files.count { $0.found == .altered })
        if !report.files.isEmpty {
            deeds.append(
                Message(
                    en: "files put back: \(count) missing, \(altered) altered",
                    zh: "补回文件：缺失 \(count) 个，被改动 \(altered) 个"))
        }
        if report.mendsCheckpoint {
            deeds.append(Message(en: "the file “checkpoint” is written anew", zh: "重写 checkpoint 文件"))
        }
        if report.mendsIndex { deeds.append(Message(en: "the index is made anew", zh: "重建索引")) }
        for kept in report.kept {
            deeds.append(
                Message(en: "kept: “aside/\(kept.name.shown)”", zh: "留存：“aside/\(kept.name.shown)”"))
        }
        return deeds
    }

    private func verdict(_ report: RepairReport) -> Message {
        if let recorded = report.recorded {
            return Message(
                en: "Recorded as entry \(recorded.size - 1). Run evidence verify, and find out what happened.",
                zh: "已记为第 \(recorded.size - 1) 条。请执行 evidence verify，并查明原因。")
        }
        if report.isPlan, report.mends {
            return Message(en: "Nothing was changed. Without --dry-run it is done.", zh: "未作任何改动。去掉 --dry-run 即执行修复。")
        }
        if report.mends { return Message(en: "Done; nothing of it is to be recorded.", zh: "已完成，其中没有需要记录的内容。") }
        return report.left.isEmpty
            ? Message(en: "Nothing is to be mended.", zh: "没有需要修复的内容。")
            : Message(en: "Nothing could be mended.", zh: "未能修复。")
    }
}
