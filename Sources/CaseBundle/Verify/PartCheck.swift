internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

/// Holds what a bundle carries beside entries and bodies against them: hash tiles, keys, the newest checkpoint, and that
/// there is nothing that belongs to no entry.
struct PartCheck {
    private let bag: BagFolder
    private let lists: (String) -> Bool
    private let report: (Problem) -> Void

    /// - Parameter lists: whether the bag's own list has a path; if it has, that the file is missing was said already.
    init(_ bag: BagFolder, lists: @escaping (String) -> Bool, report: @escaping (Problem) -> Void) {
        self.bag = bag
        self.lists = lists
        self.report = report
    }

    /// Compares what only the end of the log shows.
    func finish(size: UInt64, state: LogState, newest: LogAudit.StoredCheckpoint?, isExpected: (Digest) -> Bool) throws
    {
        if let newest { try compare(.log(.checkpoint), newest.note) }
        if let key = state.archiveKey { try compare(.archiveKey, Array("\(key)\n".utf8)) }
        for name in state.signers.keys.sorted() {
            guard let signer = state.signers[name] else { continue }
            try compare(.signerKey(name), Array("\(signer.key)\n".utf8))
        }
        if !bag.has(BundlePart.checkpoints.path), !lists(BundlePart.checkpoints.path) {
            report(.partMissing(BundlePart.checkpoints.path))
        }
        for path in bag.sizes.keys.sorted() where path.hasPrefix(BagPath.payload) {
            if !belongs(BundlePart(path: path), size, state, isExpected) { report(.unknownPart(path)) }
        }
    }

    /// Says where a part is not these bytes.
    func compare(_ part: BundlePart, _ expected: [UInt8]) throws {
        let path = part.path
        guard bag.has(path) else {
            if !lists(path) { report(.partMissing(path)) }
            return
        }
        if try bag.contents(path, limit: UInt64(expected.count)) == expected { return }
        switch part {
        case .log(.checkpoint): report(.newestCheckpointAltered(path))
        default: report(.partDiffers(path))
        }
    }

    private func belongs(
        _ part: BundlePart?, _ size: UInt64, _ state: LogState, _ isExpected: (Digest) -> Bool
    ) -> Bool {
        switch part {
        case .checkpoints, .archiveKey, .dossier: true
        case .anchors: state.anchors > 0
        case .log(let resource): resource.isPart(ofTree: size)
        case .body(let seq): seq < size
        case .file(let sha256): isExpected(sha256)
        case .signerKey(let name): state.signers[name] != nil
        case nil: false
        }
    }
}
