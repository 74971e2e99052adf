package import EvidenceCrypto
package import EvidenceRecord
internal import GRDB
package import TransparencyLog

extension WitnessStore {
    /// Watches an archive from now on; false where it is watched already.
    package func watch(_ log: VerifierKey, since: Timestamp) throws -> Bool {
        try write { db in
            if let known = try Row.fetchOne(
                db, sql: "SELECT verifier_key FROM log WHERE origin = ?", arguments: [log.name])
            {
                guard try known.value("verifier_key", as: String.self).utf8.elementsEqual(log.description.utf8) else {
                    throw EvidenceError(
                        .refused,
                        en:
                            "This witness watches “\(log.name.shown)” under another key. An archive never changes its key: this one is another archive, or a replacement.",
                        zh: "该见证人已以另一公钥见证“\(log.name.shown)”。档案的密钥从不更换：这是另一个档案，或是冒充的替代品。")
                }
                return false
            }
            try db.execute(
                sql: "INSERT INTO log (origin, verifier_key, since) VALUES (?, ?, ?)",
                arguments: [log.name, log.description, since.description])
            return true
        }
    }

    /// All archives that are watched, in the order in which they came.
    package func watched() throws -> [WatchedLog] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM log ORDER BY id").map { row in
                let log = try Log(row)
                return WatchedLog(
                    key: log.key, since: try row.time("since"), newest: try WitnessStore.newest(of: log, db),
                    cosignedCount: UInt64(
                        try Int64.fetchOne(db, sql: "SELECT count(*) FROM cosigned WHERE log = ?", arguments: [log.id])
                            ?? 0))
            }
        }
    }

    /// The newest checkpoint that was cosigned of the archive whose origin has this digest; nil for none.
    package func newest(ofOriginHashed digest: Digest) throws -> CosignedCheckpoint? {
        try read { db in
            for row in try Row.fetchAll(db, sql: "SELECT * FROM log ORDER BY id") {
                let log = try Log(row)
                guard SHA256Hasher.hash(Array(log.key.name.utf8)) == digest else { continue }
                return try WitnessStore.newest(of: log, db)
            }
            return nil
        }
    }

    /// The checkpoints that did not go together with what was cosigned, in the order in which they were met.
    package func conflicts() throws -> [WitnessedConflict] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT conflict.*, EXISTS (
                        SELECT 1 FROM cosigned
                        WHERE cosigned.log = conflict.log AND cosigned.size = conflict.size AND cosigned.root = conflict.root
                    ) AS settled
                    FROM conflict ORDER BY id
                    """
            ).map { row in
                guard let kind = WitnessRule.Conflict(rawValue: try row.value("kind")) else { throw row.damage("kind") }
                let (note, checkpoint) = try row.checkpoint()
                return WitnessedConflict(
                    kind: kind, origin: checkpoint.origin, checkpoint: checkpoint, note: note,
                    beside: try row.count("beside"), time: try row.time("time"), isSettled: try row.value("settled"))
            }
        }
    }
}
