internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
package import TransparencyLog

/// Publishes a log: a folder of static files (C2SP tlog-tiles) that any web server or share can offer.
///
/// The log is walked twice. First all of it is computed from the entries and held against its checkpoint and against what
/// is published already, and nothing is written; so what contradicts is refused with nothing changed. Then, from where
/// the first file is missing, files are written: entries and tiles first and durable, the checkpoint last. So a reader
/// meets the older tree or the newer, and after a crash the same call goes on. No file but the checkpoint is ever written
/// over or removed.
///
/// Memory does not grow with the log.
package struct TreePublisher {
    /// What is published.
    package struct Log {
        /// The archive's key, by whose signature the published checkpoint goes out.
        package let key: VerifierKey
        /// The newest checkpoint's signed note.
        package let note: SignedNote
        package let checkpoint: Checkpoint
        /// The bytes of some entries from `from` on, at least one, none past `below`.
        package let entries: (_ from: UInt64, _ below: UInt64) throws -> [[UInt8]]

        package init(
            key: VerifierKey, note: SignedNote, checkpoint: Checkpoint,
            entries: @escaping (_ from: UInt64, _ below: UInt64) throws -> [[UInt8]]
        ) {
            self.key = key
            self.note = note
            self.checkpoint = checkpoint
            self.entries = entries
        }
    }

    private static let surveyPhase = Message(en: "comparing with what is published", zh: "与已公布内容对照")
    private static let writingPhase = Message(en: "publishing", zh: "公布")

    private let progress: (ProgressSnapshot) throws -> Void

    /// - Parameter progress: how far the work has come; may throw to stop.
    package init(progress: @escaping (ProgressSnapshot) throws -> Void) { self.progress = progress }

    /// - Throws: `badInput` for a folder that is another's; `damaged` where what is published, the log and its checkpoint
    ///   contradict each other; `busy` where somebody else is publishing there. Nothing is changed then.
    package func publish(_ log: Log, to target: FilePath) throws -> PublishResult {
        let folder = try open(target)
        // What a run that was killed has left counts as there from here on.
        do { try Files.syncFileSystem(of: folder.root.path) } catch let error {
            throw EvidenceError.file(error, folder.root.path, writing: true)
        }
        let former = try TreePublisher.former(folder, log)
        let start = try survey(log, folder, former?.checkpoint)
        var result = PublishResult(checkpoint: log.checkpoint, previousSize: former?.checkpoint.size ?? 0)
        do {
            try write(log, folder, from: start, former: former?.bytes, &result)
        } catch {
            try? TreeFolderWriter.removeWaiting(folder)
            throw error
        }
        return result
    }

    // MARK: What is there

    private func open(_ target: FilePath) throws -> PublishedFolder {
        try Files.makeFolders(Files.straight(target), mode: TreeFolderWriter.folderMode)
        let root = try Folder.open(target)
        guard root.lock() else {
            throw EvidenceError(
                .busy, en: "Somebody else is publishing to “\(target.shown)”. Try again later.",
                zh: "另一程序正在向“\(target.shown)”公布，请稍后再试。")
        }
        let own = [TreeResource.checkpoint.path, "tile", PublishedFolder.waiting].map { Array($0.utf8) }
        if let other = try root.names().first(where: { !own.contains($0) }) {
            let name = String(decoding: other, as: UTF8.self)
            throw EvidenceError(
                .badInput,
                en:
                    "“\(target.shown)” holds “\(name.shown)”, which is no part of a published log. Publish to a folder of its own.",
                zh: "“\(target.shown)”中有“\(name.shown)”，不属于已公布的日志。请公布到专用的文件夹。")
        }
        return PublishedFolder(root)
    }

    /// The checkpoint that is published; nil for none.
    private static func former(_ folder: PublishedFolder, _ log: Log) throws -> (
        checkpoint: Checkpoint, bytes: [UInt8]
    )? {
        let name = TreeResource.checkpoint.path
        guard try folder.root.status(name) != nil else { return nil }
        let path = folder.root.path.appending(name).shown
        guard let bytes = try folder.contents(.checkpoint), let note = try? SignedNote(parsing: bytes),
            let checkpoint = try? Checkpoint(noteText: note.text)
        else { throw notOurs(path) }
        guard checkpoint.origin.hasSameBytes(as: log.key.name) else {
            throw EvidenceError(
                .badInput,
                en: "“\(path)” is that of another archive, “\(checkpoint.origin.shown)”. Choose another folder.",
                zh: "“\(path)”属于另一个档案“\(checkpoint.origin.shown)”。请另选文件夹。")
        }
        guard note.verify(log.key) == .valid else { throw notOurs(path) }
        guard checkpoint.size <= log.checkpoint.size else {
            throw EvidenceError(
                .damaged,
                en:
                    "“\(path)” covers \(checkpoint.size) entries, and this archive has only \(log.checkpoint.size): the newest were cut off, or this is an old copy. Nothing was written; run evidence verify.",
                zh:
                    "“\(path)”涵盖 \(checkpoint.size) 条，而此档案只有 \(log.checkpoint.size) 条：最新的条目被截去，或这是旧副本。未写入任何内容，请执行 evidence verify。"
            )
        }
        return (checkpoint, bytes)
    }

    private static func notOurs(_ path: String) -> EvidenceError {
        EvidenceError(
            .damaged,
            en:
                "“\(path)” is no checkpoint that this archive signed: it was changed or exchanged. Nothing was written.",
            zh: "“\(path)”不是此档案签署的检查点：已被改动或调换。未写入任何内容。")
    }

    /// Computes the whole tree, and holds it against its checkpoint and against what is published.
    ///
    /// - Returns: the tree as far as no file of it is missing.
    private func survey(_ log: Log, _ folder: PublishedFolder, _ former: Checkpoint?) throws -> TreeBuilder {
        var tree = TreeBuilder()
        var start = tree
        var isComplete = true
        var altered: TreeResource?
        func compare(_ resource: TreeResource, _ bytes: [UInt8]) throws -> Bool {
            if let found = try folder.contents(resource) {
                if found != bytes, altered == nil { altered = resource }
                return true
            }
            return false
        }
        try walk(log, &tree, phase: TreePublisher.surveyPhase) { resource, bytes in
            if try !compare(resource, bytes) { isComplete = false }
        } visit: { tree in
            if isComplete, tree.size % UInt64(Tile.width) == 0 { start = tree }
            guard tree.size == former?.size else { return }
            guard tree.root == former?.root else {
                throw TreePublisher.rewritten(folder.root.path, tree.size)
            }
            // An older publication's partial files may be gone where full ones have come.
            for (resource, bytes) in try tree.partialResources() { _ = try compare(resource, bytes) }
        }
        guard tree.root == log.checkpoint.root else { throw EvidenceError.logContradictsCheckpoint }
        for (resource, bytes) in try tree.partialResources() { _ = try compare(resource, bytes) }
        if let altered {
            let path = folder.root.path.appending(altered.path).shown
            throw EvidenceError(
                .damaged,
                en:
                    "“\(path)” does not say what this archive says: it was changed after it was published. Nothing was written; keep that folder, and publish to a new one.",
                zh: "“\(path)”与此档案不符：公布之后被改动。未写入任何内容；请保留该文件夹，另行公布到新的文件夹。")
        }
        return start
    }

    private static func rewritten(_ folder: FilePath, _ size: UInt64) -> EvidenceError {
        EvidenceError(
            .damaged,
            en:
                "The first \(size) entries are not those that this archive published in “\(folder.shown)”: history was rewritten. Nothing was written; keep that folder as evidence of it.",
            zh: "前 \(size) 条与此档案在“\(folder.shown)”中公布的不符：历史被改写。未写入任何内容；请保留该文件夹作为证据。")
    }

    // MARK: Writing

    private func write(
        _ log: Log, _ folder: PublishedFolder, from start: TreeBuilder, former: [UInt8]?, _ result: inout PublishResult
    ) throws {
        var writer: TreeFolderWriter?
        func put(_ resource: TreeResource, _ bytes: [UInt8]) throws {
            let writing = try writer ?? TreeFolderWriter(folder)
            writer = writing
            try writing.put(resource, bytes)
            if former != bytes { result.bytes += UInt64(bytes.count) }
            switch resource {
            case .checkpoint: result.isNew = former != bytes
            case .tile: result.tiles += 1
            case .entries: result.entryBundles += 1
            }
        }
        func putMissing(_ resource: TreeResource, _ bytes: [UInt8]) throws {
            if try folder.contents(resource) != bytes { try put(resource, bytes) }
        }
        var tree = start
        try walk(log, &tree, phase: TreePublisher.writingPhase, emit: putMissing)
        for (resource, bytes) in try tree.partialResources() { try putMissing(resource, bytes) }
        try writer?.sync()
        // Only what anybody can check with the archive's key alone: a published tree does not say whose the others are.
        let note = try SignedNote(text: log.note.text, signatures: log.note.signatures(by: log.key)).bytes
        try put(.checkpoint, note)
        try writer?.sync()
        try TreeFolderWriter.removeWaiting(folder)
    }

    /// Adds the entries that a tree lacks.
    private func walk(
        _ log: Log, _ tree: inout TreeBuilder, phase: Message,
        emit: (TreeResource, [UInt8]) throws -> Void, visit: (TreeBuilder) throws -> Void = { _ in }
    ) throws {
        let size = log.checkpoint.size
        while tree.size < size {
            let slice = try log.entries(tree.size, size)
            guard !slice.isEmpty, UInt64(slice.count) <= size - tree.size else {
                throw EvidenceError.logContradictsCheckpoint
            }
            for entry in slice {
                // No entry that verification would let pass is too large for a bundle.
                guard entry.count <= Entry.largestSize else { throw EvidenceError.logContradictsCheckpoint }
                try tree.append(entry, emit: emit)
                try visit(tree)
            }
            try progress(
                ProgressSnapshot(phase: phase, filesDone: Int(clamping: tree.size), filesTotal: Int(clamping: size)))
        }
    }
}
