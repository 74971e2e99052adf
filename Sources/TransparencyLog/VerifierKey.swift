package import EvidenceCrypto

/// A public key that checks a signed note's signatures, and its text form, the vkey (C2SP signed-note, "Verifier keys").
///
/// Names are compared byte by byte, not as Swift compares strings.
package struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
    /// What the key signs, as C2SP signed-note numbers it.
    package enum SignatureType: UInt8, Sendable {
        /// Ed25519 over the note's text.
        case ed25519 = 0x01
        /// A timestamped Ed25519 cosignature (C2SP tlog-cosignature v1).
        case cosignature = 0x04
    }

    package let name: String
    /// The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ key), big-endian.
    package let keyID: UInt32
    package let type: SignatureType
    package let key: Ed25519PublicKey

    /// Names a key.
    ///
    /// - Throws: `malformedKey` if notes cannot carry the name: see ``isValidName(_:)``.
    package init(
        name: String, type: SignatureType = .ed25519, key: Ed25519PublicKey
    ) throws(TransparencyError) {
        guard VerifierKey.isValidName(name) else {
            throw TransparencyError(
                .malformedKey, "a key's name is not empty and has no spaces, controls or plus signs: \"\(name)\"")
        }
        self.name = name
        self.type = type
        self.key = key
        keyID = SHA256Hasher.hash(Array(name.utf8) + [.lineFeed, type.rawValue] + key.bytes)
            .bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Parses a vkey: `name+<8 hex digits>+<base64 of type and key>`.
    ///
    /// - Throws: `malformedKey`, also when the key ID is not that of the key; `unsupportedKeyType`.
    package init(_ text: String) throws(TransparencyError) {
        // Base64 has plus signs of its own.
        let parts = text.utf8.split(separator: .plus, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let name = String(exactly: parts[0]), let hex = String(exactly: parts[1]),
            let keyID = [UInt8](hex: hex), keyID.count == 4, let encoded = Base64.decode(Array(parts[2])[...]),
            let typeByte = encoded.first
        else {
            throw TransparencyError(.malformedKey, "not a verifier key (name+key ID+key): \"\(text)\"")
        }
        guard let type = SignatureType(rawValue: typeByte) else {
            throw TransparencyError(
                .unsupportedKeyType, "signature type \(typeByte) is not known here: \"\(text)\"")
        }
        guard let key = Ed25519PublicKey(Array(encoded.dropFirst())) else {
            throw TransparencyError(
                .malformedKey, "an Ed25519 key has 32 bytes, not \(encoded.count - 1): \"\(text)\"")
        }
        try self.init(name: name, type: type, key: key)
        guard self.keyID == keyID.reduce(0, { $0 << 8 | UInt32($1) }) else {
            throw TransparencyError(
                .malformedKey, "the key ID \(keyIDHex) belongs to this name and key, not \(hex): \"\(text)\"")
        }
    }

    /// The vkey.
    package var description: String {
        "\(name)+\(keyIDHex)+\(Base64.encode([type.rawValue] + key.bytes))"
    }

    /// The key ID as 8 lower-case hex digits.
    package var keyIDHex: String { keyID.bigEndianBytes.hex }

    /// Whether a note can carry this key name: not empty, no Unicode space, no ASCII control, no plus sign.
    package static func isValidName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "+" && !$0.properties.isWhitespace }
    }

    package static func == (left: VerifierKey, right: VerifierKey) -> Bool {
        left.name.isSameBytes(as: right.name) && left.type == right.type && left.key == right.key
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(keyID)
        hasher.combine(type)
        hasher.combine(key)
    }
}
