import EvidenceCrypto
import Testing
import TransparencyLog

struct MerkleFrontierTests {
    @Test func `the classic leaves have the published roots`() {
        var frontier = MerkleFrontier()
        #expect(frontier.root.hex == ClassicTree.roots[0])
        for (index, entry) in ClassicTree.entries.enumerated() {
            frontier.append(MerkleHash.leaf(entry))
            #expect(frontier.root.hex == ClassicTree.roots[index + 1])
            #expect(frontier.size == UInt64(index + 1))
        }
    }

    @Test func `the root is RFC 6962's for every size up to 300`() {
        let tree = ReferenceTree(leaves: 300)
        var frontier = MerkleFrontier()
        var wrong: [UInt64] = []
        for leaf in tree.leafHashes {
            frontier.append(leaf)
            if frontier.root != tree.root(Int(frontier.size))
                || frontier.subtrees.count != frontier.size.nonzeroBitCount
            {
                wrong.append(frontier.size)
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test func `a stored frontier goes on where it was`() throws {
        let tree = ReferenceTree(leaves: 40)
        var frontier = MerkleFrontier()
        for leaf in tree.leafHashes {
            frontier = try MerkleFrontier(size: frontier.size, subtrees: frontier.subtrees)
            frontier.append(leaf)
        }
        #expect(frontier.root == tree.root())
    }

    @Test(arguments: [(0, 1), (1, 0), (1, 2), (3, 1), (4, 2), (UInt64.max, 63)])
    func `a frontier with a wrong number of subtrees is refused`(size: UInt64, count: Int) {
        let subtrees = [Digest](repeating: MerkleHash.emptyRoot, count: count)
        #expect(code { _ = try MerkleFrontier(size: size, subtrees: subtrees) } == .malformedFrontier)
    }
}
