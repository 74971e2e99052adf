package import EvidenceCrypto

extension TimestampVerdict.Fault {
    /// What is wrong, as a clause that a sentence about a timestamp ends with.
    package var message: Message {
        switch self {
        case .imprintAlgorithm: Message(en: "it is not over a SHA-256 digest", zh: "所盖的不是 SHA-256 摘要")
        case .signature: Message(en: "its signature is wrong", zh: "签名不正确")
        case .weakSignature:
            Message(en: "its signature is by an algorithm that is no longer safe", zh: "签名所用的算法已不安全")
        case .purpose: Message(en: "its certificate is not one for time stamping", zh: "签名证书不是时间戳专用证书")
        case .outsideValidity:
            Message(en: "its certificate was not valid at the time it states", zh: "所载时间不在签名证书的有效期内")
        case .signingCertificate:
            Message(en: "it was not signed for the certificate that it carries", zh: "签名与所附证书不对应")
        case .criticalExtension:
            Message(en: "it has a critical extension that is not known here", zh: "含有本程序不认识的关键扩展")
        case .other(let words):
            Message(en: "it breaks a rule of RFC 3161 (\(words.shown))", zh: "不符合 RFC 3161（\(words.shown)）")
        }
    }
}
