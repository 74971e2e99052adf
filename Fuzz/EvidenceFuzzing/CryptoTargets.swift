internal import EvidenceCrypto
internal import EvidenceTestSupport

extension FuzzTarget {
    /// What libcrypto reads for us.
    static let cryptoTargets = [
        FuzzTarget("timestamp") { bytes in
            if let response = try? TimestampResponse(der: bytes), let token = response.token {
                try require((try? TimestampToken(der: token.der)) == token, "a response's token can be read alone")
            }
            guard let token = try? TimestampToken(der: bytes) else { return }
            try require(token.der == bytes, "a token is kept as it was read")
            try require(token.verify(roots: []) != .valid, "nobody is trusted unasked")
            _ = token.verify(roots: [token.certificate.der])
        },
        FuzzTarget("certificate") { bytes in
            for certificate in [try? Certificate(der: bytes), try? Certificate(pem: bytes)].compactMap(\.self) {
                try require(
                    (try? Certificate(der: certificate.der)) == certificate, "a certificate is read as it is kept")
                _ = try? Recipient(certificate, now: certificate.notBefore)
            }
        },
        FuzzTarget("signed-message") { bytes in
            for message in [try? SignedMessage(der: bytes), try? SignedMessage(pem: bytes)].compactMap(\.self) {
                let again = try? SignedMessage(der: message.der)
                try require(again?.content == message.content, "a signed message is read as it is kept")
            }
        },
        FuzzTarget("private-key") { bytes in
            let key = try? Ed25519PrivateKey(pem: bytes, passphrase: Array("口令".utf8))
            if let key, let again = try? Ed25519PrivateKey(pem: key.pem(passphrase: nil), passphrase: nil) {
                try require(again.publicKey == key.publicKey, "a private key is written as it was read")
            }
            _ = try? DecryptionKey(pem: bytes, passphrase: nil)
        },
        FuzzTarget("envelope") { bytes in
            guard let recipient else { throw BrokenPromise(description: "there is a key to open envelopes with") }
            var count = 0
            try? bytes.withUnsafeBytes { message in
                try recipient.decrypt(message) { count += $0.count }
            }
            try require(count <= bytes.count, "nothing that was encrypted grows")
        },
    ]

    private static let recipient = try? DecryptionKey(pem: Array(TestRecipient.key.utf8), passphrase: nil)
}
