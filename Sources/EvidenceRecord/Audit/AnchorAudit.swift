internal import EvidenceCrypto
package import TransparencyLog

/// Whom a reader trusts, outside the archive, to say when something was there.
package struct AnchorTrust: Sendable {
    /// Keys of type 0x04.
    package var witnesses: [VerifierKey]
    /// Root certificates of timestamp authorities, in DER.
    package var authorities: [[UInt8]]
    /// How many witnesses, and which, must have signed; nil where the reader asks for none.
    package var policy: Policy?

    /// - Parameter policy: its witnesses are trusted too.
    package init(witnesses: [VerifierKey] = [], authorities: [[UInt8]] = [], policy: Policy? = nil) {
        self.witnesses = witnesses + (policy?.witnesses.map(\.key) ?? [])
        self.authorities = authorities
        self.policy = policy
    }

    /// What a token is worth to this reader.
    package enum Verdict: Equatable, Sendable {
        /// Somebody trusted says so.
        case holds
        /// Nobody trusted says so; it may be true.
        case unknown
        /// It is no token, or one over something else, or its signature is wrong.
        case invalid(Message)

        package var isInvalid: Bool { if case .invalid = self { true } else { false } }
    }

    /// Holds a token against the checkpoint that it should be over.
    ///
    /// - Parameter note: the checkpoint's signed note, byte for byte.
    package func judge(_ anchor: Anchor, over note: [UInt8]) -> Verdict {
        switch anchor.kind {
        case .cosignature:
            guard let cosignature = try? anchor.cosignature(), let text = (try? SignedNote(parsing: note))?.text else {
                return .invalid(Message(en: "it is no cosignature", zh: "不是见证签名"))
            }
            let keys = witnesses.filter { cosignature.noteSignature.isBy($0) }
            if keys.isEmpty { return .unknown }
            return keys.contains { cosignature.isValid(noteText: text, key: $0) }
                ? .holds
                : .invalid(Message(en: "the witness did not sign this checkpoint", zh: "见证人并未签署该检查点"))
        case .timestamp:
            guard let token = try? anchor.timestamp() else {
                return .invalid(Message(en: "it is no timestamp", zh: "不是时间戳"))
            }
            guard token.covers(SHA256Hasher.hash(note)) else {
                return .invalid(Message(en: "it was given for something else", zh: "所盖的不是该检查点"))
            }
            return switch token.verify(roots: authorities) {
            case .valid: .holds
            case .untrusted: .unknown
            case .invalid(let fault): .invalid(fault.message)
            }
        }
    }
}

/// A token that somebody trusted stands behind: a checkpoint of this size was there at this time.
package struct OutsideTime: Equatable, Sendable {
    package let kind: Anchor.Kind
    package let by: String
    package let size: UInt64
    package let time: Timestamp

    /// - Precondition: the anchor holds, and says this.
    package init(_ kind: Anchor.Kind, size: UInt64, _ statement: Anchor.Statement) {
        self.kind = kind
        by = statement.by
        self.size = size
        time = statement.time
    }
}

/// Between which outside times an entry came into the log.
package struct OutsideBracket: Equatable, Sendable {
    /// Recorded in the log before the entry: it is younger.
    package let after: OutsideTime?
    /// Over a checkpoint that has the entry: it was there.
    package let before: OutsideTime?

    package init(after: OutsideTime?, before: OutsideTime?) {
        self.after = after
        self.before = before
    }
}

/// Holds an archive's anchors against its checkpoints, and the log against its anchors.
///
/// FORMAT.md, "Anchors". First all anchors in order, then the entries that record them, as the log is walked.
package struct AnchorAudit {
    /// How far an entry's time may lie outside what outside times allow before that is worth a warning: clocks differ.
    package static let clockTolerance: Int64 = 60_000

    private struct Fact {
        let digest: Digest
        let kind: Anchor.Kind
        let size: UInt64
        let statement: Anchor.Statement?
        let holds: Bool
        /// The witness that signed, by its key.
        let witness: Ed25519PublicKey?

        var outside: OutsideTime? {
            guard holds, let statement else { return nil }
            return OutsideTime(kind, size: size, statement)
        }
    }

    private let trust: AnchorTrust
    private let path: String
    private let report: (Problem) -> Void
    /// By their numbers.
    private var facts: [UInt64: Fact] = [:]
    /// The number of the anchor taken last.
    private var last: UInt64 = 0
    /// How many anchors entries have recorded so far.
    private var recorded: UInt64 = 0
    private var unknown: [Unknown: Int] = [:]
    /// Trusted times by the sizes they are over, ascending, each the earliest over that size or a larger one.
    private var earliest: [OutsideTime]?
    /// The latest trusted time that an entry before recorded.
    private var latest: OutsideTime?

    private struct Unknown: Hashable {
        let kind: Anchor.Kind
        let by: String
    }

    /// - Parameter path: the file that the anchors lie in, for what is reported of them.
    package init(trust: AnchorTrust, in path: String, report: @escaping (Problem) -> Void) {
        self.trust = trust
        self.path = path
        self.report = report
    }

    /// Takes the next stored anchor.
    ///
    /// - Parameters:
    ///   - number: its number in the archive; they count from 1.
    ///   - anchor: nil where the row says nothing that can be read.
    ///   - note: the checkpoint stored under its size; nil where there is none.
    package mutating func absorb(number: UInt64, _ anchor: Anchor?, note: [UInt8]?) {
        let next = last + 1
        if number != next { report(.anchorMissing(number: next, path)) }
        last = number
        // One that comes a second time stands for nothing.
        if facts[number] != nil { return }
        guard let anchor, let statement = try? anchor.statement(), let note else {
            report(
                .anchorInvalid(
                    number: number, path, Message(en: "it is over none of its checkpoints", zh: "不对应任何检查点")))
            let kind = anchor?.kind ?? .cosignature
            facts[number] = Fact(
                digest: anchor?.digest ?? SHA256Hasher.hash([]), kind: kind, size: anchor?.size ?? 0, statement: nil,
                holds: false, witness: nil)
            return
        }
        let verdict = trust.judge(anchor, over: note)
        switch verdict {
        case .holds: break
        case .unknown: unknown[Unknown(kind: anchor.kind, by: statement.by), default: 0] += 1
        case .invalid(let reason): report(.anchorInvalid(number: number, path, reason))
        }
        let signature = try? anchor.cosignature().noteSignature
        facts[number] = Fact(
            digest: anchor.digest, kind: anchor.kind, size: anchor.size, statement: statement,
            holds: verdict == .holds,
            witness: signature.flatMap { line in trust.witnesses.first { line.isBy($0) }?.key })
        earliest = nil
    }

    /// Takes the next entry of the log, in order.
    package mutating func absorb(_ entry: Entry, _ body: Body?, at seq: UInt64) {
        if entry.type == .checkpointAnchored { record(body, at: seq) }
        let (after, before) = (latest, earliest(over: seq))
        if let before, entry.time.milliseconds - before.time.milliseconds > AnchorAudit.clockTolerance {
            report(.timeContradicted(seq, found: entry.time, isLate: true, before))
        } else if let after, after.time.milliseconds - entry.time.milliseconds > AnchorAudit.clockTolerance {
            report(.timeContradicted(seq, found: entry.time, isLate: false, after))
        }
    }

    private mutating func record(_ body: Body?, at seq: UInt64) {
        recorded += 1
        let anchored = body.flatMap { try? CheckpointAnchored($0) }
        guard let fact = facts[recorded] else {
            report(.anchorMissing(number: recorded, path, recordedBy: seq, expected: anchored?.token))
            return
        }
        // What can't be read takes its number, and records nothing.
        guard let anchored else { return }
        guard anchored.token == fact.digest, anchored.kind == fact.kind, anchored.size == fact.size else {
            report(
                .anchorMissing(
                    number: recorded, path, recordedBy: seq, expected: anchored.token, found: fact.digest))
            return
        }
        if let statement = fact.statement, anchored.statement != statement {
            report(
                .anchorInvalid(
                    number: recorded, path,
                    Message(en: "entry \(seq) says otherwise of it", zh: "第 \(seq) 条对它的记载与其内容不符")))
        }
        guard fact.holds, let time = fact.outside, latest.map({ $0.time < time.time }) ?? true else { return }
        latest = time
    }

    /// Says what only the end shows.
    ///
    /// - Parameter size: of the log.
    package func finish(size: UInt64) {
        let parties = unknown.sorted { ($0.key.kind.rawValue, $0.key.by) < ($1.key.kind.rawValue, $1.key.by) }
        for (party, count) in parties {
            report(.anchorNotTrusted(party.kind, by: party.by, count: count))
        }
        if !facts.values.contains(where: \.holds) { report(.noOutsideAnchor()) }
        guard let policy = trust.policy, policy.asksForCosignatures else { return }
        let covered = sizeWithQuorum(policy)
        if covered < size { report(.policyNotMet(covered: covered, size: size)) }
    }

    /// The largest size of which as many witnesses signed the checkpoint as a policy asks for; 0 for none.
    private func sizeWithQuorum(_ policy: Policy) -> UInt64 {
        var witnesses: [UInt64: Set<Ed25519PublicKey>] = [:]
        for fact in facts.values where fact.holds {
            if let witness = fact.witness { witnesses[fact.size, default: []].insert(witness) }
        }
        return witnesses.filter { policy.hasQuorum(cosignedBy: $0.value) }.keys.max() ?? 0
    }

    /// What somebody trusted stands behind, in the anchors' order.
    private var outside: [OutsideTime] { facts.sorted { $0.key < $1.key }.compactMap(\.value.outside) }

    /// Of everybody trusted, the statement over the largest checkpoint.
    package var newest: [OutsideTime] {
        var newest: [Unknown: OutsideTime] = [:]
        for time in outside {
            let party = Unknown(kind: time.kind, by: time.by)
            if newest[party].map({ ($0.size, $0.time) < (time.size, time.time) }) ?? true { newest[party] = time }
        }
        return newest.values.sorted { ($0.size, $0.by, $0.time) > ($1.size, $1.by, $1.time) }
    }

    /// The earliest trusted time at which an entry was there.
    private mutating func earliest(over seq: UInt64) -> OutsideTime? {
        let times = earliest ?? staircase()
        earliest = times
        // The first over more than `seq` entries.
        var range = 0..<times.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = times[middle].size > seq ? range.lowerBound..<middle : middle + 1..<range.upperBound
        }
        return range.lowerBound < times.count ? times[range.lowerBound] : nil
    }

    private func staircase() -> [OutsideTime] {
        var stairs: [OutsideTime] = []
        for time in outside.sorted(by: { ($0.size, $1.time) > ($1.size, $0.time) }) {
            if let last = stairs.last, last.time <= time.time { continue }
            stairs.append(time)
        }
        return stairs.reversed()
    }
}
