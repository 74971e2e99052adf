package import EvidenceCrypto
internal import EvidenceRecord
internal import Glibc
package import SystemPackage

/// Digests of files as they lie on disk: regular files only, never through a symlink.
package enum FileDigester {
    private static let bufferSize = 256 * 1_024

    /// The SHA-256 of a file.
    ///
    /// - Parameter progress: called with the bytes read since the last call; may throw to stop.
    package static func sha256(of path: FilePath, progress: (Int) throws -> Void = { _ in }) throws -> Digest {
        let file = try OpenFile.regular(path)
        let hasher = SHA256Hasher()
        try forEachPiece(of: file) { bytes in
            hasher.update(bytes)
            try progress(bytes.count)
        }
        return hasher.finish()
    }

    /// Copies a file while it is digested.
    ///
    /// - Returns: both digests of the bytes that were written. The copy is durable, its name is not.
    package static func digests(
        copying source: FilePath, to target: FilePath, mode: UInt32 = 0o600, progress: (Int) throws -> Void
    ) throws -> (sha256: Digest, fsverity: Digest) {
        let file = try OpenFile.regular(source)
        let hasher = SHA256Hasher()
        var verity = FSVerityHasher()
        let copy: OpenFile
        do {
            copy = try OpenFile(target, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
        } catch let error {
            throw EvidenceError.file(error, target, writing: true)
        }
        try forEachPiece(of: file) { bytes in
            hasher.update(bytes)
            verity.update(bytes)
            do { try copy.write(bytes) } catch { throw EvidenceError.file(any: error, target, writing: true) }
            try progress(bytes.count)
        }
        do { try copy.sync() } catch let error { throw EvidenceError.file(error, target, writing: true) }
        return (hasher.finish(), verity.finish())
    }

    private static func forEachPiece(of file: OpenFile, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 4_096)
        defer { buffer.deallocate() }
        while true {
            let count: Int
            do { count = try file.read(into: buffer) } catch let error { throw EvidenceError.file(error, file.path) }
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
