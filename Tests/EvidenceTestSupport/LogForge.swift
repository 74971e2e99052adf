package import EvidenceCrypto
package import EvidenceRecord
package import TransparencyLog

/// Writes logs by hand, with valid hashes and signatures, whatever they say: what a holder of keys could write.
///
/// The program's own writer refuses to break a rule; this one breaks exactly what it is told to, and makes all that
/// follows fit.
package struct LogForge: Sendable {
    /// One entry to be written, and in what way it is to be wrong.
    package struct Item: Sendable {
        package var type: String
        package var dossiers: [DossierID]
        package var body: JSONObject
        /// The links to write, in place of those that would be right.
        package var links: [DossierLink]?
        /// Changes the entry before it is hashed.
        package var edit: (@Sendable (inout JSONObject) -> Void)?
        /// The body's bytes, in place of the object's canonical form with a salt.
        package var bodyBytes: [UInt8]?
        /// The leaf hash that the entry had in the log it is taken from, by which others refer to it.
        package var former: Digest?
        /// The time it had in the log it is taken from.
        package var time: String?

        package init(
            _ type: EntryType, _ dossiers: [DossierID] = [], _ body: JSONObject, links: [DossierLink]? = nil,
            edit: (@Sendable (inout JSONObject) -> Void)? = nil
        ) {
            self.type = type.rawValue
            self.dossiers = dossiers
            self.body = body
            self.links = links
            self.edit = edit
        }
    }

    /// How a commit is signed.
    package struct Seal: Sendable {
        /// Whose entries they say they are.
        package var actor: TestKey
        /// The keys that sign; the archive's and the actor's where it is nil.
        package var signers: [TestKey]?
        /// Changes the checkpoint before it is signed.
        package var edit: (@Sendable (Checkpoint) -> Checkpoint)?
        /// Changes the note after it was signed.
        package var after: (@Sendable ([UInt8]) -> [UInt8])?
        /// The number that the entries give their commit, in place of the right one.
        package var commit: UInt64?

        package init(_ actor: TestKey) { self.actor = actor }
    }

    package let archive: TestKey
    package var entries: [[UInt8]?] = []
    package var bodies: [[UInt8]?] = []
    package var checkpoints: [(size: UInt64, note: [UInt8])] = []
    package private(set) var leafHashes: [Digest] = []
    private var frontier = MerkleFrontier()
    private var heads: [DossierID: (count: UInt64, head: Digest)] = [:]
    private var moved: [Digest: EntryReference] = [:]
    private static let start = Timestamp("2026-03-12T01:30:00.000Z")?.milliseconds ?? 0

    package init(archive: TestKey = .archive) { self.archive = archive }

    package var size: UInt64 { UInt64(leafHashes.count) }

    package func reference(_ seq: UInt64) -> EntryReference {
        EntryReference(seq: seq, leafHash: leafHashes[Int(seq)])
    }

    /// The link by which the next entry of a dossier would rightly join it.
    package func next(_ id: DossierID) -> DossierLink {
        let head = heads[id]
        return DossierLink(id: id, n: (head?.count ?? 0) + 1, prev: head?.head)
    }

    /// Writes one commit.
    package mutating func commit(_ actor: TestKey, _ items: [Item]) throws { try commit(Seal(actor), items) }

    package mutating func commit(_ seal: Seal, _ items: [Item]) throws {
        let commit = seal.commit ?? size + UInt64(items.count)
        for item in items { append(item, actor: seal.actor.name, commit: commit) }
        var checkpoint = Checkpoint(origin: archive.name, size: size, root: frontier.root)
        if let edit = seal.edit { checkpoint = edit(checkpoint) }
        var note = try SignedNote(text: checkpoint.noteText, signatures: [])
        for key in seal.signers ?? [archive, seal.actor] { try note.sign(as: key.verifier, with: key.privateKey) }
        checkpoints.append((size, seal.after.map { $0(note.bytes) } ?? note.bytes))
    }

    private mutating func append(_ item: Item, actor: String, commit: UInt64) {
        let seq = size
        let links = item.links ?? item.dossiers.sorted().map { next($0) }
        var body = item.body
        if body["salt"] == nil {
            body["salt"] = .string(SHA256Hasher.hash(Array("salt \(seq)".utf8)).bytes.prefix(Body.saltSize).hex)
        }
        let bodyBytes = item.bodyBytes ?? follow(.object(body)).canonicalBytes
        var entry = JSONObject()
        entry["v"] = .integer(1)
        entry["seq"] = .integer(Int64(seq))
        entry["time"] = .string(
            item.time ?? Timestamp(milliseconds: LogForge.start + Int64(seq) * 1_000)?.description ?? "")
        entry["type"] = .string(item.type)
        entry["actor"] = .string(actor)
        entry["commit"] = .integer(Int64(commit))
        entry["prev"] = leafHashes.last?.json
        entry.set("dossiers", links.map(\.forged))
        entry["body"] = SHA256Hasher.hash(bodyBytes).json
        item.edit?(&entry)
        add(JSONValue.object(entry).canonicalBytes, body: bodyBytes)
        if let former = item.former { moved[former] = reference(seq) }
        for link in links {
            heads[link.id] = (max(heads[link.id]?.count ?? 0, link.n), leafHashes[Int(seq)])
        }
    }

    private mutating func add(_ bytes: [UInt8], body: [UInt8]?) {
        let leafHash = MerkleHash.leaf(bytes)
        entries.append(bytes)
        bodies.append(body)
        leafHashes.append(leafHash)
        frontier.append(leafHash)
    }

    /// The value with its references led to where the entries now stand.
    private func follow(_ value: JSONValue) -> JSONValue {
        if let reference = EntryReference(json: value) { return (moved[reference.leafHash] ?? reference).json }
        if let array = value.array { return .array(array.map { follow($0) }) }
        guard let object = value.object else { return value }
        var result = JSONObject()
        for member in object.members { result[member.name] = follow(member.value) }
        return .object(result)
    }

    // MARK: Going on from a log that is there

    /// Takes over entries as they are.
    package mutating func adopt(_ bytes: [UInt8], body: [UInt8]?) throws {
        let entry = try Entry(parsing: bytes)
        add(bytes, body: body)
        for link in entry.dossiers { heads[link.id] = (link.n, leafHashes[Int(entry.seq)]) }
    }

    /// The commits of a log that is there, to be changed and written anew.
    package static func commits(
        _ log: [(bytes: [UInt8], body: [UInt8]?)], keys: [String: TestKey]
    ) throws -> [(seal: Seal, items: [Item])] {
        var commits: [(seal: Seal, items: [Item])] = []
        var end: UInt64 = 0
        for (bytes, body) in log {
            let entry = try Entry(parsing: bytes)
            var item = Item(
                entry.type ?? .archiveCreated, entry.dossiers.map(\.id),
                try body.flatMap { try JSONValue(canonical: $0).object } ?? JSONObject())
            item.type = entry.typeName
            item.former = MerkleHash.leaf(bytes)
            item.time = entry.time.description
            if entry.seq == end {
                end = entry.commit
                commits.append((Seal(keys[entry.actor] ?? .stranger), []))
            }
            commits[commits.count - 1].items.append(item)
        }
        return commits
    }

    // MARK: Auditing

    /// Walks the log from a state, and gives what was found and what the log amounts to.
    package func audit(from state: LogState = LogState()) throws -> (problems: [Problem], state: LogState) {
        let found = Found()
        let stored = checkpoints.filter { state.size == 0 || $0.size > state.size }
        var place = 0
        let entries = entries
        var audit = LogAudit(
            from: state, readEntry: { $0 < UInt64(entries.count) ? entries[Int($0)] : nil },
            nextCheckpoint: {
                guard place < stored.count else { return nil }
                place += 1
                return stored[place - 1]
            }, report: { found.problems.append($0) })
        for (seq, bytes) in entries.enumerated().dropFirst(Int(state.size)) {
            guard let bytes else { continue }
            try audit.skip(to: UInt64(seq))
            try audit.absorb(bytes, body: bodies[seq].map { .present($0) } ?? .absent)
        }
        try audit.finish()
        return (found.problems, audit.state)
    }

    private final class Found {
        var problems: [Problem] = []
    }
}

extension DossierLink {
    /// The link as an entry writes it.
    package var forged: JSONValue {
        var member = JSONObject()
        member["id"] = .string(id.description)
        member["n"] = .integer(Int64(n))
        member["prev"] = prev?.json
        return .object(member)
    }
}
