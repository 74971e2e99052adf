import EvidenceCrypto
import Testing
import TransparencyLog

struct VerifierKeyTests {
    static let peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

    @Test(arguments: [
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", peter,
        "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
        "witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN",
    ])
    func `published keys are read and written`(text: String) throws {
        let key = try VerifierKey(text)
        #expect(key.description == text)
        #expect(try VerifierKey(name: key.name, type: key.type, key: key.key) == key)
        #expect(key.type == (text.hasPrefix("witness") ? .cosignature : .ed25519))
        #expect(text.contains("+\(key.keyIDHex)+"))
    }

    @Test func `the key ID is the hash's first four bytes`() throws {
        let key = try VerifierKey(Self.peter)
        #expect(key.name == "PeterNeumann")
        #expect(key.keyID == 0xc74f_20a3)
        #expect(key.key.bytes.count == 32)
    }

    @Test func `no part of a key's text is a key`() {
        let bytes = Array(Self.peter.utf8)
        var accepted: [String] = []
        for start in 0...bytes.count {
            for end in start...bytes.count where end - start < bytes.count {
                let part = String(decoding: bytes[start..<end], as: UTF8.self)
                if (try? VerifierKey(part)) != nil { accepted.append(part) }
            }
        }
        #expect(accepted.isEmpty)
    }

    @Test func `a key's text with one changed byte is refused`() {
        var accepted: [String] = []
        for place in Self.peter.utf8.indices {
            for change in [1, 2, 0x20, 0x7f] as [UInt8] {
                var bytes = Array(Self.peter.utf8)
                bytes[place.utf16Offset(in: Self.peter)] ^= change
                let text = String(decoding: bytes, as: UTF8.self)
                if (try? VerifierKey(text)) != nil { accepted.append(text) }
            }
        }
        #expect(accepted.isEmpty)
    }

    @Test func `a key of a wrong length or an unknown type is refused, its key ID right or not`() {
        func code(_ text: String) -> TransparencyError.Code? { TransparencyLogTests.code { _ = try VerifierKey(text) } }
        #expect(
            code("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==") == .malformedKey)
        #expect(code("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW") == .unsupportedKeyType)
        #expect(code("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW") == .malformedKey)
        #expect(code(Self.peter + "\n") == .malformedKey)
        #expect(code(" " + Self.peter) == .malformedKey)
        #expect(code("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW") == .malformedKey)
    }

    @Test(arguments: [
        "", " ", "a b", "a+b", "a\tb", "a\n", "\r", "a\u{85}", "a\u{a0}b", "\u{1680}", "\u{2003}", "\u{2028}",
        "\u{2029}", "\u{202f}", "\u{205f}", "\u{3000}", "a\u{1}b", "a\u{1f}", "a\u{0}",
    ])
    func `a name that notes cannot carry is refused`(name: String) throws {
        let key = try VerifierKey(Self.peter).key
        #expect(!VerifierKey.isValidName(name))
        #expect(code { _ = try VerifierKey(name: name, key: key) } == .malformedKey)
    }

    @Test(arguments: ["a", "example.com/log", "李明", "jörg", "a\u{0301}", "—", "\u{200b}", "a:b?c=d&e", "\u{fffd}"])
    func `other names are carried in any script`(name: String) throws {
        let key = try VerifierKey(name: name, key: VerifierKey(Self.peter).key)
        let read = try VerifierKey(key.description)
        #expect(read == key)
        #expect(Array(read.name.utf8) == Array(name.utf8))
    }

    @Test func `names that only look equal make two keys`() throws {
        let key = try VerifierKey(Self.peter).key
        let composed = try VerifierKey(name: "caf\u{e9}", key: key)
        let decomposed = try VerifierKey(name: "cafe\u{301}", key: key)
        #expect(composed.name == decomposed.name)  // to Swift
        #expect(composed != decomposed)
        #expect(composed.keyID != decomposed.keyID)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test func `the two signature types make two keys`() throws {
        let key = try VerifierKey(Self.peter)
        let cosigning = try VerifierKey(name: key.name, type: .cosignature, key: key.key)
        #expect(cosigning != key)
        #expect(cosigning.keyID != key.keyID)
    }
}
