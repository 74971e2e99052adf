internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceRecord

/// What an archive's anchors state, whoever is trusted: for pages that go to readers whose trust nobody knows yet.
///
/// Left out is what is wrong for every reader. Grows with the number of anchors, not with their tokens.
struct StatedTimes {
    private let stated: [(time: OutsideTime, recordedAt: UInt64)]

    /// - Parameters:
    ///   - count: how many anchors are looked at: those that the log records.
    ///   - recording: the entries of type `checkpoint.anchored`, in order.
    ///   - hears: whether the entry that records an anchor is heard.
    init(
        _ log: LogDatabase, count: UInt64, recording: [UInt64], where hears: (UInt64) throws -> Bool
    ) throws {
        let nobody = AnchorTrust()
        var stated: [(time: OutsideTime, recordedAt: UInt64)] = []
        try log.forEachAnchor(count: count) { stored in
            guard let anchor = stored.anchor, let statement = try? anchor.statement(),
                let note = try log.checkpoint(at: anchor.size)?.note,
                let seq = try log.entry(recording: anchor, numbered: stored.number, among: recording), try hears(seq)
            else { return }
            if case .invalid = nobody.judge(anchor, over: note) { return }
            stated.append((OutsideTime(anchor.kind, size: anchor.size, statement), seq))
        }
        self.stated = stated
    }

    /// The outside times around an entry.
    func bracket(of seq: UInt64) -> OutsideBracket {
        OutsideBracket(
            after: stated.filter { $0.recordedAt < seq }.map(\.time).max { $0.time < $1.time },
            before: stated.filter { $0.time.size > seq }.map(\.time).min { $0.time < $1.time })
    }
}
