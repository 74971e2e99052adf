/// Writes values in RFC 8785 canonical form.
struct CanonicalWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ value: JSONValue) {
        switch value {
        case .object(let object):
            // What was read is in this form already.
            if object.writeAsRead(to: &bytes) { return }
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(member.name)
                bytes.append(UInt8(ascii: ":"))
                write(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(value)
            }
            bytes.append(UInt8(ascii: "]"))
        case .string(let string): write(string)
        case .integer(let integer):
            precondition(abs(integer) <= JSONValue.largestInteger, "an integer past 2^53-1 has no canonical form")
            bytes.append(contentsOf: String(integer).utf8)
        case .bool(let bool): bytes.append(contentsOf: (bool ? "true" : "false").utf8)
        }
    }

    /// RFC 8785 §3.2.2.2: the short escapes where there are any, \u00xx for other controls, all else as it is.
    private mutating func write(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        // Most strings stand as they are.
        if string.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            bytes.append(contentsOf: string.utf8)
            return
        }
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                bytes.append(UInt8(ascii: "\\"))
                if let letter = CanonicalEscape.letter(of: byte) {
                    bytes.append(letter)
                } else {
                    bytes.append(contentsOf: "u00".utf8)
                    bytes.append(contentsOf: CollectionOfOne(byte).hexDigits)
                }
            default: bytes.append(byte)
            }
        }
    }
}

/// The escapes that RFC 8785 §3.2.2.2 demands.
enum CanonicalEscape {
    private static let pairs: [(byte: UInt8, letter: UInt8)] = [
        (0x08, UInt8(ascii: "b")), (0x09, UInt8(ascii: "t")), (0x0a, UInt8(ascii: "n")), (0x0c, UInt8(ascii: "f")),
        (0x0d, UInt8(ascii: "r")),
    ]

    static func letter(of byte: UInt8) -> UInt8? { pairs.first { $0.byte == byte }?.letter }

    /// The escape at the beginning of `written`, which begins with a backslash: the byte it stands for, and its length.
    ///
    /// Nil for any that the canonical writer would not make.
    static func read(_ written: Span<UInt8>) -> (byte: UInt8, length: Int)? {
        guard written.count >= 2 else { return nil }
        let letter = written[1]
        if letter == UInt8(ascii: "\"") || letter == UInt8(ascii: "\\") { return (letter, 2) }
        if let pair = pairs.first(where: { $0.letter == letter }) { return (pair.byte, 2) }
        guard written.count >= 6, letter == UInt8(ascii: "u") else { return nil }
        for byte in UInt8(0)..<0x20 where CanonicalEscape.letter(of: byte) == nil {
            let digits = Array("00".utf8) + CollectionOfOne(byte).hexDigits
            if (0..<4).allSatisfy({ written[2 + $0] == digits[$0] }) { return (byte, 6) }
        }
        return nil
    }
}

extension CollectionOfOne<UInt8> {
    /// Two lower-case hex digits.
    var hexDigits: [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(self[0] >> 4)], digits[Int(self[0] & 15)]]
    }
}
