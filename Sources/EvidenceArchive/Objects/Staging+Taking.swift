internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage

/// How copies are made, and those that another copy of the archive has.
extension Staging {
    /// Begins to copy a file, upon what an earlier run had copied of it where there is something.
    func beginCopy(of source: OpenFile, size: UInt64) throws -> GrowingCopy {
        let temporary = folder.appending(LeftCopies.growingName)
        do {
            try Files.remove(temporary)
            let begun = try left.take(for: source, size: size, to: temporary)
            return GrowingCopy(try begun ?? writable(temporary), held: try begun?.status().size ?? 0, size: size)
        } catch {
            throw EvidenceError.file(any: error, temporary, writing: true)
        }
    }

    /// Ends a copy that has all of its source.
    ///
    /// - Parameter source: how it is called where it is not what was copied of it before.
    func end(_ copy: GrowingCopy, of source: FilePath) throws {
        try checked(copy.file.path, writing: true) { () throws(Errno) in try copy.finish() }
        // A file system without permission bits refuses, and has no need of them.
        try? copy.file.setMode(0o444)
        copy.file.startWriteback()
        guard copy.isResumed else { return }
        resumed.files += 1
        resumed.bytes += copy.taken
        if !copy.isTakenWhole { resumed.changed.append(source.string) }
    }

    /// Copies a stored file of another copy of the archive, where it is what an entry says of it.
    ///
    /// - Parameters:
    ///   - progress: called with the bytes copied since the last call; may throw to stop.
    ///   - report: told why it was not taken.
    /// - Returns: whether it was taken.
    func take(_ file: ExpectedFile, progress: (Int) throws -> Void, report: (Problem) -> Void) throws -> Bool {
        guard let span = FileChecker.find(file, report: report) else { return false }
        let copy = try beginCopy(of: span.file, size: span.size)
        let isGood = try CheckedRead.read(
            file, from: span,
            take: {
                try copy.take($0)
                try progress($0.count)
            }, report: report)
        guard isGood else {
            try? Files.remove(copy.file.path)
            return false
        }
        try end(copy, of: file.path)
        _ = try settle(copy.file, as: file.sha256, size: file.size)
        return true
    }
}
