import EvidenceCommands
import EvidenceRecord
import Testing

struct RelativeDayTests {
    private static func day(_ text: String) throws -> CivilDate {
        try #require(ClaimedTime(text)?.date)
    }

    @Test(arguments: [
        ("2026-03-12", "2026-03-12", "today", "今天"), ("2026-03-11", "2026-03-12", "yesterday", "昨天"),
        ("2026-02-28", "2026-03-01", "yesterday", "昨天"), ("2026-03-13", "2026-03-12", "tomorrow", "明天"),
        ("2026-03-09", "2026-03-12", "3 days ago", "3 天前"), ("2026-03-15", "2026-03-12", "in 3 days", "3 天后"),
        ("2026-02-10", "2026-03-12", "30 days ago", "30 天前"), ("2026-02-09", "2026-03-12", "1 month ago", "1 个月前"),
        ("2026-01-13", "2026-03-12", "1 month ago", "1 个月前"), ("2026-01-12", "2026-03-12", "2 months ago", "2 个月前"),
        ("2026-01-31", "2026-03-03", "1 month ago", "1 个月前"), ("2026-01-30", "2026-03-02", "1 month ago", "1 个月前"),
        ("2025-03-13", "2026-03-12", "11 months ago", "11 个月前"), ("2025-03-12", "2026-03-12", "1 year ago", "1 年前"),
        ("2024-02-29", "2025-02-28", "11 months ago", "11 个月前"), ("2024-03-13", "2026-03-12", "1 year ago", "1 年前"),
        ("2000-01-01", "2026-03-12", "26 years ago", "26 年前"), ("2027-03-12", "2026-03-12", "in 1 year", "1 年后"),
        ("0000-01-01", "2026-01-01", "2,026 years ago", "2,026 年前"),
    ])
    func `A day is told from today`(_ day: String, _ today: String, _ en: String, _ zh: String) throws {
        let message = RelativeDay.message(try Self.day(day), seenFrom: try Self.day(today))
        #expect(message == Message(en: en, zh: zh))
    }

    @Test func `No day of three years is told as longer ago than it is, nor as nothing`() throws {
        let today = try Self.day("2026-03-31")
        for days in 2...1_100 {
            let text = RelativeDay.message(CivilDate(dayNumber: today.dayNumber - days), seenFrom: today).en
            let count = try #require(text.split(separator: " ").first.flatMap { Int($0) })
            #expect(count >= 1)
            let least = text.contains("day") ? 1 : text.contains("month") ? 28 : 365
            #expect(count * least <= days, "\(days): \(text)")
        }
    }
}
