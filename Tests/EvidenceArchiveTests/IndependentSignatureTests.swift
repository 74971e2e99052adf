import EvidenceCrypto
import EvidenceTestSupport
import Testing

/// Both verifiers take the same signatures, strange ones made to tell them apart included.
///
/// The independent one computes Ed25519 itself; this holds it against libcrypto, whose Ed25519 the published vectors hold.
struct IndependentSignatureTests {
    /// Prints lines of key, signature, message and verdict, in hex: of an honest key, and of keys and nonces with a part of
    /// small order, in every form of 32 bytes that names them, with scalars above the order too.
    private static let script = """
        import hashlib
        from verify_independent.ed25519 import BASE, L, NEUTRAL, P, add, decode, encode, multiples, multiply, verifies

        def show(key, r, s, message):
            signature = r + s.to_bytes(32, "little")
            print(key.hex(), signature.hex(), message.hex(), int(verifies(key, signature, message)))

        def number(*parts):
            return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")

        def times(scalar, point):
            return multiply(multiples(encode(point)), scalar)

        base, secret = decode(BASE), number(b"secret") % L
        # Eight points of small order: what the curve's order leaves of any point that has such a part.
        y = next(y for y in range(2, 99) if (p := decode(y.to_bytes(32, "little"))) and encode(times(4, times(L, p))) != encode(NEUTRAL))
        eighth = times(L, decode(y.to_bytes(32, "little")))
        small = [times(i, eighth) for i in range(8)]
        encodings = {encode(point) for point in small}
        for data in list(encodings):
            value = int.from_bytes(data, "little")
            y, sign = value % 2**255, value >> 255
            encodings |= {(other | bit << 255).to_bytes(32, "little") for other in (y, y + P) if other < 2**255 for bit in (0, 1)}
        encodings |= {(P + y | bit << 255).to_bytes(32, "little") for y in range(19) for bit in (0, 1)}
        encodings = sorted(encodings)
        message = b"message"
        for key in encodings:
            for r in encodings:
                for s in (0, L):
                    show(key, r, s, message)
        for i, point in enumerate(small):
            # An honest key, and with a part of small order; likewise the nonce.
            key = encode(add(times(secret, base), point))
            for j, other in enumerate(small):
                nonce = number(b"nonce", bytes([i, j])) % L
                r = encode(add(times(nonce, base), other))
                for count in range(4):
                    text = message + bytes([count])
                    s = (nonce + number(r, key, text) % L * secret) % L
                    for scalar in (s, s + L, (s + 1) % L, s + 8 * L):
                        show(key, r, scalar, text)
        """

    @Test func `both take the same signatures`() throws {
        let lines = try IndependentVerifier.run(IndependentSignatureTests.script)
        var counts: [Bool: Int] = [:]
        for line in lines {
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            let (key, signature, message) = try (
                #require([UInt8](hex: words[0])), #require([UInt8](hex: words[1])), #require([UInt8](hex: words[2]))
            )
            let own = try #require(Ed25519PublicKey(key)).isValid(signature: signature, for: message)
            #expect(own == (words[3] == "1"), "\(line)")
            counts[own, default: 0] += 1
        }
        // Strange ones are among both.
        #expect(counts[true, default: 0] > 30 && counts[false, default: 0] > 1_000, "\(counts)")
    }

    @Test func `no changed bit is taken`() throws {
        let key = try Ed25519PrivateKey(seed: [UInt8](repeating: 7, count: 32))
        let signature = try key.signature(for: [1, 2, 3])
        let lines = try IndependentVerifier.run(
            """
            from verify_independent.ed25519 import verifies
            parts = [bytes.fromhex(text) for text in ("\(key.publicKey.bytes.hex)", "\(signature.hex)", "010203")]
            print(verifies(*parts))
            for part, data in enumerate(parts):
                for bit in range(len(data) * 8):
                    changed = int.from_bytes(data, "big") ^ 1 << bit
                    print(verifies(*parts[:part], changed.to_bytes(len(data), "big"), *parts[part + 1:]))
                for other in (data[:-1], data + bytes(1)):
                    print(verifies(*parts[:part], other, *parts[part + 1:]))
            """)
        #expect(lines.first == "True")
        #expect(lines.count == 1 + (32 + 64 + 3) * 8 + 6 && Set(lines.dropFirst()) == ["False"])
    }
}
