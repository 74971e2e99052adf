internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord

/// Tells which files are on record already, so that a second run over the same folder adds only what is new.
///
/// A file is the same if name and content are. The index finds, bodies speak, and what was withdrawn is not on record.
final class KnownRecords {
    /// Above so many records of one content, such as the empty file, its names are kept and not looked up each time.
    private static let few = 8

    private let archive: Archive
    private let context: ServiceContext
    private var opened: LogReading?
    private var namesOfMany: [Digest: [[UInt8]: UInt64]] = [:]
    /// The records without files by their titles, and of each title by the digest of all that they say.
    private var bare: [String: [Digest: [UInt64]]] = [:]

    init(_ archive: Archive, _ context: ServiceContext) {
        self.archive = archive
        self.context = context
    }

    /// The index is opened where it is asked for the first time.
    private func reading() throws -> LogReading {
        if let opened { return opened }
        let reading = try LogReading(archive, context)
        opened = reading
        return reading
    }

    /// The newest record that has all these files, stored or left where they are now; nil where none has.
    func record(of files: [(name: [UInt8], sha256: Digest, location: [UInt8]?)]) throws -> LogRecord? {
        guard let first = files.first else { return nil }
        let seqs = try reading().entries(with: IndexTerms.content(first.sha256))
        if seqs.count <= KnownRecords.few {
            for seq in seqs.reversed() {
                if let found = try standing(seq), found.has(files) { return found.record }
            }
            return nil
        }
        guard let seq = try names(of: first.sha256, in: seqs)[first.name], let found = try standing(seq),
            found.has(files)
        else { return nil }
        return found.record
    }

    /// The first record that has this content as a file and was not withdrawn; nil where none has.
    func entry(holdingOpenly content: Digest) throws -> UInt64? {
        try reading().entries(with: IndexTerms.content(content)).first { seq in
            try standing(seq)?.added.files.contains { $0.sha256 == content } == true
        }
    }

    /// The newest record without files that says just this and belongs to these dossiers; nil where none does.
    ///
    /// In another case the same few words may be of another call: with no content to compare, it is no repetition there.
    func record(saying added: EvidenceAdded, in dossiers: [DossierID]) throws -> LogRecord? {
        for seq in try withoutFiles(added.title ?? "")[KnownRecords.digest(of: added)]?.reversed() ?? [] {
            if let there = try standing(seq)?.record, try self.dossiers(dossiers, lackedBy: there).isEmpty {
                return there
            }
        }
        return nil
    }

    /// The records without files that have or had this title, by all that they say and said.
    private func withoutFiles(_ title: String) throws -> [Digest: [UInt64]] {
        let term = IndexTerms.bare(title)
        if let known = bare[term] { return known }
        var found: [Digest: [UInt64]] = [:]
        for seq in try reading().candidates(with: term) {
            try context.checkInterruption()
            if let record = try standing(seq), record.added.files.isEmpty {
                // A table may go on saying what was amended, or may have been amended as well.
                for digest in Set([record.added, record.now].map(KnownRecords.digest)) {
                    found[digest, default: []].append(seq)
                }
            }
        }
        bare[term] = found
        return found
    }

    private static func digest(of added: EvidenceAdded) -> Digest {
        SHA256Hasher.hash(JSONValue.object(added.json).canonicalBytes)
    }

    /// The dossiers of `wanted` that the record does not belong to.
    func dossiers(_ wanted: [DossierID], lackedBy record: LogRecord) throws -> [DossierID] {
        let own = Set(try reading().history(of: record).dossiers)
        return wanted.filter { !own.contains($0) }
    }

    private func names(of content: Digest, in seqs: [UInt64]) throws -> [[UInt8]: UInt64] {
        if let known = namesOfMany[content] { return known }
        var names: [[UInt8]: UInt64] = [:]
        for seq in seqs {
            for file in try standing(seq)?.added.files ?? [] where file.sha256 == content {
                names[file.nameAsFound] = seq
            }
        }
        namesOfMany[content] = names
        return names
    }

    /// A record that can be read and was not withdrawn.
    private func standing(_ seq: UInt64) throws -> Found? {
        // A damaged record is none: what it should hold is better added again.
        guard let record = try? archive.record(seq), let body = record.body, let added = try? EvidenceAdded(body)
        else { return nil }
        let history = try reading().history(of: record)
        if history.withdrawal != nil { return nil }
        return Found(record: record, added: added, now: history.evidence ?? added)
    }

    private struct Found {
        let record: LogRecord
        let added: EvidenceAdded
        /// With its amendments.
        let now: EvidenceAdded

        func has(_ wanted: [(name: [UInt8], sha256: Digest, location: [UInt8]?)]) -> Bool {
            wanted.allSatisfy { file in
                added.files.contains {
                    $0.sha256 == file.sha256 && $0.nameAsFound == file.name && $0.locationAsFound == file.location
                }
            }
        }
    }
}

extension FileRecord {
    /// The bytes of the name under which the file was found.
    var nameAsFound: [UInt8] { nameBytes ?? Array(name.utf8) }

    /// The bytes of the place where a referenced file lay; nil for a stored one.
    var locationAsFound: [UInt8]? {
        held == .referenced ? locationBytes ?? location.map { Array($0.utf8) } ?? [] : nil
    }
}
