/// Why a log's artefact could not be read, made or signed.
///
/// A verification that ran and said no is not an error: those return `Bool` or a verdict.
package struct TransparencyError: Error, Equatable, CustomStringConvertible {
    /// What was wrong; stable, for callers to act on.
    package enum Code: Sendable {
        /// The bytes are no signed note.
        case malformedNote
        /// The text breaks the rules that a signed note's text and key names follow.
        case unsignableText
        /// The text is no verifier key, or its key ID is not that of its key.
        case malformedKey
        /// The verifier key is of a signature type that is not known here.
        case unsupportedKeyType
        /// The note's text is no checkpoint.
        case malformedCheckpoint
        /// The signature is no timestamped Ed25519 cosignature.
        case malformedCosignature
        /// The bytes are no `.tlog-proof`.
        case malformedProof
        /// The bytes are no request to a witness.
        case malformedRequest
        /// A tile has another number of bytes than its name says.
        case malformedTile
        /// The bytes are no entry bundle, or the entries do not fit into one.
        case malformedEntryBundle
        /// A tree's resource is not where it should be, or the tree is too small to have it.
        case missingResource
        /// A resource has the right form, but is not of the tree with this root.
        case resourceMismatch
        /// The number of subtrees does not belong to the tree's size.
        case malformedFrontier
        /// The private key is not the one that the verifier key names, or is of the wrong type for this.
        case keyMismatch
        /// libcrypto did not sign.
        case signingFailed
        /// The note has as many signatures as a note may have.
        case tooManySignatures
        /// Two notes with different texts cannot share signatures.
        case textMismatch
    }

    package let code: Code
    /// What failed and on what, in English.
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package var description: String { reason }
}
