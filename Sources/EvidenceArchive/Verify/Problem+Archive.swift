internal import EvidenceFiles
internal import EvidenceRecord

extension Problem {
    static func schemaAltered(_ name: String) -> Problem {
        Problem(
            .schemaAltered, path: LogDatabase.fileName, found: name,
            en: "The database's schema was altered: \(name.shown).", zh: "数据库结构被改动：\(name.shown)。")
    }

    static func databaseMalformed(_ error: EvidenceError) -> Problem {
        Problem(.databaseMalformed, path: LogDatabase.fileName, en: error.message.en, zh: error.message.zh)
    }

    /// A log of which a part is not to be had: damaged, or not to be read, which is no damage yet.
    static func unusableLog(_ error: EvidenceError) -> Problem {
        Problem(
            error.code == .inputOutput ? .fileUnreadable : .databaseMalformed, path: LogDatabase.fileName,
            en: error.message.en, zh: error.message.zh)
    }

    static func databaseMalformed(_ reason: String) -> Problem {
        Problem(
            .databaseMalformed, path: LogDatabase.fileName, found: reason,
            en: "The database file is damaged: \(reason.shown).", zh: "数据库文件已损坏：\(reason.shown)。")
    }

    /// - Parameter path: relative to the archive.
    static func folderUnreadable(_ path: String, _ error: EvidenceError) -> Problem {
        Problem(
            .fileUnreadable, path: path,
            en:
                "The folder “\(path.shown)” can't be looked into, so that it is not known what lies there without an entry. \(error.message.en)",
            zh: "文件夹“\(path.shown)”无法查看，其中是否有条目未提及的文件不得而知。\(error.message.zh)")
    }

    static func strayRow(_ table: String, _ seq: Int64) -> Problem {
        Problem(
            .bodyUnexpected, seq: UInt64(exactly: seq), path: LogDatabase.fileName, found: "\(table) \(seq)",
            en: "The table “\(table)” has a row \(seq) that no entry accounts for.",
            zh: "表“\(table)”中的第 \(seq) 行没有对应的条目。"
        )
    }

    static func removalPending(_ seq: UInt64) -> Problem {
        Problem(
            .removalPending, seq: seq,
            en: "Entry \(seq) was withdrawn, but its content is still here; the next writer removes it.",
            zh: "第 \(seq) 条已撤销，但其内容尚未移除；下一次写入时会移除。")
    }

    static func publishedAltered() -> Problem {
        Problem(
            .publishedCheckpointAltered, path: Archive.checkpointName,
            en: "The file “checkpoint” is not one of this log's signed checkpoints: it was replaced.",
            zh: "checkpoint 文件不是此日志的签名检查点：已被替换。")
    }

    static func publishedBehind(_ published: UInt64, size: UInt64) -> Problem {
        Problem(
            .publishedCheckpointBehind, path: Archive.checkpointName, expected: String(size), found: String(published),
            en: "The file “checkpoint” covers \(published) of \(size) entries; the next commit brings it up to date.",
            zh: "checkpoint 文件只涵盖 \(size) 条中的 \(published) 条，下一次提交会更新。")
    }

    static func linkAmongFiles(_ path: String) -> Problem {
        Problem(
            .fileNotRegular, path: path,
            en: "Among the stored files stands a symbolic link, which nothing here is: “\(path.shown)”.",
            zh: "存储的文件中出现符号链接“\(path.shown)”，此处不应有链接。")
    }

    static func keptAside(_ count: Int) -> Problem {
        Problem(
            .keptAside, path: AsideFolder.folderName, found: String(count),
            en:
                "In “\(AsideFolder.folderName)” lies what was found altered and replaced by good copies (\(count)): kept to find out why, and not evidence.",
            zh: "“\(AsideFolder.folderName)”中留存着 \(count) 件曾被改动、已换成完好副本的内容：供查明原因，不是证据。")
    }

    static func objectUnreferenced(_ path: String) -> Problem {
        Problem(
            .objectUnreferenced, path: path, en: "No entry names “\(path.shown)”; it is not evidence.",
            zh: "没有条目提到“\(path.shown)”，它不是证据。")
    }
}
