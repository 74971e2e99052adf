package import EvidenceRecord
package import Inspection

/// Deadlines as a calendar to subscribe to: iCalendar (RFC 5545), an all-day event for each that a case or an inspection has.
package struct BoardCalendar {
    private let language: Language
    private let now: Timestamp
    private let day: Day
    private let unread: [String]

    /// - Parameters:
    ///   - now: when the calendar is made.
    ///   - day: the day that it shows.
    ///   - unread: what could not be read, which an event on that day says.
    package init(language: Language, now: Timestamp, day: Day, unread: [String] = []) {
        self.language = language
        self.now = now
        self.day = day
        self.unread = unread
    }

    package func text(_ rows: [BoardRow], _ inspections: [InspectionRow]) -> String {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//evidence//loop//\(language.pick("EN", "ZH"))",
            "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
            "X-WR-CALNAME:" + BoardCalendar.escaped(language.pick("Deadlines of problems", "问题整改期限")),
        ]
        for row in rows {
            guard let deadline = row.standing.due else { continue }
            lines += event(row.uid, on: deadline.lastDay, summary(row), description(row, deadline))
        }
        for row in inspections {
            for (rule, deadline) in row.open {
                lines += event(
                    "\(rule.rawValue).\(row.uid)", on: deadline.lastDay, summary(row, rule), description(row, deadline))
            }
        }
        if !unread.isEmpty {
            lines += event(
                "incomplete@evidence-archive", on: day, language.pick("Deadlines are not complete", "期限不完整"),
                ([Words.incomplete.text(in: language)] + unread.map(\.shown)).joined(separator: "\n"))
        }
        lines.append("END:VCALENDAR")
        return lines.map(BoardCalendar.folded).joined()
    }

    private func event(_ uid: String, on day: Day, _ summary: String, _ description: String) -> [String] {
        [
            "BEGIN:VEVENT", "UID:" + BoardCalendar.escaped(uid), "DTSTAMP:\(stamp)",
            "DTSTART;VALUE=DATE:\(BoardCalendar.basic(day))",
            "DTEND;VALUE=DATE:\(BoardCalendar.basic(day.adding(days: 1)))",
            "SUMMARY:" + BoardCalendar.escaped(summary), "DESCRIPTION:" + BoardCalendar.escaped(description),
            "TRANSP:TRANSPARENT", "END:VEVENT",
        ]
    }

    private func summary(_ row: BoardRow) -> String {
        language.pick("Due: ", "到期：") + [row.name.shown, row.title?.shown].compactMap { $0 }.joined(separator: " · ")
    }

    private func summary(_ row: InspectionRow, _ rule: Rule) -> String {
        language.pick("Due: \(rule.english)", "到期：\(rule.chinese)") + " · " + row.name.shown
    }

    private func description(_ row: InspectionRow, _ deadline: Deadline) -> String {
        let lines = [Words.state(row.standing.state), Words.deadline(deadline)].map { $0.text(in: language) }
        return (lines + [row.county, row.unit].compactMap { $0?.shown }).joined(separator: "\n")
    }

    private func description(_ row: BoardRow, _ deadline: Deadline) -> String {
        var lines = [Words.state(row.standing.state).text(in: language), Words.deadline(deadline).text(in: language)]
        lines += [row.county, row.unit].compactMap { $0?.shown }
        lines += row.standing.findings.map { Words.finding($0).text(in: language) }
        return lines.joined(separator: "\n")
    }

    /// `20260312T063000Z`, RFC 5545 §3.3.5.
    private var stamp: String {
        now.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }

    private static func basic(_ day: Day) -> String { "\(day)".filter { $0 != "-" } }

    /// RFC 5545 §3.3.11.
    private static func escaped(_ text: String) -> String {
        text.exchanging(["\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"])
    }

    /// Lines of at most 75 bytes, broken between characters (RFC 5545 §3.1).
    private static func folded(_ line: String) -> String {
        var result = ""
        var room = 75
        for scalar in line.unicodeScalars {
            let size = UTF8.width(scalar)
            if size > room {
                result += "\r\n "
                room = 74
            }
            result.unicodeScalars.append(scalar)
            room -= size
        }
        return result + "\r\n"
    }
}
