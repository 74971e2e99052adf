/// What is covered on a day, and the plan for the years that follow (rule S1).
package struct CoverageOutlook: Sendable {
    package let day: Day

    /// Regions without an inspection on record first, then those that are due earliest.
    package let lines: [Coverage.Line]

    /// The names, as they were written, that are no region of the province.
    package let unknown: [String]

    package let plan: [PlannedYear]

    /// Regions that no plan can visit in time: those that are overdue, and those that can't wait until the plan begins.
    package let late: [Coverage.Line]

    /// Regions that no year of the plan visits.
    package let unplanned: [Region]

    /// The plan begins with the year of the day; in November and December, which have no room left for notice, ten
    /// working days on site and a report, with the year after.
    ///
    /// - Parameter years: how many years the plan has.
    package init(_ coverage: Coverage, at day: Day, years: Int) {
        self.day = day
        unknown = coverage.unknown
        lines = coverage.lines.enumerated().sorted { one, other in
            (one.element.due ?? .first, one.offset) < (other.element.due ?? .first, other.offset)
        }.map(\.element)
        let first = day.adding(months: 2).year
        plan = coverage.plan(from: first, years: years)
        late = lines.filter { line in
            line.isOverdue || (line.due.map { $0.adding(months: -1).year < first } ?? false)
        }
        let visited = Set(plan.flatMap(\.regions))
        unplanned = coverage.lines.map(\.region).filter { !visited.contains($0) }
    }

    /// Whether a region is overdue, or none of its inspections is on record.
    package var needsAttention: Bool { lines.contains { $0.isOverdue || $0.last == nil } }
}
