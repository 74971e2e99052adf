import EvidenceCrypto
import Testing
import TransparencyLog

struct TLogProofTests {
    let tree = ReferenceTree(leaves: 11)
    let key: VerifierKey
    let note: SignedNote

    init() throws {
        let privateKey = try Ed25519PrivateKey(seed: [UInt8](repeating: 1, count: 32))
        key = try VerifierKey(name: "archive.example", key: privateKey.publicKey)
        let checkpoint = Checkpoint(origin: "archive.example", size: 11, root: tree.root())
        var note = try SignedNote(text: checkpoint.noteText, signatures: [])
        try note.sign(as: key, with: privateKey)
        self.note = note
    }

    func proof(_ index: UInt64, extra: [UInt8]? = nil) -> TLogProof {
        TLogProof(
            MerkleProofs.inclusion(index: index, size: 11, read: tree.read), checkpoint: note, extra: extra)
    }

    @Test func `every entry's file proves that entry and no other`() throws {
        for index in 0..<11 {
            let read = try TLogProof(parsing: proof(UInt64(index)).bytes)
            let checkpoint = try Checkpoint(noteText: read.note().text)
            #expect(try read.note().verify(key) == .valid)
            for leaf in 0..<11 {
                #expect(read.includes(leafHash: tree.leafHashes[leaf], in: checkpoint) == (leaf == index))
            }
        }
    }

    @Test func `a file is written as the specification shows it`() throws {
        let hashes = ["hash1", "hash2"].map { SHA256Hasher.hash(Array($0.utf8)) }
        let lines = hashes.map { Base64.encode($0.bytes) + "\n" }
        func text(_ proof: TLogProof) -> String { String(decoding: proof.bytes, as: UTF8.self) }
        let checkpoint = Array("test checkpoint\n".utf8)
        #expect(
            text(TLogProof(index: 5, hashes: hashes, checkpoint: checkpoint))
                == "c2sp.org/tlog-proof@v1\nindex 5\n\(lines[0])\(lines[1])\ntest checkpoint\n")
        let extra = Array("extra information".utf8)
        #expect(
            text(TLogProof(extra: extra, index: 10, hashes: [hashes[0]], checkpoint: checkpoint))
                == "c2sp.org/tlog-proof@v1\nextra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 10\n\(lines[0])\ntest checkpoint\n")
        #expect(
            text(TLogProof(index: 0, hashes: [], checkpoint: checkpoint))
                == "c2sp.org/tlog-proof@v1\nindex 0\n\ntest checkpoint\n")
    }

    @Test(arguments: [nil, [], [0], Array("any bytes at all".utf8)] as [[UInt8]?])
    func `a file that was read is written as it was`(extra: [UInt8]?) throws {
        let proof = proof(7, extra: extra)
        let read = try TLogProof(parsing: proof.bytes)
        #expect(read == proof)
        #expect(read.extra == extra)
        #expect(read.bytes == proof.bytes)
        #expect(read.checkpoint == note.bytes)
    }

    static let hash = "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ="

    @Test(arguments: [
        "", "\n", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\n", "wrong-header\nindex 0\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v2\nindex 0\n\ncheckpoint\n", "c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nextra !!notbase64!!\nindex 0\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nextra AA==\nextra AA==\nindex 0\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nextra\nindex 0\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra AA==\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\n\n\ncheckpoint\n", "c2sp.org/tlog-proof@v1\nindex notanumber\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex -5\n\ncheckpoint\n", "c2sp.org/tlog-proof@v1\nindex +5\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 05\n\ncheckpoint\n", "c2sp.org/tlog-proof@v1\nindex  5\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex \n\ncheckpoint\n", "c2sp.org/tlog-proof@v1\nindex\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 18446744073709551616\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n!!notbase64!!\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\(hash)\(hash)\n\nc\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\(hash) \n\nc\n", "c2sp.org/tlog-proof@v1\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\(hash)\n", "c2sp.org/tlog-proof@v1\nindex 0\n\(hash)",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + String(repeating: "\(hash)\n", count: 64) + "\ncheckpoint\n",
    ])
    func `a malformed file is refused`(text: String) {
        #expect(code { _ = try TLogProof(parsing: Array(text.utf8)) } == .malformedProof)
    }

    @Test func `a proof of 63 hashes is read`() throws {
        let text = "c2sp.org/tlog-proof@v1\nindex 0\n" + String(repeating: "\(Self.hash)\n", count: 63) + "\nc\n"
        #expect(try TLogProof(parsing: Array(text.utf8)).hashes.count == 63)
    }

    @Test func `a file with one changed byte proves nothing`() throws {
        let bytes = proof(7).bytes
        let leaf = tree.leafHashes[7]
        var accepted: [Int] = []
        for place in bytes.indices {
            for change in [1, 0x20, 0x80] as [UInt8] {
                var changed = bytes
                changed[place] ^= change
                guard let proof = try? TLogProof(parsing: changed), let note = try? proof.note(),
                    note.verify(key) == .valid, let checkpoint = try? Checkpoint(noteText: note.text)
                else { continue }
                if proof.index == 7, proof.includes(leafHash: leaf, in: checkpoint) { accepted.append(place) }
            }
        }
        #expect(accepted.isEmpty)
    }
}
