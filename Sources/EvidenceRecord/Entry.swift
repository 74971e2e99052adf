package import EvidenceCrypto

/// What kinds of entry format version 1 has.
package enum EntryType: String, Sendable, CaseIterable {
    case archiveCreated = "archive.created"
    case signerEnrolled = "signer.enrolled"
    case signerRevoked = "signer.revoked"
    case inspectionOpened = "inspection.opened"
    case inspectionStep = "inspection.step"
    case caseOpened = "case.opened"
    case caseStep = "case.step"
    case dossierLinked = "dossier.linked"
    case evidenceAdded = "evidence.added"
    case entryAmended = "entry.amended"
    case entryWithdrawn = "entry.withdrawn"
    case custodyMoved = "custody.moved"
    case recordOpened = "record.opened"
    case checkpointAnchored = "checkpoint.anchored"
    case bundleExported = "bundle.exported"
    case bundleReceived = "bundle.received"
    case archiveVerified = "archive.verified"
    case archiveRepaired = "archive.repaired"

    /// Whether an entry of this type opens a dossier, that is, may stand first in one.
    package var opensDossier: Bool { self == .caseOpened || self == .inspectionOpened }

    /// Whether an entry of this type says what happened to a case or in an inspection.
    package var isStep: Bool { self == .caseStep || self == .inspectionStep }

    /// Whether the entry is what others are judged by, who may write and when that was: it is never amended or withdrawn.
    package var isFixed: Bool {
        [.archiveCreated, .signerEnrolled, .signerRevoked, .checkpointAnchored].contains(self)
    }

    /// Whether a bundle of its dossier may leave the body out: without the others no one could check the bundle.
    package var mayBeWithheld: Bool {
        !isFixed && !opensDossier && ![.dossierLinked, .entryWithdrawn, .bundleExported].contains(self)
    }

    /// Whether the body concerns whoever received a bundle: later bundles go out without it.
    package var concernsRecipient: Bool { self == .bundleExported || self == .bundleReceived }

    /// Whether an entry of this type, an amendment, a withdrawal, a hand-over, an opening or a receipt, may be about one of type `target`.
    ///
    /// - Parameter target: nil for a type that this version does not know.
    package func mayTarget(_ target: EntryType?) -> Bool {
        switch self {
        case .entryAmended: target?.isFixed != true && target != .entryAmended && target != .entryWithdrawn
        case .entryWithdrawn: target?.isFixed != true && target != .entryWithdrawn
        case .custodyMoved, .recordOpened: target == .evidenceAdded || target == nil
        case .bundleReceived: target == .bundleExported || target == nil
        default: false
        }
    }
}

/// A dossier's (案卷) identity: 16 random bytes.
///
/// People use its name instead.
package struct DossierID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of bytes.
    package static let size = 16

    package let bytes: [UInt8]

    package init?(_ bytes: [UInt8]) {
        guard bytes.count == DossierID.size else { return nil }
        self.bytes = bytes
    }

    /// Parses 32 lower-case hex digits.
    package init?(hex: String) {
        guard let bytes = [UInt8](hex: hex) else { return nil }
        self.init(bytes)
    }

    package var description: String { bytes.hex }

    package static func < (left: DossierID, right: DossierID) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

/// An entry's place in a dossier: its running number there from 1, and the leaf hash of the one before.
package struct DossierLink: Equatable, Sendable {
    package let id: DossierID
    package let n: UInt64
    package let prev: Digest?

    package init(id: DossierID, n: UInt64, prev: Digest?) {
        self.id = id
        self.n = n
        self.prev = prev
    }
}

/// One leaf of the log, format version 1.
///
/// FORMAT.md, "Entry".
package struct Entry: Sendable {
    /// The format version that this program writes.
    package static let version: Int64 = 1
    /// The most bytes an entry may have.
    package static let largestSize = 4_096
    /// The most dossiers that an entry may belong to.
    package static let mostDossiers = 16

    package let seq: UInt64
    package let time: Timestamp
    /// The type as written; see ``type``.
    package let typeName: String
    /// The entry's type, nil for one that this program does not know.
    package let type: EntryType?
    package let actor: String
    package let commit: UInt64
    package let prev: Digest?
    package let dossiers: [DossierLink]
    package let body: Digest
    /// Members that this version does not know.
    package let unknownMembers: [String]

    package init(
        seq: UInt64, time: Timestamp, type: EntryType, actor: String, commit: UInt64, prev: Digest?,
        dossiers: [DossierLink], body: Digest
    ) {
        self.seq = seq
        self.time = time
        self.typeName = type.rawValue
        self.type = type
        self.actor = actor
        self.commit = commit
        self.prev = prev
        self.dossiers = dossiers
        self.body = body
        self.unknownMembers = []
    }

    /// Reads an entry's bytes.
    ///
    /// Checked here: canonical form, size, the members' types and ranges, the order of dossiers. Not checked here:
    /// anything that takes another entry, the body or a signature; ``LogAudit`` does.
    package init(parsing bytes: [UInt8]) throws(RecordError) {
        if bytes.count <= Entry.largestSize, let entry = Entry(inPlace: bytes.span) {
            self = entry
        } else {
            try self.init(json: bytes)
        }
    }

    /// Reads whatever ``init(inPlace:)`` does not, and says what is wrong with it.
    package init(json bytes: [UInt8]) throws(RecordError) {
        guard bytes.count <= Entry.largestSize else {
            throw RecordError(
                .malformed, en: "the entry has more than \(Entry.largestSize) bytes", zh: "条目超过 \(Entry.largestSize) 字节"
            )
        }
        guard let object = try JSONValue(canonical: bytes).object else {
            throw RecordError(.malformed, en: "the entry is not a JSON object", zh: "条目不是 JSON 对象")
        }
        let reader = JSONReader(object, in: "entry")
        let version = try reader.required("v", \.integer)
        guard version == Entry.version else {
            throw RecordError(
                .notUnderstood, en: "the entry is of format version \(version)", zh: "条目的格式版本为 \(version)")
        }
        seq = try reader.count("seq")
        time = try reader.text("time") { Timestamp($0) }
        typeName = try reader.string("type")
        type = EntryType(rawValue: typeName)
        actor = try reader.required("actor") { $0.string.flatMap { SignerName.isValid($0) ? $0 : nil } }
        commit = try reader.count("commit")
        prev = try reader.optional("prev", Digest.init(json:))
        body = try reader.digest("body")
        dossiers = try reader.objects("dossiers") { (item) throws(RecordError) in
            if let unknown = item.object.names(except: ["id", "n", "prev"]).first {
                throw item.failure(unknown, en: "is not expected here", zh: "不应出现")
            }
            return DossierLink(
                id: try item.text("id") { [UInt8](hex: $0).flatMap { DossierID($0) } },
                n: try item.required("n") { $0.integer.flatMap { $0 >= 1 ? UInt64($0) : nil } },
                prev: try item.optional("prev", Digest.init(json:)))
        }
        guard dossiers.count <= Entry.mostDossiers, object["dossiers"] == nil || !dossiers.isEmpty,
            zip(dossiers, dossiers.dropFirst()).allSatisfy({ $0.id < $1.id })
        else { throw reader.failure("dossiers", en: "is empty, too long or out of order", zh: "为空、过长或未排序") }
        guard dossiers.allSatisfy({ ($0.n == 1) == ($0.prev == nil) }) else {
            throw reader.failure(
                "dossiers", en: "has \"prev\" exactly where \"n\" is above 1", zh: "中 prev 应当且仅当 n 大于 1 时出现")
        }
        guard commit > seq, (prev == nil) == (seq == 0) else {
            throw reader.failure(
                "commit", en: "must be above \"seq\", and \"prev\" absent at 0 alone", zh: "应大于 seq，且仅第 0 条没有 prev")
        }
        // Mostly there are none, and to count is cheaper than to look for each.
        let count = 7 + (prev == nil ? 0 : 1) + (dossiers.isEmpty ? 0 : 1)
        unknownMembers =
            object.count == count
            ? []
            : object.names(except: ["v", "seq", "time", "type", "actor", "commit", "prev", "dossiers", "body"])
    }
}

/// The names of signers' keys: `[a-z0-9][a-z0-9._-]{0,63}`.
package enum SignerName {
    package static func isValid(_ name: String) -> Bool { isValid(name.utf8.span) }

    static func isValid(_ name: Span<UInt8>) -> Bool {
        guard (1...64).contains(name.count), isAlphanumeric(name[0]) else { return false }
        return (1..<name.count).allSatisfy { place in
            let byte = name[place]
            return isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-")
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// A reference from a body to an earlier entry.
package struct EntryReference: Hashable, Sendable {
    package let seq: UInt64
    package let leafHash: Digest

    package init(seq: UInt64, leafHash: Digest) {
        self.seq = seq
        self.leafHash = leafHash
    }

    static let memberCount = 2

    /// An object with exactly the members `seq` and `leafHash`; nil for any other.
    package init?(json: JSONValue) {
        guard let object = json.object, object.count == EntryReference.memberCount,
            let seq = object["seq"]?.integer.flatMap({ UInt64(exactly: $0) }),
            let leafHash = object["leafHash"].flatMap({ Digest(json: $0) })
        else { return nil }
        self.init(seq: seq, leafHash: leafHash)
    }

    package var json: JSONValue {
        var object = JSONObject()
        object["seq"] = .integer(Int64(seq))
        object["leafHash"] = leafHash.json
        return .object(object)
    }
}

extension JSONReader {
    /// An array of references; empty where the member is absent.
    package func references(_ name: String) throws(RecordError) -> [EntryReference] {
        try optional(name) { value in
            value.array.flatMap { array in
                let references = array.compactMap { EntryReference(json: $0) }
                return references.count == array.count ? references : nil
            }
        } ?? []
    }
}
