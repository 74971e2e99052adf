internal import CLibcrypto

extension TimestampToken {
    /// Judges the token as RFC 3161 §2.3 and appendix B ask.
    ///
    /// Every certificate is taken at the token's own time: what has expired since does not void it. Today's date is
    /// never looked at.
    ///
    /// Not checked: whether a certificate had been revoked.
    ///
    /// - Parameter roots: certificates in DER that the reader trusts. One that is not self-signed is enough too. What
    ///   is no certificate is passed over.
    package func verify(roots: [[UInt8]]) -> TimestampVerdict {
        defer { ERR_clear_error() }
        guard let signed = try? SignedTimestamp(der) else { return .invalid(.signature) }
        let anchors = roots.compactMap { ASN1.whole($0, { d2i_X509(nil, $0, $1) }, free: X509_free) }
        defer { anchors.forEach(X509_free) }
        if let fault = fault(of: signed, anchors: anchors) { return .invalid(fault) }
        guard !anchors.isEmpty else { return .untrusted("no root is given") }
        return chainVerdict(of: signed, anchors: anchors)
    }

    /// What is wrong with the token whoever is trusted.
    private func fault(of signed: SignedTimestamp, anchors: [OpaquePointer]) -> TimestampVerdict.Fault? {
        if imprintAlgorithm != "SHA256" || imprint.count != Digest.size { return .imprintAlgorithm }
        if !signed.isSignatureValid { return .signature }
        if !signed.hasStrongDigest { return .weakSignature }
        if !signed.namesItsCertificates(known: anchors) { return .signingCertificate }
        if !signed.isSignerForTimestamps { return .purpose }
        if !signed.isSignerValid(at: seconds) { return .outsideValidity }
        if signed.hasCriticalExtension { return .criticalExtension }
        return nil
    }

    /// genTime in whole seconds, which is what certificates' times are compared in.
    private var seconds: Int64 { time >= 0 ? time / 1_000 : (time - 999) / 1_000 }

    /// libcrypto's own judgement of the whole token.
    private func chainVerdict(of signed: SignedTimestamp, anchors: [OpaquePointer]) -> TimestampVerdict {
        ERR_clear_error()
        guard let context = TS_VERIFY_CTX_new(), let store = X509_STORE_new() else {
            return .invalid(.other("no memory"))
        }
        defer { TS_VERIFY_CTX_free(context) }
        // The context owns the store from here on.
        TS_VERIFY_CTX_set_store(context, store)
        TS_VERIFY_CTX_set_flags(context, Int32(TS_VFY_SIGNATURE | TS_VFY_VERSION | TS_VFY_SIGNER))
        let parameters = X509_STORE_get0_param(store)
        X509_VERIFY_PARAM_set_time(parameters, time_t(seconds))
        // Keys and digests of less than 112 bits of security are refused in the chain.
        X509_VERIFY_PARAM_set_auth_level(parameters, 2)
        guard X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN)) == 1,
            anchors.allSatisfy({ X509_STORE_add_cert(store, $0) == 1 })
        else { return .invalid(.other("libcrypto would not take the roots")) }
        if TS_RESP_verify_token(context, signed.token) == 1 { return .valid }
        let failures = Libcrypto.takeFailures()
        let words = failures.map(\.words).filter { !$0.isEmpty }.joined(separator: "; ")
        let isChain = failures.contains { $0.library == ERR_LIB_TS && $0.reason == TS_R_CERTIFICATE_VERIFY_ERROR }
        return isChain ? .untrusted(words) : .invalid(.other(words))
    }
}
