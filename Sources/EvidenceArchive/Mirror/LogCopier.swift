internal import EvidenceCrypto
internal import EvidenceRecord
internal import GRDB
internal import SystemPackage
internal import TransparencyLog

/// Appends to one copy of a log what another copy has more of, and nothing that breaks a rule.
///
/// Commits are taken over whole, some at once in one transaction, each held against the rules as it is written. A body that
/// was removed is taken over as removed, so that the withdrawal which orders it is in the same transaction: at no moment does
/// the copy lack a body without saying why.
struct LogCopier {
    /// Some commits that are taken over together: the entries from `start` on that are below `end`.
    struct Stretch {
        let start: UInt64
        let end: UInt64
        /// Why what follows can't be taken over; nil where it can, or nothing follows.
        let fault: Problem?
    }

    /// So much is taken at once, and the commit that is over it.
    private static let entriesAtOnce: UInt64 = 4_096
    private static let fileBytesAtOnce: UInt64 = 1 << 30

    let source: LogDatabase
    /// Signed checkpoints of the source that are known from elsewhere, and take the places of its own.
    var checkpoints: [LogAudit.StoredCheckpoint] = []
    let checkInterruption: () throws -> Void

    /// Finds what can be taken over next.
    ///
    /// - Parameters:
    ///   - state: what the copy amounts to so far, which need not be part of the source.
    ///   - copy: where earlier entries are read; nil where there are none.
    ///   - file: told of each file that the entries read name. Some may be of entries past the stretch's end.
    func next(
        after state: LogState, in copy: LogDatabase?, file: (FileRecord, UInt64) throws -> Void
    ) throws -> Stretch {
        do {
            while true {
                let size = try source.size()
                let stretch = try next(after: state, below: size, in: copy, file: file)
                // What was removed by a withdrawal that came meanwhile is no damage.
                if try stretch.fault == nil || source.size() == size { return stretch }
            }
        } catch let error as EvidenceError where isOfTheSource(error) {
            return Stretch(start: state.size, end: state.size, fault: .unusableLog(error))
        }
    }

    private func next(
        after state: LogState, below size: UInt64, in copy: LogDatabase?, file: (FileRecord, UInt64) throws -> Void
    ) throws -> Stretch {
        let found = Found()
        let (start, source) = (state.size, source)
        var audit = LogAudit(
            from: state, readEntry: { try ($0 < start ? copy : source)?.entry($0)?.bytes },
            nextCheckpoint: nextCheckpoint(after: start, below: size), report: found.report)
        var (end, bytes) = (start, UInt64(0))
        do {
            while audit.position < size {
                let slice = try source.slice(from: audit.position, below: size)
                if slice.isEmpty { break }
                for stored in slice {
                    try checkInterruption()
                    try audit.skip(to: stored.seq)
                    let audited = try audit.absorb(stored.bytes, body: stored.body.map { .present($0) } ?? .absent)
                    if found.fault != nil { return Stretch(start: start, end: end, fault: found.fault) }
                    for record in audited.files {
                        try file(record, stored.seq)
                        if record.held == .stored { bytes += min(record.size, LogCopier.fileBytesAtOnce) }
                    }
                    guard audited.entry?.commit == stored.seq + 1, !audit.lacksBodies else { continue }
                    end = stored.seq + 1
                    let isMuch = end - start >= LogCopier.entriesAtOnce || bytes >= LogCopier.fileBytesAtOnce
                    if isMuch { return Stretch(start: start, end: end, fault: nil) }
                }
            }
            try audit.finish()
        } catch let error as EvidenceError where isOfTheSource(error) {
            return Stretch(start: start, end: end, fault: .unusableLog(error))
        }
        return Stretch(start: start, end: end, fault: found.fault)
    }

    /// Takes over a stretch in one transaction, with the anchors that its entries record.
    ///
    /// The caller holds the lock of the copy's archive; the files that the entries name are in their places.
    /// - Parameters:
    ///   - file: told of each file that the entries written name, which may be fewer than ``next(after:in:file:)`` told of: a
    ///     withdrawal may have been carried out meanwhile.
    ///   - report: told of anchors that are not what entries say, and are left out.
    /// - Returns: what the copy amounts to then; nil where a withdrawal after the stretch has removed part of it meanwhile: then
    ///   nothing was written, and what can be taken over is to be found anew.
    func write(
        _ stretch: Stretch, after state: LogState, to copy: LogDatabase, file: (FileRecord) -> Void = { _ in },
        report: (Problem) -> Void
    ) throws -> LogState? {
        do {
            return try DatabaseAccess.translating(copy.queue, copy.path) {
                try copy.queue.inWriteTransaction { try write(stretch, state, in: $0, of: copy, file, report) }
            }
        } catch is BodyRemoved { return nil }
    }

    private func write(
        _ stretch: Stretch, _ state: LogState, in db: Database, of copy: LogDatabase, _ file: (FileRecord) -> Void,
        _ report: (Problem) -> Void
    ) throws -> LogState {
        let found = Found()
        let next = nextCheckpoint(after: stretch.start, below: stretch.end)
        var audit = LogAudit(
            from: state, readEntry: { try copy.entry($0, in: db)?.bytes },
            nextCheckpoint: { try found.keep(next()) }, report: found.report)
        let insertEntry = RowInserter(try db.cachedStatement(sql: "INSERT INTO entry VALUES (?, ?)"))
        let insertBody = RowInserter(try db.cachedStatement(sql: "INSERT INTO body VALUES (?, ?)"))
        let insertRemoval = try db.cachedStatement(sql: "INSERT INTO removal VALUES (?, ?)")
        var recorded: [UInt64: CheckpointAnchored] = [:]
        try source.forEach(from: stretch.start, below: stretch.end) { stored in
            try checkInterruption()
            try audit.skip(to: stored.seq)
            let audited = try audit.absorb(stored.bytes, body: stored.body.map { .present($0) } ?? .absent)
            try insertEntry.insert(Int64(stored.seq), stored.bytes)
            if let body = stored.body { try insertBody.insert(Int64(stored.seq), body) }
            audited.files.forEach(file)
            switch audited.entry?.type {
            case .entryWithdrawn:
                for target in try audited.body.map({ try EntryWithdrawn($0).removed }) ?? [] {
                    try insertRemoval.execute(arguments: [Int64(target.seq), Int64(stored.seq)])
                }
            case .checkpointAnchored:
                recorded[audit.state.anchors] = try? audited.body.map { try CheckpointAnchored($0) }
            default: break
            }
        }
        guard found.fault == nil, audit.position == stretch.end else { throw LogCopier.changed }
        guard !audit.lacksBodies else { throw BodyRemoved() }
        let insert = RowInserter(try db.cachedStatement(sql: "INSERT INTO checkpoint VALUES (?, ?)"))
        for (size, note) in found.checkpoints where size <= stretch.end { try insert.insert(Int64(size), note) }
        for (number, anchored) in recorded.sorted(by: { $0.key < $1.key }) {
            let stored = try source.anchor(number)
            if let stored, (try? CheckpointAnchored(stored)) == anchored {
                try LogDatabase.insert(stored, number: number, in: db)
            } else {
                report(.anchorMissing(number: number, LogDatabase.fileName))
            }
        }
        return audit.state
    }

    /// Takes over the anchors that no entry records yet, over checkpoints that the copy has.
    ///
    /// The caller holds the lock of the copy's archive.
    /// - Parameters:
    ///   - state: what the copy amounts to.
    ///   - trust: whom the user trusts; a line in the name of one of them that is not theirs is none.
    ///   - report: told of those that are none, and are left out with what follows them.
    func writeNewAnchors(
        after state: LogState, trusting trust: AnchorTrust, to copy: LogDatabase, report: (Problem) -> Void
    ) throws {
        let first = max(state.anchors, try copy.newestAnchor()) + 1
        var new: [Anchor] = []
        while let anchor = try source.anchor(first + UInt64(new.count)), anchor.size <= state.size {
            let note = try copy.checkpoint(at: anchor.size)?.note
            if case .invalid(let reason)? = note.map({ trust.judge(anchor, over: $0) }) {
                report(.anchorInvalid(number: first + UInt64(new.count), LogDatabase.fileName, reason))
                break
            }
            if note == nil { break }
            new.append(anchor)
        }
        if !new.isEmpty { try copy.append(new, from: first) }
    }

    /// The checkpoints past `start` and up to `size`, one after the other.
    private func nextCheckpoint(after start: UInt64, below size: UInt64) -> () throws -> LogAudit.StoredCheckpoint? {
        let stored = { LogDatabase.checkpoints(source, after: $0, below: size) }
        guard !checkpoints.isEmpty, start > 0 else { return stored(start) }
        var last = start
        return {
            let known = checkpoints.filter { $0.size > last && $0.size <= size }.min { $0.size < $1.size }
            var next: LogAudit.StoredCheckpoint?
            do { next = try stored(last)() } catch let error as EvidenceError
                where known != nil && isOfTheSource(error)
            {
                // What the source has lost is there all the same.
            }
            if let known, next.map({ known.size <= $0.size }) ?? true { next = known }
            last = next?.size ?? last
            return next
        }
    }

    /// Rolls back what lacks a body that a later withdrawal has removed.
    private struct BodyRemoved: Error {}

    private static let changed = EvidenceError(
        .busy,
        en: "The archive changed while it was read. Nothing was taken over in part; run the command again.",
        zh: "读取期间档案发生了变化。没有留下半截内容，请重新执行命令。")

    /// Whether an error says that the source's log is damaged, or on a disk that fails.
    private func isOfTheSource(_ error: EvidenceError) -> Bool {
        error.code == .damaged || (error.code == .inputOutput && source.readFailure != nil)
    }

    /// What an audit finds, where its closures can put it.
    private final class Found {
        var fault: Problem?
        var checkpoints: [LogAudit.StoredCheckpoint] = []

        func report(_ problem: Problem) {
            if problem.severity == .tampering, fault == nil { fault = problem }
        }

        func keep(_ checkpoint: LogAudit.StoredCheckpoint?) -> LogAudit.StoredCheckpoint? {
            if let checkpoint { checkpoints.append(checkpoint) }
            return checkpoint
        }
    }
}
