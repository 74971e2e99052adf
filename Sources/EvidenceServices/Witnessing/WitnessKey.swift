internal import EvidenceRecord
package import SystemPackage
package import TransparencyLog

/// A witness's key that a person named.
package enum WitnessKey {
    /// Reads a verifier key given as text, or in a file.
    package static func read(_ keyOrFile: String, path: FilePath, _ context: ServiceContext) throws -> VerifierKey {
        let pins = try TrustArchive(context).read(keyOrFile, path: path)
        for case .witness(let key) in pins { return key }
        throw EvidenceError(
            .badInput,
            en: "“\(keyOrFile.shown)” is not the key of a witness, as evidence witness init prints it.",
            zh: "“\(keyOrFile.shown)”不是见证人的公钥（由 evidence witness init 输出）。")
    }
}
