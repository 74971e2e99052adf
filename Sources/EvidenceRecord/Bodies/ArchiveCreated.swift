package import EvidenceCrypto
package import TransparencyLog

/// The body of `archive.created`: the archive's origin and key, and what it continues.
package struct ArchiveCreated: Sendable {
    /// An older archive that this one goes on from, after the loss of a key or of its newest entries.
    package struct Continued: Sendable {
        package let origin: String
        package let key: String
        package let size: UInt64
        package let root: Digest
        package let reason: String

        package init(origin: String, key: String, size: UInt64, root: Digest, reason: String) {
            self.origin = origin
            self.key = key
            self.size = size
            self.root = root
            self.reason = reason
        }
    }

    package let key: VerifierKey
    package let title: String?
    package let continued: Continued?

    /// The archive's origin, which is also its key's name.
    package var origin: String { key.name }

    package init(key: VerifierKey, title: String?, continued: Continued?) {
        self.key = key
        self.title = title
        self.continued = continued
    }

    package init(_ body: Body) throws(RecordError) {
        let reader = body.reader
        key = try reader.required("key", VerifierKey.init(json:))
        let origin = try reader.string("origin")
        guard origin.hasSameBytes(as: key.name) else {
            throw reader.failure("origin", en: "is not the key's name", zh: "与密钥名称不一致")
        }
        title = try reader.optionalString("title")
        continued = try reader.optional("continues", \.object).map { (object) throws(RecordError) in
            let reader = JSONReader(object, in: "continues")
            return Continued(
                origin: try reader.string("origin"), key: try reader.string("key"), size: try reader.count("size"),
                root: try reader.digest("root"), reason: try reader.string("reason"))
        }
    }

    package var json: JSONObject {
        var object = JSONObject()
        object["origin"] = .string(origin)
        object["key"] = .string(key.description)
        object.set("title", title)
        if let continued {
            var member = JSONObject()
            member["origin"] = .string(continued.origin)
            member["key"] = .string(continued.key)
            member["size"] = .integer(Int64(continued.size))
            member["root"] = continued.root.json
            member["reason"] = .string(continued.reason)
            object["continues"] = .object(member)
        }
        return object
    }
}

extension VerifierKey {
    /// A C2SP verifier key that checks Ed25519 note signatures.
    package init?(json: JSONValue) {
        guard let text = json.string, let key = try? VerifierKey(text), key.type == .ed25519 else { return nil }
        self = key
    }
}
