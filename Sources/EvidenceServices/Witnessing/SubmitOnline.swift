internal import EvidenceArchive
package import EvidenceRecord
package import TransparencyLog

extension SubmitCheckpoint {
    /// A witness that is asked over the web.
    package struct Target: Sendable {
        package let key: VerifierKey
        /// Its submission prefix.
        package let address: String

        package init(key: VerifierKey, address: String) {
            self.key = key
            self.address = address
        }
    }

    /// What came of asking one.
    package enum Outcome: Sendable {
        case cosigned(Cosignature)
        /// Its cosignature over the newest checkpoint was here, and it was not asked.
        case notNeeded(Cosignature)
        case failed(EvidenceError)
    }

    /// The witnesses that a policy gives addresses for.
    package func targets(_ policy: Policy) throws -> [Target] {
        guard policy.logs.isEmpty || policy.logs.contains(where: { $0.key == archive.created.key }) else {
            throw EvidenceError(
                .badInput, en: "The policy is not about this archive: none of its logs has this archive's key.",
                zh: "该策略与此档案无关：所列日志中没有此档案的公钥。")
        }
        let targets = policy.witnesses.compactMap { witness in
            witness.url.map { Target(key: witness.key, address: $0) }
        }
        guard !targets.isEmpty else {
            throw EvidenceError(
                .badInput, en: "No witness in the policy has an address. Write it behind the witness's key.",
                zh: "策略中的见证人均无网址。请写在见证人公钥之后。")
        }
        return targets
    }

    /// Asks each witness, one after the other, and keeps each answer as soon as it was checked.
    ///
    /// One that fails does not keep the others from being asked.
    package func submit(
        to targets: [Target], from oldSize: UInt64?, by connection: WitnessConnection
    ) throws -> [(target: Target, outcome: Outcome)] {
        try targets.map { target in
            do {
                return (target, try ask(target, from: oldSize, by: connection))
            } catch let error as EvidenceError where error.code != .interrupted {
                return (target, .failed(error))
            }
        }
    }

    private func ask(
        _ target: Target, from oldSize: UInt64?, by connection: WitnessConnection
    ) throws -> Outcome {
        switch try request(to: target.key, from: oldSize) {
        case .notNeeded(let cosignature): return .notNeeded(cosignature)
        case .needed(let request):
            let conversation = AskWitness(
                submission: self, witness: target.key, address: target.address, connection: connection)
            let cosignature = try conversation.cosignature(asking: request)
            try keep([cosignature], size: checkpoint.size)
            return .cosigned(cosignature)
        }
    }
}
