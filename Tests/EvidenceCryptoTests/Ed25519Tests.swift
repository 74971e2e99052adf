import EvidenceCrypto
import Foundation
import Testing

struct Ed25519Tests {
    struct Vector: Sendable {
        let seed: String
        let key: String
        let message: String
        let signature: String
    }

    /// RFC 8032 §7.1: TEST 1, TEST 2, TEST 3, TEST SHA(abc).
    static let vectors = [
        Vector(
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
            signature:
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b"),
        Vector(
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
            signature:
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00"),
        Vector(
            seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            key: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", message: "af82",
            signature:
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a"),
        Vector(
            seed: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            key: "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            message: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            signature:
                "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
                + "3dca179c138ac17ad9bef1177331a704"),
    ]

    @Test(arguments: vectors)
    func `published seeds give their published keys and signatures`(vector: Vector) throws {
        let message = try #require([UInt8](hex: vector.message))
        let key = try Ed25519PrivateKey(seed: #require([UInt8](hex: vector.seed)))
        #expect(key.publicKey.bytes.hex == vector.key)
        let signature = try key.signature(for: message)
        #expect(signature.hex == vector.signature)
        #expect(key.publicKey.isValid(signature: signature, for: message))
    }

    @Test func `a signature with one changed bit is refused`() throws {
        let key = try Ed25519PrivateKey(seed: noise(32))
        let message = noise(100)
        let signature = try key.signature(for: message)
        let accepted = (0..<signature.count * 8).filter { bit in
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            return key.publicKey.isValid(signature: changed, for: message)
        }
        #expect(accepted.isEmpty)
    }

    @Test func `a signature is refused for another message, by another key, and at another length`() throws {
        let key = try Ed25519PrivateKey.generate()
        let signature = try key.signature(for: [1, 2, 3])
        #expect(key.publicKey.isValid(signature: signature, for: [1, 2, 3]))
        #expect(!key.publicKey.isValid(signature: signature, for: [1, 2, 4]))
        #expect(!key.publicKey.isValid(signature: signature, for: [1, 2, 3, 0]))
        #expect(!key.publicKey.isValid(signature: signature, for: []))
        #expect(!key.publicKey.isValid(signature: [], for: [1, 2, 3]))
        #expect(!key.publicKey.isValid(signature: Array(signature.dropLast()), for: [1, 2, 3]))
        #expect(!key.publicKey.isValid(signature: signature + [0], for: [1, 2, 3]))
        let other = try Ed25519PrivateKey.generate()
        #expect(other.publicKey != key.publicKey)
        #expect(!other.publicKey.isValid(signature: signature, for: [1, 2, 3]))
    }

    @Test func `a signature whose scalar is not reduced is refused`() throws {
        // S + L verifies wherever RFC 8032 §5.1.7 step 1 is left out.
        let order = try #require([UInt8](hex: "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"))
        let key = try Ed25519PrivateKey(seed: noise(32))
        var signature = try key.signature(for: [1])
        var carry = 0
        for place in 0..<32 {
            let sum = Int(signature[32 + place]) + Int(order[place]) + carry
            signature[32 + place] = UInt8(sum & 0xff)
            carry = sum >> 8
        }
        #expect(carry == 0)
        #expect(!key.publicKey.isValid(signature: signature, for: [1]))
    }

    @Test func `bytes that are no point of the curve verify nothing`() throws {
        let key = try #require(Ed25519PublicKey([UInt8](repeating: 0xff, count: 32)))
        #expect(!key.isValid(signature: [UInt8](repeating: 0, count: 64), for: []))
        #expect(Ed25519PublicKey([UInt8](repeating: 0, count: 31)) == nil)
        #expect(Ed25519PublicKey([UInt8](repeating: 0, count: 33)) == nil)
    }

    @Test func `a seed of another length is refused`() {
        for count in [0, 31, 33] {
            #expect(throws: CryptoError.self) { try Ed25519PrivateKey(seed: noise(count)) }
        }
    }

    @Test func `openssl verifies a signature with the key as it is written out`() throws {
        let folder = try TemporaryFolder()
        let key = try Ed25519PrivateKey.generate()
        let message = noise(3_000)
        let keyPath = try folder.write("key.der", key.publicKey.subjectPublicKeyInfo)
        let messagePath = try folder.write("message", message)
        var signature = try key.signature(for: message)
        func verify() throws -> Int32 {
            let path = try folder.write("signature", signature)
            return try Tool.run(
                "openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", keyPath, "-in",
                messagePath, "-sigfile", path
            ).status
        }
        #expect(try verify() == 0)
        signature[5] ^= 1
        #expect(try verify() != 0)
    }
}
