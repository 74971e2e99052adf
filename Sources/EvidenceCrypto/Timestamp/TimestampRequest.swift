internal import CLibcrypto

/// What a time stamping authority is asked (RFC 3161 §2.4.1): to put its time to a SHA-256 digest, and to send its
/// certificates along.
package struct TimestampRequest: Sendable, Hashable {
    /// The digest of what is to be stamped.
    package let imprint: Digest
    /// What the answer has to repeat, so that no older one can stand in for it; nil where an older one is welcome.
    package let nonce: [UInt8]?

    /// - Parameter nonce: random bytes; leading zeros count for nothing.
    package init(imprint: Digest, nonce: [UInt8]?) {
        self.imprint = imprint
        self.nonce = nonce.map { ASN1.magnitude($0) }
    }

    /// The request in DER, as it is sent.
    package func der() throws(CryptoError) -> [UInt8] {
        guard let request = TS_REQ_new() else { throw CryptoError(.libraryFailure, "TS_REQ_new") }
        defer { TS_REQ_free(request) }
        guard let message = TS_MSG_IMPRINT_new() else { throw CryptoError(.libraryFailure, "TS_MSG_IMPRINT_new") }
        defer { TS_MSG_IMPRINT_free(message) }
        guard let algorithm = X509_ALGOR_new() else { throw CryptoError(.libraryFailure, "X509_ALGOR_new") }
        defer { X509_ALGOR_free(algorithm) }
        var digest = imprint.bytes
        guard X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nil) == 1,
            TS_MSG_IMPRINT_set_algo(message, algorithm) == 1,
            TS_MSG_IMPRINT_set_msg(message, &digest, Int32(digest.count)) == 1,
            TS_REQ_set_version(request, 1) == 1, TS_REQ_set_msg_imprint(request, message) == 1,
            TS_REQ_set_cert_req(request, 1) == 1
        else { throw CryptoError(.libraryFailure, "making a timestamp request") }
        if let nonce {
            guard let number = BN_bin2bn(nonce, Int32(nonce.count), nil) else {
                throw CryptoError(.libraryFailure, "BN_bin2bn")
            }
            defer { BN_free(number) }
            guard let integer = BN_to_ASN1_INTEGER(number, nil) else {
                throw CryptoError(.libraryFailure, "BN_to_ASN1_INTEGER")
            }
            defer { ASN1_INTEGER_free(integer) }
            guard TS_REQ_set_nonce(request, integer) == 1 else {
                throw CryptoError(.libraryFailure, "TS_REQ_set_nonce")
            }
        }
        guard let der = ASN1.bytes({ i2d_TS_REQ(request, $0) }) else {
            throw CryptoError(.libraryFailure, "i2d_TS_REQ")
        }
        return der
    }
}
