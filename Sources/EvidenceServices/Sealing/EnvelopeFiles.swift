package import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
package import SystemPackage

/// The files of those to whom things are encrypted: certificates on one side, private keys on the other.
extension ServiceContext {
    private static let largestPEM = 256 * 1_024

    /// The recipients whose certificates (X.509 in PEM or DER) are in these files, each once, in the order given.
    ///
    /// Refused, with the file's name: what is no certificate, can't be encrypted to, or is not valid now.
    package func recipients(_ files: [FilePath]) throws -> [Recipient] {
        var recipients: [Recipient] = []
        for file in files {
            let bytes = try Files.contents(of: file, limit: ServiceContext.largestPEM)
            guard let certificate = (try? Certificate(pem: bytes)) ?? (try? Certificate(der: bytes)) else {
                throw EvidenceError(
                    .badInput,
                    en: "“\(file.shown)” holds no X.509 certificate. Ask the reader for a certificate file (PEM).",
                    zh: "“\(file.shown)”中没有 X.509 证书。请向读取人索取证书文件（PEM）。")
            }
            do {
                let recipient = try Recipient(certificate, now: now().milliseconds)
                if !recipients.contains(recipient) { recipients.append(recipient) }
            } catch {
                let reason = ServiceContext.explanation(error)
                let subject = certificate.subject.shown
                throw EvidenceError(
                    .badInput, en: "Nothing can be encrypted to “\(subject)” (\(file.shown)): \(reason.en)",
                    zh: "不能加密给“\(subject)”（\(file.shown)）：\(reason.zh)")
            }
        }
        return recipients
    }

    private static func explanation(_ unfitness: Recipient.Unfitness) -> Message {
        switch unfitness {
        case .keyKind(let kind):
            Message(
                en: "its key is of the kind \(kind.shown), which only signs here. It takes an RSA key or a P-256 key.",
                zh: "其密钥类型为 \(kind.shown)，此处不能用于加密。请使用 RSA 或 P-256 密钥的证书。")
        case .shortKey(let bits):
            Message(
                en: "its RSA key has \(bits) bits; at least \(Recipient.fewestBits) are asked for.",
                zh: "其 RSA 密钥只有 \(bits) 位，至少需要 \(Recipient.fewestBits) 位。")
        case .notYetValid: Message(en: "the certificate is not valid yet.", zh: "证书尚未生效。")
        case .expired: Message(en: "the certificate has expired. Ask for the new one.", zh: "证书已过期。请索取新证书。")
        case .keyUsage:
            Message(
                en:
                    "the certificate is not for encrypting (its keyUsage). Ask for the reader's encryption certificate.",
                zh: "该证书的用途（keyUsage）不包括加密。请索取读取人的加密证书。")
        case .unreadable: Message(en: "its key can't be read.", zh: "无法读取其密钥。")
        }
    }

    /// The private key in a PEM file; its passphrase is asked for where it has one.
    package func decryptionKey(_ file: FilePath) throws -> DecryptionKey {
        try withPrivateKey(file) { (pem, passphrase) throws(CryptoError) in
            try DecryptionKey(pem: pem, passphrase: passphrase)
        } refusal: { error in
            Message(
                en:
                    "“\(file.shown)” holds no private key that opens what is encrypted (an RSA or EC key in PEM): \(error.reason).",
                zh: "“\(file.shown)”中没有可用于解密的私钥（PEM 格式的 RSA 或 EC 密钥）。")
        }
    }

    /// Does something with the private key in a PEM file; its passphrase is asked for where it has one.
    ///
    /// - Parameter refusal: why it can't be done, where it is not for the passphrase.
    func withPrivateKey<Result>(
        _ file: FilePath, _ body: (_ pem: [UInt8], _ passphrase: [UInt8]?) throws(CryptoError) -> Result,
        refusal: (CryptoError) -> Message
    ) throws -> Result {
        let pem = try KeyFile.contents(of: file, limit: ServiceContext.largestPEM)
        do {
            return try body(pem, nil)
        } catch let error where error.code != .passphraseNeeded {
            throw EvidenceError(.badInput, refusal(error))
        } catch {
            guard let passphrase = try askPassphrase(file.lastComponent?.string ?? file.string) else {
                throw EvidenceError(
                    .refused,
                    en:
                        "The key “\(file.shown)” has a passphrase and there is no terminal to ask for it. Set EVIDENCE_PASSPHRASE_FILE.",
                    zh: "密钥“\(file.shown)”有口令，而此处没有终端可供输入。请设置 EVIDENCE_PASSPHRASE_FILE。")
            }
            do {
                return try body(pem, passphrase)
            } catch let error where error.code == .passphraseWrong {
                throw EvidenceError(
                    .refused, en: "That is not the passphrase of “\(file.shown)”.", zh: "“\(file.shown)”的口令不正确。")
            } catch {
                throw EvidenceError(.badInput, refusal(error))
            }
        }
    }
}
