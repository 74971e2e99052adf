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

    /// What was checked before and not again.
    ///
    /// - Parameter moment: when that was, as the reader's clock shows it.
    package static func entriesNotReadAgain(_ earlier: VerificationReport.Earlier, _ moment: String) -> Problem {
        let digests =
            earlier.digests == .fsverity ? ("fs-verity", "fs-verity") : ("SHA-256 and fs-verity", "SHA-256 与 fs-verity")
        let sealed =
            switch earlier.sealed {
            case 0: ("", "")
            case 1: ("; one sealed record was not opened", "；1 条密封记录当时未开启")
            default: ("; \(earlier.sealed) sealed records were not opened", "；\(earlier.sealed) 条密封记录当时未开启")
            }
        let last = earlier.size - 1
        return Problem(
            .entriesNotChecked, found: String(earlier.size),
            en:
                "Entries 0…\(last) and their files, checked on \(moment) (files by \(digests.0)\(sealed.0)), were not read again; nor were the index, the database's structure, and what witnesses and timestamp authorities said. Run evidence verify without --quick for all of it.",
            zh:
                "第 0 至 \(last) 条及其文件已于 \(moment) 核验（文件依据 \(digests.1)\(sealed.1)），本次没有重新读取；索引、数据库结构以及见证签名和时间戳本次也未检查。如需全部核验，请执行不带 --quick 的 evidence verify。"
        )
    }

    /// The files that were not drawn, and what that may cost.
    package static func filesNotRead(_ sample: FileSample) -> Problem {
        let (drawn, rest) = (UInt64(sample.drawn.count), sample.total - UInt64(sample.drawn.count))
        let chances = FileSample.altered.compactMap { count in
            sample.chanceOfMissing(count).map { (count, FileSample.percent($0)) }
        }
        let en = chances.map { "\($0) altered \($0 == 1 ? "file" : "files"): \($1.en)" }.joined(separator: ", ")
        let zh = chances.map { "\($0) 个文件被改：\($1.zh)" }.joined(separator: "，")
        return Problem(
            .filesNotChecked, found: String(rest),
            en:
                "Of \(sample.total) files \(drawn) were drawn at random and read. Of the other \(rest) was checked only that they are there and how large they are. Chance that this draw missed all altered files: \(en). Run evidence verify without --sample to read every file.",
            zh:
                "文件共 \(sample.total) 个，随机抽取 \(drawn) 个读取核验；其余 \(rest) 个只检查了是否存在及大小。若有文件被改而本次全部漏检的概率——\(zh)。如需读取全部文件，请执行不带 --sample 的 evidence verify。"
        )
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
