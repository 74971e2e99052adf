import EvidenceCrypto
import Foundation
import Testing

struct PrivateKeyFileTests {
    let key: Ed25519PrivateKey

    init() throws { key = try Ed25519PrivateKey(seed: noise(32, seed: 9)) }

    /// The public key that openssl reads from a private key file, or nil if it reads none.
    func opensslPublicKey(_ pem: [UInt8], passphrase: String? = nil) throws -> [UInt8]? {
        let folder = try TemporaryFolder()
        let path = try folder.write("key.pem", pem)
        let output = try Tool.run(
            "openssl", "pkey", "-in", path, "-passin", "env:EVIDENCE_TEST_PASSPHRASE", "-pubout", "-outform", "DER",
            environment: ["EVIDENCE_TEST_PASSPHRASE": passphrase ?? ""])
        return output.status == 0 ? output.bytes : nil
    }

    func code(_ pem: [UInt8], passphrase: [UInt8]?) -> CryptoError.Code? {
        do {
            _ = try Ed25519PrivateKey(pem: pem, passphrase: passphrase)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a plain key is PKCS 8 that openssl and we read`() throws {
        let pem = try key.pem(passphrase: nil)
        #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(try opensslPublicKey(pem) == key.publicKey.subjectPublicKeyInfo)
        #expect(try Ed25519PrivateKey(pem: pem, passphrase: nil).publicKey == key.publicKey)
        #expect(try Ed25519PrivateKey(pem: pem, passphrase: Array("not needed".utf8)).publicKey == key.publicKey)
    }

    @Test(arguments: ["correct horse battery staple", "密码 пароль", "x"])
    func `an encrypted key opens with its passphrase, here and in openssl`(passphrase: String) throws {
        let pem = try key.pem(passphrase: Array(passphrase.utf8))
        #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
        #expect(try opensslPublicKey(pem, passphrase: passphrase) == key.publicKey.subjectPublicKeyInfo)
        #expect(try opensslPublicKey(pem, passphrase: passphrase + ".") == nil)
        let read = try Ed25519PrivateKey(pem: pem, passphrase: Array(passphrase.utf8))
        #expect(try read.signature(for: [7]) == key.signature(for: [7]))
    }

    @Test func `a missing and a wrong passphrase are told apart`() throws {
        let pem = try key.pem(passphrase: Array("right".utf8))
        #expect(code(pem, passphrase: nil) == .passphraseNeeded)
        #expect(code(pem, passphrase: Array("wrong".utf8)) == .passphraseWrong)
        #expect(code(pem, passphrase: []) == .passphraseWrong)
        #expect(code(pem, passphrase: Array("right".utf8)) == nil)
    }

    @Test func `an empty passphrase encrypts too`() throws {
        let pem = try key.pem(passphrase: [])
        #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
        #expect(try Ed25519PrivateKey(pem: pem, passphrase: []).publicKey == key.publicKey)
        #expect(code(pem, passphrase: nil) == .passphraseNeeded)
    }

    @Test func `a passphrase that could not be given again is refused from the start`() throws {
        let longest = [UInt8](repeating: UInt8(ascii: "p"), count: Ed25519PrivateKey.longestPassphrase)
        let pem = try key.pem(passphrase: longest)
        #expect(code(pem, passphrase: longest) == nil)
        #expect(
            try opensslPublicKey(pem, passphrase: String(decoding: longest, as: UTF8.self))
                == key.publicKey.subjectPublicKeyInfo)
        for extra in [1, 4_000] {
            let error = #expect(throws: CryptoError.self) {
                try key.pem(passphrase: longest + [UInt8](repeating: 1, count: extra))
            }
            #expect(error?.code == .passphraseTooLong)
        }
    }

    @Test func `a key that openssl made is read`() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appendingPathComponent("key.pem").path
        #expect(try Tool.run("openssl", "genpkey", "-algorithm", "ed25519", "-out", path).status == 0)
        let pem = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let read = try Ed25519PrivateKey(pem: pem, passphrase: nil)
        #expect(try opensslPublicKey(pem) == read.publicKey.subjectPublicKeyInfo)
    }

    @Test func `a key of another kind is refused`() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appendingPathComponent("key.pem").path
        #expect(try Tool.run("openssl", "genpkey", "-algorithm", "x25519", "-out", path).status == 0)
        #expect(code([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), passphrase: nil) == .malformedKey)
    }

    @Test func `what is no key file is refused`() throws {
        let pem = try key.pem(passphrase: nil)
        for wrong in [[], Array("hello\n".utf8), Array(pem.dropLast(40)), key.publicKey.subjectPublicKeyInfo] {
            #expect(code(wrong, passphrase: nil) == .malformedKey)
            #expect(code(wrong, passphrase: [1]) == .malformedKey)
        }
    }

    @Test func `a failure leaves nothing behind in the reason of the next one`() throws {
        func reason() -> String {
            do {
                _ = try Ed25519PrivateKey(pem: Array("hello\n".utf8), passphrase: nil)
                return ""
            } catch {
                return error.reason
            }
        }
        let first = reason()
        #expect(!first.isEmpty)
        _ = key.publicKey.isValid(signature: [UInt8](repeating: 0xff, count: 64), for: [])
        #expect(reason() == first)
    }
}
