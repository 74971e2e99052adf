internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
internal import SystemPackage

/// Writes the files of a new bag and keeps what its manifests have to say of them.
///
/// Files are synced in batches and folders at the end: all is durable when ``sync()`` has returned.
final class BagFolderWriter {
    private static let mostUnsynced = 128
    private static let fileMode: UInt32 = 0o644

    let folder: FilePath
    /// The payload's size so far.
    private(set) var payload = BagInfo.PayloadSize()
    private var digests: [(path: String, digest: Digest)] = []
    private var folders: Set<FilePath> = []
    private var unsynced: [OpenFile] = []

    init(_ folder: FilePath) { self.folder = folder }

    /// The manifest of the payload written so far, sorted by bytes.
    var payloadManifest: String { manifest { $0.hasPrefix(BagPath.payload) } }

    /// The manifest of the other files written so far, sorted by bytes.
    var tagManifest: String { manifest { !$0.hasPrefix(BagPath.payload) } }

    private func manifest(_ isListed: (String) -> Bool) -> String {
        digests.filter { isListed($0.path) }
            .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
            .map { BagManifest.line($0.digest, $0.path) }.joined()
    }

    /// Writes a file at once.
    func write(_ bytes: [UInt8], to path: String) throws {
        let stream = try BagFileStream(path, in: self)
        try stream.write(bytes)
        try stream.close()
    }

    func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

    /// Copies a file.
    ///
    /// - Returns: the digests of the bytes that were written.
    func copy(
        _ source: FilePath, size: UInt64, to path: String, progress: (Int) throws -> Void
    ) throws -> (sha256: Digest, fsverity: Digest) {
        let target = try place(path)
        let found = try FileDigester.digests(
            copying: source, to: target, mode: BagFolderWriter.fileMode, progress: progress)
        record(path, found.sha256, size: size)
        return found
    }

    /// Opens a new file whose folders exist.
    fileprivate func create(_ path: String) throws -> OpenFile {
        let target = try place(path)
        do {
            return try OpenFile(target, O_WRONLY | O_CREAT | O_EXCL, mode: BagFolderWriter.fileMode)
        } catch let error {
            throw EvidenceError.file(error, target, writing: true)
        }
    }

    private func place(_ path: String) throws -> FilePath {
        let target = folder.appending(path)
        var parent = target.removingLastComponent()
        try Files.makeFolders(parent)
        while parent != folder, folders.insert(parent).inserted { parent = parent.removingLastComponent() }
        return target
    }

    fileprivate func record(_ path: String, _ digest: Digest, size: UInt64) {
        digests.append((path, digest))
        guard path.hasPrefix(BagPath.payload) else { return }
        payload.bytes += size
        payload.files += 1
    }

    fileprivate func syncLater(_ file: OpenFile) throws {
        file.startWriteback()
        unsynced.append(file)
        if unsynced.count >= BagFolderWriter.mostUnsynced { try syncFiles() }
    }

    private func syncFiles() throws {
        for file in unsynced {
            do { try file.sync() } catch let error { throw EvidenceError.file(error, file.path, writing: true) }
        }
        unsynced = []
    }

    /// Makes everything durable, the folder's own name in its parent aside.
    func sync() throws {
        try syncFiles()
        for folder in folders.sorted(by: { $0.string > $1.string }) + [folder] {
            do { try Files.syncFolder(folder) } catch let error {
                throw EvidenceError.file(error, folder, writing: true)
            }
        }
    }
}

/// One file of a bag as it is written, piece by piece.
final class BagFileStream {
    private static let bufferSize = 64 * 1_024

    private let path: String
    private let folder: BagFolderWriter
    private let file: OpenFile
    private let hasher = SHA256Hasher()
    private var size: UInt64 = 0
    private var buffer: [UInt8] = []

    init(_ path: String, in folder: BagFolderWriter) throws {
        self.path = path
        self.folder = folder
        file = try folder.create(path)
    }

    func write(_ bytes: [UInt8]) throws {
        buffer += bytes
        if buffer.count >= BagFileStream.bufferSize { try flush() }
    }

    /// Ends the file and lists it.
    func close() throws {
        try flush()
        folder.record(path, hasher.finish(), size: size)
        try folder.syncLater(file)
    }

    private func flush() throws {
        hasher.update(buffer)
        size += UInt64(buffer.count)
        do { try buffer.withUnsafeBytes { try file.write($0) } } catch {
            throw EvidenceError.file(any: error, file.path, writing: true)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
