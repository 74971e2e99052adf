package import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
package import TransparencyLog

/// An archive's folder, opened to read.
package final class Archive: Sendable {
    /// The name of the file with the newest signed checkpoint.
    package static let checkpointName = "checkpoint"

    /// The folder, absolute and without symlinks.
    package let path: FilePath
    package let log: LogDatabase
    package let objects: ObjectStore
    /// The leaf hash of entry 0.
    package let identity: Digest
    /// What entry 0 says of the archive.
    ///
    /// Its key is what the archive calls its own, which is not yet trust.
    package let created: ArchiveCreated

    /// - Parameter path: absolute and without symlinks.
    init(path: FilePath, log: LogDatabase) throws {
        self.path = path
        self.log = log
        objects = ObjectStore(archive: path)
        guard let first = try log.entry(0), let record = try? LogRecord(first), record.entry.type == .archiveCreated,
            let created = try? record.body.map(ArchiveCreated.init)
        else {
            throw EvidenceError(
                .damaged, en: "The first entry of “\(path.shown)” is damaged. Run evidence verify.",
                zh: "“\(path.shown)”的第一条已损坏。请执行 evidence verify。")
        }
        identity = record.leafHash
        self.created = created
    }

    /// Opens the archive in a folder.
    ///
    /// Refused: a folder without one, one whose log is gone or can't be read, and a first entry that is none.
    package static func open(_ path: FilePath) throws -> Archive {
        let path = try Files.realPath(path)
        guard try exists(at: path) else {
            try requireNoRemains(at: path)
            throw EvidenceError(
                .inputMissing,
                en: "“\(path.shown)” holds no archive. Name an archive's folder, or make one with evidence init.",
                zh: "“\(path.shown)”中没有档案。请指明档案文件夹，或用 evidence init 新建。")
        }
        return try Archive(path: path, log: LogDatabase.openToRead(path.appending(raw: LogDatabase.fileName.utf8)))
    }

    /// The nearest folder upwards from `start` that holds an archive; nil for none.
    package static func nearest(to start: FilePath) throws -> FilePath? {
        var folder = try Files.realPath(start)
        while true {
            if try Files.status(folder.appending(raw: LogDatabase.fileName.utf8)) != nil { return folder }
            if !folder.removeLastComponent() || folder.isEmpty { return nil }
        }
    }

    /// The folder of the archive, or of the mirror, to whose own files a place belongs: its writers remove there what they do not know,
    /// and take some of it for theirs by its name.
    ///
    /// Nil for any other place, also for one beside those files in the same folder.
    /// - Parameter place: absolute and without symlinks; nothing need be there.
    package static func folder(owning place: FilePath) -> FilePath? {
        let folders = [ObjectStore.folderName, Staging.folderName, AsideFolder.folderName]
        let files = [LogDatabase.fileName, ArchiveIndex.fileName, checkpointName]
        var place = place
        while place.parent != place {
            let name = place.name
            let isOwn =
                folders.contains { name.elementsEqual($0.utf8) } || files.contains { name.starts(with: $0.utf8) }
            if isOwn, (try? exists(at: place.parent)) == true { return place.parent }
            place = place.parent
        }
        return nil
    }

    /// Whether an archive lies in this folder.
    package static func exists(at path: FilePath) throws -> Bool {
        let file = path.appending(raw: LogDatabase.fileName.utf8)
        do {
            return try Files.status(file) != nil
        } catch let error {
            if error == .notDirectory { return false }
            throw EvidenceError.file(error, file)
        }
    }

    /// Refuses a folder that has an archive's files and no log: it is gone, or was never put there.
    ///
    /// - Parameter toBegin: whether an archive is to be made there, for which what an `init` or a first `mirror` leaves that could
    ///   not go on, folders without files, is as good as nothing.
    package static func requireNoRemains(at path: FilePath, toBegin: Bool = false) throws {
        let objects = path.appending(ObjectStore.folderName)
        guard try !exists(at: path), try Files.status(objects)?.kind == .folder,
            try Files.status(path.appending("tile")) == nil
        else { return }
        let isEmpty = try Files.status(path.appending(checkpointName)) == nil && Files.names(in: objects).isEmpty
        if isEmpty, toBegin { return }
        if try isEmpty || isBegunMirror(at: path) {
            throw EvidenceError(
                .inputMissing,
                en:
                    "“\(path.shown)” holds no archive yet: a mirror or an archive was begun there and not completed. Run evidence mirror or evidence init again.",
                zh: "“\(path.shown)”中还没有档案：镜像或新档案已开始建立，尚未完成。请重新执行 evidence mirror 或 evidence init。")
        }
        throw EvidenceError(
            .damaged,
            en:
                "“\(path.shown)” has an archive's files, but its log, archive.sqlite, is missing. Mend it with evidence repair --from its mirror, or put the whole folder back from a copy.",
            zh: "“\(path.shown)”中有档案的文件，但缺少日志 archive.sqlite。请用 evidence repair --from 从镜像修复，或用副本恢复整个文件夹。")
    }

    /// Whether these stored files are what a first `mirror` put in place that is not done: it writes each down before.
    private static func isBegunMirror(at path: FilePath) throws -> Bool {
        let incoming = path.appending(Staging.folderName)
        guard
            try Files.names(in: path).allSatisfy({ MirrorFolder.begun.contains(String(decoding: $0, as: UTF8.self)) }),
            try Files.status(incoming)?.kind == .folder
        else { return false }
        return try Files.names(in: incoming).contains {
            let run = incoming.appending(raw: $0)
            return try Files.status(run)?.kind == .folder && !Staging.journals(in: run).isEmpty
        }
    }

    /// The look-up tables, caught up with the log: in the archive, or in the user's cache where they can't be written there.
    package func index(_ folders: UserFolders) throws -> ArchiveIndex {
        do {
            return try caughtUpIndex(folders)
        } catch let error as EvidenceError where error.code == .inputOutput && !log.isReadOnly {
            // A full disk is no reason not to read what is on it.
            return try ArchiveIndex.open(try cachedIndexPath(folders), for: log, identity: identity)
        }
    }

    /// The look-up tables in their one place, caught up with the log, as writers leave them.
    func caughtUpIndex(_ folders: UserFolders) throws -> ArchiveIndex {
        try ArchiveIndex.open(try indexPath(folders), for: log, identity: identity)
    }

    /// The look-up tables made anew.
    package func rebuiltIndex(_ folders: UserFolders, progress: (UInt64) throws -> Void) throws -> ArchiveIndex {
        try ArchiveIndex.rebuild(try indexPath(folders), for: log, identity: identity, progress: progress)
    }

    /// Holds the look-up tables to the log, entry by entry, and makes them anew where they are not what it gives: for what is signed
    /// on their word.
    ///
    /// - Parameter tick: called now and then; throws to stop.
    /// - Returns: whether they were sound.
    package func proveIndex(_ folders: UserFolders, tick: @escaping () throws -> Void) throws -> Bool {
        _ = try index(folders)
        let size = try log.size()
        var found: [Problem] = []
        var check = try IndexCheck(
            try indexPath(folders).parent, log: log, size: size, identity: identity, withText: false, tick: tick
        ) { found.append($0) }
        try ParsedSlices.forEach(in: log, from: 0, below: size) { slice in
            try check?.check(slice)
            try tick()
        }
        try check?.finish()
        if !found.isEmpty { _ = try rebuiltIndex(folders) { _ in try tick() } }
        return !found.contains { $0.code == .indexAltered }
    }

    /// - Parameter making: whether a folder for it is made where there is none.
    package func indexPath(_ folders: UserFolders, making: Bool = true) throws -> FilePath {
        let own = path.appending(raw: ArchiveIndex.fileName.utf8)
        let mayWriteIndex = try Files.status(own) == nil || Files.mayWrite(own)
        return !log.isReadOnly && mayWriteIndex ? own : try cachedIndexPath(folders, making: making)
    }

    private func cachedIndexPath(_ folders: UserFolders, making: Bool = true) throws -> FilePath {
        let cache = folders.cache.appending(identity.hex)
        if making { try Files.makeFolders(cache) }
        return cache.appending(raw: ArchiveIndex.fileName.utf8)
    }

    /// The newest signed checkpoint of the log.
    ///
    /// Its signatures are not checked.
    package func newestCheckpoint() throws -> (checkpoint: Checkpoint, note: SignedNote) {
        guard let stored = try log.checkpoint(), let note = try? SignedNote(parsing: stored.note),
            let checkpoint = try? Checkpoint(noteText: note.text)
        else {
            throw EvidenceError(
                .damaged, en: "The newest checkpoint of “\(path.shown)” is damaged. Run evidence verify.",
                zh: "“\(path.shown)”的最新检查点已损坏。请执行 evidence verify。")
        }
        return (checkpoint, note)
    }

    /// An entry with its body, as far as they can be read.
    package func record(_ seq: UInt64) throws -> LogRecord {
        guard let stored = try log.entry(seq) else {
            let size = try log.size()
            throw EvidenceError(
                .inputMissing, en: "There is no entry \(seq); the newest is \(size &- 1).",
                zh: "没有第 \(seq) 条；最新的是第 \(size &- 1) 条。")
        }
        return try LogRecord(stored)
    }
}

extension LogRecord {
    /// A row of the database, held against itself.
    package init(_ stored: StoredEntry) throws {
        try self.init(seq: stored.seq, bytes: stored.bytes, bodyBytes: stored.body)
    }
}
