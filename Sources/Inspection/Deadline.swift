/// The last day for something, which is put off to the next working day where it falls on a day off.
package struct Deadline: Sendable, Hashable {
    /// The day that the rule or a person named.
    package let due: Day

    /// The last day in time: `due`, or the next working day where that is a day off.
    package let lastDay: Day

    /// Whether `lastDay` rests on a year without a holiday notice.
    package let isEstimated: Bool

    package init(due: Day, calendar: WorkingCalendar) {
        self.due = due
        lastDay = calendar.firstWorkingDay(onOrAfter: due)
        isEstimated = calendar.workingDays(from: due, through: lastDay).isEstimated
    }

    /// Whether what was due is late when it is done, or still open, on the day.
    package func isOverdue(on day: Day) -> Bool { day > lastDay }

    /// Whether it is due within the days, and not overdue.
    func isNear(on day: Day, within days: Int) -> Bool { !isOverdue(on: day) && day.days(to: due) <= days }

    /// Rule P6: two months from the feedback, which is the same-numbered day or the month's last.
    package static func twoMonths(after day: Day) -> Day { day.adding(months: 2) }

    /// Rule P3: fifteen days, not working days, from the inspection's end, which is not counted itself.
    package static func fifteenDays(after day: Day) -> Day { day.adding(days: 15) }
}
