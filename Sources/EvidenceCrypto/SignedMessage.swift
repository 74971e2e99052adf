internal import CLibcrypto

/// A message that its one signer signed with a certificate's key: a CMS SignedData (RFC 5652 §5) with its content and that
/// certificate in it, such as `openssl cms -sign -binary -nodetach` makes.
///
/// The signature is checked when it is read. Whose certificate it is, and whether to trust it, is not.
package struct SignedMessage: Sendable {
    /// The most bytes that a message may have.
    package static let largest = 256 * 1_024

    package let der: [UInt8]
    package let content: [UInt8]
    package let signer: Certificate

    /// Reads a message that fills all of `der`.
    ///
    /// - Throws: `malformedMessage` where it is none, is not whole, has no content or not one signer, or where the signature
    ///   is not the certificate's over the content.
    package init(der: [UInt8]) throws(CryptoError) {
        guard Libcrypto.isReady, der.count <= SignedMessage.largest,
            let message = ASN1.whole(der, { d2i_CMS_ContentInfo(nil, $0, $1) }, free: CMS_ContentInfo_free)
        else { throw CryptoError(.malformedMessage, "no CMS message in DER") }
        defer { CMS_ContentInfo_free(message) }
        self.der = der
        (content, signer) = try SignedMessage.verified(message)
    }

    /// Reads the first message of a PEM text.
    package init(pem: [UInt8]) throws(CryptoError) {
        guard Libcrypto.isReady, pem.count <= 2 * SignedMessage.largest,
            let input = Libcrypto.input(pem)
        else { throw CryptoError(.malformedMessage, "no CMS message in PEM") }
        defer { BIO_free(input) }
        var (name, header): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?) = (nil, nil)
        var data: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard PEM_read_bio(input, &name, &header, &data, &count) == 1, let name, let data else {
            throw CryptoError(.malformedMessage, "no CMS message in PEM")
        }
        defer {
            CRYPTO_free(name, nil, 0)
            CRYPTO_free(header, nil, 0)
            CRYPTO_free(data, nil, 0)
        }
        guard ["CMS", "PKCS7"].contains(String(cString: name)) else {
            throw CryptoError(.malformedMessage, "PEM, but no CMS message")
        }
        try self.init(der: [UInt8](UnsafeBufferPointer(start: data, count: count)))
    }

    private static func verified(
        _ message: OpaquePointer
    ) throws(CryptoError) -> (content: [UInt8], signer: Certificate) {
        guard OBJ_obj2nid(CMS_get0_type(message)) == NID_pkcs7_signed, CMS_is_detached(message) == 0,
            OPENSSL_sk_num(CMS_get0_SignerInfos(message)) == 1
        else { throw CryptoError(.malformedMessage, "no signed message with its content and one signer") }
        guard let output = BIO_new(BIO_s_mem()) else { throw CryptoError(.libraryFailure, "BIO_new") }
        defer { BIO_free(output) }
        guard CMS_verify(message, nil, nil, nil, output, UInt32(CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY)) == 1 else {
            throw CryptoError(.malformedMessage, "the signature is not the certificate's over this content")
        }
        let signers = CMS_get0_signers(message)
        defer { OPENSSL_sk_free(signers) }
        guard OPENSSL_sk_num(signers) == 1, let signer = OPENSSL_sk_value(signers, 0) else {
            throw CryptoError(.malformedMessage, "the signer's certificate is not there")
        }
        return (SignedMessage.bytes(output), try Certificate(OpaquePointer(signer)))
    }

    /// Signs content with a certificate's key.
    ///
    /// - Parameters:
    ///   - certificate: in PEM.
    ///   - key: the private key in PEM, of any kind that libcrypto signs with.
    /// - Returns: the message in PEM.
    /// - Throws: `malformedCertificate`, `malformedKey`, `passphraseNeeded`, `passphraseWrong`; `keyMismatch` where the key is
    ///   not the certificate's.
    package static func sign(
        _ content: [UInt8], certificate: [UInt8], key: [UInt8], passphrase: [UInt8]?
    ) throws(CryptoError) -> [UInt8] {
        guard Libcrypto.isReady, content.count < largest, let input = Libcrypto.input(content),
            let output = BIO_new(BIO_s_mem())
        else { throw CryptoError(.libraryFailure, "BIO_new") }
        defer {
            BIO_free(input)
            BIO_free(output)
        }
        let der = try Certificate(pem: certificate).der
        guard let signer = ASN1.whole(der, { d2i_X509(nil, $0, $1) }, free: X509_free) else {
            throw CryptoError(.malformedCertificate, "d2i_X509")
        }
        defer { X509_free(signer) }
        let secret = try PrivateKeyPEM.read(key, passphrase: passphrase)
        defer { EVP_PKEY_free(secret) }
        guard X509_check_private_key(signer, secret) == 1 else {
            throw CryptoError(.keyMismatch, "the private key is not the certificate's")
        }
        guard let message = CMS_sign(signer, secret, nil, input, UInt32(CMS_BINARY)) else {
            throw CryptoError(.libraryFailure, "CMS_sign")
        }
        defer { CMS_ContentInfo_free(message) }
        guard let signed = ASN1.bytes({ i2d_CMS_ContentInfo(message, $0) }),
            PEM_write_bio(output, "CMS", "", signed, signed.count) > 0
        else { throw CryptoError(.libraryFailure, "PEM_write_bio") }
        return bytes(output)
    }

    private static func bytes(_ output: OpaquePointer) -> [UInt8] {
        var start: UnsafeRawPointer?
        let count = withUnsafeMutablePointer(to: &start) { BIO_ctrl(output, BIO_CTRL_INFO, 0, $0) }
        guard count > 0, let start else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }
}
