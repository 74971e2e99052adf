package import EvidenceCrypto

/// The hashes of a Merkle tree (RFC 6962 §2.1), over SHA-256.
package enum MerkleHash {
    /// A leaf's hash: SHA-256(0x00 ‖ entry).
    package static func leaf(_ entry: [UInt8]) -> Digest { MerkleHasher().leaf(entry) }

    /// An inner node's hash: SHA-256(0x01 ‖ left ‖ right).
    package static func node(_ left: Digest, _ right: Digest) -> Digest { MerkleHasher().node(left, right) }

    /// The root of a tree without leaves: SHA-256 of nothing.
    package static let emptyRoot: Digest = SHA256Hasher.hash([])
}

/// ``MerkleHash`` with one hasher that is used again and again, for those who hash many.
package struct MerkleHasher: ~Copyable {
    private let hasher = SHA256Hasher()

    package init() {}

    /// A leaf's hash: SHA-256(0x00 ‖ entry).
    package func leaf(_ entry: UnsafeRawBufferPointer) -> Digest {
        hasher.update(0x00)
        hasher.update(entry)
        return hasher.finish()
    }

    /// A leaf's hash: SHA-256(0x00 ‖ entry).
    package func leaf(_ entry: [UInt8]) -> Digest {
        entry.withUnsafeBytes { leaf($0) }
    }

    /// An inner node's hash: SHA-256(0x01 ‖ left ‖ right).
    package func node(_ left: Digest, _ right: Digest) -> Digest {
        // One block of 65 bytes, because each call into libcrypto costs about a sixth of the hash itself.
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * Digest.size, alignment: 1) { block in
            block[0] = 0x01
            left.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: block[1...]).copyMemory(from: $0)
            }
            right.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: block[(1 + Digest.size)...]).copyMemory(from: $0)
            }
            hasher.update(UnsafeRawBufferPointer(block))
        }
        return hasher.finish()
    }

    /// The root over perfect subtrees that lie side by side, largest first, as at a tree's right edge.
    ///
    /// Not for an empty list: an empty tree has its own root, an empty range has none.
    func fold(_ subtrees: ArraySlice<Digest>) -> Digest {
        precondition(!subtrees.isEmpty)
        return subtrees.dropLast().reversed().reduce(subtrees[subtrees.endIndex - 1]) { node($1, $0) }
    }

    /// The root over 2^n hashes of equal height.
    func perfectRoot(_ hashes: ArraySlice<Digest>) -> Digest {
        precondition(hashes.count.nonzeroBitCount == 1, "a perfect tree has a power of two of leaves")
        var level = Array(hashes)
        while level.count > 1 {
            for pair in 0..<level.count / 2 { level[pair] = node(level[2 * pair], level[2 * pair + 1]) }
            level.removeLast(level.count / 2)
        }
        return level[0]
    }
}
