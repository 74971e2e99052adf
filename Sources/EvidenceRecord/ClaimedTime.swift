/// What a person claims about when something happened: a day, or a moment with the local offset as given.
///
/// The text is kept as it is: `2026-03-12`, `2026-03-12T14:30+08:00`, `2026-03-12T14:30:05.250+08:00`, `…Z`.
package struct ClaimedTime: Sendable, CustomStringConvertible {
    package let description: String
    /// The day named.
    package let date: CivilDate
    /// Milliseconds since 1970 for a moment; nil where only a day is claimed.
    package let milliseconds: Int64?

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
        let minutes = Int64(date.dayNumber) * 1_440 + Int64(hour * 60 + minute - offset)
        milliseconds = (minutes * 60 + Int64(second)) * 1_000 + Int64(fraction)
    }
}
