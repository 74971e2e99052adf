internal import EvidenceRecord

/// `evidence amend`: whole members of a record or of a case's opening get other values, or go.
package struct AmendRecord {
    /// What ought to be different.
    package struct Change: Sendable {
        package let reason: String
        /// Values that are given; cases and inspections are not among them.
        package var said: RecordDescription
        /// A case's responsible unit.
        package let unit: String?
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
    private static let members = ["occurred-at": "occurred", "person": "people", "tag": "tags"]
    /// What a record and a case's opening may be without.
    private static let optional: [EntryType: Set<String>] = [
        .evidenceAdded: [
            "description", "occurred", "place", "people", "method", "content", "classification", "device", "serial",
            "tags",
        ],
        .caseOpened: ["title", "description", "unit", "content"],
        .inspectionOpened: ["title", "description", "unit", "content"],
    ]

    /// What a record has besides.
    private static let always: [EntryType: Set<String>] = [.evidenceAdded: ["kind", "title", "acquired"]]

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    package func run(_ seq: UInt64, _ change: Change) throws -> CorrectRecords.Result {
        try CorrectRecords.require(change.reason, "--reason")
        var change = change
        try change.said.useIdentifiers()
        let settled = change
        return try CorrectRecords(context).correct(seq, as: .entryAmended) { history in
            try CorrectRecords.refuseWithdrawn(history)
            return try amendment(of: history, settled).json
        }
    }

    private func amendment(of history: EntryHistory, _ change: Change) throws -> EntryAmended {
        let seq = history.record.entry.seq
        guard let type = history.record.entry.type, let optional = AmendRecord.optional[type],
            let before = history.object
        else {
            throw EvidenceError(
                .badInput, en: "Entry \(seq) is neither a record nor the opening of a case; it is not amended.",
                zh: "第 \(seq) 条既不是记录也不是立案条目，不作更正。")
        }
        if before["sealed"] != nil {
            throw EvidenceError(
                .badInput,
                en:
                    "Entry \(seq) is sealed; an amendment would lie open. Add a corrected record with --sealed instead, and withdraw this one.",
                zh: "第 \(seq) 条为密封记录，更正内容会公开。请用 --sealed 另行添加更正后的记录，并撤销本条。")
        }
        var after = before
        for member in AmendRecord.given(change).members {
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
        try AmendRecord.requireForm(after, type)
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
    private static func given(_ change: Change) -> JSONObject {
        var object = change.said.record(of: []).json
        if change.said.kind == nil { object["kind"] = nil }
        if change.said.title == nil { object["title"] = nil }
        object.set("unit", change.unit)
        return object
    }

    private static func requireForm(_ object: JSONObject, _ type: EntryType) throws {
        do {
            _ = type == .evidenceAdded ? try EvidenceAdded(object).title : try DossierOpened(object).name
        } catch {
            throw EvidenceError(.badInput, en: "\(error.reason.en).", zh: "\(error.reason.zh)。")
        }
    }

    private static func notSettable(_ name: String, _ type: EntryType, _ seq: UInt64) -> EvidenceError {
        let option = members.first { $0.value == name }?.key ?? name
        return EvidenceError(
            .usage,
            en:
                "Entry \(seq) is \(type == .evidenceAdded ? "a record" : "the opening of a case"), of which “\(option)” is not said.",
            zh: "第 \(seq) 条是\(type == .evidenceAdded ? "一条记录" : "立案条目")，没有“\(option)”这一项。")
    }

    private static func notUnset(_ option: String, _ optional: Set<String>) -> EvidenceError {
        let names = optional.map { name in members.first { $0.value == name }?.key ?? name }.sorted()
        return EvidenceError(
            .usage,
            en: "“\(option.shown)” can't be taken away here. What can be: \(names.joined(separator: ", ")).",
            zh: "此处不能去掉“\(option.shown)”。可以去掉：\(names.joined(separator: "、"))。")
    }
}
