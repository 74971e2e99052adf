import EvidenceCrypto
import EvidenceTestSupport
import Testing

/// What tokens are believed, beside what `openssl ts -verify` believes.
struct TimestampVerificationTests {
    static let digest = SHA256Hasher.hash(Array("checkpoint".utf8))

    /// Our verdict with the authority's root, after comparing it with openssl's at the token's own time.
    func verdict(_ der: [UInt8], _ authority: TimestampAuthority) throws -> TimestampVerdict {
        let token = try TimestampToken(der: der)
        let verdict = try token.verify(roots: [authority.certificate("root")])
        let openssl = try authority.opensslVerifies(der, over: Self.digest, at: token.time / 1_000)
        #expect((verdict == .valid) == openssl, "\(verdict)")
        return verdict
    }

    @Test(arguments: [
        "", "tsa_name = no", "ess_cert_id_alg = sha1", "ess_cert_id_chain = yes", "clock_precision_digits = 6",
        "signer_digest = sha512", "ordering = yes",
    ])
    func `a token of a pinned authority is valid, as openssl says too`(settings: String) throws {
        let authority = try TimestampAuthority(settings: settings)
        #expect(try verdict(authority.token(over: Self.digest), authority) == .valid)
    }

    @Test func `an authority may sign by RSA`() throws {
        let authority = try TimestampAuthority(key: .rsa2048)
        let token = try authority.token(over: Self.digest)
        #expect(try TimestampToken(der: token).signatureAlgorithm == "RSA, SHA256")
        #expect(try verdict(token, authority) == .valid)
    }

    @Test func `a key that is no longer safe is not trusted, though openssl takes it`() throws {
        let authority = try TimestampAuthority(key: .rsa1024)
        let token = try TimestampToken(der: authority.token(over: Self.digest))
        #expect(
            try token.verify(roots: [authority.certificate("root")])
                == .untrusted("certificate verify error: Verify error:EE certificate key too weak"))
    }

    @Test func `an authority whose certificate has ended since is judged at the token's time`() throws {
        let authority = try TimestampAuthority(
            validity: .init("20200101000000Z", "20210601000000Z"),
            intermediate: .init("20200101000000Z", "20220101000000Z"))
        let token = try authority.token(over: Self.digest, at: "20210203040506Z")
        #expect(try verdict(token, authority) == .valid)
        // Today openssl no longer believes it.
        #expect(try !authority.opensslVerifies(token, over: Self.digest, at: 1_795_000_000))
    }

    @Test(arguments: [
        ("20200531235959Z", false), ("20200601000000Z", true), ("20210531235959Z", true), ("20210601000000Z", false),
        ("20260101000000Z", false),
    ])
    func `a time outside the certificate's validity is refused`(time: String, isValid: Bool) throws {
        let authority = try TimestampAuthority(validity: .init("20200601000000Z", "20210601000000Z"))
        let token = try authority.token(over: Self.digest, at: time)
        #expect(try verdict(token, authority) == (isValid ? .valid : .invalid(.outsideValidity)))
    }

    @Test func `an intermediate that was not valid at the time is not trusted`() throws {
        let authority = try TimestampAuthority(intermediate: .init("20200601000000Z", "20210601000000Z"))
        let token = try authority.token(over: Self.digest, at: "20220101000000Z")
        #expect(
            try verdict(token, authority)
                == .untrusted("certificate verify error: Verify error:certificate has expired"))
    }

    @Test func `another root, and none, leave a token untrusted`() throws {
        let authority = try TimestampAuthority()
        let other = try TimestampAuthority()
        let token = try TimestampToken(der: authority.token(over: Self.digest))
        let root = try authority.certificate("root")
        let wrong = try other.certificate("root")
        for roots in [[], [wrong], [[1, 2, 3]], [Array(root.dropLast())]] {
            guard case .untrusted(let reason) = token.verify(roots: roots) else {
                Issue.record("\(token.verify(roots: roots))")
                continue
            }
            #expect(!reason.isEmpty)
        }
        #expect(token.verify(roots: [wrong, root]) == .valid)
        #expect(token.verify(roots: [root, root]) == .valid)
    }

    @Test(arguments: ["intermediate", "tsa"])
    func `a certificate below the root is enough where it is the one that is trusted`(name: String) throws {
        let authority = try TimestampAuthority()
        let token = try TimestampToken(der: authority.token(over: Self.digest))
        #expect(try token.verify(roots: [authority.certificate(name)]) == .valid)
    }

    @Test func `a token without the certificate between is not trusted`() throws {
        let authority = try TimestampAuthority()
        let token = try authority.token(over: Self.digest, carrying: nil)
        #expect(
            try verdict(token, authority)
                == .untrusted("certificate verify error: Verify error:unable to get local issuer certificate"))
        #expect(
            try TimestampToken(der: token).verify(
                roots: [authority.certificate("root"), authority.certificate("intermediate")]) == .valid)
    }

    @Test(arguments: ["signing", "uncritical"])
    func `a certificate that is not for time stamping alone signs no token`(purpose: String) throws {
        let authority = try TimestampAuthority()
        try authority.issue("wrong", subject: "/CN=Wrong", section: purpose, by: "intermediate", validity: .long)
        let token = try authority.token(over: Self.digest, signer: "wrong")
        #expect(try verdict(token, authority) == .invalid(.purpose))
        #expect(try TimestampToken(der: token).verify(roots: []) == .invalid(.purpose))
    }

    @Test func `a token in the name of another than its signer is refused`() throws {
        let authority = try TimestampAuthority()
        try authority.issue("second", subject: "/CN=Second", section: "stamping", by: "intermediate", validity: .long)
        let token = try authority.token(over: Self.digest, signer: "second")
        guard case .invalid(.other) = try verdict(token, authority) else {
            Issue.record("\(try verdict(token, authority))")
            return
        }
    }

    @Test func `a signature that does not name its certificate is refused`() throws {
        let authority = try TimestampAuthority()
        let content = try authority.content(of: authority.token(over: Self.digest))
        let token = try authority.sign(content, further: [])
        #expect(try verdict(token, authority) == .invalid(.signingCertificate))
    }

    @Test func `another certificate of the same key, name and number does not stand in for the signer's`() throws {
        let authority = try TimestampAuthority()
        let token = try authority.token(over: Self.digest)
        let signer = try authority.certificate("tsa")
        let place = try #require(token.firstRange(of: signer))
        // The last byte of the issuer's signature of the certificate: the token's own signature holds all the same.
        var forged = token
        forged[place.upperBound - 1] ^= 1
        #expect(try TimestampToken(der: forged).verify(roots: []) == .invalid(.signingCertificate))
    }

    @Test func `an imprint by SHA-1 is refused`() throws {
        let authority = try TimestampAuthority()
        let folder = try TemporaryFolder()
        let data = try folder.write("data", [1, 2, 3])
        let request = try authority.openssl("ts", "-query", "-data", data, "-sha1", "-cert")
        let token = try #require(try TimestampResponse(der: authority.response(to: request)).token)
        #expect(token.imprintAlgorithm == "SHA1")
        #expect(try token.verify(roots: [authority.certificate("root")]) == .invalid(.imprintAlgorithm))
    }

    @Test func `a signature by SHA-1 is refused, though openssl takes it`() throws {
        let authority = try TimestampAuthority(settings: "signer_digest = sha1")
        let der = try authority.token(over: Self.digest)
        let token = try TimestampToken(der: der)
        #expect(token.signatureAlgorithm == "ECDSA, SHA1")
        #expect(try token.verify(roots: [authority.certificate("root")]) == .invalid(.weakSignature))
        #expect(try authority.opensslVerifies(der, over: Self.digest, at: token.time / 1_000))
    }

    @Test func `an unknown critical extension is refused`() throws {
        let authority = try TimestampAuthority()
        let time = Array("20210203040506Z".utf8)
        let body: [UInt8] =
            [
                2, 1, 1, 6, 4, 0x2a, 3, 4, 1, 0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0,
                4, 32,
            ]
            + Self.digest.bytes + [2, 1, 0x42, 0x18, UInt8(time.count)] + time
            + [0xa1, 0x0e, 0x30, 0x0c, 6, 3, 0x2a, 3, 4, 1, 1, 0xff, 4, 2, 5, 0]
        let token = try TimestampToken(der: authority.sign([0x30, UInt8(body.count)] + body))
        #expect(try token.verify(roots: [authority.certificate("root")]) == .invalid(.criticalExtension))
    }

    /// All that is told of a token.
    struct Told: Equatable {
        let imprint: [UInt8]
        let time: Int64
        let words: [String]
        let accuracy: Int64?
        let certificate: Certificate

        init(_ token: TimestampToken) {
            imprint = token.imprint
            time = token.time
            words = [
                token.imprintAlgorithm, token.serial, token.policy, token.nonce?.hex ?? "", token.signatureAlgorithm,
                token.authority,
            ]
            accuracy = token.accuracy
            certificate = token.certificate
        }
    }

    @Test func `whatever byte is changed, nothing else is told of a token that is still believed`() throws {
        let authority = try TimestampAuthority(settings: "accuracy = secs:1")
        let token = try authority.token(over: Self.digest, nonce: [1, 2, 3, 4])
        let root = try authority.certificate("root")
        let told = try Told(TimestampToken(der: token))
        var refused = 0
        for index in token.indices {
            for pattern: UInt8 in [0x01, 0x80, 0xff, 0x20] {
                var changed = token
                changed[index] ^= pattern
                guard let read = try? TimestampToken(der: changed) else {
                    refused += 1
                    continue
                }
                switch read.verify(roots: [root]) {
                case .valid, .untrusted:
                    #expect(Told(read) == told, "byte \(index) by \(pattern)")
                case .invalid: refused += 1
                }
            }
        }
        #expect(refused > 2 * token.count)
    }

    @Test func `a damaged signature is told from an unknown authority`() throws {
        let authority = try TimestampAuthority()
        var token = try authority.token(over: Self.digest)
        token[token.count - 1] ^= 1
        let read = try TimestampToken(der: token)
        #expect(read.verify(roots: []) == .invalid(.signature))
        #expect(try verdict(token, authority) == .invalid(.signature))
    }
}
