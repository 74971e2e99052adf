package import EvidenceArchive
internal import EvidenceCrypto
package import EvidenceRecord

/// What witnesses and timestamp authorities that this reader trusts say of an archive, looked up for one question at a
/// time.
///
/// Each token that an answer rests on is checked when it is given; the whole of them only by `evidence verify`.
package struct OutsideView {
    private let log: LogDatabase
    private let trust: AnchorTrust

    package init(_ archive: Archive, _ context: ServiceContext) throws {
        log = archive.log
        trust = try TrustCheck(context.folders).anchors
    }

    /// How many entries are covered by somebody trusted.
    package func coveredSize() throws -> UInt64 {
        try anchors { _ in true }.sorted { $0.anchor.size > $1.anchor.size }.first { try holds($0.anchor) }?.anchor
            .size ?? 0
    }

    /// The outside times around an entry.
    ///
    /// - Parameter recording: the entries of type `checkpoint.anchored`, in order.
    package func bracket(of seq: UInt64, recording: [UInt64]) throws -> OutsideBracket {
        let known = UInt64(recording.prefix { $0 < seq }.count)
        let after = try anchors { $0.number <= known }.sorted { $0.statement.time > $1.statement.time }
        let before = try anchors { ($0.anchor?.size ?? 0) > seq }.sorted { $0.statement.time < $1.statement.time }
        return OutsideBracket(
            after: try after.first { try holds($0.anchor) && isRecorded($0, by: recording) }?.outside,
            before: try before.first { try holds($0.anchor) }?.outside)
    }

    private struct Stated {
        let number: UInt64
        let anchor: Anchor
        let statement: Anchor.Statement

        var outside: OutsideTime { OutsideTime(anchor.kind, size: anchor.size, statement) }
    }

    private func anchors(_ isWanted: (LogDatabase.StoredAnchor) -> Bool) throws -> [Stated] {
        var stated: [Stated] = []
        try log.forEachAnchor { stored in
            guard isWanted(stored), let anchor = stored.anchor, let statement = try? anchor.statement() else { return }
            stated.append(Stated(number: stored.number, anchor: anchor, statement: statement))
        }
        return stated
    }

    private func holds(_ anchor: Anchor) throws -> Bool {
        guard let note = try log.checkpoint(at: anchor.size)?.note else { return false }
        return trust.judge(anchor, over: note) == .holds
    }

    private func isRecorded(_ stated: Stated, by recording: [UInt64]) throws -> Bool {
        try log.entry(recording: stated.anchor, numbered: stated.number, among: recording) != nil
    }
}

extension LogDatabase {
    /// The entry that records an anchor; nil where none does yet, or where the one that should says otherwise.
    ///
    /// - Parameter recording: the entries of type `checkpoint.anchored`, in order.
    func entry(recording anchor: Anchor, numbered number: UInt64, among recording: [UInt64]) throws -> UInt64? {
        guard number >= 1, number <= recording.count, case let seq = recording[Int(number) - 1],
            let stored = try entry(seq), let record = try? LogRecord(stored),
            let anchored = try? record.body.map({ try CheckpointAnchored($0) })
        else { return nil }
        return anchored.token == anchor.digest ? seq : nil
    }
}
