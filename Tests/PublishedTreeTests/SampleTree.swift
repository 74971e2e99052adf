import EvidenceCrypto
import EvidenceFiles
import EvidenceRecord
import EvidenceTestSupport
import Foundation
import PublishedTree
import Synchronization
import SystemPackage
import TransparencyLog

/// A log of a given size, made by hand, and a folder to publish it to.
final class SampleTree {
    private let folder: TemporaryFolder
    let log: LogForge

    /// Where it is published.
    var url: URL { folder.url.appendingPathComponent("published") }
    var path: FilePath { FilePath(url.path) }

    /// - Parameters:
    ///   - changed: the entry that says something else than in other samples.
    init(entries: UInt64, changed: UInt64? = nil) throws {
        folder = try TemporaryFolder()
        log = try SampleTree.log(entries, changed: changed)
    }

    /// A log in which every commit but the first has three entries, the last perhaps fewer.
    ///
    /// It has an inspection with a case, whose entries go on through the log.
    static func log(_ entries: UInt64, changed: UInt64? = nil, key: TestKey = .archive) throws -> LogForge {
        let name = "\(entries) \(changed.map(String.init) ?? "") \(key.verifier)"
        if let log = made.withLock({ $0[name] }) { return log }
        let log = try make(entries, changed: changed, key: key)
        made.withLock { $0[name] = log }
        return log
    }

    private static let made = Mutex<[String: LogForge]>([:])

    private static func make(_ entries: UInt64, changed: UInt64?, key: TestKey) throws -> LogForge {
        let (inspection, opened) = (DossierID.test(0x11), DossierID.test(0x22))
        var log = LogForge(archive: key)
        try log.commit(.lisi, [.created(key), .enrolled(.lisi, mayEnrol: true)])
        while log.size < entries {
            var items: [LogForge.Item] = []
            while items.count < 3, log.size + UInt64(items.count) < entries {
                let seq = log.size + UInt64(items.count)
                switch seq {
                case 2: items.append(.opened(.inspectionOpened, inspection, "2026 第一轮"))
                case 3: items.append(.opened(.caseOpened, opened, "HN-2026-001", within: inspection))
                default:
                    let title = seq == changed ? "another record \(seq)" : "record \(seq)"
                    items.append(.evidence(title, seq % 2 == 0 ? [opened] : []))
                }
            }
            try log.commit(.lisi, items)
        }
        return log
    }

    // MARK: Publishing

    func source(_ size: UInt64? = nil) throws -> TreePublisher.Log { try SampleTree.source(log, size) }

    /// What a publisher reads of a log, up to the newest checkpoint of at most `size` entries.
    static func source(_ log: LogForge, _ size: UInt64? = nil) throws -> TreePublisher.Log {
        let stored = log.checkpoints.last { $0.size <= size ?? .max }
        let note = try SignedNote(parsing: stored?.note ?? [])
        return TreePublisher.Log(
            key: log.archive.verifier, note: note, checkpoint: try Checkpoint(noteText: note.text)
        ) { from, below in
            // In slices of odd lengths, as a database would give them.
            log.entries[Int(from)..<min(Int(below), Int(from) + 100)].compactMap { $0 }
        }
    }

    @discardableResult
    func publish(_ size: UInt64? = nil) throws -> PublishResult {
        try TreePublisher { _ in }.publish(source(size), to: path)
    }

    @discardableResult
    func publish(_ other: TreePublisher.Log) throws -> PublishResult {
        try TreePublisher { _ in }.publish(other, to: path)
    }

    // MARK: Verifying

    /// - Parameters:
    ///   - keys: those that the reader trusts.
    ///   - pins: the roots that the reader knows, by size.
    func verify(keys: [VerifierKey] = [TestKey.archive.verifier], pins: [UInt64: [UInt8]] = [:]) throws
        -> VerificationReport
    {
        try SampleTree.verifier(keys: keys, pins: pins).verify(path)
    }

    static func verifier(
        keys: [VerifierKey] = [TestKey.archive.verifier], pins: [UInt64: [UInt8]] = [:]
    ) -> PublishedTreeVerifier {
        PublishedTreeVerifier(
            trustedKeys: { origin in keys.filter { $0.name == origin } }, wantedSizes: { _ in Set(pins.keys) },
            trust: { origin, key, _, size, roots, report in
                for (pinned, root) in pins {
                    if pinned > size { report(Problem(.behindMemory, en: "behind", zh: "落后")) }
                    if let found = roots[pinned], found.bytes != root {
                        report(Problem(.historyRewritten, en: "rewritten", zh: "改写"))
                    }
                }
                guard let key, keys.contains(key) else {
                    report(Problem(.keyNotPinned, found: origin, en: "unknown", zh: "未知"))
                    return nil
                }
                return .pinnedKey
            }, progress: { _ in })
    }

    // MARK: Files

    /// The files, by path, with their bytes.
    func files() throws -> [String: [UInt8]] { try SampleTree.files(in: url) }

    static func files(in url: URL) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for case let path as String in FileManager.default.enumerator(atPath: url.path) ?? .init() {
            var isFolder: ObjCBool = false
            let file = url.appendingPathComponent(path)
            if FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue {
                files[path] = Array(try Data(contentsOf: file))
            }
        }
        return files
    }

    func write(_ bytes: [UInt8], to path: String) throws {
        let file = url.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func remove(_ path: String) throws { try FileManager.default.removeItem(at: url.appendingPathComponent(path)) }

    func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: url.appendingPathComponent(path).path, withDestinationPath: target)
    }
}

extension VerificationReport {
    /// The codes of what is wrong or was not checked.
    var codes: Set<Problem.Code> { Set((problems + unchecked).map(\.code)) }
}
