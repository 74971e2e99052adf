internal import Dispatch
package import EvidenceCrypto
internal import EvidenceRecord
internal import Glibc
internal import Synchronization
package import SystemPackage

/// Digests of files as they lie on disk: regular files only, never through a symlink.
package enum FileDigester {
    /// What is read at once: as much as one block of hashes in an fs-verity tree covers, which is then hashed in place.
    private static let pieceSize = FSVerity.segmentSize
    /// Past this, other threads hash: below, handing pieces over costs more than it saves.
    private static let largeSize: UInt64 = 4 * 1_024 * 1_024
    /// How many pieces of a large file are in memory, so that no thread waits for another at every piece.
    private static let piecesAtOnce = 8

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
        let (span, copy) = try begin(copying: source, to: target, mode: 0o600)
        let found = try digests(of: span) { bytes in
            try write(bytes, to: copy)
            try progress(bytes.count)
        }
        do { try copy.sync() } catch let error { throw EvidenceError.file(error, target, writing: true) }
        return found
    }

    /// Copies a file while its SHA-256 is taken.
    ///
    /// - Parameter progress: called with the bytes copied since the last call; may throw to stop.
    /// - Returns: the digest of the bytes that were written, and the copy, which is durable once it is synced.
    package static func sha256(
        copying source: FilePath, to target: FilePath, mode: UInt32, progress: (Int) throws -> Void
    ) throws -> (sha256: Digest, copy: OpenFile) {
        let (span, copy) = try begin(copying: source, to: target, mode: mode)
        let sha256 = try sha256(of: span) { bytes in
            try write(bytes, to: copy)
            try progress(bytes.count)
        }
        return (sha256, copy)
    }

    private static func begin(
        copying source: FilePath, to target: FilePath, mode: UInt32
    ) throws -> (FileSpan, copy: OpenFile) {
        let span = try FileSpan.regular(source)
        do {
            let copy = try OpenFile(target, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
            copy.expect(size: span.size)
            return (span, copy)
        } catch let error {
            throw EvidenceError.file(error, target, writing: true)
        }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to copy: OpenFile) throws {
        do { try copy.write(bytes) } catch let error { throw EvidenceError.file(error, copy.path, writing: true) }
    }

    // MARK: Reading once

    /// Bytes for other threads to look at.
    ///
    /// Nobody writes to them before all who do are done.
    private struct Piece: @unchecked Sendable {
        let bytes: UnsafeRawBufferPointer
    }

    /// A hasher that may be used by another thread.
    private final class Shared<Hasher: StreamHasher & ~Copyable>: Sendable {
        private let hasher: Mutex<Hasher>

        init(_ hasher: consuming sending Hasher) { self.hasher = Mutex(hasher) }

        func update(_ piece: Piece) { hasher.withLock { $0.update(piece.bytes) } }

        func finish() -> Digest { hasher.withLock { $0.finish() } }
    }

    /// Reads bytes once, and gives their SHA-256.
    ///
    /// - Parameter take: is given the bytes, piece by piece; may throw to stop.
    package static func sha256(of span: FileSpan, take: (UnsafeRawBufferPointer) throws -> Void) throws -> Digest {
        let sha256 = Shared(SHA256Hasher())
        try read(span, hashing: [sha256.update], take: take)
        return sha256.finish()
    }

    /// Reads bytes once, and gives both of their digests.
    ///
    /// - Parameter take: is given the bytes that are hashed, piece by piece; may throw to stop.
    package static func digests(
        of span: FileSpan, take: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> (sha256: Digest, fsverity: Digest) {
        let sha256 = Shared(SHA256Hasher())
        let fsverity = Shared(FSVerityHasher())
        try read(span, hashing: [sha256.update, fsverity.update], take: take)
        return (sha256.finish(), fsverity.finish())
    }

    /// Reads bytes once, and shows them in order to each hasher and to `take`.
    ///
    /// Each hasher of a large file has a thread of its own, which looks at a piece while this one takes it and reads the
    /// next ones. When this returns or throws, none of them is at work any more.
    private static func read(
        _ span: FileSpan, hashing hashers: [@Sendable (Piece) -> Void],
        take: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard span.size > largeSize else {
            return try forEachPiece(of: span) { bytes, _ in
                for update in hashers { update(Piece(bytes: bytes)) }
                try take(bytes)
            }
        }
        let workers = hashers.map { (queue: DispatchQueue(label: "evidence.digest"), update: $0) }
        let busy = (0..<piecesAtOnce).map { _ in DispatchGroup() }
        try forEachPiece(of: span, buffers: busy.count, wait: { busy[$0].wait() }) { bytes, buffer in
            let piece = Piece(bytes: bytes)
            for (queue, update) in workers { queue.async(group: busy[buffer]) { update(piece) } }
            try take(bytes)
        }
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
        let size = min(pieceSize, Int(clamping: span.size))
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count * size, alignment: 4_096)
        defer {
            // Whatever was thrown, no buffer goes while somebody looks at it.
            (0..<count).forEach(wait)
            memory.deallocate()
        }
        var offset: UInt64 = 0
        var turn = 0
        while offset < span.size {
            wait(turn)
            let buffer = UnsafeMutableRawBufferPointer(rebasing: memory[turn * size..<(turn + 1) * size])
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

/// Takes bytes in order and gives a digest of them all.
private protocol StreamHasher: ~Copyable {
    mutating func update(_ bytes: UnsafeRawBufferPointer)
    mutating func finish() -> Digest
}

extension SHA256Hasher: StreamHasher {}
extension FSVerityHasher: StreamHasher {}
