internal import EvidenceCrypto

/// What the archive and the exporter sign: the tag manifest, and through it every file of the bundle.
enum BundleSignature {
    private static let header = "evidence bundle v1"

    /// The text of the signed note.
    static func noteText(origin: String, tagManifest: Digest) -> String {
        "\(header)\n\(origin)\n\(tagManifest.hex)\n"
    }
}
