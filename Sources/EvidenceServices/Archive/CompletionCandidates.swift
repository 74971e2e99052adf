internal import EvidenceArchive
package import SystemPackage

/// What a shell may complete on a command line.
///
/// Read as it lies there: nothing is caught up, made, asked for or written, and what can't be read is not offered.
package struct CompletionCandidates {
    private static let most = 200

    private let folders: UserFolders

    package init(environment: [String: String]) throws { folders = try UserFolders(environment: environment) }

    /// Names of cases and inspections that begin so, in the archive named or the nearest.
    package func dossierNames(beginning prefix: String, archive: FilePath?) throws -> [String] {
        guard let path = try archive ?? Archive.nearest(to: ".") else { return [] }
        let index = try ArchiveIndex.openAsItIs(try Archive.open(path).indexPath(folders, making: false))
        return try index?.names(beginning: prefix, limit: CompletionCandidates.most) ?? []
    }

    /// The signers whose keys are on this machine.
    package func signerNames() throws -> [String] { try KeyFolder(folders).signerNames() }
}
