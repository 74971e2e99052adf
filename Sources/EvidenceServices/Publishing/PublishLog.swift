internal import EvidenceArchive
internal import EvidenceFiles
package import EvidenceRecord
internal import PublishedTree
package import SystemPackage
internal import TransparencyLog

/// `evidence publish`: the log as static files, for anybody to hold the archive to it.
package struct PublishLog {
    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    package func run(to target: FilePath) throws -> PublishResult {
        let archive = try context.openArchive()
        guard try !Files.realPlace(of: target).lies(in: archive.path) else {
            throw EvidenceError(
                .badInput,
                en: "“\(target.shown)” is inside the archive. Publish to a folder elsewhere, best on another disk.",
                zh: "“\(target.shown)”位于档案之内。请公布到别处的文件夹，最好在另一块磁盘上。")
        }
        try ServiceContext.requireOutsideArchives(target)
        let (checkpoint, note) = try ReadCheckpoint(context).newest(of: archive)
        let result = try TreePublisher(progress: context.progress).publish(
            TreePublisher.Log(key: archive.created.key, note: note, checkpoint: checkpoint) {
                try archive.log.entries(from: $0, below: $1)
            }, to: target)
        Advise(context).noteCheckpoint(archive, size: checkpoint.size, at: target.appending("checkpoint"))
        return result
    }
}
