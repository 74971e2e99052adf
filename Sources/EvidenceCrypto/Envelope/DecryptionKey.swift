internal import CLibcrypto

/// A private key that opens envelopes: RSA or EC, held by libcrypto and never written.
package final class DecryptionKey: @unchecked Sendable {
    // EVP_PKEY is reference-counted and immutable once made, so it may be used from any thread.
    private let key: OpaquePointer
    /// SHA-256 of the SubjectPublicKeyInfo in DER of the public key that goes with it; see ``Recipient/publicKey``.
    package let publicKey: Digest

    /// Reads a PEM file's bytes, PKCS#8 or the traditional forms, plain or encrypted.
    ///
    /// - Throws: `passphraseNeeded`, `passphraseWrong`; `malformedKey` where there is no RSA or EC key.
    package init(pem: [UInt8], passphrase: [UInt8]?) throws(CryptoError) {
        let key = try PrivateKeyPEM.read(pem, passphrase: passphrase)
        guard EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "EC") == 1,
            let publicKey = SubjectPublicKey.digest(key)
        else {
            EVP_PKEY_free(key)
            throw CryptoError(.malformedKey, "neither an RSA nor an EC private key")
        }
        self.key = key
        self.publicKey = publicKey
    }

    deinit { EVP_PKEY_free(key) }

    /// Decrypts an envelope that fills all of `message`.
    ///
    /// The content comes in pieces. Until this returns it is provisional: whether it is whole shows at its end, and whether
    /// it is what was encrypted only by a digest that stands elsewhere. Memory: the content once more, encrypted.
    ///
    /// - Throws: `malformedEnvelope` where it is none, is cut or was changed as far as that shows; `notARecipient` where it
    ///   is not encrypted to this key.
    package func decrypt(
        _ message: UnsafeRawBufferPointer, output: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard Libcrypto.isReady, let envelope = Envelope(message) else {
            throw CryptoError(.malformedEnvelope, "no CMS EnvelopedData")
        }
        try envelope.open(with: key)
        try envelope.forEachPiece(output)
    }
}

/// A parsed CMS message that is an EnvelopedData.
private final class Envelope {
    private let message: OpaquePointer

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        var position: UnsafePointer<UInt8>? = start
        guard let message = d2i_CMS_ContentInfo(nil, &position, bytes.count) else { return nil }
        guard position == start + bytes.count, OBJ_obj2nid(CMS_get0_type(message)) == NID_pkcs7_enveloped else {
            CMS_ContentInfo_free(message)
            return nil
        }
        self.message = message
    }

    deinit { CMS_ContentInfo_free(message) }

    /// Finds the lock that the key opens.
    ///
    /// libcrypto would hide from whoever sends many messages whether one of them could be opened (Bleichenbacher's attack on
    /// RSA), and decrypt to noise instead. Here a person holds the key and is told; nobody can ask a million times.
    func open(with key: OpaquePointer) throws(CryptoError) {
        guard CMS_decrypt(message, nil, nil, nil, nil, UInt32(CMS_DEBUG_DECRYPT)) == 1 else {
            throw CryptoError(.libraryFailure, "CMS_decrypt")
        }
        guard CMS_decrypt_set1_pkey(message, key, nil) == 1 else {
            throw CryptoError(.notARecipient, "this key opens none of the message's locks")
        }
        // What failed on the way to the right lock is no failure.
        ERR_clear_error()
    }

    func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let content = CMS_dataInit(message, nil) else {
            throw CryptoError(.malformedEnvelope, "an envelope without content")
        }
        defer { BIO_free_all(content) }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer {
            OPENSSL_cleanse(piece.baseAddress, piece.count)
            piece.deallocate()
        }
        while true {
            let count = BIO_read(content, piece.baseAddress, Int32(piece.count))
            guard count > 0 else { break }
            try body(UnsafeRawBufferPointer(rebasing: piece.prefix(Int(count))))
        }
        // The first of the chain is the cipher, which knows whether the padding at the end was right.
        guard BIO_ctrl(content, BIO_C_GET_CIPHER_STATUS, 0, nil) == 1 else {
            throw CryptoError(.malformedEnvelope, "the content can't be decrypted to its end")
        }
    }
}
