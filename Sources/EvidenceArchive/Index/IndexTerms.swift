package import EvidenceCrypto
package import EvidenceRecord

/// What an entry is found by.
///
/// The one definition, used to fill the index and to check it.
package enum IndexTerms {
    static let typePrefix = "type:"
    package static func type(_ type: EntryType) -> String { "\(typePrefix)\(type.rawValue)" }
    package static func dossier(_ id: DossierID) -> String { "dossier:\(id)" }
    package static func name(_ name: String) -> String { "name:\(name)" }
    package static func kind(_ kind: String) -> String { "kind:\(kind)" }
    /// Of a record without files, which nothing but its words tells from others.
    package static func bare(_ title: String) -> String { "bare:\(SHA256Hasher.hash(Array(title.utf8)))" }
    package static func day(_ date: CivilDate) -> String { "day:\(date)" }
    package static func content(_ sha256: Digest) -> String { "sha256:\(sha256)" }
    static let targetPrefix = "target:"
    package static func target(_ seq: UInt64) -> String { "\(targetPrefix)\(seq)" }
    package static func linked(_ seq: UInt64) -> String { "linked:\(seq)" }

    /// The terms of one entry, sorted by bytes and without duplicates.
    ///
    /// A body that is not there has none.
    static func terms(_ entry: Entry, _ body: Body?) -> [String] {
        var terms = ["\(typePrefix)\(entry.typeName)", "actor:\(entry.actor)"] + entry.dossiers.map { dossier($0.id) }
        if let body {
            if let target = body.object["target"].flatMap({ EntryReference(json: $0) }) {
                terms.append(Self.target(target.seq))
            }
            switch entry.type {
            case .caseOpened, .inspectionOpened:
                if let opened = try? DossierOpened(body) { terms.append(name(opened.name)) }
            case .dossierLinked:
                if let link = try? DossierLinked(body) { terms += link.entries.map { linked($0.seq) } }
            case .entryAmended:
                // An amended record is found by what it says now; what finds it by what it said is left aside later.
                let set = (try? EntryAmended(body))?.set
                if let kind = set?["kind"]?.string { terms.append(Self.kind(kind)) }
                if let title = set?["title"]?.string { terms.append(bare(title)) }
            case .entryWithdrawn:
                terms += ((try? EntryWithdrawn(body))?.amendments ?? []).map { Self.target($0.seq) }
            case .evidenceAdded:
                if let added = try? EvidenceAdded(body) {
                    if let kind = added.kind { terms.append(Self.kind(kind)) }
                    if let date = added.moment?.date { terms.append(day(date)) }
                    terms += added.files.map { content($0.sha256) }
                    if added.files.isEmpty, let title = added.title { terms.append(bare(title)) }
                }
            default: break
            }
        }
        // Compared by bytes: two names that differ only in normalisation are two terms.
        let bytes = Set(terms.map { Array($0.utf8) })
        return bytes.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
    }
}
