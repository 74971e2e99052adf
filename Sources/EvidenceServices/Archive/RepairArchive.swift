internal import EvidenceArchive
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage

/// `evidence repair`: mends the archive from its mirror, and records it.
package struct RepairArchive {
    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// - Parameter isPlan: whether it only says what it would do.
    package func run(from mirror: FilePath, isPlan: Bool) throws -> RepairReport {
        let path = try Files.realPath(context.locateArchive())
        let mirror = try Archive.open(mirror)
        guard mirror.path != path else {
            throw EvidenceError(
                .usage, en: "“\(path.shown)” is the archive itself. Name its mirror with --from.",
                zh: "“\(path.shown)”就是该档案自身。请用 --from 指明其镜像。")
        }
        // Of a damaged archive it is the mirror that says which key it is.
        return try ArchiveRepair(of: path, from: mirror, context.surroundings, progress: context.progress)
            .run(unlocking: isPlan ? nil : { try context.unlock(mirror) })
    }
}
