internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage

/// Where something new goes that a person asked for: it is written under a temporary name beside its target, and appears
/// there in one step.
struct NewPlace {
    enum Kind {
        case folder
        case file
    }

    let target: FilePath
    let kind: Kind

    private var parent: FilePath {
        let parent = target.removingLastComponent()
        return parent.isEmpty ? "." : parent
    }

    /// Makes the folders above the target; refused where something stands in its place, but for an empty folder that becomes
    /// the new one.
    func prepare() throws {
        guard let status = try Files.statusFollowing(target) else { return try Files.makeFolders(parent) }
        switch kind {
        case .folder:
            guard status.kind == .folder, try Files.names(in: target).isEmpty else {
                throw EvidenceError(
                    .badInput, en: "“\(target.shown)” is there already and not empty. Choose another folder with --to.",
                    zh: "“\(target.shown)”已存在且不为空。请用 --to 另选文件夹。")
            }
        case .file:
            throw EvidenceError(
                .badInput, en: "“\(target.shown)” is there already. Choose another name with --to.",
                zh: "“\(target.shown)”已存在。请用 --to 另选文件名。")
        }
    }

    /// Has it written and puts it in place; after an error nothing of it is left.
    ///
    /// - Parameters:
    ///   - mark: makes the temporary name one that nobody has.
    ///   - write: is given the place, an empty folder or a name that is free; what it writes is durable when it returns.
    func write<Result>(mark: String, _ write: (FilePath) throws -> Result) throws -> Result {
        let partial = parent.appending(".\(target.lastComponent?.string ?? "new").\(mark).partial")
        do {
            if kind == .folder { try Files.makeFolders(partial) }
            let result = try write(Files.realPath(parent).appending(partial.lastComponent?.string ?? ""))
            if kind == .folder { try Files.removeEmptyFolder(target) }
            try Files.renameExclusively(partial, to: target)
            do { try Files.syncFolder(parent) } catch {
                try Files.removeTree(target)
                throw error
            }
            return result
        } catch {
            try? Files.removeTree(partial)
            throw EvidenceError.file(any: error, target, writing: true)
        }
    }
}
