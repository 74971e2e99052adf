package import EvidenceCrypto

/// What a witness has to answer to a request (C2SP tlog-witness, `add-checkpoint`).
package enum WitnessRule {
    /// What a witness has cosigned of one log.
    package struct Cosigned: Equatable, Sendable {
        /// The newest checkpoint's size and root; nil where it never cosigned one.
        package var newest: (size: UInt64, root: Digest)?
        /// The root that it cosigned at the size which the request is about; nil where there is none.
        package var rootAtSize: Digest?

        package init(newest: (size: UInt64, root: Digest)? = nil, rootAtSize: Digest? = nil) {
            self.newest = newest
            self.rootAtSize = rootAtSize
        }

        package static func == (left: Cosigned, right: Cosigned) -> Bool {
            left.newest?.size == right.newest?.size && left.newest?.root == right.newest?.root
                && left.rootAtSize == right.rootAtSize
        }
    }

    /// How a checkpoint, rightly signed by its log, does not go together with what was cosigned before.
    package enum Conflict: String, Sendable, CaseIterable {
        /// Another root at a size that was cosigned: two histories, proven by the two notes alone.
        case fork
        /// A smaller size than the newest: an old copy, or just an old request.
        case rollback
        /// No valid proof that it extends the newest: two histories, or just a wrong proof.
        case inconsistent
    }

    /// Why a request is refused.
    package enum Reason: Equatable, Sendable {
        /// The witness was not told to watch this origin.
        case unknownOrigin
        /// No signature line is the log's.
        case notSigned
        /// A line in the log's name does not hold.
        case signatureInvalid
        /// The old size is above the checkpoint's.
        case oldAboveCheckpoint
        /// The old size is not that of the newest checkpoint, which is this.
        case otherOldSize(UInt64)
        /// A tree without leaves has another root than the one stated.
        case emptyTreeRoot
        /// The proof from nothing, or between equal sizes, has hashes.
        case proofNotEmpty
        /// Equal sizes, different roots.
        case otherRoot
        /// The proof does not lead from the newest checkpoint to this one.
        case proofInvalid

        /// The HTTP status that says so.
        package var status: Int {
            switch self {
            case .unknownOrigin: 404
            case .notSigned, .signatureInvalid: 403
            case .oldAboveCheckpoint: 400
            case .otherOldSize: 409
            case .emptyTreeRoot, .proofNotEmpty, .otherRoot, .proofInvalid: 422
            }
        }
    }

    /// The answer.
    package enum Verdict: Equatable, Sendable {
        case cosign
        /// A conflict is to be kept, whatever the reason is.
        case refuse(Reason, Conflict?)
    }

    /// Judges a request.
    ///
    /// - Parameters:
    ///   - key: the key of the log with the checkpoint's origin; nil for one that is not watched.
    ///   - cosigned: what has been cosigned of that log. Judging, and keeping the new checkpoint before anybody learns of
    ///     the cosignature, must be one step that no other request comes between.
    package static func judge(_ request: WitnessRequest, key: VerifierKey?, cosigned: Cosigned) -> Verdict {
        let checkpoint = request.checkpoint
        guard let key, key.type == .ed25519, key.name.isSameBytes(as: checkpoint.origin) else {
            return .refuse(.unknownOrigin, nil)
        }
        switch request.note.verify(key) {
        case .missing: return .refuse(.notSigned, nil)
        case .invalid: return .refuse(.signatureInvalid, nil)
        case .valid: break
        }
        guard let reason = refusal(request, cosigned) else { return .cosign }
        return .refuse(reason, conflict(checkpoint, reason, cosigned))
    }

    /// What is wrong with a request whose checkpoint is rightly signed.
    private static func refusal(_ request: WitnessRequest, _ cosigned: Cosigned) -> Reason? {
        let checkpoint = request.checkpoint
        guard request.oldSize <= checkpoint.size else { return .oldAboveCheckpoint }
        let newest = cosigned.newest?.size ?? 0
        guard request.oldSize == newest else { return .otherOldSize(newest) }
        guard checkpoint.size > 0 || checkpoint.root == MerkleHash.emptyRoot else { return .emptyTreeRoot }
        // Every tree extends the empty one.
        guard newest > 0, let root = cosigned.newest?.root else {
            return request.proof.isEmpty ? nil : .proofNotEmpty
        }
        if newest == checkpoint.size {
            if root != checkpoint.root { return .otherRoot }
            return request.proof.isEmpty ? nil : .proofNotEmpty
        }
        let proof = ConsistencyProof(oldSize: newest, newSize: checkpoint.size, hashes: request.proof)
        return proof.verify(oldRoot: root, newRoot: checkpoint.root) ? nil : .proofInvalid
    }

    /// What a refused checkpoint shows besides, whatever proof came with it.
    private static func conflict(_ checkpoint: Checkpoint, _ reason: Reason, _ cosigned: Cosigned) -> Conflict? {
        let newest = cosigned.newest
        let known = newest?.size == checkpoint.size ? newest?.root : cosigned.rootAtSize
        if let known, known != checkpoint.root { return .fork }
        if let newest, newest.size > checkpoint.size { return .rollback }
        return reason == .proofInvalid ? .inconsistent : nil
    }
}
