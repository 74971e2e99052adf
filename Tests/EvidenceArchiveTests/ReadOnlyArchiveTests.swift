import EvidenceArchive
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import Testing

/// An archive that whoever reads it may not write, as on read-only media; run as another user where the tests run as root.
struct ReadOnlyArchiveTests {
    private struct Output {
        let status: Int32
        let text: String
    }

    /// Runs the built program as somebody without rights to the archive.
    private func run(_ copy: ArchiveCopy, home: URL, _ arguments: [String]) throws -> Output {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let user = geteuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        process.arguments = user + [BuiltProgram.path] + arguments + ["--archive", copy.archive.path, "--lang", "en"]
        process.environment = [
            "EVIDENCE_HOME": home.path, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        ]
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Output(status: process.terminationStatus, text: String(decoding: bytes, as: UTF8.self))
    }

    /// A copy that everybody may read and nobody but root may write, and a home of the reader's own.
    private func readOnly(_ change: (ArchiveCopy) throws -> Void = { _ in }) throws -> (copy: ArchiveCopy, home: URL) {
        let copy = try ArchiveCopy()
        try change(copy)
        let home = try copy.stranger()
        try ArchiveCopy.clone(
            copy.desk.home.appendingPathComponent("archives"), to: home.appendingPathComponent("archives"))
        for (mode, url) in [("a+rX,a-w", copy.archive), ("a+rX", copy.beside), ("777", home)] {
            let recursive = url == copy.beside ? [] : ["-R"]
            try tool("chmod", recursive + [mode, url.path])
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: home.appendingPathComponent("archives").path) {
            try tool("chmod", ["600", home.appendingPathComponent("archives/\(name)").path])
        }
        if geteuid() == 0 { try tool("chown", ["-R", "65534:65534", home.path]) }
        return (copy, home)
    }

    private func tool(_ name: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw TestFailure("\(name) \(arguments) failed") }
    }

    private func release(_ copy: ArchiveCopy) throws { try tool("chmod", ["-R", "u+w", copy.archive.path]) }

    @Test func `a reader verifies, lists and gets what cannot be written, and leaves nothing there`() throws {
        let (copy, home) = try readOnly()
        defer { try? release(copy) }
        let before = try copy.contents()
        let verified = try run(copy, home: home, ["verify"])
        #expect(verified.status == 0, "\(verified.text)")
        let listed = try run(copy, home: home, ["list"])
        #expect(listed.status == 0 && listed.text.contains("large"), "\(listed.text)")
        let target = home.appendingPathComponent("out").path
        let got = try run(copy, home: home, ["get", "15", "--to", target])
        #expect(got.status == 0, "\(got.text)")
        #expect(FileManager.default.fileExists(atPath: target + "/e.txt"))
        for arguments in [
            ["show", "15"], ["log"], ["search", "large"], ["prove", "15"], ["status"], ["checkpoint"],
            ["case", "list"],
            ["verify", "--full"], ["loop"],
        ] {
            let outcome = try run(copy, home: home, arguments)
            #expect(outcome.status == 0, "\(arguments): \(outcome.text)")
        }
        #expect(try copy.contents() == before)
    }

    @Test func `an index that lags behind is made in the reader's cache`() throws {
        let (copy, home) = try readOnly { try FileManager.default.removeItem(at: $0.file("index.sqlite")) }
        defer { try? release(copy) }
        let listed = try run(copy, home: home, ["list"])
        #expect(listed.status == 0 && listed.text.contains("large"), "\(listed.text)")
        #expect(!FileManager.default.fileExists(atPath: copy.file("index.sqlite").path))
        let cached = try FileManager.default.subpathsOfDirectory(atPath: home.appendingPathComponent("cache").path)
        #expect(cached.contains { $0.hasSuffix("index.sqlite") })
    }

    @Test func `tampering is found where nothing can be written`() throws {
        let (copy, home) = try readOnly { try $0.replace("\"title\":\"e\"", "\"title\":\"x\"", in: "body", 15) }
        defer { try? release(copy) }
        let verified = try run(copy, home: home, ["verify"])
        #expect(verified.status == 1 && verified.text.contains("body-altered"), "\(verified.text)")
    }

    @Test func `a file that may not be read is unchecked, not missing`() throws {
        let (copy, home) = try readOnly()
        defer { try? release(copy) }
        try tool("chmod", ["0", copy.file(try copy.object(15)).path])
        let verified = try run(copy, home: home, ["verify"])
        #expect(verified.status == 3 && verified.text.contains("file-unreadable"), "\(verified.text)")
    }

    @Test func `nothing is added to what cannot be written`() throws {
        let (copy, home) = try readOnly()
        defer { try? release(copy) }
        let file = home.appendingPathComponent("new.txt")
        try Data("new\n".utf8).write(to: file)
        for name in ["signers"] {
            try ArchiveCopy.clone(copy.desk.home.appendingPathComponent(name), to: home.appendingPathComponent(name))
        }
        if geteuid() == 0 { try tool("chown", ["-R", "65534:65534", home.path]) }
        let added = try run(copy, home: home, ["add", file.path, "--as", "lisi"])
        #expect(added.status == 77, "\(added.text)")
    }

    @Test func `a write that was interrupted is left for somebody who may write`() throws {
        let (copy, home) = try readOnly { try $0.interruptWrite() }
        defer { try? release(copy) }
        let verified = try run(copy, home: home, ["verify"])
        #expect(verified.status == 75, "\(verified.text)")
        try release(copy)
        #expect(try copy.verify().exitStatus == 0)
        #expect(try copy.log().count == Int(BaseArchive.size))
    }
}

extension ArchiveCopy {
    /// Leaves the database as a writer does that dies in the middle of a transaction: half written, with a hot journal.
    func interruptWrite() throws {
        let script = """
            import os, sqlite3, sys
            db = sqlite3.connect(sys.stdin.read().strip(), isolation_level=None)
            db.execute("PRAGMA cache_size = 1")
            db.execute("PRAGMA cache_spill = 1")
            db.execute("BEGIN IMMEDIATE")
            for seq in range(19, 400):
                db.execute("INSERT INTO entry VALUES (?, zeroblob(4000))", (seq,))
            print("spilled")
            sys.stdout.flush()
            os._exit(0)
            """
        _ = try Python.run(script, input: Data(file("archive.sqlite").path.utf8))
        guard FileManager.default.fileExists(atPath: file("archive.sqlite-journal").path) else {
            throw TestFailure("no journal was left")
        }
    }
}
