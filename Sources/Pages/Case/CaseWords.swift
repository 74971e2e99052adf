internal import EvidenceRecord

/// What a case's pages say of it in whole sentences.
enum CaseWords {
    static func contents(_ counts: CaseHead.Counts) -> Message {
        Message { language in
            [
                Formats.counted(counts.entries, "entry", "entries", zh: "条").text(in: language),
                Formats.counted(counts.records, "record", zh: "条记录").text(in: language),
                language.noted(
                    Formats.counted(counts.files, "file", zh: "个文件").text(in: language),
                    counts.files > 0 ? Formats.bytes(Int64(clamping: counts.bytes)) : nil),
            ].joined(separator: language.comma)
        }
    }

    /// What of the case is not there; nil where all is.
    static func absent(_ head: CaseHead) -> HTML? {
        let counts = head.counts
        var lines: [HTML] = []
        if counts.withheld > 0 {
            lines.append(
                "\(Message(en: "\(Formats.counted(counts.withheld, "record is", "records are", zh: "").en) withheld by the exporter: the entry is there, what it recorded is not", zh: "\(counts.withheld) 条记录的内容未移交（由导出人决定）：只有条目，没有内容"))"
            )
        }
        if counts.filesLeftOut > 0 {
            lines.append(
                "\(Message(en: "\(Formats.counted(counts.filesLeftOut, "file was recorded where it lay", "files were recorded where they lay", zh: "").en): not copied, and to be handed over separately", zh: "\(counts.filesLeftOut) 个文件登记时留在原处，未复制，须另行移交"))"
            )
        }
        if counts.withdrawn > 0 {
            lines.append(
                "\(Message(en: "\(Formats.counted(counts.withdrawn, "entry was", "entries were", zh: "").en) withdrawn by order: the content is gone from the archive too", zh: "\(counts.withdrawn) 条已依令撤销：档案中也已没有其内容"))"
            )
        }
        if head.isSlim { lines.append("\(slim)") }
        return lines.isEmpty ? nil : .joined(lines, by: "<br>")
    }

    /// The first and the last day; nil where no record claims one.
    static func days(_ counts: CaseHead.Counts) -> HTML? {
        counts.days.map { days in
            let (first, last) = (days.lowerBound.description, days.upperBound.description)
            return first == last ? "\(first)" : "\(first) – \(last)"
        }
    }

    /// - Parameter areTrusted: whether the outside times are those alone that were checked by whom the page's maker trusts.
    static func times(_ zone: TimeZoneOffset, areTrusted: Bool = false) -> Message {
        let outside =
            areTrusted
            ? Message(
                en:
                    "what a witness or a timestamp authority states whom the maker of this page trusts, and was checked; what others state is left out.",
                zh: "本页制作人所信任的见证人或时间戳机构的陈述，已经核验；其他人的陈述不列。")
            : Message(
                en:
                    "what a witness or a timestamp authority states; whether it is genuine, and whether to trust it, is to be checked apart.",
                zh: "见证人或时间戳机构的陈述，其真伪与可信与否须另行核验。")
        return Message(
            en:
                "Written in \(zone.name). What people say of when something happened is kept as they gave it. “Entered” is the archive's own clock. “By clocks outside” is \(outside.en)",
            zh: "以 \(zone.name) 时区书写。事情何时发生，照当事人所述记载；“录入”取自档案自己的时钟；“外部时间”是\(outside.zh)"
        )
    }

    static let signers = Message(
        en:
            "That a key is really its named person's rests on the word of whoever enrolled it, and on the archive's key, which has to be compared with one that came another way.",
        zh: "密钥是否确属其人，取决于为其登记的人，也取决于档案公钥；后者须与通过其他途径取得的公钥核对。")

    static let limits = Message(
        en:
            "No check can show that what was recorded is true, that everything that happened was recorded, or what was recorded after this export.",
        zh: "任何核验都不能说明：所记录的内容是否属实，发生的事情是否都已记录，以及本次导出之后又记录了什么。")

    static let noOutsideTime = Message(
        en: "none here: there is only the archive's own clock", zh: "此处无：只有档案自己的时钟")

    static let withheld = Message(
        en:
            "Withheld: the exporter left out what this entry recorded. The entry itself is in the log, so its place and its time are known.",
        zh: "未移交：导出人没有移交此条的内容。条目本身仍在日志中，其位置和时间可以核对。")

    static let earlierExport = Message(
        en:
            "An earlier export of this case, or its receipt. The details concern whoever received it and are not included.",
        zh: "本案此前的一次导出，或对它的签收。其内容只与当时的接收方有关，未包含在内。")

    static let withdrawn = Message(
        en: "Withdrawn: what this entry recorded was removed from the archive by order. The entry itself stays.",
        zh: "已撤销：此条的内容已依令从档案中移除，条目本身保留。")

    static let leftWhereItLay = Message(
        en: "Not in this folder: it was recorded where it lay and has to be handed over separately.",
        zh: "不在本文件夹中：登记时留在原处，须另行移交。")

    private static let slim = Message(
        en:
            "entries of the log that belong to other cases: this folder alone does not show that none of them is about this one",
        zh: "日志中属于其他案卷的条目：仅凭本文件夹不能说明其中没有与本案有关的")

    static let noContent = Message(en: "(content not here)", zh: "（内容不在此）")

    static let sealedTitle = Message(en: "Sealed record", zh: "密封记录")

    static let sealed = Message(
        en:
            "Sealed: what this entry recorded is encrypted, in data/sealed. Its readers in the archive are named here; where it was sealed anew for whoever is handed this folder, they alone can open it.",
        zh: "密封：此条的内容已加密，存于 data/sealed。下列为原档案中的可开启者；如系为接收人重新密封，则只有接收人能打开。")
}
