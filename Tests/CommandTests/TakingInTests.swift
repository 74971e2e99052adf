import Foundation
import Testing

/// Bundles that come from another archive.
struct TakingInTests {
    private let laptop: Laptop
    private let colleague: Laptop
    private let here: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    /// A colleague's bundle `bundle` and `bundle.zip` lie in the working folder.
    init() throws {
        laptop = try Laptop.withArchive()
        colleague = try Laptop.withArchive(origin: "evidence.example/team-8")
        try colleague.succeed(
            "case", "open", "HN-1", "--title", "冷库氨气报警失效", "--unit", "样例食品有限公司", "--content", "C4",
            "--severity", "major", "--due", "2026-04-01", env: here)
        try colleague.file("a.txt", "材料\n")
        try colleague.succeed("add", "a.txt", "--case", "HN-1", env: here)
        try colleague.succeed("export", "--case", "HN-1", "--to", laptop.folder + "/bundle", env: here)
        try colleague.succeed("export", "--case", "HN-1", "--zip", "--to", laptop.folder + "/bundle.zip", env: here)
    }

    @Test func `a bundle is verified and kept as one record, and comes out as it came in`() throws {
        for (number, name) in ["bundle", "bundle.zip"].enumerated() {
            let added = try laptop.json("add", name, env: here)
            #expect(added["entries"]?.array.count == 1, "\(name)")
            let seq = 2 + number
            let record = try laptop.json("show", "\(seq)", env: here)
            #expect(record["title"]?.string == "HN-1 (evidence.example/team-8)", "\(name)")
            #expect(record["bundle"]?["name"]?.string == "HN-1", "\(name)")
            #expect(record["bundle"]?["key"]?.string?.hasPrefix("evidence.example/team-8+") == true)
            try laptop.succeed("get", "\(seq)", "--to", "out", env: here)
            let outcome = try laptop.run("verify", "out/" + name, "--json", env: here)
            #expect(outcome.status == 3, "the colleague's key is not pinned here")
            #expect(try outcome.json["ok"]?.bool == true)
        }
        let warned = try laptop.run("add", "bundle", "--title", "又一次", "--lang", "zh", env: here)
        #expect(warned.status == 0 && warned.err.contains("密钥"), "\(warned.err)")
        try laptop.expectVerified()
    }

    @Test func `a bundle that was tampered with is not taken in`() throws {
        let body = laptop.folder + "/bundle/data/bodies/3.json"
        try Data(try Laptop.bytes(body).map { $0 == UInt8(ascii: "a") ? UInt8(ascii: "b") : $0 }).write(
            to: URL(fileURLWithPath: body))
        try laptop.expectRefused("add", "bundle", status: 65, naming: "bundle", env: here)
        try laptop.expectRefused("case", "open", "--joins", "bundle", status: 65, naming: "bundle", env: here)
    }

    @Test func `any other ZIP file is a file like others`() throws {
        let made = try laptop.shell("mkdir z; echo 1 > z/bagit.txt; (cd z; zip -q ../other.zip bagit.txt)")
        try #require(made.status == 0, "\(made.err)")
        try laptop.succeed("add", "other.zip", env: here)
        #expect(try laptop.json("show", "2", env: here)["bundle"] == nil)
        try laptop.expectVerified()
    }

    @Test func `the same case is opened here and says which one it joins`() throws {
        let opened = try laptop.json("case", "open", "--joins", "bundle.zip", env: here)
        #expect(opened["id"]?.string == "HN-1")
        let shown = try laptop.json("case", "show", "HN-1", env: here)
        #expect(shown["title"]?.string == "冷库氨气报警失效" && shown["unit"]?.string == "样例食品有限公司")
        #expect(shown["content"]?.string == "C4" && shown["joins"]?["name"]?.string == "HN-1")
        #expect(shown["severity"]?.string == "major" && shown["due"]?.string == "2026-04-01")
        let other = try colleague.json("case", "show", "HN-1", env: here)
        #expect(shown["joins"]?["dossier"]?.string == other["dossierId"]?.string)
        #expect(shown["dossierId"]?.string != other["dossierId"]?.string)
        let text = try laptop.succeed("case", "show", "HN-1", "--lang", "zh", env: here).out
        #expect(text.contains("并案") && text.contains("evidence.example/team-8"))
        try laptop.succeed(
            "case", "open", "HN-1b", "--joins", "bundle", "--title", "两处", "--due", "2026-05-01", env: here)
        let second = try laptop.json("case", "show", "HN-1b", env: here)
        #expect(second["severity"]?.string == "major" && second["due"]?.string == "2026-05-01")
        #expect(try laptop.json("case", "show", "HN-1b", env: here)["title"]?.string == "两处")
        let again = try laptop.run("case", "open", "--joins", "bundle", env: here)
        #expect(again.status == 65 && again.err.contains("HN-1"), "\(again.err)")
        try laptop.expectRefused("case", "open", "x", "--joins", "archive", status: 65, naming: "archive", env: here)
        try laptop.expectRefused("case", "open", status: 64, env: here)
        try laptop.succeed("export", "--case", "HN-1", "--to", "own", env: here)
        try laptop.expectRefused("case", "open", "y", "--joins", "own", status: 65, env: here)
        try laptop.expectVerified()
    }
}
