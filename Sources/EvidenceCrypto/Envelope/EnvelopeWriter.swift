internal import CLibcrypto

/// Encrypts one stream of bytes to recipients: a CMS EnvelopedData (RFC 5652 §6) in BER of indefinite length, so that
/// nothing has to be known of its size, and no more than a piece of it is in memory.
///
/// Content: AES-256-CBC. Its key: RSAES-OAEP with SHA-256 (RFC 3560) for RSA; ECDH with the X9.63 KDF over SHA-256 and
/// AES-256 key wrap (RFC 5753) for EC. `openssl cms -decrypt -binary -inform DER` reads it, with each recipient's private
/// key alone. Nothing in it says that what is decrypted is what was encrypted: keep a digest of the plaintext elsewhere.
package final class EnvelopeWriter {
    private let message: OpaquePointer
    /// What libcrypto writes to; emptied after every write.
    private let sink: OpaquePointer
    /// The head of the chain of filters that ends in ``sink``.
    private let filters: OpaquePointer

    /// - Precondition: there is a recipient.
    package init(to recipients: [Recipient]) throws(CryptoError) {
        precondition(!recipients.isEmpty)
        guard Libcrypto.isReady,
            let message = CMS_encrypt(nil, nil, EVP_aes_256_cbc(), EnvelopeWriter.flags)
        else { throw CryptoError(.libraryFailure, "CMS_encrypt") }
        do throws(CryptoError) {
            for recipient in recipients { try EnvelopeWriter.add(recipient, to: message) }
        } catch {
            CMS_ContentInfo_free(message)
            throw error
        }
        guard let sink = BIO_new(BIO_s_mem()) else {
            CMS_ContentInfo_free(message)
            throw CryptoError(.libraryFailure, "BIO_new")
        }
        guard let filters = BIO_new_CMS(sink, message) else {
            BIO_free(sink)
            CMS_ContentInfo_free(message)
            throw CryptoError(.libraryFailure, "BIO_new_CMS")
        }
        self.message = message
        self.sink = sink
        self.filters = filters
    }

    deinit {
        BIO_free_all(filters)
        CMS_ContentInfo_free(message)
    }

    private static let flags = UInt32(CMS_BINARY | CMS_STREAM | CMS_PARTIAL)

    private static func add(_ recipient: Recipient, to message: OpaquePointer) throws(CryptoError) {
        guard let handle = ASN1.whole(recipient.certificate.der, { d2i_X509(nil, $0, $1) }, free: X509_free) else {
            throw CryptoError(.malformedCertificate, "d2i_X509")
        }
        defer { X509_free(handle) }
        guard
            let information = CMS_add1_recipient_cert(
                message, handle, flags | UInt32(CMS_KEY_PARAM)),
            let context = CMS_RecipientInfo_get0_pkey_ctx(information)
        else { throw CryptoError(.libraryFailure, "CMS_add1_recipient_cert") }
        let isSet =
            if CMS_RecipientInfo_type(information) == CMS_RECIPINFO_TRANS {
                EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1
                    && EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1
                    && EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1
            } else {
                EVP_PKEY_CTX_set_ecdh_kdf_md(context, EVP_sha256()) == 1
            }
        guard isSet else { throw CryptoError(.libraryFailure, "a recipient's key can't be used") }
    }

    /// Encrypts bytes, and hands on what is ready.
    package func update(
        _ plaintext: UnsafeRawBufferPointer, output: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var rest = plaintext[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(EnvelopeWriter.pieceSize))
            guard BIO_write(filters, piece.baseAddress, Int32(piece.count)) == Int32(piece.count) else {
                throw CryptoError(.libraryFailure, "encryption")
            }
            rest = rest.dropFirst(piece.count)
            try handOn(to: output)
        }
    }

    /// Ends the message, and hands on the last of it; nothing may be added afterwards.
    package func finish(output: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard BIO_ctrl(filters, BIO_CTRL_FLUSH, 0, nil) == 1 else { throw CryptoError(.libraryFailure, "encryption") }
        try handOn(to: output)
    }

    private static let pieceSize = 1 << 20

    private func handOn(to output: (UnsafeRawBufferPointer) throws -> Void) throws {
        var start: UnsafeRawPointer?
        let count = withUnsafeMutablePointer(to: &start) { BIO_ctrl(sink, BIO_CTRL_INFO, 0, $0) }
        guard count > 0, let start else { return }
        try output(UnsafeRawBufferPointer(start: start, count: count))
        guard BIO_ctrl(sink, BIO_CTRL_RESET, 0, nil) == 1 else { throw CryptoError(.libraryFailure, "BIO_reset") }
    }
}
