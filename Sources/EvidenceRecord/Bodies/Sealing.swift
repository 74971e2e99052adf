package import EvidenceCrypto

/// What stands outside a sealed record: what commits to its inside, and who can open it.
///
/// FORMAT.md §6. The inside is a body as of a record that is not sealed, with a salt of its own, and its files. Both are
/// encrypted in parts: the body in ``bodyName``, file *k* of the body in `k-1.cms`, `k-2.cms` and so on.
package struct Sealing: Sendable {
    /// Somebody whose certificate the record is encrypted to.
    package struct Reader: Sendable, Hashable {
        /// The certificate's subject, as RFC 4514 writes it.
        package let subject: String
        /// SHA-256 of the certificate in DER.
        package let certificate: Digest
        /// SHA-256 of the certificate's SubjectPublicKeyInfo in DER: what the private key is known by.
        package let publicKey: Digest

        package init(subject: String, certificate: Digest, publicKey: Digest) {
            self.subject = subject
            self.certificate = certificate
            self.publicKey = publicKey
        }
    }

    /// The encrypted inner body.
    package static let bodyName = "body.cms"
    /// The media type of every part.
    package static let partType = "application/pkcs7-mime"

    /// SHA-256 of the inner body's bytes.
    package let body: Digest
    package let readers: [Reader]

    package init(body: Digest, readers: [Reader]) {
        self.body = body
        self.readers = readers
    }

    init(_ reader: JSONReader) throws(RecordError) {
        body = try reader.digest("body")
        readers = try reader.objects("readers") { (item) throws(RecordError) in
            Reader(
                subject: try item.string("subject"), certificate: try item.digest("sha256"),
                publicKey: try item.digest("key"))
        }
        guard !readers.isEmpty else { throw reader.failure("readers", en: "names nobody", zh: "未列出任何读取人") }
    }

    var json: JSONObject {
        var object = JSONObject()
        object["body"] = body.json
        object["readers"] = .array(
            readers.map { reader in
                var item = JSONObject()
                item["subject"] = .string(reader.subject)
                item["sha256"] = reader.certificate.json
                item["key"] = reader.publicKey.json
                return .object(item)
            })
        return object
    }

    /// The reader whose private key this is; nil where it is none of theirs.
    package func reader(with key: DecryptionKey) -> Reader? { readers.first { $0.publicKey == key.publicKey } }

    // MARK: Parts

    /// The name of a part of a file; both count from 1.
    package static func partName(file: Int, part: Int) -> String { "\(file)-\(part).cms" }

    /// Whether a part may have that name.
    package static func isPartName(_ name: String) -> Bool {
        if name == bodyName { return true }
        let numbers = name.prefix { $0 != "." }.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let file = numbers[0], let part = numbers[1], file > 0, part > 0 else { return false }
        return name == partName(file: file, part: part)
    }

    /// The parts of each file, in order.
    ///
    /// - Precondition: `parts` are a sealed record's as ``EvidenceAdded`` reads them.
    package static func byFile(_ parts: [FileRecord]) -> [[FileRecord]] {
        var files: [[FileRecord]] = []
        for part in parts.dropFirst() {
            if part.name == partName(file: files.count + 1, part: 1) { files.append([]) }
            files[files.count - 1].append(part)
        }
        return files
    }

    /// Holds the parts against their form: the body first, then each file's in order without a gap, all of them stored.
    static func check(_ parts: [FileRecord]) throws(RecordError) {
        guard !parts.isEmpty else {
            throw RecordError(.malformed, en: "body: a sealed record without parts", zh: "body：密封记录没有任何部分")
        }
        var (file, part) = (0, 0)
        for (place, record) in parts.enumerated() {
            var isNext = true
            switch record.name {
            case bodyName: isNext = place == 0
            case partName(file: file, part: part + 1) where file > 0: part += 1
            case partName(file: file + 1, part: 1) where place > 0: (file, part) = (file + 1, 1)
            default: isNext = false
            }
            guard isNext, record.held == .stored, record.nameBytes == nil, record.type == partType,
                record.size <= UInt64(EnvelopeParts.largestMessage)
            else {
                throw RecordError(
                    .malformed, en: "body: \"files[\(place)]\" is not the next part of a sealed record",
                    zh: "body：“files[\(place)]”不是密封记录的下一部分")
            }
        }
    }
}
