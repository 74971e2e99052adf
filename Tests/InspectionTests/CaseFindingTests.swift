import Inspection
import Testing

/// A whole case that lacks nothing, and each thing taken from it alone.
struct CaseFindingTests {
    private let whole = facts(
        [
            step(.feedback, "2026-03-03"), step(.talk, "2026-03-05"), step(.rectify, "2026-03-20"),
            step(.recheck, "2026-03-25"), step(.close, "2026-03-26"), step(.reopen, "2026-06-01"),
            step(.feedback, "2026-06-02"), step(.transfer, "2026-06-10"),
        ]
    ) { $0.isMajor = true }

    @Test func `nothing is found in a case that lacks nothing`() {
        for count in 0...whole.steps.count {
            var facts = whole
            facts.steps = Array(whole.steps.prefix(count))
            let last = facts.steps.last?.date ?? facts.found
            let found = facts.standing(at: last, within: 7, calendar: .shipped).findings
            #expect(found == [], "\(count) steps")
        }
    }

    @Test(arguments: [
        (0, FindingCode.feedbackEvidence), (1, .talkEvidence), (2, .rectifyEvidence), (3, .recheckEvidence),
        (5, .reopenEvidence), (6, .feedbackEvidence), (7, .transferEvidence),
    ])
    func `a step without evidence is a gap, and nothing else is found`(index: Int, code: FindingCode) {
        var facts = whole
        facts.steps[index].hasEvidence = false
        facts.steps[index].hasPicturesOrSound = false
        let findings = facts.standing("2026-06-10").findings
        #expect(findings.map(\.code) == [code])
        #expect(findings.first?.rule == .l3)
        #expect(findings.first?.kind == .gap)
        #expect(findings.first?.step == index)
        #expect(findings.first?.day == facts.steps[index].date)
    }

    @Test func `to close takes no evidence of its own`() {
        var facts = whole
        facts.steps[4].hasEvidence = false
        #expect(facts.standing("2026-06-10").findings == [])
    }

    @Test func `a case without any evidence is a gap, and one whose steps have some is none`() {
        let none = facts([]) { $0.hasEvidence = false }.standing("2026-03-02").findings
        #expect(none.map(\.code) == [.openingEvidence])
        #expect(none.first?.rule == .l1)
        #expect(none.first?.step == nil)
        #expect(none.first?.chinese == "本案没有任何证据。")
        #expect(facts([step(.feedback, "2026-03-03")]) { $0.hasEvidence = false }.standing("2026-03-03").findings == [])
    }

    @Test func `a re-check without recording, picture or video is a gap`() {
        var facts = whole
        facts.steps[3].hasPicturesOrSound = false
        let findings = facts.standing("2026-06-10").findings
        #expect(findings.map(\.code) == [.pictures])
        #expect(findings.first?.rule == .l2)
        #expect(findings.first?.step == 3)
        for index in whole.steps.indices where index != 3 {
            var facts = whole
            facts.steps[index].hasPicturesOrSound = false
            #expect(facts.standing("2026-06-10").findings == [])
        }
    }

    @Test(arguments: [nil, "", "  ", "\u{3000}"]) func `a transfer to nobody is a gap`(authority: String?) {
        var facts = whole
        facts.steps[7].authority = authority
        let findings = facts.standing("2026-06-10").findings
        #expect(findings.map(\.code) == [.authority])
        #expect(findings.first?.rule == .p5)
        #expect(findings.first?.step == 7)
    }

    @Test func `closing without a re-check is a gap`() {
        var facts = whole
        facts.steps.remove(at: 3)
        let findings = facts.standing("2026-06-10").findings
        #expect(findings.map(\.code) == [.recheck])
        #expect(findings.first?.step == 3)
        #expect(findings.first?.kind == .gap)
        #expect(findings.first?.english == "Closed on 2026-03-26 without a re-check that was passed.")
    }

    @Test func `a major hazard closed without a talk is a gap, until the talk is on record`() {
        var facts = whole
        facts.steps.remove(at: 1)
        let findings = facts.standing("2026-06-10").findings
        #expect(findings.map(\.code) == [.talk])
        #expect(findings.first?.rule == .l4)
        #expect(findings.first?.step == 3)
        facts.steps.append(step(.talk, "2026-06-11"))
        #expect(facts.standing("2026-06-11").findings == [])
        facts.steps = Array(facts.steps.prefix(3))
        #expect(facts.standing("2026-03-25").findings == [])
        facts = whole
        facts.steps.remove(at: 1)
        facts.isMajor = false
        #expect(facts.standing("2026-06-10").findings == [])
    }

    /// Found on Friday 13 February 2026: Saturday 14 is worked, and Spring Festival lasts from 15 to 23.
    @Test(arguments: [
        ("2026-02-13", "2026-02-14", "2026-02-14", true), ("2026-02-13", "2026-02-24", "2026-02-14", false),
        ("2026-02-14", "2026-02-24", "2026-02-24", true), ("2026-02-14", "2026-02-25", "2026-02-24", false),
        ("2026-03-06", "2026-03-09", "2026-03-09", true), ("2026-03-06", "2026-03-10", "2026-03-09", false),
        ("2026-03-02", "2026-03-02", "2026-03-03", true),
    ])
    func `a major hazard has to be fed back by the next working day`(
        found: String, fedBack: String, lastDay: String, isInTime: Bool
    ) {
        let facts = CaseFacts(
            found: day(found), isMajor: true, hasEvidence: true, steps: [step(.feedback, fedBack)])
        let findings = facts.standing(fedBack).findings
        #expect(findings.map(\.code) == (isInTime ? [] : [.majorFeedbackLate]))
        #expect(findings.allSatisfy { $0.step == 0 && $0.day == day(fedBack) && $0.rule == .s3 && $0.kind == .breach })
        var unsaid = facts
        unsaid.steps = []
        #expect(unsaid.standing(lastDay).findings == [])
        let missing = unsaid.standing(at: day(lastDay).adding(days: 1), within: 7, calendar: .shipped).findings
        #expect(missing.map(\.code) == [.majorFeedbackLate])
        #expect(missing.first?.day == day(lastDay))
        #expect(missing.first?.step == nil)
        unsaid.isMajor = false
        #expect(unsaid.standing("2026-12-31").findings == [])
    }

    @Test func `every code is a breach or a gap, and has a name that stays`() {
        #expect(Set(FindingCode.allCases.map(\.rawValue)).count == FindingCode.allCases.count)
        #expect(
            FindingCode.allCases.filter { $0.kind == .breach }.map(\.rawValue) == [
                "overdue", "rectified-late", "major-feedback-late", "out-of-order", "team-size", "team-leader",
                "team-deputy", "leader-rank", "deputy-rank", "on-site-short", "report-late", "report-overdue",
                "feedback-before-report", "rectification-late", "rectification-overdue",
            ])
    }
}
