package import EvidenceCrypto

/// Reads an object's members one by one and says what is wrong with the first that does not fit.
package struct JSONReader {
    package let object: JSONObject
    private let place: String

    /// - Parameter place: what the object is, for the error's words: `files[2]`.
    package init(_ object: JSONObject, in place: String) {
        self.object = object
        self.place = place
    }

    package func failure(_ name: String, en: String, zh: String) -> RecordError {
        RecordError(.malformed, en: "\(place): \"\(name.shown)\" \(en)", zh: "\(place)：“\(name.shown)”\(zh)")
    }

    /// The member's value, nil where it is absent; refused where `convert` gives nothing.
    package func optional<Value>(
        _ name: String, _ convert: (JSONValue) -> Value?
    ) throws(RecordError) -> Value? {
        guard let value = object[name] else { return nil }
        guard let converted = convert(value) else {
            throw failure(name, en: "is not of the form this format asks for", zh: "不符合本格式要求")
        }
        return converted
    }

    /// The member's value; refused where it is absent or `convert` gives nothing.
    package func required<Value>(_ name: String, _ convert: (JSONValue) -> Value?) throws(RecordError) -> Value {
        guard let value = try optional(name, convert) else { throw failure(name, en: "is missing", zh: "缺失") }
        return value
    }

    package func optionalString(_ name: String) throws(RecordError) -> String? { try optional(name, \.string) }
    package func string(_ name: String) throws(RecordError) -> String { try required(name, \.string) }
    package func digest(_ name: String) throws(RecordError) -> Digest { try text(name) { Digest(hex: $0) } }

    /// A string member as `convert` takes it from its bytes; refused where it is absent or `convert` gives nothing.
    func text<Value>(_ name: String, _ convert: (Span<UInt8>) -> Value?) throws(RecordError) -> Value {
        if let found = object.withText(name, convert) ?? nil { return found }
        return try required(name) { _ in nil }
    }

    /// A size or a position: an integer from 0.
    package func count(_ name: String) throws(RecordError) -> UInt64 {
        try required(name) { $0.integer.flatMap { UInt64(exactly: $0) } }
    }

    /// An array of objects, each read by `convert`; empty where the member is absent.
    package func objects<Value>(
        _ name: String, _ convert: (JSONReader) throws(RecordError) -> Value
    ) throws(RecordError) -> [Value] {
        var values: [Value] = []
        for (index, item) in (try optional(name, \.array) ?? []).enumerated() {
            guard let object = item.object else {
                throw failure("\(name)[\(index)]", en: "is not an object", zh: "不是对象")
            }
            values.append(try convert(JSONReader(object, in: "\(name)[\(index)]")))
        }
        return values
    }
}

extension Digest {
    /// A digest written as 64 lower-case hex digits.
    package init?(json: JSONValue) {
        guard let text = json.string, let digest = Digest(hex: text) else { return nil }
        self = digest
    }

    package var json: JSONValue { .string(hex) }
}
