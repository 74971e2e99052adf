internal import CLibcrypto

/// Whom something is encrypted to: a certificate that was found fit for it.
///
/// Not checked: who issued the certificate, and whether it was revoked. Whoever names it says that it is the right one.
package struct Recipient: Sendable, Hashable {
    package let certificate: Certificate
    /// SHA-256 of the certificate in DER.
    package let fingerprint: Digest
    /// SHA-256 of the key's SubjectPublicKeyInfo in DER, by which the private key is known as this recipient's.
    package let publicKey: Digest

    /// Why a certificate can't be encrypted to.
    package enum Unfitness: Error, Sendable, Equatable {
        /// Its key is of a kind that is not encrypted to: anything but RSA and ECDH on P-256, P-384 and P-521.
        case keyKind(String)
        /// Its RSA key has fewer than ``Recipient/fewestBits`` bits.
        case shortKey(bits: Int)
        /// The moment is not in the certificate's validity.
        case notYetValid
        case expired
        /// Its keyUsage allows neither keyEncipherment (RSA) nor keyAgreement (EC), whichever its key would need.
        case keyUsage
        /// libcrypto can't read its key.
        case unreadable
    }

    /// The shortest RSA key that something is encrypted to.
    package static let fewestBits = 2_048

    /// - Parameter now: milliseconds since 1970; the certificate has to be valid then.
    package init(_ certificate: Certificate, now: Int64) throws(Unfitness) {
        defer { ERR_clear_error() }
        guard Libcrypto.isReady,
            let handle = ASN1.whole(certificate.der, { d2i_X509(nil, $0, $1) }, free: X509_free)
        else { throw .unreadable }
        defer { X509_free(handle) }
        guard let key = X509_get0_pubkey(handle) else { throw .unreadable }
        let usage: Int32
        if EVP_PKEY_is_a(key, "RSA") == 1 {
            let bits = Int(EVP_PKEY_get_bits(key))
            guard bits >= Recipient.fewestBits else { throw .shortKey(bits: bits) }
            usage = KU_KEY_ENCIPHERMENT
        } else if EVP_PKEY_is_a(key, "EC") == 1 {
            let curve = Recipient.curve(key)
            guard Recipient.curves.contains(curve) else { throw .keyKind(curve.isEmpty ? "EC" : curve) }
            usage = KU_KEY_AGREEMENT
        } else {
            throw .keyKind(EVP_PKEY_get0_type_name(key).map { String(cString: $0) } ?? "?")
        }
        // All bits are set where the certificate does not say.
        guard X509_get_key_usage(handle) & UInt32(usage) != 0 else { throw .keyUsage }
        guard now >= certificate.notBefore else { throw .notYetValid }
        guard now <= certificate.notAfter else { throw .expired }
        guard let publicKey = SubjectPublicKey.digest(key) else { throw .unreadable }
        self.certificate = certificate
        self.publicKey = publicKey
        fingerprint = SHA256Hasher.hash(certificate.der)
    }

    private static let curves: Set = ["prime256v1", "secp384r1", "secp521r1"]

    /// libcrypto's name of an EC key's curve; empty where it has none.
    private static func curve(_ key: OpaquePointer) -> String {
        var name = [CChar](repeating: 0, count: 64)
        guard EVP_PKEY_get_group_name(key, &name, name.count, nil) == 1 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A public key as what it is known by.
enum SubjectPublicKey {
    /// SHA-256 of the SubjectPublicKeyInfo in DER.
    static func digest(_ key: OpaquePointer) -> Digest? {
        ASN1.bytes { i2d_PUBKEY(key, $0) }.map { SHA256Hasher.hash($0) }
    }
}
