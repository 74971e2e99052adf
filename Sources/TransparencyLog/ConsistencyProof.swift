package import EvidenceCrypto

/// The proof that a tree begins with all of an older one (RFC 6962 §2.1.2, RFC 9162 §2.1.4).
package struct ConsistencyProof: Equatable, Sendable {
    /// The older tree's size.
    package let oldSize: UInt64
    /// The newer tree's size.
    package let newSize: UInt64
    package let hashes: [Digest]

    package init(oldSize: UInt64, newSize: UInt64, hashes: [Digest]) {
        self.oldSize = oldSize
        self.newSize = newSize
        self.hashes = hashes
    }

    /// Whether the newer tree extends the older one (RFC 9162 §2.1.4.2).
    ///
    /// Two trees of one size need equal roots and an empty proof. An empty older tree is refused: every tree extends it,
    /// so such a proof says nothing, and who means it has to say so.
    package func verify(oldRoot: Digest, newRoot: Digest) -> Bool {
        guard oldSize > 0, oldSize <= newSize else { return false }
        if oldSize == newSize { return hashes.isEmpty && oldRoot == newRoot }
        // Where the older tree is perfect, its root is where the path starts, and the proof leaves it out.
        var path = hashes[...]
        guard let start = oldSize.nonzeroBitCount == 1 ? oldRoot : path.popFirst() else { return false }
        var node = oldSize - 1
        var last = newSize - 1
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        let hasher = MerkleHasher()
        var older = start
        var newer = start
        for hash in path {
            guard last != 0 else { return false }
            if node & 1 == 1 || node == last {
                older = hasher.node(hash, older)
                newer = hasher.node(hash, newer)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                newer = hasher.node(newer, hash)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && older == oldRoot && newer == newRoot
    }
}
