/// A JSON value as this format allows it: no null, no floats, integers within ±(2⁵³−1).
package indirect enum JSONValue: Sendable {
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

    package private(set) var members: [Member] = []

    package init() {}

    /// Members already known to be in order and without duplicates.
    init(sorted members: [Member]) { self.members = members }

    /// The member of that name, compared by bytes; setting nil removes it.
    package subscript(_ name: String) -> JSONValue? {
        get { members.first { $0.name.hasSameBytes(as: name) }?.value }
        set {
            members.removeAll { $0.name.hasSameBytes(as: name) }
            guard let newValue else { return }
            let place = members.firstIndex { name.precedesInUTF16($0.name) } ?? members.endIndex
            members.insert(Member(name: name, value: newValue), at: place)
        }
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
