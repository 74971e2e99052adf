extension JSONValue {
    /// Parses bytes that must already be in RFC 8785 canonical form, within the limits of ``JSONValue``.
    ///
    /// White space, unsorted or duplicate names, other escapes than the canonical ones, null, floats, integers past
    /// ±(2⁵³−1), invalid UTF-8 (lone surrogates included) and nesting deeper than 32 are refused, so that what is accepted
    /// has one form only, and `canonicalBytes` gives the same bytes back.
    package init(canonical bytes: [UInt8]) throws(RecordError) {
        guard bytes.count <= JSONText.largestSize else {
            throw RecordError(.notCanonical, en: "the JSON text is too long", zh: "JSON 文本过长")
        }
        self = JSONText(bytes, try CanonicalParser.nodes(of: bytes.span)).value(at: 0)
    }
}

/// Goes through a text once, checks every byte of it, and notes where each value stands.
///
/// Nothing is built and, the notes aside, nothing is allocated: a verifier reads millions of texts, and of most of their
/// members no more than that they are in form.
private struct CanonicalParser {
    private var place = 0
    private var nodes: [JSONText.Node] = []

    static func nodes(of bytes: Span<UInt8>) throws(RecordError) -> [JSONText.Node] {
        var parser = CanonicalParser()
        // Most members take more bytes than this.
        parser.nodes.reserveCapacity(bytes.count / 16 + 4)
        try parser.value(bytes, depth: 0)
        guard parser.place == bytes.count else { throw parser.failure("more follows after the end", "结尾之后还有内容") }
        return parser.nodes
    }

    private func failure(_ en: String, _ zh: String) -> RecordError {
        RecordError(
            .notCanonical, en: "not canonical JSON at byte \(place): \(en)", zh: "第 \(place) 字节处不是规范 JSON：\(zh)")
    }

    private mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    /// Whether `text` stands here.
    private func isHere(_ text: StaticString, _ bytes: Span<UInt8>) -> Bool {
        guard place + text.utf8CodeUnitCount <= bytes.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[place + $0] == text.utf8Start[$0] }
    }

    private mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(RecordError) {
        guard place < bytes.count else { throw failure("it ends too early", "内容不完整") }
        switch bytes[place] {
        case UInt8(ascii: "{"): try object(bytes, depth: depth + 1)
        case UInt8(ascii: "["): try array(bytes, depth: depth + 1)
        case UInt8(ascii: "\""): try string(bytes)
        case UInt8(ascii: "t"): try literal("true", .true, bytes)
        case UInt8(ascii: "f"): try literal("false", .false, bytes)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try integer(bytes)
        default: throw failure("no value that this format allows", "此处不是本格式允许的值")
        }
    }

    private mutating func note(_ kind: JSONText.Node.Kind, from start: Int, to end: Int) {
        nodes.append(JSONText.Node(kind: kind, start: UInt32(start), end: UInt32(end), next: UInt32(nodes.count + 1)))
    }

    private mutating func literal(_ text: StaticString, _ kind: JSONText.Node.Kind, _ bytes: Span<UInt8>)
        throws(RecordError)
    {
        guard isHere(text, bytes) else { throw failure("no such word", "无法识别的字") }
        note(kind, from: place, to: place + text.utf8CodeUnitCount)
        place += text.utf8CodeUnitCount
    }

    /// Begins an object or array, whose end is not known yet.
    private mutating func open(_ kind: JSONText.Node.Kind, depth: Int) throws(RecordError) -> Int {
        guard depth <= JSONValue.deepestNesting else { throw failure("nested too deeply", "嵌套过深") }
        note(kind, from: place, to: place)
        place += 1
        return nodes.count - 1
    }

    private mutating func close(_ opened: Int) {
        nodes[opened].end = UInt32(place)
        nodes[opened].next = UInt32(nodes.count)
    }

    private mutating func object(_ bytes: Span<UInt8>, depth: Int) throws(RecordError) {
        let opened = try open(.object, depth: depth)
        var last: Int?
        if !take(UInt8(ascii: "}"), bytes) {
            repeat {
                guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
                    throw failure("a member's name is missing", "缺少成员名")
                }
                let name = nodes.count
                try string(bytes)
                if let last, !isOrdered(last, name, bytes) {
                    throw failure("names are out of order or stand twice", "成员名未按序排列或重复")
                }
                last = name
                guard take(UInt8(ascii: ":"), bytes) else { throw failure("a colon is missing", "缺少冒号") }
                try value(bytes, depth: depth)
                if take(UInt8(ascii: "}"), bytes) { break }
                guard take(UInt8(ascii: ","), bytes) else { throw failure("a comma is missing", "缺少逗号") }
            } while true
        }
        close(opened)
    }

    /// Whether a name may stand before another (RFC 8785 §3.2.3).
    private func isOrdered(_ one: Int, _ other: Int, _ bytes: Span<UInt8>) -> Bool {
        let (one, other) = (nodes[one], nodes[other])
        guard one.kind == .plainString, other.kind == .plainString else {
            return text(one, bytes).precedesInUTF16(text(other, bytes))
        }
        // Of ASCII the bytes are the code units.
        for offset in 0..<min(one.count, other.count) {
            let (left, right) = (bytes[Int(one.start) + offset], bytes[Int(other.start) + offset])
            if left >= 0x80 || right >= 0x80 { return text(one, bytes).precedesInUTF16(text(other, bytes)) }
            if left != right { return left < right }
        }
        return one.count < other.count
    }

    private func text(_ node: JSONText.Node, _ bytes: Span<UInt8>) -> String {
        JSONText.string(bytes.extracting(Int(node.start)..<Int(node.end)), isPlain: node.kind == .plainString)
    }

    private mutating func array(_ bytes: Span<UInt8>, depth: Int) throws(RecordError) {
        let opened = try open(.array, depth: depth)
        if !take(UInt8(ascii: "]"), bytes) {
            repeat {
                try value(bytes, depth: depth)
                if take(UInt8(ascii: "]"), bytes) { break }
                guard take(UInt8(ascii: ","), bytes) else { throw failure("a comma is missing", "缺少逗号") }
            } while true
        }
        close(opened)
    }

    private mutating func integer(_ bytes: Span<UInt8>) throws(RecordError) {
        let start = place
        let isNegative = take(UInt8(ascii: "-"), bytes)
        let first = place
        var value: Int64 = 0
        while place < bytes.count, case let digit = bytes[place],
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit)
        {
            // Past 16 digits it is refused below, whatever the value has become.
            value = value &* 10 &+ Int64(digit - UInt8(ascii: "0"))
            place += 1
        }
        let count = place - first
        let hasFraction =
            place < bytes.count
            && (bytes[place] == UInt8(ascii: ".") || bytes[place] == UInt8(ascii: "e")
                || bytes[place] == UInt8(ascii: "E"))
        guard (1...16).contains(count), !hasFraction, count == 1 || bytes[first] != UInt8(ascii: "0"),
            !(isNegative && value == 0), value <= JSONValue.largestInteger
        else { throw failure("a number that is no integer within ±(2^53-1)", "数值不是 ±(2^53-1) 以内的整数") }
        note(.integer, from: start, to: place)
    }

    private mutating func string(_ bytes: Span<UInt8>) throws(RecordError) {
        place += 1
        let start = place
        var isPlain = true
        var isASCII = true
        while true {
            isASCII = skipPlain(bytes) && isASCII
            guard place < bytes.count else { throw failure("a string does not end", "字符串没有结尾") }
            let byte = bytes[place]
            if byte == UInt8(ascii: "\"") { break }
            guard byte >= 0x20 else { throw failure("a control character is not escaped", "控制字符未转义") }
            if byte == UInt8(ascii: "\\") {
                isPlain = false
                place += try escape(bytes)
            } else {
                if byte >= 0x80 { isASCII = false }
                place += 1
            }
        }
        // Escapes are ASCII and stand for ASCII: the text is valid exactly where its written form is.
        if !isASCII, (try? UTF8Span(validating: bytes.extracting(start..<place))) == nil {
            throw failure("a string is not valid UTF-8", "字符串不是有效的 UTF-8")
        }
        note(isPlain ? .plainString : .escapedString, from: start, to: place)
        place += 1
    }

    /// Goes past eight bytes at a time in which nothing stands that matters to a string.
    ///
    /// - Returns: whether all of them were ASCII.
    private mutating func skipPlain(_ bytes: Span<UInt8>) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        /// The top bit of a byte is set where the byte is 0, and maybe above such a byte.
        func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }
        let text = bytes.bytes
        var all: UInt64 = 0
        while place + 8 <= text.byteCount {
            let word = unsafe text.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
            let controls = (word &- ones &* 0x20) & ~word & tops
            let quotes = zeros(word ^ (ones &* UInt64(UInt8(ascii: "\""))))
            let backslashes = zeros(word ^ (ones &* UInt64(UInt8(ascii: "\\"))))
            if controls | quotes | backslashes != 0 { break }
            all |= word
            place += 8
        }
        return all & tops == 0
    }

    /// The length of the escape that stands here.
    ///
    /// Only the escapes that the canonical writer makes; every one of them stands for a single byte below 0x80.
    private func escape(_ bytes: Span<UInt8>) throws(RecordError) -> Int {
        guard let (_, length) = CanonicalEscape.read(bytes.extracting(place..<bytes.count)) else {
            throw failure("an escape that canonical JSON does not use", "出现规范 JSON 不使用的转义")
        }
        return length
    }
}
