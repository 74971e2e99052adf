import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// Names that a file system allows and that a program may stumble over.
private enum Names {
    static let all: [[UInt8]] = [
        Array("谈话 记录（第1次）.txt".utf8), Array(" leading and trailing ".utf8), Array("'single' \"double\" `back`".utf8),
        Array("line\nfeed\ttab\rreturn".utf8), Array("👩‍👩‍👧 家庭.jpg".utf8), Array("-rf --quiet".utf8),
        Array("*?[a]$HOME;#&|<>".utf8),
        Array("e\u{301} and \u{E9}".utf8), [0xC4, 0xE3, 0xBA, 0xC3, 0x2E, 0x74, 0x78, 0x74],
        [0x61, 0xFF, 0xFE, 0x0A, 0x62],
        Array("\u{10FFFD}1\u{10FFFD}".utf8), Array("\u{1B}[31mred\u{202E}gnp.exe".utf8),
        Array(repeating: 0x61, count: 255),
    ]
}

struct NameTests {
    private let laptop: Laptop

    init() throws { laptop = try Laptop.withArchive() }

    private func write(_ content: String, to name: [UInt8], in folder: String) throws {
        let path = (Array((folder + "/").utf8) + name + [0]).map { CChar(bitPattern: $0) }
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw HarnessError("open: \(errno)") }
        defer { close(file) }
        _ = Array(content.utf8).withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    }

    /// The names in a folder, as bytes.
    private func names(in folder: String) throws -> Set<[UInt8]> {
        guard let stream = opendir(folder) else { throw HarnessError("opendir: \(errno)") }
        defer { closedir(stream) }
        var result: Set<[UInt8]> = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [0x2E] && name != [0x2E, 0x2E] { result.insert(name) }
        }
        return result
    }

    @Test(arguments: TestTier.some(Names.all, oneIn: 3)) func `a name keeps its exact bytes`(name: [UInt8]) throws {
        try write("content", to: name, in: laptop.folder)
        let path = Array("./".utf8) + name
        let added = try laptop.run(bytes: [Array("add".utf8), Array("--archive".utf8), Array("archive".utf8), path])
        #expect(added.status == 0, "\(added.err)")
        let isText = String(validating: name, as: UTF8.self) != nil
        let file = try #require(try laptop.json("show", "2", "--archive", "archive")["files"]?[0])
        #expect(file["name"]?.string.map { Array($0.utf8) } == Array(String(decoding: name, as: UTF8.self).utf8))
        #expect((file["nameBytes"] == nil) == isText)
        try laptop.succeed("get", "2", "--to", "out", "--archive", "archive")
        #expect(try names(in: laptop.folder + "/out") == [name])
        // Nothing that a name holds reaches the terminal as it is.
        for command in ["list", "log", "verify"] {
            let shown = try laptop.succeed(command, "--archive", "archive")
            #expect(!shown.output.contains { $0 < 0x20 && $0 != 0x0A || $0 == 0x7F })
            #expect(!shown.out.unicodeScalars.contains("\u{202E}"))
        }
    }

    @Test func `names in a folder keep their bytes too`() throws {
        try FileManager.default.createDirectory(atPath: laptop.folder + "/材料", withIntermediateDirectories: false)
        for name in Names.all { try write("\(name)", to: name, in: laptop.folder + "/材料") }
        let added = try laptop.json("add", "材料", "--archive", "archive")
        #expect(added["entries"]?.array.count == Names.all.count)
        for entry in added["entries"]?.array ?? [] {
            try laptop.succeed("get", "\(entry["seq"]?.int ?? -1)", "--to", "out", "--archive", "archive")
        }
        #expect(try names(in: laptop.folder + "/out/材料") == Set(Names.all))
        try laptop.expectVerified()
    }

    @Test func `only paths may have bytes that are not UTF-8`() throws {
        try laptop.file("a")
        let outcome = try laptop.run(
            bytes: ["add", "--archive", "archive", "a", "--title"].map { Array($0.utf8) } + [[0xFF, 0xFE]])
        #expect(outcome.status == 64)
        #expect(outcome.err.contains("UTF-8"))
    }

    @Test(arguments: ["en", "zh-Hans"]) func `paths that no file can have`(language: String) throws {
        symlink("loop", laptop.folder + "/loop")
        let long = String(repeating: "x", count: 300)
        for name in [long, "loop/x"] {
            for command in [["verify", name], ["publish", name, "--archive", "archive"], ["trust", name]] {
                let outcome = try laptop.start(command + ["--lang", language]).wait()
                #expect([65, 66].contains(outcome.status), "\(command): \(outcome.status) \(outcome.err)")
                Prose.expectSentence(outcome, language)
            }
        }
    }
}
