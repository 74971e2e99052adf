import EvidenceCrypto
import EvidenceTestSupport
import Testing

/// What tokens and responses of a real authority are read as.
struct TimestampTokenTests {
    static let digest = SHA256Hasher.hash(Array("checkpoint".utf8))

    @Test func `openssl reads a request as it was meant`() throws {
        let authority = try TimestampAuthority()
        let request = TimestampRequest(imprint: Self.digest, nonce: [0, 0xab, 0xcd])
        let folder = try TemporaryFolder()
        let path = try folder.write("request", request.der())
        let text = try Tool.run("openssl", "ts", "-query", "-in", path, "-text").text
        #expect(text.contains("Hash Algorithm: sha256"))
        #expect(text.contains("Nonce: 0xABCD"))
        #expect(text.contains("Certificate required: yes"))
        #expect(text.contains("Policy OID: unspecified"))
        let bare = try folder.write("bare", TimestampRequest(imprint: Self.digest, nonce: nil).der())
        #expect(try Tool.run("openssl", "ts", "-query", "-in", bare, "-text").text.contains("Nonce: unspecified"))
        #expect(try TimestampResponse(der: authority.response(to: request.der())).status == .granted)
    }

    @Test func `a granted response gives the token, and all that it says`() throws {
        let authority = try TimestampAuthority(
            validity: .init("20200102030405Z", "20491231235959Z"),
            settings: "accuracy = secs:1, millisecs:500, microsecs:100")
        let request = TimestampRequest(imprint: Self.digest, nonce: [0, 7, 1])
        let response = try TimestampResponse(der: authority.response(to: request.der()))
        let token = try #require(response.token)
        #expect(response.status == .granted)
        #expect(response.failures.isEmpty)
        #expect(token.covers(Self.digest))
        #expect(!token.covers(SHA256Hasher.hash([])))
        #expect(token.imprintAlgorithm == "SHA256")
        #expect(token.accuracy == 1_500_100)
        #expect(token.serial == "42")
        #expect(token.policy == "1.2.3.4.1")
        #expect(token.nonce == [7, 1])
        #expect(token.mismatch(with: request) == nil)
        #expect(token.authority == TimestampAuthority.subject)
        #expect(token.certificate.der == (try authority.certificate("tsa")))
        #expect(token.certificate.notBefore == 1_577_934_245_000)
        #expect(token.certificate.notAfter == 2_524_607_999_000)
        #expect(token.signatureAlgorithm == "ECDSA, SHA256")
        #expect(try TimestampToken(der: token.der) == token)
    }

    @Test func `the token of a response is the authority's bytes`() throws {
        let authority = try TimestampAuthority()
        let token = try authority.token(over: Self.digest)
        #expect(try TimestampResponse(der: TimestampAuthority.response(granting: token)).token?.der == token)
    }

    @Test(arguments: [
        ("19691231235959Z", -1_000), ("20210203040506Z", 1_612_325_106_000), ("20240229235959Z", 1_709_251_199_000),
    ])
    func `the time is milliseconds since 1970`(text: String, milliseconds: Int64) throws {
        let token = try TimestampToken(der: TimestampAuthority().token(over: Self.digest, at: text))
        #expect(token.time == milliseconds)
    }

    @Test(arguments: [
        (".123456", 123), (".1", 100), (".9999", 999), (".04", 40), ("", 0),
    ])
    func `what is finer than a millisecond is cut off`(fraction: String, milliseconds: Int64) throws {
        let token = try TimestampToken(der: Self.token(time: "20210203040506\(fraction)Z"))
        #expect(token.time == 1_612_325_106_000 + milliseconds)
    }

    @Test(arguments: [
        "20210203040506.Z", "202102030405Z", "20210203040506", "20210203040506+0100", "20211303040506Z",
        "20210229040506Z", "20210203240506Z", "20210203040506,5Z", "2021020304050 Z", "20210203040506.5aZ", "",
    ])
    func `a time in another form is refused`(time: String) throws {
        let token = try Self.token(time: time)
        #expect(throws: CryptoError.self) { try TimestampToken(der: token) }
    }

    /// A signed token with any text as its time.
    static func token(time: String) throws -> [UInt8] {
        let body: [UInt8] =
            [
                2, 1, 1, 6, 4, 0x2a, 3, 4, 1, 0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0,
                4, 32,
            ]
            + digest.bytes + [2, 1, 0x42, 0x18, UInt8(time.utf8.count)] + Array(time.utf8)
        return try TimestampAuthority().sign([0x30, UInt8(body.count)] + body)
    }

    @Test func `a token answers the request that it repeats, and no other`() throws {
        let authority = try TimestampAuthority()
        let other = SHA256Hasher.hash([])
        let token = try TimestampToken(der: authority.token(over: Self.digest, nonce: [9, 9]))
        #expect(token.mismatch(with: .init(imprint: Self.digest, nonce: [9, 9])) == nil)
        #expect(token.mismatch(with: .init(imprint: Self.digest, nonce: [0, 9, 9])) == nil)
        #expect(token.mismatch(with: .init(imprint: Self.digest, nonce: nil)) == nil)
        #expect(token.mismatch(with: .init(imprint: Self.digest, nonce: [9, 8])) == .nonce)
        #expect(token.mismatch(with: .init(imprint: other, nonce: [9, 9])) == .imprint)
        let bare = try TimestampToken(der: authority.token(over: Self.digest))
        #expect(bare.nonce == nil)
        #expect(bare.mismatch(with: .init(imprint: Self.digest, nonce: [9])) == .nonce)
    }

    @Test func `a refusal has a status, words and reasons, and no token`() throws {
        let authority = try TimestampAuthority(settings: "digests = sha384")
        let request = try TimestampRequest(imprint: Self.digest, nonce: nil).der()
        let response = try TimestampResponse(der: authority.response(to: request))
        #expect(response.status == .rejection)
        #expect(response.failures == [.badAlg])
        #expect(response.explanation == "Message digest algorithm is not supported.")
        #expect(response.token == nil)
    }

    @Test(arguments: [
        [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00],  // granted, without a token
        [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x09],  // a status that does not exist
        [0x30, 0x05, 0x30, 0x03, 0x02, 0x01],
        [0x30, 0x80, 0x30, 0x03, 0x02, 0x01, 0x02, 0x00, 0x00],
        [], [0x30], Array("<html>".utf8),
    ])
    func `what is no response is refused`(bytes: [UInt8]) {
        #expect(throws: CryptoError.self) { try TimestampResponse(der: bytes) }
    }

    @Test func `a waiting response has no token`() throws {
        #expect(try TimestampResponse(der: [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x03]).status == .waiting)
    }

    @Test func `what is no token, or more than one, is refused`() throws {
        let authority = try TimestampAuthority()
        let token = try authority.token(over: Self.digest)
        let response = TimestampAuthority.response(granting: token)
        let content = try authority.content(of: authority.token(over: Self.digest))
        let wrong: [[UInt8]] = [
            [], response, token + [0], token + token, token.dropLast(), content,
            try authority.sign(content, type: "1.2.840.113549.1.7.1"),
            try authority.sign(Array("no TSTInfo".utf8)),
            try authority.sign(content, carrying: nil, further: ["-cades", "-nocerts"]),
            try authority.openssl(
                "cms", "-sign", "-binary", "-in", "content", "-signer", "tsa.pem", "-inkey", "tsa.key",
                "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-outform", "DER"),  // without its content
            try authority.sign(
                content, carrying: nil,
                further: ["-cades", "-signer", "intermediate.pem", "-inkey", "intermediate.key"]),
            [UInt8](repeating: 0x30, count: 100_000),
            [0x30, 0x83, 0x0f, 0xff, 0xff] + [UInt8](repeating: 0, count: 0x0fffff),
        ]
        #expect(throws: Never.self) { try TimestampToken(der: token) }
        for bytes in wrong {
            #expect(throws: CryptoError.self) { try TimestampToken(der: bytes) }
        }
        for bytes in [response + [0], Array(response.dropLast()), token] {
            #expect(throws: CryptoError.self) { try TimestampResponse(der: bytes) }
        }
    }

    @Test func `no token is larger than it may be`() throws {
        let authority = try TimestampAuthority()
        let content = try authority.content(of: authority.token(over: Self.digest))
        // Bytes after the TSTInfo change nothing that is read.
        #expect(throws: Never.self) { try TimestampToken(der: authority.sign(content + [0, 0])) }
        let token = try authority.sign(content + [UInt8](repeating: 0, count: TimestampToken.largest))
        #expect(token.count > TimestampToken.largest)
        #expect(throws: CryptoError.self) { try TimestampToken(der: token) }
    }

    @Test func `a certificate is read from DER and PEM, and nothing else is`() throws {
        let authority = try TimestampAuthority()
        let der = try authority.certificate("root")
        let certificate = try Certificate(der: der)
        #expect(certificate.subject == "CN=Root,O=Test")
        let pem = try authority.openssl("x509", "-in", "root.pem")
        #expect(try Certificate(pem: pem) == certificate)
        for wrong in [[], der + [0], Array(der.dropLast()), pem] {
            #expect(throws: CryptoError.self) { try Certificate(der: wrong) }
        }
        for wrong in [[], der, try authority.openssl("pkey", "-in", "root.key")] {
            #expect(throws: CryptoError.self) { try Certificate(pem: wrong) }
        }
    }
}
