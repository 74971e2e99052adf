/// A SHA-256 digest: 32 bytes, compared by value, printed as lower-case hex.
package struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The number of bytes in a digest.
    package static let size = 32

    // Stored in line, so that a million leaf hashes cost 32 MB and no allocations.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// Takes the first 32 bytes of `buffer`; nil unless there are exactly 32.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Digest.size else { return nil }
        self.init { target in
            for (index, byte) in bytes.enumerated() { target[index] = byte }
        }
    }

    /// Parses 64 lower-case hex digits; nil for anything else.
    package init?(hex: String) { self.init(hex: hex.utf8.span) }

    /// Parses 64 lower-case hex digits; nil for anything else.
    package init?(hex: Span<UInt8>) {
        guard hex.count == 2 * Digest.size else { return nil }
        var isHex = true
        self.init { target in
            for index in 0..<Digest.size {
                let (high, low) = (HexDigit.values[Int(hex[2 * index])], HexDigit.values[Int(hex[2 * index + 1])])
                if (high | low) > 15 { isHex = false }
                target[index] = high << 4 | low & 15
            }
        }
        if !isHex { return nil }
    }

    init(filling body: (UnsafeMutableRawBufferPointer) -> Void) {
        words = (0, 0, 0, 0)
        Swift.withUnsafeMutableBytes(of: &words, body)
    }

    /// The digest's 32 bytes.
    package var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// 64 lower-case hex digits.
    package var hex: String { withUnsafeBytes { $0.hex } }

    package var description: String { hex }

    /// Calls `body` with the 32 bytes in place.
    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: words, body)
    }

    package static func == (left: Digest, right: Digest) -> Bool {
        left.words == right.words
    }

    package static func < (left: Digest, right: Digest) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { right in left.lexicographicallyPrecedes(right) } }
    }

    package func hash(into hasher: inout Swift.Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}
