import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import Testing

/// The documents on manifests name every column and every mistake, and each mistake is met in a test.
struct ManifestDocsTests {
    @Test(arguments: ["manifest.md", "manifest.zh-CN.md"])
    func `each column and each code of a mistake stands in the document`(name: String) throws {
        let text = try String(contentsOf: PackageFolder.url.appendingPathComponent("docs/\(name)"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
        for column in ManifestColumn.allCases {
            for heading in [column.heading.en, column.heading.zh] {
                #expect(rows.contains { $0.contains(heading) }, "\(heading)")
            }
        }
        for code in ManifestProblem.Code.allCases {
            #expect(rows.count { $0.contains("`\(code.rawValue)`") } == 1, "\(code.rawValue)")
        }
    }

    private static let tests = PackageFolder.url.appendingPathComponent("Tests/CommandTests/ManifestMistakeTests.swift")

    @Test(.enabled(if: FileManager.default.fileExists(atPath: tests.path)))
    func `each code of a mistake is met in a test`() throws {
        let source = try String(contentsOf: ManifestDocsTests.tests, encoding: .utf8)
        for code in ManifestProblem.Code.allCases {
            #expect(source.contains("\"\(code.rawValue)\""), "\(code.rawValue)")
        }
    }
}
