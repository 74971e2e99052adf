/// Which days are worked in China.
///
/// The State Council's General Office gives notice each year (《关于部分节假日安排的通知》) of the days off around holidays and
/// of the weekend days worked in exchange (调休). All other days of such a year go by the week: Monday to Friday are
/// worked. Without a notice all days go by the week, and what follows from them is estimated.
package struct WorkingCalendar: Sendable, Equatable {
    /// A day on which work doesn't go by the week.
    package struct SpecialDay: Sendable, Equatable {
        package let isOff: Bool
        package let english: String
        package let chinese: String
    }

    private var specialDays: [Day: SpecialDay] = [:]
    private var notices: [Int: String] = [:]

    /// The years that there is a notice for.
    package private(set) var knownYears: Set<Int> = []

    package func isKnown(year: Int) -> Bool { knownYears.contains(year) }

    /// The number of the year's notice, such as 国办发明电〔2024〕12号, where it was said.
    package func notice(ofYear year: Int) -> String? { notices[year] }

    package func special(_ day: Day) -> SpecialDay? { specialDays[day] }

    package func isWorkingDay(_ day: Day) -> Bool {
        if let special = specialDays[day] { return !special.isOff }
        return day.weekday <= 5
    }

    /// The working days from one day through another, both counted; none where the second is before the first.
    ///
    /// Estimated where any of the days lies in a year without a notice.
    package func workingDays(from first: Day, through last: Day) -> (count: Int, isEstimated: Bool) {
        guard first <= last else { return (0, false) }
        // Whole weeks are worked five days each; what differs from the week is counted apart, so that a slip of the pen
        // in a year costs no time.
        let length = first.days(to: last) + 1
        var count = length / 7 * 5
        for offset in 0..<(length % 7) where first.adding(days: offset).weekday <= 5 { count += 1 }
        for (day, special) in specialDays where first <= day && day <= last {
            count += (special.isOff ? 0 : 1) - (day.weekday <= 5 ? 1 : 0)
        }
        return (count, (first.year...last.year).contains { !isKnown(year: $0) })
    }

    /// The day itself where it is worked, else the next that is.
    package func firstWorkingDay(onOrAfter day: Day) -> Day {
        var candidate = day
        while !isWorkingDay(candidate), candidate < .last { candidate = candidate.adding(days: 1) }
        return candidate
    }

    // MARK: From text

    package init(_ base: WorkingCalendar, adding text: String) throws(CalendarFileError) {
        let added = try CalendarText(text)
        self = base
        for year in added.years {
            specialDays = specialDays.filter { $0.key.year != year }
            notices[year] = added.notices[year]
        }
        knownYears.formUnion(added.years)
        for line in added.lines {
            for day in line.days {
                specialDays[day] = SpecialDay(
                    isOff: line.isOff, english: Self.english[line.name] ?? line.name, chinese: line.name)
            }
        }
    }

    private init() {}

    /// The notices for the years since the regulation was issued in 2016.
    package static let shipped: WorkingCalendar = {
        // The text is a constant that a test reads.
        (try? WorkingCalendar(WorkingCalendar(), adding: shippedNotices)) ?? WorkingCalendar()
    }()

    private static let english = [
        "元旦": "New Year's Day", "春节": "Spring Festival", "清明节": "Qingming Festival", "劳动节": "Labour Day",
        "端午节": "Dragon Boat Festival", "中秋节": "Mid-Autumn Festival", "国庆节": "National Day",
        "中秋节、国庆节": "Mid-Autumn Festival and National Day", "国庆节、中秋节": "National Day and Mid-Autumn Festival",
    ]
}
