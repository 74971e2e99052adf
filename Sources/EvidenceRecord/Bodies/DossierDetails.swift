/// What `case.opened` and `inspection.opened` may say besides a dossier's name and title.
///
/// FORMAT.md §6. A writer keeps to the regulation's words for ``severity``, ``unitKind`` and the roles of a team; a reader
/// takes others as they are.
package struct DossierDetails: Sendable {
    /// Somebody of an inspection's team (巡查组).
    package struct Member: Sendable, Equatable {
        package let name: String
        /// `leader`, `deputy` or `member`.
        package let role: String
        package let rank: String?
        package let unit: String?

        package init(name: String, role: String, rank: String? = nil, unit: String? = nil) {
            self.name = name
            self.role = role
            self.rank = rank
            self.unit = unit
        }
    }

    /// When the problem was found.
    package var occurred = Occurrence()
    /// `general` or `major`.
    package var severity: String?
    package var county: String?
    /// The person responsible for the problem (责任人).
    package var person: String?
    package var measures: String?
    package var funds: String?
    /// The emergency plan (应急预案).
    package var plan: String?
    /// The day by which the problem is to be put right.
    package var due: CivilDate?
    package var team: [Member] = []
    /// How the team's members were drawn.
    package var drawn: String?
    /// The first and the last day planned on site.
    package var planned: (from: CivilDate, to: CivilDate)?
    /// `county`, `township`, `department` or `enterprise`.
    package var unitKind: String?

    package init() {}

    init(_ reader: JSONReader) throws(RecordError) {
        occurred = try Occurrence(reader)
        severity = try reader.optionalString("severity")
        county = try reader.optionalString("county")
        person = try reader.optionalString("person")
        measures = try reader.optionalString("measures")
        funds = try reader.optionalString("funds")
        plan = try reader.optionalString("plan")
        due = try reader.optional("due", CivilDate.init(json:))
        team = try reader.objects("team") { (item) throws(RecordError) in
            Member(
                name: try item.string("name"), role: try item.string("role"), rank: try item.optionalString("rank"),
                unit: try item.optionalString("unit"))
        }
        drawn = try reader.optionalString("drawn")
        if let object = try reader.optional("planned", \.object) {
            let days = JSONReader(object, in: "planned")
            planned = (
                try days.required("from", CivilDate.init(json:)), try days.required("to", CivilDate.init(json:))
            )
        }
        unitKind = try reader.optionalString("unitKind")
    }

    package var json: JSONObject {
        var object = JSONObject()
        occurred.write(to: &object)
        object.set("severity", severity)
        object.set("county", county)
        object.set("person", person)
        object.set("measures", measures)
        object.set("funds", funds)
        object.set("plan", plan)
        object.set("due", due?.description)
        object.set(
            "team",
            team.map { member in
                var item = JSONObject()
                item["name"] = .string(member.name)
                item["role"] = .string(member.role)
                item.set("rank", member.rank)
                item.set("unit", member.unit)
                return .object(item)
            })
        object.set("drawn", drawn)
        if let planned {
            var days = JSONObject()
            days["from"] = .string(planned.from.description)
            days["to"] = .string(planned.to.description)
            object["planned"] = .object(days)
        }
        object.set("unitKind", unitKind)
        return object
    }
}

/// When something happened, as a person says: a moment or a day, or from one to another.
package struct Occurrence: Sendable {
    package var from: ClaimedTime?
    package var to: ClaimedTime?

    package init(from: ClaimedTime? = nil, to: ClaimedTime? = nil) {
        self.from = from
        self.to = to
    }

    /// The member `occurred` of a body; nothing where it is absent.
    init(_ reader: JSONReader) throws(RecordError) {
        guard let object = try reader.optional("occurred", \.object) else { return }
        let occurred = JSONReader(object, in: "occurred")
        from = try occurred.optional("from") { $0.string.flatMap { ClaimedTime($0) } }
        to = try occurred.optional("to") { $0.string.flatMap { ClaimedTime($0) } }
    }

    /// Sets the member `occurred`, where there is anything to say.
    func write(to object: inout JSONObject) {
        var occurred = JSONObject()
        occurred.set("from", from?.description)
        occurred.set("to", to?.description)
        if !occurred.members.isEmpty { object["occurred"] = .object(occurred) }
    }
}

extension CivilDate {
    /// Reads `YYYY-MM-DD`; nil for any other form and for a day that does not exist.
    package init?(_ text: String) {
        guard let time = ClaimedTime(text), time.milliseconds == nil else { return nil }
        self = time.date
    }

    init?(json: JSONValue) {
        guard let text = json.string else { return nil }
        self.init(text)
    }
}
