import EvidenceTestSupport
import Foundation
import Inspection
import Testing

/// Everything that may be found has a row in both documents, which say the same of it.
struct FindingDocsTests {
    private static func rows(_ name: String) throws -> [String: [String]] {
        let url = PackageFolder.url.appendingPathComponent("docs/\(name)")
        var rows: [String: [String]] = [:]
        for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let code = cells[0].trimmingCharacters(in: CharacterSet(charactersIn: "`"))
            #expect(rows[code] == nil, "\(code) has two rows")
            rows[code] = cells
        }
        return rows
    }

    /// The rules that a cell names.
    private static func rules(_ cell: String) -> [String] {
        cell.split { $0 == "," || $0 == "、" || $0 == " " }.map(String.init)
    }

    @Test(arguments: [("loop.md", "breach", "gap"), ("loop.zh-CN.md", "违规", "缺项")])
    func `each code has one row, with its kind, its rules and words of its own`(
        name: String, breach: String, gap: String
    ) throws {
        let rows = try FindingDocsTests.rows(name)
        #expect(Set(rows.keys) == Set(FindingCode.allCases.map(\.rawValue)))
        for code in FindingCode.allCases {
            let cells = try #require(rows[code.rawValue])
            #expect(cells.count == 5, "\(code.rawValue)")
            #expect(cells[1] == (code.kind == .breach ? breach : gap), "\(code.rawValue)")
            let rules = FindingDocsTests.rules(cells[2])
            #expect(!rules.isEmpty && rules.allSatisfy { Rule(rawValue: $0) != nil }, "\(code.rawValue)")
        }
        #expect(Set(rows.values.map { $0[3] }).count == rows.count, "two codes mean the same")
    }

    @Test func `both documents name the same rules in the same order`() throws {
        let (english, chinese) = (try FindingDocsTests.rows("loop.md"), try FindingDocsTests.rows("loop.zh-CN.md"))
        for (code, cells) in english {
            let other = try #require(chinese[code])
            #expect(FindingDocsTests.rules(cells[2]) == FindingDocsTests.rules(other[2]), "\(code)")
        }
    }

    @Test func `what is in the documents is what the rules say`() throws {
        let rows = try FindingDocsTests.rows("loop.md")
        let calendar = WorkingCalendar.shipped
        let day = try #require(Day("2025-03-10"))
        // Found where nothing is on record, each by a rule that the documents name.
        let found =
            CaseFacts(
                found: day, isMajor: true, due: day, hasEvidence: false,
                steps: CaseStepKind.allCases.map { CaseStep(kind: $0, date: day, hasEvidence: false) }
            ).standing(at: day.adding(days: 90), within: 7, calendar: calendar).findings
            + InspectionFacts(
                steps: InspectionStepKind.allCases.map { InspectionStep(kind: $0, date: day, hasEvidence: false) }
            ).standing(at: day.adding(days: 90), within: 7, calendar: calendar).findings
        #expect(Set(found.map(\.code)).count >= 16)
        for finding in found {
            let cells = try #require(rows[finding.code.rawValue])
            #expect(FindingDocsTests.rules(cells[2]).contains(finding.rule.rawValue), "\(finding.code.rawValue)")
        }
    }

    @Test(arguments: ["loop.md", "loop.zh-CN.md"])
    func `the documents' samples of files can be read`(name: String) throws {
        let text = try String(
            contentsOf: PackageFolder.url.appendingPathComponent("docs/\(name)"), encoding: .utf8)
        let samples = text.matches(of: /```\n((?s).*?)```/).map { String($0.1) }
        try #require(samples.count == 2)
        let calendar = try WorkingCalendar(.shipped, adding: samples[0])
        #expect(calendar.isKnown(year: 2027) && !WorkingCalendar.shipped.isKnown(year: 2027))
        #expect(calendar.isWorkingDay(try #require(Day("2027-01-09"))))
        #expect(!calendar.isWorkingDay(try #require(Day("2027-01-01"))))
        let province = try Province(samples[1])
        #expect(province.region(named: "琼中")?.english == "Qiongzhong Li and Miao Autonomous County")
    }
}
