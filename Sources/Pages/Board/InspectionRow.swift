package import EvidenceRecord
package import Inspection

/// An inspection as a board shows it in files.
package struct InspectionRow: Sendable {
    /// What people call the inspection.
    package let name: String
    package let title: String?
    /// The name of the archive that has it; nil where there is one archive alone.
    package let archive: String?
    package let county: String?
    package let unit: String?
    /// Who entered it.
    package let inspector: String
    package let standing: InspectionStanding
    /// The same in every export.
    package let uid: String

    package init(
        name: String, title: String?, archive: String?, county: String?, unit: String?, inspector: String,
        standing: InspectionStanding, uid: String
    ) {
        self.name = name
        self.title = title
        self.archive = archive
        self.county = county
        self.unit = unit
        self.inspector = inspector
        self.standing = standing
        self.uid = uid
    }

    /// What is still to be done by a day, in the order of the procedure.
    package var open: [(rule: Rule, deadline: Deadline)] {
        standing.deadlines.filter { $0.metOn == nil }.map { ($0.rule, $0.deadline) }
    }
}

extension Words {
    package static func state(_ state: InspectionState) -> Message { Message(en: state.english, zh: state.chinese) }

    /// The days on site, with the working days among them; nothing where the team has not come.
    package static func stay(_ standing: InspectionStanding) -> Message? {
        guard let stay = standing.onSite else { return nil }
        let days = standing.workingDays.map { Formats.counted($0, "working day", zh: "个工作日") }
        return Message { language in
            let site = stay.to.map { "\(stay.from) – \($0)" } ?? language.pick("since \(stay.from)", "\(stay.from) 起")
            return language.noted(site, days?.text(in: language))
        }
    }
}
