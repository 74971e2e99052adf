package import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
package import TransparencyLog

/// Checks a published tree from the bytes up, in a folder or on a web server.
///
/// It returns a report and throws only where checking could not go on: nothing published there, an unreadable disk, a
/// server that does not answer, an interruption. A published tree has no bodies, and so neither files nor signers, and no
/// checkpoint but the newest: those are not checked, and ``VerificationReport/notHeld`` says so.
package struct PublishedTreeVerifier {
    /// The bytes of the file at a path below the log's prefix, at most `limit` of them; nil where there is none.
    package typealias Fetch = (_ path: String, _ limit: Int) throws -> [UInt8]?
    /// The keys that this reader trusts for an archive of this name.
    package typealias TrustedKeys = (_ origin: String) throws -> [VerifierKey]
    /// The sizes at which this reader knows the log's root, by the log's identity.
    package typealias WantedSizes = (_ identity: Digest?) throws -> Set<UInt64>
    /// Why this reader trusts the archive's key, or nil; reports what contradicts what the reader knows.
    package typealias JudgeTrust = (
        _ origin: String, _ key: VerifierKey?, _ identity: Digest, _ size: UInt64, _ roots: [UInt64: Digest],
        _ report: (Problem) -> Void
    ) throws -> VerificationReport.Trust?

    private static let phase = Message(en: "checking entries", zh: "检查条目")
    /// After so many bundles that can't be read the rest is not asked for.
    private static let mostUnread = 16

    private let trustedKeys: TrustedKeys
    private let wantedSizes: WantedSizes
    private let trust: JudgeTrust
    private let progress: (ProgressSnapshot) throws -> Void

    package init(
        trustedKeys: @escaping TrustedKeys, wantedSizes: @escaping WantedSizes, trust: @escaping JudgeTrust,
        progress: @escaping (ProgressSnapshot) throws -> Void
    ) {
        self.trustedKeys = trustedKeys
        self.wantedSizes = wantedSizes
        self.trust = trust
        self.progress = progress
    }

    /// Whether a folder is, or was, that of a published tree: whole or not is for ``verify(_:)`` to say.
    package static func isPublished(at folder: FilePath) throws -> Bool {
        let folder = try Folder.open(folder)
        return try folder.status("tile") != nil || folder.status(TreeResource.checkpoint.path) != nil
    }

    /// Checks the tree in a folder.
    ///
    /// - Throws: `inputMissing` where there is no checkpoint.
    package func verify(_ path: FilePath) throws -> VerificationReport {
        let folder = PublishedFolder(try Folder.open(path))
        var problems = ProblemCollector()
        var report = VerificationReport()
        report.subject = .publishedTree
        let checkpoint = TreeResource.checkpoint.path
        if let kind = try folder.root.status(checkpoint)?.kind, kind != .regular {
            problems.add(.treeFileNotRegular(checkpoint))
        } else if try verify({ try folder.contents($0) }, at: path.shown, &report, report: { problems.add($0) }) {
            let snapshot = ProgressSnapshot(
                phase: PublishedTreeVerifier.phase, filesDone: Int(clamping: report.size),
                filesTotal: Int(clamping: report.size))
            var rest = TreeFolderCheck(folder, size: report.size, tick: { try progress(snapshot) }) { problems.add($0) }
            try rest.run()
        }
        problems.fill(&report)
        return report
    }

    /// Checks the tree whose files a web server offers.
    ///
    /// Each file is asked for once.
    /// - Parameters:
    ///   - prefix: what the server is asked for, for messages.
    /// - Throws: `inputMissing` where there is no checkpoint; what `fetch` throws.
    package func verify(at prefix: String, _ fetch: @escaping Fetch) throws -> VerificationReport {
        var problems = ProblemCollector()
        var report = VerificationReport()
        report.subject = .publishedTree
        _ = try verify(
            { try fetch($0.path, $0.largestSize(largestEntry: Entry.largestSize)) }, at: prefix.shown, &report
        ) { problems.add($0) }
        problems.fill(&report)
        return report
    }

    /// - Returns: whether there is a checkpoint by which the rest could be judged.
    private func verify(
        _ read: @escaping TreeSource.Read, at place: String, _ result: inout VerificationReport,
        report: @escaping (Problem) -> Void
    ) throws -> Bool {
        guard let bytes = try read(.checkpoint) else {
            throw EvidenceError(
                .inputMissing, en: "“\(place)” holds no published log: there is no checkpoint.",
                zh: "“\(place)”中没有已公布的日志：缺少检查点。")
        }
        guard let note = try? SignedNote(parsing: bytes), let checkpoint = try? Checkpoint(noteText: note.text),
            checkpoint.size <= UInt64(JSONValue.largestInteger)
        else {
            report(.treeCheckpointMalformed())
            return false
        }
        let keys = try trustedKeys(checkpoint.origin)
        let key = keys.first { !note.signatures(by: $0).isEmpty } ?? keys.first
        let tree = TreeSource(LastRead(read).callAsFunction)

        var stored: LogAudit.StoredCheckpoint? = (checkpoint.size, bytes)
        var audit = LogAudit(
            of: .published(key: key), readEntry: { _ in nil },
            nextCheckpoint: {
                defer { stored = nil }
                return stored
            }, report: report)
        let bundles = Tile.entryBundles(size: checkpoint.size)
        let identity = try first(bundles, in: tree).map { MerkleHash.leaf($0) }
        audit.wantedSizes = try wantedSizes(identity)
        var unread = 0
        let entries: TreeAudit.ReadEntries = { bundle in
            do {
                if let entries = try tree.entries(of: bundle) { return entries }
            } catch is TransparencyError {
                report(.entryBundleMalformed(bundle, at: bundle.path))
            }
            unread += 1
            return nil
        }
        var tiles: UInt64 = 0
        var hashes = TreeAudit(entries: entries) { tile, expected in
            tiles += 1
            guard let found = try tree.bytes(of: tile) else { return report(.tileMissing(tile)) }
            if found != expected { report(.tileAltered(.tile(tile))) }
        }
        for bundle in bundles {
            if unread == PublishedTreeVerifier.mostUnread { break }
            try hashes.absorb(bundle, into: &audit) { _ in
                .withheld
            } visit: { _, _ in
                result.checked.entries += 1
            }
            try progress(
                ProgressSnapshot(
                    phase: PublishedTreeVerifier.phase, filesDone: Int(clamping: audit.position),
                    filesTotal: Int(clamping: checkpoint.size)))
        }
        try audit.skip(to: checkpoint.size)
        try hashes.finish(size: checkpoint.size)
        try audit.finish()
        result.checked.checkpoints = audit.checkpointCount
        result.checked.tiles = tiles
        result.claimedOrigin = checkpoint.origin
        result.archiveKey = key
        result.size = audit.position
        result.root = audit.state.frontier.root
        if let identity {
            result.trust = try trust(checkpoint.origin, key, identity, audit.position, audit.roots, report)
        }
        return true
    }

    /// The bytes of entry 0; nil where they can't be read, which is reported when its turn comes.
    private func first(_ bundles: Tile.EntryBundleSequence, in tree: TreeSource) throws -> [UInt8]? {
        var bundles = bundles
        do { return try bundles.next().flatMap { try tree.entries(of: $0)?.first } } catch is TransparencyError {
            return nil
        }
    }
}

/// Remembers what was read last, so that nothing is asked for twice.
private final class LastRead {
    private let read: TreeSource.Read
    private var last: (resource: TreeResource, bytes: [UInt8]?)?

    init(_ read: @escaping TreeSource.Read) { self.read = read }

    func callAsFunction(_ resource: TreeResource) throws -> [UInt8]? {
        if let last, last.resource == resource { return last.bytes }
        let bytes = try read(resource)
        last = (resource, bytes)
        return bytes
    }
}
