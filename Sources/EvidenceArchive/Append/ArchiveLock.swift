internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
package import SystemPackage

/// The archive's one lock for writers: flock(2) on its folder, freed when nobody holds this any more or the process dies.
package final class ArchiveLock {
    private let folder: OpenFile

    private static let pause: useconds_t = 50_000

    /// - Parameters:
    ///   - onWait: called once, where another process holds the lock and this one has to wait.
    ///   - checkInterruption: called while it waits; throws to stop.
    package init(_ archive: FilePath, onWait: () throws -> Void, checkInterruption: () throws -> Void) throws {
        do {
            folder = try OpenFile(archive, O_RDONLY | O_DIRECTORY)
            if try folder.lock(waiting: false) { return }
            try onWait()
            // A wait in flock(2) itself would go on after a signal.
            while try !folder.lock(waiting: false) {
                try checkInterruption()
                usleep(ArchiveLock.pause)
            }
        } catch {
            throw EvidenceError.file(any: error, archive)
        }
    }
}
