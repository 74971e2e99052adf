internal import CaseBundle
internal import EvidenceArchive
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage

/// `evidence verify`: checks an archive or a bundle, whichever lies at the path.
package struct VerifyArchive {
    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// - Parameters:
    ///   - path: nil for the archive that the context names.
    ///   - full: checks SHA-256 of an archive's files too; a bundle's always are.
    ///   - mediaRoot: the folder below which files that stayed outside the archive are looked for. Those of a bundle are
    ///     looked for nowhere else: its locations are another machine's.
    package func run(_ path: FilePath?, full: Bool, mediaRoot: FilePath?) throws -> VerificationReport {
        let path = try path ?? context.locateArchive()
        guard let status = try Files.statusFollowing(path) else {
            throw EvidenceError.file(.noSuchFileOrDirectory, path)
        }
        guard status.kind == .folder else {
            throw EvidenceError(
                .badInput, en: "“\(path.shown)” is not a folder: name an archive or a bundle.",
                zh: "“\(path.shown)”不是文件夹：请指明档案或案卷包。")
        }
        if try Archive.exists(at: path) {
            let report = try ArchiveVerifier(
                folders: context.folders, full: full,
                referenced: try ReferencedFiles(below: mediaRoot, orAtLocation: true), progress: context.progress
            ).verify(path)
            if report.isOK { Advise(context).noteCopy(at: path, size: report.size) }
            return report
        }
        guard try BundleVerifier.isBundle(at: path) else {
            throw EvidenceError(
                .inputMissing, en: "“\(path.shown)” holds neither an archive nor a bundle.",
                zh: "“\(path.shown)”中既没有档案，也没有案卷包。")
        }
        let trust = try TrustCheck(context.folders)
        return try BundleVerifier(
            wantedSizes: { try trust.wantedSizes(identity: $0) },
            trust: { key, identity, size, roots, report in
                try trust.check(key: key, identity: identity, size: size, roots: roots, at: nil, report: report)
            }, referenced: try ReferencedFiles(below: mediaRoot, orAtLocation: false), progress: context.progress
        ).verify(path)
    }
}
