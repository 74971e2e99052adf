import Foundation
import Testing

/// Recordings that stay where they lie.
struct ReferenceTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        try laptop.file("NAS/现场/录像.mp4", "录像内容")
    }

    private func expectVerify(
        _ status: Int32, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        let outcome = try laptop.start(["verify"] + arguments, env: archive).wait()
        #expect(outcome.status == status, "\(outcome.out)\(outcome.err)", sourceLocation: sourceLocation)
        return outcome
    }

    @Test func `a file is recorded where it lies, and nothing is copied`() throws {
        let before = try laptop.listing().keys.filter { $0.hasPrefix("objects/") }
        let added = try laptop.json("add", "NAS/现场/录像.mp4", "--reference", env: archive)
        let file = try #require(added["entries"]?[0]?["files"]?[0])
        #expect(file["held"]?.string == "referenced")
        #expect(file["alreadyHeld"]?.bool == false)
        let location = try #require(file["location"]?.string)
        #expect(location.hasPrefix("/") && location.hasSuffix("/work/NAS/现场/录像.mp4"))
        #expect(try laptop.listing().keys.filter { $0.hasPrefix("objects/") } == before)
        #expect(try laptop.leftovers().isEmpty)
        let verified = try expectVerify(0)
        #expect(verified.out.contains("1 of them outside the archive"))
        #expect(try laptop.json("verify", env: archive)["checked"]?["referenced"]?.int == 1)
        for (language, words) in [("en", "not copied; recorded at \(location)"), ("zh", "未复制，登记位置：\(location)")] {
            // A long path may be cut into lines.
            let shown = try laptop.succeed("show", "2", "--lang", language, env: archive).out
            #expect(shown.filter { !$0.isWhitespace }.contains(words.filter { !$0.isWhitespace }))
        }
    }

    @Test func `a file that was moved is found below the media root, and not found is not checked`() throws {
        try laptop.succeed("add", "NAS", "--reference", env: archive)
        try FileManager.default.moveItem(atPath: laptop.folder + "/NAS", toPath: laptop.folder + "/mnt")
        #expect(try expectVerify(3).out.contains("referenced-file-absent"))
        _ = try expectVerify(0, "--media-root", "mnt", "--full")
        try laptop.file("mnt/现场/录像.mp4", "录像内客")
        #expect(try expectVerify(1, "--media-root", "mnt").out.contains("file-altered"))
        #expect(try laptop.run("verify", "--media-root", "nowhere", env: archive).status == 66)
    }

    @Test func `a file is copied out from where it lies, checked`() throws {
        try laptop.succeed("add", "NAS/现场/录像.mp4", "--reference", env: archive)
        try laptop.succeed("get", "2", "--to", "out", env: archive)
        #expect(try Laptop.bytes(laptop.folder + "/out/录像.mp4") == Array("录像内容".utf8))
        try FileManager.default.moveItem(atPath: laptop.folder + "/NAS", toPath: laptop.folder + "/mnt")
        try laptop.expectRefused("get", "2", "--to", "away", status: 66, naming: "录像.mp4", "--media-root", env: archive)
        #expect(!laptop.exists("away/录像.mp4"))
        try laptop.succeed("get", "2", "--to", "again", "--media-root", "mnt", env: archive)
        try laptop.file("mnt/现场/录像.mp4", "录像内客")
        #expect(try laptop.run("get", "2", "--to", "bad", "--media-root", "mnt", env: archive).status == 1)
        #expect(!laptop.exists("bad/录像.mp4"))
    }

    @Test func `a second run adds what is new or lies elsewhere now`() throws {
        try laptop.succeed("add", "NAS", "--reference", env: archive)
        let again = try laptop.json("add", "NAS", "--reference", env: archive)
        #expect(again["entries"]?.array.isEmpty == true && again["skipped"]?.array.count == 1)
        // What is to be kept in the archive is not there yet.
        #expect(try laptop.json("add", "NAS", env: archive)["entries"]?.array.count == 1)
        try FileManager.default.createDirectory(atPath: laptop.folder + "/b", withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: laptop.folder + "/NAS", toPath: laptop.folder + "/b/NAS")
        #expect(try laptop.json("add", "b/NAS", "--reference", env: archive)["entries"]?.array.count == 1)
    }

    @Test func `a bundle leaves the file out, says so, and is whole with it`() throws {
        try laptop.succeed("case", "open", "甲", env: archive)
        try laptop.succeed("add", "NAS", "--reference", "--case", "甲", env: archive)
        let exported = try laptop.json("export", "--case", "甲", "--to", "bundle", env: archive)
        #expect(exported["filesLeftOut"]?.int == 1 && exported["files"]?.int == 0)
        let readme = String(decoding: try Laptop.bytes(laptop.folder + "/bundle/VERIFY.txt"), as: UTF8.self)
        #expect(readme.contains("- 1 file recorded on a disk") && readme.contains("--media-root"))
        let chinese = String(decoding: try Laptop.bytes(laptop.folder + "/bundle/VERIFY.zh-CN.txt"), as: UTF8.self)
        #expect(chinese.contains("- 1 个登记时留在原处的文件"))
        #expect(try expectVerify(3, "bundle").out.contains("referenced-file-absent"))
        _ = try expectVerify(0, "bundle", "--media-root", "NAS")
        let said = try laptop.succeed("export", "--case", "甲", "--to", "another", env: archive).out
        #expect(said.contains("Not in it: 1 file"))
    }

    @Test func `what lies in the archive, and what is no file, is refused`() throws {
        try laptop.succeed("add", "NAS", env: archive)
        let object = try #require(try laptop.listing().keys.first { $0.hasPrefix("objects/") && $0.utf8.count > 60 })
        try laptop.expectRefused("add", "archive/\(object)", "--reference", status: 65, naming: "archive", env: archive)
        try laptop.expectRefused("add", "missing.mp4", "--reference", status: 66, naming: "missing.mp4", env: archive)
        try FileManager.default.createSymbolicLink(
            atPath: laptop.folder + "/link.mp4", withDestinationPath: "NAS/现场/录像.mp4")
        try laptop.expectRefused("add", "link.mp4", "--reference", status: 65, naming: "link.mp4", env: archive)
    }

    @Test func `the place is the real one, and its exact bytes are kept`() throws {
        try FileManager.default.createSymbolicLink(atPath: laptop.folder + "/mnt", withDestinationPath: "NAS")
        let added = try laptop.json("add", "mnt/现场/录像.mp4", "--reference", env: archive)
        #expect(added["entries"]?[0]?["files"]?[0]?["location"]?.string?.hasSuffix("/work/NAS/现场/录像.mp4") == true)
        let made = try laptop.shell("printf '录像' > $'NAS/\\302\\274\\317\\361.mp4'; ls NAS | wc -l")
        #expect(made.status == 0)
        try laptop.succeed("add", "NAS", "--reference", env: archive)
        let records = try laptop.json("list", env: archive)["records"]?.array ?? []
        let strange = records.compactMap { $0["files"]?[0]?["locationBytes"]?.string }
        #expect(strange.count == 1 && strange.first?.hasSuffix("c2bccff12e6d7034") == true)
        _ = try expectVerify(0, "--full")
    }
}
