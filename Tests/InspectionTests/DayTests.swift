import Inspection
import Testing

/// A day that a test writes; wrong ones stop it.
func day(_ text: String) -> Day {
    guard let day = Day(text) else { preconditionFailure("\(text) is no day") }
    return day
}

struct DayTests {
    @Test(arguments: ["0001-01-01", "1970-01-01", "2000-02-29", "2024-02-29", "2026-11-26", "9999-12-31"])
    func `a day is written as it is read`(text: String) throws {
        #expect(try #require(Day(text)).description == text)
    }

    @Test(arguments: [
        "", "2026", "2026-1-01", "2026-01-1", "26-01-01", "2026/01/01", "2026-01-01 ", " 2026-01-01", "20260101",
        "2026-13-01",
        "2026-00-01", "2026-01-00", "2026-01-32", "2026-04-31", "2025-02-29", "1900-02-29", "0000-01-01", "-001-01-01",
        "+026-01-01", "２０２６-01-01", "2026-01-0١", "2026–01–01", "2026-01-01T", "10000-01-01",
    ])
    func `what isn't exactly a day is none`(text: String) { #expect(Day(text) == nil) }

    @Test func `numbers that make no day make none`() {
        #expect(Day(year: 2024, month: 2, day: 29)?.description == "2024-02-29")
        for (year, month, day) in [
            (0, 1, 1), (10_000, 1, 1), (2026, 0, 1), (2026, 13, 1), (2026, 2, 29), (2026, 1, 0), (2100, 2, 29),
            (Int.max, Int.max, Int.max), (Int.min, Int.min, Int.min),
        ] {
            #expect(Day(year: year, month: month, day: day) == nil)
        }
    }

    @Test func `days are in the order of the calendar`() {
        let days = ["0001-01-01", "2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01", "9999-12-31"].map(day)
        #expect(days.shuffled().sorted() == days)
    }

    /// Weekdays that anybody can look up, and the calendar's rule about centuries between them.
    @Test(arguments: [
        ("1900-01-01", 1), ("1970-01-01", 4), ("2000-02-29", 2), ("2016-07-14", 4), ("2023-01-01", 7),
        ("2024-02-29", 4),
        ("2026-11-26", 4), ("2100-03-01", 1), ("0001-01-01", 1), ("9999-12-31", 5),
    ])
    func `a day has its weekday`(text: String, weekday: Int) { #expect(day(text).weekday == weekday) }

    @Test func `every day of a whole cycle of leap years follows the one before`() {
        let first = day("1899-12-31")
        var today = first
        while today < day("2300-01-01") {
            let next = today.adding(days: 1)
            guard next > today, next.weekday == today.weekday % 7 + 1, today.days(to: next) == 1,
                next.adding(days: -1) == today, next.day == today.day + 1 || next.day == 1
            else {
                Issue.record("\(next) follows \(today)")
                return
            }
            today = next
        }
        #expect(first.days(to: today) == 400 * 365 + 97 + 1)
        // 9,999 years with 2,424 leap days, the first day not counted.
        #expect(Day.first.days(to: .last) == 9999 * 365 + 2424 - 1)
    }

    @Test(arguments: [
        ("2026-11-26", 15, "2026-12-11"), ("2026-12-20", 15, "2027-01-04"), ("2024-02-14", 15, "2024-02-29"),
        ("2026-03-01", -1, "2026-02-28"), ("2024-03-01", -1, "2024-02-29"), ("2026-01-01", 0, "2026-01-01"),
        ("2000-01-01", 36_525, "2100-01-01"), ("9999-12-31", 1, "9999-12-31"), ("0001-01-01", -1, "0001-01-01"),
        ("2026-01-01", Int.max, "9999-12-31"), ("2026-01-01", Int.min, "0001-01-01"),
    ])
    func `days are added`(from: String, count: Int, to: String) { #expect(day(from).adding(days: count) == day(to)) }

    @Test(arguments: [
        ("2026-11-26", 2, "2027-01-26"), ("2026-12-31", 2, "2027-02-28"), ("2023-12-31", 2, "2024-02-29"),
        ("2026-01-31", 1, "2026-02-28"), ("2026-03-31", -1, "2026-02-28"), ("2026-08-31", 1, "2026-09-30"),
        ("2024-02-29", 12, "2025-02-28"), ("2024-02-29", 48, "2028-02-29"), ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-15", -13, "2024-12-15"), ("2026-05-31", 0, "2026-05-31"), ("9999-12-01", 1, "9999-12-31"),
        ("0001-01-31", -1, "0001-01-01"), ("2026-01-01", Int.max, "9999-12-31"), ("2026-01-01", Int.min, "0001-01-01"),
    ])
    func `months are added to the same-numbered day or the month's last`(from: String, count: Int, to: String) {
        #expect(day(from).adding(months: count) == day(to))
    }
}
