internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage

/// Stored files of another copy of the archive.
extension Staging {
    /// Copies one into the staging folder, where it is what an entry says of it.
    ///
    /// - Parameters:
    ///   - progress: called with the bytes copied since the last call; may throw to stop.
    ///   - report: told why it was not taken.
    /// - Returns: whether it was taken.
    func take(_ file: ExpectedFile, progress: (Int) throws -> Void, report: (Problem) -> Void) throws -> Bool {
        try endHere()
        let temporary = folder.appending(LeftCopies.growingName)
        try checked(temporary, writing: true) { () throws(Errno) in try Files.remove(temporary) }
        let copy = try writable(temporary)
        do {
            guard try CheckedCopy.write(file, to: copy, progress: progress, report: report) else {
                try? Files.remove(temporary)
                return false
            }
            // A file system without permission bits refuses, and has no need of them.
            try? copy.setMode(0o444)
            copy.startWriteback()
        } catch {
            try? Files.remove(temporary)
            throw error
        }
        _ = try settle(copy, as: file.sha256, size: file.size)
        return true
    }
}
