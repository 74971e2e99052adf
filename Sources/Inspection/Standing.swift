/// Where a case or an inspection stands on a day, as far as somebody has to act on it.
package protocol Standing {
    /// Whether a last day has passed, and what was due isn't done.
    var isOverdue: Bool { get }

    /// Whether something that isn't done is due within the days that were asked for, and not overdue.
    var isDueSoon: Bool { get }

    /// What is lacking, or broke a rule.
    var findings: [Finding] { get }
}

extension Standing {
    /// Whether somebody has to do something about it beyond what goes its way.
    package var needsAttention: Bool { isOverdue || isDueSoon || !findings.isEmpty }
}
