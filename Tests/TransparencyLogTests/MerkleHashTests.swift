import EvidenceCrypto
import Testing
import TransparencyLog

struct MerkleHashTests {
    @Test func `leaves and nodes have their published hashes`() throws {
        #expect(
            MerkleHash.leaf(Array("L123456".utf8)).hex
                == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56")
        // The published node is over two short strings; ours takes digests alone, so its prefix is checked apart.
        #expect(
            SHA256Hasher.hash([0x01] + Array("N123N456".utf8)).hex
                == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb")
        let left = MerkleHash.leaf([1])
        let right = MerkleHash.leaf([2])
        #expect(MerkleHash.node(left, right) == SHA256Hasher.hash([0x01] + left.bytes + right.bytes))
        #expect(MerkleHash.leaf([]).hex == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        #expect(MerkleHash.emptyRoot.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func `a leaf is not taken for a node`() {
        let left = MerkleHash.leaf([1])
        let right = MerkleHash.leaf([2])
        #expect(MerkleHash.leaf(left.bytes + right.bytes) != MerkleHash.node(left, right))
        #expect(MerkleHash.node(left, right) != MerkleHash.node(right, left))
    }

    @Test func `a hasher that is used again gives the same hashes`() {
        let hasher = MerkleHasher()
        for round in 0..<5 {
            let entry = [UInt8](repeating: UInt8(round), count: 100 * round)
            let hash = hasher.leaf(entry)
            #expect(hash == MerkleHash.leaf(entry))
            #expect(entry.withUnsafeBytes { hasher.leaf($0) } == hash)
            #expect(hasher.node(hash, hash) == MerkleHash.node(hash, hash))
        }
    }
}
