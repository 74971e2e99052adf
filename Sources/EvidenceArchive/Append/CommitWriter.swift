internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import GRDB
internal import SystemPackage
internal import TransparencyLog

/// A commit that is durable in the database.
struct WrittenCommit {
    let state: LogState
    let checkpoint: Checkpoint
    let note: SignedNote
    let leafHashes: [Digest]

    /// What follows a commit: the published checkpoint, the memory, the index.
    ///
    /// Nothing here can undo the commit: what fails is a warning, and the next writer mends it.
    func publish(
        _ archive: Archive, replacing memory: Memory?, folders: UserFolders
    ) -> (warnings: [Message], memory: Memory?) {
        var warnings: [Message] = []
        var newest = memory
        func attempt(_ what: Message, _ body: () throws -> Void) {
            do {
                try body()
            } catch {
                let reason = (error as? EvidenceError)?.cause
                warnings.append(
                    Message(
                        en:
                            "Everything was written, but \(what.en): \(reason?.en ?? "\(error)") Do not run the command again for that; the next one that writes mends it.",
                        zh: "内容已全部写入，但\(what.zh)：\(reason?.zh ?? "\(error)")不必为此重新执行命令，下一次写入时会补上。"))
            }
        }
        attempt(Message(en: "the file “checkpoint” is not up to date", zh: "checkpoint 文件未能更新")) {
            try Files.replace(archive.path.appending(Archive.checkpointName), with: note.bytes, mode: 0o644)
        }
        attempt(Message(en: "this machine's memory is not up to date", zh: "本机的记忆未能更新")) {
            let newer = Memory(identity: archive.identity, path: archive.path, state: state, checkpoint: note.bytes)
            try MemoryFolder(folders).save(newer, replacing: memory)
            newest = newer
        }
        attempt(Message(en: "the index is not up to date", zh: "索引未能更新")) {
            _ = try archive.caughtUpIndex(folders)
        }
        return (warnings, newest)
    }
}

extension CommitResult {
    /// - Parameter recorded: how many of the commit's entries, its first ones, record anchors.
    init(_ written: WrittenCommit, recorded: UInt64 = 0, warnings: [Message]) {
        let leafHashes = written.leafHashes.dropFirst(Int(recorded))
        self.init(
            first: written.checkpoint.size - UInt64(leafHashes.count), checkpoint: written.checkpoint,
            note: written.note, leafHashes: Array(leafHashes), warnings: warnings)
    }
}

/// Writes one commit's entries, bodies and signed checkpoint in one transaction.
struct CommitWriter {
    let log: LogDatabase
    let keys: CommitKeys
    let surroundings: AppendSession.Surroundings
    /// Where stored files lie; nil for a new archive's first commit, which has none.
    let objects: ObjectStore?

    /// - Parameters:
    ///   - state: what the log amounts to before.
    ///   - next: the drafts, `count` of them.
    func write(count: UInt64, after state: LogState, next: () throws -> Draft?) throws -> WrittenCommit {
        try DatabaseAccess.translating(log.queue, log.path) {
            try log.queue.inWriteTransaction { try write(count, state, next, in: $0) }
        }
    }

    private func write(
        _ count: UInt64, _ state: LogState, _ next: () throws -> Draft?, in db: Database
    ) throws -> WrittenCommit {
        let log = log
        let sealed = Sealed()
        // What is about to be signed goes through the same rules that a verifier holds it against.
        var audit = LogAudit(
            from: state, readEntry: { try log.entry($0, in: db)?.bytes }, nextCheckpoint: { sealed.checkpoint },
            report: { if $0.severity != .warning, sealed.fault == nil { sealed.fault = $0 } })
        let parser = EntryParser()
        let insertEntry = RowInserter(try db.cachedStatement(sql: "INSERT INTO entry VALUES (?, ?)"))
        let insertBody = RowInserter(try db.cachedStatement(sql: "INSERT INTO body VALUES (?, ?)"))
        let size = state.size + count
        var leafHashes: [Digest] = []
        var note: SignedNote?
        var checkpoint: Checkpoint?
        while let draft = try next() {
            try surroundings.checkInterruption()
            let seq = audit.state.size
            let bytes = entry(draft, seq: seq, commit: size, audit.state).bytes
            let parsed = parser.parse(bytes, body: .present(draft.body))
            try requireFiles(parsed)
            leafHashes.append(parsed.leafHash)
            if seq + 1 == size {
                var tree = audit.state.frontier
                tree.append(parsed.leafHash)
                let newest = Checkpoint(origin: keys.archive.verifier.name, size: size, root: tree.root)
                let signed = try sign(newest)
                sealed.checkpoint = (size, signed.bytes)
                (checkpoint, note) = (newest, signed)
            }
            try audit.absorb(parsed)
            try insertEntry.insert(Int64(seq), bytes)
            try insertBody.insert(Int64(seq), draft.body)
            if draft.type == .entryWithdrawn {
                for target in try EntryWithdrawn(Body(parsing: draft.body)).removed {
                    try db.execute(
                        sql: "INSERT INTO removal VALUES (?, ?)", arguments: [Int64(target.seq), Int64(seq)])
                }
            }
        }
        guard sealed.fault == nil, let note, let checkpoint, audit.state.size == size else {
            throw CommitWriter.fault(sealed.fault)
        }
        try RowInserter(try db.cachedStatement(sql: "INSERT INTO checkpoint VALUES (?, ?)"))
            .insert(Int64(size), note.bytes)
        return WrittenCommit(state: audit.state, checkpoint: checkpoint, note: note, leafHashes: leafHashes)
    }

    /// Every stored file that an entry names lies in its place before the entry is written.
    private func requireFiles(_ parsed: ParsedEntry) throws {
        guard let objects else { return }
        for file in parsed.files where file.held == .stored {
            if try objects.holds(file.sha256, size: file.size) { continue }
            throw EvidenceError(
                .inputOutput,
                en:
                    "“\(file.name.shown)” is not in the archive any more: another program that was adding it failed. Run the command again.",
                zh: "“\(file.name.shown)”已不在档案中：另一个正在添加它的程序失败了。请重新执行命令。")
        }
    }

    /// What the audit is shown while the commit is made.
    private final class Sealed {
        var checkpoint: LogAudit.StoredCheckpoint?
        var fault: Problem?
    }

    private func entry(_ draft: Draft, seq: UInt64, commit: UInt64, _ state: LogState) -> Entry {
        Entry(
            seq: seq, time: surroundings.now(), type: draft.type, actor: keys.signer.verifier.name, commit: commit,
            prev: state.lastLeaf,
            dossiers: draft.dossiers.sorted().map {
                state.nextLink(in: $0) ?? DossierLink(id: $0, n: 1, prev: nil)
            },
            body: SHA256Hasher.hash(draft.body))
    }

    private func sign(_ checkpoint: Checkpoint) throws -> SignedNote {
        let unsigned = try SignedNote(text: checkpoint.noteText, signatures: [])
        let signed = [keys.archive, keys.signer].concurrentMap { key in
            Result {
                var note = unsigned
                try note.sign(as: key.verifier, with: key.privateKey)
                return note
            }
        }
        var note = try signed[0].get()
        try note.merge(try signed[1].get())
        return note
    }

    private static func fault(_ problem: Problem?) -> EvidenceError {
        EvidenceError(
            .internalFault,
            en: "Nothing was written: the commit would have broken a rule. \(problem?.explanation.en ?? "")",
            zh: "未写入任何内容：此次提交会违反规则。\(problem?.explanation.zh ?? "")")
    }
}
