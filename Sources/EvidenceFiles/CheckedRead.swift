package import EvidenceRecord
internal import SystemPackage

/// Stored files, held against what an entry says of them while they are read.
package enum CheckedRead {
    /// Reads the bytes of a file once, and takes both digests of what is handed on.
    ///
    /// - Parameters:
    ///   - span: the file, as ``FileChecker/find(_:report:)`` gives it.
    ///   - take: is given the bytes, piece by piece; may throw to stop.
    ///   - report: told why the file is not what the entry says, or can't be read.
    /// - Returns: whether the bytes are what the entry says.
    /// - Throws: what `take` throws.
    package static func read(
        _ expected: ExpectedFile, from span: FileSpan, take: (UnsafeRawBufferPointer) throws -> Void,
        report: (Problem) -> Void
    ) throws -> Bool {
        var failure: (any Error)?
        do {
            let found = try FileDigester.digests(of: span) { bytes in
                do { try take(bytes) } catch {
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
            if let failure { throw failure }
            report(.fileUnreadable(expected, .ioError))
        }
        return false
    }
}
