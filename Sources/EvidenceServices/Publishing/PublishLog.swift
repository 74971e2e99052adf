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
