package import EvidenceCrypto

/// The right edge of a tree: all that is needed to append leaves and to know the root.
package struct MerkleFrontier: Equatable, Sendable {
    /// The number of leaves.
    package private(set) var size: UInt64
    /// The roots of the maximal perfect subtrees, largest (leftmost) first: one for each bit that is set in ``size``.
    package private(set) var subtrees: [Digest]

    /// The frontier of a tree without leaves.
    package init() {
        size = 0
        subtrees = []
    }

    /// A stored frontier; whether its hashes are the right ones shows only when ``root`` is compared.
    ///
    /// - Throws: `malformedFrontier` unless there are as many subtrees as bits set in `size`.
    package init(size: UInt64, subtrees: [Digest]) throws(TransparencyError) {
        guard subtrees.count == size.nonzeroBitCount else {
            throw TransparencyError(
                .malformedFrontier,
                "a tree of \(size) leaves has \(size.nonzeroBitCount) subtrees at its edge, not \(subtrees.count)")
        }
        self.size = size
        self.subtrees = subtrees
    }

    init(size: UInt64, edge subtrees: [Digest]) {
        precondition(subtrees.count == size.nonzeroBitCount)
        self.size = size
        self.subtrees = subtrees
    }

    /// The tree's root (RFC 6962 §2.1).
    package var root: Digest { root(using: MerkleHasher()) }

    /// The tree's root (RFC 6962 §2.1), with a hasher that is there already.
    package func root(using hasher: borrowing MerkleHasher) -> Digest {
        subtrees.isEmpty ? MerkleHash.emptyRoot : hasher.fold(subtrees[...])
    }

    /// Adds one leaf, by its hash.
    package mutating func append(_ leafHash: Digest) {
        append(leafHash, using: MerkleHasher())
    }

    /// Adds one leaf, by its hash, with a hasher that is there already.
    package mutating func append(_ leafHash: Digest, using hasher: borrowing MerkleHasher) {
        // Like adding one to a binary number: each trailing one is a subtree that the carry joins.
        var hash = leafHash
        for _ in 0..<(~size).trailingZeroBitCount { hash = hasher.node(subtrees.removeLast(), hash) }
        subtrees.append(hash)
        size += 1
    }
}
