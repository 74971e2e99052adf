package import EvidenceRecord

/// `data/dossier.json`: which dossier a bundle hands over and where the log has it.
///
/// A reader's help: the log decides, and a verifier holds this against it.
package struct DossierDescription: Sendable {
    /// An entry's number in the dossier, and its place in the log.
    package struct Place: Sendable, Equatable {
        package let n: UInt64
        package let seq: UInt64

        package init(n: UInt64, seq: UInt64) {
            self.n = n
            self.seq = seq
        }
    }

    package let dossier: DossierID
    package let name: String
    /// The type of the entry that opened it.
    package let kind: EntryType
    /// The dossier's own entries, by `n`; the last is the export.
    package let entries: [Place]
    /// Entries that the dossier links and that were written outside it, ascending.
    package let linked: [UInt64]
    /// The bundle has of the log only these entries, those on signers and anchors, and the hashes of all others.
    package let isSlim: Bool

    package init(
        dossier: DossierID, name: String, kind: EntryType, entries: [Place], linked: [UInt64], isSlim: Bool = false
    ) {
        self.isSlim = isSlim
        self.dossier = dossier
        self.name = name
        self.kind = kind
        self.entries = entries
        self.linked = linked
    }

    /// Reads the file's bytes: canonical JSON with these members and no others.
    init(parsing bytes: [UInt8]) throws(RecordError) {
        guard let object = try JSONValue(canonical: bytes).object else {
            throw RecordError(.malformed, en: "it is not a JSON object", zh: "不是 JSON 对象")
        }
        let reader = JSONReader(object, in: "dossier.json")
        dossier = try reader.required("dossier") { $0.string.flatMap { DossierID(hex: $0) } }
        name = try reader.string("name")
        kind = try reader.required("kind") { value in
            value.string.flatMap { EntryType(rawValue: $0) }.flatMap { $0.opensDossier ? $0 : nil }
        }
        entries = try reader.objects("entries") { (item) throws(RecordError) in
            Place(n: try item.count("n"), seq: try item.count("seq"))
        }
        linked = try reader.required("linked") { value in
            guard let array = value.array else { return nil }
            let numbers = array.compactMap { $0.integer.flatMap { UInt64(exactly: $0) } }
            return numbers.count == array.count ? numbers : nil
        }
        isSlim = if case .bool(true)? = object["slim"] { true } else { false }
        guard self.bytes == bytes else {
            throw RecordError(.malformed, en: "it has members that are not expected", zh: "含有不应出现的成员")
        }
    }

    /// The file's bytes.
    var bytes: [UInt8] {
        var object = JSONObject()
        object["dossier"] = .string(dossier.description)
        object["name"] = .string(name)
        object["kind"] = .string(kind.rawValue)
        object["entries"] = .array(
            entries.map { place in
                var member = JSONObject()
                member["n"] = .integer(Int64(place.n))
                member["seq"] = .integer(Int64(place.seq))
                return .object(member)
            })
        object["linked"] = .array(linked.map { .integer(Int64($0)) })
        if isSlim { object["slim"] = .bool(true) }
        return JSONValue.object(object).canonicalBytes
    }
}
