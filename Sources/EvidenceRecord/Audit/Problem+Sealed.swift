/// The words for what is said of sealed records.
extension Problem {
    private static func readers(_ sealing: Sealing) -> Message {
        let readers = sealing.readers.map { "“\($0.subject.shown)”" }
        return Message(en: readers.joined(separator: ", "), zh: readers.joined(separator: "、"))
    }

    package static func sealedContentNotChecked(_ sealing: Sealing, _ seq: UInt64) -> Problem {
        let readers = readers(sealing)
        return Problem(
            .sealedContentNotChecked, seq: seq,
            en:
                "What entry \(seq) says inside is sealed to \(readers.en), and only they can check it; its encrypted files were checked.",
            zh: "第 \(seq) 条的内容密封给\(readers.zh)，只有其本人能核验内容；加密文件已核验。")
    }

    /// - Parameter hasKey: a key was there and did not open it.
    package static func sealedNotOpened(_ seq: UInt64, hasKey: Bool) -> Problem {
        Problem(
            .sealedNotOpened, seq: seq,
            en: hasKey
                ? "What entry \(seq) says inside was sealed anew for this bundle, and not to the key that was given: it was not checked."
                : "What entry \(seq) says inside was sealed anew for this bundle's recipient, who alone can check it: evidence verify --key KEY.pem",
            zh: hasKey
                ? "第 \(seq) 条的内容在导出时重新密封，所给密钥不能打开，未核验。"
                : "第 \(seq) 条的内容在导出时重新密封给接收人，只有其本人能核验：evidence verify --key KEY.pem")
    }

    package static func sealedContentAltered(_ seq: UInt64, _ reason: Message) -> Problem {
        Problem(
            .sealedContentAltered, seq: seq,
            en: "What is sealed in entry \(seq) is not what the entry recorded. \(reason.en)",
            zh: "第 \(seq) 条密封的内容与登记时不符。\(reason.zh)")
    }
}
