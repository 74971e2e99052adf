internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
internal import SystemPackage

/// Where something new goes that a person asked for: it is written in a hidden folder beside its target, and appears there
/// in one step.
///
/// The folder is locked by the run that writes there. What a dead run has left in it, the next one for the same target
/// removes.
struct NewPlace {
    enum Kind {
        case folder
        case file
    }

    let target: FilePath
    let kind: Kind
    /// Where a file goes that belongs to it; nil for none.
    ///
    /// It gets its name after the target has. A run that dies between the two leaves it in the hidden folder, and the next
    /// one puts it in its place.
    let companion: FilePath?

    /// - Throws: where it can't be told where the folder leads in which the target is to stand.
    init(target: FilePath, kind: Kind, companion: FilePath? = nil) throws {
        /// A folder by its own name: a symlink in its place is in the way.
        func straight(_ path: FilePath) throws -> FilePath {
            guard let name = path.lastComponent, !path.parent.isEmpty else { return path }
            return try Files.straight(path.parent).appending(name)
        }
        self.target = try straight(target)
        self.kind = kind
        self.companion = try companion.map(straight)
    }

    private var parent: FilePath {
        let parent = target.parent
        return parent.isEmpty ? "." : parent
    }

    private var folder: FilePath {
        let name = target.name
        let fits = name.count <= NewPlace.longestName
        return target.parent.appending(
            raw: [UInt8(ascii: ".")] + (fits ? name : Array(SHA256Hasher.hash(name).hex.utf8)) + NewPlace.ending)
    }
    private static let ending = Array(".partial".utf8)
    /// The most bytes of a target's name that the hidden folder is called by: with more, some file systems would refuse its own.
    private static let longestName = 100
    private static let newName = "new"
    private static let companionName = "companion"

    /// Refused where something stands in the target's place, but for an empty folder that becomes the new one, or where the folder
    /// is not there in which it is to lie: whoever made that too would write onto the system's own disk where a stick was pulled.
    func prepare() throws {
        try ServiceContext.requireOutsideArchives(target)
        guard try Files.statusFollowing(parent)?.kind == .folder else {
            throw EvidenceError(
                .inputMissing,
                en:
                    "The folder in which “\(target.shown)” is to lie is not there. Connect its disk, or make the folder with mkdir.",
                zh: "“\(target.shown)”所在的文件夹不存在。请接上其磁盘，或用 mkdir 建立该文件夹。")
        }
        if try finishDeadRun(), let companion {
            throw EvidenceError(
                .badInput,
                en:
                    "“\(target.shown)” is there already, and whole: an earlier run was cut off before it could put “\(companion.shown)” beside it. It is there now.",
                zh: "“\(target.shown)”已存在且完整：此前的运行在放置“\(companion.shown)”之前中断，现已补放。")
        }
        try requireFree()
    }

    private func requireFree() throws {
        // As a link in the target's place would be followed, what it leads to is not the target.
        if let status = try Files.status(target) {
            guard kind == .folder, status.kind == .folder else { throw isThere(target) }
            guard try Files.names(in: target).isEmpty else {
                throw EvidenceError(
                    .badInput, en: "“\(target.shown)” is there already and not empty. Choose another folder with --to.",
                    zh: "“\(target.shown)”已存在且不为空。请用 --to 另选文件夹。")
            }
            let here = try Files.statusFollowing(".")
            guard status.inode != here?.inode || status.device != here?.device,
                status.device == (try Files.statusFollowing(parent)?.device)
            else { throw staysWhereItIs }
        }
        if let companion, try Files.status(companion) != nil { throw isThere(companion) }
    }

    /// Removes the empty folder in the target's place, before anything is done that would have to be undone where it can't be.
    ///
    /// - Returns: whether there was one.
    private func removeEmptyFolder() throws -> Bool {
        guard kind == .folder, try Files.status(target) != nil else { return false }
        do { try Files.removeEmptyFolder(target) } catch let error {
            throw error == .resourceBusy || error == .invalidArgument
                ? staysWhereItIs : EvidenceError.file(error, target, writing: true)
        }
        return true
    }

    private var staysWhereItIs: EvidenceError {
        let example = target.appending("bundle").shown
        return EvidenceError(
            .badInput,
            en: "“\(target.shown)” is a disk, or where you are: name a new folder in it, such as “\(example)”.",
            zh: "“\(target.shown)”是磁盘本身或当前所在的文件夹。请在其中指定新文件夹，如“\(example)”。")
    }

    private func isThere(_ path: FilePath) -> EvidenceError {
        EvidenceError(
            .badInput, en: "“\(path.shown)” is there already. Choose another name with --to.",
            zh: "“\(path.shown)”已存在。请用 --to 另选文件名。")
    }

    /// Has it written and puts it in place; after an error nothing of it is left, but for the hidden folder where the disk
    /// could not make that sure.
    ///
    /// - Parameter write: is given the place, an empty folder or a name that is free, and the free name of the companion;
    ///   what it writes is durable when it returns.
    func write<Result>(_ write: (_ new: FilePath, _ companion: FilePath) throws -> Result) throws -> Result {
        let lock = try open()
        defer { withExtendedLifetime(lock) {} }
        var hadFolder = false
        do {
            // Somebody else may have been here since.
            try requireFree()
            hadFolder = try removeEmptyFolder()
            let inside = try Files.realPath(folder)
            let (new, beside) = (inside.appending(NewPlace.newName), inside.appending(NewPlace.companionName))
            if kind == .folder { try Files.makeNewFolder(new) }
            let result = try write(new, beside)
            try place(new, beside)
            try? Files.removeTree(folder)
            return result
        } catch {
            if hadFolder { try? Files.makeNewFolder(target) }
            // Else the next run does it: after a power cut the target might be there, and would have lost files.
            if (try? sync()) != nil { try? Files.removeTree(folder) }
            throw EvidenceError.file(any: error, target, writing: true)
        }
    }

    /// Gives what was written its names, durably; after an error it has none of them.
    private func place(_ new: FilePath, _ beside: FilePath) throws {
        try Files.renameExclusively(new, to: target)
        do {
            try sync()
            if let companion { try put(beside, at: companion) }
        } catch {
            try Files.rename(target, to: new)
            throw error
        }
    }

    private func put(_ beside: FilePath, at companion: FilePath) throws {
        try Files.renameExclusively(beside, to: companion)
        do { try sync() } catch {
            try Files.rename(companion, to: beside)
            throw error
        }
    }

    /// Makes durable what has its name, and what has it no more.
    private func sync() throws {
        try Files.syncFolder(folder)
        try Files.syncFolder(parent)
    }

    /// Makes the hidden folder, and keeps others out of it.
    private func open() throws -> OpenFile {
        let lock: OpenFile
        do {
            try Files.makeNewFolder(folder)
            lock = try OpenFile(folder, O_RDONLY | O_DIRECTORY)
        } catch let error {
            throw error == .fileExists ? isBusy : EvidenceError.file(error, target, writing: true)
        }
        // Somebody may just have taken it for a dead run's. On a share that knows no locks, nobody does.
        if (try? lock.lock(waiting: false)) == false { throw isBusy }
        return lock
    }

    private var isBusy: EvidenceError {
        EvidenceError(
            .badInput,
            en:
                "Somebody else is writing “\(target.shown)”: “\(folder.shown)” is theirs. Wait, or choose another name with --to. If nobody is, remove it.",
            zh: "他人正在写入“\(target.shown)”，“\(folder.shown)”为其所用。请稍候，或用 --to 另选名称；确无他人写入时，请删除该文件夹。")
    }

    /// Removes what a run that died has left.
    ///
    /// - Returns: whether it had put its target in place, so that only the companion was missing, which is in place now.
    private func finishDeadRun() throws -> Bool {
        guard let left = try Files.status(folder) else { return false }
        // What somebody else put there is not this user's work, and what no run makes is somebody's.
        guard left.kind == .folder, try left.owner == ownerOfNew(),
            let lock = try? OpenFile(folder, O_RDONLY | O_DIRECTORY),
            (try? lock.lock(waiting: false)) == true,
            try Set(Files.names(in: folder)).isSubset(
                of: [NewPlace.newName, NewPlace.companionName].map { Array($0.utf8) })
        else {
            throw isBusy
        }
        defer { withExtendedLifetime(lock) {} }
        do {
            let isFinished = try companion.map(finish) ?? false
            try sync()
            try Files.removeTree(folder)
            return isFinished
        } catch {
            throw EvidenceError.file(any: error, target, writing: true)
        }
    }

    /// Whose a folder is that this user makes here: some file systems give all to one.
    private func ownerOfNew() throws -> UInt32? {
        let probe = folder.parent.appending(raw: folder.name + Array(".\(getpid())".utf8))
        do {
            try Files.makeNewFolder(probe)
            defer { try? Files.removeEmptyFolder(probe) }
            return try Files.status(probe)?.owner
        } catch let error {
            throw EvidenceError.file(any: error, target, writing: true)
        }
    }

    private func finish(_ companion: FilePath) throws -> Bool {
        let left = folder.appending(NewPlace.companionName)
        guard try Files.status(left)?.kind == .regular, try Files.status(companion) == nil,
            let there = try Files.status(target)
        else { return false }
        // As long as it is there under its first name, the target is something else.
        let new = try Files.status(folder.appending(NewPlace.newName))
        guard new == nil || new?.device == there.device && new?.inode == there.inode else { return false }
        try put(left, at: companion)
        return true
    }
}
