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
    /// An entry by itself, in a slim bundle, which has no entry bundles.
    case entry(UInt64)
    /// The body of an entry.
    case body(UInt64)
    /// A stored file, with the end of its name.
    case file(Digest, suffix: String)
    /// An encrypted part of a sealed record, by the entry's number and the part's name.
    case sealed(UInt64, name: String)
    /// The proof that an entry is in the log (C2SP tlog-proof).
    case proof(UInt64)
    /// The archive's key, as a verifier key and as PEM.
    case archiveKey(KeyForm)
    case signerKey(String, KeyForm)
    /// The RO-Crate that describes every file.
    case crate
    /// Which dossier this is, for people.
    case dossier

    /// How a public key is written.
    package enum KeyForm: String, CaseIterable, Sendable {
        /// A C2SP verifier key.
        case vkey
        /// A SubjectPublicKeyInfo in PEM, for `openssl`.
        case pem

        func bytes(_ key: VerifierKey) -> [UInt8] {
            switch self {
            case .vkey: Array("\(key)\n".utf8)
            case .pem: Array(key.key.pem.utf8)
            }
        }
    }

    /// The folder of the log, which lies there as it would be published.
    package static let logFolder = "data/log"
    private static let log = logFolder + "/"
    private static let entries = "data/entries/"
    private static let bodies = "data/bodies/"
    private static let jsonSuffix = ".json"
    private static let files = "data/files/"
    private static let sealed = "data/sealed/"
    private static let proofs = "data/proofs/"
    private static let proofSuffix = ".tlog-proof"
    private static let keys = "data/keys/"
    private static let signers = keys + "signers/"
    /// Past this no entry has a number that JSON keeps.
    private static let largestBundleIndex = UInt64(JSONValue.largestInteger) / UInt64(Tile.width)

    /// The path below the bundle's folder.
    package var path: String {
        switch self {
        case .log(let resource): BundlePart.log + resource.path
        case .checkpoints: BundlePart.log + "checkpoints.jsonl"
        case .anchors: BundlePart.log + "anchors.jsonl"
        case .entry(let seq): BundlePart.entries + String(seq) + BundlePart.jsonSuffix
        case .body(let seq): BundlePart.bodies + String(seq) + BundlePart.jsonSuffix
        case .file(let sha256, let suffix): "\(BundlePart.files)\(sha256.hex).\(suffix)"
        case .sealed(let seq, let name): "\(BundlePart.sealed)\(seq)/\(name)"
        case .proof(let seq): BundlePart.proofs + String(seq) + BundlePart.proofSuffix
        case .archiveKey(let form): "\(BundlePart.keys)archive.\(form.rawValue)"
        case .signerKey(let name, let form): "\(BundlePart.signers)\(name).\(form.rawValue)"
        case .crate: "data/ro-crate-metadata.json"
        case .dossier: "data/dossier.json"
        }
    }

    /// The most bytes that the part may have; nil where that depends on what was recorded.
    var largestSize: UInt64? {
        switch self {
        case .log(let resource): UInt64(resource.largestSize(largestEntry: Entry.largestSize))
        case .entry: UInt64(Entry.largestSize)
        case .body: BundleLimit.body
        case .sealed: UInt64(EnvelopeParts.largestMessage)
        case .proof: 2 * BundleLimit.note
        case .archiveKey, .signerKey: BundleLimit.key
        case .dossier: BundleLimit.dossier
        case .checkpoints, .anchors, .crate: BundleLimit.long
        case .file: nil
        }
    }

    /// Reads a ``path``; nil for any other.
    package init?(path: String) {
        guard let part = BundlePart.part(path), part.path == path else { return nil }
        self = part
    }

    private static func part(_ path: String) -> BundlePart? {
        for part in [BundlePart.checkpoints, .anchors, .dossier, .crate] where part.path == path { return part }
        if path.hasPrefix(log) {
            let resource = TreeResource(path: String(path.dropFirst(log.count)))
            if case .entries(let bundle) = resource, bundle.index > largestBundleIndex { return nil }
            return resource.map { .log($0) }
        }
        if path.hasPrefix(files) {
            let name = path.dropFirst(files.count)
            let suffix = name.drop { $0 != "." }.dropFirst()
            guard FileSuffix.isKnown(suffix) else { return nil }
            return Digest(hex: String(name.prefix { $0 != "." })).map { .file($0, suffix: String(suffix)) }
        }
        if path.hasPrefix(sealed) {
            let steps = path.dropFirst(sealed.count).split(separator: "/", omittingEmptySubsequences: false)
            guard steps.count == 2, let seq = UInt64(steps[0]), Sealing.isPartName(String(steps[1])) else { return nil }
            return .sealed(seq, name: String(steps[1]))
        }
        if let seq = number(path, entries, jsonSuffix) { return .entry(seq) }
        if let seq = number(path, bodies, jsonSuffix) { return .body(seq) }
        if let seq = number(path, proofs, proofSuffix) { return .proof(seq) }
        for form in KeyForm.allCases {
            if path == BundlePart.archiveKey(form).path { return .archiveKey(form) }
            if path.hasPrefix(signers), path.hasSuffix("." + form.rawValue) {
                let name = String(path.dropFirst(signers.count).dropLast(form.rawValue.count + 1))
                return SignerName.isValid(name) ? .signerKey(name, form) : nil
            }
        }
        return nil
    }

    private static func number(_ path: String, _ folder: String, _ suffix: String) -> UInt64? {
        guard path.hasPrefix(folder), path.hasSuffix(suffix) else { return nil }
        return UInt64(path.dropFirst(folder.count).dropLast(suffix.count))
    }
}

/// The pages beside the payload, for people alone: they are no evidence.
package enum BundlePage: String, Sendable, CaseIterable {
    /// The case's story, to be read in a browser.
    case index = "index.html"
    /// Cover and table of contents, to be printed.
    case print = "print.html"
}

/// The files beside the payload.
enum TagFile {
    static let declaration = "bagit.txt"
    static let info = "bag-info.txt"
    static let manifest = "manifest-sha256.txt"
    static let tagManifest = "tagmanifest-sha256.txt"
    static let verify = "VERIFY.txt"
    static let chineseVerify = "VERIFY.zh-CN.txt"
    /// The program that they speak of.
    static let program = "verify.py"
    /// Not listed anywhere, because it signs the list.
    static let signature = "signatures/tagmanifest.note"
    /// By which a bag refers to files that are elsewhere; a bundle never does.
    static let fetch = "fetch.txt"

    /// One of these makes a folder or ZIP a bundle, whole or not.
    static let marks = [declaration, manifest, tagManifest, signature]

    /// What the tag manifest lists, sorted by bytes.
    static let listed =
        [verify, chineseVerify, info, declaration] + BundlePage.allCases.map(\.rawValue).sorted() + [manifest, program]

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
    /// Of what grows with the log or the case: far more than any has, and read in minutes.
    static let long: UInt64 = 16 * 1_024 * 1_024 * 1_024
}
