internal import CLibcrypto

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
    }

    package let code: Code
    /// libcrypto's own words, in English.
    package let reason: String

    /// Drains libcrypto's error queue into `reason`.
    init(_ code: Code, _ operation: String) {
        var words: [String] = []
        while true {
            let number = ERR_get_error()
            if number == 0 { break }
            if let text = ERR_reason_error_string(number) { words.append(String(cString: text)) }
        }
        self.code = code
        self.reason = words.isEmpty ? operation : "\(operation): \(words.joined(separator: "; "))"
    }

    package var description: String { reason }
}
