internal import EvidenceCrypto
package import EvidenceRecord

/// `index.html` of a bundle: the case's story in the order of the log, for who opens the folder in a browser.
///
/// Made piece by piece, so that memory does not grow with the case; the same case gives the same pieces.
package struct IndexPage {
    private let head: CaseHead
    private let page: CasePage

    package init(_ head: CaseHead) {
        self.head = head
        page = CasePage(head: head, style: IndexPage.style, title: Message(en: "case file", zh: "案卷"))
    }

    // MARK: What stands before the entries

    package var beginning: HTML {
        let opened = head.opened
        return """
            \(page.opening)<header class="top">
            <p class="kicker">\(head.what) · \(value: opened.name)</p>
            <h1>\(value: opened.title ?? opened.name)</h1>
            \(notice)</header>
            <section class="facts">
            <dl>
            \(facts)</dl>
            </section>
            <main>

            """
    }

    private var notice: HTML {
        let chinese: HTML = """
            本页只供阅览，<b>本身不能证明任何事情</b>：网页人人会做。能作数的，是本文件夹中经签名的日志、记录正文和文件。\
            是否完好、有无遗漏、何时录入，请按 <a href="VERIFY.zh-CN.txt">VERIFY.zh-CN.txt</a> 的步骤核验。\
            打印请用<a href="print.html">打印页</a>。
            """
        let english: HTML = """
            This page is for reading. <b>By itself it proves nothing</b>: anybody can make a page. What counts are the \
            signed log, the records and the files in this folder. <a href="VERIFY.txt">VERIFY.txt</a> says how to check \
            that they are whole, that nothing was left out, and when they were entered. There is also a \
            <a href="print.html">page for printing</a>.
            """
        return "<p class=\"notice\">\(.both(english, chinese))</p>\n"
    }

    private var facts: HTML {
        let (counts, export) = (head.counts, head.export)
        let archive: HTML =
            head.archiveTitle.map { "\(value: $0)<br><span class=\"mono\">\(head.origin)</span>" }
            ?? "<span class=\"mono\">\(head.origin)</span>"
        return .joined(
            page.facts() + [
                CasePage.row("Days", "起止日期", CaseWords.days(counts)),
                CasePage.row(
                    head.opening.en, head.opening.zh, "\(page.when(head.openedAt)) · \(CasePage.person(head.openedBy))"),
                CasePage.row("In this folder", "本卷内容", "\(CaseWords.contents(counts))"),
                CasePage.row("Not in it", "未包含", CaseWords.absent(head)),
                CasePage.row(
                    "Handed over", "移交导出",
                    export.map { "\(page.when($0.time)) · \(CasePage.person($0.person))" }),
                CasePage.row("To", "接收方", export?.recipient.map { .value($0) }),
                CasePage.row("For", "用途", export?.purpose.map { .value($0) }),
                CasePage.row("Archive", "所属档案", archive),
                CasePage.row("Times", "时间说明", "\(CaseWords.times(head.zone))"),
            ])
    }

    // MARK: Entries

    /// One entry; to be given in the order of the log.
    package func entry(_ item: StoryItem) -> HTML { EntryArticle(item, page).html }

    // MARK: What stands after them

    /// - Parameter signers: whose keys sign in the archive, by key name.
    package func end(signers: [(name: String, person: PersonDetails)]) -> HTML {
        let rows = signers.map { signer -> HTML in
            "<li>\(CasePage.person(signer.person)) <span class=\"mono\">\(signer.name)</span></li>\n"
        }
        return """
            </main>
            <section class="signers">
            <h2>\(Message(en: "Who signs in this archive", zh: "本档案的签名人"))</h2>
            <ul>
            \(rows)</ul>
            <p class="soft">\(CaseWords.signers)</p>
            </section>
            <footer class="foot">
            <p>\(CaseWords.limits)</p>
            <p class="mono">\(head.origin) · \(head.size) · \(head.root.hex)</p>
            <p>\(head.export?.agent ?? "")</p>
            </footer>
            \(page.closing)
            """
    }
}
