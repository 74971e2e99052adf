internal import CSystemShims
package import EvidenceRecord
internal import Glibc
internal import Synchronization
package import SystemPackage

/// An open file or folder, closed when nobody holds it any more.
///
/// A class, not a noncopyable struct: Swift 6.3.1's compiler crashes on closures that capture the latter.
package final class OpenFile: Sendable {
    /// How much is written before the disk is told to begin with it: the end of a large file has little to wait for then.
    private static let writebackInterval = 32 * 1_024 * 1_024
    /// From this size on, a file does not go through the page cache.
    private static let directSize: UInt64 = 64 * 1_024 * 1_024
    /// What goes past the page cache comes in multiples of this.
    private static let blockSize = 4_096

    package let descriptor: Int32
    package let path: FilePath
    /// The bytes written since writing back was last begun.
    private let unstarted = Atomic(0)
    private let isLocked = Atomic(false)
    private let isDirect = Atomic(false)

    private init(descriptor: Int32, path: FilePath) {
        self.descriptor = descriptor
        self.path = path
    }

    /// - Parameter open: gives a descriptor, or -1 with `errno`.
    convenience init(path: FilePath, open: () -> Int32) throws(Errno) {
        self.init(descriptor: try Files.retrying(open), path: path)
    }

    deinit {
        // Left to close(2), the lock would outlast it where a child was just forked and has not executed its program yet.
        if isLocked.load(ordering: .relaxed) { flock(descriptor, LOCK_UN) }
        close(descriptor)
    }

    /// Opens without following a symlink in any place of the path, so that nobody leads elsewhere by putting one there.
    ///
    /// A path that a person named may have some: see ``Files/straight(_:)``.
    ///
    /// - Parameter mode: permission bits of a new file.
    /// - Throws: `tooManySymbolicLinkLevels` where there is one.
    package convenience init(_ path: FilePath, _ flags: Int32, mode: UInt32 = 0o600) throws(Errno) {
        let descriptor = try Files.retrying {
            path.withPlatformString { evidence_open_without_symlinks($0, flags, mode) }
        }
        self.init(descriptor: descriptor, path: path)
    }

    /// Opens a regular file to be read, and nothing else: no symlink, FIFO or device, whatever happens between check and
    /// use.
    package static func regular(_ path: FilePath) throws(EvidenceError) -> OpenFile {
        let file = try opened(path)
        let kind: FileStatus.Kind
        do { kind = try file.status().kind } catch let error { throw .file(error, path) }
        guard kind == .regular else { throw Files.notRegular(path, kind) }
        return file
    }

    private static func opened(_ path: FilePath) throws(EvidenceError) -> OpenFile {
        do {
            // Without O_NONBLOCK a FIFO would wait here for its other end.
            return try OpenFile(path, O_RDONLY | O_NONBLOCK)
        } catch let error {
            if (try? Files.status(path))?.kind == .symlink { throw Files.notRegular(path, .symlink) }
            if error.rawValue == ENXIO { throw Files.notRegular(path, .other) }
            throw .file(error, path)
        }
    }

    package func status() throws(Errno) -> FileStatus {
        var status = stat()
        let descriptor = descriptor
        _ = try Files.retrying { fstat(descriptor, &status) }
        return FileStatus(status)
    }

    /// Fills `buffer` from `offset`; fewer bytes only at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(Errno) -> Int {
        let descriptor = descriptor
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = try Files.retrying {
                Int32(pread(descriptor, rest.baseAddress, min(rest.count, 1 << 30), off_t(offset) + off_t(filled)))
            }
            if count == 0 { break }
            filled += Int(count)
        }
        return filled
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(Errno) {
        let descriptor = descriptor
        if !bytes.count.isMultiple(of: OpenFile.blockSize) { writeThroughCache() }
        var rest = bytes
        while !rest.isEmpty {
            let piece = rest
            do {
                let count = try Files.retrying {
                    Int32(Glibc.write(descriptor, piece.baseAddress, min(piece.count, 1 << 30)))
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...])
            } catch let error {
                guard error == .invalidArgument, writeThroughCache() else { throw error }
            }
        }
        let written = unstarted.add(bytes.count, ordering: .relaxed).newValue
        if written >= OpenFile.writebackInterval { startWriteback() }
    }

    /// Lets a large file go to the disk past the page cache from now on (Linux's `O_DIRECT`), where its file system can and
    /// is no share: copying it into the cache, and from there, takes more of a processor than all else about writing.
    ///
    /// Nothing is read from it any more.
    ///
    /// - Parameter size: how many bytes the file is going to have.
    package func expect(size: UInt64) {
        guard size >= OpenFile.directSize, evidence_pass_cache(descriptor, 1) == 0 else { return }
        isDirect.store(true, ordering: .relaxed)
    }

    /// Undoes ``expect(size:)`` for what is no whole block, or lies between two.
    ///
    /// - Returns: whether there was anything to undo.
    @discardableResult
    private func writeThroughCache() -> Bool {
        guard isDirect.exchange(false, ordering: .relaxed) else { return false }
        _ = evidence_pass_cache(descriptor, 0)
        return true
    }

    /// Writes over what stands at `offset`; where the next ``write(_:)`` goes stays as it is.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(Errno) {
        let descriptor = descriptor
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = try Files.retrying {
                Int32(pwrite(descriptor, rest.baseAddress, min(rest.count, 1 << 30), off_t(offset) + off_t(written)))
            }
            written += Int(count)
        }
    }

    /// Where the next ``write(_:)`` goes.
    package func seek(to offset: UInt64) throws(Errno) {
        let descriptor = descriptor
        _ = try Files.retrying { lseek(descriptor, off_t(offset), SEEK_SET) < 0 ? -1 : 0 }
    }

    package func truncate(to size: UInt64) throws(Errno) {
        let descriptor = descriptor
        _ = try Files.retrying { ftruncate(descriptor, off_t(size)) }
    }

    /// Durable when it returns; after a failure nothing written to this file may be trusted.
    package func sync() throws(Errno) {
        let descriptor = descriptor
        _ = try Files.retrying { fsync(descriptor) }
    }

    /// Starts writing back what was written, so that a later ``sync()`` has less to wait for.
    package func startWriteback() {
        unstarted.store(0, ordering: .relaxed)
        _ = evidence_start_writeback(descriptor)
    }

    package func setMode(_ mode: UInt32) throws(Errno) {
        let descriptor = descriptor
        _ = try Files.retrying { fchmod(descriptor, mode_t(mode)) }
    }

    /// Takes the exclusive lock on this file or folder; false where another process holds it and `waiting` is false.
    package func lock(waiting: Bool) throws(Errno) -> Bool {
        do {
            let descriptor = descriptor
            _ = try Files.retrying { flock(descriptor, LOCK_EX | (waiting ? 0 : LOCK_NB)) }
            isLocked.store(true, ordering: .relaxed)
            return true
        } catch let error {
            if error == .wouldBlock { return false }
            throw error
        }
    }
}
