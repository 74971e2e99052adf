import Foundation
import Testing

/// What format version 1 once wrote stays verifiable.
struct GoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/golden-v1").path

    @Test(arguments: ["archive", "bundle"])
    func `what an earlier program wrote is whole, once its key is trusted`(_ name: String) throws {
        let laptop = try Laptop()
        let copy = laptop.folder + "/" + name
        try FileManager.default.copyItem(atPath: GoldenTests.folder + "/" + name, toPath: copy)
        let unknown = try laptop.run("verify", copy, "--full", "--json")
        #expect(unknown.status == 3)
        #expect(try laptop.run("trust", GoldenTests.folder + "/archive.vkey").status == 0)
        let known = try laptop.run("verify", copy, "--full", "--json")
        #expect(known.status == 0)
        #expect(known.out.contains(#""root":"on8DeioKv0sfKxof7SOG9EisLyvnvs6Cuf2uZaCXhH8=""#))
    }
}
