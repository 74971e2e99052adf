import Inspection
import Testing

/// A step that lacks nothing, but what a test takes from it.
func step(_ kind: CaseStepKind, _ date: String, _ change: (inout CaseStep) -> Void = { _ in }) -> CaseStep {
    var step = CaseStep(
        kind: kind, date: day(date), hasEvidence: true, hasPicturesOrSound: true,
        authority: kind == .transfer ? "省纪委" : nil)
    change(&step)
    return step
}

/// A case found on Monday 2 March 2026 that lacks nothing.
func facts(_ steps: [CaseStep], _ change: (inout CaseFacts) -> Void = { _ in }) -> CaseFacts {
    var facts = CaseFacts(found: day("2026-03-02"), hasEvidence: true, steps: steps)
    change(&facts)
    return facts
}

extension CaseFacts {
    func standing(_ date: String) -> CaseStanding { standing(at: day(date), within: 7, calendar: .shipped) }
}

struct CaseStateTests {
    /// Steps that lead to each state in order.
    private static let ways: [CaseState: [CaseStepKind]] = [
        .found: [],
        .fedBack: [.feedback],
        .rectified: [.feedback, .rectify],
        .recheckFailed: [.feedback, .rectify, .recheck],
        .rechecked: [.feedback, .rectify, .recheck],
        .closed: [.feedback, .rectify, .recheck, .close],
        .transferred: [.transfer],
        .reopened: [.feedback, .rectify, .recheck, .close, .reopen],
    ]

    /// The regulation's order, written out: what may follow each state, and where it leads.
    private static let allowed: [CaseState: [CaseStepKind: CaseState]] = [
        .found: [.feedback: .fedBack, .transfer: .transferred, .talk: .found],
        .fedBack: [.feedback: .fedBack, .rectify: .rectified, .transfer: .transferred, .talk: .fedBack],
        .rectified: [.recheck: .rechecked, .transfer: .transferred, .talk: .rectified],
        .recheckFailed: [.feedback: .fedBack, .rectify: .rectified, .transfer: .transferred, .talk: .recheckFailed],
        .rechecked: [.recheck: .rechecked, .close: .closed, .transfer: .transferred, .talk: .rechecked],
        .closed: [.reopen: .reopened, .talk: .closed],
        .transferred: [.reopen: .reopened, .talk: .transferred],
        .reopened: [.feedback: .fedBack, .rectify: .rectified, .transfer: .transferred, .talk: .reopened],
    ]

    private static let led: [CaseStepKind: CaseState] = [
        .feedback: .fedBack, .rectify: .rectified, .recheck: .rechecked, .close: .closed, .reopen: .reopened,
        .transfer: .transferred,
    ]

    private func steps(to state: CaseState) -> [CaseStep] {
        (Self.ways[state] ?? []).enumerated().map { index, kind in
            step(kind, "2026-03-0\(index + 2)") { if state == .recheckFailed, kind == .recheck { $0.passed = false } }
        }
    }

    @Test(arguments: CaseState.allCases, CaseStepKind.allCases)
    func `a step leads where it leads, and is out of order where the table doesn't have it`(
        state: CaseState, kind: CaseStepKind
    ) throws {
        let before = steps(to: state)
        #expect(facts(before).standing("2026-03-09").state == state)
        #expect(facts(before).standing("2026-03-09").findings == [])
        let standing = facts(before + [step(kind, "2026-03-09")]).standing("2026-03-09")
        let next = Self.allowed[state]?[kind]
        #expect(state.allows(kind) == (next != nil))
        #expect(standing.state == next ?? Self.led[kind])
        #expect(
            standing.since == (standing.state == state ? before.last?.date ?? day("2026-03-02") : day("2026-03-09")))
        // What is said of closing too early is another test.
        guard kind != .close else { return }
        #expect(standing.findings.map(\.code) == (next == nil ? [.outOfOrder] : []))
        #expect(standing.findings.allSatisfy { $0.step == before.count && $0.day == day("2026-03-09") })
    }

    @Test(arguments: [
        (CaseState.found, [FindingCode.recheck, .outOfOrder]), (.fedBack, [.recheck, .outOfOrder]),
        (.rectified, [.recheck]), (.recheckFailed, [.recheck]), (.rechecked, []), (.closed, [.outOfOrder]),
        (.transferred, [.recheck, .outOfOrder]), (.reopened, [.recheck, .outOfOrder]),
    ])
    func `closing too early lacks the re-check, and is out of order where more is missing`(
        state: CaseState, codes: [FindingCode]
    ) {
        let standing = facts(steps(to: state) + [step(.close, "2026-03-09")]).standing("2026-03-09")
        #expect(standing.state == .closed)
        #expect(standing.findings.map(\.code) == codes)
    }

    @Test(arguments: CaseState.allCases) func `a failed re-check leaves the case open`(state: CaseState) {
        let failed = step(.recheck, "2026-03-09") { $0.passed = false }
        let standing = facts(steps(to: state) + [failed]).standing("2026-03-09")
        #expect(standing.state == .recheckFailed)
        #expect(standing.state.isOpen)
        #expect(standing.findings.map(\.code) == (state == .rectified || state == .rechecked ? [] : [.outOfOrder]))
    }

    @Test func `what is closed or handed over isn't open`() {
        #expect(CaseState.allCases.filter { !$0.isOpen } == [.closed, .transferred])
        #expect(
            CaseState.allCases.map(\.rawValue) == [
                "found", "fed-back", "rectified", "recheck-failed", "rechecked", "closed", "transferred", "reopened",
            ])
    }

    @Test func `steps are taken by date, and those of one day in the order given`() {
        let standing = facts([
            step(.close, "2026-03-06"), step(.feedback, "2026-03-03"), step(.rectify, "2026-03-04"),
            step(.recheck, "2026-03-04"),
        ]).standing("2026-03-06")
        #expect(standing.state == .closed)
        #expect(standing.since == day("2026-03-06"))
        #expect(standing.findings == [])
        let reversed = facts([
            step(.feedback, "2026-03-03"), step(.recheck, "2026-03-04"), step(.rectify, "2026-03-04"),
        ]).standing("2026-03-06")
        #expect(reversed.state == .rectified)
        #expect(reversed.findings.map(\.code) == [.outOfOrder, .outOfOrder])
        #expect(reversed.findings.map(\.step) == [1, 2])
    }

    @Test func `a re-check before the case was reopened doesn't count after it`() {
        let standing = facts(steps(to: .reopened) + [step(.rectify, "2026-03-08"), step(.close, "2026-03-09")])
            .standing("2026-03-09")
        #expect(standing.findings.map(\.code) == [.recheck])
        #expect(standing.findings.first?.step == 6)
    }

    @Test func `a re-check that failed last undoes one that was passed`() {
        let failed = step(.recheck, "2026-03-06") { $0.passed = false }
        let standing = facts(steps(to: .rechecked) + [failed, step(.close, "2026-03-09")]).standing("2026-03-09")
        #expect(standing.findings.map(\.code) == [.recheck])
    }
}

struct CaseDeadlineTests {
    private let fedBack = step(.feedback, "2026-03-03")

    @Test func `nothing is due before the feedback, and two months after it then`() {
        #expect(facts([]).standing("2026-09-30").due == nil)
        #expect(!facts([]).standing("2026-09-30").isOverdue)
        // 3 May 2026 lies in Labour Day's days off, which end on the 5th.
        let standing = facts([fedBack]).standing("2026-05-06")
        #expect(standing.due?.due == day("2026-05-03"))
        #expect(standing.due?.lastDay == day("2026-05-06"))
        #expect(!standing.isOverdue)
        #expect(standing.findings == [])
        let late = facts([fedBack]).standing("2026-05-07")
        #expect(late.isOverdue)
        #expect(late.findings.map(\.code) == [.overdue])
        #expect(late.findings.first?.day == day("2026-05-06"))
        #expect(late.findings.first?.rule == .p6)
        #expect(late.findings.first?.step == nil)
        #expect(late.findings.first?.english == "Still open after the last day, 2026-05-06.")
        #expect(late.findings.first?.chinese == "已超过最后期限 2026-05-06，仍未办结。")
    }

    @Test func `to repeat the feedback wins no time`() {
        let standing = facts([fedBack, step(.feedback, "2026-04-20")]).standing("2026-05-07")
        #expect(standing.due?.due == day("2026-05-03"))
        #expect(standing.isOverdue)
        #expect(standing.since == day("2026-03-03"))
    }

    @Test func `the opening's day goes before two months, and a later step's before the opening's`() {
        let opened = facts([fedBack]) { $0.due = day("2026-03-20") }
        #expect(opened.standing("2026-03-20").due?.due == day("2026-03-20"))
        #expect(!opened.standing("2026-03-20").isOverdue)
        #expect(opened.standing("2026-03-21").isOverdue)
        let later = facts([step(.feedback, "2026-03-03") { $0.due = day("2026-04-10") }]) { $0.due = day("2026-03-20") }
        #expect(later.standing("2026-04-10").due?.due == day("2026-04-10"))
        #expect(!later.standing("2026-04-10").isOverdue)
        let talk = facts([fedBack, step(.talk, "2026-03-10") { $0.due = day("2026-03-13") }])
        #expect(talk.standing("2026-03-16").findings.map(\.code) == [.overdue])
    }

    @Test func `a case that isn't fed back can be overdue by its opening's day`() {
        let standing = facts([]) { $0.due = day("2026-03-20") }.standing("2026-03-23")
        #expect(standing.state == .found)
        #expect(standing.findings.map(\.code) == [.overdue])
    }

    @Test func `the county that has rectified is not overdue while its work waits for the re-check`() {
        let rectified = [fedBack, step(.rectify, "2026-05-06")]
        #expect(facts(rectified).standing("2026-09-30").due == nil)
        #expect(facts(rectified).standing("2026-09-30").findings == [])
        let rechecked = rectified + [step(.recheck, "2026-06-01")]
        #expect(facts(rechecked).standing("2026-09-30").findings == [])
        let failed = rectified + [step(.recheck, "2026-06-01") { $0.passed = false }]
        #expect(facts(failed).standing("2026-06-01").due?.due == day("2026-05-03"))
        #expect(facts(failed).standing("2026-06-01").findings.map(\.code) == [.overdue])
        let prolonged =
            rectified + [
                step(.recheck, "2026-06-01") {
                    $0.passed = false
                    $0.due = day("2026-07-01")
                }
            ]
        #expect(facts(prolonged).standing("2026-07-01").findings == [])
        #expect(facts(prolonged).standing("2026-07-02").findings.map(\.code) == [.overdue])
    }

    @Test func `a day named with the rectification or after it is in force`() {
        let named = step(.rectify, "2026-03-10") { $0.due = day("2026-03-20") }
        #expect(facts([fedBack, named]).standing("2026-03-20").due?.due == day("2026-03-20"))
        #expect(facts([fedBack, named]).standing("2026-03-23").findings.map(\.code) == [.overdue])
        let talk = step(.talk, "2026-03-11") { $0.due = day("2026-03-20") }
        #expect(facts([fedBack, step(.rectify, "2026-03-10"), talk]).standing("2026-03-23").isOverdue)
        let before = step(.feedback, "2026-03-03") { $0.due = day("2026-03-20") }
        #expect(facts([before, step(.rectify, "2026-03-10")]).standing("2026-03-23").due == nil)
    }

    @Test func `rectifying after the last day is late, on it is not`() {
        #expect(facts([fedBack, step(.rectify, "2026-05-06")]).standing("2026-05-08").findings == [])
        let late = facts([fedBack, step(.rectify, "2026-05-07")]).standing("2026-05-08")
        #expect(late.findings.map(\.code) == [.rectifiedLate])
        #expect(late.findings.first?.step == 1)
        #expect(late.findings.first?.day == day("2026-05-07"))
        #expect(late.findings.first?.english == "Rectified on 2026-05-07, after the last day, 2026-05-06.")
        let excused = step(.rectify, "2026-05-07") { $0.due = day("2026-06-30") }
        #expect(facts([fedBack, excused]).standing("2026-05-08").findings.map(\.code) == [.rectifiedLate])
    }

    @Test(arguments: [CaseStepKind.close, .transfer]) func `what is closed or handed over has nothing due`(
        kind: CaseStepKind
    ) {
        let steps = [fedBack, step(.rectify, "2026-03-10"), step(.recheck, "2026-03-11"), step(kind, "2026-03-12")]
        let standing = facts(steps) { $0.due = day("2026-03-20") }.standing("2026-09-30")
        #expect(standing.due == nil)
        #expect(standing.findings == [])
    }

    @Test func `reopening starts anew`() {
        let steps = [
            fedBack, step(.rectify, "2026-03-10"), step(.recheck, "2026-03-11"), step(.close, "2026-03-12"),
            step(.reopen, "2026-07-01"),
        ]
        let reopened = facts(steps) { $0.due = day("2026-03-20") }
        #expect(reopened.standing("2026-07-01").due == nil)
        var again = reopened
        again.steps.append(step(.feedback, "2026-07-02"))
        #expect(again.standing("2026-07-02").due?.due == day("2026-09-02"))
        #expect(again.standing("2026-09-03").findings.map(\.code) == [.overdue])
    }

    @Test func `a deadline in a year without a notice is estimated`() {
        #expect(facts([step(.feedback, "2026-12-01")]).standing("2026-12-01").due?.isEstimated == true)
        #expect(facts([step(.feedback, "2026-03-03")]).standing("2026-03-03").due?.isEstimated == false)
    }
}
