internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
internal import Pages
package import SystemPackage
internal import TransparencyLog

/// `evidence handover`: the slip that goes with a bundle, signed by whoever receives it, and taken back.
package struct HandOver {
    package struct Received: Sendable {
        package let result: CorrectRecords.Result
        package let received: BundleReceived
    }

    /// The most bytes of a certificate's or key's file.
    private static let largestPEM = 256 * 1_024

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// Where the slip of a bundle lies: beside it.
    package static func slip(beside target: FilePath) -> FilePath {
        FilePath(rawBytes: target.rawBytes + Array(".handover.txt".utf8))
    }

    // MARK: The recipient's side

    /// Signs a slip for having received what it names.
    ///
    /// - Parameters:
    ///   - certificate: the recipient's, in PEM.
    ///   - key: its private key, in PEM.
    ///   - target: must not be there yet.
    package func sign(_ file: FilePath, certificate: FilePath, key: FilePath, to target: FilePath) throws
        -> HandoverSlip
    {
        let bytes = try Files.contents(of: file, limit: HandoverSlip.largest)
        let slip = try unaltered(bytes, file)
        let pem = try Files.contents(of: certificate, limit: HandOver.largestPEM)
        let signed = try context.withPrivateKey(key) { (key, passphrase) throws(CryptoError) in
            try SignedMessage.sign(bytes, certificate: pem, key: key, passphrase: passphrase)
        } refusal: { error in
            switch error.code {
            case .keyMismatch:
                Message(
                    en: "“\(key.shown)” is not the private key of the certificate “\(certificate.shown)”.",
                    zh: "“\(key.shown)”不是证书“\(certificate.shown)”的私钥。")
            case .malformedCertificate:
                Message(
                    en: "“\(certificate.shown)” holds no X.509 certificate in PEM.",
                    zh: "“\(certificate.shown)”中没有 PEM 格式的 X.509 证书。")
            default:
                Message(
                    en: "“\(key.shown)” holds no private key to sign with: \(error.reason).",
                    zh: "“\(key.shown)”中没有可用于签名的私钥。")
            }
        }
        try ServiceContext.createFile(target, with: signed, mode: 0o600)
        return slip
    }

    // MARK: The archive's side

    /// Records in the log that a bundle was received, by the slip that its recipient signed.
    ///
    /// Whose certificate it is, and whether to trust it, is the business of whoever knows the recipient.
    package func receive(_ file: FilePath) throws -> Received {
        let archive = try context.openArchive()
        let signed = try message(file)
        let slip = try unaltered(signed.content, file)
        let seq = slip.details.export.seq
        guard slip.details.archive.description == archive.created.key.description else {
            throw EvidenceError(
                .badInput,
                en:
                    "“\(file.shown)” is a slip of another archive, “\(slip.details.archive.name.shown)”, not of this one.",
                zh: "“\(file.shown)”是另一档案“\(slip.details.archive.name.shown)”的交接单，不属于本档案。")
        }
        guard seq < (try archive.log.size()), case let record = try archive.record(seq),
            record.reference == slip.details.export, record.entry.type == .bundleExported
        else {
            throw EvidenceError(
                .badInput, en: "“\(file.shown)” is about an export that is not in this archive: entry \(seq).",
                zh: "“\(file.shown)”所指的导出不在此档案中：第 \(seq) 条。")
        }
        var received: BundleReceived?
        let result = try CorrectRecords(context).correct(seq, as: .bundleReceived) { history in
            let body: BundleReceived
            do {
                body = try BundleReceived(target: history.record.reference, signed: signed)
                let signers = try LogReading(archive, context).signerState().signers
                try body.check(archive: archive.created.key, signers: signers)
            } catch let error as RecordError {
                throw EvidenceError(
                    .badInput, en: "“\(file.shown)” can't be taken: \(error.reason.en).",
                    zh: "不能接收“\(file.shown)”：\(error.reason.zh)。")
            }
            if let known = history.receipts.first(where: { $0.received.certificate == body.certificate }) {
                throw EvidenceError(
                    .badInput,
                    en: "“\(body.by.shown)” signed for this bundle already: entry \(known.record.entry.seq).",
                    zh: "“\(body.by.shown)”已签收过此案卷包：第 \(known.record.entry.seq) 条。")
            }
            received = body
            return body.json
        }
        guard let received else { throw HandOver.unrecorded }
        return Received(result: result, received: received)
    }

    private static let unrecorded = EvidenceError(
        .internalFault, en: "The slip was not recorded.", zh: "交接单未能记入日志。")

    private func message(_ file: FilePath) throws -> SignedMessage {
        let bytes = try Files.contents(of: file, limit: 2 * SignedMessage.largest)
        if let message = (try? SignedMessage(der: bytes)) ?? (try? SignedMessage(pem: bytes)) { return message }
        if (try? HandoverSlip(parsing: bytes)) != nil {
            throw EvidenceError(
                .badInput,
                en:
                    "“\(file.shown)” is a slip that nobody has signed for yet. The recipient signs it with evidence handover sign or openssl cms -sign.",
                zh: "“\(file.shown)”尚未由接收人签署。请接收人用 evidence handover sign 或“openssl cms -sign”签署。")
        }
        throw EvidenceError(
            .badInput,
            en:
                "“\(file.shown)” is no signed slip, or its signature is not valid. It must hold the slip and one signature with its certificate (CMS, PEM or DER).",
            zh: "“\(file.shown)”不是签署过的交接单，或其签名无效。文件中应含交接单、一个签名及其证书（CMS，PEM 或 DER 格式）。")
    }

    /// Reads a slip whose every byte is what the archive wrote.
    private func unaltered(_ bytes: [UInt8], _ file: FilePath) throws -> HandoverSlip {
        let slip: HandoverSlip
        do { slip = try HandoverSlip(parsing: bytes) } catch {
            throw EvidenceError(
                .badInput, en: "“\(file.shown)” holds no hand-over slip.", zh: "“\(file.shown)”中没有交接单。")
        }
        let signers = [slip.details.archive.name, slip.details.exporter]
        guard slip.note.verify(slip.details.archive) == .valid, slip.note.signatures.map(\.name) == signers,
            HandoverSlip.withoutReturns(bytes) == Array(HandoverText(slip).text.utf8)
        else {
            throw EvidenceError(
                .badInput, en: "“\(file.shown)” is not the slip that the archive wrote: it was altered.",
                zh: "“\(file.shown)”与档案出具的交接单不符：已被改动。")
        }
        return slip
    }
}
