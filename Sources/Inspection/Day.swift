/// A day of the Gregorian calendar, from year 1 to year 9999; no time of day and no time zone.
///
/// Arithmetic that would leave these years stops at their first or last day.
package struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    package static let first = Day(unchecked: 1, 1, 1)
    package static let last = Day(unchecked: 9999, 12, 31)

    /// `nil` where the calendar has no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year)
        else {
            return nil
        }
        self.init(unchecked: year, month, day)
    }

    /// A day written exactly `YYYY-MM-DD` in ASCII digits.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var result = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                result = result * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return result
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
        self.init(year: year, month: month, day: day)
    }

    private init(unchecked year: Int, _ month: Int, _ day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    package var description: String {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    package static func < (left: Day, right: Day) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    // MARK: Arithmetic

    /// The day so many days later, or earlier where the number is negative.
    package func adding(days: Int) -> Day {
        // More than all days there are stays more than all, and can't overflow.
        let span = Self.last.number - Self.first.number
        return Day(number: number + min(max(days, -span), span))
    }

    /// The same-numbered day so many months later, or that month's last where it has no such day.
    package func adding(months: Int) -> Day {
        let span = 9999 * 12
        let total = year * 12 + month - 1 + min(max(months, -span), span)
        guard total >= 12 else { return .first }
        guard total < 10_000 * 12 else { return .last }
        let (year, month) = (total / 12, total % 12 + 1)
        return Day(unchecked: year, month, min(day, Self.days(in: month, of: year)))
    }

    /// The day of the week: Monday is 1, Sunday is 7.
    package var weekday: Int {
        // 1 January of year 1, the day number 0, was a Monday.
        number % 7 + 1
    }

    /// How many days later the other day is; negative where it is earlier.
    package func days(to other: Day) -> Int { other.number - number }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days between 1 January of year 1 and 1 January of the year.
    private static func number(ofYear year: Int) -> Int {
        let past = year - 1
        return past * 365 + past / 4 - past / 100 + past / 400
    }

    /// Days since 1 January of year 1.
    private var number: Int {
        var result = Self.number(ofYear: year) + day - 1
        for past in 1..<month { result += Self.days(in: past, of: year) }
        return result
    }

    private init(number: Int) {
        guard number > 0 else {
            self = .first
            return
        }
        var year = min(number / 365 + 1, 9999)
        while Self.number(ofYear: year) > number { year -= 1 }
        var left = number - Self.number(ofYear: year)
        var month = 1
        while month <= 12, left >= Self.days(in: month, of: year) {
            left -= Self.days(in: month, of: year)
            month += 1
        }
        self = month > 12 ? .last : Day(unchecked: year, month, left + 1)
    }
}
