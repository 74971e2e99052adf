package import EvidenceCrypto
internal import TransparencyLog

/// One entry with its body as far as its own bytes tell: its hashes, its form, what it refers to.
///
/// What takes another entry, a checkpoint or a signer is left to ``LogAudit``. A class, because what is in it is much to copy.
package final class ParsedEntry: Sendable {
    /// What an entry's body turned out to be.
    enum Content: Sendable {
        /// The bytes that the entry commits to, in form.
        case read(Body, references: [EntryReference])
        /// The bytes that the entry commits to, which are none of this format.
        case malformed(RecordError)
        /// Other bytes, with this digest.
        case altered(Digest)
        case absent
        case withheld
        /// Not looked at, because the entry that commits to it can't be read.
        case unknown
    }

    package let leafHash: Digest
    /// Nil where it can't be read.
    package let entry: Entry?
    /// Why it can't be read.
    let entryFault: RecordError?
    let content: Content
    /// What the entry records; nil unless it is evidence whose body could be read.
    package let evidence: EvidenceAdded?
    /// Why evidence's body can't be read.
    let evidenceFault: RecordError?

    /// The body, where its bytes are those that the entry commits to, and in form.
    package var body: Body? { if case .read(let body, _) = content { body } else { nil } }
    /// The files that the entry names, be they stored or not.
    package var files: [FileRecord] { evidence?.files ?? [] }
    /// Whether what the entry records is sealed.
    package var isSealed: Bool { evidence?.sealed != nil }

    fileprivate init(
        leafHash: Digest, entry: Result<Entry, RecordError>, content: Content,
        evidence: Result<EvidenceAdded, RecordError>?
    ) {
        self.leafHash = leafHash
        switch entry {
        case .success(let entry): (self.entry, entryFault) = (entry, nil)
        case .failure(let error): (self.entry, entryFault) = (nil, error)
        }
        self.content = content
        switch evidence {
        case .success(let evidence): (self.evidence, evidenceFault) = (evidence, nil)
        case .failure(let error): (self.evidence, evidenceFault) = (nil, error)
        case nil: (self.evidence, evidenceFault) = (nil, nil)
        }
    }
}

/// Parses entries: any number of cores may do so, each with a parser of its own.
package struct EntryParser: ~Copyable {
    private let merkle = MerkleHasher()
    private let hasher = SHA256Hasher()

    package init() {}

    package func parse(_ bytes: [UInt8], body: LogAudit.BodyBytes) -> ParsedEntry {
        let leafHash = merkle.leaf(bytes)
        let entry: Entry
        do {
            entry = try Entry(parsing: bytes)
        } catch let error {
            return ParsedEntry(leafHash: leafHash, entry: .failure(error), content: .unknown, evidence: nil)
        }
        let content = content(body, of: entry)
        var evidence: Result<EvidenceAdded, RecordError>?
        if entry.type == .evidenceAdded, case .read(let body, _) = content {
            evidence = Result { () throws(RecordError) in try EvidenceAdded(body) }
        }
        return ParsedEntry(leafHash: leafHash, entry: .success(entry), content: content, evidence: evidence)
    }

    private func content(_ body: LogAudit.BodyBytes, of entry: Entry) -> ParsedEntry.Content {
        switch body {
        case .withheld: return .withheld
        case .absent: return .absent
        case .present(let bytes):
            hasher.update(bytes)
            let digest = hasher.finish()
            guard digest == entry.body else { return .altered(digest) }
            do {
                let body = try Body(parsing: bytes)
                return .read(body, references: body.references)
            } catch let error {
                return .malformed(error)
            }
        }
    }
}
