/// Something in a record that the regulation forbids, or that it asks for and the record doesn't have.
package struct Finding: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// What happened breaks the rule.
        case breach

        /// What the rule asks for isn't on record; it may have happened all the same.
        case gap
    }

    package let code: FindingCode
    package let rule: Rule

    /// The index of the step that the finding is about, in the facts' list of steps; `nil` where it is about the whole.
    package let step: Int?

    /// The day that it happened, or by which it should have.
    package let day: Day?

    /// One sentence, English.
    package let english: String

    /// The same, Chinese.
    package let chinese: String

    package var kind: Kind { code.kind }

    init(
        _ code: FindingCode, _ rule: Rule, step: Int? = nil, day: Day? = nil, english: String, chinese: String
    ) {
        self.code = code
        self.rule = rule
        self.step = step
        self.day = day
        self.english = english
        self.chinese = chinese
    }
}

/// What may be found in the record of a case or an inspection; the raw values are stable.
package enum FindingCode: String, CaseIterable, Sendable {
    // A case's evidence and course.
    case openingEvidence = "opening-evidence"
    case feedbackEvidence = "feedback-evidence"
    case rectifyEvidence = "rectify-evidence"
    case recheckEvidence = "recheck-evidence"
    case reopenEvidence = "reopen-evidence"
    case transferEvidence = "transfer-evidence"
    case talkEvidence = "talk-evidence"
    case pictures
    case recheck
    case authority
    case talk
    case overdue
    case rectifiedLate = "rectified-late"
    case majorFeedbackLate = "major-feedback-late"
    case outOfOrder = "out-of-order"

    // An inspection's team.
    case teamMissing = "team-missing"
    case teamSize = "team-size"
    case teamLeader = "team-leader"
    case teamDeputy = "team-deputy"
    case leaderRank = "leader-rank"
    case deputyRank = "deputy-rank"
    case rankUnknown = "rank-unknown"
    case drawn

    // An inspection's evidence and course; `feedback-evidence` is both's.
    case noticeEvidence = "notice-evidence"
    case arrivalEvidence = "arrival-evidence"
    case departureEvidence = "departure-evidence"
    case reportEvidence = "report-evidence"
    case cluesEvidence = "clues-evidence"
    case rectificationEvidence = "rectification-evidence"
    case resultsEvidence = "results-evidence"
    case noticeMissing = "notice-missing"
    case onSiteShort = "on-site-short"
    case arrivalMissing = "arrival-missing"
    case reportLate = "report-late"
    case reportOverdue = "report-overdue"
    case feedbackBeforeReport = "feedback-before-report"
    case feedbackMissing = "feedback-missing"
    case cluesMissing = "clues-missing"
    case rectificationLate = "rectification-late"
    case rectificationOverdue = "rectification-overdue"

    package var kind: Finding.Kind {
        switch self {
        case .overdue, .rectifiedLate, .majorFeedbackLate, .outOfOrder, .teamSize, .teamLeader, .teamDeputy,
            .leaderRank,
            .deputyRank, .onSiteShort, .reportLate, .reportOverdue, .feedbackBeforeReport, .rectificationLate,
            .rectificationOverdue:
            .breach
        case .openingEvidence, .feedbackEvidence, .rectifyEvidence, .recheckEvidence, .reopenEvidence,
            .transferEvidence,
            .talkEvidence, .pictures, .recheck, .authority, .talk, .teamMissing, .rankUnknown, .drawn, .noticeEvidence,
            .arrivalEvidence, .departureEvidence, .reportEvidence, .cluesEvidence, .rectificationEvidence,
            .resultsEvidence, .noticeMissing, .arrivalMissing, .feedbackMissing, .cluesMissing:
            .gap
        }
    }
}
