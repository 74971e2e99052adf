package import EvidenceCrypto

/// The body of `entry.amended`: whole members of another entry's body as they ought to be.
///
/// FORMAT.md §6. The target's bytes stay as they are; see ``EntryHistory`` for the record as it stands.
package struct EntryAmended: Sendable {
    /// Members that no amendment may touch: files are evidence, a dossier's identity and name are looked up by others, and
    /// which step was taken on what evidence is what a step is.
    package static let fixedMembers: Set<String> = [
        "salt", "files", "sealed", "dossier", "name", "step", "evidence",
    ]

    package let target: EntryReference
    package let reason: String
    /// Members that get another value.
    package let set: JSONObject
    /// Members that are taken away, sorted.
    package let unset: [String]

    package init(target: EntryReference, reason: String, set: JSONObject, unset: [String]) {
        self.target = target
        self.reason = reason
        self.set = set
        self.unset = unset.sorted()
    }

    package init(_ body: Body) throws(RecordError) {
        let reader = body.reader
        target = try reader.required("target", EntryReference.init(json:))
        reason = try reader.string("reason")
        set = try reader.optional("set", \.object) ?? JSONObject()
        unset =
            try reader.optional("unset") { value in
                value.array.flatMap { array in
                    let names = array.compactMap(\.string)
                    return names.count == array.count ? names : nil
                }
            } ?? []
        let names = (set.members.map(\.name) + unset).map { Array($0.utf8) }
        guard !names.isEmpty, Set(names).count == names.count else {
            throw reader.failure("set", en: "and \"unset\" name no member, or one twice", zh: "与“unset”未列出成员，或重复列出")
        }
        if let fixed = EntryAmended.fixedMembers.first(where: { names.contains(Array($0.utf8)) }) {
            throw reader.failure(fixed, en: "may not be amended", zh: "不可更正")
        }
    }

    package var json: JSONObject {
        var object = JSONObject()
        object["target"] = target.json
        object["reason"] = .string(reason)
        if !set.members.isEmpty { object["set"] = .object(set) }
        object.set("unset", unset.map { .string($0) })
        return object
    }

    /// Refuses an amendment that gives an entry of a type members of a form which they can't have there, or takes away what
    /// it can't be without.
    ///
    /// What the target says besides is not looked at: every member that may be amended is of its form for itself. Nothing is
    /// asked of an amendment of a type that is not read with its amendments.
    func requireForm(of type: EntryType) throws(RecordError) {
        var least = JSONObject()
        switch type {
        case .evidenceAdded: least = EvidenceAdded(kind: "", title: "").json
        case .caseOpened, .inspectionOpened: (least["dossier"], least["name"]) = (EntryAmended.anyDossier, .string("-"))
        case .caseStep, .inspectionStep: (least["dossier"], least["step"]) = (EntryAmended.anyDossier, .string("-"))
        default: break
        }
        try type.requireForm(of: applied(to: least))
    }

    private static let anyDossier = JSONValue.string(String(repeating: "0", count: 2 * DossierID.size))

    /// A body with the amendment applied.
    package func applied(to object: JSONObject) -> JSONObject {
        var object = object
        for member in set.members { object[member.name] = member.value }
        for name in unset { object[name] = nil }
        return object
    }
}

extension EntryType {
    /// Holds members, as recorded or as amended, against the form of a body that is read with its amendments.
    ///
    /// That is a record, the opening of a dossier, or a step; of other types nothing is asked.
    package func requireForm(of object: JSONObject) throws(RecordError) {
        switch self {
        case .evidenceAdded: _ = try EvidenceAdded(object)
        case .caseOpened, .inspectionOpened: _ = try DossierOpened(object)
        case .caseStep, .inspectionStep: _ = try StepTaken(object)
        default: break
        }
    }
}

/// The body of `entry.withdrawn`: whose order removes which bodies and files.
///
/// FORMAT.md §6.
package struct EntryWithdrawn: Sendable {
    package let target: EntryReference
    /// The target's amendments, whose bodies are removed with it.
    package let amendments: [EntryReference]
    /// Who ordered it.
    package let authority: String
    package let reason: String

    package init(target: EntryReference, amendments: [EntryReference], authority: String, reason: String) {
        self.target = target
        self.amendments = amendments
        self.authority = authority
        self.reason = reason
    }

    package init(_ body: Body) throws(RecordError) {
        target = try body.reader.required("target", EntryReference.init(json:))
        amendments = try body.reader.references("amendments")
        authority = try body.reader.string("authority")
        reason = try body.reader.string("reason")
    }

    /// Every entry whose body goes.
    package var removed: [EntryReference] { [target] + amendments }

    package var json: JSONObject {
        var object = JSONObject()
        object["target"] = target.json
        object.set("amendments", amendments.map(\.json))
        object["authority"] = .string(authority)
        object["reason"] = .string(reason)
        return object
    }
}

/// The body of `custody.moved`: material that passed from one hand into another.
///
/// FORMAT.md §6.
package struct CustodyMoved: Sendable {
    package let target: EntryReference
    package let from: String
    package let to: String
    /// When it was handed over, as the person says; else the entry's own time.
    package let at: ClaimedTime?
    package let description: String?

    package init(target: EntryReference, from: String, to: String, at: ClaimedTime?, description: String?) {
        self.target = target
        self.from = from
        self.to = to
        self.at = at
        self.description = description
    }

    package init(_ body: Body) throws(RecordError) {
        let reader = body.reader
        target = try reader.required("target", EntryReference.init(json:))
        from = try reader.string("from")
        to = try reader.string("to")
        at = try reader.optional("at") { $0.string.flatMap { ClaimedTime($0) } }
        description = try reader.optionalString("description")
    }

    package var json: JSONObject {
        var object = JSONObject()
        object["target"] = target.json
        object["from"] = .string(from)
        object["to"] = .string(to)
        object.set("at", at?.description)
        object.set("description", description)
        return object
    }
}

/// The body of `record.opened`: that somebody looked into a sealed record.
///
/// FORMAT.md §6. Who that was is the entry's actor.
package struct RecordOpened: Sendable {
    package let target: EntryReference
    /// The certificate, by its SHA-256, of the reader with whose key it was opened.
    package let reader: Digest
    package let purpose: String

    package init(target: EntryReference, reader: Digest, purpose: String) {
        self.target = target
        self.reader = reader
        self.purpose = purpose
    }

    package init(_ body: Body) throws(RecordError) {
        target = try body.reader.required("target", EntryReference.init(json:))
        reader = try body.reader.digest("reader")
        purpose = try body.reader.string("purpose")
    }

    package var json: JSONObject {
        var object = JSONObject()
        object["target"] = target.json
        object["reader"] = reader.json
        object["purpose"] = .string(purpose)
        return object
    }
}
