package import EvidenceCrypto
package import EvidenceRecord

/// What an encrypted bundle says of itself without the key: how many parts there are, their sizes and digests, and for whose
/// keys they are.
///
/// FORMAT.md §16, "Encrypted". Nobody signs it: it tells accidents, such as a part that was not copied, from a wrong key. What is inside is a bundle
/// with a signature of its own.
package struct EncryptedIndex: Sendable, Equatable {
    /// An encrypted message that is a part of the ZIP.
    package struct Part: Sendable, Equatable {
        package let sha256: Digest
        package let size: UInt64
    }

    /// Digests of a certificate in DER, and of its key's SubjectPublicKeyInfo.
    package struct Reader: Sendable, Equatable {
        package let certificate: Digest
        package let publicKey: Digest
    }

    static let format = "evidence encrypted bundle v1"
    static let fileName = "encrypted-bundle.json"
    static let folder = "parts"
    static let openText = "OPEN.txt"
    static let chineseOpenText = "OPEN.zh-CN.txt"
    static let largest = 64 * 1_024 * 1_024
    /// As many as names of five digits tell apart, so that a shell puts them in order.
    static let mostParts = 99_999

    package let parts: [Part]
    package let readers: [Reader]

    /// The name of a part's file in its folder, by its place from 0.
    static func name(of index: Int) -> String {
        let number = String(index + 1)
        return String(repeating: "0", count: max(0, 5 - number.count)) + number + ".cms"
    }

    /// The bytes of all parts.
    package var size: UInt64 { parts.reduce(into: 0) { $0.add(clamping: $1.size) } }
}

extension EncryptedIndex {
    /// Reads the file's bytes: canonical JSON with these members and no others.
    package init(parsing bytes: [UInt8]) throws(RecordError) {
        guard let object = try JSONValue(canonical: bytes).object else {
            throw RecordError(.malformed, en: "it is not a JSON object", zh: "不是 JSON 对象")
        }
        let reader = JSONReader(object, in: EncryptedIndex.fileName)
        guard try reader.string("format") == EncryptedIndex.format else {
            throw RecordError(.malformed, en: "it is of another version", zh: "版本不同")
        }
        func digest(_ item: JSONReader, _ name: String) throws(RecordError) -> Digest {
            try item.required(name) { $0.string.flatMap { Digest(hex: $0) } }
        }
        parts = try reader.objects("parts") { (item) throws(RecordError) in
            Part(sha256: try digest(item, "sha256"), size: try item.count("size"))
        }
        readers = try reader.objects("readers") { (item) throws(RecordError) in
            Reader(certificate: try digest(item, "certificate"), publicKey: try digest(item, "publicKey"))
        }
        guard self.bytes == bytes, !parts.isEmpty, parts.count <= EncryptedIndex.mostParts else {
            throw RecordError(.malformed, en: "it has members that are not expected", zh: "含有不应出现的成员")
        }
    }

    /// The file's bytes.
    package var bytes: [UInt8] {
        var object = JSONObject()
        object["format"] = .string(EncryptedIndex.format)
        object["parts"] = .array(
            parts.map { part in
                var member = JSONObject()
                member["sha256"] = .string(part.sha256.hex)
                member["size"] = .integer(Int64(clamping: part.size))
                return .object(member)
            })
        object["readers"] = .array(
            readers.map { reader in
                var member = JSONObject()
                member["certificate"] = .string(reader.certificate.hex)
                member["publicKey"] = .string(reader.publicKey.hex)
                return .object(member)
            })
        return JSONValue.object(object).canonicalBytes
    }
}
