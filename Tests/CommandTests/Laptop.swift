import EvidenceCrypto
import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// An inspector's laptop: a key folder and a working folder of its own, and the built `evidence` to run there.
final class Laptop: Sendable {
    private let root: String
    /// The key folder.
    var home: String { root + "/home" }
    /// Where commands run.
    var folder: String { root + "/work" }
    /// Where ``makeArchive(origin:)`` puts the archive.
    var archive: String { folder + "/archive" }

    init() throws {
        root = try Laptop.temporaryFolder()
        try FileManager.default.createDirectory(atPath: root + "/work", withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    // MARK: Running

    var environment: [String: String] {
        let bin = URL(fileURLWithPath: BuiltProgram.path).deletingLastPathComponent().path
        return [
            "HOME": root, "EVIDENCE_HOME": home, "LC_ALL": "C.UTF-8", "PATH": "\(bin):/usr/sbin:/usr/bin:/sbin:/bin",
        ]
    }

    private func merged(_ changes: [String: String?]) -> [String: String] {
        var result = environment
        for (name, value) in changes { result[name] = value }
        return result
    }

    /// Starts `evidence` without waiting for it.
    func start(
        _ arguments: [String], env: [String: String?] = [:], in folder: String? = nil, terminal: String? = nil
    ) throws -> Running {
        try Running(
            BuiltProgram.path, arguments.map { Array($0.utf8) }, environment: merged(env),
            folder: folder ?? self.folder, input: nil, terminal: terminal)
    }

    @discardableResult
    func run(
        _ arguments: String..., env: [String: String?] = [:], in folder: String? = nil, measured: Bool = false
    ) throws -> Outcome {
        try start(arguments, env: env, in: folder).wait(measured: measured)
    }

    /// Runs `evidence` with arguments that need not be UTF-8.
    func run(bytes arguments: [[UInt8]]) throws -> Outcome {
        try Running(BuiltProgram.path, arguments, environment: environment, folder: folder, input: nil).wait()
    }

    /// Runs a shell's script, in which `evidence` is the built program.
    func shell(_ script: String, env: [String: String?] = [:]) throws -> Outcome {
        try Running(
            "/bin/bash", ["-c", script].map { Array($0.utf8) }, environment: merged(env), folder: folder, input: nil
        ).wait()
    }

    /// Runs what must succeed.
    @discardableResult
    func succeed(
        _ arguments: String..., env: [String: String?] = [:], in folder: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        let outcome = try start(arguments, env: env, in: folder).wait()
        #expect(outcome.status == 0, "evidence \(arguments): \(outcome.err)", sourceLocation: sourceLocation)
        return outcome
    }

    /// Runs what must succeed and print one JSON document and nothing else.
    func json(
        _ arguments: String..., env: [String: String?] = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSON {
        let outcome = try start(arguments + ["--json"], env: env).wait()
        #expect(outcome.status == 0, "evidence \(arguments): \(outcome.err)", sourceLocation: sourceLocation)
        return try outcome.json
    }

    // MARK: Material

    /// A laptop with an archive, `archive` in the working folder, which commands find by `EVIDENCE_ARCHIVE` or upwards.
    static func withArchive(origin: String = "evidence.example/team-7") throws -> Laptop {
        let laptop = try Laptop()
        try laptop.succeed("init", "archive", "--origin", origin, "--as", "lisi", "--person", "李四")
        return laptop
    }

    @discardableResult
    func file(_ name: String, _ content: String = "content\n") throws -> String {
        try file(name, bytes: Array(content.utf8))
    }

    @discardableResult
    func file(_ name: String, bytes: [UInt8]) throws -> String {
        let path = folder + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// A file that nobody but its owner may read, as keys are.
    @discardableResult
    func privateFile(_ name: String, _ content: String) throws -> String {
        let path = try file(name, content)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    /// A program of a few lines.
    ///
    /// A shell writes it: a child of another test, started meanwhile, would hold a file of ours open, and what is open for
    /// writing can't be run.
    func script(_ name: String, _ lines: String) throws {
        try file(name + ".text", lines)
        let made = try shell("cat '\(name).text' > '\(name)' && chmod 755 '\(name)'")
        guard made.status == 0 else { throw HarnessError(made.err) }
    }

    /// A file of that size without blocks on the disk.
    func sparseFile(_ name: String, size: Int) throws {
        try file(name, "")
        guard truncate(folder + "/" + name, size) == 0 else { throw HarnessError("truncate: \(errno)") }
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + name) }

    // MARK: Looking

    /// Everything in the archive's folder, by name, with mode, size and digest.
    ///
    /// The index is left out: it may be caught up by whoever reads.
    func listing() throws -> [String: String] {
        var result: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: archive) where name != "index.sqlite" {
            guard let status = Laptop.status(archive + "/" + name) else { continue }
            let digest = status.isFile ? SHA256Hasher.hash(try Laptop.bytes(archive + "/" + name)).hex : "-"
            result[name] =
                "\(status.kind) \(String(status.mode, radix: 8)) \(status.isFile ? status.size : 0) \(digest)"
        }
        return result
    }

    /// The same without what waits in `incoming/` for the same files to be added again.
    func listingWithoutCopies() throws -> [String: String] {
        try listing().filter { !$0.key.hasPrefix("incoming/") }
    }

    /// The names below `incoming/` and `objects/` that are files.
    func leftovers() throws -> [String] {
        let listing = try listing()
        return listing.keys.filter { $0.hasPrefix("incoming/") }.sorted()
    }

    func expectVerified(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let outcome = try run("verify", "--archive", archive, "--full")
        #expect(outcome.status == 0, "\(outcome.out)\(outcome.err)", sourceLocation: sourceLocation)
    }

    /// Runs what must be refused: one line for a person, nothing on standard output, and an archive as it was.
    func expectRefused(
        _ arguments: String..., status: Int32, naming words: String..., env: [String: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = exists("archive") ? try listing() : [:]
        for language in ["en", "zh-Hans"] {
            let outcome = try start(arguments + ["--lang", language], env: env).wait()
            #expect(outcome.status == status, "\(outcome.err)", sourceLocation: sourceLocation)
            #expect(outcome.out == "", sourceLocation: sourceLocation)
            Prose.expectSentence(outcome, language, sourceLocation: sourceLocation)
            for word in words { #expect(outcome.err.contains(word), sourceLocation: sourceLocation) }
        }
        if exists("archive") { #expect(try listing() == before, sourceLocation: sourceLocation) }
    }

    // MARK: Files

    static func temporaryFolder() throws -> String {
        var template = Array("\(FileManager.default.temporaryDirectory.path)/evidence-commands-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw HarnessError("mkdtemp: \(errno)") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        // /proc files have no size, so that they are read to their end.
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw HarnessError("\(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(file, &buffer, buffer.count)
            guard count > 0 else { break }
            result += buffer[..<count]
        }
        return result
    }
}

extension Laptop {
    /// What stands at a path; a link is not followed.
    struct Status {
        /// As Foundation calls it.
        let kind: String
        let mode: UInt32
        let size: Int

        var isFile: Bool { kind == FileAttributeType.typeRegular.rawValue }
    }

    /// Nil where nothing stands there.
    ///
    /// By Foundation: which C module `struct stat` belongs to depends on the order in which modules are loaded.
    static func status(_ path: String) -> Status? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let kind = attributes[.type] as? FileAttributeType, let mode = attributes[.posixPermissions] as? NSNumber,
            let size = attributes[.size] as? NSNumber
        else { return nil }
        return Status(kind: kind.rawValue, mode: mode.uint32Value, size: size.intValue)
    }

    /// A file's permissions.
    static func mode(_ path: String) throws -> UInt32 {
        guard let status = status(path) else { throw HarnessError("\(path) is not there") }
        return status.mode
    }
}
