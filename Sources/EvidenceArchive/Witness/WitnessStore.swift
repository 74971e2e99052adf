internal import ArchiveSchema
internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
internal import GRDB
internal import Synchronization
package import SystemPackage
package import TransparencyLog

/// `witness.sqlite`: what a witness has cosigned, of each archive that it watches.
///
/// Checking a request and keeping what is cosigned are one transaction, durable before anybody learns of the cosignature.
/// The same request comes here from a file and over HTTP. Several processes may have it open at once.
package final class WitnessStore: Sendable {
    /// What marks a SQLite file as a witness's: "EvWi".
    static let applicationID = 0x4576_5769
    static let version = 1
    /// The database's name in a witness's folder.
    package static let fileName = "witness.sqlite"
    /// The name of one that is being made.
    private static let unfinishedName = ".\(fileName).new"

    package let path: FilePath
    /// The key under whose name the witness cosigns.
    package let key: VerifierKey
    private let queue: DatabaseQueue
    /// Set once a write failed: what the disk then holds may not be what is read back.
    private let hasFailed = Mutex(false)

    private init(path: FilePath, key: VerifierKey, queue: DatabaseQueue) {
        self.path = path
        self.key = key
        self.queue = queue
    }

    private static func connection(_ path: FilePath, creating: Bool = false) throws -> DatabaseQueue {
        try DatabaseAccess.open(path, readOnly: false, creating: creating) { db in
            try db.execute(sql: "PRAGMA synchronous = EXTRA; PRAGMA foreign_keys = ON")
        }
    }

    // MARK: Making and opening

    /// Refuses a folder that has a witness, whatever became of it.
    package static func requireNone(in folder: FilePath) throws {
        guard try Files.status(folder.appending(fileName)) == nil else {
            throw EvidenceError(
                .badInput, en: "There is a witness in “\(folder.shown)” already. Use --dir for another folder.",
                zh: "“\(folder.shown)”中已有见证人。请用 --dir 指定另一文件夹。")
        }
    }

    /// Makes the database of a new witness, in its own folder, and has its key kept by `keep`.
    ///
    /// It lies durably under another name before the key is kept, and gets its own after that: what a process that died on the way
    /// has left is told from a witness that lost its memory, and never cosigned; see ``discardUnfinished(in:forget:)``.
    package static func create(in folder: FilePath, key: VerifierKey, keep: () throws -> Void) throws {
        try requireNone(in: folder)
        let (path, unfinished) = (folder.appending(fileName), folder.appending(unfinishedName))
        try Files.makeFolders(folder)
        let queue = try connection(unfinished, creating: true)
        try DatabaseAccess.translating(queue, unfinished) {
            try queue.write { db in
                try db.execute(sql: ArchiveSchema.witness)
                try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
                try db.execute(sql: "INSERT INTO witness VALUES (1, ?)", arguments: [key.description])
            }
            try queue.close()
        }
        do { try Files.syncFolder(folder) } catch let error { throw EvidenceError.file(error, folder, writing: true) }
        try keep()
        do {
            try Files.renameExclusively(unfinished, to: path)
            try Files.syncFolder(folder)
        } catch let error {
            throw EvidenceError.file(error, path, writing: true)
        }
    }

    /// Removes what a process that died while it made a witness in this folder has left; `forget` is given the key of it.
    ///
    /// - Precondition: nobody else makes a witness here now, or none minds that it fails.
    package static func discardUnfinished(in folder: FilePath, forget: (VerifierKey) throws -> Void) throws {
        let path = folder.appending(unfinishedName)
        guard try Files.status(path) != nil else { return }
        if try Files.status(folder.appending(fileName)) == nil, let key = try unfinishedKey(path) { try forget(key) }
        do {
            try Files.remove(path)
            try Files.remove(folder.appending("\(unfinishedName)-journal"))
            try Files.syncFolder(folder)
        } catch {
            throw EvidenceError.file(any: error, path, writing: true)
        }
    }

    /// The key of a witness that is not finished; nil where its database holds nothing yet: a key is kept once it is whole.
    ///
    /// - Throws: where it can't be read now. What was kept would never be found again if that were taken for nothing.
    private static func unfinishedKey(_ path: FilePath) throws -> VerifierKey? {
        do { return try open(path).key } catch let error as EvidenceError where error.code == .damaged { return nil }
    }

    /// Opens the database of a witness that was made here.
    ///
    /// One that is not there, or holds nothing, is never made anew.
    package static func open(in folder: FilePath) throws -> WitnessStore {
        let path = folder.appending(fileName)
        guard let status = try Files.statusFollowing(path) else {
            throw EvidenceError(
                .inputMissing,
                en:
                    "There is no witness in “\(folder.shown)”. Make one with evidence witness init NAME. If there was one: put witness.sqlite back as it was last, never an older copy; a witness that forgot what it cosigned must never cosign again, but be made anew under another name.",
                zh:
                    "“\(folder.shown)”中没有见证人，请用 evidence witness init NAME 创建。如果原来有过：请将 witness.sqlite 恢复到最后的状态，切勿用旧副本；忘记签过什么的见证人不得再签，只能以新名称重新创建。"
            )
        }
        guard status.size > 0 else { throw forgotten(path) }
        return try open(path)
    }

    private static func open(_ path: FilePath) throws -> WitnessStore {
        let queue = try connection(path)
        return try DatabaseAccess.translating(queue, path) {
            let key = try queue.read { db -> VerifierKey in
                guard try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID,
                    try String.fetchOne(db, sql: "PRAGMA journal_mode") == "delete"
                else { throw forgotten(path) }
                let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
                guard found == version else {
                    throw EvidenceError(
                        .refused,
                        en:
                            "“\(path.shown)” has format version \(found), and this program knows version \(version) only.",
                        zh: "“\(path.shown)”的格式版本为 \(found)，本程序只支持版本 \(version)。")
                }
                guard try SchemaText.differences(db, from: SchemaText.expected(ArchiveSchema.witness)).isEmpty,
                    let text = try String.fetchOne(db, sql: "SELECT verifier_key FROM witness"),
                    let key = try? VerifierKey(text), key.type == .cosignature
                else { throw forgotten(path) }
                return key
            }
            return WitnessStore(path: path, key: key, queue: queue)
        }
    }

    private static func forgotten(_ path: FilePath) -> EvidenceError {
        EvidenceError(
            .damaged,
            en:
                "“\(path.shown)” is no longer the memory of a witness: it was emptied, damaged or altered. A witness that forgot what it cosigned must never cosign again. Put the file back as it was last, never an older copy, or make a new witness under another name, in another folder.",
            zh:
                "“\(path.shown)”已不是见证人的记录：它被清空、损坏或改动。忘记签过什么的见证人不得再签。请将该文件恢复到最后的状态，切勿用旧副本；否则请在另一文件夹以新名称创建见证人。"
        )
    }

    // MARK: Transactions

    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try DatabaseAccess.translating(queue, path) { try queue.read(body) }
    }

    /// One step that no other process comes between, durable when this returns.
    func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
        guard !hasFailed.withLock({ $0 }) else {
            throw EvidenceError(
                .inputOutput,
                en:
                    "A write to “\(path.shown)” failed before, so nothing more is cosigned by this process. Check the disk, then start it again.",
                zh: "此前写入“\(path.shown)”失败，本进程不再出具见证签名。请检查磁盘后重新启动。")
        }
        return try DatabaseAccess.translating(queue, path) {
            do {
                return try queue.inWriteTransaction(body)
            } catch let error as DatabaseError {
                if error.resultCode != .SQLITE_BUSY { hasFailed.withLock { $0 = true } }
                throw error
            }
        }
    }
}
