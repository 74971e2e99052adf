internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
internal import SystemPackage
internal import TransparencyLog

/// What a commit is signed with: first the archive's key, then its author's.
package struct CommitKeys: Sendable {
    package let archive: SigningKey
    package let signer: SigningKey

    package init(archive: SigningKey, signer: SigningKey) {
        self.archive = archive
        self.signer = signer
    }
}

/// An archive opened to append: locked, held against the operator's memory, and ready for one commit.
///
/// Order of what is durable: stored files, entries with bodies and checkpoint in one transaction, the published
/// checkpoint, the memory, the index. A crash at any point leaves the whole commit or none of it.
package final class AppendSession {
    /// What surrounds a commit: clocks, folders, and what to do meanwhile.
    package struct Surroundings {
        package let folders: UserFolders
        /// The archive's clock.
        package let now: () -> Timestamp
        /// As many random bytes as are asked for.
        package let random: (Int) throws -> [UInt8]
        /// Called when another process holds the lock.
        package let onWait: () throws -> Void
        /// Told of things worth knowing that stop nothing.
        package let onWarning: (Message) -> Void
        /// Called with a commit's entries when it is durable in the log, before anything that follows it.
        package let onDurable: (Range<UInt64>) -> Void
        /// Throws where the person at the keyboard wants to stop.
        package let checkInterruption: () throws -> Void

        package init(
            folders: UserFolders, now: @escaping () -> Timestamp, random: @escaping (Int) throws -> [UInt8],
            onWait: @escaping () throws -> Void,
            onWarning: @escaping (Message) -> Void, onDurable: @escaping (Range<UInt64>) -> Void = { _ in },
            checkInterruption: @escaping () throws -> Void
        ) {
            self.folders = folders
            self.now = now
            self.random = random
            self.onWait = onWait
            self.onWarning = onWarning
            self.onDurable = onDurable
            self.checkInterruption = checkInterruption
        }
    }

    package let archive: Archive
    /// What the log amounts to; names and dossiers are looked up here before anything is written.
    package private(set) var state: LogState

    private let lock: ArchiveLock
    /// Nil where the state folder has no room for one: then no commit is remembered either, which is said.
    private let memoryLock: ArchiveLock?
    private let log: LogDatabase
    private let memories: MemoryFolder
    private let surroundings: Surroundings
    private var memory: Memory?

    /// Locks the archive and checks that it is what the operator's memory says it was.
    ///
    /// Refused: a copy that was rolled back or rewritten, entries since that break a rule, a schema that was altered.
    package init(_ archive: Archive, _ surroundings: Surroundings) throws {
        guard !archive.log.isReadOnly else {
            throw EvidenceError(
                .refused, en: "The archive “\(archive.path.shown)” may not be written here.",
                zh: "此处不能写入档案“\(archive.path.shown)”。")
        }
        self.archive = archive
        self.surroundings = surroundings
        lock = try ArchiveLock(
            archive.path, onWait: surroundings.onWait, checkInterruption: surroundings.checkInterruption)
        log = try LogDatabase.openToAppend(archive.path.appending(LogDatabase.fileName))
        memories = MemoryFolder(surroundings.folders)
        memoryLock = try memories.lock(
            archive.identity, onWait: surroundings.onWait, checkInterruption: surroundings.checkInterruption)
        memory = try memories.memory(of: archive.identity)
        try AppendSession.requireNoOther(
            memories, than: archive.identity, isKnown: memory != nil, of: archive.created.key, at: archive.path)
        if memory == nil {
            surroundings.onWarning(
                Message(
                    en: "This machine does not remember this archive (no-memory); every entry is checked first.",
                    zh: "本机没有该档案的记忆（no-memory），先检查全部条目。"))
        }
        state = try AppendSession.current(log, memory, archive: archive)
        try checkPublishedCheckpoint()
        if memory == nil { startMemory() }
        try Staging.sweep(archive.objects, log, now: surroundings.now)
        do { try Removal(archive, log, surroundings).carryOut() } catch let error as EvidenceError
            where error.code == .inputOutput
        {
            throw EvidenceError(
                .inputOutput,
                en:
                    "What was withdrawn before could not be removed yet, and nothing else is written until it is. \(error.message.en)",
                zh: "此前撤销的内容尚未能移除，移除之前不写入其他内容。\(error.message.zh)")
        }
    }

    /// Refuses an archive where this machine remembers another one in its place, or another beginning that its key signed.
    ///
    /// - Parameter isKnown: whether it remembers this one, by its identity.
    static func requireNoOther(
        _ memories: MemoryFolder, than identity: Digest, isKnown: Bool, of key: VerifierKey, at path: FilePath
    ) throws {
        if let other = try memories.memory(at: path, otherThan: identity) {
            throw EvidenceError(
                .refused,
                en:
                    "Another archive, “\(other.origin)”, was written at “\(path.shown)” before. Nothing is written: run evidence verify.",
                zh: "“\(path.shown)”处原先是另一个档案“\(other.origin)”。不予写入，请执行 evidence verify。")
        }
        if !isKnown, try memories.memory(signedBy: key) != nil {
            throw EvidenceError(
                .refused,
                en:
                    "This archive's key signed another beginning than the one in “\(path.shown)”. Nothing is written: run evidence verify.",
                zh: "该档案密钥所签署的开头与“\(path.shown)”中的不同。不予写入，请执行 evidence verify。")
        }
    }

    /// The log's state, from the memory and the entries since.
    private static func current(_ log: LogDatabase, _ memory: Memory?, archive: Archive) throws -> LogState {
        let size = try log.size()
        var start = memory?.state ?? LogState()
        // Entry 0 is the one that the memory knows by its leaf hash, and its body is the one that it commits to.
        if memory != nil { start.archiveKey = archive.created.key }
        guard size >= start.size else {
            throw EvidenceError(
                .refused,
                en:
                    "This archive was rolled back: it has \(size) entries, and this machine has seen \(start.size). Nothing is written; find the newer copy.",
                zh: "该档案被回退：现有 \(size) 条，而本机曾见到 \(start.size) 条。不予写入，请找回较新的副本。")
        }
        var problem: Problem?
        var audit = LogAudit(
            from: start, readEntry: { try log.entry($0)?.bytes },
            nextCheckpoint: AppendSession.checkpoints(log, after: start.size),
            report: { if $0.severity == .tampering, problem == nil { problem = $0 } })
        try log.forEach(from: start.size, below: size) { stored in
            try audit.skip(to: stored.seq)
            try audit.absorb(stored.bytes, body: stored.body.map { .present($0) } ?? .absent)
        }
        try audit.finish()
        if let problem {
            throw EvidenceError(
                .damaged, en: "\(problem.explanation.en) Nothing is written; run evidence verify.",
                zh: "\(problem.explanation.zh)不予写入，请执行 evidence verify。")
        }
        let state = audit.state
        let last = try log.entry(size &- 1)
        guard let stored = try log.checkpoint(), stored.size == size, let last,
            MerkleHash.leaf(last.bytes) == state.lastLeaf,
            let entry = try? Entry(parsing: last.bytes), entry.commit == size,
            let note = try? SignedNote(parsing: stored.note), let checkpoint = try? Checkpoint(noteText: note.text),
            checkpoint.size == size, checkpoint.root == state.frontier.root, note.verify(archive.created.key) == .valid,
            let signer = state.signers[entry.actor], note.verify(signer.key) == .valid
        else {
            throw EvidenceError(
                .refused,
                en:
                    "The newest entries of this archive are not those that this machine has seen or that were signed. Nothing is written; run evidence verify.",
                zh: "该档案的最新条目与本机所见或签名内容不符。不予写入，请执行 evidence verify。")
        }
        return state
    }

    /// Remembers what was checked just now, so that it need not be checked again.
    ///
    /// A failure is not told here: the commit will meet it again, and tells it.
    private func startMemory() {
        guard let stored = try? log.checkpoint() else { return }
        let fresh = Memory(
            identity: archive.identity, path: archive.path, state: state, checkpoint: stored.note)
        guard (try? memories.save(fresh, replacing: nil)) != nil else { return }
        memory = fresh
    }

    private static func checkpoints(_ log: LogDatabase, after start: UInt64) -> () throws -> LogAudit.StoredCheckpoint?
    {
        var size = start
        return {
            guard let stored = try log.checkpoint(after: size) else { return nil }
            size = stored.size
            return stored
        }
    }

    /// A published checkpoint that says more than the log, or something else, means that the log was exchanged.
    private func checkPublishedCheckpoint() throws {
        let path = archive.path.appending(Archive.checkpointName)
        guard try Files.status(path) != nil else { return }
        let bytes = try Files.contents(of: path, limit: 64 * 1_024)
        if let checkpoint = PublishedCheckpoint.read(bytes), let stored = try log.checkpoint(at: checkpoint.size),
            stored.note == bytes
        {
            return
        }
        throw EvidenceError(
            .refused,
            en: "The file “\(path.shown)” does not belong to this log. Nothing is written; run evidence verify.",
            zh: "文件“\(path.shown)”与该日志不符。不予写入，请执行 evidence verify。")
    }

    // MARK: Committing

    /// Makes durable what is committed already, where there is nothing to add to it.
    package func settle() throws { try log.settle() }

    /// Writes the drafts as one commit, or nothing.
    ///
    /// - Parameter staging: files that the drafts name and that have yet to be put in their places.
    package func commit(_ drafts: DraftSpool, keys: CommitKeys, staging: Staging?) throws -> CommitResult {
        drafts.rewind()
        return try commit(count: drafts.count, keys: keys, staging: staging) { try drafts.next() }
    }

    package func commit(_ drafts: [Draft], keys: CommitKeys) throws -> CommitResult {
        var iterator = drafts.makeIterator()
        return try commit(count: UInt64(drafts.count), keys: keys, staging: nil) { iterator.next() }
    }

    private func commit(
        count: UInt64, keys: CommitKeys, staging: Staging?, next: () throws -> Draft?
    ) throws -> CommitResult {
        precondition(count > 0)
        try requireEnrolled(keys)
        let written: WrittenCommit
        var recording = try newAnchors()[...]
        let recordingCount = UInt64(recording.count)
        var keptAside: [String] = []
        do {
            keptAside = try staging?.promote(logSize: state.size) ?? []
            written = try CommitWriter(log: log, keys: keys, surroundings: surroundings, objects: archive.objects)
                .write(count: recordingCount + count, after: state) {
                    try recording.popFirst().map { try draft(recording: $0) } ?? next()
                }
        } catch {
            staging?.demote(log)
            // The transaction may have ended all the same, where only the removal of its journal could not be made durable.
            if let size = try? log.size(), size > state.size, let error = error as? EvidenceError {
                throw error.after(recording: state.size + recordingCount..<size)
            }
            throw error
        }
        surroundings.onDurable(state.size + recordingCount..<written.state.size)
        state = written.state
        var (warnings, newer) = written.publish(archive, replacing: memory, folders: surroundings.folders)
        memory = newer
        warnings += keptAside.map { path in
            Message(
                en:
                    "A stored file of the archive had been altered, and was replaced by a good copy. The altered one is kept as “\(path.shown)”: find out why.",
                zh: "档案中有一个所存文件曾被改动，现已换成完好的副本；被改动的那份留存为“\(path.shown)”，请查明原因。")
        }
        do {
            try Removal(archive, log, surroundings).carryOut()
        } catch let error as EvidenceError {
            warnings.append(
                Message(
                    en:
                        "The withdrawal is recorded, but the content is still here; the next command that writes removes it. \(error.cause.en)",
                    zh: "撤销已记录，但内容尚未移除；下一次写入时会移除。\(error.cause.zh)"))
        }
        return CommitResult(written, recorded: recordingCount, warnings: warnings)
    }

    // MARK: Anchors

    /// Keeps what witnesses and timestamp authorities said of this archive's checkpoints; the next commit records it.
    ///
    /// That the tokens are good is the caller's to check.
    /// - Precondition: each is over a checkpoint of this archive.
    /// - Returns: those that were not here yet.
    package func add(_ anchors: [Anchor]) throws -> [Anchor] {
        var new: [Anchor] = []
        for anchor in anchors where !new.contains(anchor) {
            if try !log.anchors(of: anchor.size).contains(where: { $0.anchor == anchor }) { new.append(anchor) }
        }
        if new.isEmpty {
            try log.settle()
        } else {
            try log.append(new, from: try log.newestAnchor() + 1)
        }
        return new
    }

    /// The anchors that no entry records yet.
    private func newAnchors() throws -> [CheckpointAnchored] {
        var anchors: [CheckpointAnchored] = []
        // What lies in the database anybody with the disk may have put there, and an entry would vouch for it for good.
        let trust = try TrustCheck(surroundings.folders).anchors
        try log.forEachAnchor(after: state.anchors) { stored in
            guard stored.number == state.anchors + UInt64(anchors.count) + 1, let anchor = stored.anchor,
                let note = try log.checkpoint(at: anchor.size)?.note, !trust.judge(anchor, over: note).isInvalid,
                let anchored = try? CheckpointAnchored(anchor)
            else {
                throw EvidenceError(
                    .damaged,
                    en:
                        "What witnesses and timestamp authorities said of this archive was altered. Nothing is written; run evidence verify.",
                    zh: "该档案的见证签名或时间戳被改动。不予写入，请执行 evidence verify。")
            }
            anchors.append(anchored)
        }
        return anchors
    }

    private func draft(recording anchored: CheckpointAnchored) throws -> Draft {
        Draft(.checkpointAnchored, body: Body.bytes(anchored.json, salt: try surroundings.random(Body.saltSize)))
    }

    /// Refuses a signer who may not commit here; a commit does so itself, but perhaps after hours of copying.
    package func requireEnrolled(_ keys: CommitKeys) throws {
        let name = keys.signer.verifier.name
        guard let signer = state.signers[name] else {
            throw EvidenceError(
                .refused,
                en:
                    "“\(name)” is not enrolled in this archive. Somebody who may enrol has to run evidence signer enroll with the slip.",
                zh: "“\(name)”尚未在此档案登记。请有登记权限的人用登记单执行 evidence signer enroll。")
        }
        guard signer.key == keys.signer.verifier else {
            throw EvidenceError(
                .refused, en: "“\(name)” is enrolled here with another key than the one on this machine.",
                zh: "“\(name)”在此档案登记的密钥与本机的不同。")
        }
        guard signer.revokedAt == nil else {
            throw EvidenceError(
                .refused, en: "The key of “\(name)” was revoked in this archive.", zh: "“\(name)”的密钥已在此档案中吊销。")
        }
    }
}

/// The file `checkpoint` in an archive's folder.
enum PublishedCheckpoint {
    /// The checkpoint in a signed note; nil where there is none.
    ///
    /// Signatures are not checked.
    static func read(_ bytes: [UInt8]) -> Checkpoint? {
        (try? SignedNote(parsing: bytes)).flatMap { try? Checkpoint(noteText: $0.text) }
    }
}
