package import EvidenceCrypto
package import TransparencyLog

/// Who a signer is, in the words of whoever enrols.
package struct PersonDetails: Sendable {
    package let person: String
    package let unit: String?
    package let role: String?

    package init(person: String, unit: String?, role: String?) {
        self.person = person
        self.unit = unit
        self.role = role
    }

    init(_ reader: JSONReader) throws(RecordError) {
        person = try reader.string("person")
        unit = try reader.optionalString("unit")
        role = try reader.optionalString("role")
    }

    func write(to object: inout JSONObject) {
        object["person"] = .string(person)
        object.set("unit", unit)
        object.set("role", role)
    }
}

/// What a new signer hands to whoever enrols: name, key and person, signed by the new key.
///
/// A C2SP signed note whose text is two lines: ``header``, and canonical JSON with `key`, `name`, `person`, `unit`, `role`.
package struct SignerSlip: Sendable {
    /// The first line of a slip's text.
    package static let header = "evidence signer slip v1"

    package let key: VerifierKey
    package let details: PersonDetails
    package let note: SignedNote

    /// Makes and signs a slip.
    package init(key: VerifierKey, details: PersonDetails, privateKey: Ed25519PrivateKey) throws {
        var object = JSONObject()
        object["key"] = .string(key.description)
        object["name"] = .string(key.name)
        details.write(to: &object)
        let line = String(decoding: JSONValue.object(object).canonicalBytes, as: UTF8.self)
        var note = try SignedNote(text: SignerSlip.header + "\n" + line + "\n", signatures: [])
        try note.sign(as: key, with: privateKey)
        self.key = key
        self.details = details
        self.note = note
    }

    /// Reads a slip and checks its signature.
    ///
    /// Whether the person is who the slip says is not checked.
    package init(parsing bytes: [UInt8]) throws(RecordError) {
        let notSlip = RecordError(.malformed, en: "this is not a signer's slip", zh: "这不是签名人登记单")
        guard let note = try? SignedNote(parsing: bytes) else { throw notSlip }
        let lines = note.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 3, lines[0].elementsEqual(SignerSlip.header.utf8), lines[2].isEmpty,
            let object = try JSONValue(canonical: Array(lines[1])).object
        else { throw notSlip }
        let reader = JSONReader(object, in: "slip")
        key = try reader.required("key", VerifierKey.init(json:))
        details = try PersonDetails(reader)
        let name = try reader.string("name")
        guard name.hasSameBytes(as: key.name), SignerName.isValid(name) else {
            throw reader.failure("name", en: "is not the key's name", zh: "与密钥名称不一致")
        }
        guard note.verify(key) == .valid else {
            throw RecordError(.malformed, en: "the slip's signature is not valid", zh: "登记单的签名无效")
        }
        self.note = note
    }
}

/// The body of `signer.enrolled`.
package struct SignerEnrolled: Sendable {
    package let slip: SignerSlip
    package let mayEnrol: Bool

    package init(slip: SignerSlip, mayEnrol: Bool) {
        self.slip = slip
        self.mayEnrol = mayEnrol
    }

    package init(_ body: Body) throws(RecordError) {
        let reader = body.reader
        slip = try SignerSlip(parsing: Array(try reader.string("slip").utf8))
        mayEnrol = try reader.required("mayEnrol", \.bool)
        // The members a person reads must say what the new key signed.
        let written = try PersonDetails(reader)
        let name = try reader.string("name")
        let key = try reader.string("key")
        guard name.hasSameBytes(as: slip.key.name), key.hasSameBytes(as: slip.key.description),
            written.person.hasSameBytes(as: slip.details.person), written.unit.hasSameBytes(as: slip.details.unit),
            written.role.hasSameBytes(as: slip.details.role)
        else { throw reader.failure("slip", en: "says something else than the body", zh: "与正文内容不一致") }
    }

    package var json: JSONObject {
        var object = JSONObject()
        object["name"] = .string(slip.key.name)
        object["key"] = .string(slip.key.description)
        slip.details.write(to: &object)
        object["mayEnrol"] = .bool(mayEnrol)
        object["slip"] = .string(String(decoding: slip.note.bytes, as: UTF8.self))
        return object
    }
}

/// The body of `signer.revoked`.
package struct SignerRevoked: Sendable {
    package let name: String
    package let reason: String

    package init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }

    package init(_ body: Body) throws(RecordError) {
        name = try body.reader.string("name")
        reason = try body.reader.string("reason")
    }

    package var json: JSONObject {
        var object = JSONObject()
        object["name"] = .string(name)
        object["reason"] = .string(reason)
        return object
    }
}

extension String? {
    fileprivate func hasSameBytes(as other: String?) -> Bool {
        switch (self, other) {
        case (nil, nil): true
        case (let left?, let right?): left.hasSameBytes(as: right)
        default: false
        }
    }
}
