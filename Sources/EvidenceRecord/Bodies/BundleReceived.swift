package import EvidenceCrypto
package import TransparencyLog

/// The body of `bundle.received`: that whoever was handed a bundle signed for it.
///
/// FORMAT.md §6.
package struct BundleReceived: Sendable {
    /// The export.
    package let target: EntryReference
    /// The slip, as the recipient signed it.
    package let signed: SignedMessage
    package let slip: HandoverSlip

    /// - Throws: `malformed` where what was signed is no hand-over slip.
    package init(target: EntryReference, signed: SignedMessage) throws(RecordError) {
        self.target = target
        self.signed = signed
        slip = try HandoverSlip(parsing: signed.content)
    }

    package init(_ body: Body) throws(RecordError) {
        let reader = body.reader
        let message = try reader.required("signed") { value -> SignedMessage? in
            value.string.flatMap { Base64.decode($0) }.flatMap { try? SignedMessage(der: $0) }
        }
        try self.init(target: try reader.required("target", EntryReference.init(json:)), signed: message)
        let (by, certificate) = (try reader.string("by"), try reader.digest("certificate"))
        guard by.hasSameBytes(as: self.by), certificate == self.certificate else {
            throw reader.failure("by", en: "is not the signer's certificate", zh: "与签收证书不一致")
        }
    }

    /// Whom the certificate is about, as RFC 4514 writes it.
    package var by: String { signed.signer.subject }
    /// SHA-256 of the certificate in DER.
    package var certificate: Digest { SHA256Hasher.hash(signed.signer.der) }

    package var json: JSONObject {
        var object = JSONObject()
        object["target"] = target.json
        object["by"] = .string(by)
        object["certificate"] = certificate.json
        object["signed"] = .string(Base64.encode(signed.der))
        return object
    }

    /// Holds the slip against the archive that it comes from, and against the entry that it is about.
    ///
    /// - Parameter signers: everybody enrolled.
    package func check(archive: VerifierKey, signers: [String: LogState.Signer]) throws(RecordError) {
        guard slip.details.archive.description.hasSameBytes(as: archive.description),
            slip.note.verify(archive) == .valid
        else {
            throw RecordError(
                .malformed, en: "the slip is not one that this archive signed", zh: "交接单不是由本档案签署的")
        }
        guard let exporter = signers[slip.details.exporter], slip.note.verify(exporter.key) == .valid else {
            throw RecordError(
                .malformed, en: "the slip is not signed by the exporter whom it names", zh: "交接单没有所列移交人的有效签名")
        }
        guard slip.details.export == target else {
            throw RecordError(.malformed, en: "the slip is about another export", zh: "交接单所指的是另一次导出")
        }
    }
}
