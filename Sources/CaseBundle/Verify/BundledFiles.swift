internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord

/// The stored files that the bodies of a bundle name, each once.
struct BundledFiles {
    private struct Identity: Hashable {
        let sha256: Digest
        let fsverity: Digest
        let size: UInt64
    }

    private var firstEntry: [Identity: UInt64] = [:]
    private var digests: Set<Digest> = []

    /// Takes a file that an entry names; one that was kept outside the archive can't be in a bundle, and is reported.
    mutating func add(_ file: FileRecord, seq: UInt64, _ report: (Problem) -> Void) {
        guard file.held == .stored else {
            report(.referencedFileAbsent(file, seq))
            return
        }
        let identity = Identity(sha256: file.sha256, fsverity: file.fsverity, size: file.size)
        if firstEntry[identity] == nil { firstEntry[identity] = seq }
        digests.insert(file.sha256)
    }

    /// Whether an entry names a file with this digest.
    func names(_ sha256: Digest) -> Bool { digests.contains(sha256) }

    /// The files in the order of their digests, and where they have to lie.
    func sorted(in bag: BagFolder) -> [ExpectedFile] {
        firstEntry.map { identity, seq in
            let path = BundlePart.file(identity.sha256).path
            return ExpectedFile(
                path: bag.place(path), shownPath: path, size: identity.size, sha256: identity.sha256,
                fsverity: identity.fsverity, seq: seq)
        }.sorted { ($0.sha256, $0.fsverity, $0.size) < ($1.sha256, $1.fsverity, $1.size) }
    }
}
