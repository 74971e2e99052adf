internal import EvidenceRecord
internal import TransparencyLog

/// The words for what is wrong with a published tree.
extension Problem {
    static func treeCheckpointMalformed() -> Problem {
        Problem(
            .checkpointMalformed, path: TreeResource.checkpoint.path,
            en: "The published file “checkpoint” is no checkpoint: it is damaged or was changed.",
            zh: "所公布的 checkpoint 文件不是检查点：已损坏或被改动。")
    }

    static func tileMissing(_ tile: Tile.ID) -> Problem {
        Problem(
            .tileMissing, path: tile.path, en: "“\(tile.path)” is not there, though the published log has it.",
            zh: "已公布的日志缺少“\(tile.path)”。")
    }

    static func tileAltered(_ resource: TreeResource) -> Problem {
        Problem(
            .tileAltered, path: resource.path,
            en: "“\(resource.path)” does not say what the entries say: it is damaged or was changed.",
            zh: "“\(resource.path)”与条目不符：已损坏或被改动。")
    }

    static func treeFileUnexpected(_ path: String) -> Problem {
        Problem(
            .treeFileUnexpected, path: path,
            en: "“\(path.shown)” is no part of a published log: somebody put it there.",
            zh: "“\(path.shown)”不属于已公布的日志：系后来放入。")
    }

    static func treeFileNotRegular(_ path: String) -> Problem {
        Problem(
            .fileNotRegular, path: path,
            en: "“\(path.shown)” is a link or a device. A published log is made of files and folders alone.",
            zh: "“\(path.shown)”是链接或设备文件，而已公布的日志只应含有普通文件和文件夹。")
    }

    static func treeAhead(_ resource: TreeResource, size: UInt64) -> Problem {
        Problem(
            .treeAhead, path: resource.path, expected: String(size),
            en:
                "The published checkpoint covers \(size) entries, and files of a longer log lie beside it, such as “\(resource.path)”: a publication was interrupted, or an older checkpoint was put back. What it does not cover was not checked.",
            zh:
                "所公布的检查点涵盖 \(size) 条，而旁边还有更长日志的文件，如“\(resource.path)”：公布曾被中断，或有人放回了较早的检查点。其未涵盖的部分未能核验。"
        )
    }
}
