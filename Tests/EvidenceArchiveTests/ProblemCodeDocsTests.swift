import EvidenceRecord
import EvidenceTestSupport
import Foundation
import Testing

/// Every problem code has a fixture, and a row in both documents that says the same of it.
struct ProblemCodeDocsTests {
    /// Codes that no attack on an archive alone can give, by the folder or file of the tests that meet them.
    static let elsewhere: [String: Set<Problem.Code>] = [
        "CaseBundleTests": [
            .bagMalformed, .bagFileMissing, .bagFileAltered, .bagFileUnlisted, .bagSignatureInvalid, .bundleIncomplete,
            .bodiesWithheld, .sealedNotOpened, .sealedContentAltered,
        ],
        "PublishedTreeTests": [.tileMissing, .tileAltered, .treeFileUnexpected, .treeAhead],
        "EvidenceArchiveTests/ClaimTests.swift": [
            .policyNotMet, .entriesNotChecked, .predecessorNotChecked,
        ],
        "EvidenceArchiveTests/QuickVerifyTests.swift": [.filesNotChecked],
    ]

    struct Document: Sendable, CustomTestStringConvertible {
        let name: String
        /// The document's words for tampering, not checked and warning.
        let words: [String]

        var testDescription: String { name }

        func word(_ severity: Problem.Severity) -> String {
            switch severity {
            case .tampering: words[0]
            case .unchecked: words[1]
            case .warning: words[2]
            }
        }
    }

    static let documents = [
        Document(name: "problem-codes.md", words: ["tampering", "unchecked", "warning"]),
        Document(name: "problem-codes.zh-CN.md", words: ["篡改", "未检查", "警告"]),
    ]

    @Test(arguments: documents)
    func `each code has one row, with its severity and words of its own`(document: Document) throws {
        let url = PackageFolder.url.appendingPathComponent("docs/\(document.name)")
        let text = try String(contentsOf: url, encoding: .utf8)
        var rows: [String: [String]] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let code = cells[0].trimmingCharacters(in: CharacterSet(charactersIn: "`"))
            #expect(rows[code] == nil, "\(code) has two rows")
            rows[code] = cells
        }
        #expect(Set(rows.keys) == Set(Problem.Code.allCases.map(\.rawValue)))
        for code in Problem.Code.allCases {
            guard let cells = rows[code.rawValue] else { continue }
            #expect(cells.count == 4, "\(code.rawValue)")
            #expect(cells[1] == document.word(code.severity), "\(code.rawValue)")
            #expect(cells.dropFirst(2).allSatisfy { $0.count >= 6 }, "\(code.rawValue)")
        }
        #expect(Set(rows.values.map { $0[2] }).count == rows.count, "two codes mean the same")
    }

    @Test func `each code that an archive can give has a fixture`() {
        let attacked = Set(Tampering.all.map(\.code))
        let others = ProblemCodeDocsTests.elsewhere.values.reduce(into: Set()) { $0.formUnion($1) }
        #expect(attacked == Set(Problem.Code.allCases).subtracting(others))
    }

    @Test func `no two fixtures have one name`() {
        let names = Tampering.all.map(\.testDescription)
        #expect(names.count == Set(names).count)
    }

    @Test(arguments: elsewhere.keys.sorted())
    func `each other code is met in the tests that it belongs to`(place: String) throws {
        let url = PackageFolder.url.appendingPathComponent("Tests/\(place)")
        let names = try? FileManager.default.contentsOfDirectory(atPath: url.path).filter { $0.hasSuffix(".swift") }
        let files = names.map { $0.map { url.appendingPathComponent($0) } } ?? [url]
        let sources = try files.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
        for code in ProblemCodeDocsTests.elsewhere[place] ?? [] {
            #expect(sources.contains(".\(code)") || sources.contains("\"\(code.rawValue)\""), "\(code.rawValue)")
        }
    }
}
