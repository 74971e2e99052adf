package import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
internal import Glibc
package import SystemPackage

/// A file that was taken in, copied or where it lay, but that no entry names yet.
package struct StagedFile: Sendable {
    package let size: UInt64
    package let sha256: Digest
    package let fsverity: Digest
    private let toldType: ToldMediaType
    package let modified: Timestamp?
    /// Whether the archive, or this same run, held this content before.
    package let wasHeld: Bool
    /// Where the bytes can be read until they are promoted.
    package let path: FilePath
    /// The real path of a file that was left where it lay.
    package let location: FilePath?

    /// Another thread may have to tell it first.
    package var mediaType: String { toldType.value }

    init(_ read: Staging.Read, at path: FilePath, wasHeld: Bool, location: FilePath?) {
        size = read.size
        sha256 = read.sha256
        fsverity = read.fsverity
        toldType = read.mediaType
        modified = read.modified
        self.wasHeld = wasHeld
        self.path = path
        self.location = location
    }
}

/// One run's temporary files, in a folder of its own under `incoming/`, locked while the run lives.
///
/// Files are copied and hashed in one read without any lock on the archive, made durable in batches, and put in their
/// places by ``promote(logSize:)`` under the archive's lock, so that an interrupted run leaves nothing in `objects/`. What it had
/// copied is gone on from when the same files are added again.
package final class Staging {
    /// The folder's name in an archive.
    package static let folderName = "incoming"
    private static let batchFiles = 128
    private static let batchBytes: UInt64 = 64 * 1_024 * 1_024

    let store: ObjectStore
    let folder: FilePath
    /// Holds the lock by which others see that this run lives.
    private let lock: OpenFile
    private let mediaTypes = MediaTypeTeller()
    /// Copies whose bytes are not durable yet, each by the descriptor it was written through, which gets its errors.
    private var unsynced: [OpenFile] = []
    private var unsyncedBytes: UInt64 = 0
    /// The copies before those, which another thread makes durable meanwhile.
    private var syncing: Background<Void>?
    /// Set where the folder stays: copies wait in it, or nobody could tell which objects no entry names.
    private var isLeftBehind = false
    /// What earlier runs had copied when they stopped.
    let left: LeftCopies
    /// How much of it was gone on from.
    package internal(set) var resumed = ResumedCopies()
    /// How many files were left where they lay.
    private var links = 0

    /// - Parameter mark: random bytes that set this run's folder apart.
    package init(_ store: ObjectStore, mark: [UInt8]) throws {
        self.store = store
        try store.requireOwnFolders()
        let incoming = store.archive.appending(Staging.folderName)
        try Files.makeFolders(incoming)
        folder = incoming.appending(mark.hex)
        lock = try Staging.claim(folder)
        do { left = try LeftCopies(in: incoming, besides: folder) } catch {
            throw EvidenceError.file(any: error, incoming, writing: true)
        }
    }

    /// Makes the run's folder and locks it.
    ///
    /// A writer that sweeps may have taken it for one left behind just before it
    /// was locked: then it is made again.
    private static func claim(_ folder: FilePath) throws -> OpenFile {
        var last = Errno.resourceTemporarilyUnavailable
        for _ in 0..<100 {
            try Files.makeFolders(folder)
            do {
                let lock = try OpenFile(folder, O_RDONLY | O_DIRECTORY)
                // The sweeper may hold it for as long as it takes to remove the folder.
                let isLocked = try lock.lock(waiting: true)
                if isLocked, try Files.status(folder)?.inode == lock.status().inode { return lock }
            } catch let error {
                last = error
            }
        }
        throw EvidenceError.file(last, folder, writing: true)
    }

    /// Where ``spool`` files of this run may lie.
    package var path: FilePath { folder }

    /// Copies a file into the staging folder, reading it once.
    ///
    /// - Parameter progress: called with the bytes read since the last call; may throw to stop.
    package func ingest(_ source: FilePath, progress: (Int) throws -> Void) throws -> StagedFile {
        let file = try OpenFile.regular(source)
        let copy = try beginCopy(of: file, size: checked(source) { () throws(Errno) in try file.status().size })
        let read = try self.read(file, source, progress: progress, copy.take)
        try end(copy, of: source)
        let (path, wasHeld) = try settle(copy.file, as: read.sha256, size: read.size)
        return read.staged(at: path, wasHeld: wasHeld, location: nil)
    }

    /// Reads a file once and leaves it where it is.
    ///
    /// - Parameters:
    ///   - location: its real path.
    ///   - progress: called with the bytes read since the last call; may throw to stop.
    package func reference(
        _ source: FilePath, at location: FilePath, progress: (Int) throws -> Void
    ) throws -> StagedFile {
        // Opened by the very path that is recorded.
        let file = try checked(source) { () throws(Errno) in try OpenFile(location, O_RDONLY | O_NONBLOCK) }
        let read = try self.read(file, source, progress: progress) { _ in }
        // Whoever reads it later is given a name without surprises.
        links += 1
        let link = folder.appending("link-\(links)")
        try checked(link, writing: true) { () throws(Errno) in try Files.makeLink(link, to: location) }
        return read.staged(at: link, wasHeld: false, location: location)
    }

    /// What reading a file once tells.
    struct Read {
        var size: UInt64 = 0
        var sha256: Digest
        var fsverity: Digest
        var mediaType: ToldMediaType
        var modified: Timestamp?

        func staged(at path: FilePath, wasHeld: Bool, location: FilePath?) -> StagedFile {
            StagedFile(self, at: path, wasHeld: wasHeld, location: location)
        }
    }

    /// Reads a file to its end, handing on its bytes piece by piece; refused where it changed meanwhile.
    func read(
        _ file: OpenFile, _ source: FilePath, progress: (Int) throws -> Void,
        _ take: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Read {
        let before = try checked(source) { () throws(Errno) in try file.status() }
        var mediaType = ToldMediaType(known: "application/x-empty")
        var size: UInt64 = 0
        let digests = try FileDigester.digests(of: FileSpan(file, offset: 0, size: before.size)) { bytes in
            if size == 0 { mediaType = mediaTypes.type(of: bytes) }
            try take(bytes)
            size += UInt64(bytes.count)
            try progress(bytes.count)
        }
        let after = try checked(source) { () throws(Errno) in try file.status() }
        guard before == after, before.kind == .regular, size == before.size, try !hasMore(file, source, at: size) else {
            throw EvidenceError(
                .badInput,
                en: "“\(source.shown)” changed while it was read. Wait until nothing writes to it, then add it again.",
                zh: "“\(source.shown)”在读取过程中发生变化。请等其写入结束后重新添加。")
        }
        return Read(
            size: size, sha256: digests.sha256, fsverity: digests.fsverity, mediaType: mediaType,
            modified: before.modified)
    }

    /// Whether a file goes on past the size that it gives, as those of `/proc` do.
    private func hasMore(_ file: OpenFile, _ source: FilePath, at size: UInt64) throws -> Bool {
        try checked(source) { () throws(Errno) in
            var byte: UInt8 = 0
            return try withUnsafeMutableBytes(of: &byte) { bytes throws(Errno) in
                try file.read(into: bytes, at: size) > 0
            }
        }
    }

    /// Gives the copy its digest as name, or drops it where the same content is held already.
    ///
    /// - Returns: where the content lies now, and whether it was held.
    func settle(_ copy: OpenFile, as digest: Digest, size: UInt64) throws -> (path: FilePath, wasHeld: Bool) {
        let staged = folder.appending(raw: digest.hex.utf8)
        // What is held must still be what its name says: a rotten original must not swallow a good copy.
        let isStaged = try Files.status(staged) != nil
        if try isStaged || store.holdsWhole(digest, size: size) {
            try checked(copy.path, writing: true) { () throws(Errno) in try Files.remove(copy.path) }
            return (isStaged ? staged : store.path(digest), true)
        }
        try checked(staged, writing: true) { () throws(Errno) in try Files.rename(copy.path, to: staged) }
        unsynced.append(copy)
        unsyncedBytes += size
        if unsynced.count >= Staging.batchFiles || unsyncedBytes >= Staging.batchBytes { try syncBatch() }
        return (staged, false)
    }

    /// Makes all copies durable, so that ``promote(logSize:)`` has only names to change.
    ///
    /// Call it before taking the lock.
    ///
    /// After a failure the run must stop: what was not synced can't be trusted by re-reading.
    package func finishCopying() throws {
        try syncBatch()
        _ = try syncing?.value()
    }

    /// Begins to make the copies durable, once those before them are.
    private func syncBatch() throws {
        _ = try syncing?.value()
        syncing = Background { [unsynced] in
            for copy in unsynced {
                // What a failed sync covered can't be trusted, and what comes after it is not wanted any more.
                do { try copy.sync() } catch { throw EvidenceError.file(any: error, copy.path, writing: true) }
            }
        }
        unsynced = []
        unsyncedBytes = 0
    }

    /// Takes back ``promote(logSize:)`` when the commit failed.
    ///
    /// The caller still holds the archive's lock. A commit that failed may stand all the same: SQLite reports it where the
    /// journal is gone and only its folder could not be synced. So the log is asked what it names, as after a crash; where
    /// it can't be read, the next writer asks it.
    package func demote(_ log: LogDatabase) {
        do {
            try Staging.withdrawUncommitted(of: folder, store, log)
        } catch {
            isLeftBehind = true
        }
    }

    /// Leaves what ``promote(logSize:)`` put in place, and what it wrote down of it, until ``forgetPromoted()``.
    ///
    /// Where nothing comes of the commit, a later run has its entries, or takes it back.
    func keepPromoted() { isLeftBehind = true }

    /// Does away with what was written down: entries name all that stands.
    func forgetPromoted() throws {
        for journal in try Staging.journals(in: folder) {
            try checked(journal, writing: true) { () throws(Errno) in try Files.remove(journal) }
        }
        isLeftBehind = false
    }

    /// Takes back what was put in place and no entry names, and does away with what was written down.
    func withdrawUncommitted(_ log: LogDatabase) throws {
        try Staging.withdrawUncommitted(of: folder, store, log)
        try forgetPromoted()
    }

    /// Lets what was copied wait for the same files to be added again; call it before ``close()``.
    ///
    /// - Returns: whether anything waits.
    private func keepCopies() -> Bool {
        guard !hasFailedToSync(), (try? LeftCopies.bytes(in: folder)) != nil else { return false }
        isLeftBehind = true
        return true
    }

    /// Lets what was copied wait for the same command to be run again; call it before ``close()``.
    ///
    /// - Parameter error: what stops this one.
    /// - Returns: the error, which says so where anything waits.
    package func keepCopies(after error: any Error) -> any Error {
        guard keepCopies(), let error = error as? EvidenceError else { return error }
        return EvidenceError(
            error.code,
            en:
                "\(error.message.en) What was copied is kept for \(LeftCopies.days) days: the same command goes on from it.",
            zh: "\(error.message.zh)已复制的部分保留 \(LeftCopies.days) 天，重新执行同一命令即可接着复制。")
    }

    /// Says that no later run goes on from what is copied here, so that where this one is killed the next writer removes it.
    func endHere() throws {
        let mark = folder.appending(LeftCopies.endedName)
        do {
            guard try Files.status(mark) == nil else { return }
            try Files.write([], to: mark, mode: 0o600)
            try Files.syncFolder(folder)
        } catch {
            throw EvidenceError.file(any: error, mark, writing: true)
        }
    }

    /// Removes the run's folder with what is left in it.
    package func close() {
        // Read again, what could not be made durable would look whole.
        if hasFailedToSync() {
            let others = (try? Files.names(in: folder)) ?? []
            for name in others where !Staging.isJournal(String(decoding: name, as: UTF8.self)) {
                try? Files.removeTree(folder.appending(raw: name))
            }
        }
        if !isLeftBehind { try? Staging.remove(folder) }
        left.close()
    }

    private func hasFailedToSync() -> Bool {
        do {
            _ = try syncing?.value()
            return false
        } catch { return true }
    }

    func writable(_ path: FilePath) throws -> OpenFile {
        do {
            return try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL)
        } catch let error {
            throw EvidenceError.file(error, path, writing: true)
        }
    }

    func checked<Result>(
        _ path: FilePath, writing: Bool = false, _ body: () throws(Errno) -> Result
    ) throws -> Result {
        do { return try body() } catch let error { throw EvidenceError.file(error, path, writing: writing) }
    }
}
