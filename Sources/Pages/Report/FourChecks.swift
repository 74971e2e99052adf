package import EvidenceRecord

/// The four properties of electronic records that DA/T 70 has checked (四性检测), item by item.
///
/// Numbered as in DA/T 70-2018, table for 归档 (GD-1-1 and so on), of which the items that an archive like this can say
/// something of are here. An item is passed by a verification that really ran, or not at all.
package struct PropertyCheck: Sendable {
    package enum Property: String, CaseIterable, Sendable {
        case authenticity, integrity, usability, security

        var title: Message {
            switch self {
            case .authenticity: Message(en: "Authenticity", zh: "真实性")
            case .integrity: Message(en: "Integrity", zh: "完整性")
            case .usability: Message(en: "Usability", zh: "可用性")
            case .security: Message(en: "Security", zh: "安全性")
            }
        }
    }

    package enum Result: String, Sendable {
        case passed
        case failed
        case unchecked
        case inapplicable

        var title: Message {
            switch self {
            case .passed: Message(en: "passed", zh: "通过")
            case .failed: Message(en: "failed", zh: "不通过")
            case .unchecked: Message(en: "not checked", zh: "未检")
            case .inapplicable: Message(en: "not applicable", zh: "不适用")
            }
        }
    }

    package let property: Property
    /// Its number in DA/T 70.
    package let code: String
    package let name: Message
    /// What was done, or why nothing was.
    package let method: Message
    package let result: Result
}

/// What a verification and the rules of the closed loop say of the four properties.
package struct FourChecks {
    /// What of a case or an inspection is in the report.
    package struct Content: Sendable {
        package var records = 0
        package var files = 0
        package var bytes: UInt64 = 0
        package var sealed = 0
        /// Files that stayed where they lay.
        package var referenced = 0
        /// What is lacking or broke a rule, by the rules of the closed loop.
        package var findings = 0
        /// Its entries, and those that are linked to it, by their numbers.
        package var entries: [UInt64] = []

        package init() {}
    }

    private let report: VerificationReport
    private let content: Content

    /// - Parameter report: of the whole archive, verified for this.
    package init(_ report: VerificationReport, _ content: Content) {
        self.report = report
        self.content = content
    }

    package var items: [PropertyCheck] { authenticity + integrity + usability + security }

    /// By which digests files were checked.
    private var digests: Message {
        report.fileDigests == .fsverity
            ? Message(en: "by fs-verity; their SHA-256 was not computed", zh: "按 fs-verity，未计算 SHA-256")
            : Message(en: "by SHA-256 and fs-verity", zh: "按 SHA-256 与 fs-verity")
    }

    /// How much of the log somebody outside covers whom this reader trusts.
    private var covered: UInt64 { report.outside.map(\.size).max() ?? 0 }

    /// How many entries of this file came after that.
    private var uncovered: Int { content.entries.count { $0 >= covered } }

    /// Passed where all of it is covered, not checked where some of it is not, or there is nothing to say that of.
    private var outside: PropertyCheck.Result {
        covered > 0 && uncovered == 0 && !content.entries.isEmpty ? .passed : .unchecked
    }

    /// How many entries of this file a warning of the verification is about.
    private func warned(_ code: Problem.Code) -> Int {
        let entries = Set(content.entries)
        return report.warnings.count { problem in problem.code == code && problem.seq.map(entries.contains) == true }
    }

    /// Whether there are more warnings than are listed, so that one about this file might be among them.
    private func mayBeWarned(_ code: Problem.Code) -> Bool { (report.omitted[code] ?? 0) > 0 }

    private var outsideTimes: PropertyCheck.Result {
        if has([.anchorMissing, .anchorInvalid]) || warned(.timeContradicted) > 0 { return .failed }
        return mayBeWarned(.timeContradicted) ? .unchecked : outside
    }

    private var contradicted: Message {
        let count = warned(.timeContradicted)
        if count > 0 {
            return Message(
                en:
                    "Of \(count) of this file's entries they contradict the time at which the archive says that it entered them.",
                zh: "本卷有 \(count) 条，其录入时间与外部时间相矛盾。")
        }
        return mayBeWarned(.timeContradicted)
            ? Message(
                en: "They contradict more entries of the archive than could be listed.", zh: "档案中与外部时间相矛盾的条目过多，未能逐一列出。")
            : notCovered
    }

    /// Clocks that are set by the network go back a little, too: what that means is for people to say.
    private var orderOfTimes: PropertyCheck.Result {
        let result = result(FourChecks.log)
        let isBackwards = warned(.timeBackwards) > 0 || mayBeWarned(.timeBackwards)
        return result == .passed && isBackwards ? .unchecked : result
    }

    private var backwards: Message? {
        let count = warned(.timeBackwards)
        if count > 0 {
            return Message(
                en:
                    "The archive's clock went backwards: \(count) of this file's entries say an earlier time than the one before them.",
                zh: "档案的时钟曾倒退：本卷有 \(count) 条的时间早于前一条。")
        }
        return mayBeWarned(.timeBackwards)
            ? Message(
                en: "The archive's clock went backwards at more entries than could be listed.", zh: "档案时钟倒退之处过多，未能逐一列出。"
            )
            : nil
    }

    private var notCovered: Message {
        if covered == 0 {
            return Message(
                en: "No timestamp and no witness that this reader trusts covers the archive.",
                zh: "没有本机信任的时间戳或见证人签名。")
        }
        return Message(
            en:
                "\(uncovered) of this file's \(content.entries.count) entries came after the newest of them, and none covers them.",
            zh: "本卷 \(content.entries.count) 条中有 \(uncovered) 条晚于其中最新的一个，尚未覆盖。")
    }

    // MARK: What problems stand against an item

    private func has(_ codes: Set<Problem.Code>) -> Bool { report.problems.contains { codes.contains($0.code) } }
    private func isUnchecked(_ codes: Set<Problem.Code>) -> Bool {
        report.unchecked.contains { codes.contains($0.code) }
    }

    /// Failed by one of the problems, not checked where one of the other codes says so, else passed.
    private func result(_ problems: Set<Problem.Code>, unless unchecked: Set<Problem.Code> = []) -> PropertyCheck.Result
    {
        if has(problems) { return .failed }
        return isUnchecked(unchecked.union([.notUnderstood])) ? .unchecked : .passed
    }

    private static let database: Set<Problem.Code> = [.databaseMalformed, .schemaAltered]
    private static let log: Set<Problem.Code> = [
        .entryMalformed, .entryMissing, .entryMisplaced, .chainBroken, .commitBroken, .logTruncated, .openingBroken,
        .rootMismatch, .checkpointMissing, .checkpointMalformed, .checkpointUnexpected, .publishedCheckpointAltered,
    ]
    private static let signatures: Set<Problem.Code> = [
        .archiveSignatureMissing, .archiveSignatureInvalid, .signerSignatureMissing, .signerSignatureInvalid,
        .signerNotEnrolled, .signerRevoked, .signerEnrolledTwice, .enrolmentUnauthorised, .keyDiffersFromPin,
    ]
    private static let bodies: Set<Problem.Code> = [.bodyMissing, .bodyAltered, .bodyMalformed, .bodyUnexpected]
    private static let files: Set<Problem.Code> = [
        .fileMissing, .fileSizeDiffers, .fileAltered, .fileDigestsDisagree, .fileNotRegular, .sealedContentAltered,
    ]
    private static let filesNotChecked: Set<Problem.Code> = [.fileUnreadable, .referencedFileAbsent, .filesNotChecked]

    // MARK: Items

    private var authenticity: [PropertyCheck] {
        [
            item(
                .authenticity, "1-1", "Digests", "固化信息有效性：摘要",
                "Every entry, body and stored file was hashed again and held to the log (files \(digests.en)); the log's root was computed anew.",
                "重新计算全部条目、正文和文件的摘要（文件\(digests.zh)），与日志比对；重新计算日志根哈希。",
                result(
                    FourChecks.database.union(FourChecks.log).union(FourChecks.bodies).union(FourChecks.files),
                    unless: FourChecks.filesNotChecked)),
            item(
                .authenticity, "1-1", "Signatures", "固化信息有效性：签名",
                "Every checkpoint's two signatures were checked; the archive's key was compared with one that this reader trusts.",
                "验证每个检查点的两个签名；档案公钥与本机信任的公钥核对。",
                result(FourChecks.signatures.union(FourChecks.log), unless: [.keyNotPinned])),
            item(
                .authenticity, "1-1", "Outside times", "固化信息有效性：时间戳与见证",
                "Timestamps and witnesses' signatures were checked by certificates and keys that this reader trusts.",
                "按本机信任的证书和公钥验证时间戳与见证人签名。", outsideTimes, otherwise: contradicted),
            item(
                .authenticity, "1-2…1-6", "Order of times", "元数据值域：时间先后",
                "Each entry's time was compared with that of the one before it in the log.", "逐条与日志中前一条的时间比较。",
                orderOfTimes, otherwise: backwards),
            item(
                .authenticity, "1-2…1-6", "Form of the metadata", "元数据长度、类型、格式、值域、特殊字符",
                "Every body was read by the rules of the format.", "按格式规则逐条读取正文。",
                result(FourChecks.bodies.union([.referenceBroken, .targetInvalid]))),
            item(
                .authenticity, "1-8", "No number twice", "档号重复性",
                "Names of cases and inspections are unique; running numbers have no fork.", "案件、巡查名称唯一，卷内顺序号无分叉。",
                result([.nameTaken, .dossierForked])),
            item(
                .authenticity, "1-10", "Size and content of files as recorded", "内容数据电子属性一致",
                "Each file's size and digest were held to its record, \(digests.en).",
                "逐个文件核对大小和摘要与记录一致（\(digests.zh)）。",
                fileResult, otherwise: noFiles),
            item(
                .authenticity, "1-11", "Records and files belong together", "元数据与内容关联",
                "Each file that a record names was looked for in its place.", "逐一查找记录所指的文件。",
                fileResult, otherwise: noFiles),
        ]
    }

    private var integrity: [PropertyCheck] {
        [
            item(
                .integrity, "2-1, 2-2", "Number of records, bytes", "总件数、总字节数相符",
                "Records of this file: \(content.records), with \(content.files) files of \(content.bytes) bytes; all entries of the log were counted.",
                "本卷记录 \(content.records) 件、文件 \(content.files) 个、\(content.bytes) 字节；逐条清点日志。",
                result(FourChecks.log.union(FourChecks.bodies))),
            item(
                .integrity, "2-5", "Process on record", "过程信息完整",
                "Steps from found to closed, each with its evidence, by the inspection regulation.",
                "按巡查制度核对从发现到销号的各步骤及其证据。",
                content.findings == 0 ? .passed : .failed,
                otherwise: Message(en: "Lacking or broken: \(content.findings).", zh: "缺项或违规 \(content.findings) 项。")),
            item(
                .integrity, "2-6", "No gap in the numbers", "连续性",
                "Running numbers of the file and of the log were followed from the first to the last.",
                "卷内顺序号与日志序号自首至末连续。",
                result([
                    .dossierGap, .dossierChainBroken, .dossierUnopened, .dossierOmitted, .entryMissing, .logTruncated,
                ])),
            item(
                .integrity, "2-7", "Files whole", "内容数据完整",
                "Each file was read from its first to its last byte.", "逐个文件自首字节读至末字节。",
                fileResult, otherwise: noFiles),
            item(
                .integrity, "2-9", "All that belongs to the file is in it", "归档范围",
                "No check can show that everything that happened was recorded.", "任何核验都不能说明发生的事情是否都已记录。",
                .unchecked),
        ]
    }

    private var usability: [PropertyCheck] {
        [
            item(
                .usability, "3-1, 3-2", "Metadata readable", "元数据可读、可访问",
                "The database and every body were read.", "读取数据库与全部正文。",
                result(FourChecks.database.union(FourChecks.bodies).union([.indexAltered]))),
            item(
                .usability, "3-3", "Formats", "格式合规",
                "Whether the files' formats are fit for long keeping was not looked at.", "未检查文件格式是否适合长期保存。",
                content.files == 0 ? .inapplicable : .unchecked),
            item(
                .usability, "3-8", "No encryption", "无加密",
                content.sealed == 0
                    ? "No record of this file is sealed; whether files are encrypted in themselves was not looked at."
                    : "Sealed records, which their readers alone can open: \(content.sealed).",
                content.sealed == 0 ? "本卷没有密封记录；文件自身是否加密未检查。" : "密封记录 \(content.sealed) 条，只有指定的人能打开。",
                content.sealed == 0 ? .unchecked : .failed),
        ]
    }

    private var security: [PropertyCheck] {
        [
            item(
                .security, "4-1, 4-2", "Viruses", "病毒检测", "No scanner was run.", "未运行杀毒软件。", .unchecked),
            item(
                .security, "4-3", "Nothing else on the medium", "载体中无多余文件",
                "Objects that no entry names were looked for in the archive; the medium beside it was not looked at.",
                "检查档案中有无未登记的对象；档案以外的载体内容未检查。",
                report.warnings.contains { $0.code == .objectUnreferenced } ? .failed : .unchecked),
            item(
                .security, "4-7", "Keeping since it was recorded", "归档过程安全",
                "The log's chain was followed; what a witness or a timestamp covers can't be written anew unseen, even by who holds all keys.",
                "核对日志链；见证人或时间戳覆盖的部分，即使持有全部密钥者也无法不被发觉地重写。",
                has(FourChecks.log.union([.rolledBack, .historyRewritten, .archiveReplaced]))
                    ? .failed : outside, otherwise: notCovered),
        ]
    }

    private var fileResult: PropertyCheck.Result {
        if has(FourChecks.files) { return .failed }
        if content.files == 0 { return .inapplicable }
        return isUnchecked(FourChecks.filesNotChecked) ? .unchecked : .passed
    }

    private var noFiles: Message {
        content.files == 0
            ? Message(en: "There are no files.", zh: "没有文件。")
            : Message(en: "Some files could not be read, or lie elsewhere.", zh: "部分文件无法读取或存放在别处。")
    }

    /// - Parameter remark: said after the method where the item was not passed.
    private func item(
        _ property: PropertyCheck.Property, _ code: String, _ en: String, _ zh: String, _ methodEn: String,
        _ methodZh: String, _ result: PropertyCheck.Result, otherwise remark: Message? = nil
    ) -> PropertyCheck {
        let method = Message(en: methodEn, zh: methodZh)
        let said =
            result == .passed || remark == nil
            ? method : Message(en: "\(method.en) \(remark?.en ?? "")", zh: "\(method.zh)\(remark?.zh ?? "")")
        return PropertyCheck(
            property: property, code: code, name: Message(en: en, zh: zh), method: said, result: result)
    }
}
