import EvidenceRecord
import EvidenceTestSupport
import Foundation
import Testing

/// Random documents, written in some form of JSON, and made canonical by us and by somebody else.
struct CanonicalJSONRandomTests {
    @Test func `another implementation gives random documents the same form`() throws {
        var generator = SeededGenerator(seed: 8785)
        var values: [JSONValue] = []
        var input = Data()
        for _ in 0..<2_000 {
            let value = RandomJSON.value(depth: Int.random(in: 0...4, using: &generator), &generator)
            values.append(value)
            input.append(contentsOf: (RandomJSON.loose(value, &generator) + "\n").utf8)
        }
        let lines = try Python.run(
            """
            import json, sys, rfc8785
            for line in sys.stdin.buffer.read().split(b"\\n")[:-1]:
                print(rfc8785.dumps(json.loads(line)).hex())
            """, input: input)
        try #require(lines.count == values.count)
        for (value, line) in zip(values, lines) {
            let bytes = value.canonicalBytes
            #expect(Data(bytes).map { String(format: "%02x", $0) }.joined() == line)
            #expect(try JSONValue(canonical: bytes).canonicalBytes == bytes)
        }
    }

    @Test func `whatever bytes are taken are given back the same`() {
        var generator = SeededGenerator(seed: 3_2_1)
        var taken = 0
        for _ in 0..<20_000 {
            var bytes = RandomJSON.value(depth: Int.random(in: 0...2, using: &generator), &generator).canonicalBytes
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: place)
                default: if bytes.count > 1 { bytes.remove(at: place) }
                }
            }
            guard let value = try? JSONValue(canonical: bytes) else { continue }
            taken += 1
            #expect(value.canonicalBytes == bytes)
        }
        #expect(taken > 1_000)
    }
}

private enum RandomJSON {
    static func value(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0...(depth > 0 ? 5 : 3), using: &generator) {
        case 0: return .bool(Bool.random(using: &generator))
        case 1: return .integer(Int64.random(in: -9_007_199_254_740_991...9_007_199_254_740_991, using: &generator))
        case 2: return .integer(Int64.random(in: -20...20, using: &generator))
        case 3: return .string(text(&generator))
        case 4:
            return .array(
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in value(depth: depth - 1, &generator) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                object[text(&generator)] = value(depth: depth - 1, &generator)
            }
            return .object(object)
        }
    }

    /// From all over Unicode, with what JSON and sorting find hard far more often than chance would.
    static func text(_ generator: inout SeededGenerator) -> String {
        let hard: [UInt32] = [
            0, 8, 9, 10, 12, 13, 0x1f, 0x20, 0x22, 0x2f, 0x5c, 0x7f, 0x80, 0xa0, 0xad, 0xe9, 0x301, 0x2028, 0x2029,
            0x20ac, 0x674e, 0xd7ff, 0xe000, 0xfb33, 0xfeff, 0xfffd, 0xffff, 0x1_0000, 0x1_f600, 0x10_ffff,
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            let code =
                switch Int.random(in: 0...2, using: &generator) {
                case 0: hard[Int.random(in: 0..<hard.count, using: &generator)]
                case 1: UInt32.random(in: 0x20...0x7e, using: &generator)
                default: UInt32.random(in: 0...0x10_ffff, using: &generator)
                }
            if let scalar = UnicodeScalar(code) { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    /// The value as somebody else might write it on one line: spaces, escapes at will, members in any order.
    static func loose(_ value: JSONValue, _ generator: inout SeededGenerator) -> String {
        let space = String(repeating: " ", count: Int.random(in: 0...1, using: &generator))
        switch value {
        case .bool(let bool): return space + "\(bool)" + space
        case .integer(let integer): return space + "\(integer)" + space
        case .string(let string): return space + quoted(string, &generator) + space
        case .array(let values): return "[" + values.map { loose($0, &generator) }.joined(separator: ",") + "]"
        case .object(let object):
            let members = object.members.shuffled(using: &generator).map {
                space + quoted($0.name, &generator) + space + ":" + loose($0.value, &generator)
            }
            return "{" + members.joined(separator: ",") + space + "}"
        }
    }

    private static func quoted(_ string: String, _ generator: inout SeededGenerator) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if mustEscape || Bool.random(using: &generator) {
                for unit in String(scalar).utf16 { text += String(format: "\\u%04x", Int(unit)) }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
