internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
internal import SystemPackage

/// A bag in a folder.
///
/// Files are synced in batches and folders at the end.
final class BagFolderTarget: BagTarget {
    private static let mostUnsynced = 128
    private static let fileMode: UInt32 = 0o644
    private static let bufferSize = 64 * 1_024

    private let folder: FilePath
    private var folders: Set<FilePath> = []
    private var unsynced: [OpenFile] = []

    /// - Parameter folder: exists and is empty.
    init(_ folder: FilePath) { self.folder = folder }

    func write(to path: String, _ content: Content) throws -> (digest: Digest, size: UInt64) {
        let file = try create(path)
        let hasher = SHA256Hasher()
        var size: UInt64 = 0
        var buffer: [UInt8] = []
        func flush() throws {
            hasher.update(buffer)
            size += UInt64(buffer.count)
            do { try buffer.withUnsafeBytes { try file.write($0) } } catch {
                throw EvidenceError.file(any: error, file.path, writing: true)
            }
            buffer.removeAll(keepingCapacity: true)
        }
        try content { bytes in
            buffer += bytes
            if buffer.count >= BagFolderTarget.bufferSize { try flush() }
        }
        try flush()
        try syncLater(file)
        return (hasher.finish(), size)
    }

    func copy(_ source: FilePath, to path: String, progress: (Int) throws -> Void) throws -> Digest {
        let (sha256, copy) = try FileDigester.sha256(
            copying: source, to: try place(path), mode: BagFolderTarget.fileMode, progress: progress)
        try syncLater(copy)
        return sha256
    }

    /// Opens a new file whose folders exist.
    private func create(_ path: String) throws -> OpenFile {
        let target = try place(path)
        do {
            return try OpenFile(target, O_WRONLY | O_CREAT | O_EXCL, mode: BagFolderTarget.fileMode)
        } catch let error {
            throw EvidenceError.file(error, target, writing: true)
        }
    }

    private func place(_ path: String) throws -> FilePath {
        let target = folder.appending(raw: path.utf8)
        var parent = target.parent
        try Files.makeFolders(parent)
        while parent != folder, folders.insert(parent).inserted { parent = parent.parent }
        return target
    }

    private func syncLater(_ file: OpenFile) throws {
        file.startWriteback()
        unsynced.append(file)
        if unsynced.count >= BagFolderTarget.mostUnsynced { try syncFiles() }
    }

    private func syncFiles() throws {
        for file in unsynced {
            do { try file.sync() } catch let error { throw EvidenceError.file(error, file.path, writing: true) }
        }
        unsynced = []
    }

    func finish() throws {
        try syncFiles()
        for folder in folders.sorted(by: { $0.string > $1.string }) + [folder] {
            do { try Files.syncFolder(folder) } catch let error {
                throw EvidenceError.file(error, folder, writing: true)
            }
        }
    }
}
