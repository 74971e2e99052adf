internal import CaseBundle
internal import EvidenceArchive
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage
internal import TransparencyLog
internal import ZIPFile

/// Reads what somebody was once given of a log: `--against`.
struct ReadClaim {
    private static let largestFile = 2 * SignedNote.maximumSize

    let context: ServiceContext
    let fetch: FetchAddress

    init(_ context: ServiceContext, fetch: @escaping FetchAddress) {
        self.context = context
        self.fetch = fetch
    }

    func run(_ place: Place) throws -> Claim {
        switch place {
        case .address(let address): return try SignedTree(at: address, fetch: fetch).claim(from: address)
        case .path(let path):
            guard let status = try Files.statusFollowing(path) else {
                throw EvidenceError.file(.noSuchFileOrDirectory, path)
            }
            if status.kind == .folder { return try folder(path) }
            let real = try Files.realPath(path)
            return try ZIPReader.isZIP(real)
                ? SignedTree(bundle: ZIPReader(real)).claim(from: path.string) : file(path)
        }
    }

    private func folder(_ path: FilePath) throws -> Claim {
        if try Archive.exists(at: path) {
            return try SignedTree(of: try Archive.open(path), context).claim(from: path.string)
        }
        let log = try BundleVerifier.isBundle(at: path) ? path.appending(BundlePart.logFolder) : path
        return try SignedTree(published: log).claim(from: path.string)
    }

    private func file(_ path: FilePath) throws -> Claim {
        let bytes = try Files.contents(of: path, limit: ReadClaim.largestFile)
        let checkpoint = (try? TLogProof(parsing: bytes))?.checkpoint ?? bytes
        if let note = try? SignedNote(parsing: checkpoint), let checkpoint = try? Checkpoint(noteText: note.text) {
            return Claim(
                from: path.string, origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root, note: note)
        }
        do {
            let receipt = try Receipt(parsing: String(decoding: bytes, as: UTF8.self))
            return Claim(
                from: path.string, origin: receipt.origin, size: receipt.size, root: receipt.root, note: receipt.note)
        } catch let error {
            throw EvidenceError(
                .badInput,
                en:
                    "“\(path.shown)” is no signed checkpoint, no proof and no receipt that an archive could be held to (\(error.reason.en)).",
                zh: "“\(path.shown)”不是签名检查点、证明或回执，无法据以核对（\(error.reason.zh)）。")
        }
    }
}
