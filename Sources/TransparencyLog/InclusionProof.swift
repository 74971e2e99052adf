package import EvidenceCrypto

/// The proof that a leaf stands at one place in a tree (RFC 6962 §2.1.1, RFC 9162 §2.1.3).
package struct InclusionProof: Equatable, Sendable {
    /// The leaf's index, from 0.
    package let index: UInt64
    /// The tree's size.
    package let size: UInt64
    /// The path: from the leaf's sibling up to the root's child.
    package let hashes: [Digest]

    package init(index: UInt64, size: UInt64, hashes: [Digest]) {
        self.index = index
        self.size = size
        self.hashes = hashes
    }

    /// Whether the leaf with this hash is at ``index`` in the tree of ``size`` leaves with this root.
    package func verify(leafHash: Digest, root: Digest) -> Bool {
        impliedRoot(leafHash: leafHash) == root
    }

    /// The root of the one tree for which this proof would hold (RFC 9162 §2.1.3.2, before its last comparison).
    ///
    /// Nil when the index lies outside the tree or the path has the wrong length.
    package func impliedRoot(leafHash: Digest) -> Digest? {
        guard index < size else { return nil }
        let hasher = MerkleHasher()
        var node = index
        var last = size - 1
        var hash = leafHash
        for sibling in hashes {
            guard last != 0 else { return nil }
            if node & 1 == 1 || node == last {
                hash = hasher.node(sibling, hash)
                // A node that has no sibling moves up unchanged, until it is a right child.
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = hasher.node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 ? hash : nil
    }
}
