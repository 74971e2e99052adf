internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

/// A log's state as it stands in a record of a verification.
extension LogState {
    init(json object: JSONObject) throws {
        let reader = JSONReader(object, in: "state")
        self.init()
        let size = try reader.count("size")
        let subtrees = try reader.required("subtrees", \.array).map { item throws(RecordError) in
            guard let digest = Digest(json: item) else {
                throw reader.failure("subtrees", en: "is no list of digests", zh: "不是摘要列表")
            }
            return digest
        }
        frontier = try MerkleFrontier(size: size, subtrees: subtrees)
        identity = try reader.digest("identity")
        archiveKey = try reader.required("key") { $0.string.flatMap { try? VerifierKey($0) } }
        lastLeaf = try reader.digest("lastLeaf")
        lastTime = try reader.required("lastTime") { $0.string.flatMap { Timestamp($0) } }
        anchors = try reader.count("anchors")
        for signer in try reader.objects("signers", Signer.init(json:)) { signers[signer.key.name] = signer }
        for (id, dossier) in try reader.objects("dossiers", LogState.dossier(json:)) { set(dossier, id: id) }
    }

    var json: JSONObject {
        var object = JSONObject()
        object["size"] = .integer(Int64(clamping: size))
        object["subtrees"] = .array(frontier.subtrees.map(\.json))
        object["identity"] = identity?.json
        object.set("key", archiveKey?.description)
        object["lastLeaf"] = lastLeaf?.json
        object.set("lastTime", lastTime?.description)
        object["anchors"] = .integer(Int64(clamping: anchors))
        object["signers"] = .array(signers.sorted { $0.key < $1.key }.map { .object($0.value.json) })
        object["dossiers"] = .array(
            dossiers.sorted { $0.key < $1.key }.map { .object(LogState.json($0.key, $0.value)) })
        return object
    }

    private static func dossier(json reader: JSONReader) throws(RecordError) -> (DossierID, Dossier) {
        func id(_ value: JSONValue) -> DossierID? { value.string.flatMap { DossierID(hex: $0) } }
        return (
            try reader.required("id", id),
            Dossier(
                kind: try reader.required("kind") { $0.string.flatMap { EntryType(rawValue: $0) } },
                name: try reader.optionalString("name"), openedAt: try reader.count("openedAt"),
                parent: try reader.optional("parent", id), count: try reader.count("count"),
                head: try reader.digest("head"))
        )
    }

    private static func json(_ id: DossierID, _ dossier: Dossier) -> JSONObject {
        var object = JSONObject()
        object["id"] = .string(id.description)
        object["kind"] = .string(dossier.kind.rawValue)
        object.set("name", dossier.name)
        object["openedAt"] = .integer(Int64(clamping: dossier.openedAt))
        object.set("parent", dossier.parent?.description)
        object["count"] = .integer(Int64(clamping: dossier.count))
        object["head"] = dossier.head.json
        return object
    }
}

extension LogState.Signer {
    fileprivate init(json reader: JSONReader) throws(RecordError) {
        self.init(
            key: try reader.required("key") { $0.string.flatMap { try? VerifierKey($0) } },
            person: try reader.string("person"), unit: try reader.optionalString("unit"),
            role: try reader.optionalString("role"), mayEnrol: try reader.required("mayEnrol", \.bool),
            enrolledAt: try reader.count("enrolledAt"),
            revokedAt: try reader.optional("revokedAt") { $0.integer.flatMap { UInt64(exactly: $0) } })
    }

    fileprivate var json: JSONObject {
        var object = JSONObject()
        object["key"] = .string(key.description)
        object["person"] = .string(person)
        object.set("unit", unit)
        object.set("role", role)
        object["mayEnrol"] = .bool(mayEnrol)
        object["enrolledAt"] = .integer(Int64(clamping: enrolledAt))
        object["revokedAt"] = revokedAt.map { .integer(Int64(clamping: $0)) }
        return object
    }
}
