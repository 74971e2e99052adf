package import EvidenceCrypto

/// Which logs are known, which witnesses count, and how many of them must have cosigned (C2SP tlog-policy).
///
/// Names of witnesses and groups are bytes, not text, and mean nothing outside the policy.
package struct Policy: Equatable, Sendable {
    /// A log whose checkpoints the policy accepts.
    package struct Log: Equatable, Sendable {
        /// Its name is the log's origin.
        package let key: VerifierKey
        package let url: String?
    }

    /// A witness that counts.
    package struct Witness: Equatable, Sendable {
        package let name: [UInt8]
        package let key: VerifierKey
        /// Where it takes checkpoints: a tlog-witness submission prefix.
        package let url: String?
    }

    /// What can have witnessed a checkpoint: a witness, or enough members of a group.
    ///
    /// Members are places in ``nodes``, and stand before the group, so that no group holds itself.
    enum Node: Equatable, Sendable {
        case witness(Int)
        case group(threshold: Int, members: [Int])
    }

    /// May be empty, where the log is known from elsewhere.
    package let logs: [Log]
    package let witnesses: [Witness]
    let nodes: [Node]
    /// The place of what must have witnessed; nil where no cosignature is asked for.
    let quorum: Int?

    init(logs: [Log], witnesses: [Witness], nodes: [Node], quorum: Int?) {
        self.logs = logs
        self.witnesses = witnesses
        self.nodes = nodes
        self.quorum = quorum
    }

    /// Whether the policy asks for any cosignature.
    package var asksForCosignatures: Bool { quorum != nil }

    /// Whether these witnesses, by their keys, are as many as the policy asks for.
    package func hasQuorum(cosignedBy keys: Set<Ed25519PublicKey>) -> Bool {
        guard let quorum else { return true }
        // Members stand before their groups, so one pass settles every node.
        var witnessed: [Bool] = []
        for node in nodes {
            switch node {
            case .witness(let place): witnessed.append(keys.contains(witnesses[place].key.key))
            case .group(let threshold, let members):
                witnessed.append(members.count { witnessed[$0] } >= threshold)
            }
        }
        return witnessed[quorum]
    }

    /// What a policy makes of one signed checkpoint.
    package struct Evaluation: Sendable {
        /// The listed log that signed it; nil where none did, or none is listed.
        package let log: VerifierKey?
        /// The witnesses that cosigned it, each with its cosignatures.
        package let cosigned: [(witness: Witness, cosignatures: [Cosignature])]
        /// The witnesses under whose names there is a line that is not theirs.
        package let forged: [Witness]
        /// Whether enough witnesses cosigned it.
        package let hasQuorum: Bool
    }

    /// Holds a checkpoint's signatures against the policy.
    ///
    /// A log is identified by its key, whose name must be the checkpoint's origin. A witness of which any line does not
    /// hold has not cosigned. No time is judged.
    package func evaluate(_ note: SignedNote) -> Evaluation {
        let origin = (try? Checkpoint(noteText: note.text))?.origin
        let log = logs.first { log in
            origin?.isSameBytes(as: log.key.name) == true && note.verify(log.key) == .valid
        }
        var cosigned: [(witness: Witness, cosignatures: [Cosignature])] = []
        var forged: [Witness] = []
        for witness in witnesses {
            switch note.verify(witness.key) {
            case .missing: continue
            case .invalid: forged.append(witness)
            case .valid:
                cosigned.append((witness, note.signatures(by: witness.key).compactMap { try? Cosignature($0) }))
            }
        }
        return Evaluation(
            log: log?.key, cosigned: cosigned, forged: forged,
            hasQuorum: hasQuorum(cosignedBy: Set(cosigned.map(\.witness.key.key))))
    }
}
