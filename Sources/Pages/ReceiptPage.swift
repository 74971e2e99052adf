internal import EvidenceCrypto
package import EvidenceRecord
internal import QRCode
internal import TransparencyLog

/// A receipt as one page, in both languages whatever the user's is: it is for whoever is handed it.
package struct ReceiptPage {
    private let receipt: Receipt
    private let title: String?
    private let person: String
    private let time: String

    /// - Parameters:
    ///   - title: what people call the archive.
    ///   - person: who wrote the newest entries.
    ///   - time: when the newest entry was written, as people write times.
    package init(_ receipt: Receipt, title: String?, person: String, time: String) {
        self.receipt = receipt
        self.title = title
        self.person = person
        self.time = time
    }

    private static let heading = Message(en: "Receipt of an evidence archive", zh: "证据档案回执")
    private static let purpose = Message(
        en:
            "The inspection team leaves you this receipt. It fixes all that its archive held at this time: whatever is altered, left out or inserted before that point later will not agree with it.",
        zh: "巡查组将此回执留给贵单位。它固定了档案在此刻的全部内容：日后若改动、删减或补写此前的任何一条，都会与此回执不符。")
    private static let steps: [Message] = [
        Message(en: "Keep this page where the inspection team cannot reach it.", zh: "请将此页保存在巡查组无法接触的地方。"),
        Message(
            en:
                "To check the archive later, have its keeper show you the archive, a case bundle or the published log; scan the code and save its text as a file.",
            zh: "日后需要核对时，请档案管理者出示档案、案卷包或已公布的日志；扫描二维码，将所得文字存为文件。"),
        Message(
            en:
                "Run: evidence verify ARCHIVE --against FILE. Without a scanner, type the three lines origin, size and root into a file.",
            zh: "执行：evidence verify 档案 --against 文件。无法扫码时，把“来源、条数、根哈希”三行照抄到文件中即可。"),
        Message(
            en:
                "“history-rewritten” or “rolled-back” means that what this receipt says is no longer so. It does not show that what was recorded is true.",
            zh: "若结果出现 history-rewritten 或 rolled-back，即档案已与回执不符。回执不能说明所记录的内容本身真实。"),
    ]

    private var fields: [(label: Message, value: String)] {
        var fields: [(Message, String)] = []
        if let title { fields.append((Message(en: "archive", zh: "档案名称"), title)) }
        fields.append((Receipt.Field.origin.label, receipt.origin))
        fields.append((Receipt.Field.size.label, "\(receipt.size)"))
        fields.append((Receipt.Field.root.label, Base64.encode(receipt.root.bytes)))
        fields.append((Receipt.Field.time.label, time))
        fields.append((Message(en: "last entry by", zh: "最后录入"), person))
        if let key = receipt.key { fields.append((Receipt.Field.key.label, key.description)) }
        return fields
    }

    /// The page as text; the part for programs stands at its end.
    package var text: String {
        var lines: [String] = []
        for language in [Language.zhHans, .en] {
            lines += [ReceiptPage.heading.text(in: language), ""]
            lines += [ReceiptPage.purpose.text(in: language), ""]
            let colon = language == .en ? ": " : "："
            lines += fields.map { "  \($0.label.text(in: language))\(colon)\($0.value.shown)" } + [""]
            lines += ReceiptPage.steps.enumerated().map { "\($0.offset + 1). \($0.element.text(in: language))" } + [""]
        }
        lines += ["------ 以下供程序读取，请勿改动 / for programs, not to be altered ------", ""]
        return lines.map { $0 + "\n" }.joined() + receipt.text
    }

    /// The page as HTML for print on A4, with the receipt's text as a QR code; nil where it does not fit into one.
    package var html: HTML? {
        guard let code = QRCode(Array(receipt.text.utf8)) else { return nil }
        let label: HTML = "\(ReceiptPage.heading.zh) / \(ReceiptPage.heading.en)"
        let rows = fields.map { field -> HTML in
            """
            <tr><th>\(field.label.zh)<br><span lang="en">\(field.label.en)</span></th>\
            <td>\(field.value)</td></tr>

            """
        }
        func steps(_ language: Language) -> [HTML] {
            ReceiptPage.steps.map { "<li>\($0.text(in: language))</li>" }
        }
        return """
            <!DOCTYPE html>
            <html lang="zh-Hans">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(label)</title>
            <style>
            @page { size: A4; margin: 16mm; }
            body { font: 10.5pt/1.5 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif; color: #000;
                background: #fff; max-width: 178mm; margin: 0 auto; padding: 4mm; }
            h1 { font-size: 18pt; margin: 0; line-height: 1.3; }
            h1 span { display: block; font-size: 12pt; font-weight: normal; }
            .top { display: flex; gap: 8mm; align-items: flex-start; }
            .top svg { flex: none; width: 70mm; height: 70mm; }
            table { border-collapse: collapse; width: 100%; margin: 5mm 0; }
            th, td { border: 0.3mm solid #000; padding: 1.2mm 2mm; text-align: left; vertical-align: top; }
            th { width: 24mm; font-weight: normal; line-height: 1.25; }
            th span { font-size: 8.5pt; }
            td { font-family: "Noto Sans Mono CJK SC", "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
            ol { margin: 1mm 0 3mm; padding-left: 6mm; font-variant-ligatures: none; }
            [lang=en] { font-size: 9.5pt; }
            h1 [lang=en] { font-size: 12pt; }
            .sign { display: flex; gap: 10mm; margin-top: 8mm; }
            .sign div { flex: 1; border-top: 0.3mm solid #000; padding-top: 1mm; }
            @media print { body { padding: 0; } }
            </style>
            </head>
            <body>
            <div class="top">
            <div>
            <h1>\(ReceiptPage.heading.zh)<span lang="en">\(ReceiptPage.heading.en)</span></h1>
            <p>\(ReceiptPage.purpose.zh)</p>
            <p lang="en">\(ReceiptPage.purpose.en)</p>
            </div>
            \(HTML(trusted: code.svg(label: label.source)))
            </div>
            <table>
            \(rows)</table>
            <ol>\(steps(.zhHans))</ol>
            <ol lang="en">\(steps(.en))</ol>
            <div class="sign"><div>巡查组签字 <span lang="en">for the inspection team</span></div>\
            <div>接收人签字 <span lang="en">received by</span></div></div>
            </body>
            </html>

            """
    }
}
