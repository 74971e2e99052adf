internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Pages
internal import SystemPackage
internal import TransparencyLog

struct ReceiptCommand: EvidenceCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "receipt",
            abstract: Speech.say(
                "Write a page that says what the archive holds now, to be left with the inspected.",
                "出具回执：写明档案此刻的内容，留给被巡查单位。"),
            discussion: Speech.say(
                "Whoever keeps the page can hold the archive to it: evidence verify --against. A file whose name ends in .html is made for print, with a code to scan; any other is plain text.",
                "持有回执的人日后可用 evidence verify --against 核对档案。文件名以 .html 结尾时生成可打印的页面，含二维码；否则为纯文本。"))
    }
    static let example = "evidence receipt --to 回执.html"
    static let exitStatuses: [Int32] = [1, 65, 66, 74, 75]

    @Option(help: help("A file to write it to.", "写入的文件。", valueName: "file"))
    var to: PathArgument?
    @OptionGroup var options: GlobalOptions

    func run(at desk: Desk) throws {
        let service = MakeReceipt(desk.context)
        let page = try service.run()
        let time = page.receipt.time.map { "\(desk.local($0, seconds: true)) \(desk.zone.name)" } ?? ""
        let view = ReceiptPage(page.receipt, title: page.title, person: page.person, time: time)
        if let to {
            let isPage = [".html", ".htm"].contains { to.path.string.lowercased().hasSuffix($0) }
            guard let text = isPage ? view.html?.source : view.text else {
                throw EvidenceError(
                    .badInput, en: "The receipt is too long for a code to scan. Write it as text: --to FILE.txt.",
                    zh: "回执内容过长，无法生成二维码。请改用纯文本：--to 文件.txt。")
            }
            try service.save(page, as: text, to: to.path)
        }
        if desk.isJSON { return try desk.document(document(page)) }
        guard let to else { return try Terminal.output.write(foreign: Array(view.text.utf8)) }
        try desk.mention("Wrote “\(to.path.string.shown)”.", "已写入“\(to.path.string.shown)”。")
    }

    private func document(_ page: MakeReceipt.Page) -> JSONObject {
        let receipt = page.receipt
        var document = JSONObject()
        document["origin"] = .string(receipt.origin)
        document["size"] = .integer(Int64(clamping: receipt.size))
        document["root"] = .string(Base64.encode(receipt.root.bytes))
        document.set("key", receipt.key?.description)
        document.set("time", receipt.time?.description)
        document["receipt"] = .string(receipt.text)
        return document
    }
}
