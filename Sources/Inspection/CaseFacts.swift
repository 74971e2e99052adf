/// What is on record of a problem that an inspection found.
package struct CaseFacts: Sendable, Equatable {
    /// The day that the problem was found.
    package var found: Day

    /// Whether it's a major hazard (重大隐患).
    package var isMajor: Bool

    /// The day by which the opening orders it rectified.
    package var due: Day?

    /// Whether there is any evidence in the case besides that of its steps.
    package var hasEvidence: Bool

    /// The steps, in any order: they are taken by date, and those of one day in the order given.
    package var steps: [CaseStep]

    package init(found: Day, isMajor: Bool = false, due: Day? = nil, hasEvidence: Bool, steps: [CaseStep] = []) {
        self.found = found
        self.isMajor = isMajor
        self.due = due
        self.hasEvidence = hasEvidence
        self.steps = steps
    }
}

/// A step that a case's record says was taken.
package struct CaseStep: Sendable, Equatable {
    package var kind: CaseStepKind
    package var date: Day
    package var hasEvidence: Bool

    /// Whether any of the evidence is a recording, a picture or a video.
    package var hasPicturesOrSound: Bool

    /// A re-check's result; one that isn't said counts as passed, since a failure is said.
    package var passed: Bool?

    /// Who a transfer went to.
    package var authority: String?

    /// The day by which the step orders the problem rectified.
    package var due: Day?

    package init(
        kind: CaseStepKind, date: Day, hasEvidence: Bool, hasPicturesOrSound: Bool = false, passed: Bool? = nil,
        authority: String? = nil, due: Day? = nil
    ) {
        self.kind = kind
        self.date = date
        self.hasEvidence = hasEvidence
        self.hasPicturesOrSound = hasPicturesOrSound
        self.passed = passed
        self.authority = authority
        self.due = due
    }
}

/// Where a case stands on a day, and what is amiss with its record.
package struct CaseStanding: Standing, Sendable, Equatable {
    package let state: CaseState

    /// The day on which it came into this state.
    package let since: Day

    /// Until when the county has to act; `nil` where it doesn't have to, or nothing says until when.
    package let due: Deadline?

    /// Whether `due` has passed.
    package let isOverdue: Bool

    package let isDueSoon: Bool

    package let findings: [Finding]
}

extension CaseFacts {
    /// Where the case stands at the end of the day.
    ///
    /// - Parameter days: how many days ahead a deadline is near.
    /// - Precondition: no step is later than the day; a later one would be taken for done.
    package func standing(at day: Day, within days: Int, calendar: WorkingCalendar) -> CaseStanding {
        var course = CaseCourse(self, calendar: calendar)
        for (index, step) in steps.enumerated().sorted(by: { ($0.1.date, $0.0) < ($1.1.date, $1.0) }) {
            course.take(step, index: index)
        }
        return course.standing(at: day, within: days)
    }
}
