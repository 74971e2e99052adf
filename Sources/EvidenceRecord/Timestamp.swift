/// A moment on the archive's clock, to the millisecond, as entries write it: `YYYY-MM-DDThh:mm:ss.sssZ`.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
    package let milliseconds: Int64

    /// Within the years 0000 to 9999; nil outside them.
    package init?(milliseconds: Int64) {
        guard (-62_167_219_200_000..<253_402_300_800_000).contains(milliseconds) else { return nil }
        self.milliseconds = milliseconds
    }

    /// Parses exactly `YYYY-MM-DDThh:mm:ss.sssZ`; nil for any other form or a date that does not exist.
    package init?(_ text: String) { self.init(text.utf8.span) }

    /// Parses exactly `YYYY-MM-DDThh:mm:ss.sssZ`; nil for any other form or a date that does not exist.
    package init?(_ text: Span<UInt8>) {
        guard text.count == Timestamp.pattern.utf8CodeUnitCount else { return nil }
        // Year, month, day, hours, minutes, seconds, milliseconds.
        var numbers: [7 of Int64] = [0, 0, 0, 0, 0, 0, 0]
        var number = 0
        for offset in 0..<text.count {
            let byte = text[offset]
            let expected = Timestamp.pattern.utf8Start[offset]
            if expected == UInt8(ascii: "d") {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                numbers[number] = numbers[number] * 10 + Int64(byte - UInt8(ascii: "0"))
            } else {
                guard byte == expected else { return nil }
                number += 1
            }
        }
        guard let date = CivilDate(year: Int(numbers[0]), month: Int(numbers[1]), day: Int(numbers[2])),
            numbers[3] < 24, numbers[4] < 60, numbers[5] < 60
        else { return nil }
        let seconds = Int64(date.dayNumber) * 86_400 + numbers[3] * 3_600 + numbers[4] * 60 + numbers[5]
        self.init(milliseconds: seconds * 1_000 + numbers[6])
    }

    private static let pattern: StaticString = "dddd-dd-ddTdd:dd:dd.dddZ"

    /// The day in UTC.
    package var date: CivilDate { CivilDate(dayNumber: Int(milliseconds.flooredQuotient(dividingBy: 86_400_000))) }

    package var description: String {
        let (date, rest) = (date, milliseconds - Int64(date.dayNumber) * 86_400_000)
        let numbers: [7 of Int] = [
            date.year, date.month, date.day, Int(rest / 3_600_000), Int(rest / 60_000 % 60), Int(rest / 1_000 % 60),
            Int(rest % 1_000),
        ]
        let text = Timestamp.pattern
        return String(unsafeUninitializedCapacity: text.utf8CodeUnitCount) { target in
            // From the end on, because a number's last digit is the first to be known.
            var (number, left) = (6, numbers[6])
            for offset in (0..<text.utf8CodeUnitCount).reversed() {
                let form = text.utf8Start[offset]
                if form == UInt8(ascii: "d") {
                    target[offset] = UInt8(ascii: "0") + UInt8(left % 10)
                    left /= 10
                } else {
                    target[offset] = form
                    if offset < text.utf8CodeUnitCount - 1 {
                        number -= 1
                        left = numbers[number]
                    }
                }
            }
            return text.utf8CodeUnitCount
        }
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
}

/// A day of the proleptic Gregorian calendar, years 0000 to 9999.
package struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    /// Nil for a day that does not exist.
    package init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        let isLeap = (year.isMultiple(of: 4) && !year.isMultiple(of: 100)) || year.isMultiple(of: 400)
        let length =
            switch month {
            case 2: isLeap ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        guard day <= length else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Days since 1970-01-01.
    package var dayNumber: Int {
        // Years are counted from March, so that the leap day is a year's last.
        let shifted = month > 2 ? year : year - 1
        let era = shifted.flooredQuotient(dividingBy: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The day that many days after 1970-01-01.
    package init(dayNumber: Int) {
        let days = dayNumber + 719_468
        let era = days.flooredQuotient(dividingBy: 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    package var description: String { year.padded(4) + "-" + month.padded(2) + "-" + day.padded(2) }

    package static func < (left: CivilDate, right: CivilDate) -> Bool { left.dayNumber < right.dayNumber }
}

extension BinaryInteger {
    func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }

    func flooredQuotient(dividingBy divisor: Self) -> Self {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
