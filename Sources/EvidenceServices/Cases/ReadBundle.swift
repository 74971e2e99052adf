internal import CaseBundle
internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage
internal import TransparencyLog
internal import ZIPFile

/// Verifies a bundle that comes from another archive, before this one relies on it.
struct ReadBundle {
    let context: ServiceContext

    init(_ context: ServiceContext) { self.context = context }

    /// What lies there, if it is a bundle in a folder or a ZIP as this program writes them; nil where it is none.
    ///
    /// What could not be checked, such as a key that this reader has not pinned, is a warning.
    /// - Throws: `badInput` where something is wrong with it.
    func run(_ path: FilePath) throws -> (dossier: ForeignDossier, opened: DossierOpened)? {
        guard let report = try verify(path) else { return nil }
        if let problem = report.problems.first {
            throw EvidenceError(
                .badInput,
                en: "The bundle “\(path.shown)” is not whole: \(problem.explanation.en) evidence verify says it all.",
                zh: "案卷包“\(path.shown)”不完整：\(problem.explanation.zh)详情请执行 evidence verify。")
        }
        guard let key = report.archiveKey, let opened = report.opened else {
            throw EvidenceError(
                .badInput, en: "The bundle “\(path.shown)” does not say which case it hands over.",
                zh: "案卷包“\(path.shown)”没有说明所移交的案件。")
        }
        for problem in report.unchecked { context.warn(problem.explanation) }
        let dossier = ForeignDossier(
            key: key, size: report.size, root: report.root, dossier: opened.id, name: opened.name)
        return (dossier, opened)
    }

    private func verify(_ path: FilePath) throws -> VerificationReport? {
        // What can't be looked at is no bundle; whoever wants to read it says why it can't be read.
        guard let real = try? Files.realPath(path), let kind = try? Files.status(real)?.kind else { return nil }
        let zip = kind == .regular && (try? ZIPReader.isZIP(real)) == true ? try? ZIPReader(real) : nil
        let isBundle =
            kind == .folder
            ? (try? BundleVerifier.isBundle(at: real)) == true : zip.map(BundleVerifier.isBundle) == true
        guard isBundle else { return nil }
        let verifier = BundleVerifier(trusting: try TrustCheck(context.folders), progress: context.progress)
        return try zip.map { try verifier.verify($0) } ?? verifier.verify(real)
    }
}
