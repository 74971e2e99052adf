import EvidenceRecord
import Foundation
import Testing

struct TimestampTests {
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .current
        return calendar
    }()

    @Test func `each day of eight centuries is the day that Foundation says`() throws {
        let first = try #require(CivilDate(year: 1600, month: 1, day: 1)).dayNumber
        let last = try #require(CivilDate(year: 2400, month: 12, day: 31)).dayNumber
        #expect(last - first + 1 == 292_560)
        for number in first...last {
            let date = CivilDate(dayNumber: number)
            let expected = TimestampTests.calendar.dateComponents(
                [.year, .month, .day], from: Date(timeIntervalSince1970: Double(number) * 86_400))
            guard date.year == expected.year, date.month == expected.month, date.day == expected.day,
                date.dayNumber == number
            else {
                Issue.record("day \(number) is \(expected), not \(date)")
                return
            }
        }
    }

    @Test func `days follow one another through ten thousand years`() throws {
        var number = try #require(CivilDate(year: 0, month: 1, day: 1)).dayNumber
        #expect(number == -719_528)
        for year in 0...9999 {
            for month in 1...12 {
                var length = 31
                while CivilDate(year: year, month: month, day: length) == nil { length -= 1 }
                // The first, last and 28th of each month, and what lies between only by number.
                for day in [1, 28, length] {
                    guard let date = CivilDate(year: year, month: month, day: day), date.dayNumber == number + day - 1,
                        CivilDate(dayNumber: number + day - 1) == date
                    else {
                        Issue.record("\(year)-\(month)-\(day)")
                        return
                    }
                }
                number += length
            }
        }
        #expect(number == 2_932_897)
    }

    @Test func `a day that does not exist is none`() {
        for (year, month, day) in [
            (2026, 2, 29), (1900, 2, 29), (2100, 2, 29), (2024, 2, 30), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1),
            (2026, 1, 0), (2026, 1, 32), (-1, 1, 1), (10_000, 1, 1), (2026, -1, 1), (2026, 1, -1),
        ] {
            #expect(CivilDate(year: year, month: month, day: day) == nil, "\(year)-\(month)-\(day)")
        }
        #expect(CivilDate(year: 2000, month: 2, day: 29)?.description == "2000-02-29")
        #expect(CivilDate(year: 0, month: 2, day: 29)?.description == "0000-02-29")
    }

    @Test(arguments: [
        "1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "2026-03-12T01:30:05.250Z", "2024-02-29T12:00:00.000Z",
        "0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "1582-10-10T06:07:08.009Z",
    ])
    func `a time is given back as it was`(text: String) throws {
        let time = try #require(Timestamp(text))
        #expect(time.description == text)
        #expect(Timestamp(milliseconds: time.milliseconds) == time)
    }

    @Test(arguments: [
        "", "2026-03-12", "2026-03-12T01:30:05Z", "2026-03-12T01:30:05.25Z", "2026-03-12T01:30:05.2500Z",
        "2026-03-12T01:30:05.250", "2026-03-12T01:30:05.250z", "2026-03-12t01:30:05.250Z", "2026-03-12 01:30:05.250Z",
        "2026-03-12T01:30:05.250+00:00", "2026-03-12T24:00:00.000Z", "2026-03-12T23:60:00.000Z",
        "2026-03-12T23:59:60.000Z", "2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-00-01T00:00:00.000Z",
        "2026-03-12T01:30:05,250Z", "+026-03-12T01:30:05.250Z", "-001-03-12T01:30:05.250Z", "２026-03-12T01:30:05.250Z",
        " 2026-03-12T01:30:05.250Z", "2026-03-12T01:30:05.250Z ", "2026-03-12T01:30:05.250Z\n",
        "2026/03/12T01:30:05.250Z",
        "20260312T013005.250Z12345",
    ])
    func `any other form of a time is refused`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `times outside ten thousand years are none`() {
        #expect(Timestamp(milliseconds: -62_167_219_200_001) == nil)
        #expect(Timestamp(milliseconds: -62_167_219_200_000)?.description == "0000-01-01T00:00:00.000Z")
        #expect(Timestamp(milliseconds: 253_402_300_799_999)?.description == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: 253_402_300_800_000) == nil)
        #expect(Timestamp(milliseconds: .max) == nil && Timestamp(milliseconds: .min) == nil)
    }

    @Test func `times are ordered as they pass`() throws {
        let texts = ["0001-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "2026-03-12T01:30:05.250Z"]
        let times = try texts.map { try #require(Timestamp($0)) }
        #expect(times.shuffled().sorted() == times)
    }
}

struct ClaimedTimeTests {
    @Test(arguments: [
        ("2026-03-12T14:30+08:00", "2026-03-12T06:30:00.000Z"),
        ("2026-03-12T14:30:05+08:00", "2026-03-12T06:30:05.000Z"),
        ("2026-03-12T14:30:05.250+08:00", "2026-03-12T06:30:05.250Z"),
        ("2026-03-12T14:30Z", "2026-03-12T14:30:00.000Z"),
        ("2026-03-12T00:10-09:30", "2026-03-12T09:40:00.000Z"),
        ("2026-01-01T00:00+05:45", "2025-12-31T18:15:00.000Z"),
        ("1900-01-01T00:00:43+08:05", "1899-12-31T15:55:43.000Z"),
    ])
    func `a moment keeps its text and is a moment on the clock`(text: String, utc: String) throws {
        let time = try #require(ClaimedTime(text))
        #expect(time.description == text)
        #expect(time.milliseconds == Timestamp(utc)?.milliseconds)
        #expect(time.date.description == String(text.prefix(10)))
    }

    @Test func `a day is a day and no moment`() throws {
        let day = try #require(ClaimedTime("2026-03-12"))
        #expect(day.milliseconds == nil)
        #expect(day.date == CivilDate(year: 2026, month: 3, day: 12))
        #expect(day.description == "2026-03-12")
    }

    @Test(arguments: [
        "", "2026", "2026-03", "2026-3-12", "2026-02-30", "2026-03-12T", "2026-03-12T14", "2026-03-12T14Z",
        "2026-03-12T14:30", "2026-03-12T14:30:05", "2026-03-12T24:00Z", "2026-03-12T14:60Z", "2026-03-12T14:30:60Z",
        "2026-03-12T14:30:05.25Z", "2026-03-12T14:30:05.2505Z", "2026-03-12T14:30.5Z", "2026-03-12T14:30+0800",
        "2026-03-12T14:30+08", "2026-03-12T14:30+24:00", "2026-03-12T14:30+08:60", "2026-03-12T14:30 08:00",
        "2026-03-12T14:30ZZ", "2026-03-12T14:30Z ", "2026-03-12 14:30Z", "2026-03-12T14:30z", "12026-03-12",
        "２026-03-12", "2026-03-12T14:30−08:00",
    ])
    func `any other form of a claimed time is refused`(text: String) {
        #expect(ClaimedTime(text) == nil)
    }
}
