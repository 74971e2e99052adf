internal import EvidenceCrypto
package import EvidenceRecord
internal import TransparencyLog

/// A hand-over slip as a file: what people read, in both languages, and after it what programs read.
package struct HandoverText {
    private let slip: HandoverSlip

    package init(_ slip: HandoverSlip) { self.slip = slip }

    private static let title = Message(en: "Hand-over slip of an evidence bundle", zh: "证据案卷交接单")
    private static let steps: [Message] = [
        Message(
            en:
                "Check the bundle, as its VERIFY.txt says. The digest above must be what sha256sum says of its file tagmanifest-sha256.txt.",
            zh: "先按案卷包中 VERIFY.zh-CN.txt 核验。上列摘要应与 sha256sum 对其中 tagmanifest-sha256.txt 的计算结果一致。"),
        Message(
            en: "Sign this file as it is, with your certificate (PEM) and its key, by one of the commands below.",
            zh: "保持本文件原样，用您的证书（PEM）及其私钥签署，执行下列命令之一。"),
        Message(
            en: "Send the signed file back. The archive records it as received; you keep a copy.",
            zh: "把签署后的文件交回。档案将其记为已接收，请自留一份。"),
    ]
    /// What a recipient runs, with the names of his files.
    package static let commands = [
        "openssl cms -sign -binary -nodetach -outform PEM -in SLIP.txt -signer CERT.pem -inkey KEY.pem -out SIGNED.pem",
        "evidence handover sign SLIP.txt --cert CERT.pem --key KEY.pem --to SIGNED.pem",
    ]

    private func fields(_ language: Language) -> [(label: String, value: String)] {
        let details = slip.details
        let time = details.time.description
        let all: [(Message, String?)] = [
            (Message(en: "case", zh: "案卷"), [details.name, details.title].compactMap { $0 }.joined(separator: " · ")),
            (Message(en: "archive", zh: "档案"), details.archive.name),
            (
                Message(en: "handed over by", zh: "移交人"),
                language.noted(details.person.person, details.person.unit, details.person.role)
            ),
            (Message(en: "to", zh: "接收方"), details.recipient), (Message(en: "for", zh: "用途"), details.purpose),
            (
                Message(en: "exported", zh: "导出时间"),
                "\(time.prefix(10)) \(time.dropFirst(11).prefix(8)) UTC\(language.comma)"
                    + language.pick("entry \(details.export.seq)", "日志第 \(details.export.seq) 条")
            ),
            (
                Message(en: "SHA-256 of tagmanifest-sha256.txt", zh: "tagmanifest-sha256.txt 的 SHA-256"),
                details.tagManifest.hex
            ),
        ]
        return all.compactMap { label, value in value.map { (label.text(in: language), $0.shown) } }
    }

    /// The file; the same for the same slip, so that whoever gets it back sees whether it was altered.
    package var text: String {
        var lines: [String] = []
        for language in [Language.zhHans, .en] {
            lines += [HandoverText.title.text(in: language), ""]
            lines += fields(language).map { "  \($0.label)\(language.pick(": ", "："))\($0.value)" } + [""]
            lines += HandoverText.steps.enumerated().map { "\($0.offset + 1). \($0.element.text(in: language))" } + [""]
        }
        lines += HandoverText.commands.map { "    " + $0 }
        lines += ["", "------ 以下供程序读取，请勿改动 / for programs, not to be altered ------", ""]
        return lines.map { $0 + "\n" }.joined() + String(decoding: slip.note.bytes, as: UTF8.self)
    }
}
