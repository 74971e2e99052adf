/// Follows a case step by step.
///
/// A deadline is the opening's, replaced by that of each later step that names one; where none does, two months from
/// the feedback (P6), the first one: to repeat it wins no time. It rests while the problem stands rectified or
/// re-checked, since the county has then done its part, and is in force again when a re-check fails. A case that is
/// closed or handed over has none, and to reopen it starts anew.
struct CaseCourse {
    private let facts: CaseFacts
    private let calendar: WorkingCalendar
    private var findings: [Finding] = []

    private var state = CaseState.found
    private var since: Day

    /// The deadline that was named last.
    private var named: Day?

    /// The one that was named with the rectification or since.
    private var namedSinceRectified: Day?
    private var feedback: Day?

    /// Whether the last re-check since the case was opened, or reopened, was passed.
    private var isRechecked = false
    private var firstFeedback: (index: Int, day: Day)?
    private var lastClosed: (index: Int, day: Day)?

    init(_ facts: CaseFacts, calendar: WorkingCalendar) {
        self.facts = facts
        self.calendar = calendar
        since = facts.found
        named = facts.due
        if !facts.hasEvidence, !facts.steps.contains(where: \.hasEvidence) {
            findings.append(
                Finding(
                    .openingEvidence, .l1, day: facts.found, english: "The case has no evidence at all.",
                    chinese: "本案没有任何证据。"))
        }
    }

    private var deadline: Deadline? {
        let day: Day? =
            switch state {
            case .closed, .transferred: nil
            case .rectified, .rechecked: namedSinceRectified
            case .found, .fedBack, .recheckFailed, .reopened: named ?? feedback.map(Deadline.twoMonths)
            }
        return day.map { Deadline(due: $0, calendar: calendar) }
    }

    // MARK: A step

    mutating func take(_ step: CaseStep, index: Int) {
        findOrder(step, index)
        findEvidence(step, index)
        if step.kind == .rectify, let deadline, deadline.isOverdue(on: step.date) {
            findings.append(
                Finding(
                    .rectifiedLate, .p6, step: index, day: step.date,
                    english: "Rectified on \(step.date), after the last day, \(deadline.lastDay).",
                    chinese: "\(step.date) 完成整改，已超过最后期限 \(deadline.lastDay)。"))
        }
        let next = state.after(step)
        if next != state {
            state = next
            since = step.date
        }
        switch step.kind {
        case .feedback:
            feedback = feedback ?? step.date
            firstFeedback = firstFeedback ?? (index, step.date)
        case .rectify: namedSinceRectified = nil
        case .recheck: isRechecked = step.passed != false
        case .close: lastClosed = (index, step.date)
        case .reopen:
            named = nil
            namedSinceRectified = nil
            feedback = nil
            isRechecked = false
        case .transfer, .talk: break
        }
        if let due = step.due {
            named = due
            namedSinceRectified = due
        }
    }

    private mutating func findOrder(_ step: CaseStep, _ index: Int) {
        if step.kind == .close, !isRechecked {
            findings.append(
                Finding(
                    .recheck, .l3, step: index, day: step.date,
                    english: "Closed on \(step.date) without a re-check that was passed.",
                    chinese: "\(step.date) 销号，但此前没有复查通过的记录。"))
            // That nothing but the re-check is missing has been said.
            if state == .rectified || state == .recheckFailed { return }
        }
        guard !state.allows(step.kind) else { return }
        findings.append(
            Finding(
                .outOfOrder, .l3, step: index, day: step.date,
                english:
                    "\"\(step.kind.english)\" on \(step.date) is out of order: the case stood at \"\(state.english)\".",
                chinese: "\(step.date) 的“\(step.kind.chinese)”不符合办理顺序：当时状态为“\(state.chinese)”。"))
    }

    private mutating func findEvidence(_ step: CaseStep, _ index: Int) {
        if !step.hasEvidence, let code = step.kind.evidenceCode {
            findings.append(
                Finding(
                    code, .l3, step: index, day: step.date,
                    english: "\"\(step.kind.english)\" on \(step.date) has no evidence.",
                    chinese: "\(step.date) 的“\(step.kind.chinese)”没有证据。"))
        }
        if step.kind == .recheck, step.hasEvidence, !step.hasPicturesOrSound {
            findings.append(
                Finding(
                    .pictures, .l2, step: index, day: step.date,
                    english: "The re-check on \(step.date) has no recording, picture or video.",
                    chinese: "\(step.date) 的复查没有录音、照片或录像。"))
        }
        if step.kind == .transfer, (step.authority ?? "").trimmed.isEmpty {
            findings.append(
                Finding(
                    .authority, .p5, step: index, day: step.date,
                    english: "Nothing says which authority received the case on \(step.date).",
                    chinese: "\(step.date) 移交时没有写明接收部门。"))
        }
    }

    // MARK: The whole

    func standing(at day: Day, within days: Int) -> CaseStanding {
        let deadline = deadline
        let isOverdue = deadline?.isOverdue(on: day) ?? false
        var findings = findings
        if facts.isMajor {
            findings += [majorFeedbackLate(at: day), talk].compactMap { $0 }
        }
        if isOverdue, let deadline {
            findings.append(
                Finding(
                    .overdue, .p6, day: deadline.lastDay,
                    english: "Still open after the last day, \(deadline.lastDay).",
                    chinese: "已超过最后期限 \(deadline.lastDay)，仍未办结。"))
        }
        return CaseStanding(
            state: state, since: since, due: deadline, isOverdue: isOverdue,
            isDueSoon: deadline?.isNear(on: day, within: days) ?? false, findings: findings)
    }

    /// Whether a major hazard was pressed on the county too late.
    ///
    /// It has to be at once (及时督促). The regulation names no number of days; we read it as: fed back by the first
    /// working day after the one on which it was found.
    private func majorFeedbackLate(at day: Day) -> Finding? {
        let lastDay = calendar.firstWorkingDay(onOrAfter: facts.found.adding(days: 1))
        guard (firstFeedback?.day ?? day) > lastDay else { return nil }
        let (english, chinese) =
            if let firstFeedback {
                ("fed back only on \(firstFeedback.day)", "\(firstFeedback.day) 才反馈")
            } else {
                ("not fed back yet", "尚未反馈")
            }
        return Finding(
            .majorFeedbackLate, .s3, step: firstFeedback?.index, day: firstFeedback?.day ?? lastDay,
            english: "The major hazard found on \(facts.found) was \(english); it should have been by \(lastDay).",
            chinese: "\(facts.found) 发现的重大隐患\(chinese)，最迟应于 \(lastDay) 反馈督促整改。")
    }

    private var talk: Finding? {
        guard let lastClosed, !facts.steps.contains(where: { $0.kind == .talk }) else { return nil }
        return Finding(
            .talk, .l4, step: lastClosed.index, day: lastClosed.day,
            english:
                "The major hazard was closed on \(lastClosed.day), and no talk with those responsible is on record.",
            chinese: "重大隐患已于 \(lastClosed.day) 销号，但没有约谈有关负责人的记录。")
    }
}

extension CaseStepKind {
    /// What is found when the step has no evidence (L3).
    ///
    /// To close takes none of its own: the re-check has it.
    fileprivate var evidenceCode: FindingCode? {
        switch self {
        case .feedback: .feedbackEvidence
        case .rectify: .rectifyEvidence
        case .recheck: .recheckEvidence
        case .reopen: .reopenEvidence
        case .transfer: .transferEvidence
        case .talk: .talkEvidence
        case .close: nil
        }
    }
}
