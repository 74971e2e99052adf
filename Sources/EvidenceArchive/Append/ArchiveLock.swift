internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
package import SystemPackage

/// A lock that one writer holds: flock(2), freed when nobody holds this any more or the process dies.
///
/// An archive's is on its folder. The operator's memory of it has one too, since copies of one folder may lie on one
/// machine: their writers must not sign two commits of one size. It is taken after the archive's.
package final class ArchiveLock {
    private let file: OpenFile

    private static let pause: useconds_t = 50_000

    /// Locks an archive's folder.
    ///
    /// - Parameters:
    ///   - onWait: called once, where another process holds the lock and this one has to wait.
    ///   - checkInterruption: called while it waits; throws to stop.
    package convenience init(
        _ archive: FilePath, onWait: () throws -> Void, checkInterruption: () throws -> Void
    ) throws {
        do {
            try self.init(
                OpenFile(archive, O_RDONLY | O_DIRECTORY), onWait: onWait, checkInterruption: checkInterruption)
        } catch {
            throw EvidenceError.file(any: error, archive)
        }
    }

    init(_ file: OpenFile, onWait: () throws -> Void, checkInterruption: () throws -> Void) throws {
        self.file = file
        if try file.lock(waiting: false) { return }
        try onWait()
        // A wait in flock(2) itself would go on after a signal.
        while try !file.lock(waiting: false) {
            try checkInterruption()
            usleep(ArchiveLock.pause)
        }
    }
}
