internal import EvidenceArchive
internal import EvidenceFiles
internal import EvidenceRecord
internal import TransparencyLog

/// `evidence verify --quick`: where it goes on from.
struct EarlierVerification {
    let context: ServiceContext

    init(_ context: ServiceContext) { self.context = context }

    /// What this user's last whole verification of the archive, in its place, left.
    ///
    /// With the roots of what the reader knows of shorter logs, proven against the newest checkpoint.
    /// - Throws: where there is none, or where nothing can be built on it.
    func state(of archive: Archive, _ trust: TrustCheck) throws -> VerifiedState {
        guard var found = try VerifiedFolder(context.folders).record(of: archive.identity, at: archive.path) else {
            throw EvidenceError(
                .inputMissing,
                en:
                    "You have not verified all of the archive at “\(archive.path.shown)” yet, so that there is nothing to go on from: run evidence verify without --quick first.",
                zh: "您尚未全面核验过“\(archive.path.shown)”处的档案，无从接续：请先执行不带 --quick 的 evidence verify。")
        }
        if let time = found.spoiled {
            let moment = context.zone.local(time)
            throw EvidenceError(
                .damaged,
                en:
                    "A verification on \(moment) found tampering or damage in this archive: run evidence verify without --quick.",
                zh: "\(moment) 的核验发现该档案存在篡改或损坏：请执行不带 --quick 的 evidence verify。")
        }
        let sizes = try trust.wantedSizes(identity: archive.identity).filter { (1..<found.mark.size).contains($0) }
        if sizes.isEmpty { return found }
        found.roots = try archive.provenTree(context) { tree in
            try Dictionary(
                uniqueKeysWithValues: sizes.filter { $0 <= tree.checkpoint.size }
                    .map { ($0, try tree.history(from: $0).root) })
        }.result
        return found
    }
}
