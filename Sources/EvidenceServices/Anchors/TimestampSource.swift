internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage

extension TakeTimestamp {
    /// Where a timestamp came from, and what is said of one that is not taken.
    enum Source {
        case server(String)
        case file(FilePath)

        private var name: String {
            switch self {
            case .server(let address): address.shown
            case .file(let path): path.shown
            }
        }

        /// A server that gives no timestamp has not answered; a file without one is bad input.
        private var code: EvidenceError.Code {
            switch self {
            case .server: .unavailable
            case .file: .badInput
            }
        }

        func badStatus(_ status: Int) -> EvidenceError {
            EvidenceError(
                code,
                en: "“\(name)” gave no timestamp (HTTP status \(status)). Check the address, or try again later.",
                zh: "“\(name)”没有给出时间戳（HTTP 状态 \(status)）。请检查网址，或稍后再试。")
        }

        func noTimestamp(_ contentType: String?) -> EvidenceError {
            switch self {
            case .server:
                let type = contentType ?? "?"
                return EvidenceError(
                    code,
                    en:
                        "What “\(name)” answered is no timestamp (its type is \(type.shown)). Check the address; a network that wants a login in the browser answers like that too.",
                    zh: "“\(name)”返回的不是时间戳（类型为 \(type.shown)）。请检查网址；需要在浏览器中登录的网络也会这样应答。")
            case .file:
                return EvidenceError(
                    code, en: "“\(name)” is neither a timestamp response nor a timestamp token (RFC 3161).",
                    zh: "“\(name)”既不是时间戳响应，也不是时间戳令牌（RFC 3161）。")
            }
        }

        /// - Precondition: the response has no token.
        func refused(_ response: TimestampResponse) -> EvidenceError {
            let words = (["\(response.status)"] + response.failures.map { "\($0)" }).joined(separator: ", ")
            let reason = response.explanation.map { "\(words): “\($0.shown)”" } ?? words
            return EvidenceError(
                code, en: "The authority refused to give a timestamp, says “\(name)” (\(reason)).",
                zh: "“\(name)”：时间戳机构拒绝签发（\(reason)）。")
        }

        func mismatched(_ mismatch: TimestampToken.Mismatch) -> EvidenceError {
            switch mismatch {
            case .imprint:
                EvidenceError(
                    .badInput,
                    en: "The timestamp from “\(name)” is over something else than was asked. Nothing was added.",
                    zh: "“\(name)”的时间戳所盖的不是所请求的内容，未予登记。")
            case .nonce:
                EvidenceError(
                    .badInput,
                    en: "The timestamp from “\(name)” answers another request (the nonce differs). Nothing was added.",
                    zh: "“\(name)”的时间戳对应的是另一次请求（随机数不符），未予登记。")
            }
        }

        func otherArchive() -> EvidenceError {
            EvidenceError(
                .badInput,
                en:
                    "The timestamp in “\(name)” is over none of this archive's checkpoints. It belongs to another archive, or to a newer copy of this one.",
                zh: "“\(name)”中的时间戳不对应此档案的任何检查点：它属于另一个档案，或属于此档案较新的副本。")
        }

        func invalid(_ reason: Message) -> EvidenceError {
            EvidenceError(
                .badInput, en: "The timestamp from “\(name)” is not valid: \(reason.en). Nothing was added.",
                zh: "“\(name)”的时间戳无效：\(reason.zh)。未予登记。")
        }

        func notTrusted(_ authority: String) -> EvidenceError {
            EvidenceError(
                .refused,
                en:
                    "The timestamp from “\(name)” is by “\(authority.shown)”, which leads to none of the root certificates that you trust. Nothing was added. If you trust it, get its root certificate from the authority itself, run evidence trust FILE.pem, and try again.",
                zh:
                    "“\(name)”的时间戳由“\(authority.shown)”签发，其证书链不通向您所信任的任何根证书，未予登记。如信任该机构，请直接向其取得根证书，执行 evidence trust FILE.pem 后再试。"
            )
        }
    }
}
