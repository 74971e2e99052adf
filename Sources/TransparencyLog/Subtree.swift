package import EvidenceCrypto

/// The place of a perfect subtree: the leaves `index << level ..< (index + 1) << level`.
package struct SubtreeID: Hashable, Sendable, CustomStringConvertible {
    /// Its height: 0 for a leaf.
    package let level: Int
    /// Its place among the subtrees of its level, from 0.
    package let index: UInt64

    package init(level: Int, index: UInt64) {
        precondition(0...63 ~= level, "a subtree's level is 0 to 63")
        self.level = level
        self.index = index
    }

    package var description: String { "\(level)/\(index)" }
}

/// Storage as the proofs see it: reads the hashes of perfect subtrees of one tree, in the order asked for, in one call.
package typealias ReadSubtrees = ([SubtreeID]) throws -> [Digest]

/// Leaves `lower ..< upper` that RFC 6962's recursion takes as one node: `lower` is a multiple of a power of two that is
/// at least the number of leaves.
struct LeafRange: Equatable {
    var lower: UInt64
    var upper: UInt64

    var count: UInt64 { upper - lower }

    /// RFC 6962's k: where the range is split, after the largest power of two below its length.
    var split: UInt64 {
        precondition(count > 1)
        return lower + 1 << UInt64(63 - (count - 1).leadingZeroBitCount)
    }

    /// The perfect subtrees that make up the range, largest first.
    var subtrees: [SubtreeID] {
        var start = lower
        var result: [SubtreeID] = []
        for level in stride(from: 63, through: 0, by: -1) where count >> UInt64(level) & 1 == 1 {
            result.append(SubtreeID(level: level, index: start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
        return result
    }
}
