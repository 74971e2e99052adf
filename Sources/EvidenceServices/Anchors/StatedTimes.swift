internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceRecord

/// What an archive's anchors state: to a reader whose trust is known what holds for them, else, for pages that go to readers whose
/// trust nobody knows yet, what is not wrong for every reader.
///
/// Grows with the number of anchors, not with their tokens.
struct StatedTimes {
    /// By who states them.
    private let parties: [[(time: OutsideTime, recordedAt: UInt64)]]

    /// - Parameters:
    ///   - trust: whom the reader trusts; nil where nobody knows.
    ///   - count: how many anchors are looked at: those that the log records.
    ///   - recording: the entries of type `checkpoint.anchored`, in order.
    ///   - hears: whether the entry that records an anchor is heard.
    init(
        _ log: LogDatabase, to trust: AnchorTrust?, count: UInt64, recording: [UInt64],
        where hears: (UInt64) throws -> Bool
    ) throws {
        var parties: [[String]: [(time: OutsideTime, recordedAt: UInt64)]] = [:]
        try log.forEachAnchor(count: count) { stored in
            guard let anchor = stored.anchor, let statement = try? anchor.statement(),
                let note = try log.checkpoint(at: anchor.size)?.note,
                let seq = try log.entry(recording: anchor, numbered: stored.number, among: recording), try hears(seq)
            else { return }
            switch (trust ?? AnchorTrust()).judge(anchor, over: note) {
            case .holds: break
            case .unknown where trust == nil: break
            case .unknown, .invalid: return
            }
            // Anybody can have a certificate with an authority's name.
            let certificate = (try? anchor.timestamp())?.certificate.der ?? []
            let party = [anchor.kind.rawValue, statement.by, SHA256Hasher.hash(certificate).hex]
            parties[party, default: []].append((OutsideTime(anchor.kind, size: anchor.size, statement), seq))
        }
        self.parties = parties.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }

    /// The outside times around an entry, by each who states some, so that nobody's statement stands in for another's.
    func brackets(of seq: UInt64) -> [OutsideBracket] {
        parties.compactMap { times in
            let bracket = OutsideBracket(
                after: times.filter { $0.recordedAt < seq }.map(\.time).max { $0.time < $1.time },
                before: times.filter { $0.time.size > seq }.map(\.time).min { $0.time < $1.time })
            return bracket.after == nil && bracket.before == nil ? nil : bracket
        }
    }
}
