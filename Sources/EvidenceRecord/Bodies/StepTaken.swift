/// The body of `case.step` and `inspection.step`: what happened to a problem, or in an inspection.
///
/// FORMAT.md §6. Nothing is said of what may follow what: the log records what happened.
package struct StepTaken: Sendable {
    package let dossier: DossierID
    /// One of the regulation's words for steps of the kind; a reader takes others as they are.
    package let step: String
    /// When it happened; else the entry's own time.
    package var occurred = Occurrence()
    package var summary: String?
    /// The records that show it; entries of the dossier, or linked to it.
    package var evidence: [EntryReference] = []
    /// The day by which what the step asks for is to be done.
    package var due: CivilDate?
    /// The authority or unit that received something, or whom a talk was with.
    package var to: String?
    /// `passed` or `failed`: what came of a re-check.
    package var result: String?

    package init(dossier: DossierID, step: String) {
        self.dossier = dossier
        self.step = step
    }

    package init(_ body: Body) throws(RecordError) { try self.init(body.object) }

    /// Reads a body's members, be they as recorded or with amendments applied.
    package init(_ object: JSONObject) throws(RecordError) {
        let reader = JSONReader(object, in: "body")
        dossier = try reader.required("dossier") { $0.string.flatMap { DossierID(hex: $0) } }
        step = try reader.string("step")
        occurred = try Occurrence(reader)
        summary = try reader.optionalString("summary")
        evidence = try reader.references("evidence")
        if evidence.isEmpty, object["evidence"] != nil {
            throw reader.failure("evidence", en: "names no entry", zh: "没有列出条目")
        }
        due = try reader.optional("due", CivilDate.init(json:))
        to = try reader.optionalString("to")
        result = try reader.optionalString("result")
    }

    package var json: JSONObject {
        var object = JSONObject()
        object["dossier"] = .string(dossier.description)
        object["step"] = .string(step)
        occurred.write(to: &object)
        object.set("summary", summary)
        object.set("evidence", evidence.map(\.json))
        object.set("due", due?.description)
        object.set("to", to)
        object.set("result", result)
        return object
    }
}

extension EntryHistory {
    /// What a step says now; nil where the entry is none, or where its body was removed.
    package var step: StepTaken? {
        record.entry.type?.isStep == true ? object.flatMap { try? StepTaken($0) } : nil
    }
}
