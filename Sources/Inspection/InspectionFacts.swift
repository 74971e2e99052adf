/// What is on record of an inspection.
package struct InspectionFacts: Sendable {
    package var county: String?
    package var team: [TeamMember]

    /// How the members were drawn (T3), as somebody put it.
    package var drawn: String?

    /// When the team meant to be on site.
    package var planned: (from: Day, to: Day)?

    /// The steps, in any order: they are taken by date, and those of one day in the order given.
    package var steps: [InspectionStep]

    /// How many of the inspection's cases were handed over to an authority.
    package var openTransfers: Int

    package init(
        county: String? = nil, team: [TeamMember] = [], drawn: String? = nil, planned: (from: Day, to: Day)? = nil,
        steps: [InspectionStep] = [], openTransfers: Int = 0
    ) {
        self.county = county
        self.team = team
        self.drawn = drawn
        self.planned = planned
        self.steps = steps
        self.openTransfers = openTransfers
    }
}

/// What somebody is in an inspection team (T1).
package enum TeamRole: String, RegulationWord {
    case leader
    case deputy
    case member

    package var english: String { rawValue }

    package var chinese: String {
        switch self {
        case .leader: "组长"
        case .deputy: "副组长"
        case .member: "组员"
        }
    }
}

/// Somebody in an inspection team.
package struct TeamMember: Sendable, Equatable {
    package var name: String
    package var role: TeamRole

    /// The rank or standing as somebody wrote it, such as 厅局级, 二级巡视员 or 安全生产专家.
    package var rank: String?
    package var unit: String?

    package init(name: String, role: TeamRole, rank: String? = nil, unit: String? = nil) {
        self.name = name
        self.role = role
        self.rank = rank
        self.unit = unit
    }
}

/// A step that an inspection's record says was taken.
package struct InspectionStep: Sendable, Equatable {
    package var kind: InspectionStepKind
    package var date: Day
    package var hasEvidence: Bool

    package init(kind: InspectionStepKind, date: Day, hasEvidence: Bool) {
        self.kind = kind
        self.date = date
        self.hasEvidence = hasEvidence
    }
}

/// How far an inspection has come: the furthest of its steps.
package enum InspectionState: String, RegulationWord {
    case planned
    case announced
    case onSite = "on-site"
    case left
    case reported
    case fedBack = "fed-back"
    case rectified
    case concluded

    package var english: String {
        switch self {
        case .onSite: "on site"
        case .fedBack: "fed back"
        case .planned, .announced, .left, .reported, .rectified, .concluded: rawValue
        }
    }

    package var chinese: String {
        switch self {
        case .planned: "计划中"
        case .announced: "已告知"
        case .onSite: "现场巡查"
        case .left: "已离场"
        case .reported: "已报告"
        case .fedBack: "已反馈"
        case .rectified: "已收到整改报告"
        case .concluded: "已办结"
        }
    }

    package var isOpen: Bool { self != .concluded }
}

/// Where an inspection stands on a day, and what is amiss with its record.
package struct InspectionStanding: Standing, Sendable {
    package let state: InspectionState

    /// From the arrival to the departure; no end where the team hasn't left.
    package let onSite: (from: Day, to: Day?)?

    /// The working days on site, the days of arrival and departure counted; so far where the team hasn't left.
    package let workingDays: Int?

    /// Whether the working days rest on a year without a holiday notice.
    package let isEstimated: Bool

    /// What has a last day, and when it was done.
    package let deadlines: [(rule: Rule, deadline: Deadline, metOn: Day?)]

    /// Whether a last day has passed, and what was due isn't done.
    package let isOverdue: Bool

    package let isDueSoon: Bool

    package let findings: [Finding]
}
