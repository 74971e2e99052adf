internal import EvidenceCrypto
package import TransparencyLog

/// The words for what ``LogAudit`` finds.
extension Problem {
    // MARK: Entries

    static func entryMalformed(_ seq: UInt64, _ reason: Message) -> Problem {
        Problem(
            .entryMalformed, seq: seq, en: "Entry \(seq) is damaged or was changed: \(reason.en).",
            zh: "第 \(seq) 条已损坏或被改动：\(reason.zh)。")
    }

    static func notUnderstood(_ seq: UInt64, _ reason: Message) -> Problem {
        Problem(
            .notUnderstood, seq: seq,
            en: "Entry \(seq) comes from a newer version of the format (\(reason.en)); only its hashes were checked.",
            zh: "第 \(seq) 条来自更新的格式版本（\(reason.zh)），只检查了其哈希。")
    }

    static func entryMissing(from seq: UInt64, count: UInt64) -> Problem {
        let last = seq + count - 1
        return Problem(
            .entryMissing, seq: seq, expected: String(seq), found: String(last + 1),
            en: count == 1 ? "Entry \(seq) is not there." : "Entries \(seq) to \(last) are not there.",
            zh: count == 1 ? "缺少第 \(seq) 条。" : "缺少第 \(seq) 至 \(last) 条。")
    }

    static func entryMisplaced(_ seq: UInt64, found: UInt64) -> Problem {
        Problem(
            .entryMisplaced, seq: seq, expected: String(seq), found: String(found),
            en:
                "In the place of entry \(seq) stands an entry that calls itself \(found): entries were inserted, dropped or swapped.",
            zh: "第 \(seq) 条的位置上是自称第 \(found) 条的条目：有条目被插入、删除或调换。")
    }

    static func chainBroken(before seq: UInt64, expected: Digest, found: Digest) -> Problem {
        Problem(
            .chainBroken, seq: seq - 1, expected: expected.hex, found: found.hex,
            en:
                "Entry \(seq - 1) is not the one that entry \(seq) was written after: one of the two was changed or exchanged.",
            zh: "第 \(seq) 条所承接的并不是现在的第 \(seq - 1) 条：两者之一被改动或替换。")
    }

    static func timeBackwards(_ seq: UInt64, last: Timestamp, found: Timestamp) -> Problem {
        Problem(
            .timeBackwards, seq: seq, expected: "≥ \(last)", found: found.description,
            en: "The clock went backwards: entry \(seq) says \(found), the one before it \(last).",
            zh: "时钟倒退：第 \(seq) 条的时间为 \(found)，早于前一条的 \(last)。")
    }

    static func commitBroken(_ entry: Entry, commit: UInt64, actor: String) -> Problem {
        let seq = entry.seq
        return Problem(
            .commitBroken, seq: seq, expected: "commit \(commit), actor \(actor)",
            found: "commit \(entry.commit), actor \(entry.actor)",
            en: "Entry \(seq) does not fit the commit that it stands in.", zh: "第 \(seq) 条与其所在的提交不符。")
    }

    static func logEndsInCommit(from start: UInt64, commit: UInt64, size: UInt64) -> Problem {
        Problem(
            .logTruncated, seq: size, expected: String(commit), found: String(size),
            en: "The log ends inside a commit: entries \(size) to \(commit - 1) were cut off.",
            zh: "日志在一次提交的中途结束：第 \(size) 至 \(commit - 1) 条被截去。")
    }

    static func openingBroken(_ seq: UInt64) -> Problem {
        Problem(
            .openingBroken, seq: seq,
            en:
                "Entry \(seq) breaks the rule for an archive's beginning: archive.created and its first signer's enrolment, both once, in one commit.",
            zh: "第 \(seq) 条违反档案开头的规则：archive.created 与首位签名人的登记各一条，同在一次提交中。")
    }

    // MARK: Bodies

    static func bodyMissing(_ seq: UInt64) -> Problem {
        Problem(
            .bodyMissing, seq: seq,
            en: "What entry \(seq) recorded is not there, and no withdrawal ordered it removed.",
            zh: "第 \(seq) 条的正文缺失，且没有撤销令要求移除。")
    }

    static func bodyAltered(_ seq: UInt64, expected: Digest, found: Digest) -> Problem {
        Problem(
            .bodyAltered, seq: seq, expected: expected.hex, found: found.hex,
            en: "What entry \(seq) recorded was changed after it was written.", zh: "第 \(seq) 条的正文在写入之后被改动。")
    }

    static func bodyMalformed(_ seq: UInt64, _ reason: Message) -> Problem {
        Problem(
            .bodyMalformed, seq: seq, en: "What entry \(seq) recorded breaks the format: \(reason.en).",
            zh: "第 \(seq) 条的正文不符合格式：\(reason.zh)。")
    }

    static func referenceBroken(_ seq: UInt64, _ reference: EntryReference, found: Digest?) -> Problem {
        Problem(
            .referenceBroken, seq: seq, expected: reference.leafHash.hex, found: found?.hex,
            en: "Entry \(seq) refers to entry \(reference.seq), but not as that entry stands here.",
            zh: "第 \(seq) 条引用了第 \(reference.seq) 条，但与现有的该条不符。")
    }

    static func targetInvalid(_ seq: UInt64, _ reference: EntryReference) -> Problem {
        Problem(
            .targetInvalid, seq: seq, found: String(reference.seq),
            en: "Entry \(seq) amends, withdraws or hands on entry \(reference.seq), which nobody may.",
            zh: "第 \(seq) 条更正、撤销或移交了第 \(reference.seq) 条，而该条不允许这样处理。")
    }

    // MARK: Signers

    static func signerNotEnrolled(_ seq: UInt64, _ actor: String) -> Problem {
        Problem(
            .signerNotEnrolled, seq: seq, found: actor, en: "Entry \(seq) is by “\(actor)”, who was not enrolled then.",
            zh: "第 \(seq) 条署名“\(actor)”，而其当时并未登记为签名人。")
    }

    static func signerRevoked(_ seq: UInt64, _ actor: String, at revokedAt: UInt64) -> Problem {
        Problem(
            .signerRevoked, seq: seq, found: actor,
            en: "Entry \(seq) is by “\(actor)”, whose key entry \(revokedAt) had revoked.",
            zh: "第 \(seq) 条署名“\(actor)”，而其密钥已由第 \(revokedAt) 条吊销。")
    }

    static func signerEnrolledTwice(_ seq: UInt64, _ name: String) -> Problem {
        Problem(
            .signerEnrolledTwice, seq: seq, found: name,
            en: "Entry \(seq) enrols “\(name)”, whose name or key was in use already.",
            zh: "第 \(seq) 条登记“\(name)”，但该名称或密钥此前已被使用。")
    }

    static func enrolmentUnauthorised(_ seq: UInt64, _ actor: String, _ name: String) -> Problem {
        Problem(
            .enrolmentUnauthorised, seq: seq, found: actor,
            en: "Entry \(seq) enrols or revokes “\(name.shown)”, but “\(actor)” may not.",
            zh: "第 \(seq) 条登记或吊销“\(name.shown)”，但“\(actor)”无此权限。")
    }

    // MARK: Dossiers

    static func dossierForked(_ seq: UInt64, _ link: DossierLink, next: UInt64) -> Problem {
        Problem(
            .dossierForked, seq: seq, expected: String(next), found: String(link.n),
            en: "Entry \(seq) is number \(link.n) of its case or inspection, which has a number \(link.n) already.",
            zh: "第 \(seq) 条在其案卷中编号为 \(link.n)，而该案卷已有第 \(link.n) 号。")
    }

    static func dossierGap(_ seq: UInt64, _ link: DossierLink, next: UInt64) -> Problem {
        Problem(
            .dossierGap, seq: seq, expected: String(next), found: String(link.n),
            en: "Entry \(seq) is number \(link.n) of its case or inspection, but number \(next) is not there.",
            zh: "第 \(seq) 条在其案卷中编号为 \(link.n)，但缺少第 \(next) 号。")
    }

    static func dossierChainBroken(_ seq: UInt64, _ link: DossierLink, head: Digest) -> Problem {
        Problem(
            .dossierChainBroken, seq: seq, expected: link.prev?.hex, found: head.hex,
            en: "Entry \(seq) does not follow the entry before it in its case or inspection.",
            zh: "第 \(seq) 条与其案卷中的前一条不衔接。")
    }

    static func dossierUnopened(_ seq: UInt64, _ link: DossierLink) -> Problem {
        Problem(
            .dossierUnopened, seq: seq, found: link.id.description,
            en: "Entry \(seq) belongs to a case or inspection that was never opened.",
            zh: "第 \(seq) 条所属的案卷从未立卷。")
    }

    static func dossierOmitted(_ seq: UInt64, _ target: EntryReference, _ id: DossierID) -> Problem {
        Problem(
            .dossierOmitted, seq: seq, expected: id.description,
            en:
                "Entry \(seq) is about entry \(target.seq), but is left out of a case or inspection that the latter belongs to.",
            zh: "第 \(seq) 条针对第 \(target.seq) 条，却未归入后者所属的案卷。")
    }

    static func nameTaken(_ seq: UInt64, _ name: String) -> Problem {
        Problem(
            .nameTaken, seq: seq, found: name,
            en: "Entry \(seq) opens “\(name.shown)”, a name that another case or inspection has.",
            zh: "第 \(seq) 条立卷名称“\(name.shown)”已被另一案卷使用。")
    }

    // MARK: Checkpoints

    static func checkpointMissing(_ seq: UInt64, size: UInt64) -> Problem {
        Problem(
            .checkpointMissing, seq: seq, expected: String(size),
            en: "The signed checkpoint over the first \(size) entries is not there.", zh: "缺少前 \(size) 条的签名检查点。")
    }

    static func checkpointMalformed(_ size: UInt64) -> Problem {
        Problem(
            .checkpointMalformed, seq: size - 1,
            en:
                "The checkpoint over the first \(size) entries is damaged, has other signatures than its two, or belongs to another archive.",
            zh: "前 \(size) 条的检查点已损坏、签名行不是应有的两行，或属于另一个档案。")
    }

    static func checkpointUnexpected(_ size: UInt64) -> Problem {
        Problem(
            .checkpointUnexpected, seq: size > 0 ? size - 1 : nil, found: String(size),
            en: "There is a checkpoint over the first \(size) entries, where no commit ends.",
            zh: "存在前 \(size) 条的检查点，但该处并非一次提交的结尾。")
    }

    static func rootMismatch(_ size: UInt64, from start: UInt64, expected: Digest, found: Digest) -> Problem {
        Problem(
            .rootMismatch, seq: size - 1, expected: Base64.encode(expected.bytes), found: Base64.encode(found.bytes),
            en:
                "The first \(size) entries are not those that were signed; entries from \(start) on are the first that may be concerned.",
            zh: "前 \(size) 条与当时签名的内容不一致；可能涉及第 \(start) 条及之后。")
    }

    package static func archiveSignatureMissing(_ size: UInt64) -> Problem {
        Problem(
            .archiveSignatureMissing, seq: size - 1,
            en: "The checkpoint over the first \(size) entries lacks the archive's signature.",
            zh: "前 \(size) 条的检查点缺少档案签名。")
    }

    package static func archiveSignatureInvalid(_ size: UInt64) -> Problem {
        Problem(
            .archiveSignatureInvalid, seq: size - 1,
            en: "The archive's signature on the checkpoint over the first \(size) entries is false.",
            zh: "前 \(size) 条的检查点上，档案签名无效。")
    }

    static func signerSignatureMissing(_ size: UInt64, _ actor: String) -> Problem {
        Problem(
            .signerSignatureMissing, seq: size - 1, expected: actor,
            en: "“\(actor)” is named as the author of the entries before checkpoint \(size), but did not sign it.",
            zh: "检查点 \(size) 之前的条目署名“\(actor)”，但此人并未签名。")
    }

    static func signerSignatureInvalid(_ size: UInt64, _ actor: String) -> Problem {
        Problem(
            .signerSignatureInvalid, seq: size - 1, expected: actor,
            en: "The signature of “\(actor)” on checkpoint \(size) is false.", zh: "检查点 \(size) 上“\(actor)”的签名无效。")
    }
}

extension Problem {
    /// What says that a log was once longer.
    package enum TruncationWitness: Sendable {
        case storedCheckpoint
        case publishedCheckpoint
    }

    /// The log is shorter than something beside it says.
    package static func logTruncated(size: UInt64, witness: TruncationWitness, witnessed: UInt64) -> Problem {
        let source =
            switch witness {
            case .storedCheckpoint: Message(en: "a stored checkpoint", zh: "所存检查点")
            case .publishedCheckpoint: Message(en: "the file “checkpoint”", zh: "checkpoint 文件")
            }
        return Problem(
            .logTruncated, seq: size, expected: String(witnessed), found: String(size),
            en: "The log has \(size) entries, but \(source.en) says there were \(witnessed): the newest were cut off.",
            zh: "日志只有 \(size) 条，而\(source.zh)表明曾有 \(witnessed) 条：最新的条目被截去。")
    }

    /// A file of entries as tlog-tiles has them, in which they are not to be read.
    package static func entryBundleMalformed(_ bundle: Tile.EntryBundleID, at path: String) -> Problem {
        let first = bundle.index * UInt64(Tile.width)
        return Problem(
            .entryMalformed, seq: first, path: path,
            en: "“\(path)” does not hold the \(bundle.width) entries from \(first) on: it is damaged or was changed.",
            zh: "“\(path)”应含自第 \(first) 条起的 \(bundle.width) 条，但已损坏或被改动。")
    }

    /// A file that an entry names, but that stayed outside the archive.
    package static func referencedFileAbsent(_ file: FileRecord, _ seq: UInt64) -> Problem {
        let place = (file.location ?? file.name).shown
        return Problem(
            .referencedFileAbsent, seq: seq, path: file.location ?? file.name, expected: file.sha256.hex,
            en:
                "A file of entry \(seq) was left outside the archive and was not checked: \(place). Once its disk is connected, --media-root says where it is now.",
            zh: "第 \(seq) 条的文件留在档案之外，未检查：\(place)。接上该磁盘后，可用 --media-root 指明其现在的位置。")
    }
}
