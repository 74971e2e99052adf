internal import EvidenceCrypto

/// What an entry commits to: canonical JSON of at most 16 MiB with a random salt.
///
/// FORMAT.md, "Body".
package struct Body: Sendable {
    /// The most bytes a body may have: 16 MiB.
    package static let largestSize = 16 * 1_024 * 1_024
    /// Random bytes in a salt, so that nobody can guess a body from its digest.
    package static let saltSize = 16

    package let object: JSONObject

    /// Reads a body's bytes: canonical form, size and salt.
    ///
    /// What a type asks for beyond that is read by its own struct.
    package init(parsing bytes: [UInt8]) throws(RecordError) {
        guard bytes.count <= Body.largestSize else {
            throw RecordError(.malformed, en: "the body has more than 16 MiB", zh: "正文超过 16 MiB")
        }
        guard let object = try JSONValue(canonical: bytes).object else {
            throw RecordError(.malformed, en: "the body is not a JSON object", zh: "正文不是 JSON 对象")
        }
        _ = try JSONReader(object, in: "body").required("salt") { value -> [UInt8]? in
            guard let salt = value.string.flatMap({ [UInt8](hex: $0) }), salt.count == Body.saltSize else { return nil }
            return salt
        }
        self.object = object
    }

    /// The bytes of a new body.
    ///
    /// - Parameter salt: ``saltSize`` random bytes.
    package static func bytes(_ object: JSONObject, salt: [UInt8]) -> [UInt8] {
        precondition(salt.count == saltSize)
        var object = object
        object["salt"] = .string(salt.hex)
        return JSONValue.object(object).canonicalBytes
    }

    /// Every reference to another entry in the body, however deep.
    package var references: [EntryReference] {
        var found: [EntryReference] = []
        func search(_ value: JSONValue) {
            if let reference = EntryReference(json: value) {
                found.append(reference)
            } else if let object = value.object {
                for member in object.members { search(member.value) }
            } else if let array = value.array {
                for item in array { search(item) }
            }
        }
        search(.object(object))
        return found
    }

    var reader: JSONReader { JSONReader(object, in: "body") }
}
