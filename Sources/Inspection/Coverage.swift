/// When each region of a province was inspected last, and by when it has to be again: within three years (rule S1).
package struct Coverage: Sendable, Equatable {
    /// The years within which every region is inspected.
    package static let cycle = 3

    /// A region, and what is on record of it.
    package struct Line: Sendable, Equatable {
        package let region: Region

        /// The end of its last inspection, or the arrival where that hasn't ended; `nil` where none is on record.
        package let last: Day?

        /// Three years after `last`; `nil` where there is none, since nothing says when they began.
        package let due: Day?

        /// Whether `due` has passed.
        package let isOverdue: Bool
    }

    /// One line a region, in the province's order.
    package let lines: [Line]

    /// The names, as they were written, that are no region of the province, each once, in the order given.
    package let unknown: [String]

    /// What is covered on a day.
    ///
    /// - Parameter inspections: each inspection's county as somebody wrote it, and its end, or else its arrival. Those
    ///   later than the day are left out.
    package init(of province: Province, inspections: [(county: String, day: Day)], at day: Day) {
        var last: [Region: Day] = [:]
        var unknown: [String] = []
        for inspection in inspections where inspection.day <= day {
            if let region = province.region(named: inspection.county) {
                last[region] = max(last[region] ?? inspection.day, inspection.day)
            } else if !unknown.contains(inspection.county) {
                unknown.append(inspection.county)
            }
        }
        self.unknown = unknown
        lines = province.regions.map { region in
            let due = last[region]?.adding(months: Self.cycle * 12)
            return Line(region: region, last: last[region], due: due, isOverdue: due.map { day > $0 } ?? false)
        }
    }
}
