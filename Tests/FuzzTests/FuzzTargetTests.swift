import EvidenceFuzzing
import EvidenceTestSupport
import Foundation
import Testing

/// Inputs that were invented by fuzzers, every one that once broke something among them, go through the same readers.
struct FuzzTargetTests {
    private static let fixtures = PackageFolder.url.appendingPathComponent("Tests/Fixtures/fuzz")

    @Test(arguments: FuzzTarget.all.map(\.name)) func `kept inputs break no promise`(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let folder = FuzzTargetTests.fixtures.appendingPathComponent(name)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        try #require(!files.isEmpty, "\(name) has no inputs: scripts/fuzz makes some")
        for file in files {
            do { try target.check([UInt8](try Data(contentsOf: file))) } catch {
                Issue.record("\(name)/\(file.lastPathComponent): \(error)")
            }
        }
    }

    @Test func `no inputs are kept for a reader that is not there`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: FuzzTargetTests.fixtures.path)
        #expect(Set(folders) == Set(FuzzTarget.all.map(\.name)))
    }
}
