internal import CLibcrypto

/// A token as libcrypto reads it: exactly one signer, whose certificate is there, and content that is a TSTInfo.
final class SignedTimestamp {
    let token: UnsafeMutablePointer<PKCS7>
    /// TSTInfo.
    let info: OpaquePointer
    /// The X509 of the signer: one of the token's own certificates, freed with it.
    let signer: OpaquePointer
    private let signature: UnsafeMutablePointer<PKCS7_SIGNER_INFO>

    init(_ der: [UInt8]) throws(CryptoError) {
        guard Libcrypto.isReady, der.count <= TimestampToken.largest,
            let token = ASN1.whole(der, { d2i_PKCS7(nil, $0, $1) }, free: PKCS7_free)
        else { throw CryptoError(.malformedTimestamp, "no timestamp token in DER") }
        // Refuses what is not signed, has no content, or content of another type.
        guard let info = PKCS7_to_TS_TST_INFO(token) else {
            PKCS7_free(token)
            throw CryptoError(.malformedTimestamp, "not the CMS of a timestamp token")
        }
        let signatures = PKCS7_get_signer_info(token)
        let signers = PKCS7_get0_signers(token, nil, 0)
        defer { OPENSSL_sk_free(signers) }
        guard OPENSSL_sk_num(signatures) == 1, OPENSSL_sk_num(signers) == 1,
            let signature = OPENSSL_sk_value(signatures, 0), let signer = OPENSSL_sk_value(signers, 0)
        else {
            TS_TST_INFO_free(info)
            PKCS7_free(token)
            throw CryptoError(.malformedTimestamp, "a timestamp token without its one signer's certificate")
        }
        self.token = token
        self.info = info
        self.signer = OpaquePointer(signer)
        self.signature = signature.assumingMemoryBound(to: PKCS7_SIGNER_INFO.self)
    }

    deinit {
        TS_TST_INFO_free(info)
        PKCS7_free(token)
    }

    /// What libcrypto checks the signature with: the kind of the certificate's key, and the digest.
    ///
    /// What the signer info calls the signature's algorithm is covered by nothing.
    var signatureAlgorithm: String? {
        guard let key = X509_get0_pubkey(signer), let kind = OBJ_nid2sn(EVP_PKEY_get_base_id(key)),
            let digest = signature.pointee.digest_alg, let name = ASN1.algorithm(digest)
        else { return nil }
        let words = String(cString: kind)
        return (words == "rsaEncryption" ? "RSA" : words == "id-ecPublicKey" ? "ECDSA" : words) + ", " + name
    }

    var hasStrongDigest: Bool {
        guard let digest = signature.pointee.digest_alg,
            let algorithm = EVP_get_digestbyname(OBJ_nid2sn(OBJ_obj2nid(digest.pointee.algorithm)))
        else { return false }
        return EVP_MD_get_size(algorithm) >= 32
    }

    /// Whether the signature is the carried certificate's over the token's content, whoever that is.
    var isSignatureValid: Bool {
        guard let content = PKCS7_dataInit(token, nil) else { return false }
        defer { BIO_free_all(content) }
        // Reading makes the digest.
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while BIO_read(content, &chunk, Int32(chunk.count)) > 0 {}
        return PKCS7_signatureVerify(content, token, signature, signer) == 1
    }

    /// Whether the certificate is critically for time stamping alone, and its key for signing.
    var isSignerForTimestamps: Bool { X509_check_purpose(signer, X509_PURPOSE_TIMESTAMP_SIGN, 0) == 1 }

    /// Whether the signer's certificate is valid at a time, in seconds since 1970.
    func isSignerValid(at seconds: Int64) -> Bool {
        var moment = time_t(seconds)
        // Zero is an error; a time that is equal counts as before, as it does when libcrypto checks a chain.
        return X509_cmp_time(X509_get0_notBefore(signer), &moment) == -1
            && X509_cmp_time(X509_get0_notAfter(signer), &moment) == 1
    }

    var hasCriticalExtension: Bool { TS_TST_INFO_get_ext_by_critical(info, 1, -1) >= 0 }

    /// Whether the certificates that the signer named in the signature are the signer's, which must be first, and
    /// others that are known here.
    func namesItsCertificates(known others: [OpaquePointer]) -> Bool {
        let certificates = OPENSSL_sk_new_null()
        defer { OPENSSL_sk_free(certificates) }
        let carried = token.pointee.d.sign.pointee.cert
        let inToken = (0..<max(0, OPENSSL_sk_num(carried))).compactMap { OPENSSL_sk_value(carried, $0) }
        for certificate in [UnsafeMutableRawPointer(signer)] + inToken + others.map(UnsafeMutableRawPointer.init)
        where OPENSSL_sk_push(certificates, certificate) == 0 {
            return false
        }
        let first = attribute(NID_id_smime_aa_signingCertificate) {
            ASN1.whole($0, { d2i_ESS_SIGNING_CERT(nil, $0, $1) }, free: ESS_SIGNING_CERT_free)
        }
        defer { ESS_SIGNING_CERT_free(first) }
        let second = attribute(NID_id_smime_aa_signingCertificateV2) {
            ASN1.whole($0, { d2i_ESS_SIGNING_CERT_V2(nil, $0, $1) }, free: ESS_SIGNING_CERT_V2_free)
        }
        defer { ESS_SIGNING_CERT_V2_free(second) }
        return OSSL_ESS_check_signing_certs(first, second, certificates, 1) == 1
    }

    /// Reads a signed attribute whose value is a sequence.
    private func attribute(_ number: Int32, _ read: ([UInt8]) -> OpaquePointer?) -> OpaquePointer? {
        guard let value = PKCS7_get_signed_attribute(signature, number), value.pointee.type == V_ASN1_SEQUENCE,
            let sequence = value.pointee.value.sequence
        else { return nil }
        return read(ASN1.content(sequence))
    }
}
