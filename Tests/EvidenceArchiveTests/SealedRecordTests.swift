import EvidenceCrypto
import EvidenceFiles
import EvidenceRecord
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing

/// What a sealed record may be when it is opened, whoever wrote it.
final class SealedRecordTests {
    private let folder: TemporaryFolder
    private let recipient: Recipient
    private let key: DecryptionKey
    private static let salt = [UInt8](repeating: 7, count: Body.saltSize)

    init() throws {
        folder = try TemporaryFolder()
        let reader = try EnvelopeReader("court", in: folder.url)
        let certificate = try Certificate(pem: [UInt8](Data(contentsOf: reader.certificate)))
        recipient = try Recipient(certificate, now: certificate.notBefore)
        key = try DecryptionKey(pem: [UInt8](Data(contentsOf: reader.key)), passphrase: nil)
    }

    private func encrypt(_ plaintext: [UInt8], _ name: String) throws -> SealedRecord.Part {
        let writer = try EnvelopeWriter(to: [recipient])
        var message: [UInt8] = []
        try plaintext.withUnsafeBytes { try writer.update($0) { message += $0 } }
        try writer.finish { message += $0 }
        let path = folder.url.appendingPathComponent(name)
        try Data(message).write(to: path)
        return SealedRecord.Part(name: name, sha256: SHA256Hasher.hash(message), path: FilePath(path.path))
    }

    private func file(_ name: String, _ content: [UInt8]) -> FileRecord {
        var verity = FSVerityHasher()
        content.withUnsafeBytes { verity.update($0) }
        return FileRecord(
            name: name, nameBytes: nil, size: UInt64(content.count), type: "text/plain",
            sha256: SHA256Hasher.hash(content), fsverity: verity.finish(), held: .stored, location: nil, modified: nil)
    }

    private func inner(_ files: [FileRecord]) -> [UInt8] {
        var added = EvidenceAdded(kind: "letter", title: "举报信")
        added.files = files
        return Body.bytes(added.json, salt: SealedRecordTests.salt)
    }

    /// Opens a record whose outside commits to `body`.
    private func open(_ body: [UInt8], as part: SealedRecord.Part, _ files: [[SealedRecord.Part]]) throws
        -> SealedRecord
    {
        let reader = Sealing.Reader(
            subject: "CN=court", certificate: recipient.fingerprint, publicKey: recipient.publicKey)
        let sealing = Sealing(body: SHA256Hasher.hash(body), readers: [reader])
        return try SealedRecord(opening: sealing, of: 3, body: part, files: files, with: key)
    }

    private func refusal(_ body: () throws -> Void) -> EvidenceError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? EvidenceError)?.code
        }
    }

    private let content = Array("举报内容".utf8)

    @Test func `what was sealed comes out, of as many parts as there are`() throws {
        let body = inner([file("信.txt", content), file("空.txt", [])])
        let record = try open(
            body, as: encrypt(body, "body.cms"),
            [
                [encrypt(Array(content.prefix(5)), "1-1.cms"), encrypt(Array(content.dropFirst(5)), "1-2.cms")],
                [encrypt([], "2-1.cms")],
            ])
        #expect(record.inside.title == "举报信" && record.inside.files.map(\.name) == ["信.txt", "空.txt"])
        var found: [UInt8] = []
        try record.read(0) { found += $0 }
        #expect(found == content)
        try record.read(1) { _ in Issue.record("the second file is empty") }
    }

    @Test func `another inner body, sealed to the same reader, is not taken`() throws {
        let body = inner([file("信.txt", content)])
        let other = inner([file("信.txt", Array("别的".utf8))])
        let parts = [[try encrypt(content, "1-1.cms")]]
        #expect(refusal { _ = try open(body, as: encrypt(other, "body.cms"), parts) } == .damaged)
    }

    @Test func `a file that is not the inner body's is not given out`() throws {
        let body = inner([file("信.txt", content)])
        let part = try encrypt(body, "body.cms")
        for wrong in [Array("举报内窖".utf8), content + [0], Array(content.dropLast()), []] {
            let record = try open(body, as: part, [[encrypt(wrong, "1-1.cms")]])
            #expect(refusal { try record.read(0) { _ in } } == .damaged)
            let target = FilePath(folder.url.appendingPathComponent("out").path)
            #expect(refusal { try record.write(0, to: target) { _ in } } == .damaged)
            try FileManager.default.removeItem(atPath: target.string)
        }
    }

    @Test func `parts in another order, one left out, or one too many, are not what was sealed`() throws {
        let body = inner([file("信.txt", content)])
        let part = try encrypt(body, "body.cms")
        let (one, two) = (
            try encrypt(Array(content.prefix(6)), "1-1.cms"), try encrypt(Array(content.dropFirst(6)), "1-2.cms")
        )
        for parts in [[two, one], [one], [two], [one, two, two], []] {
            let record = try open(body, as: part, [parts])
            #expect(refusal { try record.read(0) { _ in } } == .damaged)
        }
        for files in [[], [[one, two], [one]]] as [[[SealedRecord.Part]]] {
            #expect(refusal { _ = try open(body, as: part, files) } == .damaged)
        }
    }

    @Test func `an inside that is no record is refused, though the outside commits to it`() throws {
        let nested = EvidenceAdded(
            sealed: Sealing(
                body: SHA256Hasher.hash([1]),
                readers: [
                    Sealing.Reader(subject: "x", certificate: SHA256Hasher.hash([1]), publicKey: SHA256Hasher.hash([1]))
                ]),
            parts: [])
        let bodies: [[UInt8]] = [
            Array("{}".utf8), Array("no JSON".utf8), [], Body.bytes(JSONObject(), salt: SealedRecordTests.salt),
            Body.bytes(nested.json, salt: SealedRecordTests.salt), inner([]) + [0x0a],
        ]
        for body in bodies {
            #expect(refusal { _ = try open(body, as: encrypt(body, "body.cms"), []) } == .damaged)
        }
    }

    @Test func `a part that was cut or changed on the disk is damage`() throws {
        let body = inner([file("信.txt", content)])
        let part = try encrypt(body, "body.cms")
        let whole = try encrypt(content, "1-1.cms")
        let record = try open(body, as: part, [[whole]])
        let path = folder.url.appendingPathComponent("1-1.cms")
        let bytes = try Data(contentsOf: path)
        for changed in [bytes.dropLast(), bytes + [0], Data(bytes.reversed()), Data()] {
            try Data(changed).write(to: path)
            #expect(refusal { try record.read(0) { _ in } } == .damaged)
        }
        // Where no digest of the part is on record, it is the content's digests that tell.
        try Data(bytes.dropLast(3)).write(to: path)
        let loose = SealedRecord.Part(name: "1-1.cms", sha256: nil, path: FilePath(path.path))
        #expect(refusal { try open(body, as: part, [[loose]]).read(0) { _ in } } == .damaged)
    }
}
