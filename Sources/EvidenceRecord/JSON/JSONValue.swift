/// A JSON value as this format allows it: no null, no floats, integers within ±(2⁵³−1).
package enum JSONValue: Sendable {
    case object(JSONObject)
    case array([JSONValue])
    case string(String)
    case integer(Int64)
    case bool(Bool)

    /// The largest integer that every JSON reader keeps exactly: 2⁵³−1.
    package static let largestInteger: Int64 = 9_007_199_254_740_991
    /// How deep objects and arrays may be nested in one another.
    package static let deepestNesting = 32

    package var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    package var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The value in RFC 8785 canonical form, UTF-8.
    package var canonicalBytes: [UInt8] {
        var writer = CanonicalWriter()
        writer.write(self)
        return writer.bytes
    }
}

/// A JSON object whose members stand in RFC 8785 order: by the UTF-16 code units of their names.
package struct JSONObject: Sendable {
    /// One member.
    ///
    /// A struct, because a tuple here makes the debug compiler see a circular reference.
    package struct Member: Sendable {
        package let name: String
        package let value: JSONValue
    }

    private enum Storage {
        case built([Member])
        /// In a text, at a place of it, from which members are taken as they are asked for.
        case read(JSONText, Int)
    }

    private var storage = Storage.built([])

    package init() {}

    /// An object of a text.
    init(_ text: JSONText, at place: Int) { storage = .read(text, place) }

    package var members: [Member] {
        switch storage {
        case .built(let members): members
        case .read(let text, let place): text.members(of: place)
        }
    }

    /// The number of members.
    package var count: Int {
        switch storage {
        case .built(let members): members.count
        case .read(let text, let place): text.memberCount(of: place)
        }
    }

    /// The member of that name, compared by bytes; setting nil removes it.
    package subscript(_ name: String) -> JSONValue? {
        get {
            switch storage {
            case .built(let members): members.first { $0.name.hasSameBytes(as: name) }?.value
            case .read(let text, let place): text.member(of: place, named: name).map { text.value(at: $0) }
            }
        }
        set {
            var members = members
            storage = .built([])
            members.removeAll { $0.name.hasSameBytes(as: name) }
            if let newValue {
                let place = members.firstIndex { name.precedesInUTF16($0.name) } ?? members.endIndex
                members.insert(Member(name: name, value: newValue), at: place)
            }
            storage = .built(members)
        }
    }

    /// Adds a member whose name comes after those of all others.
    mutating func append(_ name: String, _ value: JSONValue) {
        var members = members
        precondition(members.last.map { $0.name.precedesInUTF16(name) } ?? true, "members are appended in order")
        storage = .built([])
        members.append(Member(name: name, value: value))
        storage = .built(members)
    }

    /// Calls `body` with a string member's bytes; nil where there is no such member, or it is no string.
    func withText<Result>(_ name: String, _ body: (Span<UInt8>) -> Result) -> Result? {
        switch storage {
        case .built(let members):
            members.first { $0.name.hasSameBytes(as: name) }?.value.string.map { body($0.utf8.span) }
        case .read(let text, let place): text.member(of: place, named: name).flatMap { text.withText(at: $0, body) }
        }
    }

    /// The names of the members that are not among these, in order.
    package func names(except known: [String]) -> [String] {
        members.map(\.name).filter { name in !known.contains { $0.hasSameBytes(as: name) } }
    }

    /// The objects of so many members that are inside this one, however deep, and itself where it is one.
    func objects(withCount wanted: Int) -> [JSONObject] {
        switch storage {
        case .read(let text, let place): return text.objects(inside: place, withCount: wanted)
        case .built(let members):
            func inside(_ value: JSONValue) -> [JSONObject] {
                switch value {
                case .object(let object): object.objects(withCount: wanted)
                case .array(let items): items.flatMap(inside)
                default: []
                }
            }
            return (members.count == wanted ? [self] : []) + members.flatMap { inside($0.value) }
        }
    }

    /// Appends the bytes that the object was read from; false where it was built.
    func writeAsRead(to bytes: inout [UInt8]) -> Bool {
        guard case .read(let text, let place) = storage else { return false }
        bytes += text.written(at: place)
        return true
    }

    /// Sets a string, or nothing where it is nil.
    package mutating func set(_ name: String, _ value: String?) { self[name] = value.map { .string($0) } }
    /// Sets an integer, or nothing where it is nil.
    package mutating func set(_ name: String, _ value: Int64?) { self[name] = value.map { .integer($0) } }
    /// Sets an array, or nothing where it is empty.
    package mutating func set(_ name: String, _ values: [JSONValue]) {
        self[name] = values.isEmpty ? nil : .array(values)
    }
}

extension String {
    /// Equality of bytes: Swift's `==` takes é and e + ´ for the same, and evidence does not.
    package func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// RFC 8785 §3.2.3: names are sorted by their UTF-16 code units.
    func precedesInUTF16(_ other: String) -> Bool { utf16.lexicographicallyPrecedes(other.utf16) }
}
