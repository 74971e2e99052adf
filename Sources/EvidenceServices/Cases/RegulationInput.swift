internal import EvidenceRecord
internal import Inspection

/// The regulation's words as people type them: their identifiers, or their names in either language.
enum RegulationInput {
    static func caseStep(_ text: String) throws -> String {
        try word(text, of: CaseStepKind.self, Message(en: "step of a case", zh: "案件步骤"))
    }

    static func inspectionStep(_ text: String) throws -> String {
        try word(text, of: InspectionStepKind.self, Message(en: "step of an inspection", zh: "巡查步骤"))
    }

    static func result(_ text: String) throws -> String {
        try word(text, of: RecheckResult.self, Message(en: "result of a re-check", zh: "复查结果"))
    }

    static func severity(_ text: String) throws -> String {
        try word(text, of: HazardSeverity.self, Message(en: "severity", zh: "隐患等级"))
    }

    static func unitKind(_ text: String) throws -> String {
        try word(text, of: InspectedUnitKind.self, Message(en: "kind of unit", zh: "单位类别"))
    }

    /// Refuses a result of any step that is no re-check.
    static func requireRecheck(_ step: String?) throws {
        guard step != CaseStepKind.recheck.rawValue else { return }
        throw EvidenceError(
            .usage, en: "Only a re-check (recheck) has a result: leave out --result.",
            zh: "只有复查（recheck）有结果，请去掉 --result。")
    }

    private static func word<Word: RegulationWord>(
        _ text: String, of: Word.Type, _ what: Message
    ) throws -> String {
        if let word = Word(written: text) { return word.rawValue }
        let identifiers = Word.allCases.map(\.rawValue).joined(separator: ", ")
        let names = Word.allCases.map { "\($0.rawValue) \($0.chinese)" }.joined(separator: "、")
        throw EvidenceError(
            .usage, en: "“\(text.shown)” is no \(what.en). Write one of: \(identifiers).",
            zh: "“\(text.shown)”不是\(what.zh)。可用：\(names)。")
    }
}

extension DossierDetails {
    /// Puts identifiers in the place of the regulation's words; refuses words that it does not know.
    mutating func useIdentifiers() throws {
        severity = try severity.map { try RegulationInput.severity($0) }
        unitKind = try unitKind.map { try RegulationInput.unitKind($0) }
    }
}
