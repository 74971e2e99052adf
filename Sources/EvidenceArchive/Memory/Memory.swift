internal import ArchiveSchema
package import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
internal import Foundation
internal import GRDB
internal import Glibc
package import SystemPackage
package import TransparencyLog

/// The operator's memory of one archive: what its newest checkpoint was, where, and the state at that size.
///
/// It lies in the user's state folder, so that a copy of the archive that was rolled back or rewritten can't agree with it.
package struct Memory: Sendable {
    /// The leaf hash of entry 0.
    package let identity: Digest
    /// Where the archive was when it was last written.
    package let path: FilePath
    package let state: LogState
    /// The newest checkpoint's signed note.
    package let checkpoint: [UInt8]

    /// The archive's origin, safe to show.
    package var origin: String { PublishedCheckpoint.read(checkpoint)?.origin.shown ?? "?" }

    package init(identity: Digest, path: FilePath, state: LogState, checkpoint: [UInt8]) {
        self.identity = identity
        self.path = path
        self.state = state
        self.checkpoint = checkpoint
    }
}

/// All of a user's memories: one small SQLite file an archive.
package struct MemoryFolder: Sendable {
    private let folder: FilePath

    package init(_ folders: UserFolders) { folder = folders.state }

    private func path(_ identity: Digest) -> FilePath {
        folder.appending(raw: "\(identity.hex.prefix(32)).sqlite".utf8)
    }

    /// Locks the memory of an archive, from before it is read until after it is saved.
    ///
    /// - Returns: nil where the folder takes no lock file.
    func lock(
        _ identity: Digest, onWait: () throws -> Void, checkInterruption: () throws -> Void
    ) throws -> ArchiveLock? {
        try? Files.makeFolders(folder)
        let path = folder.appending(raw: "\(identity.hex.prefix(32)).lock".utf8)
        // One that is there can be locked on a disk that takes nothing new.
        guard let file = (try? OpenFile(path, O_RDONLY)) ?? (try? OpenFile(path, O_RDONLY | O_CREAT)) else {
            return nil
        }
        do {
            return try ArchiveLock(file, onWait: onWait, checkInterruption: checkInterruption)
        } catch is Errno {
            return nil
        }
    }

    /// What is remembered of the archive whose entry 0 has this leaf hash; nil for nothing.
    package func memory(of identity: Digest) throws -> Memory? {
        let path = path(identity)
        guard try Files.status(path) != nil, let memory = try read(path) else { return nil }
        guard memory.identity == identity else { throw damaged(path) }
        return memory
    }

    /// What is remembered of another archive than `identity` that lay at this path.
    package func memory(at archive: FilePath, otherThan identity: Digest?) throws -> Memory? {
        guard try Files.status(folder) != nil else { return nil }
        for name in try Files.names(in: folder) where name.suffix(7).elementsEqual(".sqlite".utf8) {
            // A memory that can't be read is complained of when its own archive is met.
            if let memory = try? read(folder.appending(raw: name)), memory.path == archive, memory.identity != identity
            {
                return memory
            }
        }
        return nil
    }

    /// What is remembered of the archive with this key, whatever its entry 0 was.
    ///
    /// A key is one archive's: where it signed two beginnings, one of them was written to replace the other.
    package func memory(signedBy key: VerifierKey) throws -> Memory? {
        guard try Files.status(folder) != nil else { return nil }
        for name in try Files.names(in: folder) where name.suffix(7).elementsEqual(".sqlite".utf8) {
            if let memory = try? read(folder.appending(raw: name)),
                PublishedCheckpoint.read(memory.checkpoint)?.origin.hasSameBytes(as: key.name) == true,
                (try? SignedNote(parsing: memory.checkpoint))?.verify(key) == .valid
            {
                return memory
            }
        }
        return nil
    }

    /// Says that no archive of this identity lies at its remembered path any more.
    package func forgetPath(of identity: Digest) throws {
        let path = path(identity)
        let queue = try DatabaseAccess.open(path, readOnly: false)
        try DatabaseAccess.translating(queue, path) {
            try queue.write { try $0.execute(sql: "UPDATE archive SET path = x''") }
        }
    }

    /// Remembers a newer state.
    ///
    /// - Parameter previous: what was remembered, so that only what is new is written.
    package func save(_ memory: Memory, replacing previous: Memory?) throws {
        try Files.makeFolders(folder)
        let path = path(memory.identity)
        guard let lastLeaf = memory.state.lastLeaf, let lastTime = memory.state.lastTime else { return }
        let queue = try DatabaseAccess.open(path, readOnly: false, creating: try Files.status(path) == nil) { db in
            try db.execute(sql: "PRAGMA synchronous = EXTRA")
        }
        let isNew = try DatabaseAccess.translating(queue, path) {
            try queue.inWriteTransaction { db in
                let isNew = try !MemoryFolder.isBegun(db)
                if isNew {
                    try db.execute(sql: ArchiveSchema.memory)
                } else if try !db.columns(in: "archive").contains(where: { $0.name == "anchors" }) {
                    try db.execute(sql: "ALTER TABLE archive ADD COLUMN anchors INTEGER NOT NULL DEFAULT 0")
                }
                try db.execute(
                    sql: "INSERT OR REPLACE INTO archive VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
                    arguments: [
                        memory.identity.hex, memory.path.rawBytes.data, Int64(memory.state.size),
                        memory.checkpoint.data,
                        lastLeaf.bytes.data, lastTime.description,
                        memory.state.frontier.subtrees.flatMap(\.bytes).data, Int64(memory.state.anchors),
                    ])
                for (name, signer) in memory.state.signers where isNew || previous?.state.signers[name] != signer {
                    try db.execute(
                        sql: "INSERT OR REPLACE INTO signer VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        arguments: [
                            name, signer.key.description, signer.person, signer.unit, signer.role,
                            Int64(signer.enrolledAt),
                            signer.mayEnrol, signer.revokedAt.map { Int64($0) },
                        ])
                }
                for (id, dossier) in memory.state.dossiers where isNew || previous?.state.dossiers[id] != dossier {
                    try db.execute(
                        sql: "INSERT OR REPLACE INTO dossier VALUES (?, ?, ?, ?, ?, ?, ?)",
                        arguments: [
                            id.bytes.data, dossier.kind.rawValue, dossier.name, Int64(dossier.openedAt),
                            Int64(dossier.count),
                            dossier.head.bytes.data, dossier.parent?.bytes.data,
                        ])
                }
                return isNew
            }
        }
        if isNew {
            do { try Files.syncFolder(folder) } catch let error {
                throw EvidenceError.file(error, folder, writing: true)
            }
        }
    }

    /// Whether anything was ever written there: a crash may have left a database without tables.
    private static func isBegun(_ db: Database) throws -> Bool { try db.tableExists("archive") }

    private func damaged(_ path: FilePath) -> EvidenceError {
        EvidenceError(
            .inputOutput,
            en:
                "The memory of this archive, “\(path.shown)”, cannot be read. Move it away only if you know why; the archive is then checked as a whole.",
            zh: "本机对该档案的记忆文件“\(path.shown)”无法读取。确知原因后方可移走，此后将对档案进行全面检查。")
    }

    /// What a file says; nil where nothing was ever written to it.
    private func read(_ path: FilePath) throws -> Memory? {
        let queue = try DatabaseAccess.open(path, readOnly: false)
        let malformed = DatabaseError(resultCode: .SQLITE_CORRUPT)
        do {
            return try queue.read { db -> Memory? in
                guard try MemoryFolder.isBegun(db) else { return nil }
                guard let row = try Row.fetchOne(db, sql: "SELECT * FROM archive") else { throw malformed }
                var state = LogState()
                let subtrees = try row.bytes("subtrees")
                state.frontier = try MerkleFrontier(
                    size: try row.count("size"),
                    subtrees: stride(from: 0, to: subtrees.count, by: Digest.size).compactMap {
                        Digest(subtrees[$0..<min($0 + Digest.size, subtrees.count)])
                    })
                state.lastLeaf = Digest(try row.bytes("last_leaf"))
                state.lastTime = Timestamp(try row.value("last_time", as: String.self))
                state.identity = Digest(hex: try row.value("archive"))
                state.anchors = row.hasColumn("anchors") ? try row.count("anchors") : 0
                let note = try row.bytes("checkpoint")
                for row in try Row.fetchAll(db, sql: "SELECT * FROM signer") {
                    state.signers[try row.value("name")] = LogState.Signer(
                        key: try VerifierKey(try row.value("verifier_key", as: String.self)),
                        person: try row.value("person"), unit: try row.optional("unit"), role: try row.optional("role"),
                        mayEnrol: try row.value("may_enrol"), enrolledAt: try row.count("enrolled_at"),
                        revokedAt: try row.optional("revoked_at", as: Int64.self) == nil
                            ? nil : try row.count("revoked_at"))
                }
                for row in try Row.fetchAll(db, sql: "SELECT * FROM dossier") {
                    guard let id = DossierID(try row.bytes("id")),
                        let kind = EntryType(rawValue: try row.value("kind")),
                        let head = Digest(try row.bytes("head"))
                    else { throw malformed }
                    state.set(
                        LogState.Dossier(
                            kind: kind, name: try row.optional("name"), openedAt: try row.count("opened_at"),
                            parent: try row.optional("parent", as: Data.self).flatMap { DossierID([UInt8]($0)) },
                            count: try row.count("count"), head: head),
                        id: id)
                }
                guard let identity = state.identity else { throw malformed }
                return Memory(
                    identity: identity, path: FilePath(rawBytes: try row.bytes("path")), state: state,
                    checkpoint: note)
            }
        } catch {
            throw damaged(path)
        }
    }
}
