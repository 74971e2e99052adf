package import EvidenceCrypto
package import EvidenceRecord
package import TransparencyLog

/// A key of the tests, the same every time.
package struct TestKey: Sendable {
    package let verifier: VerifierKey
    package let privateKey: Ed25519PrivateKey

    package var name: String { verifier.name }

    package init(verifier: VerifierKey, privateKey: Ed25519PrivateKey) {
        self.verifier = verifier
        self.privateKey = privateKey
    }

    /// The key whose seed is the digest of a text.
    package init(_ name: String, seed: String? = nil, type: VerifierKey.SignatureType = .ed25519) {
        do {
            privateKey = try Ed25519PrivateKey(seed: SHA256Hasher.hash(Array((seed ?? name).utf8)).bytes)
            verifier = try VerifierKey(name: name, type: type, key: privateKey.publicKey)
        } catch {
            preconditionFailure("no test key \(name): \(error)")
        }
    }

    /// The slip by which this key asks to be enrolled.
    package func slip(person: String) throws -> SignerSlip {
        try SignerSlip(
            key: verifier, details: PersonDetails(person: person, unit: "第三巡查组", role: nil), privateKey: privateKey)
    }

    package static let archive = TestKey("evidence.example/team-7")
    package static let lisi = TestKey("lisi")
    package static let zhang = TestKey("zhang")
    package static let wang = TestKey("wang")
    /// Somebody whom nobody enrolled.
    package static let stranger = TestKey("stranger")
    /// Somebody outside who signs what checkpoints there were.
    package static let witness = TestKey("witness.example/office", type: .cosignature)

    /// This witness's signature of a checkpoint.
    ///
    /// - Parameter time: `YYYY-MM-DDThh:mm:ss.000Z`.
    package func cosignature(over note: [UInt8], at time: String) throws -> Anchor {
        let text = try SignedNote(parsing: note).text
        let seconds = UInt64(clamping: Timestamp.test(time).milliseconds / 1_000)
        return Anchor(
            try Cosignature.sign(noteText: text, as: verifier, with: privateKey, time: seconds),
            size: try Checkpoint(noteText: text).size)
    }
}

/// A generator of numbers that look random and are the same every time: SplitMix64.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

extension Timestamp {
    /// A time that is known to be one.
    package static func test(_ text: String) -> Timestamp {
        guard let time = Timestamp(text) else { preconditionFailure("\(text) is no time") }
        return time
    }
}
