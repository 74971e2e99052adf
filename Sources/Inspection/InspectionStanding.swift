extension InspectionFacts {
    /// The least working days on site (P1).
    package static let leastWorkingDays = 10

    /// Where the inspection stands at the end of the day.
    ///
    /// - Parameter days: how many days ahead a deadline is near.
    /// - Precondition: no step is later than the day; a later one would be taken for done.
    package func standing(at day: Day, within days: Int, calendar: WorkingCalendar) -> InspectionStanding {
        let course = InspectionCourse(self, at: day, calendar: calendar)
        let onSite: (from: Day, to: Day?)? = course.arrival.map { (from: $0.date, to: course.departure?.date) }
        let worked = onSite.map { calendar.workingDays(from: $0.from, through: $0.to ?? day) }
        let deadlines = course.deadlines
        let open = deadlines.filter { $0.metOn == nil }.map(\.deadline)
        return InspectionStanding(
            state: course.state, onSite: onSite, workingDays: worked?.count, isEstimated: worked?.isEstimated ?? false,
            deadlines: deadlines,
            isOverdue: open.contains { $0.isOverdue(on: day) },
            isDueSoon: open.contains { $0.isNear(on: day, within: days) },
            findings: teamFindings + course.findings)
    }
}

/// An inspection's steps by date, and what they say of each other.
struct InspectionCourse {
    private typealias Taken = (index: Int, step: InspectionStep)

    private let facts: InspectionFacts
    private let day: Day
    private let calendar: WorkingCalendar
    private let steps: [Taken]

    init(_ facts: InspectionFacts, at day: Day, calendar: WorkingCalendar) {
        self.facts = facts
        self.day = day
        self.calendar = calendar
        steps = facts.steps.enumerated().map { (index: $0, step: $1) }
            .sorted { ($0.step.date, $0.index) < ($1.step.date, $1.index) }
    }

    private func first(_ kind: InspectionStepKind) -> Taken? { steps.first { $0.step.kind == kind } }

    var arrival: InspectionStep? { first(.arrival)?.step }

    /// The last, should the team have come back.
    var departure: InspectionStep? { steps.last { $0.step.kind == .departure }?.step }

    var state: InspectionState {
        steps.compactMap(\.step.kind.state).max { $0.progress < $1.progress } ?? .planned
    }

    var deadlines: [(rule: Rule, deadline: Deadline, metOn: Day?)] {
        var result: [(rule: Rule, deadline: Deadline, metOn: Day?)] = []
        if let departure {
            let due = Deadline(due: Deadline.fifteenDays(after: departure.date), calendar: calendar)
            result.append((rule: .p3, deadline: due, metOn: first(.report)?.step.date))
        }
        if let feedback = first(.feedback) {
            let due = Deadline(due: Deadline.twoMonths(after: feedback.step.date), calendar: calendar)
            result.append((rule: .p6, deadline: due, metOn: first(.rectification)?.step.date))
        }
        return result
    }

    // MARK: Findings

    var findings: [Finding] {
        evidenceFindings + arrivalFindings + [onSiteShort].compactMap { $0 } + deadlineFindings + handoverFindings
    }

    private var evidenceFindings: [Finding] {
        steps.filter { !$0.step.hasEvidence }.map { index, step in
            Finding(
                step.kind.evidenceCode, .l1, step: index, day: step.date,
                english: "The step \"\(step.kind.english)\" on \(step.date) has no evidence.",
                chinese: "\(step.date) 的“\(step.kind.chinese)”没有证据。")
        }
    }

    private var arrivalFindings: [Finding] {
        guard let arrival = first(.arrival) else {
            guard let later = steps.first(where: { $0.step.kind != .notice }) else { return [] }
            return [
                Finding(
                    .arrivalMissing, .p2, step: later.index, day: later.step.date,
                    english: "\"\(later.step.kind.english)\" is on record for \(later.step.date), but no arrival.",
                    chinese: "\(later.step.date) 已有“\(later.step.kind.chinese)”记录，但没有进驻记录。")
            ]
        }
        if let notice = first(.notice), notice.step.date <= arrival.step.date { return [] }
        return [
            Finding(
                .noticeMissing, .p1, step: arrival.index, day: arrival.step.date,
                english: "The team arrived on \(arrival.step.date), and no notice before that is on record.",
                chinese: "巡查组 \(arrival.step.date) 进驻，此前没有提前告知的记录。")
        ]
    }

    private var onSiteShort: Finding? {
        guard let arrival, let departure = steps.last(where: { $0.step.kind == .departure }) else { return nil }
        let (count, isEstimated) = calendar.workingDays(from: arrival.date, through: departure.step.date)
        let least = InspectionFacts.leastWorkingDays
        guard count < least else { return nil }
        let span = "\(arrival.date) – \(departure.step.date)"
        return Finding(
            .onSiteShort, .p1, step: departure.index, day: departure.step.date,
            english: "On site for \(count) working days\(isEstimated ? " (estimated)" : "") (\(span)), "
                + "fewer than \(least).",
            chinese: "现场巡查 \(count) 个工作日\(isEstimated ? "（估算）" : "")（\(span)），少于 \(least) 个工作日。")
    }

    private var deadlineFindings: [Finding] {
        deadlines.compactMap { rule, deadline, metOn in
            let isReport = rule == .p3
            guard deadline.isOverdue(on: metOn ?? day) else { return nil }
            let (english, chinese) = isReport ? ("report", "巡查工作报告") : ("county's report on rectification", "整改情况报告")
            if let metOn {
                return Finding(
                    isReport ? .reportLate : .rectificationLate, rule,
                    step: first(isReport ? .report : .rectification)?.index, day: metOn,
                    english: "The \(english) came on \(metOn), after the last day, \(deadline.lastDay).",
                    chinese: "\(chinese)于 \(metOn) 报送，已超过最后期限 \(deadline.lastDay)。")
            }
            return Finding(
                isReport ? .reportOverdue : .rectificationOverdue, rule, day: deadline.lastDay,
                english: "The \(english) hasn't come; the last day was \(deadline.lastDay).",
                chinese: "\(chinese)尚未报送，最后期限为 \(deadline.lastDay)。")
        }
    }

    private var handoverFindings: [Finding] {
        var findings: [Finding] = []
        if let feedback = first(.feedback) {
            if first(.report).map({ $0.step.date > feedback.step.date }) ?? true {
                findings.append(
                    Finding(
                        .feedbackBeforeReport, .p4, step: feedback.index, day: feedback.step.date,
                        english: "Fed back on \(feedback.step.date), and no report before that is on record.",
                        chinese: "\(feedback.step.date) 已反馈，此前没有报送巡查工作报告的记录。"))
            }
        } else if let later = first(.rectification) ?? first(.results) {
            findings.append(
                Finding(
                    .feedbackMissing, .p4, step: later.index, day: later.step.date,
                    english: "\"\(later.step.kind.english)\" is on record for \(later.step.date), but no feedback.",
                    chinese: "\(later.step.date) 已有“\(later.step.kind.chinese)”记录，但没有反馈记录。"))
        }
        if facts.openTransfers > 0, first(.clues) == nil {
            let cases = facts.openTransfers == 1 ? "1 case was" : "\(facts.openTransfers) cases were"
            findings.append(
                Finding(
                    .cluesMissing, .p5,
                    english: "\(cases) handed over, and the inspection has no step \"clues\" on record.",
                    chinese: "已移交 \(facts.openTransfers) 个事项，但巡查没有“线索移交”记录。"))
        }
        return findings
    }
}

extension InspectionState {
    fileprivate var progress: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension InspectionStepKind {
    /// The state that the step leads to; clues are handed over at any time.
    fileprivate var state: InspectionState? {
        switch self {
        case .notice: .announced
        case .arrival: .onSite
        case .departure: .left
        case .report: .reported
        case .feedback: .fedBack
        case .clues: nil
        case .rectification: .rectified
        case .results: .concluded
        }
    }

    /// What is found when the step has no evidence (L1).
    fileprivate var evidenceCode: FindingCode {
        switch self {
        case .notice: .noticeEvidence
        case .arrival: .arrivalEvidence
        case .departure: .departureEvidence
        case .report: .reportEvidence
        case .feedback: .feedbackEvidence
        case .clues: .cluesEvidence
        case .rectification: .rectificationEvidence
        case .results: .resultsEvidence
        }
    }
}
