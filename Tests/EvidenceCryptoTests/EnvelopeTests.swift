import EvidenceCrypto
import EvidenceTestSupport
import Foundation
import Testing

final class EnvelopeTests {
    let folder: TemporaryFolder
    /// Certificates are valid from the second in which they are made.
    let now = Int64(Date().timeIntervalSince1970 * 1_000) + 3_600_000

    init() throws { folder = try TemporaryFolder() }

    func recipient(_ reader: EnvelopeReader, now moment: Int64? = nil) throws -> Recipient {
        let certificate = try Certificate(pem: [UInt8](Data(contentsOf: reader.certificate)))
        return try Recipient(certificate, now: moment ?? now)
    }

    func key(_ reader: EnvelopeReader, passphrase: String? = nil) throws -> DecryptionKey {
        try DecryptionKey(
            pem: [UInt8](Data(contentsOf: reader.key)), passphrase: passphrase.map { Array($0.utf8) })
    }

    func encrypt(_ plaintext: [UInt8], to recipients: [Recipient], pieces: Int = 100_000) throws -> [UInt8] {
        let writer = try EnvelopeWriter(to: recipients)
        var message: [UInt8] = []
        for start in stride(from: 0, to: plaintext.count, by: pieces) {
            try plaintext[start..<min(start + pieces, plaintext.count)].withUnsafeBytes { piece in
                try writer.update(piece) { message += $0 }
            }
        }
        try writer.finish { message += $0 }
        return message
    }

    func decrypt(_ message: [UInt8], _ key: DecryptionKey) throws -> [UInt8] {
        var plaintext: [UInt8] = []
        try message.withUnsafeBytes { try key.decrypt($0) { plaintext += $0 } }
        return plaintext
    }

    func refusal(_ body: () throws -> Void) -> CryptoError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? CryptoError)?.code
        }
    }

    @Test func `each recipient opens it with the key alone, here and in openssl`() throws {
        let readers = try [
            EnvelopeReader("prosecutor", .p256, in: folder.url, usage: "keyAgreement"),
            EnvelopeReader("court", .rsa2048, in: folder.url, usage: "keyEncipherment"),
            EnvelopeReader("second-court", .rsa2048, in: folder.url),
            EnvelopeReader("ministry", .p384, in: folder.url),
        ]
        let recipients = try readers.map { try recipient($0) }
        for count in [0, 1, 15, 16, 100_000, 3_000_001] {
            let plaintext = noise(count)
            let message = try encrypt(plaintext, to: recipients)
            for reader in readers {
                #expect(try decrypt(message, try key(reader)) == plaintext, "\(reader.name), \(count)")
                #expect(try reader.decrypt(message) == plaintext, "\(reader.name), \(count), openssl")
            }
        }
    }

    @Test(arguments: [EnvelopeReader.KeyKind.p256, .rsa2048])
    func `whoever is not named is told so, whatever the kind of key`(kind: EnvelopeReader.KeyKind) throws {
        let readers = try EnvelopeReader.KeyKind.allCases.filter { [.p256, .rsa2048].contains($0) }
            .map { try EnvelopeReader("named-\($0)", $0, in: folder.url) }
        let stranger = try key(EnvelopeReader("stranger", kind, in: folder.url))
        let message = try encrypt(noise(5_000), to: try readers.map { try recipient($0) })
        #expect(refusal { _ = try decrypt(message, stranger) } == .notARecipient)
        // Also where no recipient has a key of this kind.
        let other = try #require(readers.first { $0.name != "named-\(kind)" })
        let unlike = try encrypt(noise(5_000), to: [try recipient(other)])
        #expect(refusal { _ = try decrypt(unlike, stranger) } == .notARecipient)
    }

    @Test func `a key is known by its certificate`() throws {
        let (one, two) = try (EnvelopeReader("one", in: folder.url), EnvelopeReader("two", .rsa2048, in: folder.url))
        #expect(try key(one).publicKey == recipient(one).publicKey)
        #expect(try key(two).publicKey == recipient(two).publicKey)
        #expect(try key(one).publicKey != recipient(two).publicKey)
        let der = try Tool.run("openssl", "x509", "-in", one.certificate.path, "-outform", "DER").bytes
        #expect(try recipient(one).fingerprint == SHA256Hasher.hash(der))
    }

    @Test func `a key with a passphrase opens with it`() throws {
        let reader = try EnvelopeReader("court", .rsa2048, in: folder.url, passphrase: "深夜 pass")
        let message = try encrypt(noise(100), to: [try recipient(reader)])
        #expect(try decrypt(message, try key(reader, passphrase: "深夜 pass")) == noise(100))
        #expect(refusal { _ = try key(reader) } == .passphraseNeeded)
        #expect(refusal { _ = try key(reader, passphrase: "wrong") } == .passphraseWrong)
    }

    @Test func `a key that opens nothing is refused as such`() throws {
        let reader = try EnvelopeReader("signer", .ed25519, in: folder.url)
        #expect(refusal { _ = try key(reader) } == .malformedKey)
        #expect(refusal { _ = try DecryptionKey(pem: Array("no key".utf8), passphrase: nil) } == .malformedKey)
        #expect(refusal { _ = try DecryptionKey(pem: [], passphrase: nil) } == .malformedKey)
    }

    @Test(arguments: [
        (EnvelopeReader.KeyKind.ed25519, nil, Recipient.Unfitness.keyKind("ED25519")),
        (.sm2, nil, .keyKind("SM2")), (.secp256k1, nil, .keyKind("secp256k1")),
        (.rsa1024, nil, .shortKey(bits: 1_024)), (.rsa2048, "digitalSignature", .keyUsage),
        (.rsa2048, "keyAgreement", .keyUsage), (.p256, "keyEncipherment", .keyUsage),
    ])
    func `a certificate that can't be encrypted to is refused`(
        kind: EnvelopeReader.KeyKind, usage: String?, expected: Recipient.Unfitness
    ) throws {
        let reader = try EnvelopeReader("unfit", kind, in: folder.url, usage: usage)
        #expect(throws: expected) { try recipient(reader) }
    }

    @Test func `a certificate is taken only while it is valid`() throws {
        let reader = try EnvelopeReader("court", in: folder.url)
        let valid = try recipient(reader).certificate
        #expect(throws: Recipient.Unfitness.notYetValid) { try recipient(reader, now: valid.notBefore - 1) }
        #expect(throws: Recipient.Unfitness.expired) { try recipient(reader, now: valid.notAfter + 1) }
        _ = try recipient(reader, now: valid.notBefore)
        _ = try recipient(reader, now: valid.notAfter)
    }

    @Test func `what is cut, or has more after it, is no envelope`() throws {
        let reader = try EnvelopeReader("court", in: folder.url)
        let opener = try key(reader)
        let message = try encrypt(noise(20_000), to: [try recipient(reader)])
        for count in stride(from: 0, to: message.count, by: 97) + [message.count - 1] {
            #expect(refusal { _ = try decrypt(Array(message.prefix(count)), opener) } == .malformedEnvelope, "\(count)")
        }
        #expect(refusal { _ = try decrypt(message + [0], opener) } == .malformedEnvelope)
        #expect(refusal { _ = try decrypt(noise(5_000), opener) } == .malformedEnvelope)
        let other = try Tool.run(
            "openssl", "cms", "-data_create", "-in", reader.certificate.path, "-outform", "DER", "-binary")
        #expect(refusal { _ = try decrypt(other.bytes, opener) } == .malformedEnvelope)
    }

    @Test func `a changed byte never stops the program, nor passes for the plaintext`() throws {
        let readers = try [
            EnvelopeReader("court", .p256, in: folder.url), EnvelopeReader("other", .rsa2048, in: folder.url),
        ]
        let openers = try readers.map { try key($0) }
        let plaintext = noise(300)
        let message = try encrypt(plaintext, to: try readers.map { try recipient($0) })
        // What identifies a recipient is not needed to open it, nor are the last bytes of BER: so some changes do nothing.
        let (unharmed, changed) = try message.indices.reduce(into: (0, 0)) { counts, place in
            var copy = message
            copy[place] ^= 0x41
            for opener in openers {
                do {
                    let found = try decrypt(copy, opener)
                    if found == plaintext { counts.0 += 1 } else { counts.1 += 1 }
                } catch let error as CryptoError {
                    #expect([.malformedEnvelope, .notARecipient].contains(error.code), "\(error)")
                }
            }
        }
        #expect(unharmed > 0 && changed > 0)
    }

    @Test func `a stream becomes parts of one size and a rest`() throws {
        let reader = try EnvelopeReader("court", in: folder.url)
        let opener = try key(reader)
        for (count, sizes) in [(0, [0]), (1_000, [1_000]), (1_001, [1_000, 1]), (3_000, [1_000, 1_000, 1_000])] {
            let plaintext = noise(count)
            let parts = try EnvelopeParts(to: [try recipient(reader)], partSize: 1_000)
            var messages: [[UInt8]] = []
            var message: [UInt8] = []
            let collect: (EnvelopeParts.Output) -> Void = {
                switch $0 {
                case .bytes(let bytes): message += bytes
                case .end:
                    messages.append(message)
                    message = []
                }
            }
            for start in stride(from: 0, to: count, by: 700) {
                try plaintext[start..<min(start + 700, count)].withUnsafeBytes { try parts.update($0, output: collect) }
            }
            try parts.finish(output: collect)
            let found = try messages.map { try decrypt($0, opener) }
            #expect(found.map(\.count) == sizes && found.flatMap { $0 } == plaintext && message.isEmpty)
            #expect(try messages.flatMap { try reader.decrypt($0) } == plaintext)
        }
    }
}
