// Swift compares strings by canonical equivalence: "é" in one scalar equals "é" in two. What is signed is bytes, so
// everything here compares strings by their UTF-8, and takes none that would have to be repaired.

extension String {
    /// Whether the two strings are the same bytes in UTF-8.
    func isSameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }

    /// The string of these bytes; nil unless they are valid UTF-8.
    init?(exactly bytes: some Sequence<UInt8>) {
        self.init(validating: bytes, as: UTF8.self)
    }
}

extension Sequence<String> {
    /// Whether the two lists hold the same strings byte for byte.
    func isSameBytes(as other: some Sequence<String>) -> Bool {
        elementsEqual(other) { $0.isSameBytes(as: $1) }
    }
}

extension UInt8 {
    static let lineFeed: UInt8 = 0x0a
    static let space: UInt8 = 0x20
    static let plus: UInt8 = 0x2b
    static let zero: UInt8 = 0x30
    static let nine: UInt8 = 0x39
}

extension UInt64 {
    /// The largest tree: sizes and indexes stay within Int64, as SQLite and other implementations of logs need.
    static let largestTree = UInt64(Int64.max)

    /// Parses ASCII decimal as C2SP's documents write it: digits alone, no leading zero, nothing above `limit`.
    init?(decimal digits: some Collection<UInt8>, limit: UInt64 = .largestTree) {
        guard let first = digits.first, first != .zero || digits.count == 1 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard (.zero)...(.nine) ~= digit else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit - .zero))
            guard !overflow, !carry, sum <= limit else { return nil }
            value = sum
        }
        self = value
    }
}

extension FixedWidthInteger {
    /// The number's bytes, the most significant first.
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
