internal import EvidenceArchive
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage

/// `evidence mirror`: a second copy of the archive, kept in step with it.
package struct MirrorArchive {
    package struct Request: Sendable {
        /// The mirror's folder; made where there is none, in one that is there.
        package let folder: FilePath
        /// Whether the mirror's files are read again, and not only looked for.
        package var full = false
        /// Whether contents that the archive has withdrawn are removed from the mirror too.
        package var clearsWithdrawn = false

        package init(to folder: FilePath) { self.folder = folder }
    }

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    package func run(_ request: Request) throws -> MirrorReport {
        let archive = try context.openArchive()
        let folder = try Files.realPlace(of: request.folder)
        guard !folder.lies(in: archive.path), !archive.path.lies(in: folder) else {
            throw EvidenceError(
                .badInput,
                en:
                    "The mirror can't lie inside the archive, nor the archive inside the mirror. Name a folder elsewhere, best on another disk.",
                zh: "镜像与档案不能互相包含。请将镜像指定到别处的文件夹，最好在另一块磁盘上。")
        }
        try requireDisk(folder, archive)
        var options = ArchiveMirror.Options()
        options.full = request.full
        options.clearsWithdrawn = request.clearsWithdrawn
        let report = try ArchiveMirror(of: archive, options, context.surroundings, progress: context.progress)
            .run(to: folder)
        if report.problems.isEmpty { Advise(context).noteCopy(at: folder, size: report.size) }
        return report
    }

    /// Refuses to begin anew where a copy of this user's used to lie: most likely its disk is not there.
    ///
    /// A folder that somebody has made on the disk that is mounted there now is meant for a new one. An empty mount point is
    /// on another disk, and no such folder.
    private func requireDisk(_ folder: FilePath, _ archive: Archive) throws {
        guard try !Archive.exists(at: folder),
            let copy = CareFolder(context.folders).notes(of: archive.identity).copy(at: folder.string)
        else { return }
        let mountPoint = try? Files.mountPoint(of: folder)
        guard let mountPoint, let before = copy.mountPoint, mountPoint.string.hasSameBytes(as: before) else {
            throw EvidenceError(
                .inputMissing,
                en:
                    "Your copy of the archive used to lie in “\(folder.shown)”, and there is none now. Connect its disk; for a new mirror, name another folder.",
                zh: "您的档案副本原在“\(folder.shown)”，现在那里没有。请接上其磁盘；若要新建镜像，请指定另一文件夹。")
        }
        guard try Files.status(folder) == nil else { return }
        throw EvidenceError(
            .inputMissing,
            en:
                "Your copy of the archive used to lie in “\(folder.shown)”, and there is none now. Connect the disk that has it; for a new mirror on the disk that is there, make that folder with mkdir first.",
            zh: "您的档案副本原在“\(folder.shown)”，现在那里没有。请接上存有该副本的磁盘；若要在现在这块磁盘上新建镜像，请先用 mkdir 建立该文件夹。")
    }
}
