internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage

/// The files that a person named, walked lazily: files as they are, folders with all that is in them, sorted by bytes.
struct SourceFiles {
    /// One file, with the name by which it is recorded.
    struct Source {
        let path: FilePath
        /// As found: a file's own name, or its path from the named folder on, that folder's name included.
        let name: [UInt8]
        /// Whether the file was found in a folder, and so gets a record of its own.
        let isInFolder: Bool
        let size: UInt64
    }

    private let paths: [FilePath]
    private let archive: FilePath

    /// - Parameter archive: the archive's own folder, whose files are not evidence.
    init(_ paths: [FilePath], archive: FilePath) {
        self.paths = paths
        self.archive = archive
    }

    /// Calls `body` with every file, and `leavingOut` with what in a folder is nobody's evidence.
    ///
    /// Whatever is neither a file nor a folder is refused, and so is a folder without files. What was named itself is
    /// always taken.
    func forEach(_ body: (Source) throws -> Void, leavingOut: ([UInt8]) -> Void) throws {
        for path in paths {
            guard let status = try status(path) else {
                throw EvidenceError.file(.noSuchFileOrDirectory, path)
            }
            switch status.kind {
            case .regular: try body(try source(path, try SourceFiles.name(of: path), status, isInFolder: false))
            case .folder:
                let name = try SourceFiles.name(of: path)
                var count = 0
                try walk(
                    path, name,
                    {
                        count += 1
                        try body($0)
                    }, leavingOut: leavingOut)
                guard count > 0 else {
                    throw EvidenceError(
                        .badInput, en: "The folder “\(path.shown)” holds no files of evidence.",
                        zh: "文件夹“\(path.shown)”中没有可作证据的文件。")
                }
            default: throw refusal(path, status.kind)
            }
        }
    }

    /// The last part of a path as it was typed; of what it leads to, where that is `.`, `..` or `/`.
    private static func name(of path: FilePath) throws -> [UInt8] {
        let typed = path.lastComponent
        let last = typed?.kind == .regular ? typed : try Files.realPath(path).lastComponent
        return last.map { FilePath(root: nil, [$0]).rawBytes } ?? []
    }

    private func walk(
        _ folder: FilePath, _ name: [UInt8], _ body: (Source) throws -> Void, leavingOut: ([UInt8]) -> Void
    ) throws {
        let real = try Files.realPath(folder)
        guard !real.lies(in: archive) else {
            throw EvidenceError(
                .badInput,
                en: "“\(folder.shown)” belongs to the archive itself. Name the folders with the material instead.",
                zh: "“\(folder.shown)”属于档案本身。请指明存放材料的文件夹。")
        }
        for item in try checked(folder, { () throws(Errno) in try Files.names(in: folder) }) {
            let path = folder.appending(raw: item)
            guard let status = try status(path) else { continue }
            let itemName = name + [UInt8(ascii: "/")] + item
            if LeftBehind.includes(item, isFolder: status.kind == .folder) {
                leavingOut(itemName)
                continue
            }
            switch status.kind {
            case .regular: try body(try source(path, itemName, status, isInFolder: true))
            case .folder: try walk(path, itemName, body, leavingOut: leavingOut)
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
        let name = leadsOut ? parts.last ?? [] : Array(parts.joined(separator: [UInt8(ascii: "/")]))
        return try source(path, name, status, isInFolder: false)
    }

    private static func path(_ written: String, from folder: FilePath) -> FilePath {
        written.hasPrefix("/") ? FilePath(written) : folder.appending(raw: Array(written.utf8))
    }

    private func status(_ path: FilePath) throws -> FileStatus? {
        try checked(path) { () throws(Errno) in try Files.status(path) }
    }

    private func source(
        _ path: FilePath, _ name: [UInt8], _ status: FileStatus, isInFolder: Bool
    ) throws -> Source {
        // Read permission is asked for before anything is copied, not after an hour.
        let real = try Files.realPath(path)
        guard !real.lies(in: archive) else {
            throw EvidenceError(
                .badInput, en: "“\(path.shown)” belongs to the archive itself; it is not added to it.",
                zh: "“\(path.shown)”属于档案本身，不能再添加。")
        }
        guard Files.mayRead(path) else { throw EvidenceError.file(.permissionDenied, path) }
        return Source(path: path, name: name, isInFolder: isInFolder, size: status.size)
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
