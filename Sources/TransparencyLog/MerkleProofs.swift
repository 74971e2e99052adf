package import EvidenceCrypto

/// Makes proofs from stored hashes of perfect subtrees.
///
/// `read` is called once, or not at all when nothing is needed, and must give one hash for each subtree asked for. What it
/// gives is taken as it is: a proof from wrong hashes is a wrong proof, which its verification shows.
package enum MerkleProofs {
    /// PATH(index, D[size]) of RFC 6962 §2.1.1.
    ///
    /// - Precondition: `index < size`.
    package static func inclusion<Failure: Error>(
        index: UInt64, size: UInt64, read: ([SubtreeID]) throws(Failure) -> [Digest]
    ) throws(Failure) -> InclusionProof {
        precondition(index < size, "no leaf \(index) in a tree of \(size)")
        var range = LeafRange(lower: 0, upper: size)
        var path: [LeafRange] = []
        while range.count > 1 {
            let middle = range.split
            if index < middle {
                path.append(LeafRange(lower: middle, upper: range.upper))
                range.upper = middle
            } else {
                path.append(LeafRange(lower: range.lower, upper: middle))
                range.lower = middle
            }
        }
        return InclusionProof(index: index, size: size, hashes: try hashes(of: path.reversed(), read: read))
    }

    /// PROOF(oldSize, D[newSize]) of RFC 6962 §2.1.2.
    ///
    /// For an empty older tree the proof has no hashes, as tlog-witness wants it, and ``ConsistencyProof/verify`` refuses
    /// it.
    /// - Precondition: `oldSize <= newSize`.
    package static func consistency<Failure: Error>(
        oldSize: UInt64, newSize: UInt64, read: ([SubtreeID]) throws(Failure) -> [Digest]
    ) throws(Failure) -> ConsistencyProof {
        precondition(oldSize <= newSize, "a tree of \(newSize) leaves does not extend one of \(oldSize)")
        var range = LeafRange(lower: 0, upper: newSize)
        var path: [LeafRange] = []
        while oldSize > 0, range.upper != oldSize {
            let middle = range.split
            if oldSize <= middle {
                path.append(LeafRange(lower: middle, upper: range.upper))
                range.upper = middle
            } else {
                path.append(LeafRange(lower: range.lower, upper: middle))
                range.lower = middle
            }
        }
        // Reached from the left all the way, the last node is the older root itself, which the verifier has.
        if range.lower != 0 { path.append(range) }
        return ConsistencyProof(
            oldSize: oldSize, newSize: newSize, hashes: try hashes(of: path.reversed(), read: read))
    }

    /// MTH(D[size]) of RFC 6962 §2.1.
    package static func root<Failure: Error>(
        size: UInt64, read: ([SubtreeID]) throws(Failure) -> [Digest]
    ) throws(Failure) -> Digest {
        try frontier(size: size, read: read).root
    }

    /// The right edge of the tree with the first `size` leaves.
    package static func frontier<Failure: Error>(
        size: UInt64, read: ([SubtreeID]) throws(Failure) -> [Digest]
    ) throws(Failure) -> MerkleFrontier {
        let places = LeafRange(lower: 0, upper: size).subtrees
        return MerkleFrontier(size: size, edge: try exact(places, read: read))
    }

    /// One hash for each range, read in one call.
    private static func hashes<Failure: Error>(
        of ranges: [LeafRange], read: ([SubtreeID]) throws(Failure) -> [Digest]
    ) throws(Failure) -> [Digest] {
        let places = ranges.map(\.subtrees)
        var rest = try exact(places.flatMap { $0 }, read: read)[...]
        let hasher = MerkleHasher()
        var hashes: [Digest] = []
        for place in places {
            hashes.append(hasher.fold(rest.prefix(place.count)))
            rest = rest.dropFirst(place.count)
        }
        return hashes
    }

    private static func exact<Failure: Error>(
        _ places: [SubtreeID], read: ([SubtreeID]) throws(Failure) -> [Digest]
    ) throws(Failure) -> [Digest] {
        if places.isEmpty { return [] }
        let hashes = try read(places)
        precondition(hashes.count == places.count, "storage gave \(hashes.count) hashes for \(places.count) subtrees")
        return hashes
    }
}
