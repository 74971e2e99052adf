import CaseBundle
import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Foundation
import Testing
import TransparencyLog

/// A case with a sealed record, handed over as it is or sealed anew.
final class SealedBundleTests {
    typealias Parts = [(name: String, bytes: [UInt8])]

    private static let salt = [UInt8](repeating: 7, count: Body.saltSize)
    private static let content = Array("冷库的阀门被人焊死了".utf8)

    private let folder: URL
    /// Whom the archive's record is sealed to.
    private let prosecutor: Recipient
    /// Who gets the bundle.
    private let court: Recipient
    private let sample: SampleCase
    private let original: Parts

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func recipient(_ reader: EnvelopeReader) throws -> Recipient {
            let certificate = try Certificate(pem: [UInt8](Data(contentsOf: reader.certificate)))
            return try Recipient(certificate, now: certificate.notBefore)
        }
        prosecutor = try recipient(EnvelopeReader("prosecutor", .p256, in: folder))
        court = try recipient(EnvelopeReader("court", .rsa2048, in: folder))
        original = try SealedBundleTests.seal(SealedBundleTests.inner, to: prosecutor)
        let reader = Sealing.Reader(
            subject: prosecutor.certificate.subject, certificate: prosecutor.fingerprint,
            publicKey: prosecutor.publicKey)
        let outside = EvidenceAdded(
            sealed: Sealing(body: SHA256Hasher.hash(SealedBundleTests.inner), readers: [reader]),
            parts: original.map {
                SealedBundleTests.record($0.name, $0.bytes, type: Sealing.partType)
            })
        sample = SampleCase(SampleCase.Options(sealed: outside.json))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private static func record(_ name: String, _ bytes: [UInt8], type: String = "text/plain") -> FileRecord {
        var verity = FSVerityHasher()
        bytes.withUnsafeBytes { verity.update($0) }
        return FileRecord(
            name: name, nameBytes: nil, size: UInt64(bytes.count), type: type, sha256: SHA256Hasher.hash(bytes),
            fsverity: verity.finish(), held: .stored, location: nil, modified: nil)
    }

    private static let inner: [UInt8] = {
        var added = EvidenceAdded(kind: "letter", title: "举报信")
        added.files = [record("信.txt", content), record("空.txt", [])]
        return Body.bytes(added.json, salt: salt)
    }()

    /// A record with two files, the first in parts of ten bytes.
    private static func seal(
        _ body: [UInt8], _ content: [UInt8] = content, to recipient: Recipient
    ) throws -> Parts {
        var parts: Parts = []
        for (file, bytes) in [(0, body), (1, content), (2, [])] {
            let envelopes = try EnvelopeParts(to: [recipient], partSize: file == 0 ? 1 << 20 : 10)
            var message: [UInt8] = []
            var count = 0
            let take: (EnvelopeParts.Output) -> Void = {
                switch $0 {
                case .bytes(let bytes): message += bytes
                case .end:
                    count += 1
                    parts.append(
                        (file == 0 ? Sealing.bodyName : Sealing.partName(file: file, part: count), message))
                    message = []
                }
            }
            try bytes.withUnsafeBytes { try envelopes.update($0, output: take) }
            try envelopes.finish(output: take)
        }
        return parts
    }

    private func key(_ name: String) throws -> DecryptionKey {
        let pem = try Data(contentsOf: folder.appendingPathComponent("\(name).key"))
        return try DecryptionKey(pem: [UInt8](pem), passphrase: nil)
    }

    /// The bundle with everything sealed anew to the court.
    private func anew() throws -> SampleBundle {
        try SampleBundle(sample, parts: SealedBundleTests.seal(SealedBundleTests.inner, to: court))
    }

    private func codes(_ report: VerificationReport) -> Set<Problem.Code> {
        Set((report.problems + report.unchecked + report.warnings).map(\.code)).subtracting([.noOutsideAnchor])
    }

    // MARK: Untouched

    @Test func `what was sealed anew is checked by its recipient, and by nobody else`() throws {
        let bundle = try anew()
        let alone = try bundle.verify()
        #expect(codes(alone) == [.sealedNotOpened] && alone.exitStatus == 3, "\(alone.summary)")
        #expect(alone.unchecked.first?.seq == sample.sealed)
        let opened = try bundle.verify(key: key("court"))
        #expect(codes(opened) == [] && opened.exitStatus == 0, "\(opened.summary)")
        #expect(opened.checked.files == alone.checked.files + 2)
        let other = try bundle.verify(key: key("prosecutor"))
        #expect(codes(other) == [.sealedNotOpened] && other.exitStatus == 3, "\(other.summary)")
    }

    @Test func `what goes out as it is, the log vouches for`() throws {
        let bundle = try SampleBundle(sample, parts: original)
        let alone = try bundle.verify()
        #expect(codes(alone) == [.sealedContentNotChecked] && alone.exitStatus == 0, "\(alone.summary)")
        let opened = try bundle.verify(key: key("prosecutor"))
        #expect(codes(opened) == [] && opened.exitStatus == 0, "\(opened.summary)")
        let other = try bundle.verify(key: key("court"))
        #expect(codes(other) == [.sealedContentNotChecked] && other.exitStatus == 0, "\(other.summary)")
    }

    @Test func `both verifiers say the same, and other people's tools find the bag valid`() throws {
        for bundle in [try anew(), try SampleBundle(sample, parts: original)] {
            try expectAgreement(bundle)
            let bagit = Tool.validators.appendingPathComponent("bagit.py").path
            #expect(try Tool.run(bagit, "--validate", ".", in: bundle.url).status == 0)
            let crate = try bundle.text("data/ro-crate-metadata.json")
            for path in bundle.paths where path.hasPrefix("data/sealed/") {
                #expect(crate.contains("\"\(path)\"") || crate.contains(path.dropFirst(5)))
            }
        }
    }

    private func expectAgreement(_ bundle: SampleBundle) throws {
        let report = try bundle.verify()
        let own = Set((report.problems + report.unchecked + report.warnings).map(\.code.rawValue))
        let other = try IndependentVerifier.check(bundle.url, ["--key", SampleKey.archive.key.description])
        #expect(other.words.intersection(Problem.Code.allCases.map(\.rawValue)) == own, "\(other.text)")
        #expect(other.status == report.exitStatus, "\(other.text)")
    }

    // MARK: Attacks

    /// What whoever signs the bundle may do to it, and what is then said with the recipient's key and without.
    private struct Attack {
        let name: String
        let withKey: Set<Problem.Code>
        let alone: Set<Problem.Code>
        let change: (SampleBundle, _ path: (String) -> String) throws -> Void
    }

    private func attacks() throws -> [Attack] {
        let unseen: Set<Problem.Code> = [.sealedNotOpened]
        let altered: Set<Problem.Code> = [.sealedContentAltered]
        let other = try SealedBundleTests.seal(
            SealedBundleTests.inner, Array("冷库的阀门没有人动过啊".utf8.prefix(SealedBundleTests.content.count)), to: court)
        let otherBody = try SealedBundleTests.seal(
            Body.bytes(EvidenceAdded(kind: "letter", title: "别的").json, salt: SealedBundleTests.salt), to: court)
        let stranger = try SealedBundleTests.seal(SealedBundleTests.inner, to: prosecutor)
        func part(_ parts: Parts, _ name: String) -> [UInt8] { parts.first { $0.name == name }?.bytes ?? [] }
        return [
            Attack(name: "another inner body", withKey: altered, alone: unseen) {
                try $0.write($1("body.cms"), part(otherBody, "body.cms"))
            },
            Attack(name: "another part of a file", withKey: altered, alone: unseen) {
                try $0.write($1("1-2.cms"), part(other, "1-2.cms"))
            },
            Attack(name: "a part cut", withKey: altered, alone: unseen) {
                try $0.write($1("1-2.cms"), $0.bytes($1("1-2.cms")).dropLast(3))
            },
            Attack(name: "a part of noise", withKey: altered, alone: unseen) {
                try $0.write($1("1-1.cms"), [UInt8](repeating: 0x30, count: 500))
            },
            Attack(name: "an empty part", withKey: altered, alone: unseen) { try $0.write($1("2-1.cms"), []) },
            Attack(name: "two parts exchanged", withKey: altered, alone: unseen) {
                let (one, two) = try ($0.bytes($1("1-1.cms")), $0.bytes($1("1-2.cms")))
                try $0.write($1("1-1.cms"), two)
                try $0.write($1("1-2.cms"), one)
            },
            Attack(name: "the last part left out", withKey: altered, alone: unseen) {
                try $0.remove($1("1-3.cms"))
            },
            Attack(name: "a part repeated at the end", withKey: altered, alone: unseen) {
                try $0.write($1("1-4.cms"), $0.bytes($1("1-1.cms")))
            },
            Attack(name: "everything sealed to somebody else", withKey: unseen, alone: unseen) { bundle, path in
                for item in stranger { try bundle.write(path(item.name), item.bytes) }
            },
            Attack(name: "the inner body left out", withKey: [.bundleIncomplete], alone: [.bundleIncomplete]) {
                try $0.remove($1("body.cms"))
            },
            Attack(name: "a file left out", withKey: [.bundleIncomplete], alone: [.bundleIncomplete]) {
                try $0.remove($1("2-1.cms"))
            },
            Attack(
                name: "a file's first part left out", withKey: [.bundleIncomplete, .bagFileUnlisted],
                alone: [.bundleIncomplete, .bagFileUnlisted]
            ) { try $0.remove($1("1-1.cms")) },
            Attack(name: "a part after a gap", withKey: [.bagFileUnlisted], alone: unseen.union([.bagFileUnlisted])) {
                try $0.write($1("1-9.cms"), [1])
            },
            Attack(name: "a file too many", withKey: [.bagFileUnlisted], alone: unseen.union([.bagFileUnlisted])) {
                try $0.write($1("3-1.cms"), [1])
            },
            Attack(name: "a file in the clear", withKey: [.bagFileUnlisted], alone: unseen.union([.bagFileUnlisted])) {
                try $0.write($1("letter.txt"), SealedBundleTests.content)
            },
            Attack(
                name: "parts of a record that is not sealed", withKey: [.bagFileUnlisted],
                alone: unseen.union([.bagFileUnlisted])
            ) { bundle, _ in try bundle.write("data/sealed/3/body.cms", [1]) },
            Attack(
                name: "the archive's part among the files", withKey: [.bagFileUnlisted],
                alone: unseen.union([.bagFileUnlisted])
            ) { [original] bundle, _ in
                try bundle.write("data/files/\(SHA256Hasher.hash(original[1].bytes).hex).p7m", original[1].bytes)
            },
        ]
    }

    @Test func `what is done to sealed parts by whoever signs the bundle is found as far as it can be`() throws {
        for attack in TestTier.some(try attacks(), oneIn: 4) {
            let bundle = try anew()
            let seq = try #require(sample.sealed)
            try attack.change(bundle) { "data/sealed/\(seq)/\($0)" }
            try bundle.reseal(by: .insider)
            let opened = try bundle.verify(key: key("court"))
            #expect(codes(opened) == attack.withKey, "\(attack.name): \(opened.summary)")
            let alone = try bundle.verify()
            #expect(codes(alone) == attack.alone, "\(attack.name): \(alone.summary)")
            try expectAgreement(bundle)
        }
    }

    @Test func `a part that was changed on the way is found without any key`() throws {
        let bundle = try anew()
        for path in bundle.paths where path.hasPrefix("data/sealed/") {
            let bytes = try bundle.bytes(path)
            for place in [0, bytes.count / 2, bytes.count - 1] {
                var changed = bytes
                changed[place] ^= 1
                try bundle.write(path, changed)
                #expect(try bundle.verify().codes.contains(.bagFileAltered), "\(path) at \(place)")
            }
            try bundle.write(path, bytes)
        }
        #expect(try bundle.verify().isOK)
    }

    @Test func `as it is, one part exchanged makes it a record sealed anew`() throws {
        let bundle = try SampleBundle(sample, parts: original)
        let seq = try #require(sample.sealed)
        let again = try SealedBundleTests.seal(SealedBundleTests.inner, to: prosecutor)
        try bundle.write("data/sealed/\(seq)/1-1.cms", again[1].bytes)
        try bundle.reseal(by: .insider)
        #expect(codes(try bundle.verify()) == [.sealedNotOpened])
        #expect(codes(try bundle.verify(key: key("prosecutor"))) == [])
    }
}
