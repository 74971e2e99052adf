import EvidenceRecord
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing

/// The index finds, and decides nothing: what is signed does not rest on it.
struct AlteredIndexExportTests {
    /// What a bundle holds: its files, and how much markup its pages have, whose hashes differ from export to export.
    private func shape(_ bundle: FilePath) throws -> (files: [String], pages: [Int]) {
        let folder = URL(fileURLWithPath: bundle.string)
        let pages = try ["index.html", "print.html"].map { name in
            try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8).count { $0 == "<" }
        }
        return (try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted(), pages)
    }

    @Test(arguments: ["target:%", "dossier:%", "type:%", "%"])
    func `an index from which somebody took look-ups away takes nothing from a bundle`(terms: String) throws {
        let start = try ArchiveCopy()
        let (sound, copy) = (try start.copied(), try start.copied())
        let expected = try shape(ClaimTests.take(.bundle, from: sound))
        try copy.plainSQL("DELETE FROM term WHERE term LIKE '\(terms)'", on: "index.sqlite")
        let found = try shape(ClaimTests.take(.bundle, from: copy))
        #expect(found == expected)
        #expect(try copy.verify(full: true).problems.isEmpty)
    }
}
