internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

/// The words for what is wrong with a bundle.
extension Problem {
    // MARK: The bag

    static func bagMalformed(
        _ path: String, expected: String? = nil, found: String? = nil, _ reason: Message
    ) -> Problem {
        Problem(
            .bagMalformed, path: path, expected: expected, found: found,
            en: "“\(path.shown)” breaks the form of a bundle: \(reason.en).",
            zh: "“\(path.shown)”不符合案卷包的格式：\(reason.zh)。")
    }

    static func badLine(_ path: String, _ number: Int, _ reason: Message) -> Problem {
        bagMalformed(path, Message(en: "line \(number): \(reason.en)", zh: "第 \(number) 行：\(reason.zh)"))
    }

    static func tooLarge(_ path: String, _ size: UInt64) -> Problem {
        bagMalformed(
            path, found: String(size),
            Message(en: "it is larger than this part of a bundle may be", zh: "超过案卷包中该部分允许的大小"))
    }

    static func bagFileMissing(_ path: String) -> Problem {
        Problem(
            .bagFileMissing, path: path, en: "“\(path)” is not there, though it belongs to the bundle.",
            zh: "案卷包中缺少“\(path)”。")
    }

    static func bagFileAltered(_ path: String, expected: Digest, found: Digest) -> Problem {
        Problem(
            .bagFileAltered, path: path, expected: expected.hex, found: found.hex,
            en: "“\(path)” is not the file that the bundle's list says.", zh: "“\(path)”与案卷包清单不符。")
    }

    static func unlisted(_ path: String) -> Problem {
        Problem(
            .bagFileUnlisted, path: path,
            en: "“\(path.shown)” is not in the bundle's list: somebody put it there.",
            zh: "“\(path.shown)”不在案卷包清单中：系后来放入。")
    }

    static func unknownPart(_ path: String) -> Problem {
        Problem(
            .bagFileUnlisted, path: path,
            en: "“\(path)” is no part of this bundle: nothing in its log accounts for it.",
            zh: "“\(path)”不是此案卷包的组成部分：日志中没有任何条目与之对应。")
    }

    static func notRegular(_ path: String) -> Problem {
        Problem(
            .fileNotRegular, path: path,
            en: "“\(path)” is a link or a device. A bundle holds files and folders alone.",
            zh: "“\(path)”是链接或设备文件，而案卷包只应含有普通文件和文件夹。")
    }

    static func signatureInvalid(_ reason: Message) -> Problem {
        Problem(
            .bagSignatureInvalid, path: TagFile.signature,
            en: "The signature over the whole bundle does not hold: \(reason.en).", zh: "对整个案卷包的签名无效：\(reason.zh)。")
    }

    // MARK: The log

    static func checkpointLineMalformed(_ number: Int, _ reason: Message) -> Problem {
        let path = BundlePart.checkpoints.path
        return Problem(
            .checkpointMalformed, path: path, found: String(number),
            en: "Line \(number) of “\(path)” is no checkpoint: \(reason.en).",
            zh: "“\(path)”第 \(number) 行不是检查点：\(reason.zh)。")
    }

    static func newestCheckpointAltered(_ path: String) -> Problem {
        Problem(
            .publishedCheckpointAltered, path: path, en: "“\(path)” is not the newest checkpoint of the log beside it.",
            zh: "“\(path)”不是旁边日志的最新检查点。")
    }

    static func partDiffers(_ path: String) -> Problem {
        Problem(
            .bagFileAltered, path: path, en: "“\(path)” does not say what the log says.", zh: "“\(path)”与日志不符。")
    }

    static func partMissing(_ path: String) -> Problem {
        Problem(
            .bundleIncomplete, path: path, en: "“\(path)” was left out, though every bundle has it.",
            zh: "案卷包缺少必备的“\(path)”。")
    }

    static func sealedPartMissing(_ path: String, _ seq: UInt64) -> Problem {
        Problem(
            .bundleIncomplete, seq: seq, path: path,
            en: "“\(path)” was left out, though what entry \(seq) recorded is sealed in it.",
            zh: "案卷包缺少“\(path)”，第 \(seq) 条的内容密封于其中。")
    }

    // MARK: The dossier

    static func bodyNotIncluded(_ seq: UInt64) -> Problem {
        Problem(
            .bundleIncomplete, seq: seq, path: BundlePart.body(seq).path,
            en: "What entry \(seq) recorded was left out, though it belongs into this bundle.",
            zh: "第 \(seq) 条的正文应当收入此案卷包，却没有收入。")
    }

    static func bodiesWithheld(_ seqs: [UInt64]) -> Problem {
        let shown = seqs.prefix(10).map(String.init) + (seqs.count > 10 ? ["…"] : [])
        return Problem(
            .bodiesWithheld, seq: seqs.first, found: String(seqs.count),
            en:
                "The exporter kept back what \(seqs.count) of the dossier's entries recorded (\(shown.joined(separator: ", "))); the entries are there.",
            zh: "导出人保留了本案卷 \(seqs.count) 个条目的正文（\(shown.joined(separator: "、"))），条目本身仍在其中。")
    }

    static func chainIncomplete(_ dossier: DossierDescription) -> Problem {
        Problem(
            .bundleIncomplete, path: BundlePart.dossier.path, found: dossier.dossier.description,
            en: "The entries of “\(dossier.name.shown)” in the log do not run from 1 on without a gap.",
            zh: "日志中“\(dossier.name.shown)”的条目编号不是从 1 起连续的。")
    }

    static func exportMissing(_ dossier: DossierDescription, at seq: UInt64?) -> Problem {
        Problem(
            .bundleIncomplete, seq: seq, found: dossier.dossier.description,
            en:
                "The log does not end in the export of “\(dossier.name.shown)”: entries were cut off or added, or this bundle was put together by hand.",
            zh: "日志并非以“\(dossier.name.shown)”的导出条目结尾：有条目被截去或添加，或案卷包系自行拼凑。")
    }

    static func descriptionDiffers(_ dossier: DossierDescription) -> Problem {
        Problem(
            .bagMalformed, path: BundlePart.dossier.path,
            en: "“\(BundlePart.dossier.path)” does not describe “\(dossier.name.shown)” as the log has it.",
            zh: "“\(BundlePart.dossier.path)”对“\(dossier.name.shown)”的描述与日志不符。")
    }
}
