import EvidenceCrypto
import Testing
import TransparencyLog

struct InclusionProofTests {
    static let tree = ReferenceTree(leaves: 64)

    @Test func `every proof up to 64 leaves is RFC 6962's, and holds`() {
        var wrong: [String] = []
        for size in 1...64 {
            let root = Self.tree.root(size)
            for index in 0..<size {
                let proof = MerkleProofs.inclusion(index: UInt64(index), size: UInt64(size), read: Self.tree.read)
                let leaf = Self.tree.leafHashes[index]
                if proof.hashes != Self.tree.path(index, size) || !proof.verify(leafHash: leaf, root: root) {
                    wrong.append("\(index) of \(size)")
                }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test func `the paths of RFC 6962 §2-1-3 are those of its picture`() {
        let tree = ReferenceTree(leaves: 7)
        func node(_ range: Range<Int>) -> Digest {
            range.count == 1
                ? tree.leafHashes[range.lowerBound]
                : MerkleHash.node(
                    node(range.prefix(range.count / 2)), node(range.dropFirst(range.count / 2)))
        }
        let (a, b, c, d, e, f, j) = (
            node(0..<1), node(1..<2), node(2..<3), node(3..<4), node(4..<5), node(5..<6), node(6..<7)
        )
        let (g, h, i) = (node(0..<2), node(2..<4), node(4..<6))
        let (k, l) = (MerkleHash.node(g, h), MerkleHash.node(i, j))
        func path(_ index: UInt64) -> [Digest] { MerkleProofs.inclusion(index: index, size: 7, read: tree.read).hashes }
        #expect(path(0) == [b, h, l])
        #expect(path(3) == [c, g, l])
        #expect(path(4) == [f, j, k])
        #expect(path(6) == [i, k])
        #expect(path(1) == [a, h, l] && path(2) == [d, g, l] && path(5) == [e, j, k])
    }

    /// Runs over every proof up to 64 leaves; what `body` returns is a change that was accepted.
    func accepted(
        _ body: (InclusionProof, _ leaf: Digest, _ root: Digest) -> [String]
    ) -> [String] {
        (1...64).flatMap { size in
            let root = Self.tree.root(size)
            return (0..<size).flatMap { index in
                let proof = InclusionProof(
                    index: UInt64(index), size: UInt64(size), hashes: Self.tree.path(index, size))
                return body(proof, Self.tree.leafHashes[index], root).map { "\(index) of \(size): \($0)" }
            }
        }
    }

    @Test func `an inclusion proof with one changed hash is refused`() {
        let changes = accepted { proof, leaf, root in
            proof.hashes.indices.compactMap { place in
                var hashes = proof.hashes
                hashes[place] = hashes[place].changed(bit: 37 * place)
                return InclusionProof(index: proof.index, size: proof.size, hashes: hashes)
                    .verify(leafHash: leaf, root: root) ? "hash \(place)" : nil
            }
        }
        #expect(changes.isEmpty)
    }

    @Test func `an inclusion proof of a wrong length is refused`() {
        let changes = accepted { proof, leaf, root in
            let lists = [
                proof.hashes + [root], proof.hashes + [leaf], [leaf] + proof.hashes,
                proof.hashes + proof.hashes + [root],
                proof.hashes.isEmpty ? [root] : Array(proof.hashes.dropLast()),
                proof.hashes.isEmpty ? [leaf] : Array(proof.hashes.dropFirst()),
            ]
            return lists.compactMap { hashes in
                let changed = InclusionProof(index: proof.index, size: proof.size, hashes: hashes)
                return changed.verify(leafHash: leaf, root: root) ? "\(hashes.count) hashes" : nil
            }
        }
        #expect(changes.isEmpty)
    }

    @Test func `another leaf, root, or order of hashes is refused`() {
        let changes = accepted { proof, leaf, root in
            var accepted: [String] = []
            if proof.verify(leafHash: leaf.changed(), root: root) { accepted.append("leaf") }
            if proof.verify(leafHash: leaf, root: root.changed(bit: 255)) { accepted.append("root") }
            if proof.verify(leafHash: leaf, root: MerkleHash.emptyRoot) { accepted.append("empty root") }
            let reversed = InclusionProof(index: proof.index, size: proof.size, hashes: proof.hashes.reversed())
            if proof.hashes.count > 1, reversed.verify(leafHash: leaf, root: root) { accepted.append("order") }
            return accepted
        }
        #expect(changes.isEmpty)
    }

    @Test func `an inclusion proof for another index is refused`() {
        let changes = accepted { proof, leaf, root in
            (0...proof.size + 1).filter { $0 != proof.index }.compactMap { index in
                InclusionProof(index: index, size: proof.size, hashes: proof.hashes)
                    .verify(leafHash: leaf, root: root) ? "index \(index)" : nil
            }
        }
        #expect(changes.isEmpty)
    }

    @Test func `an index outside the tree is refused, whatever the hashes`() {
        let leaf = MerkleHash.leaf([])
        for (index, size) in [(0, 0), (1, 0), (1, 1), (2, 1), (UInt64.max, 5), (UInt64.max, UInt64.max)] {
            #expect(!InclusionProof(index: index, size: size, hashes: []).verify(leafHash: leaf, root: leaf))
            #expect(
                !InclusionProof(index: index, size: size, hashes: []).verify(leafHash: leaf, root: MerkleHash.emptyRoot)
            )
        }
        #expect(InclusionProof(index: 0, size: 1, hashes: []).verify(leafHash: leaf, root: leaf))
    }

    @Test func `the largest trees neither overflow nor take a path of a wrong length`() throws {
        let leaf = MerkleHash.leaf([])
        for (index, size) in [(0, UInt64.max), (UInt64.max - 1, UInt64.max), (1 << 63, 1 << 63 + 1)] {
            let proof = MerkleProofs.inclusion(index: index, size: size) { $0.map { _ in leaf } }
            let root = try #require(proof.impliedRoot(leafHash: leaf))
            #expect(proof.verify(leafHash: leaf, root: root))
            let long = InclusionProof(index: index, size: size, hashes: proof.hashes + [leaf])
            #expect(long.impliedRoot(leafHash: leaf) == nil)
        }
    }

    @Test func `storage is read once, and its error comes through`() throws {
        struct Unreadable: Error {}
        var calls = 0
        _ = MerkleProofs.inclusion(index: 5, size: 61) { subtrees in
            calls += 1
            return Self.tree.read(subtrees)
        }
        #expect(calls == 1)
        #expect(throws: Unreadable.self) {
            try MerkleProofs.inclusion(index: 0, size: 2) { _ throws(Unreadable) in throw Unreadable() }
        }
    }
}
