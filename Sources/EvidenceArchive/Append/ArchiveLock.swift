internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
package import SystemPackage

/// The archive's one lock for writers: flock(2) on its folder, freed when nobody holds this any more or the process dies.
package final class ArchiveLock {
    private let folder: OpenFile

    /// - Parameter onWait: called once, where another process holds the lock and this one has to wait.
    package init(_ archive: FilePath, onWait: () throws -> Void) throws {
        do {
            folder = try OpenFile(archive, O_RDONLY | O_DIRECTORY)
            if try folder.lock(waiting: false) { return }
            try onWait()
            _ = try folder.lock(waiting: true)
        } catch {
            throw EvidenceError.file(any: error, archive)
        }
    }
}
