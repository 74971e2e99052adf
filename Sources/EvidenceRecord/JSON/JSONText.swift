/// A text in canonical form, with where every value of it stands.
///
/// Made by the parser alone; values are taken out of it as they are asked for.
final class JSONText: Sendable {
    /// The most bytes a text may have: offsets are kept in 32 bits.
    static let largestSize = Int(UInt32.max)

    /// One value or member's name, in the order of the text; an object's members are a name and a value each.
    struct Node {
        enum Kind: UInt8 {
            case object, array, plainString, escapedString, integer, `true`, `false`
        }

        let kind: Kind
        /// Where it stands: strings without their quotes.
        let start: UInt32
        var end: UInt32
        /// The place of the next node that is not inside this one.
        var next: UInt32

        var count: Int { Int(end - start) }
    }

    private let bytes: [UInt8]
    private let nodes: [Node]

    init(_ bytes: [UInt8], _ nodes: [Node]) {
        self.bytes = bytes
        self.nodes = nodes
    }

    func value(at place: Int) -> JSONValue {
        switch nodes[place].kind {
        case .object: .object(JSONObject(self, at: place))
        case .array: .array(children(of: place).map { value(at: $0) })
        case .plainString, .escapedString: .string(string(at: place))
        case .integer: .integer(integer(at: place))
        case .true: .bool(true)
        case .false: .bool(false)
        }
    }

    private func string(at place: Int) -> String {
        JSONText.string(written(at: place).span, isPlain: nodes[place].kind == .plainString)
    }

    private func integer(at place: Int) -> Int64 {
        let digits = written(at: place)
        let isNegative = digits.first == UInt8(ascii: "-")
        let value = digits.dropFirst(isNegative ? 1 : 0).reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        return isNegative ? -value : value
    }

    /// The bytes of a value as they stand in the text; of a string without the quotes.
    func written(at place: Int) -> ArraySlice<UInt8> {
        bytes[Int(nodes[place].start)..<Int(nodes[place].end)]
    }

    /// Calls `body` with what a string says; nil where another value stands there.
    func withText<Result>(at place: Int, _ body: (Span<UInt8>) -> Result) -> Result? {
        let (node, bytes) = (nodes[place], self.bytes)
        return switch node.kind {
        case .plainString: body(bytes.span.extracting(Int(node.start)..<Int(node.end)))
        case .escapedString: body(string(at: place).utf8.span)
        default: nil
        }
    }

    // MARK: Objects and arrays

    private func children(of place: Int) -> [Int] {
        var children: [Int] = []
        var next = place + 1
        while next < nodes[place].next {
            children.append(next)
            next = Int(nodes[next].next)
        }
        return children
    }

    /// An object's members.
    func members(of place: Int) -> [JSONObject.Member] {
        var members: [JSONObject.Member] = []
        var next = place + 1
        while next < nodes[place].next {
            members.append(JSONObject.Member(name: string(at: next), value: value(at: next + 1)))
            next = Int(nodes[next + 1].next)
        }
        return members
    }

    /// How many members an object has.
    func memberCount(of place: Int) -> Int {
        var count = 0
        var next = place + 1
        while next < nodes[place].next {
            count += 1
            next = Int(nodes[next + 1].next)
        }
        return count
    }

    /// The objects of so many members at this place and inside.
    func objects(inside place: Int, withCount wanted: Int) -> [JSONObject] {
        (place..<Int(nodes[place].next)).filter { nodes[$0].kind == .object && memberCount(of: $0) == wanted }
            .map { JSONObject(self, at: $0) }
    }

    /// The place of an object's member; nil where there is none of that name.
    func member(of place: Int, named name: String) -> Int? {
        let wanted = name.utf8.span
        let first = wanted.isEmpty ? 0xff : wanted[0]
        let end = Int(nodes[place].next)
        var next = place + 1
        while next < end {
            let node = nodes[next]
            if node.kind == .plainString {
                if node.count == wanted.count, isHere(wanted, at: Int(node.start)) { return next + 1 }
                // Names are in order, and of ASCII the bytes are.
                if node.count > 0, first < min(0x80, bytes[Int(node.start)]) { return nil }
            } else if string(at: next).hasSameBytes(as: name) {
                return next + 1
            }
            next = Int(nodes[next + 1].next)
        }
        return nil
    }

    private func isHere(_ text: Span<UInt8>, at start: Int) -> Bool {
        for offset in 0..<text.count where bytes[start + offset] != text[offset] { return false }
        return true
    }

    // MARK: Strings

    /// What a string says.
    ///
    /// - Precondition: `written` was found to be in canonical form.
    static func string(_ written: Span<UInt8>, isPlain: Bool) -> String {
        if isPlain { return String(copying: unsafe UTF8Span(unchecked: written)) }
        var content: [UInt8] = []
        var place = 0
        while place < written.count {
            if written[place] == UInt8(ascii: "\\"),
                let (byte, length) = CanonicalEscape.read(written.extracting(place..<written.count))
            {
                content.append(byte)
                place += length
            } else {
                content.append(written[place])
                place += 1
            }
        }
        return String(decoding: content, as: UTF8.self)
    }
}
