/// Why something could not be done: what failed, on what, and what to do, in both languages.
package struct EvidenceError: Error, Sendable {
    /// What kind of failure it was; each has an exit status of its own.
    package enum Code: Int32, Sendable {
        /// The archive or bundle is tampered with or damaged.
        case damaged = 1
        /// Wrong words on the command line.
        case usage = 64
        /// Input that is there but is not what it should be.
        case badInput = 65
        /// Input that is not there or can't be opened.
        case inputMissing = 66
        /// A server that did not answer.
        case unavailable = 69
        /// Our own fault.
        case internalFault = 70
        /// The disk or the system refused to read or write.
        case inputOutput = 74
        /// Somebody else is using the archive; later it will work.
        case busy = 75
        /// Refused: rolled back, not enrolled, read-only.
        case refused = 77
        /// Stopped by the person at the keyboard.
        case interrupted = 130
    }

    package let code: Code
    package let message: Message
    /// What failed, without what to do about it where that would mislead: once something is on record, the command is not to be
    /// run again just so.
    package let cause: Message

    package init(_ code: Code, _ message: Message) {
        self.code = code
        self.message = message
        cause = message
    }

    /// - Parameter advice: holds as long as nothing is on record.
    package init(_ code: Code, cause: Message, advice: Message) {
        self.code = code
        message = Message(en: "\(cause.en) \(advice.en)", zh: cause.zh + advice.zh)
        self.cause = cause
    }

    package init(_ code: Code, en: String, zh: String) {
        self.init(code, Message(en: en, zh: zh))
    }

    /// What was to go out as the log is not what its newest checkpoint says.
    package static let logContradictsCheckpoint = EvidenceError(
        .damaged, en: "The log is not the one that its newest checkpoint signs. Run evidence verify.",
        zh: "日志与其最新签名检查点不符。请执行 evidence verify。")

    /// Stopped at the keyboard; nothing was added.
    package static let interrupted = EvidenceError(
        .interrupted, cause: Message(en: "Stopped.", zh: "已中断。"),
        advice: Message(en: "The archive is as it was.", zh: "档案保持原样。"))

    /// The error of a command that had these entries recorded before it.
    package func after(recording entries: Range<UInt64>) -> EvidenceError {
        let last = entries.upperBound - 1
        let isOne = entries.count == 1
        return EvidenceError(
            code,
            en:
                "\(cause.en) \(isOne ? "Entry \(last) is" : "Entries \(entries.lowerBound) to \(last) are") on record all the same: before you run the command again, look at \(isOne ? "it" : "them") (evidence show \(last)), lest the same be recorded twice.",
            zh:
                "\(cause.zh)但第 \(isOne ? "\(last)" : "\(entries.lowerBound) 至 \(last)") 条已经入档：重新执行命令前请先查看（evidence show \(last)），以免重复入档。"
        )
    }
}
