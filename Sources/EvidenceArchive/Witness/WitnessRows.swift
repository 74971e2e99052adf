internal import EvidenceCrypto
internal import EvidenceRecord
internal import GRDB
internal import TransparencyLog

extension WitnessStore {
    /// A row of the table `log`.
    struct Log {
        let id: Int64
        let key: VerifierKey

        init(_ row: Row) throws {
            id = try row.value("id")
            guard let key = try? VerifierKey(try row.value("verifier_key", as: String.self)),
                key.name.hasSameBytes(as: try row.value("origin", as: String.self))
            else { throw row.damage("verifier_key") }
            self.key = key
        }
    }

    static func newest(of log: Log, _ db: Database) throws -> CosignedCheckpoint? {
        try cosigned(log, "size = (SELECT max(size) FROM cosigned WHERE log = ?)", log.id, db)
    }

    static func cosigned(
        _ log: Log, _ condition: String, _ value: Int64, _ db: Database
    ) throws -> CosignedCheckpoint? {
        let row = try Row.fetchOne(
            db, sql: "SELECT * FROM cosigned WHERE log = ? AND \(condition)", arguments: [log.id, value])
        return try row.map { row in
            let (note, checkpoint) = try row.checkpoint()
            let line = try row.value("cosignature", as: String.self)
            guard checkpoint.origin.hasSameBytes(as: log.key.name),
                let signature = try? SignedNote.signatures(parsing: Array(line.utf8)).first,
                let cosignature = try? Cosignature(signature), let time = Timestamp(seconds: cosignature.time)
            else { throw row.damage("cosignature") }
            return CosignedCheckpoint(
                key: log.key, checkpoint: checkpoint, note: note, cosignature: cosignature, time: time)
        }
    }
}

extension Row {
    func damage(_ column: String) -> DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: column)
    }

    func time(_ column: String) throws -> Timestamp {
        guard let time = Timestamp(try value(column, as: String.self)) else { throw damage(column) }
        return time
    }

    /// The row's note, held against its size and root.
    func checkpoint() throws -> (SignedNote, Checkpoint) {
        let (size, root) = (try count("size"), Digest(try bytes("root")))
        guard let note = try? SignedNote(parsing: try bytes("note")),
            let checkpoint = try? Checkpoint(noteText: note.text), checkpoint.size == size, checkpoint.root == root
        else { throw damage("note") }
        return (note, checkpoint)
    }
}
