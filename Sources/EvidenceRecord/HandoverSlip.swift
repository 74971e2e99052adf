package import EvidenceCrypto
package import TransparencyLog

/// What says that a bundle was handed over: who, to whom, when, what for, and which bundle, signed by the archive and the
/// exporter.
///
/// FORMAT.md, "Hand-over slips". A C2SP signed note whose text is two lines: ``header``, and canonical JSON.
package struct HandoverSlip: Sendable {
    /// The first line of a slip's text.
    package static let header = "evidence handover v1"
    /// The most bytes that a slip may have, with what people read before it.
    package static let largest = 64 * 1_024

    /// What it says.
    package struct Details: Sendable {
        package let archive: VerifierKey
        package let dossier: DossierID
        /// What people call the dossier.
        package let name: String
        package let title: String?
        /// The entry that records the export.
        package let export: EntryReference
        /// The archive's clock at the export.
        package let time: Timestamp
        /// The exporter's key name.
        package let exporter: String
        package let person: PersonDetails
        package let recipient: String?
        package let purpose: String?
        /// SHA-256 of the bundle's `tagmanifest-sha256.txt`, through which all of it is fixed.
        package let tagManifest: Digest

        package init(
            archive: VerifierKey, dossier: DossierID, name: String, title: String?, export: EntryReference,
            time: Timestamp, exporter: String, person: PersonDetails, recipient: String?, purpose: String?,
            tagManifest: Digest
        ) {
            self.archive = archive
            self.dossier = dossier
            self.name = name
            self.title = title
            self.export = export
            self.time = time
            self.exporter = exporter
            self.person = person
            self.recipient = recipient
            self.purpose = purpose
            self.tagManifest = tagManifest
        }
    }

    package let details: Details
    package let note: SignedNote

    /// - Parameter sign: signs a note's text with the archive's key and then with the exporter's.
    package init(_ details: Details, sign: (_ noteText: String) throws -> SignedNote) throws {
        self.details = details
        let line = String(decoding: JSONValue.object(details.json).canonicalBytes, as: UTF8.self)
        note = try sign(HandoverSlip.header + "\n" + line + "\n")
    }

    /// Reads a slip: what stands from the line ``header`` on; other text may stand before it, and a CR before an LF does not
    /// count.
    ///
    /// Signatures are not checked here.
    package init(parsing bytes: [UInt8]) throws(RecordError) {
        let notSlip = RecordError(.malformed, en: "this is not a hand-over slip", zh: "这不是交接单")
        guard bytes.count <= HandoverSlip.largest else { throw notSlip }
        let lines = HandoverSlip.withoutReturns(bytes).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0.elementsEqual(HandoverSlip.header.utf8) }),
            let note = try? SignedNote(parsing: Array(lines[start...].joined(separator: "\n".utf8)))
        else { throw notSlip }
        let text = note.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard text.count == 3, text[2].isEmpty, let object = try JSONValue(canonical: Array(text[1])).object else {
            throw notSlip
        }
        details = try Details(JSONReader(object, in: "slip"))
        self.note = note
    }

    /// Bytes as they were before somebody's program ended lines as e-mails do.
    package static func withoutReturns(_ bytes: [UInt8]) -> [UInt8] {
        zip(bytes, bytes.dropFirst() + [0]).filter { $0 != UInt8(ascii: "\r") || $1 != UInt8(ascii: "\n") }.map(\.0)
    }
}

extension HandoverSlip.Details {
    init(_ reader: JSONReader) throws(RecordError) {
        archive = try reader.required("archive", VerifierKey.init(json:))
        dossier = try reader.required("dossier") { $0.string.flatMap { DossierID(hex: $0) } }
        name = try reader.string("name")
        title = try reader.optionalString("title")
        export = try reader.required("export", EntryReference.init(json:))
        time = try reader.required("time") { $0.string.flatMap { Timestamp($0) } }
        exporter = try reader.required("exporter") { $0.string.flatMap { SignerName.isValid($0) ? $0 : nil } }
        person = try PersonDetails(reader)
        recipient = try reader.optionalString("recipient")
        purpose = try reader.optionalString("purpose")
        tagManifest = try reader.digest("tagManifest")
    }

    var json: JSONObject {
        var object = JSONObject()
        object["archive"] = .string(archive.description)
        object["dossier"] = .string(dossier.description)
        object["name"] = .string(name)
        object.set("title", title)
        object["export"] = export.json
        object["time"] = .string(time.description)
        object["exporter"] = .string(exporter)
        person.write(to: &object)
        object.set("recipient", recipient)
        object.set("purpose", purpose)
        object["tagManifest"] = tagManifest.json
        return object
    }
}
