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
    /// What the bodies call each stored file.
    private(set) var names: [Digest: CrateWriter.FileNames] = [:]
    /// The files that stayed outside the archive, found or not.
    private(set) var leftOut: Set<Digest> = []
    /// The files that stayed outside the archive and were found, by their places.
    private var outside: [FilePath: [Identity: ExpectedFile]] = [:]
    /// The ends that a file's name may have: those of the media types that its records name.
    private var suffixes: [Digest: Set<String>] = [:]

    /// - Parameter referenced: finds the files that stayed outside the archive, which are in no bundle.
    init(referenced: ReferencedFiles) { self.referenced = referenced }

    /// Takes a file that an entry names; one that stayed outside the archive and is not to be reached is reported.
    mutating func add(_ file: FileRecord, seq: UInt64, _ report: (Problem) -> Void) {
        let identity = Identity(sha256: file.sha256, fsverity: file.fsverity, size: file.size)
        guard file.held == .stored else {
            leftOut.insert(file.sha256)
            guard let found = referenced.find(file, seq: seq) else {
                report(.referencedFileAbsent(file, seq))
                return
            }
            if outside[found.path]?[identity] == nil { outside[found.path, default: [:]][identity] = found }
            return
        }
        if firstEntry[identity] == nil { firstEntry[identity] = seq }
        names[file.sha256, default: CrateWriter.FileNames(type: file.type, size: file.size)].add(file)
        suffixes[file.sha256, default: []].insert(FileSuffix.of(type: file.type))
    }

    /// Where a file lies, or ought to; nil for one that no entry names.
    ///
    /// Of several names that it may have, the first that is there counts.
    func path(of sha256: Digest, in bag: Bag) -> String? {
        let paths = suffixes[sha256]?.sorted().map { BundlePart.file(sha256, suffix: $0).path }
        return paths?.first { bag.has($0) } ?? paths?.first
    }

    /// The files that stayed outside the archive and were found.
    var found: [ExpectedFile] { outside.values.flatMap(\.values).sorted { $0.seq < $1.seq } }

    /// The stored files in the order of their digests, and where they have to lie.
    func stored(in bag: Bag) -> [ExpectedFile] {
        firstEntry.compactMap { identity, seq in
            guard let path = path(of: identity.sha256, in: bag) else { return nil }
            let place = bag.place(path)
            return ExpectedFile(
                path: place.file, span: place.span, shownPath: path, size: identity.size, sha256: identity.sha256,
                fsverity: identity.fsverity, seq: seq)
        }.sorted { ($0.sha256, $0.fsverity, $0.size) < ($1.sha256, $1.fsverity, $1.size) }
    }
}
