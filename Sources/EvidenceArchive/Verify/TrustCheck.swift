package import EvidenceCrypto
package import EvidenceRecord
internal import Synchronization
package import SystemPackage
package import TransparencyLog

/// Holds a log against what this reader knows of it from elsewhere: keys, pins, the operator's memory.
///
/// Used for archives and for bundles alike. Keys that lie in the archive or bundle itself are never trust.
package struct TrustCheck {
    private let keys: KeyFolder
    private let pins: [Pin]
    private let memories: MemoryFolder
    private let remembered = Remembered()
    private let claims: ClaimCheck
    private let policy: Policy?
    private let vouchedFor: VerifierKey?
    private let successor: VerifierKey?

    /// - Parameters:
    ///   - claims: what this reader was given of the log and now holds it to.
    ///   - policy: the logs that it is about, and the witnesses that count; the reader's pins come first.
    ///   - vouchedFor: the key that the archive's successor names; the reader's pins come first.
    ///   - successor: that successor's own key, which may be for the same name.
    package init(
        _ folders: UserFolders, claims: [Claim] = [], policy: Policy? = nil, vouchedFor: VerifierKey? = nil,
        successor: VerifierKey? = nil
    ) throws {
        keys = KeyFolder(folders)
        pins = try PinFile(folders).pins()
        self.vouchedFor = vouchedFor
        self.successor = successor
        memories = MemoryFolder(folders)
        self.claims = ClaimCheck(claims)
        self.policy = policy
    }

    /// Whom this reader trusts to say from outside when something was there.
    package var anchors: AnchorTrust {
        AnchorTrust(
            witnesses: pins.compactMap { if case .witness(let key) = $0 { key } else { nil } },
            authorities: pins.compactMap { if case .authority(let certificate) = $0 { certificate } else { nil } },
            policy: policy)
    }

    /// The memory of an archive as it was when it was first asked for, so that all that is said of a log is held to one state.
    private func memory(of identity: Digest) throws -> Memory? {
        try remembered.memories.withLock { found in
            if let memory = found[identity] { return memory }
            let memory = try memories.memory(of: identity)
            found[identity] = .some(memory)
            return memory
        }
    }

    private final class Remembered: Sendable {
        let memories = Mutex<[Digest: Memory?]>([:])
    }

    /// The sizes at which the tree's root has to be known for ``check(_:roots:at:report:)``.
    ///
    /// To be asked for before the log's size is taken: a writer moves on the log, and then the memory, at any time.
    package func wantedSizes(identity: Digest?) throws -> Set<UInt64> {
        var sizes = Set(pins.compactMap { if case .checkpoint(_, let size, _) = $0 { size } else { nil } })
        if let identity, let memory = try memory(of: identity) { sizes.insert(memory.state.size) }
        return sizes.union(claims.wantedSizes)
    }

    /// The keys that this reader trusts for an archive of this name, before it was seen what they signed.
    package func trustedKeys(origin: String) throws -> [VerifierKey] {
        let pinned = pins.compactMap { if case .key(let key) = $0 { key } else { nil } }
        let given = (policy?.logs.map(\.key) ?? []) + [vouchedFor].compactMap(\.self)
        let known = try pinned + keys.archiveKeys() + given
        return known.filter { $0.name.hasSameBytes(as: origin) }
    }

    /// Says why the archive's key is trusted, or reports that it is not, and what contradicts pins and memory.
    ///
    /// - Parameters:
    ///   - key: nil where it is not in what is verified, or can't be read there.
    ///   - origin: what the archive is called, where the key does not say it.
    ///   - roots: the tree's roots at the wanted sizes, as computed from the entries' bytes.
    ///   - path: the archive's folder; nil for a bundle, which has no remembered place.
    ///   - tile: reads a tile of the log, to find where it parts from what it is held to; nil where there is none to read.
    package func check(
        key: VerifierKey?, origin: String? = nil, identity: Digest, size: UInt64, roots: [UInt64: Digest],
        at path: FilePath?, tile: ((Tile.ID) throws -> [UInt8])? = nil, report: (Problem) -> Void
    ) throws -> VerificationReport.Trust? {
        if let memory = try memory(of: identity) {
            compare(memory, size: size, roots: roots, at: path, report: report)
            // Known, and yet in another's place: moved here by somebody who hopes that nobody looks.
            if let path, path != memory.path, let other = try memories.memory(at: path, otherThan: identity) {
                report(.archiveReplaced(other.origin, other.state.size, identity: other.identity, found: key))
            }
        } else if let key, let other = try memories.memory(signedBy: key) {
            report(.beginningRewritten(expected: other.identity, found: identity))
        } else if let path, let other = try memories.memory(at: path, otherThan: identity) {
            report(.archiveReplaced(other.origin, other.state.size, identity: other.identity, found: key))
        } else if path != nil, let key, try keys.hasArchiveKey(key) {
            report(.noMemory())
        }
        // Where the first entry can't be read there is no key to judge, which has been said.
        guard let origin = key?.name ?? origin else { return nil }
        let ofOrigin = pins.filter { $0.origin?.hasSameBytes(as: origin) == true }
        for case .checkpoint(_, let pinnedSize, let root) in ofOrigin {
            if pinnedSize > size {
                report(.behindPin(size: size, pinned: pinnedSize))
            } else if let found = roots[pinnedSize], found != root {
                report(.pinContradicted(size: pinnedSize, expected: root, found: found))
            }
        }
        claims.check(key: key, origin: origin, size: size, roots: roots, tile: tile, report: report)
        guard let key else {
            report(.keyUnknown(origin))
            return nil
        }
        let named = policy?.logs.map(\.key) ?? []
        if !named.isEmpty, !named.contains(key) { report(.policyAboutOthers(key)) }
        if try keys.hasArchiveKey(key) { return .ownKey }
        let pinnedKeys = ofOrigin.compactMap { if case .key(let key) = $0 { key } else { nil } }
        if pinnedKeys.contains(key) { return .pinnedKey }
        // Before all else, since whoever exchanged the key can have handed over a checkpoint or a policy that fits.
        if let pinned = pinnedKeys.first {
            report(.keyDiffersFromPin(expected: pinned, found: key))
            return nil
        }
        if let own = try keys.archiveKeys().first(where: { $0.name.hasSameBytes(as: origin) && $0 != successor }) {
            report(.keyDiffersFromOwn(expected: own, found: key))
            return nil
        }
        for case .checkpoint(_, let pinnedSize, let root) in ofOrigin where roots[pinnedSize] == root {
            return .pinnedCheckpoint
        }
        if named.contains(key) { return .policy }
        if let other = named.first(where: { $0.name.hasSameBytes(as: origin) }) {
            report(.keyDiffersFromPin(expected: other, found: key))
            return nil
        }
        if key == vouchedFor || claims.agree(key: key, origin: origin, roots: roots) { return .claim }
        report(.keyNotPinned(key))
        return nil
    }

    /// Holds what is known of an older archive to what the one says that continues it: no pin may know of more.
    ///
    /// - Parameter origin: what the one is called. Where both have one name, pins are of the one.
    package func check(_ continued: ArchiveCreated.Continued, of origin: String, report: (Problem) -> Void) {
        let hasOwnName = !origin.hasSameBytes(as: continued.origin)
        for case .checkpoint(let origin, let size, let root) in pins
        where hasOwnName && origin.hasSameBytes(as: continued.origin) {
            let claim = Claim(from: "trusted", origin: origin, size: size, root: root, note: nil)
            ClaimCheck([claim]).check(continued, report: report)
        }
        claims.check(continued, report: report)
    }

    private func compare(
        _ memory: Memory, size: UInt64, roots: [UInt64: Digest], at path: FilePath?, report: (Problem) -> Void
    ) {
        let remembered = memory.state.size
        if size < remembered {
            report(
                path == memory.path
                    ? .rolledBack(size: size, remembered: remembered)
                    : .behindMemory(size: size, remembered: remembered))
        } else if let root = roots[remembered], root != memory.state.frontier.root {
            report(.historyRewritten(size: remembered, expected: memory.state.frontier.root, found: root))
        }
    }
}

extension Problem {
    static func keyNotPinned(_ key: VerifierKey) -> Problem {
        Problem(
            .keyNotPinned, found: key.description,
            en:
                "Nothing on this machine says that the key in here is really that of “\(key.name.shown)”: whoever made it could have chosen any. Get the key from the operator by another way, then run evidence trust KEY.",
            zh: "本机没有任何依据表明此处的密钥确属“\(key.name.shown)”：制作者可任意选用密钥。请通过其他途径取得密钥，再执行 evidence trust KEY。")
    }

    static func policyAboutOthers(_ key: VerifierKey) -> Problem {
        Problem(
            .policyNotMet, found: key.description,
            en:
                "Your policy is not about this log: none of the logs that it names has the key of “\(key.name.shown)” that is in here. Name the policy that is about it.",
            zh: "您的策略与此日志无关：所列日志中没有此处“\(key.name.shown)”的公钥。请指定针对此日志的策略。")
    }

    static func keyUnknown(_ origin: String) -> Problem {
        Problem(
            .keyNotPinned, found: origin,
            en:
                "A published log does not say its key, and nothing on this machine says which one is that of “\(origin.shown)”: its signature could not be checked. Get the key from the operator by another way, then run evidence trust KEY.",
            zh:
                "已公布的日志不含其公钥，本机也没有“\(origin.shown)”的公钥，其签名未能核验。请通过其他途径取得公钥，再执行 evidence trust KEY。")
    }

    static func keyDiffersFromPin(expected: VerifierKey, found: VerifierKey) -> Problem {
        Problem(
            .keyDiffersFromPin, expected: expected.description, found: found.description,
            en:
                "“\(found.name.shown)” has another key here than the one you trust: this is not the archive that you know.",
            zh: "此处“\(found.name.shown)”的密钥与您所信任的不同：这不是您所知的那个档案。")
    }

    static func keyDiffersFromOwn(expected: VerifierKey, found: VerifierKey) -> Problem {
        Problem(
            .keyDiffersFromPin, expected: expected.description, found: found.description,
            en:
                "The private key of the archive “\(found.name.shown)” is on this machine, and this is another archive that calls itself so.",
            zh: "本机持有档案“\(found.name.shown)”的私钥，而这是另一个自称同名的档案。")
    }

    static func pinContradicted(size: UInt64, expected: Digest, found: Digest) -> Problem {
        Problem(
            .historyRewritten, seq: size > 0 ? size - 1 : nil, expected: Base64.encode(expected.bytes),
            found: Base64.encode(found.bytes),
            en: "The first \(size) entries are not those of the checkpoint that you trust: history was rewritten.",
            zh: "前 \(size) 条与您所信任的检查点不符：历史被改写。")
    }

    static func behindPin(size: UInt64, pinned: UInt64) -> Problem {
        Problem(
            .behindMemory, expected: String(pinned), found: String(size),
            en:
                "You trust a checkpoint over \(pinned) entries, and this log has only \(size): the rest could not be checked.",
            zh: "您所信任的检查点涵盖 \(pinned) 条，而此日志只有 \(size) 条：其余部分未能检查。")
    }

    static func rolledBack(size: UInt64, remembered: UInt64) -> Problem {
        Problem(
            .rolledBack, seq: size, expected: String(remembered), found: String(size),
            en: "This archive was rolled back: it has \(size) entries, and this machine has seen \(remembered).",
            zh: "该档案被回退：现有 \(size) 条，而本机曾见到 \(remembered) 条。")
    }

    static func behindMemory(size: UInt64, remembered: UInt64) -> Problem {
        Problem(
            .behindMemory, expected: String(remembered), found: String(size),
            en: "This copy has \(size) entries, and this machine has seen \(remembered): what came later is not in it.",
            zh: "此副本有 \(size) 条，而本机曾见到 \(remembered) 条：其后的内容不在其中。")
    }

    static func historyRewritten(size: UInt64, expected: Digest, found: Digest) -> Problem {
        Problem(
            .historyRewritten, seq: size > 0 ? size - 1 : nil, expected: Base64.encode(expected.bytes),
            found: Base64.encode(found.bytes),
            en: "The first \(size) entries are not those that this machine has seen: history was rewritten.",
            zh: "前 \(size) 条与本机所见的不符：历史被改写。")
    }

    static func beginningRewritten(expected: Digest, found: Digest) -> Problem {
        Problem(
            .historyRewritten, seq: 0, expected: expected.hex, found: found.hex,
            en:
                "The archive's key signed another beginning than the one that this machine has seen: history was rewritten.",
            zh: "档案密钥所签署的开头与本机所见的不同：历史被改写。")
    }

    /// - Parameter origin: safe to show.
    static func archiveReplaced(_ origin: String, _ size: UInt64, identity: Digest, found: VerifierKey?) -> Problem {
        Problem(
            .archiveReplaced, expected: identity.hex, found: found?.description,
            en: "In this place there used to be another archive, “\(origin)” with \(size) entries: it was replaced.",
            zh: "此处原先是另一个档案“\(origin)”（\(size) 条）：已被替换。")
    }

    static func noMemory() -> Problem {
        Problem(
            .noMemory,
            en:
                "This machine holds the archive's key but does not remember what the archive last said; only other witnesses can show that nothing was cut off.",
            zh: "本机持有档案密钥，但没有该档案最近状态的记忆；是否被截去只能由其他见证来说明。")
    }
}
