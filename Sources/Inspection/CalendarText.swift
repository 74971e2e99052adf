/// The text of holiday notices, line by line.
///
/// ```
/// 2026,notice,国办发明电〔2025〕7号
/// 2026-01-01/2026-01-03,off,元旦
/// 2026-01-04,work,元旦
/// ```
///
/// A day, or two days with `/` between for all from the first to the second; `off` or `work`; the holiday's name.
///
/// A year is complete with its lines: those of another text are no longer looked at. The exception is a year that only
/// has lines for its last week: they belong to the next year's notice, whose New Year begins early, and are added.
struct CalendarText {
    struct Line {
        let first: Day
        let last: Day
        let isOff: Bool
        let name: String

        var days: [Day] { (0...max(0, first.days(to: last))).map(first.adding(days:)) }
    }

    private(set) var lines: [Line] = []
    private(set) var notices: [Int: String] = [:]

    /// The years that the text is complete for.
    var years: Set<Int> {
        var result = Set(notices.keys)
        for line in lines {
            for day in line.days where !(day.month == 12 && day.day > 24) { result.insert(day.year) }
        }
        return result
    }

    /// The longest that one line may reach: longer than any holiday, shorter than a slip of the pen in month or year.
    private static let longest = 31

    init(_ text: String) throws(CalendarFileError) {
        var taken: Set<Day> = []
        for (number, fields) in DataFile.lines(of: text) {
            guard fields.count == 3, !fields[2].isEmpty else {
                throw CalendarFileError(
                    line: number, english: "needs three parts: DATE,off or work,NAME, such as 2027-01-01,off,元旦",
                    chinese: "应有三项：日期,off（放假）或 work（上班）,名称，如 2027-01-01,off,元旦")
            }
            if fields[1] == "notice" {
                guard let year = Day(fields[0] + "-01-01")?.year else {
                    throw CalendarFileError(
                        line: number,
                        english: "'\(fields[0])' is no year; write one such as 2027,notice,the notice's number",
                        chinese: "“\(fields[0])”不是年份；应写作：2027,notice,通知文号")
                }
                notices[year] = fields[2]
                continue
            }
            let line = try Self.line(fields, number: number)
            for day in line.days {
                guard taken.insert(day).inserted else {
                    throw CalendarFileError(
                        line: number, english: "\(day) was in an earlier line; keep one of the two",
                        chinese: "\(day) 在前面已经出现，两处只能保留一处")
                }
            }
            lines.append(line)
        }
    }

    private static func line(_ fields: [String], number: Int) throws(CalendarFileError) -> Line {
        let ends = fields[0].split(separator: "/", omittingEmptySubsequences: false).map { Day($0.trimmed) }
        guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil else {
            throw CalendarFileError(
                line: number,
                english: "'\(fields[0])' is no date; write one as 2027-01-01, or several as 2027-01-01/2027-01-03",
                chinese: "“\(fields[0])”不是日期；单日应写作 2027-01-01，连续多日应写作 2027-01-01/2027-01-03")
        }
        guard (0..<longest).contains(first.days(to: last)) else {
            throw CalendarFileError(
                line: number,
                english: "\(fields[0]) must go from the earlier to the later day, \(longest) days at most",
                chinese: "“\(fields[0])”应由较早日期至较晚日期，且不超过 \(longest) 天")
        }
        guard let isOff = ["off": true, "work": false][fields[1]] else {
            throw CalendarFileError(
                line: number, english: "'\(fields[1])' must be off (a day off) or work (a day worked)",
                chinese: "“\(fields[1])”应为 off（放假）或 work（上班）")
        }
        return Line(first: first, last: last, isOff: isOff, name: fields[2])
    }
}
