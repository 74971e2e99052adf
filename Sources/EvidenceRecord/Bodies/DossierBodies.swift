/// A case's or an inspection's name: 1 to 64 characters without controls, compared by bytes.
package enum DossierName {
    package static func isValid(_ name: String) -> Bool {
        (1...64).contains(name.unicodeScalars.count)
            && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}

/// What `case.opened` and `inspection.opened` have in common: the dossier's identity and name.
package struct DossierOpened: Sendable {
    package let id: DossierID
    package let name: String
    package let title: String?
    package let description: String?
    /// The unit that is responsible for the problem (责任单位).
    package let unit: String?
    /// C1 to C10, the regulation's content items.
    package let content: String?
    /// The same dossier in another archive, which it goes on with here.
    package let joins: ForeignDossier?
    package var details = DossierDetails()

    package init(
        id: DossierID, name: String, title: String?, description: String?, unit: String?, content: String?,
        joins: ForeignDossier? = nil
    ) {
        self.joins = joins
        self.id = id
        self.name = name
        self.title = title
        self.description = description
        self.unit = unit
        self.content = content
    }

    package init(_ body: Body) throws(RecordError) { try self.init(body.object) }

    /// Reads a body's members, be they as recorded or with amendments applied.
    package init(_ object: JSONObject) throws(RecordError) {
        let reader = JSONReader(object, in: "body")
        id = try reader.required("dossier") { $0.string.flatMap { DossierID(hex: $0) } }
        name = try reader.required("name") { $0.string.flatMap { DossierName.isValid($0) ? $0 : nil } }
        title = try reader.optionalString("title")
        description = try reader.optionalString("description")
        unit = try reader.optionalString("unit")
        content = try reader.optionalString("content")
        joins = try reader.optional("joins", \.object).map { (object) throws(RecordError) in
            try ForeignDossier(object)
        }
        details = try DossierDetails(reader)
    }

    package var json: JSONObject {
        var object = details.json
        if let joins { object["joins"] = .object(joins.json) }
        object["dossier"] = .string(id.description)
        object["name"] = .string(name)
        object.set("title", title)
        object.set("description", description)
        object.set("unit", unit)
        object.set("content", content)
        return object
    }
}

extension EntryHistory {
    /// What the opening of a dossier says now; nil where the entry is none, or where its body was removed.
    package var opened: DossierOpened? {
        record.entry.type?.opensDossier == true ? object.flatMap { try? DossierOpened($0) } : nil
    }
}

/// The body of `dossier.linked`: entries that belong to a dossier although they were written outside it.
package struct DossierLinked: Sendable {
    package let dossier: DossierID
    package let entries: [EntryReference]

    package init(dossier: DossierID, entries: [EntryReference]) {
        self.dossier = dossier
        self.entries = entries
    }

    package init(_ body: Body) throws(RecordError) {
        let reader = body.reader
        dossier = try reader.required("dossier") { $0.string.flatMap { DossierID(hex: $0) } }
        entries = try reader.references("entries")
        if entries.isEmpty { throw reader.failure("entries", en: "names no entry", zh: "没有列出条目") }
    }

    package var json: JSONObject {
        var object = JSONObject()
        object["dossier"] = .string(dossier.description)
        object.set("entries", entries.map(\.json))
        return object
    }
}

/// The body of `bundle.exported`: what left the archive, for whom and why.
package struct BundleExported: Sendable {
    package let dossier: DossierID
    package let recipient: String?
    package let purpose: String?
    /// The entries whose bodies went out.
    package let entries: [EntryReference]
    /// The entries of the dossier whose bodies were kept back.
    package let withheld: [EntryReference]

    package init(
        dossier: DossierID, recipient: String?, purpose: String?, entries: [EntryReference],
        withheld: [EntryReference] = []
    ) {
        self.dossier = dossier
        self.recipient = recipient
        self.purpose = purpose
        self.entries = entries
        self.withheld = withheld
    }

    package init(_ body: Body) throws(RecordError) {
        let linked = try DossierLinked(body)
        self.init(
            dossier: linked.dossier, recipient: try body.reader.optionalString("recipient"),
            purpose: try body.reader.optionalString("purpose"), entries: linked.entries,
            withheld: body.object["withheld"] == nil ? [] : try body.reader.references("withheld"))
    }

    package var json: JSONObject {
        var object = DossierLinked(dossier: dossier, entries: entries).json
        object.set("recipient", recipient)
        object.set("purpose", purpose)
        object.set("withheld", withheld.map(\.json))
        return object
    }
}
