package import EvidenceCrypto

/// A text with signatures (C2SP signed-note).
///
/// Reading one checks its form and no signature: nothing in the text may be believed before ``verify(_:)`` has said
/// `valid` for a key that the reader trusts.
package struct SignedNote: Equatable, Sendable {
    /// The most signatures that a note is read or written with; C2SP asks for at least 16.
    package static let maximumSignatures = 100
    /// The most bytes that a note is read with.
    package static let maximumSize = 1_000_000

    /// The text that is signed, with its final LF.
    package let text: String
    /// The signature lines, in their order.
    package private(set) var signatures: [Signature]

    /// Reads a note; ``bytes`` gives the same bytes back.
    ///
    /// - Throws: `malformedNote`.
    package init(parsing bytes: [UInt8]) throws(TransparencyError) {
        guard bytes.count <= SignedNote.maximumSize else {
            throw TransparencyError(.malformedNote, "a note has at most \(SignedNote.maximumSize) bytes")
        }
        // A text may have empty lines; the last one in the note is where the signatures begin.
        guard
            let empty = bytes.indices.dropLast().last(where: {
                bytes[$0] == .lineFeed && bytes[$0 + 1] == .lineFeed
            })
        else {
            throw TransparencyError(.malformedNote, "a note has an empty line between its text and its signatures")
        }
        guard bytes.allSatisfy({ $0 >= .space || $0 == .lineFeed }), let text = String(exactly: bytes[...empty]) else {
            throw TransparencyError(.malformedNote, "a note is UTF-8 without control characters")
        }
        self.text = text
        signatures = try SignedNote.signatures(in: bytes[(empty + 2)...])
    }

    /// Makes a note; without a signature it is not yet one that can be read back.
    ///
    /// - Throws: `unsignableText` unless the text ends in LF and has no other ASCII control, or if a signature's name
    ///   is not fit for a note; `tooManySignatures`.
    package init(text: String, signatures: [Signature]) throws(TransparencyError) {
        guard text.utf8.last == .lineFeed, text.utf8.allSatisfy({ $0 >= .space || $0 == .lineFeed }) else {
            throw TransparencyError(
                .unsignableText, "a note's text ends in a newline and has no other control characters")
        }
        self.text = text
        self.signatures = []
        for signature in signatures { try append(signature) }
    }

    /// The note as it is written: the text, an empty line, the signature lines.
    package var bytes: [UInt8] {
        Array(text.utf8) + [.lineFeed] + signatures.flatMap { Array($0.line.utf8) }
    }

    /// The signatures whose lines have this key's name and key ID, valid or not.
    package func signatures(by key: VerifierKey) -> [Signature] {
        signatures.filter { $0.isBy(key) }
    }

    /// What a note says of one key.
    package enum Verdict: Sendable {
        /// No line has the key's name and key ID.
        case missing
        /// There is at least one such line, and each is the key's signature over this text.
        case valid
        /// A line claims to be the key's, and is not.
        case invalid
    }

    /// Whether the key signed this text; for a cosignature key, whether it cosigned it.
    package func verify(_ key: VerifierKey) -> Verdict {
        let lines = signatures(by: key)
        if lines.isEmpty { return .missing }
        let message = Array(text.utf8)
        let allHold = lines.allSatisfy { line in
            switch key.type {
            case .ed25519: key.key.isValid(signature: line.bytes, for: message)
            case .cosignature: (try? Cosignature(line))?.isValid(noteText: text, key: key) ?? false
            }
        }
        return allHold ? .valid : .invalid
    }

    /// Signs the text and appends the line, in place of any that this key has there.
    ///
    /// - Throws: `keyMismatch` unless the keys belong together and sign notes (a cosignature has a time: see
    ///   ``cosign(as:with:time:)``); `signingFailed`; `tooManySignatures`.
    package mutating func sign(
        as key: VerifierKey, with privateKey: Ed25519PrivateKey
    ) throws(TransparencyError) {
        guard key.type == .ed25519, key.key == privateKey.publicKey else {
            throw TransparencyError(.keyMismatch, "the private key is not that of \(key), or this key only cosigns")
        }
        let bytes: [UInt8]
        do {
            bytes = try privateKey.signature(for: Array(text.utf8))
        } catch {
            throw TransparencyError(.signingFailed, "\(key.name): \(error.reason)")
        }
        try replace(by: Signature(name: key.name, keyID: key.keyID, bytes: bytes), of: key)
    }

    /// Cosigns the text and appends the line, in place of any that this key has there.
    ///
    /// - Parameters:
    ///   - time: seconds since 1970-01-01T00:00:00Z.
    /// - Throws: as ``Cosignature/sign(noteText:as:with:time:)``; `tooManySignatures`.
    package mutating func cosign(
        as key: VerifierKey, with privateKey: Ed25519PrivateKey, time: UInt64
    ) throws(TransparencyError) {
        let cosignature = try Cosignature.sign(noteText: text, as: key, with: privateKey, time: time)
        try replace(by: cosignature.noteSignature, of: key)
    }

    /// Appends a line made elsewhere, unless the very same line is there already; it is not verified.
    ///
    /// - Throws: `unsignableText` if its name is not fit for a note; `tooManySignatures`.
    package mutating func append(_ signature: Signature) throws(TransparencyError) {
        guard signature.isWellFormed else {
            throw TransparencyError(.unsignableText, "no note can carry a signature by \"\(signature.name)\"")
        }
        if signatures.contains(signature) { return }
        guard signatures.count < SignedNote.maximumSignatures else {
            throw TransparencyError(
                .tooManySignatures, "a note has at most \(SignedNote.maximumSignatures) signatures")
        }
        signatures.append(signature)
    }

    /// Appends the lines of another note over the same text that this one has not.
    ///
    /// - Throws: `textMismatch`; `tooManySignatures`.
    package mutating func merge(_ other: SignedNote) throws(TransparencyError) {
        guard text.isSameBytes(as: other.text) else {
            throw TransparencyError(.textMismatch, "the two notes have different texts")
        }
        for signature in other.signatures { try append(signature) }
    }

    package static func == (left: SignedNote, right: SignedNote) -> Bool {
        left.text.isSameBytes(as: right.text) && left.signatures == right.signatures
    }

    private mutating func replace(by signature: Signature, of key: VerifierKey) throws(TransparencyError) {
        var signed = self
        signed.signatures.removeAll { $0.isBy(key) }
        try signed.append(signature)
        self = signed
    }
}
