internal import EvidenceCrypto
internal import EvidenceRecord

/// `print.html` of a bundle: a cover, a table of contents with digests, and a sheet to be signed, for print on A4.
///
/// Made piece by piece as ``IndexPage``.
package struct PrintPage {
    private let head: CaseHead
    private let page: CasePage

    private static let confirmation = Message(
        en:
            "By signing, both sides confirm what stands on these pages: each file's SHA-256 in the contents, and on the cover the log's root, which fixes all entries.",
        zh: "双方签字即确认以上各页所载内容：目录所列各文件的 SHA-256，以及封面所载日志的根哈希（由它固定全部条目）。")

    /// What may be too long for a cover; the other page has it.
    private static let long: Set<String> = ["description", "measures", "plan"]

    package init(_ head: CaseHead) {
        self.head = head
        page = CasePage(
            head: head, style: PrintPage.style, title: Message(en: "cover and contents", zh: "封面与目录"))
    }

    package var beginning: HTML {
        let (opened, counts, export) = (head.opened, head.counts, head.export)
        let rows: [HTML] = [
            CasePage.row("Number", "案卷编号", .value(opened.name)), .joined(page.facts(omitting: PrintPage.long)),
            CasePage.row(
                head.opening.en, head.opening.zh, "\(page.when(head.openedAt)) · \(CasePage.person(head.openedBy))"),
            CasePage.row("Days", "起止日期", CaseWords.days(counts)),
            CasePage.row("Contents", "卷内数量", "\(CaseWords.contents(counts))"),
            CasePage.row("Not included", "未包含", CaseWords.absent(head)),
            CasePage.row("Handed over by", "移交人", export.map { CasePage.person($0.person) }),
            CasePage.row("Handed over on", "移交时间", export.map { "\(page.when($0.time))" }),
            CasePage.row("To", "接收方", export?.recipient.map { .value($0) }),
            CasePage.row("For", "用途", export?.purpose.map { .value($0) }),
            CasePage.row(
                "Archive", "所属档案",
                "\(head.archiveTitle.map { "\(value: $0)<br>" as HTML })<span class=\"mono\">\(head.origin)</span>"),
            CasePage.row(
                "Log", "日志",
                "\(Formats.counted(Int(clamping: head.size), "entry", "entries", zh: "条"))\(Message(en: ", root", zh: "，根哈希"))<br><span class=\"mono\">\(head.root.hex)</span>"
            ),
        ]
        return """
            \(page.opening)<section class="cover">
            <p class="kind">\(head.kind == .inspectionOpened ? Message(en: "Inspection file", zh: "巡查案卷") : Message(en: "Case file", zh: "案卷"))</p>
            <h1>\(value: opened.title ?? opened.name)</h1>
            <dl>
            \(rows)</dl>
            </section>
            <section class="contents">
            <h2>\(Message(en: "Contents", zh: "卷内目录"))</h2>
            <table>
            <thead><tr>
            <th class="no">\(Message(en: "No.", zh: "序号"))</th>
            <th>\(Message(en: "Title", zh: "题名"))</th>
            <th class="day">\(Message(en: "Date", zh: "日期"))</th>
            <th class="who">\(Message(en: "Entered by", zh: "录入人"))</th>
            <th class="file">\(Message(en: "Files and their SHA-256", zh: "文件及其 SHA-256"))</th>
            </tr></thead>
            <tbody>

            """
    }

    /// One line of the table; to be given in the order of the log.
    package func entry(_ item: StoryItem) -> HTML {
        let entry = item.history.record.entry
        let files = (item.evidence.map { $0.sealed == nil ? $0.files : [] } ?? []).map { file -> HTML in
            let isHere = item.paths[file.sha256] != nil
            let absent: HTML = isHere ? "" : " <i>\(Message(en: "(not included)", zh: "（未包含）"))</i>"
            return """
                <li>\(value: file.name)\(absent) <span class="soft">\(Formats.bytes(Int64(clamping: file.size)))</span>\
                <br><span class="mono">\(String(file.sha256.hex.prefix(32)))<br>\(String(file.sha256.hex.suffix(32)))</span></li>

                """
        }
        let day =
            (item.evidence?.moment ?? item.step?.occurred.from)?.date.description
            ?? String(page.when(entry.time).prefix(10))
        return """
            <tr id="e\(entry.seq)">
            <td class="no">\(item.n.map { "\($0)" as HTML } ?? HTML(Message(en: "linked", zh: "关联")))</td>
            <td>\(EntryArticle(item, page).line)<br>\
            <span class="soft">\(Message(en: "entry \(entry.seq)", zh: "日志第 \(entry.seq) 条"))</span></td>
            <td class="day">\(day)</td>
            <td class="who">\(value: item.person(item.history.record).person)</td>
            <td class="file">\(files.isEmpty ? "—" : "<ul>\(files)</ul>" as HTML)</td>
            </tr>

            """
    }

    package var end: HTML {
        let line: HTML = "<span class=\"line\"></span>"
        func side(_ en: String, _ zh: String) -> HTML {
            """
            <div>
            <h3>\(Message(en: en, zh: zh))</h3>
            <p>\(Message(en: "Unit", zh: "单位")) \(line)</p>
            <p>\(Message(en: "Name", zh: "姓名")) \(line)</p>
            <p>\(Message(en: "Signature", zh: "签字")) \(line)</p>
            <p>\(Message(en: "Date", zh: "日期")) \(line)</p>
            </div>

            """
        }
        return """
            </tbody>
            </table>
            </section>
            <section class="sign">
            <h2>\(Message(en: "Handed over and received", zh: "移交与接收"))</h2>
            <div class="sides">
            \(side("Handed over by", "移交人"))\(side("Received by", "接收人"))</div>
            <p>\(PrintPage.confirmation)</p>
            <p class="soft">\(Message(en: "This sheet proves nothing by itself. VERIFY.txt in the folder says how to check it.", zh: "本页本身不能证明任何事情；核验方法见文件夹中的 VERIFY.zh-CN.txt。"))</p>
            </section>
            \(page.closing)
            """
    }
}
