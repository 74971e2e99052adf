internal import CLibcrypto
internal import CLibcryptoShims

/// Private keys in PEM, of any kind that libcrypto knows.
enum PrivateKeyPEM {
    /// An EVP_PKEY, which is the caller's to free.
    ///
    /// - Throws: `passphraseNeeded` or `passphraseWrong` where it is encrypted, `malformedKey` where there is none.
    static func read(_ pem: [UInt8], passphrase: [UInt8]?) throws(CryptoError) -> OpaquePointer {
        var wasEncrypted: Int32 = 0
        let key = pem.withUnsafeBufferPointer { pem in
            pem.withMemoryRebound(to: CChar.self) { pem in
                guard let passphrase else {
                    return evidence_private_key_from_pem(pem.baseAddress, pem.count, nil, 0, &wasEncrypted)
                }
                return passphrase.withUnsafeBufferPointer { passphrase in
                    passphrase.withMemoryRebound(to: CChar.self) {
                        // An empty array has no address; an empty passphrase still is one.
                        evidence_private_key_from_pem(
                            pem.baseAddress, pem.count, $0.baseAddress ?? pem.baseAddress, $0.count, &wasEncrypted)
                    }
                }
            }
        }
        guard let key else {
            if wasEncrypted != 0 {
                throw CryptoError(passphrase == nil ? .passphraseNeeded : .passphraseWrong, "private key is encrypted")
            }
            throw CryptoError(.malformedKey, "no private key in PEM")
        }
        return key
    }
}
