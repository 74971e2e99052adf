internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import TransparencyLog

/// The JSON that several commands print alike.
enum JSONShapes {
    static func checkpoint(_ checkpoint: Checkpoint) -> JSONObject {
        var object = JSONObject()
        object["size"] = .integer(Int64(checkpoint.size))
        object["root"] = .string(Base64.encode(checkpoint.root.bytes))
        return object
    }

    static func key(_ key: VerifierKey) -> JSONObject {
        var object = JSONObject()
        object["origin"] = .string(key.name)
        object["key"] = .string(key.description)
        return object
    }

    /// A record or case with the origin of its archive, where it is shown among those of several.
    static func of(_ member: SeveralArchives.Member?, _ object: JSONObject) -> JSONObject {
        guard let member else { return object }
        var object = object
        object["archive"] = .string(member.origin)
        return object
    }

    /// What every entry has.
    static func entry(_ summary: RecordSummary) -> JSONObject {
        let entry = summary.record.entry
        var object = JSONObject()
        object["seq"] = .integer(Int64(entry.seq))
        object["leafHash"] = .string(summary.record.leafHash.hex)
        object["time"] = .string(entry.time.description)
        object["type"] = .string(entry.typeName)
        object["actor"] = .string(entry.actor)
        object["person"] = .string(summary.person)
        object["commit"] = .integer(Int64(entry.commit))
        object.set("dossiers", summary.dossiers.map { .string($0) })
        return object
    }

    /// An entry with the members of its body as they stand, the salt aside, and what later entries say of it.
    static func record(_ summary: RecordSummary) -> JSONObject {
        var object = entry(summary)
        for member in summary.history.object?.members ?? [] where member.name != "salt" {
            if object[member.name] == nil { object[member.name] = member.value }
        }
        // “person” is whoever signed, in all entries.
        if summary.record.entry.type?.opensDossier == true {
            object["responsible"] = summary.history.object?["person"]
        }
        HistoryFields.add(summary, to: &object)
        return object
    }

    /// What `amend`, `withdraw` and `custody` print.
    static func correction(_ result: CorrectRecords.Result, of target: UInt64) -> JSONObject {
        var object = JSONObject()
        object["seq"] = .integer(Int64(result.entry.seq))
        object["leafHash"] = .string(result.entry.leafHash.hex)
        object["target"] = .integer(Int64(target))
        object["checkpoint"] = .object(checkpoint(result.checkpoint))
        return object
    }
}
