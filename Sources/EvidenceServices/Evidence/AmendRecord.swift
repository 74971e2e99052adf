package import EvidenceRecord

/// `evidence amend`: whole members of a record or of a case's opening get other values, or go.
package struct AmendRecord {
    /// What ought to be different.
    package struct Change: Sendable {
        package let reason: String
        /// Values that are given; cases and inspections are not among them.
        package var said: RecordDescription
        /// A case's responsible unit.
        package let unit: String?
        /// What the opening of a case or inspection says besides; its due day is a step's too.
        package var details = DossierDetails()
        package var summary: String?
        /// Whom a step was taken towards.
        package var to: String?
        package var result: String?
        /// What is to go, as the command line's options call it.
        package let unset: [String]

        package init(reason: String, said: RecordDescription, unit: String?, unset: [String]) {
            self.reason = reason
            self.said = said
            self.unit = unit
            self.unset = unset
        }
    }

    /// Members by the options that set them, where the names differ.
    private static let members = [
        "occurred-at": "occurred", "person": "people", "tag": "tags", "responsible": "person", "unit-kind": "unitKind",
    ]
    private static let opening: Set<String> = [
        "title", "description", "unit", "content", "occurred", "severity", "county", "person", "measures", "funds",
        "plan", "due", "team", "drawn", "planned", "unitKind",
    ]
    private static let step: Set<String> = ["occurred", "summary", "due", "to", "result"]
    /// What a record, a case's opening and a step may be without.
    private static let optional: [EntryType: Set<String>] = [
        .evidenceAdded: [
            "description", "occurred", "place", "people", "method", "content", "classification", "device", "serial",
            "tags",
        ],
        .caseOpened: opening, .inspectionOpened: opening, .caseStep: step, .inspectionStep: step,
    ]

    /// What a record has besides.
    private static let always: [EntryType: Set<String>] = [.evidenceAdded: ["kind", "title", "acquired"]]

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    package func run(_ seq: UInt64, _ change: Change) throws -> CorrectRecords.Result {
        try CorrectRecords.require(change.reason, "--reason")
        var change = change
        try change.said.useIdentifiers()
        try change.details.useIdentifiers()
        change.result = try change.result.map { try RegulationInput.result($0) }
        let settled = change
        return try CorrectRecords(context).correct(seq, as: .entryAmended) { history in
            try CorrectRecords.refuseWithdrawn(history)
            try history.requireBody()
            return try amendment(of: history, settled).json
        }
    }

    private func amendment(of history: EntryHistory, _ change: Change) throws -> EntryAmended {
        let seq = history.record.entry.seq
        guard let type = history.record.entry.type, let optional = AmendRecord.optional[type],
            let before = history.object
        else {
            throw EvidenceError(
                .badInput,
                en: "Entry \(seq) is neither a record nor the opening of a case nor a step; it is not amended.",
                zh: "第 \(seq) 条不是记录、立案条目或步骤，不作更正。")
        }
        if before["sealed"] != nil {
            throw EvidenceError(
                .badInput,
                en:
                    "Entry \(seq) is sealed; an amendment would lie open. Add a corrected record with --sealed instead, and withdraw this one.",
                zh: "第 \(seq) 条为密封记录，更正内容会公开。请用 --sealed 另行添加更正后的记录，并撤销本条。")
        }
        if change.result != nil { try RegulationInput.requireRecheck(before["step"]?.string) }
        var after = before
        for member in try AmendRecord.given(change).members {
            guard optional.contains(member.name) || AmendRecord.always[type]?.contains(member.name) == true else {
                throw AmendRecord.notSettable(member.name, type, seq)
            }
            guard member.name == "acquired" else {
                after[member.name] = member.value
                continue
            }
            // One member holds several things that people say one by one.
            var acquired = before["acquired"]?.object ?? JSONObject()
            for part in member.value.object?.members ?? [] { acquired[part.name] = part.value }
            after["acquired"] = .object(acquired)
        }
        for option in change.unset {
            let name = AmendRecord.members[option] ?? option
            guard optional.contains(name) else { throw AmendRecord.notUnset(option, optional) }
            if name == "device" || name == "serial" {
                var acquired = after["acquired"]?.object ?? JSONObject()
                acquired[name] = nil
                after["acquired"] = acquired.members.isEmpty ? nil : .object(acquired)
            } else {
                after[name] = nil
            }
        }
        do {
            try type.requireForm(of: after)
        } catch {
            throw EvidenceError(.badInput, en: "\(error.reason.en).", zh: "\(error.reason.zh)。")
        }
        var set = JSONObject()
        for member in after.members where before[member.name]?.canonicalBytes != member.value.canonicalBytes {
            set[member.name] = member.value
        }
        let unset = before.members.map(\.name).filter { after[$0] == nil }
        guard !set.members.isEmpty || !unset.isEmpty else {
            throw EvidenceError(
                .usage, en: "Entry \(seq) says that already, or nothing was given to amend: nothing is written.",
                zh: "第 \(seq) 条的内容已是如此，或未给出要更正的内容，未写入。")
        }
        return EntryAmended(target: history.record.reference, reason: change.reason, set: set, unset: unset)
    }

    /// The members that were given, as a body has them.
    private static func given(_ change: Change) throws -> JSONObject {
        var object = change.said.record(of: []).json
        if change.said.kind == nil { object["kind"] = nil }
        if change.said.title == nil { object["title"] = nil }
        object.set("unit", change.unit)
        for member in change.details.json.members { object[member.name] = member.value }
        object.set("summary", change.summary)
        object.set("to", change.to)
        object.set("result", change.result)
        for member in object.members {
            if let text = member.value.string { try CorrectRecords.require(text, "--\(member.name)") }
        }
        return object
    }

    private static func notSettable(_ name: String, _ type: EntryType, _ seq: UInt64) -> EvidenceError {
        let option = members.first { $0.value == name }?.key ?? name
        let what =
            switch type {
            case .evidenceAdded: Message(en: "a record", zh: "一条记录")
            case .caseStep, .inspectionStep: Message(en: "a step", zh: "一个步骤")
            default: Message(en: "the opening of a case", zh: "立案条目")
            }
        return EvidenceError(
            .usage, en: "Entry \(seq) is \(what.en), of which “\(option)” is not said.",
            zh: "第 \(seq) 条是\(what.zh)，没有“\(option)”这一项。")
    }

    private static func notUnset(_ option: String, _ optional: Set<String>) -> EvidenceError {
        let names = optional.map { name in members.first { $0.value == name }?.key ?? name }.sorted()
        return EvidenceError(
            .usage,
            en: "“\(option.shown)” can't be taken away here. What can be: \(names.joined(separator: ", ")).",
            zh: "此处不能去掉“\(option.shown)”。可以去掉：\(names.joined(separator: "、"))。")
    }
}
