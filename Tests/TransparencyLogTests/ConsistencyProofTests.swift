import EvidenceCrypto
import Testing
import TransparencyLog

struct ConsistencyProofTests {
    static let tree = ReferenceTree(leaves: 64)
    static let roots = (0...64).map { tree.root($0) }

    @Test func `every proof up to 64 leaves is RFC 6962's, and holds`() {
        var wrong: [String] = []
        for new in 1...64 {
            for old in 1...new {
                let proof = MerkleProofs.consistency(
                    oldSize: UInt64(old), newSize: UInt64(new), read: Self.tree.read)
                if proof.hashes != Self.tree.proof(old, new)
                    || !proof.verify(oldRoot: Self.roots[old], newRoot: Self.roots[new])
                {
                    wrong.append("\(old) to \(new)")
                }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test func `the proofs of RFC 6962 §2-1-3 are those of its picture`() {
        let tree = ReferenceTree(leaves: 7)
        let leaves = tree.leafHashes
        let (g, h, i) = (
            MerkleHash.node(leaves[0], leaves[1]), MerkleHash.node(leaves[2], leaves[3]),
            MerkleHash.node(leaves[4], leaves[5])
        )
        let (k, l) = (MerkleHash.node(g, h), MerkleHash.node(i, leaves[6]))
        func proof(_ old: UInt64) -> [Digest] {
            MerkleProofs.consistency(oldSize: old, newSize: 7, read: tree.read).hashes
        }
        #expect(proof(3) == [leaves[2], leaves[3], g, l])
        #expect(proof(4) == [l])
        #expect(proof(6) == [i, leaves[6], k])
    }

    /// Runs over every pair up to 64; what `body` returns is a change that was accepted.
    func accepted(_ body: (ConsistencyProof, _ old: Digest, _ new: Digest) -> [String]) -> [String] {
        (1...64).flatMap { new in
            (1...new).flatMap { old in
                let proof = ConsistencyProof(
                    oldSize: UInt64(old), newSize: UInt64(new), hashes: Self.tree.proof(old, new))
                return body(proof, Self.roots[old], Self.roots[new]).map { "\(old) to \(new): \($0)" }
            }
        }
    }

    @Test func `a consistency proof with one changed hash is refused`() {
        let changes = accepted { proof, old, new in
            proof.hashes.indices.compactMap { place in
                var hashes = proof.hashes
                hashes[place] = hashes[place].changed(bit: 41 * place)
                return ConsistencyProof(oldSize: proof.oldSize, newSize: proof.newSize, hashes: hashes)
                    .verify(oldRoot: old, newRoot: new) ? "hash \(place)" : nil
            }
        }
        #expect(changes.isEmpty)
    }

    @Test func `a consistency proof of a wrong length is refused`() {
        let changes = accepted { proof, old, new in
            let lists = [
                proof.hashes + [new], proof.hashes + [old], [old] + proof.hashes, [new] + proof.hashes,
                proof.hashes.isEmpty ? [old] : Array(proof.hashes.dropLast()),
                proof.hashes.isEmpty ? [new] : Array(proof.hashes.dropFirst()),
                proof.hashes.isEmpty ? [old, new] : [],
            ]
            return lists.compactMap { hashes in
                ConsistencyProof(oldSize: proof.oldSize, newSize: proof.newSize, hashes: hashes)
                    .verify(oldRoot: old, newRoot: new) ? "\(hashes.count) hashes" : nil
            }
        }
        #expect(changes.isEmpty)
    }

    @Test func `a consistency proof for a newer tree of another height is refused`() {
        // A proof does not tell sizes apart whose paths have the same shape; no verifier can. All others it must.
        let changes = accepted { proof, old, new in
            (Int(proof.oldSize)...64).compactMap { size in
                let fits = Self.tree.proof(Int(proof.oldSize), size).count == proof.hashes.count
                let changed = ConsistencyProof(oldSize: proof.oldSize, newSize: UInt64(size), hashes: proof.hashes)
                return !fits && changed.verify(oldRoot: old, newRoot: new) ? "as \(size)" : nil
            }
        }
        #expect(changes.isEmpty)
    }

    @Test func `other roots are refused`() {
        let changes = accepted { proof, old, new in
            var accepted: [String] = []
            if proof.verify(oldRoot: old.changed(), newRoot: new) { accepted.append("old root") }
            if proof.verify(oldRoot: old, newRoot: new.changed(bit: 100)) { accepted.append("new root") }
            if old != new, proof.verify(oldRoot: new, newRoot: old) { accepted.append("roots swapped") }
            if old != new, proof.verify(oldRoot: new, newRoot: new) { accepted.append("new root twice") }
            if old != new, proof.verify(oldRoot: old, newRoot: old) { accepted.append("old root twice") }
            return accepted
        }
        #expect(changes.isEmpty)
    }

    @Test func `two histories have no consistency proof`() {
        var other = MerkleFrontier()
        for index in 0..<5 { other.append(Self.tree.leafHashes[index].changed(bit: index == 3 ? 1 : 0)) }
        let proof = MerkleProofs.consistency(oldSize: 5, newSize: 9, read: Self.tree.read)
        #expect(proof.verify(oldRoot: Self.roots[5], newRoot: Self.roots[9]))
        #expect(!proof.verify(oldRoot: other.root, newRoot: Self.roots[9]))
    }

    @Test func `an empty older tree is refused`() {
        for new in [0, 1, 2, 64] {
            let proof = MerkleProofs.consistency(oldSize: 0, newSize: UInt64(new), read: Self.tree.read)
            #expect(proof.hashes.isEmpty)
            #expect(!proof.verify(oldRoot: MerkleHash.emptyRoot, newRoot: Self.roots[new]))
            let forged = ConsistencyProof(oldSize: 0, newSize: UInt64(new), hashes: [Self.roots[new]])
            #expect(!forged.verify(oldRoot: MerkleHash.emptyRoot, newRoot: Self.roots[new]))
        }
    }

    @Test func `trees of one size need equal roots and an empty proof`() {
        let (root, other) = (Self.roots[5], Self.roots[6])
        #expect(ConsistencyProof(oldSize: 5, newSize: 5, hashes: []).verify(oldRoot: root, newRoot: root))
        #expect(!ConsistencyProof(oldSize: 5, newSize: 5, hashes: []).verify(oldRoot: root, newRoot: other))
        #expect(!ConsistencyProof(oldSize: 5, newSize: 5, hashes: [root]).verify(oldRoot: root, newRoot: root))
    }

    @Test func `a newer tree that is smaller is refused`() {
        for hashes in [[], [Self.roots[3]], Self.tree.proof(3, 5)] {
            #expect(
                !ConsistencyProof(oldSize: 5, newSize: 3, hashes: hashes)
                    .verify(oldRoot: Self.roots[5], newRoot: Self.roots[3]))
            #expect(
                !ConsistencyProof(oldSize: 5, newSize: 3, hashes: hashes)
                    .verify(oldRoot: Self.roots[3], newRoot: Self.roots[5]))
        }
    }

    @Test func `the largest trees do not overflow`() {
        let hash = MerkleHash.leaf([])
        for (old, new) in [
            (1, UInt64.max), (1 << 63, UInt64.max), (UInt64.max - 1, UInt64.max), (1 << 63 - 1, 1 << 63),
        ] {
            let proof = MerkleProofs.consistency(oldSize: old, newSize: new) { $0.map { _ in hash } }
            #expect(!proof.verify(oldRoot: hash.changed(), newRoot: hash))
            #expect(!proof.hashes.isEmpty)
        }
    }

    @Test func `root and frontier are those of the leaves`() {
        for size in 0...64 {
            #expect(MerkleProofs.root(size: UInt64(size), read: Self.tree.read) == Self.roots[size])
            var frontier = MerkleFrontier()
            for leaf in Self.tree.leafHashes.prefix(size) { frontier.append(leaf) }
            #expect(MerkleProofs.frontier(size: UInt64(size), read: Self.tree.read) == frontier)
        }
    }
}
