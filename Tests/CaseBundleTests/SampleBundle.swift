import CaseBundle
import EvidenceCrypto
import EvidenceFiles
import EvidenceRecord
import Foundation
import SystemPackage
import Testing
import TransparencyLog

/// A bundle in a temporary folder that is gone when the test is over, and what can be done to it.
final class SampleBundle {
    /// Which keys whoever tampered with a bundle has.
    enum Forger {
        /// Changes files alone.
        case careless
        /// Makes the lists anew, and has no key.
        case outsider
        /// Makes the lists anew and signs them with the keys of the archive and the exporter.
        case insider
    }

    let sample: SampleCase
    private let root: URL
    /// The bundle's folder.
    let url: URL

    /// - Parameter parts: of the sealed record, by name.
    init(
        _ sample: SampleCase = .plain, below size: UInt64? = nil,
        parts: [(name: String, bytes: [UInt8])] = []
    ) throws {
        self.sample = sample
        root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        url = root.appendingPathComponent("bundle")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        let writer = BundleWriter(folder: folder)
        for part in parts { try writer.addSealedPart(part.name, of: sample.sealed ?? 0, bytes: part.bytes) }
        try write(to: writer, below: size)
    }

    /// The day of the export.
    static let date = "2026-03-12"

    /// Writes the bundle of the sample.
    func write(to writer: BundleWriter, below size: UInt64? = nil) throws {
        for (record, bytes) in sample.files where !sample.isWithheld(record) {
            let source = root.appendingPathComponent(record.name)
            try Data(bytes).write(to: source)
            try writer.addFile(record, from: FilePath(source.path)) { _ in }
        }
        for (seq, bytes) in sample.bodies where seq < size ?? .max { try writer.addBody(seq: seq, bytes: bytes) }
        try writer.finish(
            log: sample.log.source(below: size), dossier: sample.description, people: sample.people,
            label: SampleBundle.label, records: { take in try sample.records.forEach(take) }, page: SampleBundle.page,
            sign: sign)
    }

    /// What pages say is the business of whoever writes them.
    static func page(_ page: BundlePage, _ take: ([UInt8]) throws -> Void) throws {
        try take(Array("<!DOCTYPE html>\n".utf8))
        try take(Array("<title>\(page)</title>\n".utf8))
    }

    static let label = BundleWriter.Label(title: "3号安全出口堵塞", agent: "evidence 0", date: date)

    deinit { try? FileManager.default.removeItem(at: root) }

    var folder: FilePath { FilePath(url.path) }

    func sign(_ text: String) throws -> SignedNote {
        var note = try SignedNote(text: text, signatures: [])
        try note.sign(as: SampleKey.archive.key, with: SampleKey.archive.secret)
        try note.sign(as: sample.options.exporter.key, with: sample.options.exporter.secret)
        return note
    }

    /// Verifies as a reader does who has the archive's key from elsewhere.
    func verify(mediaRoot: FilePath? = nil, key: DecryptionKey? = nil) throws -> VerificationReport {
        try verifier(mediaRoot: mediaRoot, key: key).verify(folder)
    }

    func verifier(mediaRoot: FilePath? = nil, key: DecryptionKey? = nil) throws -> BundleVerifier {
        BundleVerifier(
            wantedSizes: { _ in [] },
            trust: { key, _, _, _, _ in key == SampleKey.archive.key ? .pinnedKey : nil },
            referenced: try ReferencedFiles(below: mediaRoot, orAtLocation: false), key: key,
            progress: { _ in })
    }

    // MARK: Tampering

    /// The bundle's files, sorted.
    var paths: [String] {
        let found = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
        return found.filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: place(path).path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    func place(_ path: String) -> URL { url.appendingPathComponent(path) }

    func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: place(path))) }

    func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        try FileManager.default.createDirectory(
            at: place(path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: place(path))
    }

    func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

    func replace(_ path: String, _ old: String, _ new: String) throws {
        let text = try text(path)
        try #require(text.contains(old), "\(path) does not contain what the test replaces")
        try write(path, text.replacingOccurrences(of: old, with: new))
    }

    func remove(_ path: String) throws { try FileManager.default.removeItem(at: place(path)) }

    /// Makes lists and signature fit what lies there now, as far as the forger can.
    func reseal(by forger: Forger) throws {
        if forger == .careless { return }
        let payload = paths.filter { $0.hasPrefix("data/") }
        let size = try payload.reduce(0) { $0 + (try bytes($1).count) }
        let info = try text("bag-info.txt").split(separator: "\n").map { line in
            line.hasPrefix("Payload-Oxum") ? "Payload-Oxum: \(size).\(payload.count)" : String(line)
        }
        try write("bag-info.txt", info.map { $0 + "\n" }.joined())
        try write("manifest-sha256.txt", try list(payload))
        try resealTags(by: forger)
    }

    /// Makes the list of the tag files and the signature anew.
    func resealTags(by forger: Forger) throws {
        let tags = paths.filter { !$0.hasPrefix("data/") && $0 != "tagmanifest-sha256.txt" && !$0.hasPrefix("sig") }
        try write("tagmanifest-sha256.txt", try list(tags))
        guard forger == .insider else { return }
        let digest = SHA256Hasher.hash(try bytes("tagmanifest-sha256.txt"))
        let text = "evidence bundle v1\n\(SampleKey.archive.key.name)\n\(digest.hex)\n"
        try write("signatures/tagmanifest.note", try sign(text).bytes)
    }

    private func list(_ paths: [String]) throws -> String {
        try paths.map { "\(SHA256Hasher.hash(try bytes($0)).hex)  \($0)\n" }.joined()
    }
}

extension VerificationReport {
    /// The codes of what was found wrong.
    var codes: Set<Problem.Code> { Set(problems.map(\.code)) }

    /// What was found, for a failing test.
    var summary: String {
        (problems + unchecked).map { "\($0.code.rawValue): \($0.explanation.en)" }.joined(separator: "\n")
    }
}

/// Other people's programs, which the tests compare with.
enum Tool {
    /// The package's own folder of other people's validators, which scripts/setup makes.
    static let validators = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent(".venv/bin")

    /// Runs a program; its output is shown where the test fails.
    static func run(_ program: String, _ arguments: String..., in folder: URL) throws -> (status: Int32, text: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = folder
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus != 127, "the tests need \(program): run scripts/setup")
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}

extension SampleCase {
    var people: BundleWriter.People {
        BundleWriter.People(
            archive: SampleKey.archive.key,
            signers: [(key: SampleKey.lisi.key, person: "李四"), (key: SampleKey.wangwu.key, person: "王五")],
            exporter: options.exporter.key.name)
    }
}
