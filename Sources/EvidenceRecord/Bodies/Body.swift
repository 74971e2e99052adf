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
        _ = try JSONReader(object, in: "body").text("salt") { digits -> Bool? in
            [UInt8](hex: digits)?.count == Body.saltSize ? true : nil
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
        object.objects(withCount: EntryReference.memberCount).compactMap { EntryReference(json: .object($0)) }
    }

    var reader: JSONReader { JSONReader(object, in: "body") }
}
