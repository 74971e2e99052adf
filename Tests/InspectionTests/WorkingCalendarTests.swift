import EvidenceTestSupport
import Foundation
import Testing

@testable import Inspection

struct WorkingCalendarTests {
    private let calendar = WorkingCalendar.shipped

    @Test func `every year from 2016 to 2026 has its notice, and no other`() {
        #expect(calendar.knownYears == Set(2016...2026))
        for year in 2016...2026 {
            #expect(calendar.notice(ofYear: year)?.hasPrefix("国办发明电〔\(year - 1)〕") == true)
        }
        #expect(calendar.notice(ofYear: 2025) == "国办发明电〔2024〕12号")
        #expect(!calendar.isKnown(year: 2015) && !calendar.isKnown(year: 2027))
    }

    /// Every shipped day held against another's table of the same notices.
    @Test func `another implementation has the same working days`() throws {
        let script = """
            import datetime, chinese_calendar
            day = datetime.date(2016, 1, 1)
            while day.year < 2027:
                print(day, "work" if chinese_calendar.is_workday(day) else "off")
                day += datetime.timedelta(days=1)
            """
        let theirs = try Python.run(script, input: Data())
        var ours: [String] = []
        var today = day("2016-01-01")
        while today.year < 2027 {
            ours.append("\(today) \(calendar.isWorkingDay(today) ? "work" : "off")")
            today = today.adding(days: 1)
        }
        #expect(ours.count == 4018)
        #expect(Set(ours).symmetricDifference(theirs).sorted() == [])
    }

    @Test func `holidays have their names in both languages`() {
        #expect(
            calendar.special(day("2025-01-28"))
                == WorkingCalendar.SpecialDay(isOff: true, english: "Spring Festival", chinese: "春节"))
        #expect(
            calendar.special(day("2025-02-08"))
                == WorkingCalendar.SpecialDay(isOff: false, english: "Spring Festival", chinese: "春节"))
        #expect(calendar.special(day("2025-02-09")) == nil)
        var today = day("2016-01-01")
        while today.year < 2027 {
            if let special = calendar.special(today) { #expect(special.english != special.chinese) }
            today = today.adding(days: 1)
        }
    }

    @Test func `without a notice Monday to Friday are worked`() {
        for (text, isWorked) in [
            ("2027-01-01", true), ("2027-01-02", false), ("2027-01-03", false), ("2027-01-04", true),
            ("2015-10-01", true),
        ] {
            #expect(calendar.isWorkingDay(day(text)) == isWorked)
        }
    }

    /// Counted by hand from the notices.
    @Test(arguments: [
        ("2026-09-14", "2026-09-24", 10, false), ("2024-02-04", "2024-02-18", 7, false),
        ("2025-01-26", "2025-02-08", 6, false), ("2023-01-16", "2023-02-03", 12, false),
        ("2026-10-01", "2026-10-07", 0, false), ("2026-09-20", "2026-09-20", 1, false),
        ("2026-09-19", "2026-09-19", 0, false), ("2026-12-28", "2027-01-08", 10, true),
        ("2027-03-01", "2027-03-12", 10, true), ("2015-12-31", "2016-01-04", 2, true),
        ("2026-03-12", "2026-03-02", 0, false), ("2025-01-01", "2025-12-31", 248, false),
        ("2026-01-01", "2026-12-31", 248, false),
    ])
    func `working days are counted with both ends`(from: String, through: String, count: Int, isEstimated: Bool) {
        let counted = calendar.workingDays(from: day(from), through: day(through))
        #expect(counted.count == count)
        #expect(counted.isEstimated == isEstimated)
    }

    @Test func `the count is that of the single days, whatever the ends`() {
        let start = day("2023-12-20")
        for length in 0..<420 {
            let end = start.adding(days: length)
            let single = (0...length).filter { calendar.isWorkingDay(start.adding(days: $0)) }.count
            #expect(calendar.workingDays(from: start, through: end).count == single)
        }
    }

    @Test func `all years there are can be counted at once`() {
        let counted = calendar.workingDays(from: .first, through: .last)
        let known = calendar.workingDays(from: day("2016-01-01"), through: day("2026-12-31")).count
        // 521,722 weeks and Monday to Friday; of these 574 whole weeks in 2016 to 2026.
        #expect(counted.count == 521_722 * 5 + 5 - (574 * 5) + known)
        #expect(counted.isEstimated)
    }
}

struct CalendarFileTests {
    private func calendar(_ text: String) throws(CalendarFileError) -> WorkingCalendar {
        try WorkingCalendar(.shipped, adding: text)
    }

    @Test func `a file makes a further year known`() throws {
        let calendar = try calendar(
            """
            # 2027
            2027,notice,国办发明电〔2026〕9号

            2027-01-01/2027-01-03,off,元旦
            2027-02-07,work,春节
            """)
        #expect(calendar.knownYears == Set(2016...2027))
        #expect(calendar.notice(ofYear: 2027) == "国办发明电〔2026〕9号")
        #expect(!calendar.isWorkingDay(day("2027-01-01")))
        #expect(calendar.isWorkingDay(day("2027-02-07")))
        #expect(calendar.isWorkingDay(day("2026-01-04")))
        #expect(!Deadline(due: day("2027-01-01"), calendar: calendar).isEstimated)
    }

    @Test func `a file replaces a shipped year as a whole`() throws {
        let calendar = try calendar("2026-01-02,off,元旦")
        #expect(calendar.isWorkingDay(day("2026-01-01")))
        #expect(!calendar.isWorkingDay(day("2026-01-02")))
        #expect(!calendar.isWorkingDay(day("2026-01-04")))
        #expect(calendar.notice(ofYear: 2026) == nil)
        #expect(!calendar.isWorkingDay(day("2025-10-01")))
    }

    @Test func `days off before New Year don't replace the year that they end`() throws {
        let calendar = try calendar("2026-12-31/2027-01-02,off,元旦\n2026-12-27,work,元旦")
        #expect(calendar.knownYears == Set(2016...2027))
        #expect(calendar.notice(ofYear: 2026) == "国办发明电〔2025〕7号")
        #expect(!calendar.isWorkingDay(day("2026-12-31")))
        #expect(calendar.isWorkingDay(day("2026-12-27")))
        #expect(!calendar.isWorkingDay(day("2026-10-01")))
        #expect(try !self.calendar("2029-12-31,off,元旦").isKnown(year: 2029))
    }

    @Test func `Windows' line ends, a byte order mark, blanks and full-width commas make no difference`() throws {
        let plain = try calendar("2027-01-01,off,元旦\n2027-01-09,work,元旦\n")
        #expect(try calendar("\u{FEFF}2027-01-01 , off ,元旦\r\n\r\n  2027-01-09，work，元旦\u{3000}\r\n") == plain)
    }

    @Test func `an unknown holiday has one name`() throws {
        let special = try calendar("2027-09-03,off,纪念日").special(day("2027-09-03"))
        #expect(special == WorkingCalendar.SpecialDay(isOff: true, english: "纪念日", chinese: "纪念日"))
    }

    @Test func `an empty file changes nothing`() throws {
        #expect(try calendar("") == .shipped)
        #expect(try calendar("\n# nothing yet\n") == .shipped)
    }

    @Test(arguments: [
        (
            "2027-01-01,off", 1, "needs three parts: DATE,off or work,NAME, such as 2027-01-01,off,元旦",
            "应有三项：日期,off（放假）或 work（上班）,名称，如 2027-01-01,off,元旦"
        ),
        (
            "\n2027/1/1,off,元旦", 2,
            "'2027/1/1' is no date; write one as 2027-01-01, or several as 2027-01-01/2027-01-03",
            "“2027/1/1”不是日期；单日应写作 2027-01-01，连续多日应写作 2027-01-01/2027-01-03"
        ),
        (
            "# x\n\n2027-01-01,holiday,元旦", 3, "'holiday' must be off (a day off) or work (a day worked)",
            "“holiday”应为 off（放假）或 work（上班）"
        ),
        (
            "2027-01-01,off,元旦\n2027-01-01,work,元旦", 2, "2027-01-01 was in an earlier line; keep one of the two",
            "2027-01-01 在前面已经出现，两处只能保留一处"
        ),
        (
            "2027-02-05/2027-02-01,off,春节", 1,
            "2027-02-05/2027-02-01 must go from the earlier to the later day, 31 days at most",
            "“2027-02-05/2027-02-01”应由较早日期至较晚日期，且不超过 31 天"
        ),
        (
            "2027-01-01/9999-12-31,off,春节", 1,
            "2027-01-01/9999-12-31 must go from the earlier to the later day, 31 days at most",
            "“2027-01-01/9999-12-31”应由较早日期至较晚日期，且不超过 31 天"
        ),
        (
            "27,notice,9号", 1, "'27' is no year; write one such as 2027,notice,the notice's number",
            "“27”不是年份；应写作：2027,notice,通知文号"
        ),
    ])
    func `a wrong line is named, with what belongs there`(text: String, line: Int, english: String, chinese: String) {
        #expect(throws: CalendarFileError(line: line, english: english, chinese: chinese)) { try calendar(text) }
    }

    @Test(arguments: [
        "2027-01-01,off,", "2027-01-01,off,元旦,放假", ",off,元旦", "2027-01-01/,off,元旦", "/2027-01-01,off,元旦",
        "2027-01-01/2027-01-02/2027-01-03,off,元旦", "2027-02-29,off,春节", "2027-01-01,OFF,元旦", "{\"2027\": []}",
        "2027-01-01/2027-02-01,off,元旦",
    ])
    func `other wrong lines are refused too`(text: String) {
        #expect(throws: CalendarFileError.self) { try calendar("# first\n" + text) }
        do {
            _ = try calendar("# first\n" + text)
        } catch {
            #expect(error.line == 2)
        }
    }
}
