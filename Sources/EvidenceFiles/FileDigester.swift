internal import Dispatch
package import EvidenceCrypto
internal import EvidenceRecord
internal import Glibc
package import SystemPackage

/// Digests of files as they lie on disk: regular files only, never through a symlink.
package enum FileDigester {
    private static let bufferSize = 256 * 1_024
    /// Past this, a second core hashes: below, handing pieces over costs more than it saves.
    private static let largeSize: UInt64 = 4 * 1_024 * 1_024

    /// The SHA-256 of a file.
    ///
    /// - Parameter progress: called with the bytes read since the last call; may throw to stop.
    package static func sha256(of path: FilePath, progress: (Int) throws -> Void = { _ in }) throws -> Digest {
        try sha256(of: FileSpan.regular(path)) { try progress($0.count) }
    }

    /// The CRC-32 of a file.
    ///
    /// - Parameter progress: called with the bytes read since the last call; may throw to stop.
    package static func crc32(of path: FilePath, progress: (Int) throws -> Void) throws -> UInt32 {
        var checksum = CRC32()
        try forEachPiece(of: FileSpan.regular(path)) { bytes, _ in
            checksum.update(bytes)
            try progress(bytes.count)
        }
        return checksum.value
    }

    /// Copies a file while both of its digests are taken.
    ///
    /// - Returns: the digests of the bytes that were written. The copy is durable, its name is not.
    package static func digests(
        copying source: FilePath, to target: FilePath, progress: (Int) throws -> Void
    ) throws -> (sha256: Digest, fsverity: Digest) {
        var verity = FSVerityHasher()
        let (sha256, copy) = try copy(source, to: target, mode: 0o600) { bytes in
            verity.update(bytes)
            try progress(bytes.count)
        }
        do { try copy.sync() } catch let error { throw EvidenceError.file(error, target, writing: true) }
        return (sha256, verity.finish())
    }

    /// Copies a file while its SHA-256 is taken.
    ///
    /// - Parameter progress: called with the bytes copied since the last call; may throw to stop.
    /// - Returns: the digest of the bytes that were written, and the copy, which is durable once it is synced.
    package static func sha256(
        copying source: FilePath, to target: FilePath, mode: UInt32, progress: (Int) throws -> Void
    ) throws -> (sha256: Digest, copy: OpenFile) {
        try copy(source, to: target, mode: mode) { try progress($0.count) }
    }

    private static func copy(
        _ source: FilePath, to target: FilePath, mode: UInt32, take: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> (sha256: Digest, copy: OpenFile) {
        let span = try FileSpan.regular(source)
        let copy: OpenFile
        do {
            copy = try OpenFile(target, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
        } catch let error {
            throw EvidenceError.file(error, target, writing: true)
        }
        let sha256 = try sha256(of: span) { bytes in
            do { try copy.write(bytes) } catch { throw EvidenceError.file(any: error, target, writing: true) }
            try take(bytes)
        }
        return (sha256, copy)
    }

    /// Reads bytes once, and gives their SHA-256.
    ///
    /// - Parameter take: is given the bytes, piece by piece; may throw to stop.
    package static func sha256(of span: FileSpan, take: (UnsafeRawBufferPointer) throws -> Void) throws -> Digest {
        guard span.size > largeSize else {
            let hasher = SHA256Hasher()
            try forEachPiece(of: span) { bytes, _ in
                hasher.update(bytes)
                try take(bytes)
            }
            return hasher.finish()
        }
        // A piece is hashed while it is taken, and while the next one is read into the other buffer.
        let queue = DispatchQueue(label: "evidence.sha256")
        let hasher = SharedHasher()
        let busy = [DispatchGroup(), DispatchGroup()]
        try forEachPiece(of: span, buffers: busy.count, wait: { busy[$0].wait() }) { bytes, buffer in
            nonisolated(unsafe) let piece = bytes
            queue.async(group: busy[buffer]) { hasher.sha256.update(piece) }
            try take(bytes)
        }
        return hasher.sha256.finish()
    }

    /// A hasher that one queue alone uses until it has nothing more to do.
    private final class SharedHasher: @unchecked Sendable {
        let sha256 = SHA256Hasher()
    }

    /// Reads bytes piece by piece, in turn into each of some buffers.
    ///
    /// - Parameters:
    ///   - wait: returns when nobody looks at a buffer any more.
    ///   - body: takes a piece and the number of its buffer.
    private static func forEachPiece(
        of span: FileSpan, buffers count: Int = 1, wait: (Int) -> Void = { _ in },
        _ body: (UnsafeRawBufferPointer, Int) throws -> Void
    ) throws {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count * bufferSize, alignment: 4_096)
        defer {
            // Whatever was thrown, no buffer goes while somebody looks at it.
            (0..<count).forEach(wait)
            memory.deallocate()
        }
        var offset: UInt64 = 0
        var turn = 0
        while true {
            wait(turn)
            let buffer = UnsafeMutableRawBufferPointer(rebasing: memory[turn * bufferSize..<(turn + 1) * bufferSize])
            let filled: Int
            do { filled = try span.read(into: buffer, at: offset) } catch let error {
                throw EvidenceError.file(error, span.file.path)
            }
            if filled == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<filled]), turn)
            offset += UInt64(filled)
            turn = (turn + 1) % count
        }
    }
}
