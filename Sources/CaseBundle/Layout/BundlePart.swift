package import EvidenceCrypto
internal import EvidenceRecord
package import TransparencyLog

/// What a payload file of a bundle is, by its path.
///
/// FORMAT.md, "Bundle". All names are ASCII letters, digits, `.`, `_` and `-`, so that any system keeps them apart.
package enum BundlePart: Hashable, Sendable {
    /// A file of the log as tlog-tiles has it; its checkpoint is that of the export's commit.
    case log(TreeResource)
    /// All checkpoints, one a line.
    case checkpoints
    /// All anchors that the log records, one a line.
    case anchors
    /// The body of an entry.
    case body(UInt64)
    /// A stored file.
    case file(Digest)
    case archiveKey
    case signerKey(String)
    /// Which dossier this is, for people.
    case dossier

    /// The folder of the log, which lies there as it would be published.
    package static let logFolder = "data/log"
    private static let log = logFolder + "/"
    private static let bodies = "data/bodies/"
    private static let bodySuffix = ".json"
    private static let files = "data/files/"
    private static let signers = "data/keys/signers/"
    private static let keySuffix = ".vkey"
    /// Past this no entry has a number that JSON keeps.
    private static let largestBundleIndex = UInt64(JSONValue.largestInteger) / UInt64(Tile.width)

    /// The path below the bundle's folder.
    package var path: String {
        switch self {
        case .log(let resource): BundlePart.log + resource.path
        case .checkpoints: BundlePart.log + "checkpoints.jsonl"
        case .anchors: BundlePart.log + "anchors.jsonl"
        case .body(let seq): BundlePart.bodies + String(seq) + BundlePart.bodySuffix
        case .file(let sha256): BundlePart.files + sha256.hex
        case .archiveKey: "data/keys/archive" + BundlePart.keySuffix
        case .signerKey(let name): BundlePart.signers + name + BundlePart.keySuffix
        case .dossier: "data/dossier.json"
        }
    }

    /// Reads a ``path``; nil for any other.
    package init?(path: String) {
        guard let part = BundlePart.part(path), part.path == path else { return nil }
        self = part
    }

    private static func part(_ path: String) -> BundlePart? {
        for part in [BundlePart.checkpoints, .anchors, .archiveKey, .dossier] where part.path == path { return part }
        if path.hasPrefix(log) {
            let resource = TreeResource(path: String(path.dropFirst(log.count)))
            if case .entries(let bundle) = resource, bundle.index > largestBundleIndex { return nil }
            return resource.map { .log($0) }
        }
        if path.hasPrefix(files) { return Digest(hex: String(path.dropFirst(files.count))).map { .file($0) } }
        if path.hasPrefix(bodies), path.hasSuffix(bodySuffix) {
            return UInt64(path.dropFirst(bodies.count).dropLast(bodySuffix.count)).map { .body($0) }
        }
        if path.hasPrefix(signers), path.hasSuffix(keySuffix) {
            let name = String(path.dropFirst(signers.count).dropLast(keySuffix.count))
            return SignerName.isValid(name) ? .signerKey(name) : nil
        }
        return nil
    }
}

/// The files beside the payload.
enum TagFile {
    static let declaration = "bagit.txt"
    static let info = "bag-info.txt"
    static let manifest = "manifest-sha256.txt"
    static let tagManifest = "tagmanifest-sha256.txt"
    static let readme = "README.txt"
    static let chineseReadme = "README.zh-CN.txt"
    /// Not listed anywhere, because it signs the list.
    static let signature = "signatures/tagmanifest.note"
    /// By which a bag refers to files that are elsewhere; a bundle never does.
    static let fetch = "fetch.txt"

    /// What the tag manifest lists, sorted by bytes.
    static let listed = [readme, chineseReadme, info, declaration, manifest]

    /// The one content that `bagit.txt` may have (RFC 8493 §2.1.1).
    static let declarationText = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
}

/// The most bytes that a verifier reads of a part.
enum BundleLimit {
    static let manifest: UInt64 = 64 * 1_024 * 1_024
    static let tagFile: UInt64 = 1_024 * 1_024
    /// More than a dossier whose export, itself a body, can name all its entries.
    static let dossier: UInt64 = 16 * 1_024 * 1_024
    static let body = UInt64(Body.largestSize)
    static let tile = UInt64(Tile.size)
    static let entries = UInt64(Tile.width * (Entry.largestSize + 2))
    static let note = UInt64(SignedNote.maximumSize)
    /// A note as a JSON string may be longer than the note, by its escaped line feeds and quotes.
    static let checkpointLine = 2 * SignedNote.maximumSize + 64
    static let anchorLine = 400_000
    static let manifestLine = 4_096
    /// After so many malformed lines the rest of a list is not read, so that it can't cost hours.
    static let malformedLines = 100
    static let key: UInt64 = 4_096
}
