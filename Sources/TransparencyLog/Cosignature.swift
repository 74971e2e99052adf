package import EvidenceCrypto

/// A witness's statement that it saw a checkpoint at a time (C2SP tlog-cosignature v1, Ed25519).
///
/// The signed message does not hold the witness's name, so a key must serve one witness only.
package struct Cosignature: Equatable, Sendable {
    package let name: String
    package let keyID: UInt32
    /// Seconds since 1970-01-01T00:00:00Z, by the witness's clock; at most 2^63−1.
    package let time: UInt64
    /// The Ed25519 signature over ``message(time:noteText:)``: 64 bytes.
    package let signature: [UInt8]

    /// Reads a note's signature as a cosignature, without checking it.
    ///
    /// - Throws: `malformedCosignature` unless it is an 8-byte time and a 64-byte signature.
    package init(_ signature: SignedNote.Signature) throws(TransparencyError) {
        let time = signature.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard signature.bytes.count == 8 + Ed25519PublicKey.signatureSize, time <= UInt64(Int64.max) else {
            throw TransparencyError(
                .malformedCosignature,
                "a cosignature is a time and an Ed25519 signature, 72 bytes, not \(signature.bytes.count), by \(signature.name)"
            )
        }
        name = signature.name
        keyID = signature.keyID
        self.time = time
        self.signature = Array(signature.bytes.dropFirst(8))
    }

    private init(key: VerifierKey, time: UInt64, signature: [UInt8]) {
        name = key.name
        keyID = key.keyID
        self.time = time
        self.signature = signature
    }

    /// The key ID as 8 lower-case hex digits.
    package var keyIDHex: String { keyID.bigEndianBytes.hex }

    /// The line for the note.
    package var noteSignature: SignedNote.Signature {
        SignedNote.Signature(name: name, keyID: keyID, bytes: time.bigEndianBytes + signature)
    }

    /// What is signed: a header, the time, and the whole note text, extension lines included.
    package static func message(time: UInt64, noteText: String) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n\(noteText)".utf8)
    }

    /// Cosigns a checkpoint's text.
    ///
    /// - Parameters:
    ///   - noteText: a checkpoint; that it is one, and extends the last one seen, is the witness's duty to know.
    ///   - time: seconds since 1970-01-01T00:00:00Z.
    /// - Throws: `keyMismatch` unless the keys belong together and cosign; `malformedCosignature` for a time above
    ///   2^63−1; `signingFailed`.
    package static func sign(
        noteText: String, as key: VerifierKey, with privateKey: Ed25519PrivateKey, time: UInt64
    ) throws(TransparencyError) -> Cosignature {
        guard key.type == .cosignature, key.key == privateKey.publicKey else {
            throw TransparencyError(.keyMismatch, "the private key is not that of \(key), or this key does not cosign")
        }
        guard time <= UInt64(Int64.max) else {
            throw TransparencyError(.malformedCosignature, "no cosignature has the time \(time)")
        }
        do {
            let signature = try privateKey.signature(for: message(time: time, noteText: noteText))
            return Cosignature(key: key, time: time, signature: signature)
        } catch {
            throw TransparencyError(.signingFailed, "\(key.name): \(error.reason)")
        }
    }

    /// Whether this is the key's cosignature over the text.
    ///
    /// The time is not judged: only a reader with a clock can.
    package func isValid(noteText: String, key: VerifierKey) -> Bool {
        key.type == .cosignature && noteSignature.isBy(key)
            && key.key.isValid(signature: signature, for: Cosignature.message(time: time, noteText: noteText))
    }

    package static func == (left: Cosignature, right: Cosignature) -> Bool {
        left.noteSignature == right.noteSignature
    }
}
