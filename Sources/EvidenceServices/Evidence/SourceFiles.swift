internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage

/// The files that a person named, walked lazily: files as they are, folders with all that is in them, sorted by bytes.
///
/// No symlink is followed but those in the paths that the person named, and these once, at the beginning of a walk: nobody
/// gets other files taken in by putting one in a folder's place meanwhile.
final class SourceFiles {
    /// One file, with the name by which it is recorded.
    struct Source {
        /// Without symlinks.
        let path: FilePath
        /// Its real path.
        let location: FilePath
        /// As found: a file's own name, or its path from the named folder on, that folder's name included.
        let name: [UInt8]
        /// Whether the file was found in a folder, and so gets a record of its own.
        let isInFolder: Bool
        let size: UInt64
    }

    private let paths: [FilePath]
    private let archive: FilePath
    /// The real paths of the folders with the user's keys.
    private let keys: [FilePath]
    /// What the first walk found in each folder that was named.
    private var found: [FilePath: Found] = [:]

    /// How many files a folder holds, and the digest of their names in order: all that is kept of a walk, however many there
    /// are.
    private struct Found: Equatable {
        var count = 0
        var names: Digest?
    }

    /// - Parameters:
    ///   - archive: the archive's own folder, whose files are not evidence.
    ///   - folders: where the user's keys are, which must never get into a log that forgets nothing.
    init(_ paths: [FilePath], archive: FilePath, _ folders: UserFolders) throws {
        self.paths = paths
        self.archive = archive
        keys = try KeyFolder(folders).keyFolders.map { try Files.realPlace(of: $0) }
    }

    /// Calls `body` with every file, and `leavingOut` with what in a folder is nobody's evidence.
    ///
    /// Whatever is neither a file nor a folder is refused, and so is a folder without files. What was named itself is
    /// always taken.
    ///
    /// - Throws: `inputMissing` where something is gone that was just listed, and, at its end, of every further walk that does not
    ///   find the same files: whoever names a folder gets all that was in it, or nothing.
    func forEach(_ body: (Source) throws -> Void, leavingOut: ([UInt8]) -> Void) throws {
        for path in paths {
            guard let status = try status(path) else {
                throw found[path] == nil ? EvidenceError.file(.noSuchFileOrDirectory, path) : SourceFiles.gone(path)
            }
            let name = try SourceFiles.name(of: path)
            switch status.kind {
            case .regular: try body(try source(path, name, status))
            case .folder: try walk(path, name, body, leavingOut: leavingOut)
            default: throw refusal(path, status.kind)
            }
        }
    }

    /// Walks a folder that was named, and holds what it finds against what it found the first time.
    private func walk(
        _ path: FilePath, _ name: [UInt8], _ body: (Source) throws -> Void, leavingOut: ([UInt8]) -> Void
    ) throws {
        let hasher = SHA256Hasher()
        var new = Found()
        try walk(
            try Files.straight(path), try Files.realPath(path), name,
            { source in
                new.count += 1
                hasher.update(source.name + [0])
                try body(source)
            }, leavingOut: leavingOut)
        new.names = hasher.finish()
        if let before = found.updateValue(new, forKey: path), before != new {
            throw EvidenceError(
                .inputMissing,
                en:
                    "The files in the folder “\(path.shown)” are not those that were counted at first: \(before.count) then, \(new.count) now. See that its disk is connected and that nobody changes it, then run the same command again; nothing was added.",
                zh:
                    "文件夹“\(path.shown)”中的文件与最初清点时不一致：当时 \(before.count) 个，现在 \(new.count) 个。请确认磁盘连接正常且无人改动，再重新执行同一命令；本次未添加任何内容。"
            )
        }
        guard new.count > 0 else {
            throw EvidenceError(
                .badInput, en: "The folder “\(path.shown)” holds no files of evidence.",
                zh: "文件夹“\(path.shown)”中没有可作证据的文件。")
        }
    }

    /// That what a listing has just named is there no more.
    private static func gone(_ path: FilePath) -> EvidenceError {
        EvidenceError(
            .inputMissing,
            en:
                "“\(path.shown)” was there and is gone. See that its disk is connected and that nobody changes the folder, then run the same command again; nothing was added.",
            zh: "“\(path.shown)”原先存在，现已不见。请确认磁盘连接正常且无人改动该文件夹，再重新执行同一命令；本次未添加任何内容。")
    }

    /// The last part of a path as it was typed; of what it leads to, where that is `.`, `..` or `/`.
    private static func name(of path: FilePath) throws -> [UInt8] {
        let typed = path.lastComponent
        let last = typed?.kind == .regular ? typed : try Files.realPath(path).lastComponent
        return last.map { FilePath(root: nil, [$0]).rawBytes } ?? []
    }

    /// - Parameter location: the folder's real path.
    private func walk(
        _ folder: FilePath, _ location: FilePath, _ name: [UInt8], _ body: (Source) throws -> Void,
        leavingOut: ([UInt8]) -> Void
    ) throws {
        guard !location.lies(in: archive) else {
            throw EvidenceError(
                .badInput,
                en: "“\(folder.shown)” belongs to the archive itself. Name the folders with the material instead.",
                zh: "“\(folder.shown)”属于档案本身。请指明存放材料的文件夹。")
        }
        for item in try checked(folder, { () throws(Errno) in try Files.names(in: folder) }) {
            let path = folder.appending(raw: item)
            guard let status = try status(path) else { throw SourceFiles.gone(path) }
            let itemName = name + [UInt8(ascii: "/")] + item
            if LeftBehind.includes(item, isFolder: status.kind == .folder) {
                leavingOut(itemName)
                continue
            }
            let itemLocation = location.appending(raw: item)
            switch status.kind {
            case .regular: try body(try source(path, itemLocation, itemName, status, isInFolder: true))
            case .folder: try walk(path, itemLocation, itemName, body, leavingOut: leavingOut)
            default: throw refusal(path, status.kind)
            }
        }
    }

    /// A file that a manifest names, relative to the manifest's folder; what Windows wrote with `\` is understood too.
    ///
    /// It is recorded by what was written, or by its own name alone where that leads out of the folder.
    func source(_ written: String, from folder: FilePath) throws -> Source {
        var written = written
        var path = SourceFiles.path(written, from: folder)
        if written.contains("\\"), try status(path) == nil {
            written = written.replacing("\\", with: "/")
            path = SourceFiles.path(written, from: folder)
        }
        guard let status = try status(path) else { throw EvidenceError.file(.noSuchFileOrDirectory, path) }
        guard status.kind == .regular else { throw refusal(path, status.kind) }
        let parts = written.utf8.split(separator: UInt8(ascii: "/")).map(Array.init).filter { $0 != Array(".".utf8) }
        let leadsOut = written.hasPrefix("/") || parts.contains(Array("..".utf8))
        // As where the folder itself is added. A path that leads out is recorded by its last part alone, and claims no place.
        var place = folder
        for part in leadsOut ? [] : parts.dropLast() {
            place = place.appending(raw: part)
            if let status = try self.status(place), status.kind != .folder { throw refusal(place, status.kind) }
        }
        let name = leadsOut ? parts.last ?? [] : Array(parts.joined(separator: [UInt8(ascii: "/")]))
        return try source(path, name, status)
    }

    private static func path(_ written: String, from folder: FilePath) -> FilePath {
        written.hasPrefix("/") ? FilePath(written) : folder.appending(raw: Array(written.utf8))
    }

    private func status(_ path: FilePath) throws -> FileStatus? {
        try checked(path) { () throws(Errno) in try Files.status(path) }
    }

    /// A file that was named itself.
    private func source(_ path: FilePath, _ name: [UInt8], _ status: FileStatus) throws -> Source {
        try source(try Files.straight(path), try Files.realPath(path), name, status, isInFolder: false)
    }

    private func source(
        _ path: FilePath, _ location: FilePath, _ name: [UInt8], _ status: FileStatus, isInFolder: Bool
    ) throws -> Source {
        guard !location.lies(in: archive) else {
            throw EvidenceError(
                .badInput, en: "“\(path.shown)” belongs to the archive itself; it is not added to it.",
                zh: "“\(path.shown)”属于档案本身，不能再添加。")
        }
        guard !keys.contains(where: location.lies) else {
            throw EvidenceError(
                .badInput,
                en:
                    "“\(path.shown)” lies with your keys, and a key that was added could never be taken out again. Name the folders with the material instead.",
                zh: "“\(path.shown)”与您的密钥存放在一起，一经添加便无法收回。请指明存放材料的文件夹。")
        }
        // Read permission is asked for before anything is copied, not after an hour.
        guard Files.mayRead(path) else {
            throw try self.status(path) == nil ? SourceFiles.gone(path) : EvidenceError.file(.permissionDenied, path)
        }
        return Source(path: path, location: location, name: name, isInFolder: isInFolder, size: status.size)
    }

    private func refusal(_ path: FilePath, _ kind: FileStatus.Kind) -> EvidenceError {
        do {
            _ = try OpenFile.regular(path)
        } catch let error {
            return error
        }
        return EvidenceError.file(.invalidArgument, path)
    }

    private func checked<Result>(_ path: FilePath, _ body: () throws(Errno) -> Result) throws -> Result {
        do { return try body() } catch let error { throw EvidenceError.file(error, path) }
    }
}
