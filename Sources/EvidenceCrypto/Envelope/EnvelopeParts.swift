/// Cuts a stream of bytes into parts and encrypts each as a message of its own; see ``EnvelopeWriter``.
///
/// `openssl cms -decrypt` and libcrypto read a message whole, at twice its size in memory and more: so a stream of any length
/// is a sequence of messages that any machine can read. The plaintexts one after the other are the stream.
package final class EnvelopeParts {
    /// What comes out, in order.
    package enum Output {
        /// The next bytes of the part.
        case bytes(UnsafeRawBufferPointer)
        /// The part is whole; what follows belongs to the next one.
        case end
    }

    /// Bytes of plaintext in each part but the last.
    package static let partSize = 32 << 20
    /// The most bytes that a part may have when it is read: what is around the plaintext is far less than this.
    package static let largestMessage = 2 * partSize

    private let recipients: [Recipient]
    private let partSize: Int
    private var part: EnvelopeWriter
    private var count = 0

    /// - Precondition: there is a recipient.
    package init(to recipients: [Recipient], partSize: Int = EnvelopeParts.partSize) throws(CryptoError) {
        self.recipients = recipients
        self.partSize = partSize
        part = try EnvelopeWriter(to: recipients)
    }

    /// Encrypts bytes, and hands on what is ready.
    package func update(_ plaintext: UnsafeRawBufferPointer, output: (Output) throws -> Void) throws {
        var rest = plaintext[...]
        while !rest.isEmpty {
            // A full part is ended only once there is more, so that none is empty but that of an empty stream.
            if count == partSize {
                try end(output)
                part = try EnvelopeWriter(to: recipients)
                count = 0
            }
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(partSize - count))
            try part.update(piece) { try output(.bytes($0)) }
            count += piece.count
            rest = rest.dropFirst(piece.count)
        }
    }

    /// Ends the last part; nothing may be added afterwards.
    ///
    /// An empty stream is one part.
    package func finish(output: (Output) throws -> Void) throws { try end(output) }

    private func end(_ output: (Output) throws -> Void) throws {
        try part.finish { try output(.bytes($0)) }
        try output(.end)
    }
}
