extension Sequence<UInt8> {
    /// The bytes as lower-case hex digits.
    package var hex: String {
        var result: [UInt8] = []
        result.reserveCapacity(2 * underestimatedCount)
        for byte in self {
            result.append(HexDigit.digit(byte >> 4))
            result.append(HexDigit.digit(byte & 15))
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Parses an even number of lower-case hex digits; nil for anything else, upper case included.
    package init?(hex: String) { self.init(hex: hex.utf8.span) }

    /// Parses an even number of lower-case hex digits; nil for anything else, upper case included.
    package init?(hex: Span<UInt8>) {
        guard hex.count.isMultiple(of: 2) else { return nil }
        self.init()
        reserveCapacity(hex.count / 2)
        for index in stride(from: 0, to: hex.count, by: 2) {
            let (high, low) = (HexDigit.values[Int(hex[index])], HexDigit.values[Int(hex[index + 1])])
            guard (high | low) <= 15 else { return nil }
            append(high << 4 | low)
        }
    }
}

enum HexDigit {
    /// The lower-case digit of a value below 16.
    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// What each byte stands for as a lower-case hex digit; 0xff for those that are none.
    static let values: [UInt8] = (UInt8.min...UInt8.max).map { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: 0xff
        }
    }
}
