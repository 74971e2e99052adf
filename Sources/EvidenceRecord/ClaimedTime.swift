/// What a person claims about when something happened: a day, or a moment with the local offset as given.
///
/// The text is kept as it is: `2026-03-12`, `2026-03-12T14:30+08:00`, `2026-03-12T14:30:05.250+08:00`, `…Z`.
package struct ClaimedTime: Sendable, CustomStringConvertible {
    package let description: String
    /// The day named.
    package let date: CivilDate
    /// Milliseconds since 1970 for a moment; nil where only a day is claimed.
    package let milliseconds: Int64?
    /// The offset given, 0 where only a day is.
    package let minutesEast: Int

    /// A moment that was given without an offset.
    ///
    /// - Parameters:
    ///   - text: any of the forms of a moment, its offset left out.
    ///   - seconds: seconds east of UTC at a moment given in milliseconds since 1970.
    package init?(local text: String, seconds: (Int64) -> Int) {
        // Taken for UTC, and shifted by what the zone has there.
        guard let asUTC = ClaimedTime(text + "Z"), let milliseconds = asUTC.milliseconds else { return nil }
        let guess = seconds(milliseconds)
        self.init(text + ClaimedTime.zone(minutes: seconds(milliseconds - Int64(guess) * 1_000) / 60))
    }

    /// A moment as clocks show it so many minutes east of UTC; nil outside the years 0000 to 9999.
    package init?(milliseconds: Int64, minutesEast: Int) {
        guard let local = Timestamp(milliseconds: milliseconds + Int64(minutesEast) * 60_000) else { return nil }
        var text = String(local.description.dropLast())
        if text.hasSuffix(".000") { text.removeLast(4) }
        self.init(text + ClaimedTime.zone(minutes: minutesEast))
    }

    /// The moment by so many milliseconds later, as the same clock would show it; a day alone stays as it is.
    package func moved(by offset: Int64) -> ClaimedTime {
        guard offset != 0, let milliseconds,
            let moved = ClaimedTime(
                milliseconds: milliseconds + offset, minutesEast: minutesEast)
        else { return self }
        return moved
    }

    private static func zone(minutes: Int) -> String {
        func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return (minutes < 0 ? "-" : "+") + twoDigits(abs(minutes) / 60) + ":" + twoDigits(abs(minutes) % 60)
    }

    /// Nil for any other form, and for a day or an hour that does not exist.
    package init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        func digits(_ count: Int) -> Int? {
            guard rest.count >= count else { return nil }
            var value = 0
            for byte in rest.prefix(count) {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            rest = rest.dropFirst(count)
            return value
        }
        func take(_ character: Character) -> Bool {
            guard let byte = character.asciiValue, rest.first == byte else { return false }
            rest = rest.dropFirst()
            return true
        }
        guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2),
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        self.date = date
        description = text
        if rest.isEmpty {
            milliseconds = nil
            minutesEast = 0
            return
        }
        guard take("T"), let hour = digits(2), hour < 24, take(":"), let minute = digits(2), minute < 60 else {
            return nil
        }
        var second = 0
        var fraction = 0
        if take(":") {
            guard let value = digits(2), value < 60 else { return nil }
            second = value
            if take(".") {
                guard let value = digits(3) else { return nil }
                fraction = value
            }
        }
        var offset = 0
        if !take("Z") {
            let isEast = take("+")
            guard isEast || take("-"), let hours = digits(2), hours < 24, take(":"), let minutes = digits(2),
                minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (isEast ? 1 : -1)
        }
        guard rest.isEmpty else { return nil }
        minutesEast = offset
        let minutes = Int64(date.dayNumber) * 1_440 + Int64(hour * 60 + minute - offset)
        milliseconds = (minutes * 60 + Int64(second)) * 1_000 + Int64(fraction)
    }
}
