internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage

/// The files that the bodies of a bundle name, each once.
struct BundledFiles {
    private struct Identity: Hashable {
        let sha256: Digest
        let fsverity: Digest
        let size: UInt64
    }

    private let referenced: ReferencedFiles
    private var firstEntry: [Identity: UInt64] = [:]
    /// The files that stayed outside the archive and were found, by their places.
    private var outside: [FilePath: [Identity: ExpectedFile]] = [:]
    private var digests: Set<Digest> = []

    /// - Parameter referenced: finds the files that stayed outside the archive, which are in no bundle.
    init(referenced: ReferencedFiles) { self.referenced = referenced }

    /// Takes a file that an entry names; one that stayed outside the archive and is not to be reached is reported.
    mutating func add(_ file: FileRecord, seq: UInt64, _ report: (Problem) -> Void) {
        let identity = Identity(sha256: file.sha256, fsverity: file.fsverity, size: file.size)
        guard file.held == .stored else {
            guard let found = referenced.find(file, seq: seq) else {
                report(.referencedFileAbsent(file, seq))
                return
            }
            if outside[found.path]?[identity] == nil { outside[found.path, default: [:]][identity] = found }
            return
        }
        if firstEntry[identity] == nil { firstEntry[identity] = seq }
        digests.insert(file.sha256)
    }

    /// Whether an entry names a file with this digest.
    func names(_ sha256: Digest) -> Bool { digests.contains(sha256) }

    /// The files that stayed outside the archive and were found.
    var found: [ExpectedFile] { outside.values.flatMap(\.values).sorted { $0.seq < $1.seq } }

    /// The stored files in the order of their digests, and where they have to lie.
    func stored(in bag: BagFolder) -> [ExpectedFile] {
        firstEntry.map { identity, seq in
            let path = BundlePart.file(identity.sha256).path
            return ExpectedFile(
                path: bag.place(path), shownPath: path, size: identity.size, sha256: identity.sha256,
                fsverity: identity.fsverity, seq: seq)
        }.sorted { ($0.sha256, $0.fsverity, $0.size) < ($1.sha256, $1.fsverity, $1.size) }
    }
}
