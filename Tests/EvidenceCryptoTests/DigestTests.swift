import EvidenceCrypto
import Testing

struct DigestTests {
    @Test func `a digest's hex and bytes say the same`() throws {
        let bytes = (0..<32).map { UInt8($0 * 7) }
        let digest = try #require(Digest(bytes))
        #expect(digest.bytes == bytes)
        #expect(Digest(hex: digest.hex) == digest)
        #expect(digest.description == "00070e151c232a31383f464d545b626970777e858c939aa1a8afb6bdc4cbd2d9")
    }

    @Test func `only 32 bytes are a digest`() {
        for count in [0, 1, 31, 33, 64] { #expect(Digest([UInt8](repeating: 1, count: count)) == nil) }
    }

    @Test func `only 64 lower-case hex digits are a digest's text`() {
        let text = String(repeating: "ab", count: 32)
        #expect(Digest(hex: text) != nil)
        for wrong in [
            "", text + "ab", text.uppercased(), String(text.dropLast()), text.dropLast() + "g", " " + text.dropLast(),
            text.dropLast() + "\u{0301}",
        ] { #expect(Digest(hex: String(wrong)) == nil, "\(wrong)") }
    }

    @Test func `digests that differ in any one byte are not equal`() throws {
        let digest = try #require(Digest([UInt8](repeating: 0, count: 32)))
        for place in 0..<32 {
            var bytes = digest.bytes
            bytes[place] = 1
            #expect(Digest(bytes) != digest)
        }
    }

    @Test func `digests sort as their hex does`() throws {
        let digests = (0..<50).map { SHA256Hasher.hash([$0]) }
        #expect(digests.sorted().map(\.hex) == digests.map(\.hex).sorted())
    }

    @Test func `hex of an odd number of digits is refused`() {
        #expect([UInt8](hex: "abc") == nil)
        #expect([UInt8](hex: "") == [])
        #expect([0x00, 0xff, 0x0a].hex == "00ff0a")
    }
}
