import EvidenceServices
import EvidenceTestSupport
import Foundation
import SystemPackage

/// An archive as its people would make it, built once a run; the tests work on copies.
///
/// 0 archive.created, 1 lisi, 2 zhang, 3 wang (may enrol); 4 case 2026-007; 5–8 zhang's folder of four files, one commit, in
/// that case; 9 three files of wang's in no case; 10 case 2026-008; 11 links 9 to it; 12–14 zhang's three files in it, one
/// large, one empty; 15 one of wang's in no case; 16 qian, 17 qian revoked; 18 one of lisi's in 2026-007.
final class BaseArchive: Sendable {
    static let size: UInt64 = 19
    private static let shared = Result {
        // A global is never freed: without this each run would leave its base archive behind.
        atexit { if let folder = try? BaseArchive.folder() { try? FileManager.default.removeItem(at: folder) } }
        return try BaseArchive()
    }

    /// The folder with `archive` and `home` in it.
    static func folder() throws -> URL { try shared.get().folder.url }

    private let folder: TemporaryFolder

    private init() throws {
        folder = try TemporaryFolder()
        let (archive, home) = (folder.url.appendingPathComponent("archive"), folder.url.appendingPathComponent("home"))
        let desk = TestDesk(home: home, archive: archive)
        let files = try SourceFolder(folder.url.appendingPathComponent("sources"))

        _ = try CreateArchive(desk.context(as: "lisi")).run(
            CreateArchive.Request(
                folder: FilePath(archive.path), origin: "evidence.example/team-7", title: "第三巡查组", person: "李四",
                unit: "第三巡查组", role: "组长", continuing: nil))
        for (name, person) in [("zhang", "张三"), ("wang", "王五"), ("qian", "钱七")] {
            try desk.createSigner(name, person: person)
        }
        let lisi = try ManageSigners(desk.context(as: "lisi"))
        _ = try lisi.enroll("zhang", mayEnrol: false)
        _ = try lisi.enroll("wang", mayEnrol: true)
        try desk.openCase("2026-007", as: "lisi")
        let report = try files.folder("现场", ["甲.txt", "乙.txt", "丙.txt", "丁/戊.txt"])
        try desk.add([report], as: "zhang", to: ["2026-007"])
        try desk.add(try ["a.txt", "b.txt", "c.txt"].map { try files.file($0) }, as: "wang")
        try desk.openCase("2026-008", as: "zhang")
        _ = try ManageCases(desk.context(as: "lisi")).link("2026-008", [9])
        try desk.add(
            [
                try files.file("large.bin", size: 1_300_000), try files.file("empty.txt", size: 0),
                try files.file("d.txt"),
            ],
            as: "zhang", to: ["2026-008"], each: true)
        try desk.add([try files.file("e.txt")], as: "wang")
        _ = try lisi.enroll("qian", mayEnrol: false)
        _ = try lisi.revoke("qian", reason: "调离")
        try desk.add([try files.file("f.txt")], as: "lisi", to: ["2026-007"])
        guard desk.warnings().isEmpty else { throw TestFailure("the base archive was not made without warnings") }
    }
}

/// Files to be added, each with content of its own.
struct SourceFolder {
    let url: URL

    init(_ url: URL) throws {
        self.url = url
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func file(_ name: String, size: Int = 60) throws -> URL {
        var generator = SeededGenerator(seed: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        let line = Data("材料 \(name)\n".utf8)
        var bytes = Data((0..<size).map { _ in UInt8.random(in: 0x20...0x7e, using: &generator) })
        if size > line.count { bytes.replaceSubrange(0..<line.count, with: line) }
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: file)
        return file
    }

    func folder(_ name: String, _ files: [String]) throws -> URL {
        for item in files { _ = try file("\(name)/\(item)") }
        return url.appendingPathComponent(name)
    }
}
