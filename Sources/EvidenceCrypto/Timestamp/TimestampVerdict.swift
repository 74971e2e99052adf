/// What a verification of a timestamp token found.
package enum TimestampVerdict: Sendable, Hashable {
    /// Signed by an authority under one of the roots, and every rule holds.
    case valid
    /// Whole in itself, but its certificates lead to none of the roots, in libcrypto's words: nobody given vouches for it.
    case untrusted(String)
    /// Wrong in itself, whoever is trusted.
    case invalid(Fault)

    /// What is wrong with a token.
    package enum Fault: Sendable, Hashable {
        /// The digest of what was stamped is not a SHA-256.
        case imprintAlgorithm
        /// The signature is not the signer's over this token, or is of a kind that is not understood.
        case signature
        /// The signature is made with a digest of less than 256 bits.
        case weakSignature
        /// The signer's certificate is not for time stamping, and that alone (RFC 3161 §2.3).
        case purpose
        /// The signer's certificate was not valid at the token's time.
        case outsideValidity
        /// The token was signed for another certificate than the one it carries (RFC 5035 ESSCertID, ESSCertIDv2).
        case signingCertificate
        /// A critical extension that is not understood.
        case criticalExtension
        /// Another rule of RFC 3161, in libcrypto's words.
        case other(String)
    }
}
