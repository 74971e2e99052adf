import Inspection
import Testing

struct RuleTests {
    @Test func `there are the regulation's twenty-three rules`() {
        #expect(
            Rule.allCases.map(\.rawValue) == [
                "S1", "S2", "S3", "S4", "T1", "T2", "T3", "T4", "P1", "P2", "P3", "P4", "P5", "P6", "P7", "L1", "L2",
                "L3", "L4", "D1", "D2", "D3", "D4",
            ])
    }

    @Test func `each rule has a name and a sentence of its own in both languages`() {
        #expect(Set(Rule.allCases.map(\.english)).count == 23)
        #expect(Set(Rule.allCases.map(\.chinese)).count == 23)
        #expect(Set(Rule.allCases.map(\.text.english)).count == 23)
        #expect(Set(Rule.allCases.map(\.text.chinese)).count == 23)
        for rule in Rule.allCases {
            #expect(rule.text.english.hasSuffix(".") && rule.text.chinese.hasSuffix("。"))
            #expect(Rule(written: rule.rawValue.lowercased()) == rule)
            #expect(Rule(written: rule.chinese) == rule)
        }
    }

    @Test(arguments: [
        ("notice", InspectionStepKind.notice), ("进驻", .arrival), ("P2", .arrival), ("ｐ３", .report), ("P4", .feedback),
        ("线索移交", .clues), ("P5", .clues), ("p6", .rectification), ("整改报告", .rectification), ("P7", .results),
    ])
    func `an inspection's step is known by its names, and by its rule where that is its alone`(
        text: String, kind: InspectionStepKind
    ) {
        #expect(InspectionStepKind(written: text) == kind)
    }

    @Test(arguments: ["P1", "P8", "P", "", "约谈", "close"]) func `what is no step of an inspection is none`(text: String)
    {
        #expect(InspectionStepKind(written: text) == nil)
    }

    @Test func `a case's step is known by both names`() {
        let chinese = ["反馈", "整改", "复查", "销号", "重新开启", "移交", "约谈"]
        #expect(CaseStepKind.allCases.map(\.chinese) == chinese)
        #expect(chinese.map { CaseStepKind(written: $0) } == CaseStepKind.allCases)
        #expect(CaseStepKind(written: "Re-check") == .recheck)
        #expect(CaseStepKind(written: "P4") == nil)
    }
}
