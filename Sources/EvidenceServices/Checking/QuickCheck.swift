internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceRecord
internal import SystemPackage
internal import TransparencyLog

/// `evidence verify --quick --against`: the newest checkpoint, and that the log extends what this reader knows of it.
///
/// It reads some tiles, however long the log is, and no entry but the first. Its report is never complete.
struct QuickCheck {
    let context: ServiceContext

    init(_ context: ServiceContext) { self.context = context }

    func run(_ path: FilePath, _ trust: TrustCheck) throws -> VerificationReport {
        let archive = try Archive.open(path)
        var problems = ProblemCollector()
        var report = VerificationReport()
        let wanted = try trust.wantedSizes(identity: archive.identity)
        let newest = try archive.newestCheckpoint()
        let (tree, roots) = try archive.provenTree(context) { tree in
            try Dictionary(
                uniqueKeysWithValues: wanted.filter { (1...tree.checkpoint.size).contains($0) }
                    .map { ($0, try tree.history(from: $0).root) })
        }
        report.archiveKey = archive.created.key
        report.size = newest.checkpoint.size
        report.root = newest.checkpoint.root
        report.checked.checkpoints = 1
        switch newest.note.verify(archive.created.key) {
        case .valid: break
        case .missing: problems.add(.archiveSignatureMissing(report.size))
        case .invalid: problems.add(.archiveSignatureInvalid(report.size))
        }
        report.trust = try trust.check(
            key: archive.created.key, identity: archive.identity, size: report.size, roots: roots, at: archive.path,
            tile: tree.tile
        ) { problems.add($0) }
        problems.add(.entriesNotChecked(report.size))
        problems.fill(&report)
        return report
    }
}

extension Archive {
    /// What is made of the newest checkpoint with its tiles; where the index does not lead to it, it is made anew first.
    func provenTree<Result>(
        _ context: ServiceContext, _ make: (SignedTree) throws -> Result
    ) throws -> (tree: SignedTree, result: Result) {
        let tree = try SignedTree(of: self, context)
        do {
            return (tree, try make(tree))
        } catch let error as EvidenceError where error.code == .damaged {
            _ = try rebuiltIndex(context.folders) { _ in try context.checkInterruption() }
            let tree = try SignedTree(of: self, context)
            return (tree, try make(tree))
        }
    }
}
