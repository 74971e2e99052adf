import EvidenceCrypto
import EvidenceTestSupport
import Foundation
import Testing

/// Both verifiers believe the same timestamp tokens, and read the same in them.
struct IndependentTimestampTests {
    private static let note = Array("checkpoint".utf8)
    private static let digest = SHA256Hasher.hash(note)

    /// A token, the certificates of who reads it, and what it is for a failing test.
    private struct Case {
        let name: String
        let token: [UInt8]
        let roots: [[UInt8]]
    }

    private func ours(_ item: Case) -> String {
        guard let token = try? TimestampToken(der: item.token) else { return "invalid" }
        let said = "\(token.time) \(token.authority)"
        if !token.covers(IndependentTimestampTests.digest) { return "invalid \(said)" }
        return switch token.verify(roots: item.roots) {
        case .valid: "holds \(said)"
        case .untrusted: "unknown \(said)"
        case .invalid: "invalid \(said)"
        }
    }

    private func theirs(_ items: [Case]) throws -> [String] {
        let folder = try TemporaryFolder()
        for (number, item) in items.enumerated() {
            try Data(item.token).write(to: folder.url.appendingPathComponent("\(number)"))
            let roots = item.roots.map {
                "-----BEGIN CERTIFICATE-----\n\(Data($0).base64EncodedString())\n-----END CERTIFICATE-----\n"
            }
            try Data(roots.joined().utf8).write(to: folder.url.appendingPathComponent("\(number).pem"))
        }
        return try IndependentVerifier.run(
            """
            import datetime, pathlib, types
            from verify_independent.forms import Bad
            from verify_independent.timestamps import Timestamp
            for number in range(\(items.count)):
                place = pathlib.Path("\(folder.url.path)") / str(number)
                said = ""
                try:
                    reader = types.SimpleNamespace(authorities=place.with_suffix(".pem").read_bytes())
                    token = Timestamp(place.read_bytes(), reader)
                    moment = datetime.datetime.strptime(token.time, "%Y-%m-%dT%H:%M:%S.%fZ") - datetime.datetime(1970, 1, 1)
                    said = f" {moment // datetime.timedelta(milliseconds=1)} {token.by}"
                    print(("holds" if token.holds(b"checkpoint") else "unknown") + said)
                except Bad as error:
                    print("invalid" + said)
            """)
    }

    private func expectAgreement(_ items: [Case]) throws -> [String] {
        let theirs = try theirs(items)
        try #require(theirs.count == items.count)
        for (item, verdict) in zip(items, theirs) { #expect(ours(item) == verdict, "\(item.name)") }
        return theirs.map { String($0.prefix { $0 != " " }) }
    }

    @Test func `tokens of all kinds of authorities are believed by both`() throws {
        let items = try [
            "", "tsa_name = no", "ess_cert_id_alg = sha1", "ess_cert_id_chain = yes", "clock_precision_digits = 6",
            "signer_digest = sha512", "ordering = yes",
        ].map { settings in
            let authority = try TimestampAuthority(settings: settings)
            return Case(
                name: settings, token: try authority.token(over: IndependentTimestampTests.digest, nonce: [1, 2, 3]),
                roots: [try authority.certificate("root")])
        }
        #expect(Set(try expectAgreement(items)) == ["holds"])
    }

    @Test func `strange tokens are taken alike by both, whoever is trusted`() throws {
        let authority = try TimestampAuthority(
            validity: .init("20200601000000Z", "20300601000000Z"),
            intermediate: .init("20200101000000Z", "20250101000000Z"))
        let digest = IndependentTimestampTests.digest
        for (name, section) in [("signing", "signing"), ("uncritical", "uncritical"), ("second", "stamping")] {
            try authority.issue(name, subject: "/CN=Other", section: section, by: "intermediate", validity: .long)
        }
        let early = "20210203040506Z"
        let whole = try authority.token(over: digest, at: early)
        var tokens: [(String, [UInt8])] = [
            ("whole", whole), ("cut", Array(whole.dropLast())), ("lengthened", whole + [0]), ("empty", []),
            ("over something else", try authority.token(over: SHA256Hasher.hash([1]), at: early)),
        ]
        for time in ["20200531235959Z", "20200601000000Z", "20300531235959Z", "20300601000000Z", "00010101000000Z"] {
            tokens.append((time, try authority.token(over: digest, at: time)))
        }
        for signer in ["signing", "uncritical", "second"] {
            tokens.append((signer, try authority.token(over: digest, at: early, signer: signer)))
        }
        tokens.append(("alone", try authority.token(over: digest, at: early, carrying: "root")))
        let content = try authority.openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", "token", "-binary")
        tokens += try [
            ("names no certificate", authority.sign(content, further: [])),
            ("signed by SHA-1", authority.sign(content, digest: "sha1")),
            ("of another type", authority.sign(content, type: "1.2.840.113549.1.7.1")),
            ("no TSTInfo", authority.sign([0x30, 0])),
        ]
        let certificate = try authority.certificate("tsa")
        for place in [whole.count - 1, try #require(whole.firstRange(of: certificate)).upperBound - 1] {
            var changed = whole
            changed[place] ^= 1
            tokens.append(("changed at \(place)", changed))
        }
        let other = try TimestampAuthority().certificate("root")
        var seen: Set<String> = []
        for (roots, names) in [
            ([], nil), (["root"], nil), (["intermediate"], ["whole", "alone"]), (["tsa"], ["whole", "alone"]),
            (["other", "root"], ["whole", "alone"]), (["other"], ["whole"]),
        ] as [([String], [String]?)] {
            let certificates = try roots.map { $0 == "other" ? other : try authority.certificate($0) }
            let items = tokens.filter { names?.contains($0.0) ?? true }
                .map { Case(name: "\($0.0), trusting \(roots)", token: $0.1, roots: certificates) }
            seen.formUnion(try expectAgreement(items))
        }
        #expect(seen == ["holds", "unknown", "invalid"])
    }
}
