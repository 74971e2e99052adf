import EvidenceCrypto
import EvidenceTestSupport
import Testing

struct SignedMessageTests {
    private static let content = Array("证据案卷交接单\n\0\u{FF}".utf8)

    @Test func `what is signed is read again with its signer, whatever bytes it has`() throws {
        for content in [SignedMessageTests.content, [], [UInt8](repeating: 0x0D, count: 70_000)] {
            let message = try TestRecipient.sign(content)
            #expect(message.content == content && message.signer.subject == TestRecipient.subject)
            #expect(try SignedMessage(der: message.der).content == content)
        }
    }

    @Test func `whichever byte is changed, nobody is shown other content`() throws {
        let message = try TestRecipient.sign(SignedMessageTests.content)
        var refused = 0
        for place in message.der.indices {
            var bytes = message.der
            bytes[place] ^= 0x01
            guard let changed = try? SignedMessage(der: bytes) else {
                refused += 1
                continue
            }
            #expect(changed.content == message.content, "byte \(place)")
        }
        #expect(refused > message.der.count / 2)
    }

    @Test func `what is cut, too long, detached or no signed message is refused`() throws {
        let message = try TestRecipient.sign(SignedMessageTests.content)
        for bytes in [
            [], Array(message.der.dropLast()), message.der + [0], SignedMessageTests.content,
            message.der + [UInt8](repeating: 0, count: SignedMessage.largest),
        ] {
            #expect(throws: CryptoError.self) { try SignedMessage(der: bytes) }
            #expect(throws: CryptoError.self) { try SignedMessage(pem: bytes) }
        }
        #expect(throws: CryptoError.self) { try SignedMessage(pem: Array(TestRecipient.certificate.utf8)) }
    }

    @Test func `a key that is not the certificate's does not sign`() throws {
        let other = try Ed25519PrivateKey.generate().pem(passphrase: nil)
        let error = #expect(throws: CryptoError.self) {
            try SignedMessage.sign(
                SignedMessageTests.content, certificate: Array(TestRecipient.certificate.utf8), key: other,
                passphrase: nil)
        }
        #expect(error?.code == .keyMismatch)
    }
}
