package import EvidenceCrypto

/// What a witness is asked to cosign: a signed checkpoint, with the proof that it extends an older one (C2SP
/// tlog-witness, the body of `add-checkpoint`).
package struct WitnessRequest: Equatable, Sendable {
    /// The most bytes that a request is read with.
    package static let maximumSize = 64 * 1_024
    /// The media type of an answer that gives the size which a request has to begin from.
    package static let sizeType = "text/x.tlog.size"

    /// The size of the newest checkpoint that the witness is thought to have cosigned; 0 for none.
    package let oldSize: UInt64
    /// The consistency proof from ``oldSize`` to the checkpoint's size.
    package let proof: [Digest]
    package let note: SignedNote
    package let checkpoint: Checkpoint

    /// Makes a request.
    ///
    /// - Throws: `malformedCheckpoint` if the note is none.
    package init(oldSize: UInt64, proof: [Digest], note: SignedNote) throws(TransparencyError) {
        self.oldSize = oldSize
        self.proof = proof
        self.note = note
        checkpoint = try Checkpoint(noteText: note.text)
    }

    /// Reads a request; ``bytes`` gives the same bytes back.
    ///
    /// - Throws: `malformedRequest`, `malformedNote`, `malformedCheckpoint`.
    package init(parsing bytes: [UInt8]) throws(TransparencyError) {
        guard bytes.count <= WitnessRequest.maximumSize else {
            throw TransparencyError(
                .malformedRequest, "a request has at most \(WitnessRequest.maximumSize) bytes")
        }
        var lines = ProofLines(bytes, code: .malformedRequest)
        let first = try lines.line()
        guard first.starts(with: "old ".utf8), let oldSize = UInt64(decimal: first.dropFirst("old ".utf8.count)) else {
            throw TransparencyError(.malformedRequest, "the first line is not \"old\" and a size")
        }
        let proof = try lines.hashes()
        try self.init(oldSize: oldSize, proof: proof, note: SignedNote(parsing: Array(lines.rest)))
    }

    /// The request as it is sent.
    package var bytes: [UInt8] {
        let proof = proof.map { Base64.encode($0.bytes) + "\n" }.joined()
        return Array("old \(oldSize)\n\(proof)\n".utf8) + note.bytes
    }

    /// The size in an answer of the type ``sizeType``: a decimal number and LF, which some leave out; nil for anything else.
    package static func size(inAnswer bytes: [UInt8]) -> UInt64? {
        UInt64(decimal: bytes.last == .lineFeed ? bytes.dropLast() : bytes[...])
    }
}
