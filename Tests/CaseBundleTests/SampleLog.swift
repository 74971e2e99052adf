import CaseBundle
import EvidenceCrypto
import EvidenceRecord
import TransparencyLog

/// What cannot fail in a sample.
func sure<Value>(_ value: @autoclosure () throws -> Value?) -> Value {
    guard let value = try? value() else { fatalError("the sample is not what it should be") }
    return value
}

/// A key pair made from a fixed seed.
struct SampleKey {
    let key: VerifierKey
    let secret: Ed25519PrivateKey

    init(_ name: String, seed: UInt8) {
        secret = sure(try Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32)))
        key = sure(try VerifierKey(name: name, key: secret.publicKey))
    }

    static let archive = SampleKey("example.org/archive", seed: 1)
    static let lisi = SampleKey("lisi", seed: 2)
    static let wangwu = SampleKey("wangwu", seed: 3)
}

/// A log written by hand: the rules that the archive follows, without the archive.
final class SampleLog {
    typealias Draft = (type: EntryType, body: JSONObject, dossiers: [DossierID])

    private(set) var entries: [[UInt8]] = []
    fileprivate(set) var bodies: [UInt64: [UInt8]] = [:]
    private(set) var checkpoints: [LogAudit.StoredCheckpoint] = []
    private var frontier = MerkleFrontier()
    private var heads: [DossierID: (n: UInt64, leaf: Digest)] = [:]

    var size: UInt64 { UInt64(entries.count) }

    func reference(_ seq: UInt64) -> EntryReference {
        EntryReference(seq: seq, leafHash: MerkleHash.leaf(entries[Int(seq)]))
    }

    /// The entries of a dossier, by their numbers in it.
    func places(of id: DossierID) -> [DossierDescription.Place] {
        entries.compactMap { try? Entry(parsing: $0) }.compactMap { entry in
            entry.dossiers.first { $0.id == id }.map { DossierDescription.Place(n: $0.n, seq: entry.seq) }
        }
    }

    /// Appends entries as one commit.
    func commit(_ drafts: [Draft], by signer: SampleKey) {
        let commit = size + UInt64(drafts.count)
        for draft in drafts {
            let seq = size
            let salt = SHA256Hasher.hash(Array("salt \(seq)".utf8)).bytes.prefix(Body.saltSize)
            let body = Body.bytes(draft.body, salt: Array(salt))
            let links = draft.dossiers.sorted().map { id in
                DossierLink(id: id, n: (heads[id]?.n ?? 0) + 1, prev: heads[id]?.leaf)
            }
            let entry = Entry(
                seq: seq, time: sure(Timestamp(milliseconds: 1_773_278_000_000 + Int64(seq) * 1_000)), type: draft.type,
                actor: signer.key.name, commit: commit, prev: entries.last.map { MerkleHash.leaf($0) },
                dossiers: links, body: SHA256Hasher.hash(body)
            ).bytes
            let leaf = MerkleHash.leaf(entry)
            for link in links { heads[link.id] = (link.n, leaf) }
            entries.append(entry)
            bodies[seq] = body
            frontier.append(leaf)
        }
        let checkpoint = Checkpoint(origin: SampleKey.archive.key.name, size: commit, root: frontier.root)
        var note = sure(try SignedNote(text: checkpoint.noteText, signatures: []))
        sure(try note.sign(as: SampleKey.archive.key, with: SampleKey.archive.secret))
        sure(try note.sign(as: signer.key, with: signer.secret))
        checkpoints.append((size: commit, note: note.bytes))
    }

    /// The first two commits: the archive and its two signers.
    func begin() {
        let created = ArchiveCreated(key: SampleKey.archive.key, title: "示例档案", continued: nil)
        commit(
            [
                (.archiveCreated, created.json, []),
                (.signerEnrolled, enrolment(of: .lisi, "李四", mayEnrol: true), []),
            ], by: .lisi)
        commit([(.signerEnrolled, enrolment(of: .wangwu, "王五", mayEnrol: false), [])], by: .lisi)
    }

    fileprivate func enrolment(of signer: SampleKey, _ person: String, mayEnrol: Bool) -> JSONObject {
        let details = PersonDetails(person: person, unit: "巡查组", role: nil)
        let slip = sure(try SignerSlip(key: signer.key, details: details, privateKey: signer.secret))
        return SignerEnrolled(slip: slip, mayEnrol: mayEnrol).json
    }

    private func tiles(of size: UInt64) -> (Tile.ID) throws -> [UInt8] {
        var builder = TileBuilder()
        var tiles: [Tile.ID: [UInt8]] = [:]
        for entry in entries.prefix(Int(size)) { builder.append(MerkleHash.leaf(entry)) { tiles[$0] = $1 } }
        for (tile, bytes) in builder.partialTiles() { tiles[tile] = bytes }
        return { [tiles] in sure(tiles[$0]) }
    }

    /// What a bundle writer reads.
    func source(below size: UInt64? = nil) -> BundleWriter.Log {
        let size = size ?? self.size
        let kept = checkpoints.filter { $0.size <= size }
        return BundleWriter.Log(
            size: size, note: kept.last?.note ?? [],
            // Slices of an odd size, so that they and entry bundles do not end together.
            entries: { from, below in Array(self.entries[Int(from)..<Int(min(below, from + 37))]) },
            checkpoint: { after in kept.first { $0.size > after } }, tile: tiles(of: size))
    }
}

/// A case with files and linked evidence, beside things that are none of its business.
///
/// Nothing of it changes once it is made.
final class SampleCase: @unchecked Sendable {
    /// The sample that most tests use.
    static let plain = SampleCase()
    private var photo: [UInt8] {
        options.hasSmallFiles ? Array(SampleCase.wholePhoto.prefix(97)) : SampleCase.wholePhoto
    }
    private static let wholePhoto = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    static let id = sure(DossierID([UInt8](repeating: 0xa7, count: DossierID.size)))
    static let otherID = sure(DossierID([UInt8](repeating: 0x11, count: DossierID.size)))

    /// What sets one sample apart from another.
    struct Options {
        var name = "HN-2026-001"
        var kind = EntryType.caseOpened
        /// Entries outside the case, in one commit.
        var others = 3
        /// A file that stayed where it was.
        var hasReferencedFile = false
        /// Whether the second piece of evidence is withdrawn.
        var hasWithdrawal = false
        var exporter = SampleKey.wangwu
        /// Makes the entry name a false fs-verity digest.
        var hasFalseDigest = false
        /// The dossier that the log's last entry says it exports.
        var exported = SampleCase.id
        /// The case was exported before.
        var hasEarlierExport = false
        /// The export names the body of an entry that did not go out.
        var namesUnsentBody = false
        /// The bundle has of other entries their hashes alone.
        var isSlim = false
        /// The second piece of evidence stays with the archive.
        var withholds = false
        /// The opening stays with the archive, which no export may do.
        var withholdsOpening = false
        /// Files of a few bytes, for what is done to each of them.
        var hasSmallFiles = false
        /// What was done about signers that nobody may do.
        var intrusion: Intrusion?
        /// The body of a sealed record of the case.
        var sealed: JSONObject?
    }

    /// What somebody with the archive's key and a signer's writes into the log, past the program.
    enum Intrusion: CaseIterable {
        /// The exporter's name gets another key.
        case secondKey
        /// Somebody is enrolled by one who may not.
        case stranger
        /// The exporter is revoked, and writes on.
        case revoked
    }

    let options: Options
    let log = SampleLog()
    /// The stored files of the case, by name.
    private(set) var files: [(record: FileRecord, bytes: [UInt8])] = []
    /// Evidence that was written outside the case and linked to it.
    private(set) var linked: UInt64 = 0
    /// Entries whose bodies the export keeps back.
    private(set) var withheld: [UInt64] = []
    /// Evidence that an order withdrew.
    private(set) var withdrawn: UInt64?
    /// The sealed record.
    private(set) var sealed: UInt64?
    /// An entry that has nothing to do with the case.
    private(set) var unrelated: UInt64 = 0
    private var exports: Set<UInt64> = []
    /// The entry about a signer that ought not to be there.
    private var intruding: [UInt64] = []

    init(_ options: Options = Options()) {
        self.options = options
        log.begin()
        linked = log.size
        log.commit([evidence("会议纪要", ["minutes.txt": Array("列席会议纪要\n".utf8)])], by: .wangwu)
        log.commit(
            [
                (options.kind, opening(SampleCase.id, options.name), [SampleCase.id]),
                (.caseOpened, opening(SampleCase.otherID, "other"), [SampleCase.otherID]),
            ], by: .lisi)
        log.commit(
            [
                evidence("现场照片", ["photo.jpg": photo, "empty.txt": []], in: [SampleCase.id]),
                evidence("复制件", ["copy.jpg": photo], in: [SampleCase.id]),
            ], by: .wangwu)
        unrelated = log.size
        log.commit(
            (0..<max(1, options.others)).map { evidence("无关 \($0)", [:], in: [SampleCase.otherID]) }, by: .lisi)
        let link = DossierLinked(dossier: SampleCase.id, entries: [log.reference(linked)])
        log.commit([(.dossierLinked, link.json, [SampleCase.id])], by: .lisi)
        if let body = options.sealed {
            sealed = log.size
            log.commit([(.evidenceAdded, body, [SampleCase.id])], by: .wangwu)
        }
        if let intrusion = options.intrusion { intrude(intrusion) }
        if options.hasWithdrawal { withdraw() }
        if options.hasEarlierExport { export() }
        export()
    }

    private func opening(_ id: DossierID, _ name: String) -> JSONObject {
        DossierOpened(id: id, name: name, title: "3号安全出口堵塞", description: nil, unit: nil, content: "C4").json
    }

    private func evidence(
        _ title: String, _ contents: KeyValuePairs<String, [UInt8]>, in dossiers: [DossierID] = []
    ) -> SampleLog.Draft {
        var body = EvidenceAdded(kind: "document", title: title)
        for (name, bytes) in contents {
            var verity = FSVerityHasher()
            bytes.withUnsafeBytes { verity.update($0) }
            let isFalse = options.hasFalseDigest && name == "minutes.txt"
            let isReferenced = options.hasReferencedFile && name == "empty.txt"
            let record = FileRecord(
                name: name, nameBytes: nil, size: UInt64(bytes.count), type: "application/octet-stream",
                sha256: SHA256Hasher.hash(bytes), fsverity: isFalse ? MerkleHash.emptyRoot : verity.finish(),
                held: isReferenced ? .referenced : .stored, location: isReferenced ? "/media/empty.txt" : nil,
                modified: nil)
            body.files.append(record)
            if !isReferenced { files.append((record, bytes)) }
        }
        return (.evidenceAdded, body.json, dossiers)
    }

    private func intrude(_ intrusion: Intrusion) {
        intruding = [log.size]
        switch intrusion {
        case .secondKey:
            let enrolment = log.enrolment(of: SampleKey("wangwu", seed: 9), "王五", mayEnrol: false)
            log.commit([(.signerEnrolled, enrolment, [])], by: .lisi)
        case .stranger:
            let enrolment = log.enrolment(of: SampleKey("zhaoliu", seed: 9), "赵六", mayEnrol: false)
            log.commit([(.signerEnrolled, enrolment, [])], by: .wangwu)
        case .revoked:
            log.commit([(.signerRevoked, SignerRevoked(name: "wangwu", reason: "调离").json, [])], by: .lisi)
        }
    }

    private func withdraw() {
        let target = log.places(of: SampleCase.id)[2].seq
        withdrawn = target
        let body = EntryWithdrawn(
            target: log.reference(target), amendments: [], authority: "省安委办", reason: "误录")
        log.commit([(.entryWithdrawn, body.json, [SampleCase.id])], by: .lisi)
        log.bodies[target] = nil
    }

    private func export() {
        // As the archive does it: what went to others before stays with them.
        let own = log.places(of: SampleCase.id).map(\.seq).filter { !exports.contains($0) }
        withheld = (options.withholds ? [own[2]] : []) + (options.withholdsOpening ? [own[0]] : [])
        let wanted = own.filter { !withheld.contains($0) } + [linked] + (options.namesUnsentBody ? [unrelated] : [])
        let sent = wanted.filter { log.bodies[$0] != nil }
        let body = BundleExported(
            dossier: options.exported, recipient: "省应急管理厅", purpose: "移交",
            entries: sent.sorted().map { log.reference($0) }, withheld: withheld.map { log.reference($0) })
        log.commit([(.bundleExported, body.json, [options.exported])], by: options.exporter)
        exports.insert(log.size - 1)
    }

    var description: DossierDescription {
        DossierDescription(
            dossier: SampleCase.id, name: options.name, kind: options.kind, entries: log.places(of: SampleCase.id),
            linked: [linked], isSlim: options.isSlim)
    }

    /// Whether a file is of an entry whose body is kept back.
    func isWithheld(_ file: FileRecord) -> Bool { !withheld.isEmpty && file.name == "copy.jpg" }

    private func record(_ seq: UInt64, withBody: Bool) -> LogRecord {
        sure(try LogRecord(seq: seq, bytes: log.entries[Int(seq)], bodyBytes: withBody ? log.bodies[seq] : nil))
    }

    /// What the crate says of the dossier's entries.
    var records: [CrateRecord] {
        let out = Set(bodies.map(\.0))
        return (log.places(of: SampleCase.id).map(\.seq) + [linked]).sorted().map { seq in
            let record = record(seq, withBody: out.contains(seq))
            return CrateRecord(
                record: record, title: record.body?.object["title"]?.string, person: "王五",
                files: record.body.flatMap { try? EvidenceAdded($0) }?.files ?? [], isWithheld: withheld.contains(seq))
        }
    }

    /// The bodies that belong into the bundle.
    var bodies: [(UInt64, [UInt8])] {
        let wanted = [0, 1, 2, linked] + intruding + log.places(of: SampleCase.id).map(\.seq)
        return Set(wanted).subtracting(withheld).sorted().compactMap { seq in log.bodies[seq].map { (seq, $0) } }
    }
}
