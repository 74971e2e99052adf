internal import EvidenceCrypto
package import EvidenceRecord
internal import GRDB
package import TransparencyLog

extension WitnessStore {
    /// How many conflicts of a kind are kept of one archive; one is enough to convict.
    private static let conflictsKept = 1_000

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - key: the witness's own.
    ///   - now: the witness's clock.
    /// - Throws: `refused`, with nothing signed, where that is behind a time that this witness has signed.
    package func answer(_ request: WitnessRequest, with key: SigningKey, now: Timestamp) throws -> WitnessAnswer {
        try write { db in
            let checkpoint = request.checkpoint
            let log = try Row.fetchOne(db, sql: "SELECT * FROM log WHERE origin = ?", arguments: [checkpoint.origin])
                .map { try Log($0) }
            let newest = try log.flatMap { try WitnessStore.newest(of: $0, db) }
            let sameSize = try log.flatMap { try WitnessStore.cosigned($0, "size = ?", Int64(checkpoint.size), db) }
            let verdict = WitnessRule.judge(
                request, key: log?.key,
                cosigned: WitnessRule.Cosigned(
                    newest: newest.map { ($0.checkpoint.size, $0.checkpoint.root) },
                    rootAtSize: sameSize?.checkpoint.root))
            switch verdict {
            case .cosign:
                guard let log else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "log") }
                return .cosigned(try cosign(request, log, again: sameSize != nil, with: key, now: now, db))
            case .refuse(let reason, let conflict):
                let beside = conflict == .fork ? sameSize : newest
                var isNew = false
                if let log, let conflict, let beside {
                    isNew = try keep(conflict, request, log, beside: beside.checkpoint.size, now: now, db)
                }
                return .refused(
                    WitnessRefusal(
                        reason: reason, conflict: conflict, isNew: isNew, checkpoint: checkpoint, cosigned: beside))
            }
        }
    }

    private func cosign(
        _ request: WitnessRequest, _ log: Log, again: Bool, with key: SigningKey, now: Timestamp, _ db: Database
    ) throws -> CosignedCheckpoint {
        let seconds = now.milliseconds / 1_000
        guard key.verifier == self.key, seconds > 0, let time = Timestamp(seconds: UInt64(seconds)) else {
            throw EvidenceError(
                .internalFault, en: "The witness's key or clock is not what it should be.", zh: "见证人的密钥或时钟不正确。")
        }
        // Whoever sets the clock back, or finds it so, would get "there at that time" for what was not there then.
        if let signed = try Int64.fetchOne(db, sql: "SELECT max(time) FROM cosigned"), seconds < signed {
            let signed = Timestamp(seconds: UInt64(clamping: signed)).map { "\($0)" } ?? "\(signed)"
            throw EvidenceError(
                .refused,
                en:
                    "This machine's clock says \(time), and this witness has signed \(signed) already: nothing was signed. Set the clock right, then ask again.",
                zh: "本机时钟为 \(time)，而此见证人已签过 \(signed)，未予签署。请校准时钟后重试。")
        }
        let cosignature = try Cosignature.sign(
            noteText: request.note.text, as: self.key, with: key.privateKey, time: UInt64(seconds))
        // What came first stays, with its time: who asks again may be anybody.
        if !again {
            try db.execute(
                sql: "INSERT INTO cosigned (note, cosignature, time, log, size, root) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    request.note.bytes.data, cosignature.noteSignature.line, seconds, log.id,
                    Int64(request.checkpoint.size), request.checkpoint.root.bytes.data,
                ])
        }
        return CosignedCheckpoint(
            key: log.key, checkpoint: request.checkpoint, note: request.note, cosignature: cosignature, time: time)
    }

    /// - Returns: whether it is kept from now on.
    private func keep(
        _ conflict: WitnessRule.Conflict, _ request: WitnessRequest, _ log: Log, beside: UInt64, now: Timestamp,
        _ db: Database
    ) throws -> Bool {
        let (size, root) = (Int64(request.checkpoint.size), request.checkpoint.root.bytes.data)
        let kept = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM conflict WHERE log = ? AND kind = ?", arguments: [log.id, conflict.rawValue])
        let isKnown = try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM conflict WHERE log = ? AND kind = ? AND size = ? AND root = ?)",
            arguments: [log.id, conflict.rawValue, size, root])
        if isKnown == true || (kept ?? 0) >= WitnessStore.conflictsKept { return false }
        try db.execute(
            sql: "INSERT INTO conflict (log, kind, size, root, note, beside, time) VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                log.id, conflict.rawValue, size, root, request.note.bytes.data, Int64(beside), now.description,
            ])
        return true
    }
}
