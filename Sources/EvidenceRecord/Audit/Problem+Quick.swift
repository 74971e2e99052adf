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
}
