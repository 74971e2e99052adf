import EvidenceCrypto
import Testing
import TransparencyLog

struct CheckpointTests {
    static let published = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

    @Test func `the published checkpoint is read and written`() throws {
        let checkpoint = try Checkpoint(noteText: Self.published)
        #expect(checkpoint.origin == "example.com/behind-the-sofa")
        #expect(checkpoint.size == 20_852_163)
        #expect(checkpoint.root.hex == "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62")
        #expect(checkpoint.extensions.isEmpty)
        #expect(checkpoint.noteText == Self.published)
        #expect(
            Checkpoint(origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root) == checkpoint)
    }

    @Test func `an origin in any script and extension lines are kept`() throws {
        let text = "档案 1+2\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n x \n—\n"
        let checkpoint = try Checkpoint(noteText: text)
        #expect(checkpoint.root == MerkleHash.emptyRoot)
        #expect(checkpoint.extensions == [" x ", "—"])
        #expect(checkpoint.noteText == text)
    }

    static let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

    @Test(arguments: [
        "", "\n", "o\n", "o\n1\n", "o\n1\n\(root)", "\n1\n\(root)\n", "o\n\n\(root)\n", "o\n1\n\n", "o\n1\n\(root)\n\n",
        "o\n1\n\(root)\n\nx\n", "\no\n1\n\(root)\n", "o\n1\n\(root)\nx", "o\r\n1\r\n\(root)\r\n", "o\tp\n1\n\(root)\n",
        "o\n1\n\(root.dropLast())\n", "o\n1\n\(root) \n", "o\n1\nAAAA\n", "o\n1\n\(root.dropLast(2))J=\n",
        "o\n1\n\(root.dropLast(4))\n", "o\n1\nAAAA\(root)\n",
    ])
    func `a text that is no checkpoint is refused`(text: String) {
        #expect(code { _ = try Checkpoint(noteText: text) } == .malformedCheckpoint)
    }

    @Test(arguments: [
        "00", "01", "+1", "-1", "-0", "1 ", " 1", "1_0", "0x1", "1.0", "1e3", "a", "١", "１", "9223372036854775808",
        "18446744073709551615", "18446744073709551616", "184467440737095516160", "99999999999999999999999999",
    ])
    func `a size that is no plain decimal number is refused`(size: String) {
        #expect(code { _ = try Checkpoint(noteText: "o\n\(size)\n\(Self.root)\n") } == .malformedCheckpoint)
    }

    @Test(arguments: ["0", "1", "10", "9223372036854775807"])
    func `sizes up to 2^63−1 are read`(size: String) throws {
        #expect(try String(Checkpoint(noteText: "o\n\(size)\n\(Self.root)\n").size) == size)
    }

    @Test func `checkpoints that only look equal differ`() throws {
        let root = MerkleHash.emptyRoot
        #expect(
            Checkpoint(origin: "caf\u{e9}", size: 1, root: root)
                != Checkpoint(origin: "cafe\u{301}", size: 1, root: root))
        #expect(
            Checkpoint(origin: "o", size: 1, root: root, extensions: ["\u{e9}"])
                != Checkpoint(origin: "o", size: 1, root: root, extensions: ["e\u{301}"]))
        #expect(Checkpoint(origin: "o", size: 1, root: root) != Checkpoint(origin: "o", size: 2, root: root))
        #expect(Checkpoint(origin: "o", size: 1, root: root) != Checkpoint(origin: "o", size: 1, root: root.changed()))
    }

    /// A commit's note as the archive writes it: signed by the archive and by an inspector, and cosigned.
    struct SignedCheckpoint {
        let keys: [VerifierKey]
        let bytes: [UInt8]

        init() throws {
            let root = ReferenceTree(leaves: 5).root()
            let checkpoint = Checkpoint(origin: "archive.example/2026", size: 5, root: root)
            var note = try SignedNote(text: checkpoint.noteText, signatures: [])
            let signers = [("archive.example/2026", UInt8(1)), ("li.ming", 2)]
            var keys: [VerifierKey] = []
            for (name, seed) in signers {
                let key = try Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32))
                keys.append(try VerifierKey(name: name, key: key.publicKey))
                try note.sign(as: keys[keys.count - 1], with: key)
            }
            let witness = try Ed25519PrivateKey(seed: [UInt8](repeating: 3, count: 32))
            keys.append(try VerifierKey(name: "witness.example", type: .cosignature, key: witness.publicKey))
            try note.cosign(as: keys[2], with: witness, time: 1_700_000_000)
            self.keys = keys
            bytes = note.bytes
        }

        func accepts(_ bytes: [UInt8]) -> Bool {
            guard let note = try? SignedNote(parsing: bytes) else { return false }
            return keys.allSatisfy { note.verify($0) == .valid }
        }
    }

    @Test func `a signed checkpoint with one changed byte is refused`() throws {
        let signed = try SignedCheckpoint()
        #expect(signed.accepts(signed.bytes))
        var accepted: [String] = []
        for place in signed.bytes.indices {
            let byte = signed.bytes[place]
            for other in [byte ^ 1, byte ^ 0x20, byte ^ 0x80, byte &+ 1, byte &- 1, 0, 0x0a, 0x20, 0x3d, 0x41]
            where other != byte {
                var bytes = signed.bytes
                bytes[place] = other
                if signed.accepts(bytes) { accepted.append("byte \(place): \(byte) to \(other)") }
            }
        }
        #expect(accepted.isEmpty)
    }

    @Test func `a signed checkpoint with one byte less or more is refused`() throws {
        let signed = try SignedCheckpoint()
        var accepted: [String] = []
        for place in signed.bytes.indices {
            var bytes = signed.bytes
            bytes.remove(at: place)
            if signed.accepts(bytes) { accepted.append("byte \(place) left out") }
            for other in [0, 0x0a, 0x0d, 0x20, 0x3d, 0x41] as [UInt8] {
                bytes = signed.bytes
                bytes.insert(other, at: place)
                if signed.accepts(bytes) { accepted.append("\(other) before byte \(place)") }
            }
            if signed.accepts(Array(signed.bytes.prefix(place))) { accepted.append("cut at \(place)") }
        }
        if signed.accepts(signed.bytes + [0x0a]) { accepted.append("a newline at the end") }
        #expect(accepted.isEmpty)
    }
}
