internal import EvidenceCrypto
package import EvidenceRecord
internal import GRDB
package import TransparencyLog

extension WitnessStore {
    /// How far behind the time that was signed last of an archive a clock may be, in seconds: clocks are set by the network.
    private static let clockTolerance: Int64 = 60
    /// How many conflicts of a kind are kept of one archive; one is enough to convict.
    private static let conflictsKept = 1_000

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - key: the witness's own.
    ///   - wasAhead: whether the clock is known to have been ahead where it is behind now.
    ///   - now: the witness's clock, read once nobody else writes.
    /// - Throws: `refused`, with nothing signed, where that is behind the time that was signed last of this archive.
    package func answer(
        _ request: WitnessRequest, with key: SigningKey, clockWasAhead wasAhead: Bool = false,
        now: @autoclosure () -> Timestamp
    ) throws -> WitnessAnswer {
        guard key.verifier == self.key else {
            throw EvidenceError(
                .internalFault, en: "The witness's key is not what it should be.", zh: "见证人的密钥不正确。")
        }
        return try write { db in
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
            let now = now()
            switch verdict {
            case .cosign:
                // What came first stays, with its time: who asks again may be anybody.
                if let sameSize { return .cosigned(sameSize) }
                guard let log else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "log") }
                let time = wasAhead ? now : try WitnessStore.time(now, after: newest?.time)
                return .cosigned(try cosign(request, log, with: key, at: time, db))
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

    /// The time to sign: the clock's, or where that is a little behind, the one that was signed last.
    ///
    /// Whoever sets the clock back, or finds it so, would else get "there at that time" for what was not there then.
    private static func time(_ now: Timestamp, after last: Timestamp?) throws -> Timestamp {
        guard let last, now < last else { return now }
        guard last.milliseconds - now.milliseconds > clockTolerance * 1_000 else { return last }
        throw EvidenceError(
            .refused,
            en:
                "This machine's clock says \(now), and this witness has signed \(last) of this archive already: nothing was signed. Set the clock right, then ask again. If it is right and was ahead then: evidence witness cosign with --clock-was-ahead.",
            zh:
                "本机时钟为 \(now)，而此见证人已为该档案签过 \(last)，未予签署。请校准时钟后重试；若时钟无误而当时偏快，请执行 evidence witness cosign 并加 --clock-was-ahead。"
        )
    }

    private func cosign(
        _ request: WitnessRequest, _ log: Log, with key: SigningKey, at time: Timestamp, _ db: Database
    ) throws -> CosignedCheckpoint {
        let seconds = time.milliseconds / 1_000
        guard seconds > 0, let time = Timestamp(seconds: UInt64(seconds)) else {
            throw EvidenceError(
                .internalFault, en: "The witness's clock is not what it should be.", zh: "见证人的时钟不正确。")
        }
        let cosignature = try Cosignature.sign(
            noteText: request.note.text, as: self.key, with: key.privateKey, time: UInt64(seconds))
        try db.execute(
            sql: "INSERT INTO cosigned (note, cosignature, time, log, size, root) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                request.note.bytes.data, cosignature.noteSignature.line, seconds, log.id,
                Int64(request.checkpoint.size), request.checkpoint.root.bytes.data,
            ])
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
