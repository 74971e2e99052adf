import Inspection
import Testing

/// Worked out by hand from the notices for 2023 to 2026, not computed.
struct DeadlineTests {
    struct Row: CustomTestStringConvertible {
        let from: String
        let due: String
        let lastDay: String
        var isEstimated = false

        init(_ from: String, _ due: String, _ lastDay: String, isEstimated: Bool = false) {
            self.from = from
            self.due = due
            self.lastDay = lastDay
            self.isEstimated = isEstimated
        }

        var testDescription: String { "\(from) → \(due) → \(lastDay)" }
    }

    private func expect(_ deadline: Deadline, _ row: Row) {
        #expect(deadline.due.description == row.due)
        #expect(deadline.lastDay.description == row.lastDay)
        #expect(deadline.isEstimated == row.isEstimated)
        #expect(!deadline.isOverdue(on: deadline.lastDay))
        #expect(deadline.isOverdue(on: deadline.lastDay.adding(days: 1)))
    }

    @Test(arguments: [
        // 2023: Spring Festival 21 to 27 January, worked on 28 and 29.
        Row("2022-12-31", "2023-02-28", "2023-02-28"),
        Row("2022-10-31", "2022-12-31", "2023-01-03"),
        Row("2022-11-21", "2023-01-21", "2023-01-28"),
        Row("2022-11-27", "2023-01-27", "2023-01-28"),
        Row("2022-11-28", "2023-01-28", "2023-01-28"),
        Row("2022-11-29", "2023-01-29", "2023-01-29"),
        // Qingming on a Wednesday; Labour Day 29 April to 3 May, worked on 23 April and 6 May.
        Row("2023-02-05", "2023-04-05", "2023-04-06"),
        Row("2023-02-23", "2023-04-23", "2023-04-23"),
        Row("2023-02-28", "2023-04-28", "2023-04-28"),
        Row("2023-03-01", "2023-05-01", "2023-05-04"),
        Row("2023-03-06", "2023-05-06", "2023-05-06"),
        Row("2023-03-07", "2023-05-07", "2023-05-08"),
        // Dragon Boat 22 to 24 June, worked on Sunday 25.
        Row("2023-04-22", "2023-06-22", "2023-06-25"),
        Row("2023-04-24", "2023-06-24", "2023-06-25"),
        // Mid-Autumn and National Day 29 September to 6 October, worked on 7 and 8.
        Row("2023-07-29", "2023-09-29", "2023-10-07"),
        Row("2023-07-31", "2023-09-30", "2023-10-07"),
        Row("2023-08-08", "2023-10-08", "2023-10-08"),
        Row("2023-10-31", "2023-12-31", "2024-01-02"),
        // 2024, a leap year: Spring Festival 10 to 17 February, worked on 4 and 18; New Year's Eve is worked.
        Row("2023-12-29", "2024-02-29", "2024-02-29"),
        Row("2023-12-31", "2024-02-29", "2024-02-29"),
        Row("2023-12-10", "2024-02-10", "2024-02-18"),
        Row("2023-12-09", "2024-02-09", "2024-02-09"),
        Row("2023-12-04", "2024-02-04", "2024-02-04"),
        Row("2023-12-18", "2024-02-18", "2024-02-18"),
        Row("2024-02-04", "2024-04-04", "2024-04-07"),
        Row("2024-02-28", "2024-04-28", "2024-04-28"),
        Row("2024-02-29", "2024-04-29", "2024-04-29"),
        Row("2024-03-05", "2024-05-05", "2024-05-06"),
        Row("2024-03-11", "2024-05-11", "2024-05-11"),
        Row("2024-04-10", "2024-06-10", "2024-06-11"),
        Row("2024-07-14", "2024-09-14", "2024-09-14"),
        Row("2024-07-15", "2024-09-15", "2024-09-18"),
        Row("2024-08-01", "2024-10-01", "2024-10-08"),
        Row("2024-08-12", "2024-10-12", "2024-10-12"),
        Row("2024-08-13", "2024-10-13", "2024-10-14"),
        // 2025: Spring Festival 28 January to 4 February, worked on 26 January and 8 February.
        Row("2024-11-28", "2025-01-28", "2025-02-05"),
        Row("2024-11-26", "2025-01-26", "2025-01-26"),
        Row("2024-12-08", "2025-02-08", "2025-02-08"),
        Row("2024-12-30", "2025-02-28", "2025-02-28"),
        Row("2024-12-31", "2025-02-28", "2025-02-28"),
        Row("2025-03-31", "2025-05-31", "2025-06-03"),
        Row("2025-07-28", "2025-09-28", "2025-09-28"),
        Row("2025-08-08", "2025-10-08", "2025-10-09"),
        Row("2025-08-31", "2025-10-31", "2025-10-31"),
        // 2026: New Year 1 to 3 January, worked on Sunday 4; Spring Festival 15 to 23 February, worked on 14 and 28.
        Row("2025-11-01", "2026-01-01", "2026-01-04"),
        Row("2025-11-03", "2026-01-03", "2026-01-04"),
        Row("2025-12-14", "2026-02-14", "2026-02-14"),
        Row("2025-12-15", "2026-02-15", "2026-02-24"),
        Row("2025-12-31", "2026-02-28", "2026-02-28"),
        Row("2026-07-20", "2026-09-20", "2026-09-20"),
        Row("2026-07-25", "2026-09-25", "2026-09-28"),
        Row("2026-08-07", "2026-10-07", "2026-10-08"),
        Row("2026-10-31", "2026-12-31", "2026-12-31"),
        // No notice for 2027 yet: Fridays are worked, Sundays aren't, and it may be otherwise.
        Row("2026-11-01", "2027-01-01", "2027-01-01", isEstimated: true),
        Row("2026-12-31", "2027-02-28", "2027-03-01", isEstimated: true),
    ])
    func `two months end on the last working day in time`(row: Row) {
        expect(Deadline(due: Deadline.twoMonths(after: day(row.from)), calendar: .shipped), row)
    }

    @Test(arguments: [
        Row("2023-01-06", "2023-01-21", "2023-01-28"),
        Row("2023-09-14", "2023-09-29", "2023-10-07"),
        Row("2023-12-17", "2024-01-01", "2024-01-02"),
        Row("2024-01-26", "2024-02-10", "2024-02-18"),
        Row("2024-02-14", "2024-02-29", "2024-02-29"),
        Row("2024-09-16", "2024-10-01", "2024-10-08"),
        Row("2025-01-13", "2025-01-28", "2025-02-05"),
        Row("2025-09-23", "2025-10-08", "2025-10-09"),
        Row("2025-12-20", "2026-01-04", "2026-01-04"),
        Row("2026-01-31", "2026-02-15", "2026-02-24"),
        Row("2026-05-20", "2026-06-04", "2026-06-04"),
        Row("2026-06-05", "2026-06-20", "2026-06-22"),
        Row("2026-09-10", "2026-09-25", "2026-09-28"),
        Row("2026-12-17", "2027-01-01", "2027-01-01", isEstimated: true),
    ])
    func `fifteen days end on the last working day in time`(row: Row) {
        expect(Deadline(due: Deadline.fifteenDays(after: day(row.from)), calendar: .shipped), row)
    }

    @Test func `a deadline that is put off into a year without a notice is estimated`() throws {
        let calendar = try WorkingCalendar(.shipped, adding: "2026-12-31,off,元旦")
        let deadline = Deadline(due: day("2026-12-31"), calendar: calendar)
        #expect(deadline.lastDay == day("2027-01-01"))
        #expect(deadline.isEstimated)
    }

    @Test func `the calendar's last day has no later one`() {
        #expect(Deadline(due: .last, calendar: .shipped).lastDay == .last)
    }
}
