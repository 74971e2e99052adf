internal import EvidenceCrypto
package import EvidenceRecord
internal import TransparencyLog

/// What the RO-Crate says of an entry of the dossier.
package struct CrateRecord {
    package let record: LogRecord
    /// What the entry's body is about, as a title; nil where it has none, or none is handed over.
    package let title: String?
    /// The person who signed it.
    package let person: String
    /// Its files, those that stayed outside the archive among them.
    package let files: [FileRecord]
    /// Its body stays with the archive.
    package let isWithheld: Bool

    /// - Parameter isOut: whether the record's body is handed over.
    package init(_ record: LogRecord, isOut: Bool, person: String, isWithheld: Bool) {
        let object = isOut ? record.body?.object : nil
        self.init(
            record: record, title: (object?["title"] ?? object?["summary"])?.string, person: person,
            files: object.flatMap { try? EvidenceAdded($0).files } ?? [], isWithheld: isWithheld)
    }

    package init(record: LogRecord, title: String?, person: String, files: [FileRecord], isWithheld: Bool) {
        self.record = record
        self.title = title
        self.person = person
        self.files = files
        self.isWithheld = isWithheld
    }
}

/// Writes `data/ro-crate-metadata.json` (RO-Crate 1.1): an entity for every file of the payload and every entry of the
/// dossier, one a line.
///
/// It helps whoever catalogues a bundle; nothing is verified by it. Each entity is written as soon as it is known, so
/// that memory does not grow with the dossier.
struct CrateWriter {
    /// The names of one file, as the entries have them.
    struct FileNames {
        private(set) var names: [String] = []
        private(set) var nameBytes: [[UInt8]] = []
        let type: String
        let size: UInt64
        /// Both, as bytes: none of one is ever one of the other.
        private var known: Set<[UInt8]> = []

        init(type: String, size: UInt64) {
            self.type = type
            self.size = size
        }

        mutating func add(_ file: FileRecord) {
            if known.insert(Array(file.name.utf8)).inserted { names.append(file.name) }
            if let bytes = file.nameBytes, known.insert(bytes).inserted { nameBytes.append(bytes) }
        }
    }

    /// What a crate says beside its records.
    struct Contents {
        let dossier: DossierDescription
        /// The dossier's title, if it has one.
        let title: String?
        let origin: String
        /// The day, `YYYY-MM-DD`.
        let date: String
        /// Every signer ever enrolled, by key name.
        let signers: [(name: String, person: String)]
        /// Every file of the payload, the crate aside, sorted by the bytes of the paths.
        let files: [(path: String, digest: Digest, size: UInt64)]
        /// The dossier's entries and those linked to it, in order.
        let seqs: [UInt64]
        /// The names of a stored file.
        let names: (Digest) -> FileNames?
        /// Where an entry's files lie.
        let paths: (CrateRecord) -> [String]
    }

    /// Writes a whole crate.
    ///
    /// - Parameters:
    ///   - take: takes the file's bytes, piece by piece.
    ///   - records: gives each of the dossier's entries, linked ones included, in the log's order.
    static func write(
        _ contents: Contents, to take: ([UInt8]) throws -> Void,
        records: (_ take: (CrateRecord) throws -> Void) throws -> Void
    ) throws {
        try withoutActuallyEscaping(take) { take in
            let crate = try CrateWriter(write: take)
            for signer in contents.signers { try crate.add(signer: signer.name, person: signer.person) }
            for file in contents.files {
                let sha256: Digest? = if case .file(let digest, _) = BundlePart(path: file.path) { digest } else { nil }
                try crate.add(
                    path: file.path, sha256: file.digest, size: file.size, names: sha256.flatMap(contents.names))
            }
            try records { try crate.add($0, paths: contents.paths($0)) }
            try crate.finish(
                contents.dossier, title: contents.title, origin: contents.origin, date: contents.date,
                paths: contents.files.map(\.path), seqs: contents.seqs)
        }
    }

    private static let context: JSONValue = {
        var terms = JSONObject()
        // Schema.org's, which the context of RO-Crate 1.1 lacks.
        terms["sha256"] = .string("http://schema.org/sha256")
        for name in ["leafHash", "nameBytes"] { terms[name] = .string("urn:evidence-archive:v1:\(name)") }
        return .array([.string("https://w3id.org/ro/crate/1.1/context"), .object(terms)])
    }()

    private let write: ([UInt8]) throws -> Void

    /// - Parameter write: takes the file's bytes, piece by piece.
    private init(write: @escaping ([UInt8]) throws -> Void) throws {
        self.write = write
        try write(Array("{\"@context\":\(CrateWriter.text(CrateWriter.context)),\"@graph\":[\n".utf8))
        var descriptor = CrateWriter.entity("ro-crate-metadata.json", "CreativeWork")
        descriptor["about"] = CrateWriter.reference("./")
        descriptor["conformsTo"] = CrateWriter.reference("https://w3id.org/ro/crate/1.1")
        try add(descriptor, isFirst: true)
    }

    /// Describes the bundle as a whole.
    ///
    /// - Parameters:
    ///   - paths: of every file of the payload, this one aside.
    ///   - seqs: the entries that ``add(_:)`` describes.
    private func finish(
        _ dossier: DossierDescription, title: String?, origin: String, date: String, paths: [String], seqs: [UInt64]
    ) throws {
        var terms = CrateWriter.entity("#terms", "CreativeWork")
        terms["name"] = .string("For official use by its recipient 仅供接收单位公务使用")
        terms["description"] = .string("Handed over as evidence. No licence to publish is given. 作为证据移交，未授权公开。")
        try add(terms)
        var organisation = CrateWriter.entity("#archive", "Organization")
        organisation["name"] = .string(origin)
        try add(organisation)
        var root = CrateWriter.entity("./", "Dataset")
        let what = dossier.kind == .inspectionOpened ? ("inspection", "巡查") : ("case", "案件")
        root["name"] = .string(title.map { "\(dossier.name) \($0)" } ?? dossier.name)
        root["description"] = .string(
            "The \(what.0) “\(dossier.name)” of the evidence archive “\(origin)”, with the log that proves it. "
                + "证据档案“\(origin)”中的\(what.1)“\(dossier.name)”及用于核验的日志。")
        root["identifier"] = .string(dossier.name)
        root["datePublished"] = .string(date)
        root["license"] = CrateWriter.reference("#terms")
        root["publisher"] = CrateWriter.reference("#archive")
        root["mentions"] = .array(seqs.map { CrateWriter.reference(CrateWriter.entry($0)) })
        root["hasPart"] = .array(paths.map { CrateWriter.reference(CrateWriter.id($0)) })
        try add(root)
        try write(Array("\n]}\n".utf8))
    }

    /// Describes an entry of the dossier.
    ///
    /// - Parameter paths: where its files lie.
    private func add(_ item: CrateRecord, paths: [String]) throws {
        let entry = item.record.entry
        var object = CrateWriter.entity(CrateWriter.entry(entry.seq), "CreativeWork")
        object["name"] = .string(item.title ?? entry.typeName)
        object["additionalType"] = .string(entry.typeName)
        object["position"] = .integer(Int64(entry.seq))
        object["dateCreated"] = .string(entry.time.description)
        object["creator"] = CrateWriter.reference("#signer-\(entry.actor)")
        object["leafHash"] = .string(item.record.leafHash.hex)
        if item.isWithheld { object["creativeWorkStatus"] = .string("withheld") }
        object.set("hasPart", paths.map { CrateWriter.reference(CrateWriter.id($0)) })
        try add(object)
    }

    /// Describes a signer.
    private func add(signer name: String, person: String) throws {
        var object = CrateWriter.entity("#signer-\(name)", "Person")
        object["name"] = .string(person)
        try add(object)
    }

    /// Describes a file of the payload.
    ///
    /// - Parameter names: those of a stored file.
    private func add(path: String, sha256: Digest, size: UInt64, names: FileNames?) throws {
        var object = CrateWriter.entity(CrateWriter.id(path), "File")
        object["contentSize"] = .string(String(size))
        object["sha256"] = .string(sha256.hex)
        if let names {
            object["name"] = .string(names.names.first ?? path)
            if names.names.count > 1 { object["alternateName"] = .array(names.names.dropFirst().map { .string($0) }) }
            if !names.nameBytes.isEmpty { object["nameBytes"] = .array(names.nameBytes.map { .string($0.hex) }) }
            object["encodingFormat"] = .string(names.type)
        } else {
            let (name, type) = CrateWriter.describe(path)
            object["name"] = .string(name)
            object["encodingFormat"] = .string(type)
        }
        try add(object)
    }

    private static func describe(_ path: String) -> (name: String, type: String) {
        switch BundlePart(path: path) {
        case .body(let seq): ("What entry \(seq) records 第 \(seq) 条的正文", "application/json")
        case .sealed(let seq, _):
            ("An encrypted part of entry \(seq) 第 \(seq) 条的加密部分", Sealing.partType)
        case .entry(let seq): ("Entry \(seq) 第 \(seq) 条", "application/json")
        case .proof(let seq): ("Proof that entry \(seq) is in the log 第 \(seq) 条在日志中的证明", "text/plain")
        case .log(.entries): ("Entries of the log 日志条目", "application/octet-stream")
        case .log(.tile): ("Hashes of the log’s Merkle tree 日志的默克尔树哈希", "application/octet-stream")
        case .log(.checkpoint): ("The newest checkpoint 最新检查点", "text/plain")
        case .checkpoints: ("All checkpoints 全部检查点", "application/jsonl")
        case .anchors: ("Witnesses’ signatures and timestamps 见证签名与时间戳", "application/jsonl")
        case .archiveKey: ("The archive’s public key 档案公钥", "text/plain")
        case .signerKey(let name, _): ("The public key of \(name) 签名人 \(name) 的公钥", "text/plain")
        case .dossier: ("Which entries belong to the dossier 案卷条目清单", "application/json")
        default: (path, "application/octet-stream")
        }
    }

    private func add(_ entity: JSONObject, isFirst: Bool = false) throws {
        try write(Array((isFirst ? "" : ",\n").utf8) + JSONValue.object(entity).canonicalBytes)
    }

    private static func entity(_ id: String, _ type: String) -> JSONObject {
        var object = JSONObject()
        object["@id"] = .string(id)
        object["@type"] = .string(type)
        return object
    }

    private static func reference(_ id: String) -> JSONValue {
        var object = JSONObject()
        object["@id"] = .string(id)
        return .object(object)
    }

    private static func entry(_ seq: UInt64) -> String { "#entry-\(seq)" }

    /// Identifiers are relative to the payload's folder.
    private static func id(_ path: String) -> String { String(path.dropFirst(BagPath.payload.count)) }

    private static func text(_ value: JSONValue) -> String { String(decoding: value.canonicalBytes, as: UTF8.self) }
}
