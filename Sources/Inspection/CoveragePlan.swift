/// A year of a plan, and the regions to inspect in it.
package struct PlannedYear: Sendable, Equatable {
    /// A region to inspect.
    package struct Visit: Sendable, Equatable {
        package let region: Region

        /// The day by which it has to be inspected, where that lies in this year or has passed.
        package let by: Day?
    }

    package let year: Int

    /// The most urgent first.
    package let visits: [Visit]

    package var regions: [Region] { visits.map(\.region) }
}

extension Coverage {
    /// Which regions to inspect in which year, so that each is inspected again before its due day (S1).
    ///
    /// The years are filled evenly: each has as many visits as the stretch of years that needs most does on average,
    /// and at least all that can't wait. Regions without an inspection on record come first as far as that leaves room,
    /// and have to be inspected within three years; then those that are due earliest; then the province's order. A
    /// region that is overdue already is planned for the first year. The same coverage always gives the same plan.
    package func plan(from year: Int, years: Int) -> [PlannedYear] {
        var waiting = lines.enumerated().map { Waiting($1, order: $0, from: year) }
        var plan: [PlannedYear] = []
        for current in (0..<max(0, years)).map({ year + $0 }) {
            var picked: [Waiting] = []
            let room = Waiting.room(in: current, for: waiting)
            while picked.count < room {
                let limit = Waiting.limit(in: current, for: waiting, room: room, left: room - picked.count)
                let choice = waiting.indices.filter { waiting[$0].latest <= limit }
                    .min { waiting[$0].isMoreUrgent(than: waiting[$1], in: current) }
                guard let choice else { break }
                picked.append(waiting.remove(at: choice))
            }
            let visits = picked.map { PlannedYear.Visit(region: $0.region, by: $0.latest <= current ? $0.due : nil) }
            plan.append(PlannedYear(year: current, visits: visits))
            waiting += picked.map { Waiting(after: $0, in: current) }
        }
        return plan
    }
}

/// A region that waits for its next inspection.
private struct Waiting {
    let region: Region
    let order: Int

    /// By when, where it's known: the day of a visit that is planned itself isn't.
    let due: Day?

    /// Whether no inspection of it is on record or planned.
    let isNew: Bool

    /// Whether the visit before is one of the plan's own.
    let isAgain: Bool

    /// The last year in which it can be inspected in time.
    let latest: Int

    init(_ line: Coverage.Line, order: Int, from year: Int) {
        region = line.region
        self.order = order
        due = line.due
        isNew = line.last == nil
        isAgain = false
        // Where a region is due in January, its ten working days have to lie in the year before.
        latest = max(year, line.due?.adding(months: -1).year ?? year + Coverage.cycle - 1)
    }

    /// The visit after one that is planned.
    init(after visited: Waiting, in year: Int) {
        region = visited.region
        order = visited.order
        due = nil
        isNew = false
        isAgain = true
        latest = year + Coverage.cycle
    }

    func isMoreUrgent(than other: Waiting, in year: Int) -> Bool {
        if (latest <= year) != (other.latest <= year) { return latest <= year }
        if isNew != other.isNew { return isNew }
        return (latest, due ?? .last, order) < (other.latest, other.due ?? .last, other.order)
    }

    /// How many visits the year needs, so that no later one needs more on average.
    ///
    /// Visits after planned ones are rounded down, so that a region isn't visited twice just to fill a year.
    static func room(in year: Int, for waiting: [Waiting]) -> Int {
        Set(waiting.map(\.latest)).map { last in
            let years = max(1, last - year + 1)
            let all = waiting.filter { $0.latest <= last }
            return max(all.count / years, (all.count { !$0.isAgain } + years - 1) / years)
        }.max() ?? 0
    }

    /// Up to which last year those that are picked next have to lie, lest the years until then get more than `room`.
    static func limit(in year: Int, for waiting: [Waiting], room: Int, left: Int) -> Int {
        Set(waiting.map(\.latest)).sorted().first { last in
            waiting.count { $0.latest <= last } - room * max(0, last - year) >= left
        } ?? .max
    }
}
