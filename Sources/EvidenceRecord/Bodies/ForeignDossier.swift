package import EvidenceCrypto
package import TransparencyLog

/// A dossier of another archive, as a bundle of it has it.
///
/// FORMAT.md, "Dossiers of other archives". What it says held when the bundle was verified; whoever has the bundle can
/// verify it again.
package struct ForeignDossier: Sendable {
    /// The other archive's key.
    package let key: VerifierKey
    /// The size and root of its log up to the export.
    package let size: UInt64
    package let root: Digest
    package let dossier: DossierID
    /// What people call it there.
    package let name: String

    package init(key: VerifierKey, size: UInt64, root: Digest, dossier: DossierID, name: String) {
        self.key = key
        self.size = size
        self.root = root
        self.dossier = dossier
        self.name = name
    }

    init(_ object: JSONObject) throws(RecordError) {
        let reader = JSONReader(object, in: "dossier")
        key = try reader.required("key") { $0.string.flatMap { try? VerifierKey($0) } }
        size = try reader.count("size")
        root = try reader.digest("root")
        dossier = try reader.required("dossier") { $0.string.flatMap { DossierID(hex: $0) } }
        name = try reader.string("name")
    }

    package var json: JSONObject {
        var object = JSONObject()
        object["key"] = .string(key.description)
        object["size"] = .integer(Int64(clamping: size))
        object["root"] = root.json
        object["dossier"] = .string(dossier.description)
        object["name"] = .string(name)
        return object
    }
}
