import EvidenceCrypto
import Testing

struct SHA256Tests {
    /// FIPS 180-2 appendix B and RFC 6234 §8.5.
    @Test(arguments: [
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrst"
                + "nopqrstu", 1, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        (
            "0123456701234567012345670123456701234567012345670123456701234567", 10,
            "594847328451bdfa85056225462cc1d867d877fb388df0ce35f25ab5562bfbb5"
        ),
    ])
    func `published messages have their published digests`(text: String, repeats: Int, digest: String) {
        let message = [UInt8](String(repeating: text, count: repeats).utf8)
        #expect(SHA256Hasher.hash(message).hex == digest)
    }

    @Test func `a message may come in pieces of any size`() {
        let message = noise(10_000)
        let whole = SHA256Hasher.hash(message)
        let hasher = SHA256Hasher()
        for piece in [1, 3, 63, 64, 65, 127, 4096, 9_999, 10_000] {
            for start in stride(from: 0, to: message.count, by: piece) {
                hasher.update(Array(message[start..<min(start + piece, message.count)]))
            }
            #expect(hasher.finish() == whole, "in pieces of \(piece)")
        }
    }

    @Test func `bytes, digests and arrays are added alike`() {
        let digest = SHA256Hasher.hash([1])
        let hasher = SHA256Hasher()
        hasher.update(0x01)
        hasher.update(digest)
        hasher.update([UInt8]())
        #expect(hasher.finish() == SHA256Hasher.hash([1] + digest.bytes))
    }

    @Test func `a finished hasher starts anew`() {
        let hasher = SHA256Hasher()
        hasher.update([1, 2, 3])
        _ = hasher.finish()
        #expect(hasher.finish() == SHA256Hasher.hash([]))
    }

    @Test func `openssl computes the same digests`() throws {
        let folder = try TemporaryFolder()
        for count in [0, 55, 56, 63, 64, 65, 100_003] {
            let message = noise(count, seed: UInt64(count))
            let path = try folder.write("message", message)
            let output = try Tool.run("openssl", "dgst", "-sha256", "-r", path)
            #expect(output.text.hasPrefix(SHA256Hasher.hash(message).hex))
        }
    }

    @Test func `random bytes are as many as asked for, and not the same twice`() throws {
        #expect(try Random.bytes(0).isEmpty)
        let first = try Random.bytes(32)
        #expect(first.count == 32)
        #expect(try Random.bytes(32) != first)
    }
}
