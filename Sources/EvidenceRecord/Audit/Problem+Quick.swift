extension Problem {
    /// What a quick verification leaves out.
    package static func entriesNotChecked(_ size: UInt64) -> Problem {
        Problem(
            .entriesNotChecked,
            en:
                "Only the newest checkpoint over \(size) entries was checked, and that the log extends what you know of it. No entry, body, file or older checkpoint was read: run evidence verify without --quick for those.",
            zh:
                "只检查了最新检查点（\(size) 条）以及日志是否延续您已知的内容。条目、正文、文件和较早的检查点均未读取：请执行不带 --quick 的 evidence verify。")
    }

    /// What a slim bundle has not.
    package static func entriesNotIncluded(_ count: UInt64) -> Problem {
        Problem(
            .entriesNotChecked, found: String(count),
            en:
                "This is a slim bundle: of \(count == 1 ? "one other entry" : "\(count) other entries") it has only the hash. That nothing there belongs to the dossier, or revokes a signer, was not checked; ask for a bundle with the whole log, or the published log.",
            zh: "此为精简案卷包：另有 \(count) 个条目只有哈希。这些条目是否属于本案卷、是否吊销签名人，均未检查；如需核验完整性，请索取含完整日志的案卷包或已公布的日志。")
    }
}
