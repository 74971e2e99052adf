package import EvidenceRecord
internal import Inspection

/// What is said of cases and inspections, and of the steps in them.
extension Words {
    /// A member of a case's or an inspection's opening, with what it says.
    package struct Fact: Sendable {
        /// The member's name in the body.
        package let member: String
        /// What it is called at the head of a line.
        package let label: Message
        package let value: Message
    }

    /// The members whose values are the regulation's words rather than a person's.
    static let coded: Set<String> = ["kind", "method", "content", "severity", "unitKind", "step", "result", "role"]

    private static func word<Word: RegulationWord>(_ text: String, _: Word.Type, _ language: Language) -> String {
        Word(rawValue: text).map { language.pick($0.english, $0.chinese) } ?? text
    }

    /// A step, of a case or of an inspection: what both have is called the same in both.
    package static func step(_ step: String, _ language: Language) -> String {
        if let known = CaseStepKind(rawValue: step) { return language.pick(known.english, known.chinese) }
        return word(step, InspectionStepKind.self, language)
    }

    package static func result(_ result: String, _ language: Language) -> String {
        word(result, RecheckResult.self, language)
    }

    package static func severity(_ severity: String, _ language: Language) -> String {
        word(severity, HazardSeverity.self, language)
    }

    package static func unitKind(_ kind: String, _ language: Language) -> String {
        word(kind, InspectedUnitKind.self, language)
    }

    /// A step with what came of it: `复查（通过）`; nil for what is no step.
    package static func step(_ object: JSONObject, _ language: Language) -> String? {
        guard object["dossier"] != nil, let step = object["step"]?.string else { return nil }
        return language.noted(
            Words.step(step, language), object["result"]?.string.map { Words.result($0, language) })
    }

    /// A step in a line: which it is, towards whom, by when, and what was said of it.
    static func stepLine(_ object: JSONObject, _ language: Language) -> String? {
        guard let step = step(object, language) else { return nil }
        let parts = [
            step, object["to"]?.string.map { "→ \($0)" },
            object["due"]?.string.map { language.pick("due \($0)", "期限 \($0)") }, object["summary"]?.string,
        ]
        return parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ")
    }

    /// Somebody of a team with their part, rank and unit.
    static func teamMember(_ object: JSONObject, _ language: Language) -> String {
        language.noted(
            object["name"]?.string ?? "", object["role"]?.string.map { word($0, TeamRole.self, language) },
            object["rank"]?.string, object["unit"]?.string)
    }

    private static let openingFacts = [
        "county", "unit", "unitKind", "person", "content", "severity", "description", "occurred", "measures", "funds",
        "plan", "due", "team", "drawn", "planned",
    ]
    private static let stepFacts = ["step", "result", "occurred", "summary", "evidence", "to", "due"]

    /// What the opening of a dossier says besides name and title, or what a step says, in the order in which people read
    /// it; nothing of other types.
    ///
    /// - Parameters:
    ///   - object: the body's members.
    ///   - type: of the entry.
    package static func facts(_ object: JSONObject, of type: EntryType) -> [Fact] {
        let names = type.opensDossier ? openingFacts : type.isStep ? stepFacts : []
        return names.compactMap { name in
            object[name].map { value in
                Fact(
                    member: name, label: label(name, of: type, object),
                    value: Message { Words.value(value, of: name, $0) })
            }
        }
    }

    private static func label(_ name: String, of type: EntryType, _ object: JSONObject) -> Message {
        if name == "content" { return Message(en: "Content item", zh: "巡查内容") }
        if name == "to", type.isStep {
            let isTalk = object["step"]?.string == CaseStepKind.talk.rawValue
            return isTalk ? Message(en: "With", zh: "约谈对象") : Message(en: "To", zh: "接收单位")
        }
        let member = member(name, of: type)
        return Message(en: member.en.prefix(1).uppercased() + member.en.dropFirst(), zh: member.zh)
    }
}
