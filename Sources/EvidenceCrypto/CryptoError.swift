/// What libcrypto would not do, with its own words for it.
package struct CryptoError: Error, Equatable, CustomStringConvertible {
    /// What kind of failure it was; stable, for callers to act on.
    package enum Code: Sendable {
        /// libcrypto could not do what it should always be able to do.
        case libraryFailure
        /// The bytes are no key of the kind asked for.
        case malformedKey
        /// The private key is encrypted and no passphrase was given.
        case passphraseNeeded
        /// The private key is encrypted and the passphrase does not open it.
        case passphraseWrong
        /// The passphrase is longer than libcrypto would take when the key is read again.
        case passphraseTooLong
        /// The bytes are no X.509 certificate.
        case malformedCertificate
        /// The bytes are no CMS EnvelopedData, or not all of one.
        case malformedEnvelope
        /// The bytes are no CMS SignedData with its content and one signer, or the signature does not hold.
        case malformedMessage
        /// The private key is not the certificate's.
        case keyMismatch
        /// The private key opens none of an envelope's locks.
        case notARecipient
        /// The bytes are no RFC 3161 request, response or token.
        case malformedTimestamp
    }

    package let code: Code
    /// libcrypto's own words, in English.
    package let reason: String

    /// Empties libcrypto's error queue into `reason`.
    init(_ code: Code, _ operation: String) {
        let words = Libcrypto.takeFailures().map(\.words).filter { !$0.isEmpty }
        self.code = code
        self.reason = words.isEmpty ? operation : "\(operation): \(words.joined(separator: "; "))"
    }

    package var description: String { reason }
}
