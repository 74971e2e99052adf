package import EvidenceCrypto
package import TransparencyLog

/// What a reader trusts: an archive by its key or by what it once said, a witness, a timestamp authority.
package enum Pin: Sendable, Equatable {
    case key(VerifierKey)
    /// The tree of an origin had this root at this size; the archive's key then follows from its first entry.
    case checkpoint(origin: String, size: UInt64, root: Digest)
    /// A witness's key, of type 0x04.
    case witness(VerifierKey)
    /// A timestamp authority's root certificate, in DER.
    case authority([UInt8])

    /// The archive's origin; nil where the pin is about none.
    package var origin: String? {
        switch self {
        case .key(let key): key.name
        case .checkpoint(let origin, _, _): origin
        case .witness, .authority: nil
        }
    }

    /// The key of an archive or a witness.
    package var key: VerifierKey? {
        switch self {
        case .key(let key), .witness(let key): key
        case .checkpoint, .authority: nil
        }
    }

    /// One line of the file of pins.
    package var line: String {
        switch self {
        case .key(let key): "key \(key)"
        case .checkpoint(let origin, let size, let root): "checkpoint \(origin) \(size) \(Base64.encode(root.bytes))"
        case .witness(let key): "witness \(key)"
        case .authority(let certificate): "authority \(Base64.encode(certificate))"
        }
    }

    package init?(line: String) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        switch (words.first, words.count) {
        case ("key", 2):
            guard let key = try? VerifierKey(words[1]), key.type == .ed25519 else { return nil }
            self = .key(key)
        case ("checkpoint", 4):
            guard VerifierKey.isValidName(words[1]), let size = UInt64(words[2]), String(size) == words[2],
                let bytes = Base64.decode(words[3]),
                let root = Digest(bytes)
            else { return nil }
            self = .checkpoint(origin: words[1], size: size, root: root)
        case ("witness", 2):
            guard let key = try? VerifierKey(words[1]), key.type == .cosignature else { return nil }
            self = .witness(key)
        case ("authority", 2):
            guard let certificate = Base64.decode(words[1]), !certificate.isEmpty else { return nil }
            self = .authority(certificate)
        default: return nil
        }
    }
}
