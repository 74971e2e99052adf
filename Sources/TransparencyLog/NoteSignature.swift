extension SignedNote {
    /// One signature line of a note: `— <name> <base64 of key ID and signature>`.
    package struct Signature: Equatable, Sendable {
        package let name: String
        package let keyID: UInt32
        /// The signature, without the key ID.
        package let bytes: [UInt8]

        package init(name: String, keyID: UInt32, bytes: [UInt8]) {
            self.name = name
            self.keyID = keyID
            self.bytes = bytes
        }

        /// The line, with its final LF.
        package var line: String { "— \(name) \(Base64.encode(keyID.bigEndianBytes + bytes))\n" }

        /// Whether the line names this key: by name and key ID.
        package func isBy(_ key: VerifierKey) -> Bool {
            keyID == key.keyID && name.isSameBytes(as: key.name)
        }

        /// Whether a note can carry the line.
        var isWellFormed: Bool { VerifierKey.isValidName(name) && !bytes.isEmpty }

        package static func == (left: Signature, right: Signature) -> Bool {
            left.name.isSameBytes(as: right.name) && left.keyID == right.keyID && left.bytes == right.bytes
        }
    }

    /// Parses signature lines alone, as a witness answers them: at least one, each with its final LF.
    ///
    /// - Throws: `malformedNote`.
    package static func signatures(parsing bytes: [UInt8]) throws(TransparencyError) -> [Signature] {
        try signatures(in: bytes[...])
    }

    static func signatures(in bytes: ArraySlice<UInt8>) throws(TransparencyError) -> [Signature] {
        guard bytes.last == .lineFeed else {
            throw TransparencyError(.malformedNote, "the last line of a note is a signature that ends in a newline")
        }
        let lines = bytes.dropLast().split(separator: .lineFeed, omittingEmptySubsequences: false)
        guard lines.count <= maximumSignatures else {
            throw TransparencyError(.malformedNote, "a note has at most \(maximumSignatures) signatures")
        }
        var signatures: [Signature] = []
        for line in lines {
            guard let signature = signature(line: line) else {
                throw TransparencyError(
                    .malformedNote, "not a signature line: \"\(String(decoding: line, as: UTF8.self))\"")
            }
            signatures.append(signature)
        }
        return signatures
    }

    private static func signature(line: ArraySlice<UInt8>) -> Signature? {
        let parts = line.split(separator: .space, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("—".utf8), let name = String(exactly: parts[1]),
            VerifierKey.isValidName(name), let encoded = Base64.decode(parts[2]), encoded.count > 4
        else { return nil }
        let keyID = encoded.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        return Signature(name: name, keyID: keyID, bytes: Array(encoded.dropFirst(4)))
    }
}
