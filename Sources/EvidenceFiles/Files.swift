internal import CSystemShims
package import EvidenceRecord
internal import Glibc
package import SystemPackage

/// The few things done to files by name.
package enum Files {
    static func retrying(_ body: () -> Int32) throws(Errno) -> Int32 {
        while true {
            let result = body()
            if result >= 0 { return result }
            let error = Errno(rawValue: errno)
            if error != .interrupted { throw error }
        }
    }

    /// Forbids core dumps of this process, that a crash prints of its memory, and that others of the same user read it: keys and
    /// passphrases are in it.
    package static func keepMemoryPrivate() { _ = evidence_keep_memory_private() }

    static func notRegular(_ path: FilePath, _ kind: FileStatus.Kind) -> EvidenceError {
        let name = path.shown
        return switch kind {
        case .symlink:
            EvidenceError(
                .badInput, en: "“\(name)” is a symbolic link. Name the file it points to.",
                zh: "“\(name)”是符号链接，请指明其所指的文件。")
        case .folder:
            EvidenceError(.badInput, en: "“\(name)” is a folder, not a file.", zh: "“\(name)”是文件夹，不是文件。")
        default:
            EvidenceError(
                .badInput, en: "“\(name)” is a pipe, socket or device, not a file. Save its content to a file first.",
                zh: "“\(name)”是管道、套接字或设备，不是文件。请先将其内容保存为文件。")
        }
    }

    /// That a path can't be used because a symlink stands in it, be it in the last place.
    static func leadsThroughSymlink(_ path: FilePath) -> EvidenceError {
        let link = firstSymlink(in: path) ?? path
        if link == path, let kind = try? statusFollowing(path)?.kind, kind != .folder {
            return notRegular(path, .symlink)
        }
        return EvidenceError(
            .badInput,
            en:
                "The folder “\(link.shown)” is a symbolic link, which would lead elsewhere. Put the folder itself in its place, then run the command again.",
            zh: "文件夹“\(link.shown)”是符号链接，会引到别处。请将其换成文件夹本身，然后重新执行命令。")
    }

    /// The shortest beginning of a path that is a symlink; nil for none.
    private static func firstSymlink(in path: FilePath) -> FilePath? {
        let bytes = path.rawBytes
        let ends = bytes.indices.dropFirst().filter { bytes[$0] == UInt8(ascii: "/") } + [bytes.count]
        return ends.lazy.map { FilePath(rawBytes: Array(bytes[..<$0])) }.first { (try? status($0))?.kind == .symlink }
    }

    /// A path that a person named, without symlinks: as it is where there are none, else where it leads; its last parts need not be
    /// there yet.
    package static func straight(_ path: FilePath) throws(EvidenceError) -> FilePath {
        if firstSymlink(in: path) == nil { return path }
        do { return try realPlace(of: path) } catch { throw .file(any: error, path) }
    }

    /// What stands at a path; nil where nothing does.
    ///
    /// A symlink is not followed.
    package static func status(_ path: FilePath) throws(Errno) -> FileStatus? {
        var status = stat()
        do {
            _ = try retrying { path.withPlatformString { lstat($0, &status) } }
        } catch let error {
            if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
            throw error
        }
        return FileStatus(status)
    }

    /// What a path leads to, symlinks followed; nil where nothing does.
    package static func statusFollowing(_ path: FilePath) throws(Errno) -> FileStatus? {
        var status = stat()
        do {
            _ = try retrying { path.withPlatformString { stat($0, &status) } }
        } catch let error {
            if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
            throw error
        }
        return FileStatus(status)
    }

    /// Whether this process may write there.
    package static func mayWrite(_ path: FilePath) -> Bool {
        path.withPlatformString { access($0, W_OK) } == 0
    }

    /// Whether a path lies on a medium that nobody can write, such as a disc.
    package static func isOnReadOnlyMedium(_ path: FilePath) -> Bool {
        var status = statvfs()
        return path.withPlatformString { statvfs($0, &status) } == 0 && status.f_flag & UInt(ST_RDONLY) != 0
    }

    /// Whether this process may read there.
    package static func mayRead(_ path: FilePath) -> Bool {
        path.withPlatformString { access($0, R_OK) } == 0
    }

    /// The names in a folder, `.` and `..` aside, sorted by bytes.
    ///
    /// No symlink is followed; see ``straight(_:)``.
    package static func names(in folder: FilePath) throws(Errno) -> [[UInt8]] {
        try names(in: OpenFile(folder, O_RDONLY | O_DIRECTORY))
    }

    /// The names in an open folder.
    static func names(in folder: OpenFile) throws(Errno) -> [[UInt8]] {
        // Another descriptor, so that the stream's place is its own.
        let descriptor = try retrying { openat(folder.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let stream = fdopendir(descriptor) else {
            let error = Errno(rawValue: errno)
            close(descriptor)
            throw error
        }
        return try names(in: stream)
    }

    /// The names that a stream of a folder has from its beginning on; it is closed.
    private static func names(in stream: OpaquePointer) throws(Errno) -> [[UInt8]] {
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let item = readdir(stream) else {
                if errno != 0 { throw Errno(rawValue: errno) }
                break
            }
            let name = withUnsafeBytes(of: &item.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Makes a folder and those above it, and makes the new names durable.
    ///
    /// A symlink is not taken for a folder; see ``straight(_:)``.
    ///
    /// - Parameter mode: the permission bits of new folders, whatever the process's mask says; by default they are
    ///   private to the user.
    package static func makeFolders(_ path: FilePath, mode: UInt32 = 0o700) throws(EvidenceError) {
        do {
            guard try !isFolder(path) else { return }
            guard try status(path) == nil else {
                throw EvidenceError(
                    .badInput, en: "“\(path.shown)” is in the way: it is not a folder.",
                    zh: "“\(path.shown)”不是文件夹，无法使用。")
            }
            let parent = path.parent
            if !parent.isEmpty { try makeFolders(parent, mode: mode) }
            try makeFolder(path, mode: mode)
        } catch {
            throw .file(any: error, path, writing: true)
        }
    }

    /// Whether a folder stands there; an error where a symlink does, or leads there.
    private static func isFolder(_ path: FilePath) throws(Errno) -> Bool {
        do {
            _ = try OpenFile(path, evidence_path_only | O_DIRECTORY)
            return true
        } catch let error {
            if error == .noSuchFileOrDirectory || error == .notDirectory { return false }
            throw error
        }
    }

    private static func makeFolder(_ path: FilePath, mode: UInt32) throws(Errno) {
        do {
            try makeNewFolder(path)
            // A file system without permission bits refuses, and has no need of them.
            if mode != 0o700 { try? setMode(path, mode) }
        } catch let error where error == .fileExists {
            return  // Another process was quicker.
        }
        let parent = path.parent
        do { try syncFolder(parent.isEmpty ? "." : parent) } catch {
            // Whoever finds it takes its name for durable.
            _ = path.withPlatformString { rmdir($0) }
            throw error
        }
    }

    /// Makes a private folder whose name is not durable yet; an error where anything stands there.
    package static func makeNewFolder(_ path: FilePath) throws(Errno) {
        _ = try retrying { path.withPlatformString { mkdir($0, 0o700) } }
    }

    /// Makes the names in a folder durable; no symlink is followed.
    package static func syncFolder(_ path: FilePath) throws(Errno) {
        let folder = try OpenFile(path, O_RDONLY | O_DIRECTORY)
        do { try folder.sync() } catch let error where error == .invalidArgument {
            // So say file systems on which names need no such thing.
        }
    }

    /// Does something while no other process that asks so too is in a folder; waits for it.
    ///
    /// On a share that knows no locks nobody is kept out.
    package static func exclusively<Result>(in folder: FilePath, _ body: () throws -> Result) throws -> Result {
        let lock = try? OpenFile(folder, O_RDONLY | O_DIRECTORY)
        _ = try? lock?.lock(waiting: true)
        defer { withExtendedLifetime(lock) {} }
        return try body()
    }

    /// Makes everything durable that any process has written to the file system on which a path lies; Linux's `syncfs`.
    package static func syncFileSystem(of path: FilePath) throws(Errno) {
        let descriptor = try retrying { path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) } }
        defer { close(descriptor) }
        _ = try retrying { evidence_sync_file_system(descriptor) }
    }

    package static func rename(_ source: FilePath, to target: FilePath) throws(Errno) {
        _ = try retrying {
            source.withPlatformString { source in target.withPlatformString { Glibc.rename(source, $0) } }
        }
    }

    /// Renames only where nothing stands at the target: `fileExists` where something does.
    ///
    /// No symlink is followed on the way to the target; see ``straight(_:)``.
    package static func renameExclusively(_ source: FilePath, to target: FilePath) throws(Errno) {
        let parent = target.parent
        let folder = try OpenFile(parent.isEmpty ? "." : parent, evidence_path_only | O_DIRECTORY)
        do {
            _ = try retrying {
                source.withPlatformString { source in
                    FilePath(rawBytes: target.name).withPlatformString {
                        evidence_rename_exclusively(source, folder.descriptor, $0)
                    }
                }
            }
        } catch let error where error == .invalidArgument {
            // So say file systems that can't, such as NFS.
            guard try status(target) == nil else { throw .fileExists }
            try rename(source, to: target)
        }
    }

    /// Gives a file one more name, only where nothing stands there; a symlink itself gets it, and is not followed.
    package static func link(_ path: FilePath, as name: FilePath) throws(Errno) {
        _ = try retrying { path.withPlatformString { path in name.withPlatformString { Glibc.link(path, $0) } } }
    }

    /// Makes a symlink.
    package static func makeLink(_ path: FilePath, to target: FilePath) throws(Errno) {
        _ = try retrying {
            path.withPlatformString { path in target.withPlatformString { symlink($0, path) } }
        }
    }

    /// Removes a file's name; that there is none is no error.
    package static func remove(_ path: FilePath) throws(Errno) {
        do {
            _ = try retrying { path.withPlatformString { unlink($0) } }
        } catch let error where error == .noSuchFileOrDirectory {
            return
        }
    }

    /// Sets a file's permissions.
    package static func setMode(_ path: FilePath, _ mode: UInt32) throws(Errno) {
        _ = try retrying { path.withPlatformString { chmod($0, mode_t(mode)) } }
    }

    /// Removes a folder with all that is in it; symlinks are removed, never followed.
    package static func removeTree(_ path: FilePath) throws(Errno) {
        guard let status = try status(path) else { return }
        guard status.kind == .folder else { return try remove(path) }
        for name in try names(in: path) { try removeTree(path.appending(raw: name)) }
        _ = try retrying { path.withPlatformString { rmdir($0) } }
    }

    /// Removes an empty folder; that there is none is no error.
    package static func removeEmptyFolder(_ path: FilePath) throws(Errno) {
        do {
            _ = try retrying { path.withPlatformString { rmdir($0) } }
        } catch let error where error == .noSuchFileOrDirectory {
            return
        }
    }

    /// All bytes of a regular file of at most `limit` bytes; symlinks on the way are followed.
    ///
    /// - Parameter check: throws where the file is not to be read, and is given the status of the very file that would be.
    package static func contents(
        of path: FilePath, limit: Int, check: (FileStatus) throws(EvidenceError) -> Void = { _ in }
    ) throws(EvidenceError) -> [UInt8] {
        let real = try realPath(path)
        let file = try OpenFile.regular(real)
        let status: FileStatus
        do { status = try file.status() } catch let error { throw .file(error, path) }
        try check(status)
        let size = status.size
        // One byte more than the size shows a file that grows meanwhile, or that has no true size.
        var contents = [UInt8](repeating: 0, count: min(limit, Int(clamping: size)) + 1)
        do {
            let count = try contents.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
            contents.removeLast(contents.count - count)
        } catch {
            throw .file(any: error, path)
        }
        guard contents.count <= limit, UInt64(contents.count) <= size else {
            throw EvidenceError(
                .badInput, en: "“\(path.shown)” is too large for what it should be.", zh: "“\(path.shown)”过大，不是所需的文件。")
        }
        return contents
    }

    /// The path with all symlinks resolved.
    package static func realPath(_ path: FilePath) throws(EvidenceError) -> FilePath {
        guard let resolved = path.withPlatformString({ realpath($0, nil) }) else {
            throw .file(Errno(rawValue: errno), path)
        }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }

    /// Where a path leads, of which the last parts may not be there yet; symlinks resolved.
    package static func realPlace(of path: FilePath) throws -> FilePath {
        if try statusFollowing(path) != nil { return try realPath(path) }
        guard let name = path.lastComponent else { return try realPath(".") }
        let parent = path.parent
        return try realPlace(of: parent.isEmpty ? "." : parent).appending(name)
    }

    /// The root of the file system on which a path lies; of one that is not there, that of the nearest folder above it.
    ///
    /// - Precondition: the path is absolute and without symlinks.
    package static func mountPoint(of path: FilePath) throws(Errno) -> FilePath {
        var (place, device) = (path, try status(path)?.device)
        while place.parent != place {
            let above = try status(place.parent)?.device
            if let device, above != device { return place }
            (place, device) = (place.parent, above)
        }
        return place
    }

    /// Puts a small file in place in one step: temporary name, sync, rename, sync of the folder.
    ///
    /// Symlinks on the way to it are followed, because a person named it; one in its place is replaced.
    package static func replace(_ path: FilePath, with bytes: [UInt8], mode: UInt32) throws(EvidenceError) {
        do { try put(bytes, at: path, mode: mode, by: rename) } catch {
            throw .file(any: error, path, writing: true)
        }
    }

    private static func put(
        _ bytes: [UInt8], at path: FilePath, mode: UInt32, by rename: (FilePath, FilePath) throws(Errno) -> Void
    ) throws {
        let parent = path.parent
        let folder = try straight(parent.isEmpty ? "." : parent)
        let temporary = folder.appending(raw: "\(temporaryPrefix(path))\(getpid()).tmp".utf8)
        do {
            try remove(temporary)
            try write(bytes, to: temporary, mode: mode)
            try rename(temporary, folder.appending(raw: path.name))
            try syncFolder(folder)
        } catch {
            try? remove(temporary)
            throw error
        }
    }

    /// Removes what processes that died while they replaced this file have left beside it.
    ///
    /// - Precondition: no process replaces it now, or none minds that it fails.
    package static func removeAbandoned(replacing path: FilePath) throws(EvidenceError) {
        try removeAbandoned(temporaryPrefix(path), beside: path)
    }

    /// Removes what processes that died while they replaced a file whose name begins as this path's have left beside it.
    ///
    /// - Precondition: as for ``removeAbandoned(replacing:)``, of each of these files.
    package static func removeAbandoned(replacingAnyFrom path: FilePath) throws(EvidenceError) {
        try removeAbandoned(String(temporaryPrefix(path).dropLast()), beside: path)
    }

    private static func removeAbandoned(_ prefix: String, beside path: FilePath) throws(EvidenceError) {
        let parent = path.parent
        do {
            let folder = try straight(parent.isEmpty ? "." : parent)
            for name in try names(in: folder)
            where name.starts(with: prefix.utf8) && name.suffix(4).elementsEqual(".tmp".utf8) {
                try remove(folder.appending(raw: name))
            }
        } catch {
            throw .file(any: error, path, writing: true)
        }
    }

    private static func temporaryPrefix(_ path: FilePath) -> String { ".\(path.lastComponent?.string ?? "file")." }

    /// Puts a file that a person asked for in place; refused where something stands there.
    package static func create(_ path: FilePath, with bytes: [UInt8], mode: UInt32) throws(EvidenceError) {
        do {
            try put(bytes, at: path, mode: mode, by: renameExclusively)
        } catch let error as Errno where error == .fileExists {
            throw isThere(path)
        } catch {
            throw .file(any: error, path, writing: true)
        }
    }

    /// Refuses a name at which ``create(_:with:mode:)`` would be refused.
    package static func requireFree(_ path: FilePath) throws {
        if try status(path) != nil { throw isThere(path) }
        let parent = path.parent
        guard try statusFollowing(parent.isEmpty ? "." : parent)?.kind == .folder else {
            throw EvidenceError.file(.noSuchFileOrDirectory, path, writing: true)
        }
    }

    private static func isThere(_ path: FilePath) -> EvidenceError {
        EvidenceError(
            .badInput, en: "“\(path.shown)” is there already. Choose another name.",
            zh: "“\(path.shown)”已存在，请另选文件名。")
    }

    /// Writes a new file and makes its bytes durable; its name is not yet.
    ///
    /// Refused where something stands there.
    package static func write(_ bytes: [UInt8], to path: FilePath, mode: UInt32) throws {
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
        try bytes.withUnsafeBytes { try file.write($0) }
        try file.setMode(mode)
        try file.sync()
    }
}

extension FilePath {
    /// The path with one more component, or several with slashes between, of exact bytes.
    ///
    /// Goes over the path once, where the library's `appending` and `removingLastComponent` do many times: those took a
    /// quarter of the time of all tests, whose build doesn't optimize them.
    package func appending(raw name: some Sequence<UInt8>) -> FilePath {
        var bytes = rawBytes
        if let last = bytes.last, last != UInt8(ascii: "/") { bytes.append(UInt8(ascii: "/")) }
        return FilePath(rawBytes: bytes + name)
    }

    /// The folder in which the path's last component stands; empty where that is all of the path, and the root for the root.
    package var parent: FilePath {
        let bytes = rawBytes
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return FilePath() }
        return FilePath(rawBytes: Array(bytes.prefix(max(slash, 1))))
    }

    /// The path's last component, as bytes; empty for the root.
    package var name: [UInt8] {
        let bytes = rawBytes
        return bytes.lastIndex(of: UInt8(ascii: "/")).map { Array(bytes[($0 + 1)...]) } ?? bytes
    }

    /// Whether an absolute path without symlinks is that of a folder or of something in it; compared by bytes.
    package func lies(in folder: FilePath) -> Bool {
        let (own, other) = (rawBytes, folder.rawBytes)
        guard own.starts(with: other) else { return false }
        return own.count == other.count || other.last == UInt8(ascii: "/") || own[other.count] == UInt8(ascii: "/")
    }
}
