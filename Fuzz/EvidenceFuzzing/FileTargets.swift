internal import CaseBundle
internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import EvidenceTestSupport
internal import Foundation
internal import SystemPackage
internal import ZIPFile

extension FuzzTarget {
    /// Whole files and folders, as somebody may hand them over.
    static let fileTargets = [
        FuzzTarget("zip") { bytes in
            let scene = try Scene.shared.get()
            let path = scene.folder.appending("input.zip")
            try scene.write(bytes, to: path)
            let placed = try? ZIPReader(path)
            var streamed: [[UInt8]: Int] = [:]
            var pieces = stride(from: 0, to: bytes.count, by: 700).map {
                Array(bytes[$0..<min($0 + 700, bytes.count)])
            }[...]
            do {
                try ZIPStream(shownName: "input.zip") { pieces.popFirst() }.forEachMember { name, copy in
                    var count = 0
                    try copy { count += $0.count }
                    streamed[name] = count
                }
            } catch {
                return
            }
            // A stream knows checksums too, so that it takes less than what is read in its place.
            guard let placed else {
                return try require(streamed.isEmpty, "what a stream takes can be read in its place")
            }
            for member in placed.members {
                try require(streamed[member.name] != nil, "a ZIP has the same members whichever way it is read")
            }
            _ = BundleVerifier.isBundle(placed)
        },
        FuzzTarget("encrypted-index") { bytes in
            guard let index = try? EncryptedIndex(parsing: bytes) else { return }
            _ = index.size
            try require(index.bytes == bytes, "an index is written as it was read")
        },
        FuzzTarget("bundle") { bytes in
            guard let first = bytes.first else { return }
            let scene = try Scene.shared.get()
            let part = scene.bundleParts[Int(first) % scene.bundleParts.count]
            let content = Array(bytes.dropFirst())
            try scene.withBundle(part, content) { folder in
                let report = try scene.bundleVerifier.verify(folder)
                // The signature's file is signed by nothing: further signatures may be added to it.
                let isKnown = content == scene.original(part) || part == "signatures/tagmanifest.note"
                try require(isKnown || !report.problems.isEmpty, "a changed part of a bundle is found: \(part)")
            }
        },
        FuzzTarget("database") { bytes in
            let scene = try Scene.shared.get()
            try scene.write(bytes, to: scene.archive.appending(LogDatabase.fileName))
            let verifier = ArchiveVerifier(
                folders: scene.folders, full: false, referenced: .nowhere, progress: { _ in })
            guard let report = try Scene.unlessRefused({ try verifier.verify(scene.archive) }) else { return }
            guard report.problems.isEmpty, report.size == scene.size else { return }
            try require(report.root == scene.root, "a log without problems is the one that was signed")
        },
    ]
}

/// The format's golden archive and bundle in a folder of their own, where parts of them are exchanged.
private final class Scene: Sendable {
    static let shared = Result { try Scene() }

    let folder: FilePath
    let archive: FilePath
    let folders: UserFolders
    /// The bundle's files, sorted.
    let bundleParts: [String]
    /// What the untouched archive says.
    let size: UInt64
    let root: Digest?
    private let bundle: FilePath
    private let originals: [String: [UInt8]]

    init() throws {
        let place = try TemporaryFolder().url
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let golden = PackageFolder.url.appendingPathComponent("Tests/Fixtures/golden-v1")
        for name in ["archive", "bundle"] {
            try FileManager.default.copyItem(
                at: golden.appendingPathComponent(name), to: place.appendingPathComponent(name))
        }
        folder = FilePath(place.path)
        archive = folder.appending("archive")
        bundle = folder.appending("bundle")
        folders = try UserFolders(environment: ["EVIDENCE_HOME": place.appendingPathComponent("home").path])
        let root = place.appendingPathComponent("bundle")
        var originals: [String: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
            if let content = try? Data(contentsOf: root.appendingPathComponent(name)) {
                originals[name] = [UInt8](content)
            }
        }
        self.originals = originals
        bundleParts = originals.keys.sorted()
        let report = try ArchiveVerifier(folders: folders, full: false, referenced: .nowhere, progress: { _ in })
            .verify(archive)
        let verifier = BundleVerifier(
            wantedSizes: { _ in [] }, trust: { _, _, _, _, _ in nil }, progress: { _ in })
        guard report.problems.isEmpty, try verifier.verify(bundle).problems.isEmpty else {
            throw BrokenPromise(description: "the golden archive and bundle are whole")
        }
        size = report.size
        self.root = report.root
        atexit {
            if let scene = try? Scene.shared.get() { try? FileManager.default.removeItem(atPath: scene.folder.string) }
        }
    }

    var bundleVerifier: BundleVerifier {
        BundleVerifier(wantedSizes: { _ in [] }, trust: { _, _, _, _, _ in nil }, progress: { _ in })
    }

    func original(_ part: String) -> [UInt8]? { originals[part] }

    func write(_ bytes: [UInt8], to path: FilePath) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path.string))
    }

    /// Calls `body` with the bundle in which one part has another content.
    func withBundle(_ part: String, _ content: [UInt8], _ body: (FilePath) throws -> Void) throws {
        let path = bundle.appending(part)
        try write(content, to: path)
        defer { try? write(originals[part] ?? [], to: path) }
        try body(bundle)
    }

    /// What `body` gives; nil where it could not go on, which it says in words that a person can act on.
    static func unlessRefused<Value>(_ body: () throws -> Value) throws -> Value? {
        do { return try body() } catch is EvidenceError { return nil }
    }
}
