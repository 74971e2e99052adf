internal import CLibcrypto
internal import CLibcryptoShims

/// An Ed25519 public key (RFC 8032): 32 bytes.
package struct Ed25519PublicKey: Hashable, Sendable {
    /// The number of bytes in a raw public key.
    package static let size = 32
    /// The number of bytes in a signature.
    package static let signatureSize = 64

    /// The raw key.
    package let bytes: [UInt8]

    /// Any 32 bytes; whether they are a point of the curve shows when a signature is checked.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Ed25519PublicKey.size else { return nil }
        self.bytes = bytes
    }

    /// Whether `signature` is this key's over `message`.
    ///
    /// False for a malformed key or signature too.
    package func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == Ed25519PublicKey.signatureSize,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
        else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        defer { ERR_clear_error() }
        return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    /// The key as a SubjectPublicKeyInfo in DER (RFC 8410 §4), which `openssl pkeyutl -pubin -keyform DER` reads.
    package var subjectPublicKeyInfo: [UInt8] {
        [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00] + bytes
    }

    /// The same in PEM, with a line feed at its end, which `openssl pkeyutl -pubin` reads.
    package var pem: String {
        var base64 = [UInt8](repeating: 0, count: 4 * ((subjectPublicKeyInfo.count + 2) / 3) + 1)
        let count = EVP_EncodeBlock(&base64, subjectPublicKeyInfo, Int32(subjectPublicKeyInfo.count))
        let text = String(decoding: base64.prefix(Int(count)), as: UTF8.self)
        return "-----BEGIN PUBLIC KEY-----\n\(text)\n-----END PUBLIC KEY-----\n"
    }
}

/// An Ed25519 private key, held by libcrypto.
///
/// It is never printed, and is written only as PKCS#8 PEM.
package final class Ed25519PrivateKey: @unchecked Sendable {
    // EVP_PKEY is reference-counted and immutable once made, so it may be used from any thread.
    private let key: OpaquePointer

    /// The key that checks this one's signatures.
    package let publicKey: Ed25519PublicKey

    private init(taking key: OpaquePointer) throws(CryptoError) {
        var raw = [UInt8](repeating: 0, count: Ed25519PublicKey.size)
        var count = raw.count
        guard EVP_PKEY_get_id(key) == EVP_PKEY_ED25519, EVP_PKEY_get_raw_public_key(key, &raw, &count) == 1,
            let publicKey = Ed25519PublicKey(raw)
        else {
            EVP_PKEY_free(key)
            throw CryptoError(.malformedKey, "not an Ed25519 private key")
        }
        self.key = key
        self.publicKey = publicKey
    }

    deinit { EVP_PKEY_free(key) }

    /// A new key from libcrypto's random generator.
    package static func generate() throws(CryptoError) -> Ed25519PrivateKey {
        guard let key = evidence_ed25519_generate() else {
            throw CryptoError(.libraryFailure, "Ed25519 key generation")
        }
        return try Ed25519PrivateKey(taking: key)
    }

    /// The key with this 32-byte seed (RFC 8032 §5.1.5), for published test vectors.
    package convenience init(seed: [UInt8]) throws(CryptoError) {
        guard seed.count == 32, let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
            throw CryptoError(.malformedKey, "an Ed25519 seed has 32 bytes")
        }
        try self.init(taking: key)
    }

    /// Reads a PKCS#8 PEM file's bytes, plain or encrypted.
    package convenience init(pem: [UInt8], passphrase: [UInt8]?) throws(CryptoError) {
        try self.init(taking: try PrivateKeyPEM.read(pem, passphrase: passphrase))
    }

    /// The most bytes that a passphrase may have: libcrypto and the `openssl` program read keys with no longer one
    /// (PEM_BUFSIZE), but would write them.
    package static let longestPassphrase = 1_024

    /// PKCS#8 PEM; with a passphrase, encrypted by PBES2 with scrypt and AES-256-CBC (RFC 7914, RFC 8018).
    ///
    /// - Throws: `passphraseTooLong` above ``longestPassphrase`` bytes.
    package func pem(passphrase: [UInt8]?) throws(CryptoError) -> [UInt8] {
        if let passphrase, passphrase.count > Ed25519PrivateKey.longestPassphrase {
            throw CryptoError(
                .passphraseTooLong, "a passphrase has at most \(Ed25519PrivateKey.longestPassphrase) bytes")
        }
        var buffer: UnsafeMutablePointer<CChar>?
        let count =
            if let passphrase {
                passphrase.withUnsafeBufferPointer { passphrase in
                    passphrase.withMemoryRebound(to: CChar.self) {
                        evidence_private_key_to_pem(key, $0.baseAddress, $0.count, &buffer)
                    }
                }
            } else {
                evidence_private_key_to_pem(key, nil, 0, &buffer)
            }
        defer { evidence_free_secret(buffer, count) }
        guard let buffer, count > 0 else { throw CryptoError(.libraryFailure, "PKCS#8 encoding") }
        return UnsafeRawBufferPointer(start: buffer, count: count).map { $0 }
    }

    /// Signs a message (RFC 8032 Ed25519, no pre-hash): 64 bytes.
    package func signature(for message: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw CryptoError(.libraryFailure, "EVP_MD_CTX_new") }
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: Ed25519PublicKey.signatureSize)
        var count = signature.count
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == signature.count
        else { throw CryptoError(.libraryFailure, "Ed25519 signing") }
        return signature
    }
}
