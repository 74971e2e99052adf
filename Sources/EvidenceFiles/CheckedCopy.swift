package import EvidenceRecord
internal import SystemPackage

/// Copies of stored files, each held against what an entry says of it while it is made.
package enum CheckedCopy {
    /// Copies the bytes of a file, reading it once, and takes both digests of what is written.
    ///
    /// - Parameters:
    ///   - copy: a new file, which is durable once it is synced, and is to be thrown away where the answer is no.
    ///   - progress: called with the bytes copied since the last call; may throw to stop.
    ///   - report: told why the file is not what the entry says, or can't be read.
    /// - Returns: whether the copy is what the entry says.
    /// - Throws: where the copy can't be written, and what `progress` throws.
    package static func write(
        _ expected: ExpectedFile, to copy: OpenFile, progress: (Int) throws -> Void, report: (Problem) -> Void
    ) throws -> Bool {
        guard let span = FileChecker.find(expected, report: report) else { return false }
        var failure: (any Error)?
        do {
            let found = try FileDigester.digests(of: span) { bytes in
                do {
                    try copy.write(bytes)
                    try progress(bytes.count)
                } catch {
                    failure = error
                    throw error
                }
            }
            let agrees = (found.fsverity == expected.fsverity, found.sha256 == expected.sha256)
            if agrees == (true, true) { return true }
            report(
                agrees == (false, false)
                    ? .fileAltered(expected, found: found.sha256)
                    : .fileDigestsDisagree(expected, found.fsverity, found.sha256))
        } catch {
            if let failure { throw EvidenceError.file(any: failure, copy.path, writing: true) }
            report(.fileUnreadable(expected, .ioError))
        }
        return false
    }
}
