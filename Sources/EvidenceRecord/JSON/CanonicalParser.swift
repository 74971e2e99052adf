extension JSONValue {
    /// Parses bytes that must already be in RFC 8785 canonical form, within the limits of ``JSONValue``.
    ///
    /// White space, unsorted or duplicate names, other escapes than the canonical ones, null, floats, integers past
    /// ±(2⁵³−1), invalid UTF-8 (lone surrogates included) and nesting deeper than 32 are refused, so that what is accepted
    /// has one form only, and `canonicalBytes` gives the same bytes back.
    package init(canonical bytes: [UInt8]) throws(RecordError) {
        var parser = CanonicalParser(bytes)
        self = try parser.document()
    }
}

private struct CanonicalParser {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(RecordError) -> JSONValue {
        let value = try value(depth: 0)
        guard place == bytes.count else { throw failure("more follows after the end", "结尾之后还有内容") }
        return value
    }

    private func failure(_ en: String, _ zh: String) -> RecordError {
        RecordError(
            .notCanonical, en: "not canonical JSON at byte \(place): \(en)", zh: "第 \(place) 字节处不是规范 JSON：\(zh)")
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func value(depth: Int) throws(RecordError) -> JSONValue {
        guard place < bytes.count else { throw failure("it ends too early", "内容不完整") }
        switch bytes[place] {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return .bool(try literal("true", true))
        case UInt8(ascii: "f"): return .bool(try literal("false", false))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .integer(try integer())
        default: throw failure("no value that this format allows", "此处不是本格式允许的值")
        }
    }

    private mutating func literal(_ text: String, _ value: Bool) throws(RecordError) -> Bool {
        guard bytes[place...].starts(with: text.utf8) else { throw failure("no such word", "无法识别的字") }
        place += text.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(RecordError) -> JSONObject {
        guard depth <= JSONValue.deepestNesting else { throw failure("nested too deeply", "嵌套过深") }
        place += 1
        var members: [JSONObject.Member] = []
        if take(UInt8(ascii: "}")) { return JSONObject() }
        while true {
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
                throw failure("a member's name is missing", "缺少成员名")
            }
            let name = try string()
            if let last = members.last, !last.name.precedesInUTF16(name) {
                throw failure("names are out of order or stand twice", "成员名未按序排列或重复")
            }
            guard take(UInt8(ascii: ":")) else { throw failure("a colon is missing", "缺少冒号") }
            members.append(JSONObject.Member(name: name, value: try value(depth: depth)))
            if take(UInt8(ascii: "}")) { return JSONObject(sorted: members) }
            guard take(UInt8(ascii: ",")) else { throw failure("a comma is missing", "缺少逗号") }
        }
    }

    private mutating func array(depth: Int) throws(RecordError) -> [JSONValue] {
        guard depth <= JSONValue.deepestNesting else { throw failure("nested too deeply", "嵌套过深") }
        place += 1
        var values: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return values }
        while true {
            values.append(try value(depth: depth))
            if take(UInt8(ascii: "]")) { return values }
            guard take(UInt8(ascii: ",")) else { throw failure("a comma is missing", "缺少逗号") }
        }
    }

    private mutating func integer() throws(RecordError) -> Int64 {
        let start = place
        let isNegative = take(UInt8(ascii: "-"))
        let digits = bytes[place...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        place += digits.count
        let hasFraction =
            place < bytes.count && [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[place])
        guard !digits.isEmpty, !hasFraction, digits.count <= 16, digits.count == 1 || digits.first != UInt8(ascii: "0"),
            !(isNegative && digits.elementsEqual([UInt8(ascii: "0")])),
            let value = Int64(String(decoding: bytes[start..<place], as: UTF8.self)),
            abs(value) <= JSONValue.largestInteger
        else { throw failure("a number that is no integer within ±(2^53-1)", "数值不是 ±(2^53-1) 以内的整数") }
        return value
    }

    private mutating func string() throws(RecordError) -> String {
        place += 1
        var content: [UInt8] = []
        while true {
            guard place < bytes.count else { throw failure("a string does not end", "字符串没有结尾") }
            let byte = bytes[place]
            if byte == UInt8(ascii: "\"") { break }
            guard byte >= 0x20 else { throw failure("a control character is not escaped", "控制字符未转义") }
            if byte == UInt8(ascii: "\\") {
                content.append(try escape())
            } else {
                content.append(byte)
                place += 1
            }
        }
        guard let string = String(validating: content, as: UTF8.self) else {
            throw failure("a string is not valid UTF-8", "字符串不是有效的 UTF-8")
        }
        place += 1
        return string
    }

    /// Only the escapes that the canonical writer makes; every one of them stands for a single byte below 0x80.
    private mutating func escape() throws(RecordError) -> UInt8 {
        let refusal = ("an escape that canonical JSON does not use", "出现规范 JSON 不使用的转义")
        guard place + 1 < bytes.count else { throw failure(refusal.0, refusal.1) }
        let letter = bytes[place + 1]
        if letter == UInt8(ascii: "\"") || letter == UInt8(ascii: "\\") {
            place += 2
            return letter
        }
        if let byte = CanonicalEscape.byte(of: letter) {
            place += 2
            return byte
        }
        for byte in UInt8(0)..<0x20 where CanonicalEscape.letter(of: byte) == nil {
            let form = Array("\\u00".utf8) + CollectionOfOne(byte).hexDigits
            if bytes[place...].starts(with: form) {
                place += form.count
                return byte
            }
        }
        throw failure(refusal.0, refusal.1)
    }
}
