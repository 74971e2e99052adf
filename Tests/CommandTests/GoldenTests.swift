import Foundation
import Testing

/// What format version 1 once wrote stays verifiable.
struct GoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/golden-v1").path

    @Test(arguments: [
        ("archive", "on8DeioKv0sfKxof7SOG9EisLyvnvs6Cuf2uZaCXhH8="),
        ("bundle", "4M9oNPmLNeQJ3UbIZwK3+UcQWWNYxPewmh5XsD8GlkU="),
    ])
    func `what an earlier program wrote is whole, once its key is trusted`(_ name: String, _ root: String) throws {
        let laptop = try Laptop()
        let copy = laptop.folder + "/" + name
        try FileManager.default.copyItem(atPath: GoldenTests.folder + "/" + name, toPath: copy)
        let unknown = try laptop.run("verify", copy, "--full", "--json")
        #expect(unknown.status == 3)
        #expect(try laptop.run("trust", GoldenTests.folder + "/\(name).vkey").status == 0)
        let known = try laptop.run("verify", copy, "--full", "--json")
        #expect(known.status == 0, "\(known.out)")
        #expect(known.out.contains(#""root":"\#(root)""#))
    }
}
