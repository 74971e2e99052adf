package import EvidenceCrypto
package import TransparencyLog

/// Walks a log's entries in order and holds each against the rules between them: the chain, the tree, commits and their
/// signatures, enrolments, dossiers, references.
///
/// Whatever reads a log goes through it: `verify` on an archive, `verify` on a bundle, and the writer, before it signs.
/// It computes every hash from the bytes it is given and never compares one stored hash with another. Not checked here:
/// stored files, pins, memories and anchors, which need more than the log.
package struct LogAudit: ~Copyable {
    /// What is known of an entry's body.
    package enum BodyBytes {
        case present([UInt8])
        /// Not there. In an archive only a withdrawal explains that.
        case absent
        /// Not in this view: no published tree has bodies, and whoever makes a bundle may leave them out.
        case withheld
    }

    /// A signed note and the size of the tree it is kept under.
    package typealias StoredCheckpoint = (size: UInt64, note: [UInt8])

    package internal(set) var state: LogState
    /// The number of the next entry; the state's size, unless entries were skipped.
    package private(set) var position: UInt64
    /// Entries whose bodies a withdrawal ordered removed.
    package private(set) var withdrawn: Set<UInt64> = []
    /// Whether bodies are absent of which no withdrawal among the entries taken so far orders the removal.
    package var lacksBodies: Bool { absentBodies.keys.contains { !withdrawn.contains($0) } }
    /// How many checkpoints were looked at.
    package private(set) var checkpointCount: UInt64 = 0
    /// The newest checkpoint that was valid in every respect.
    package private(set) var newestValidCheckpoint: Checkpoint?

    /// Sizes at which the tree's root is wanted.
    package var wantedSizes: Set<UInt64> = []
    /// The roots at those sizes, as the bytes read so far give them.
    ///
    /// None from where the log's own checkpoints contradict its bytes: that another root differs too says nothing more.
    package private(set) var roots: [UInt64: Digest] = [:]

    let view: LogView
    private let parser = EntryParser()
    private let merkle = MerkleHasher()
    let readEntry: (UInt64) throws -> [UInt8]?
    let readLeaf: (UInt64) throws -> Digest?
    private let nextCheckpoint: () throws -> StoredCheckpoint?
    let report: (Problem) -> Void
    private var peekedCheckpoint: StoredCheckpoint?
    private var group: Group?
    private var absentBodies: [UInt64: Digest] = [:]
    /// Set once the tree is known to differ, so that one change is not reported with every later checkpoint.
    private var treeIsBroken = false
    private(set) var lastShift: Int64 = 0
    /// Dossiers that an entry may have opened which this version does not understand; nothing is said of them.
    var foreignDossiers: Set<DossierID> = []

    private struct Group {
        let start: UInt64
        let commit: UInt64
        /// Nil as long as no entry of the commit could be read.
        let actor: String?
    }

    /// - Parameters:
    ///   - view: what of the log there is.
    ///   - state: where to go on from; the empty state for a whole log.
    ///   - readEntry: the bytes of an earlier entry, for references; nil where there is none.
    ///   - readLeaf: the leaf hash of an earlier entry that the view has not; nil where there is none.
    ///   - nextCheckpoint: the stored checkpoints past `state`'s size, in order of size.
    ///   - report: takes each problem as it is found.
    package init(
        of view: LogView = .full, from state: LogState = LogState(), readEntry: @escaping (UInt64) throws -> [UInt8]?,
        readLeaf: @escaping (UInt64) throws -> Digest? = { _ in nil },
        nextCheckpoint: @escaping () throws -> StoredCheckpoint?, report: @escaping (Problem) -> Void
    ) {
        self.view = view
        self.state = state
        position = state.size
        self.readEntry = readEntry
        self.readLeaf = readLeaf
        self.nextCheckpoint = nextCheckpoint
        self.report = report
    }

    /// Says that the entries before `seq` that were not absorbed are not there.
    package mutating func skip(to seq: UInt64) throws {
        guard seq > position else { return }
        report(.entryMissing(from: position, count: seq - position))
        treeIsBroken = true
        position = seq
        state.lastLeaf = nil
        group = nil
        // Checkpoints over what is missing can't be checked; that it is missing has been said.
        while let checkpoint = try peekCheckpoint(), checkpoint.size <= seq { takeCheckpoint() }
    }

    /// Takes the leaf hash of the next entry, where this view has no more of it.
    package mutating func pass(_ leafHash: Digest) throws {
        let seq = position
        grow(by: leafHash)
        try passUnread(seq)
    }

    private mutating func grow(by leafHash: Digest) {
        if position == 0 { state.identity = leafHash }
        position += 1
        state.frontier.append(leafHash, using: merkle)
        state.lastLeaf = leafHash
        if wantedSizes.contains(position), !treeIsBroken { roots[position] = state.frontier.root }
    }

    /// Takes the next entry.
    @discardableResult
    package mutating func absorb(_ bytes: [UInt8], body: BodyBytes) throws -> ParsedEntry {
        let parsed = parser.parse(bytes, body: body)
        try absorb(parsed)
        return parsed
    }

    /// Takes the next entry, which was parsed already.
    package mutating func absorb(_ parsed: ParsedEntry) throws {
        let seq = position
        let leafHash = parsed.leafHash
        let previousLeaf = state.lastLeaf
        grow(by: leafHash)

        guard let entry = parsed.entry else {
            if let error = parsed.entryFault {
                let isForeign = error.code == .notUnderstood
                report(isForeign ? .notUnderstood(seq, error.reason) : .entryMalformed(seq, error.reason))
            }
            return try passUnread(seq)
        }
        let isUnderstood = checkForm(entry, at: seq)
        // It takes its number even where it says more than is understood.
        if entry.type == .checkpointAnchored { state.anchors += 1 }
        if seq > 0, let previousLeaf, let prev = entry.prev, prev != previousLeaf {
            report(.chainBroken(before: seq, expected: prev, found: previousLeaf))
        }
        if let last = state.lastTime, entry.time < last {
            report(.timeBackwards(seq, last: last, found: entry.time))
        }
        state.lastTime = entry.time
        enterGroup(entry)
        let (body, references) = checkBody(parsed.content, of: entry, at: seq, leafHash: leafHash)
        checkActor(entry, at: seq)
        if isUnderstood { try apply(entry, body, parsed, at: seq) }
        joinDossiers(entry, body, isUnderstood, at: seq, leafHash: leafHash)
        // Where entries were moved, every reference by number would seem broken; that they were moved has been said.
        if lastShift == 0 { try checkReferences(references, at: seq) }
        try closeGroup(after: entry.seq)
    }

    /// Says what only the end of the log shows.
    package mutating func finish() throws {
        if let group { report(.logEndsInCommit(from: group.start, commit: group.commit, size: position)) }
        while let checkpoint = try peekCheckpoint() {
            report(
                checkpoint.size > position
                    ? .logTruncated(size: position, witness: .storedCheckpoint, witnessed: checkpoint.size)
                    : .checkpointUnexpected(checkpoint.size))
            takeCheckpoint()
        }
        if position < 2 { report(.openingBroken(position)) }
        for (seq, _) in absentBodies.sorted(by: { $0.key < $1.key }) where !withdrawn.contains(seq) {
            report(.bodyMissing(seq))
        }
    }

    // MARK: Form, chain and commit

    private mutating func checkForm(_ entry: Entry, at seq: UInt64) -> Bool {
        // One inserted entry moves all that follow: only a change of the distance is reported.
        let shift = Int64(bitPattern: entry.seq &- seq)
        if shift != lastShift, shift != 0 { report(.entryMisplaced(seq, found: entry.seq)) }
        lastShift = shift
        if let unknown = entry.unknownMembers.first {
            let name = unknown.shown
            report(.notUnderstood(seq, Message(en: "it has a member “\(name)”", zh: "含有未知成员“\(name)”")))
            return false
        }
        guard entry.type != nil else {
            let name = entry.typeName.shown
            report(.notUnderstood(seq, Message(en: "its type is “\(name)”", zh: "类型为“\(name)”")))
            return false
        }
        return true
    }

    /// Commits are followed by the numbers that entries give themselves, so that one inserted entry does not break all
    /// commits after it.
    private mutating func enterGroup(_ entry: Entry) {
        if let group, group.actor != nil || group.commit == entry.commit {
            if group.commit == entry.commit, group.actor ?? entry.actor == entry.actor {
                self.group = Group(start: group.start, commit: group.commit, actor: entry.actor)
                return
            }
            report(.commitBroken(entry, commit: group.commit, actor: group.actor ?? entry.actor))
        }
        group = Group(start: entry.seq, commit: entry.commit, actor: entry.actor)
    }

    /// Goes past an entry that can't be read: the commit it stands in is the one that the next checkpoint closes.
    private mutating func passUnread(_ seq: UInt64) throws {
        if group == nil, let checkpoint = try peekCheckpoint(), checkpoint.size > seq {
            group = Group(start: seq, commit: checkpoint.size, actor: nil)
        }
        try closeGroup(after: seq)
    }

    private mutating func closeGroup(after seq: UInt64) throws {
        guard let group, group.commit == seq + 1 else { return }
        self.group = nil
        while let checkpoint = try peekCheckpoint(), checkpoint.size < group.commit {
            report(.checkpointUnexpected(checkpoint.size))
            takeCheckpoint()
        }
        let stored = try peekCheckpoint()
        if !view.holdsEveryCheckpoint, let stored, stored.size > group.commit { return }
        guard let stored, stored.size == group.commit else {
            report(.checkpointMissing(seq, size: group.commit))
            return
        }
        takeCheckpoint()
        check(stored.note, size: group.commit, from: group.start, actor: group.actor)
    }

    private mutating func peekCheckpoint() throws -> StoredCheckpoint? {
        if peekedCheckpoint == nil { peekedCheckpoint = try nextCheckpoint() }
        return peekedCheckpoint
    }

    private mutating func takeCheckpoint() {
        checkpointCount += 1
        peekedCheckpoint = nil
    }

    /// - Parameter actor: nil where the entries do not say whose they are.
    private mutating func check(_ bytes: [UInt8], size: UInt64, from start: UInt64, actor: String?) {
        guard let note = try? SignedNote(parsing: bytes), let checkpoint = try? Checkpoint(noteText: note.text),
            checkpoint.size == size, checkpoint.extensions.isEmpty, isOurs(checkpoint.origin)
        else {
            report(.checkpointMalformed(size))
            return
        }
        let hasRoot = checkpoint.root == state.frontier.root
        if !hasRoot, !treeIsBroken {
            treeIsBroken = true
            roots = roots.filter { $0.key <= start }
            report(.rootMismatch(size, from: start, expected: checkpoint.root, found: state.frontier.root))
        }
        let isSigned = checkSignatures(note, size: size, actor: actor)
        if hasRoot, isSigned { newestValidCheckpoint = checkpoint }
    }

    /// The key that checkpoints are judged by; nil where entry 0 can't be read, or the reader trusts none.
    private var archiveKey: VerifierKey? {
        switch view {
        case .full, .excerpt: state.archiveKey
        case .published(let key): key
        }
    }

    private func isOurs(_ origin: String) -> Bool {
        archiveKey.map { origin.hasSameBytes(as: $0.name) } ?? !view.holdsSigners
    }

    private func checkSignatures(_ note: SignedNote, size: UInt64, actor: String?) -> Bool {
        guard view.holdsSigners || note.signatures.count == 1 else {
            report(.checkpointMalformed(size))
            return false
        }
        guard let archiveKey else { return false }
        let signer = actor.flatMap { state.signers[$0] }
        // In a log of small commits nothing takes as long.
        let verdicts = ([archiveKey] + [signer?.key].compactMap(\.self)).concurrentMap { note.verify($0) }
        let archive = verdicts[0]
        switch archive {
        case .valid: break
        case .missing: report(.archiveSignatureMissing(size))
        case .invalid: report(.archiveSignatureInvalid(size))
        }
        guard let actor, let signer else { return archive == .valid }
        let person = verdicts[1]
        switch person {
        case .valid: break
        case .missing: report(.signerSignatureMissing(size, actor))
        case .invalid: report(.signerSignatureInvalid(size, actor))
        }
        guard archive == .valid, person == .valid else { return false }
        // A timestamp covers the note byte for byte: no line may be added or moved.
        let lines = note.signatures(by: archiveKey) + note.signatures(by: signer.key)
        guard lines.count == 2, note.signatures == lines else {
            report(.checkpointMalformed(size))
            return false
        }
        return true
    }

    // MARK: Bodies and references

    private mutating func checkBody(
        _ content: ParsedEntry.Content, of entry: Entry, at seq: UInt64, leafHash: Digest
    ) -> (Body?, [EntryReference]) {
        switch content {
        case .read(let body, let references): return (body, references)
        case .malformed(let error): report(.bodyMalformed(seq, error.reason))
        case .altered(let digest): report(.bodyAltered(seq, expected: entry.body, found: digest))
        case .absent: absentBodies[seq] = leafHash
        case .withheld, .unknown: break
        }
        return (nil, [])
    }

    private func checkReferences(_ references: [EntryReference], at seq: UInt64) throws {
        for reference in references {
            let bytes = reference.seq < seq ? try readEntry(reference.seq) : nil
            let found =
                try bytes.map { MerkleHash.leaf($0) } ?? (reference.seq < seq ? try readLeaf(reference.seq) : nil)
            if found != reference.leafHash { report(.referenceBroken(seq, reference, found: found)) }
        }
    }

    // MARK: Signers

    private func checkActor(_ entry: Entry, at seq: UInt64) {
        guard view.holdsSigners else { return }
        if seq == 0 { return }  // Who writes entry 0 is enrolled by entry 1; see `apply`.
        guard seq > 1 || entry.type != .signerEnrolled else { return }
        guard let signer = state.signers[entry.actor] else {
            report(.signerNotEnrolled(seq, entry.actor))
            return
        }
        if let revokedAt = signer.revokedAt { report(.signerRevoked(seq, entry.actor, at: revokedAt)) }
    }

    private mutating func apply(
        _ entry: Entry, _ body: Body?, _ parsed: ParsedEntry, at seq: UInt64
    ) throws {
        guard let type = entry.type else { return }
        if seq < 2 {
            let expected: EntryType = seq == 0 ? .archiveCreated : .signerEnrolled
            if type != expected || entry.commit != 2 { report(.openingBroken(seq)) }
        } else if type == .archiveCreated {
            report(.openingBroken(seq))
        }
        guard let body else { return }
        do {
            switch type {
            case .archiveCreated where seq == 0: state.archiveKey = try ArchiveCreated(body).key
            case .signerEnrolled: enrol(try SignerEnrolled(body), by: entry.actor, at: seq)
            case .signerRevoked: revoke(try SignerRevoked(body), by: entry.actor, at: seq)
            case .caseOpened, .inspectionOpened: try open(try DossierOpened(body), entry, at: seq)
            case .evidenceAdded: if let error = parsed.evidenceFault { throw error }
            case .dossierLinked: try belongs(entry, to: try DossierLinked(body).dossier)
            case .caseStep, .inspectionStep: try belongs(entry, to: try StepTaken(body).dossier)
            case .checkpointAnchored:
                if try CheckpointAnchored(body).size > seq {
                    throw RecordError(.malformed, en: "it is over a later checkpoint", zh: "所记检查点晚于本条")
                }
            case .archiveRepaired:
                if try ArchiveRepaired(body).size > seq {
                    throw RecordError(.malformed, en: "it was mended from a later state", zh: "所据镜像晚于本条")
                }
            case .bundleExported: try belongs(entry, to: try BundleExported(body).dossier)
            case .entryAmended:
                let amended = try EntryAmended(body)
                let targets = try correct([amended.target], by: entry, type, at: seq)
                for target in targets.compactMap(\.type) { try amended.requireForm(of: target) }
            case .custodyMoved: try correct([try CustodyMoved(body).target], by: entry, type, at: seq)
            case .recordOpened: try correct([try RecordOpened(body).target], by: entry, type, at: seq)
            case .bundleReceived:
                let received = try BundleReceived(body)
                if let key = state.archiveKey { try received.check(archive: key, signers: state.signers) }
                try correct([received.target], by: entry, type, at: seq)
            case .entryWithdrawn:
                let targets = try correct(try EntryWithdrawn(body).removed, by: entry, type, at: seq)
                withdrawn.formUnion(targets.map(\.seq))
                for target in targets where target.type?.opensDossier == true { state.forgetName(openedBy: target.seq) }
            default: break
            }
        } catch let error as RecordError {
            report(.bodyMalformed(seq, error.reason))
        }
    }

    private mutating func enrol(_ enrolled: SignerEnrolled, by actor: String, at seq: UInt64) {
        let key = enrolled.slip.key
        let isTaken = state.signers.values.contains { $0.key.key == key.key } || state.archiveKey?.key == key.key
        if state.signers[key.name] != nil || isTaken
            || state.archiveKey.map({ $0.name.hasSameBytes(as: key.name) }) == true
        {
            report(.signerEnrolledTwice(seq, key.name))
            return
        }
        if seq == 1 {
            if !key.name.hasSameBytes(as: actor) || !enrolled.mayEnrol { report(.openingBroken(seq)) }
        } else if state.signers[actor]?.mayEnrol != true {
            report(.enrolmentUnauthorised(seq, actor, key.name))
        }
        let details = enrolled.slip.details
        state.signers[key.name] = LogState.Signer(
            key: key, person: details.person, unit: details.unit, role: details.role, mayEnrol: enrolled.mayEnrol,
            enrolledAt: seq, revokedAt: nil)
    }

    private mutating func revoke(_ revoked: SignerRevoked, by actor: String, at seq: UInt64) {
        if state.signers[actor]?.mayEnrol != true { report(.enrolmentUnauthorised(seq, actor, revoked.name)) }
        guard var signer = state.signers[revoked.name], signer.revokedAt == nil else {
            report(.bodyMalformed(seq, Message(en: "it revokes a signer who was not enrolled", zh: "吊销了未登记的签名人")))
            return
        }
        signer.revokedAt = seq
        state.signers[revoked.name] = signer
    }
}
