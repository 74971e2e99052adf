package import EvidenceRecord
internal import Glibc
package import SystemPackage

/// An open folder, below which names are reached one after the other and no symlink is ever followed.
///
/// For folders that others may have written to: what is checked and what is used is the same folder, whatever anybody puts
/// in the place of its name meanwhile.
package final class Folder: Sendable {
    private let file: OpenFile

    /// Where the folder was when it was opened.
    package var path: FilePath { file.path }

    private init(_ file: OpenFile) { self.file = file }

    /// Opens the folder at a path; symlinks on the way to it are followed, because a person named it.
    package static func open(_ path: FilePath) throws(EvidenceError) -> Folder {
        let path = try Files.realPath(path)
        do { return Folder(try OpenFile(path, O_RDONLY | O_DIRECTORY)) } catch let error {
            throw .file(error, path)
        }
    }

    // MARK: Reading

    /// What stands under a name; nil where nothing does.
    package func status(_ name: String) throws(EvidenceError) -> FileStatus? {
        try status(raw: Array(name.utf8))
    }

    /// What stands under a name of exact bytes; nil where nothing does.
    package func status(raw name: [UInt8]) throws(EvidenceError) -> FileStatus? {
        let path = path.appending(raw: name)
        var status = stat()
        do {
            _ = try Files.retrying {
                FilePath(rawBytes: name).withPlatformString {
                    fstatat(file.descriptor, $0, &status, AT_SYMLINK_NOFOLLOW)
                }
            }
        } catch let error {
            if error == .noSuchFileOrDirectory { return nil }
            throw .file(error, path)
        }
        return FileStatus(status)
    }

    /// The folder of this name; nil where there is no such folder, be it that something else stands there.
    package func folder(_ name: String) throws(EvidenceError) -> Folder? { try folder(raw: Array(name.utf8)) }

    /// The same by a name of exact bytes.
    package func folder(raw name: [UInt8]) throws(EvidenceError) -> Folder? {
        do {
            return Folder(try OpenFile(name, in: file, O_RDONLY | O_DIRECTORY))
        } catch let error {
            switch error {
            case .noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels: return nil
            default: throw .file(error, path.appending(raw: name))
            }
        }
    }

    /// The first bytes of the regular file of this name; nil where there is no such file, be it that something else stands
    /// there.
    ///
    /// - Parameter limit: the most bytes that are read.
    package func contents(_ name: String, limit: Int) throws(EvidenceError) -> [UInt8]? {
        do {
            // Without O_NONBLOCK a FIFO would wait here for its other end.
            let opened = try OpenFile(Array(name.utf8), in: file, O_RDONLY | O_NONBLOCK)
            let status = try opened.status()
            guard status.kind == .regular else { return nil }
            return try [UInt8](unsafeUninitializedCapacity: min(limit, Int(clamping: status.size))) { buffer, count in
                count = try opened.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
            }
        } catch {
            // In the last two cases something else stands there: a link, a FIFO.
            switch error as? Errno {
            case .noSuchFileOrDirectory, .tooManySymbolicLinkLevels, Errno(rawValue: ENXIO): return nil
            default: break
            }
            throw .file(any: error, path.appending(name))
        }
    }

    /// The names in the folder, `.` and `..` aside, sorted by bytes.
    package func names() throws(EvidenceError) -> [[UInt8]] {
        do { return try Files.names(in: file) } catch let error { throw .file(error, path) }
    }

    // MARK: Writing

    /// The folder of this name, which is made where there is nothing; refused where something else stands there.
    ///
    /// - Parameter mode: the permission bits of a new folder, whatever the process's mask says.
    package func makeFolder(_ name: String, mode: UInt32) throws(EvidenceError) -> Folder {
        if let folder = try folder(name) { return folder }
        do {
            _ = try Files.retrying { mkdirat(file.descriptor, name, mode_t(mode)) }
            guard let folder = try folder(name) else { throw Errno.notDirectory }
            folder.setMode(mode)
            do { try sync() } catch {
                // Whoever finds it takes its name for durable.
                unlinkat(file.descriptor, name, AT_REMOVEDIR)
                throw error
            }
            return folder
        } catch let error as Errno where error == .fileExists || error == .notDirectory {
            throw EvidenceError(
                .badInput,
                en: "“\(path.appending(name).shown)” is in the way: it is a link or a file where a folder should be.",
                zh: "“\(path.appending(name).shown)”占用了文件夹的位置：它是链接或文件。")
        } catch {
            throw .file(any: error, path.appending(name), writing: true)
        }
    }

    /// Sets permission bits as far as the file system has any.
    private func setMode(_ mode: UInt32) { try? file.setMode(mode) }

    /// Writes a new file whose bytes are not durable before it is synced; refused where something stands there.
    package func write(_ bytes: [UInt8], to name: String, mode: UInt32) throws(EvidenceError) -> OpenFile {
        do {
            let written = try OpenFile(Array(name.utf8), in: file, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
            // A file system without permission bits refuses, and has no need of them.
            try? written.setMode(mode)
            try bytes.withUnsafeBytes { try written.write($0) }
            written.startWriteback()
            return written
        } catch {
            throw .file(any: error, path.appending(name), writing: true)
        }
    }

    /// Moves a file into another folder of the same file system, in place of whatever file or link has that name.
    package func move(_ name: String, to folder: Folder, as newName: String) throws(EvidenceError) {
        do {
            _ = try Files.retrying { renameat(file.descriptor, name, folder.file.descriptor, newName) }
        } catch let error {
            throw .file(error, folder.path.appending(newName), writing: true)
        }
    }

    /// Removes a name, and all below it where it is a folder's; that there is none is no error.
    package func removeTree(_ name: [UInt8]) throws(EvidenceError) {
        let place = FilePath(rawBytes: name)
        guard let status = try status(raw: name) else { return }
        let below = status.kind == .folder ? try folder(raw: name) : nil
        for inner in try below?.names() ?? [] { try below?.removeTree(inner) }
        do {
            _ = try Files.retrying {
                place.withPlatformString { unlinkat(file.descriptor, $0, below == nil ? 0 : AT_REMOVEDIR) }
            }
        } catch let error {
            throw .file(error, path.appending(raw: name), writing: true)
        }
    }

    /// Makes the names in the folder durable.
    package func sync() throws(EvidenceError) {
        do { try file.sync() } catch let error {
            // So say file systems on which names need no such thing.
            if error == .invalidArgument { return }
            throw .file(error, path, writing: true)
        }
    }

    /// Keeps others who do the same out for as long as this folder is held; false where somebody else is in it.
    ///
    /// On a share that knows no locks nobody is kept out.
    package func lock() -> Bool {
        do { return try file.lock(waiting: false) } catch { return true }
    }
}

extension OpenFile {
    /// Opens a name in an open folder; a symlink is not followed.
    fileprivate convenience init(
        _ name: [UInt8], in folder: OpenFile, _ flags: Int32, mode: UInt32 = 0o600
    ) throws(Errno) {
        try self.init(path: folder.path.appending(raw: name)) {
            FilePath(rawBytes: name).withPlatformString {
                openat(folder.descriptor, $0, flags | O_CLOEXEC | O_NOFOLLOW, mode_t(mode))
            }
        }
    }
}
