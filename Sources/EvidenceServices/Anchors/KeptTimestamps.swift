internal import EvidenceArchive
internal import EvidenceCrypto
package import EvidenceRecord

/// A timestamp that is kept with an archive, and what it is worth to this reader.
package struct KeptTimestamp: Sendable {
    /// What a token says.
    package struct Stamp: Sendable {
        package let time: Timestamp
        /// The subject of the signing certificate.
        package let authority: String
        /// When that certificate ends.
        package let certificateEnd: Timestamp

        /// Nil where a time lies outside the years that there are.
        init?(_ token: TimestampToken) {
            guard let time = Timestamp(milliseconds: token.time),
                let end = Timestamp(milliseconds: token.certificate.notAfter)
            else { return nil }
            self.time = time
            authority = token.authority
            certificateEnd = end
        }
    }

    /// A newer timestamp that keeps an older one believable.
    package struct Renewal: Sendable, Equatable {
        package let number: UInt64
        package let time: Timestamp
    }

    /// What can be said of a timestamp that holds at a moment.
    package enum Standing: String, Sendable {
        /// A newer one that holds covers it: it was there at that one's time.
        case renewed
        /// Its certificate goes on for a while.
        case current
        /// Its certificate ends soon.
        case ending
        /// Its certificate has ended, and no newer one covers it.
        case lapsed
    }

    /// How long before the end of a certificate a newer timestamp is advised: 90 days.
    private static let notice: Int64 = 90 * 86_400_000

    /// Its number among the archive's anchors.
    package let number: UInt64
    /// The size of the checkpoint that it is over.
    package let size: UInt64
    /// Nil where the token can't be read.
    package let stamp: Stamp?
    package let verdict: AnchorTrust.Verdict
    /// The entry that records it.
    package let recordedBy: UInt64?
    /// The earliest one that holds and covers the entry that records this one.
    package internal(set) var renewedBy: Renewal?

    package var holds: Bool { verdict == .holds }

    /// How a timestamp that holds stands at a moment; nil for one that does not hold.
    package func standing(at now: Timestamp) -> Standing? {
        guard holds, let stamp else { return nil }
        if renewedBy != nil { return .renewed }
        let left = stamp.certificateEnd.milliseconds - now.milliseconds
        return left < 0 ? .lapsed : left <= KeptTimestamp.notice ? .ending : .current
    }
}

/// The timestamps of an archive, and what has to be done so that they stay believable.
///
/// FORMAT.md §12, "Timestamps". After RFC 4998 §5.2: a timestamp taken in good time over a later checkpoint covers the
/// entry that records the older one, and so the older one itself.
package struct KeptTimestamps {
    /// What is worth saying at a moment.
    package struct Outlook: Sendable {
        /// Of those that hold, the one over the largest checkpoint.
        package let newest: KeptTimestamp?
        /// Those that hold and that no newer one covers, by their numbers.
        package let uncovered: [KeptTimestamp]
    }

    private let log: LogDatabase
    private let trust: AnchorTrust
    private let recording: [UInt64]
    private let checkInterruption: @Sendable () throws -> Void

    package init(_ context: ServiceContext) throws {
        try self.init(try context.openArchive(), context)
    }

    init(_ archive: Archive, _ context: ServiceContext) throws {
        log = archive.log
        trust = try TrustCheck(context.folders).anchors
        recording = try LogReading(archive, context).entries(of: .checkpointAnchored)
        checkInterruption = context.checkInterruption
    }

    /// Every timestamp, in the order of numbers, each checked.
    package func all() throws -> [KeptTimestamp] {
        let timestamps = try kept().map { try judged($0) }
        let holding = timestamps.filter { $0.holds }.compactMap { kept in
            kept.stamp.map { (size: kept.size, renewal: KeptTimestamp.Renewal(number: kept.number, time: $0.time)) }
        }
        return timestamps.map { timestamp in
            var timestamp = timestamp
            if timestamp.holds, let recordedBy = timestamp.recordedBy {
                timestamp.renewedBy =
                    holding.filter { $0.size > recordedBy }.map(\.renewal).min { $0.time < $1.time }
            }
            return timestamp
        }
    }

    /// What is worth saying; only what that depends on is checked.
    package func outlook() throws -> Outlook {
        let timestamps = try kept().sorted { ($0.anchor.size, $0.number) > ($1.anchor.size, $1.number) }
        guard let newest = try timestamps.lazy.map({ try judged($0) }).first(where: { $0.holds }) else {
            return Outlook(newest: nil, uncovered: [])
        }
        // Whatever covers any of them has at most the newest one's size.
        let uncovered = try timestamps.filter { ($0.recordedBy ?? .max) >= newest.size }.map { try judged($0) }
        return Outlook(newest: newest, uncovered: uncovered.filter { $0.holds }.sorted { $0.number < $1.number })
    }

    private struct Kept {
        let number: UInt64
        let anchor: Anchor
        let recordedBy: UInt64?
    }

    private func kept() throws -> [Kept] {
        var kept: [Kept] = []
        try log.forEachAnchor { stored in
            guard let anchor = stored.anchor, anchor.kind == .timestamp else { return }
            try checkInterruption()
            let seq = try log.entry(recording: anchor, numbered: stored.number, among: recording)
            kept.append(Kept(number: stored.number, anchor: anchor, recordedBy: seq))
        }
        return kept
    }

    private func judged(_ kept: Kept) throws -> KeptTimestamp {
        try checkInterruption()
        let note = try log.checkpoint(at: kept.anchor.size)?.note
        return KeptTimestamp(
            number: kept.number, size: kept.anchor.size,
            stamp: (try? TimestampToken(der: kept.anchor.token)).flatMap { KeptTimestamp.Stamp($0) },
            verdict: note.map { trust.judge(kept.anchor, over: $0) } ?? .invalid(KeptTimestamps.noCheckpoint),
            recordedBy: kept.recordedBy)
    }

    private static let noCheckpoint = Message(en: "it is over none of its checkpoints", zh: "不对应任何检查点")
}
