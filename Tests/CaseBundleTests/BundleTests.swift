import CaseBundle
import EvidenceCrypto
import EvidenceFiles
import EvidenceRecord
import Foundation
import Synchronization
import SystemPackage
import Testing
import TransparencyLog

struct BundleTests {
    /// Samples that differ in what a bundle may be.
    static let variants: [(name: String, options: SampleCase.Options)] = [
        ("a case", SampleCase.Options()),
        ("an inspection", SampleCase.Options(kind: .inspectionOpened)),
        ("full tiles", SampleCase.Options(others: 600)),
        ("a withdrawal", SampleCase.Options(hasWithdrawal: true)),
        ("an exporter who may enrol", SampleCase.Options(exporter: .lisi)),
        ("a slim one", SampleCase.Options(isSlim: true)),
        ("a record kept back", SampleCase.Options(withholds: true)),
        ("an awkward name", SampleCase.Options(name: " 案件: a\u{2028}b 100%0A \u{3000}")),
    ]

    @Test(arguments: variants.indices)
    func `a bundle as it was written verifies whole`(_ variant: Int) throws {
        let sample = SampleCase(BundleTests.variants[variant].options)
        let bundle = try SampleBundle(sample)
        let report = try bundle.verify()
        if sample.options.isSlim {
            let held = bundle.paths.count { $0.hasPrefix("data/entries/") }
            #expect(report.unchecked.map(\.code) == [.entriesNotChecked])
            #expect(report.unchecked.first?.found == String(sample.log.size - UInt64(held)))
            #expect(report.isOK && report.exitStatus == 3, "\(report.summary)")
            #expect(report.checked.entries == UInt64(held) && report.size == sample.log.size)
            return
        }
        #expect(report.exitStatus == 0, "\(BundleTests.variants[variant].name)\n\(report.summary)")
        #expect(report.trust == .pinnedKey)
        #expect(report.size == sample.log.size)
        #expect(report.archiveKey == SampleKey.archive.key)
        #expect(report.checked.entries == sample.log.size)
        #expect(report.checked.bodies == UInt64(sample.bodies.count))
        #expect(report.checked.checkpoints == UInt64(sample.log.checkpoints.count))
        #expect(report.checked.files == 3)
        #expect(report.fileDigests == .sha256AndFSVerity)
        let expected: [Problem.Code] = sample.options.withholds ? [.bodiesWithheld] : []
        #expect(report.warnings.map(\.code).filter { $0 != .noOutsideAnchor } == expected)
        #expect(report.warnings.contains { $0.code == .noOutsideAnchor })
        let newest = try Checkpoint(noteText: SignedNote(parsing: sample.log.checkpoints.last!.note).text)
        #expect(report.root == newest.root)
    }

    @Test(arguments: variants.indices)
    func `other people's tools find the bag valid`(_ variant: Int) throws {
        let bundle = try SampleBundle(SampleCase(BundleTests.variants[variant].options))
        let bagit = Tool.validators.appendingPathComponent("bagit.py").path
        let outcome = try Tool.run(bagit, "--validate", ".", in: bundle.url)
        #expect(outcome.status == 0, "\(outcome.text)")
        for list in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
            let outcome = try Tool.run("sha256sum", "--strict", "-c", list, in: bundle.url)
            #expect(outcome.status == 0, "\(outcome.text)")
        }
    }

    @Test
    func `the folder has the layout that the format describes`() throws {
        let sample = SampleCase(SampleCase.Options(others: 600))
        let bundle = try SampleBundle(sample)
        let size = sample.log.size
        var expected = [
            "VERIFY.txt", "VERIFY.zh-CN.txt", "bag-info.txt", "bagit.txt", "data/dossier.json", "index.html",
            "print.html", "verify.py",
            "data/keys/archive.vkey", "data/keys/signers/lisi.vkey", "data/keys/signers/wangwu.vkey",
            "data/keys/archive.pem", "data/keys/signers/lisi.pem", "data/keys/signers/wangwu.pem",
            "data/ro-crate-metadata.json",
            "data/log/checkpoint", "data/log/checkpoints.jsonl", "manifest-sha256.txt",
            "signatures/tagmanifest.note", "tagmanifest-sha256.txt",
            "data/log/tile/0/000", "data/log/tile/0/001", "data/log/tile/0/002.p/\(size - 512)",
            "data/log/tile/1/000.p/2", "data/log/tile/entries/000", "data/log/tile/entries/001",
            "data/log/tile/entries/002.p/\(size - 512)",
        ]
        expected += sample.bodies.map { "data/bodies/\($0.0).json" }
        expected += Set(sample.files.map { "data/files/\($0.record.sha256.hex).bin" })
        expected += sample.records.map { "data/proofs/\($0.record.entry.seq).tlog-proof" }
        #expect(bundle.paths == expected.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(try bundle.text("bagit.txt") == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        #expect(try bundle.bytes("data/log/checkpoint") == sample.log.checkpoints.last!.note)
        #expect(try bundle.text("data/keys/archive.vkey") == "\(SampleKey.archive.key)\n")
        #expect(
            try bundle.text("bag-info.txt").hasPrefix(
                "Source-Organization: example.org/archive\nExternal-Identifier: HN-2026-001\n"))
        let dossier = try bundle.text("data/dossier.json")
        #expect(dossier.hasPrefix(#"{"dossier":"a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7","entries":[{"n":1,"seq":4}"#))
        #expect(dossier.hasSuffix(#""kind":"case.opened","linked":[3],"name":"HN-2026-001"}"#))
        #expect(try bundle.text("data/log/checkpoints.jsonl").hasPrefix(#"{"note":"example.org/archive\n2\n"#))
        let note = try SignedNote(parsing: bundle.bytes("signatures/tagmanifest.note"))
        #expect(note.signatures.map(\.name) == ["example.org/archive", "wangwu"])
    }

    @Test
    func `the same input gives the same bytes`() throws {
        let (first, second) = (try SampleBundle(), try SampleBundle())
        #expect(first.paths == second.paths)
        for path in first.paths { #expect(try first.bytes(path) == second.bytes(path), "\(path)") }
    }

    @Test
    func `who, what and how stands in the bundle in both languages`() throws {
        let bundle = try SampleBundle()
        for (path, words) in [
            ("VERIFY.txt", ["Case: HN-2026-001", "example.org/archive", "evidence verify", "openssl pkeyutl"]),
            ("VERIFY.zh-CN.txt", ["案件：HN-2026-001", "example.org/archive", "evidence verify", "openssl pkeyutl"]),
        ] {
            let text = try bundle.text(path)
            for word in words { #expect(text.contains(word), "\(path): \(word)") }
        }
    }

    @Test
    func `a file that stayed outside the archive leaves the check incomplete`() throws {
        let report = try SampleBundle(SampleCase(SampleCase.Options(hasReferencedFile: true))).verify()
        #expect(report.exitStatus == 3)
        #expect(report.unchecked.map(\.code) == [.referencedFileAbsent])
        #expect(report.unchecked.first?.path == "/media/empty.txt")
    }

    @Test
    func `a file that stayed outside the archive is checked below the media root, and nowhere else`() throws {
        let bundle = try SampleBundle(SampleCase(SampleCase.Options(hasReferencedFile: true)))
        let root = bundle.folder.removingLastComponent().appending("disk")
        try Files.makeFolders(root)
        #expect(try bundle.verify(mediaRoot: root).unchecked.map(\.code) == [.referencedFileAbsent])
        try Files.write([], to: root.appending("empty.txt"), mode: 0o644)
        let found = try bundle.verify(mediaRoot: root)
        #expect(found.exitStatus == 0 && found.checked.referenced == 1)
        try Files.remove(root.appending("empty.txt"))
        try Files.write([1], to: root.appending("empty.txt"), mode: 0o644)
        let altered = try bundle.verify(mediaRoot: root)
        #expect(altered.problems.map(\.code) == [.fileSizeDiffers] && altered.checked.referenced == 0)
    }

    // MARK: What the reader knows from elsewhere

    @Test
    func `the reader's knowledge is asked for with roots computed from the entries`() throws {
        let sample = SampleCase()
        let bundle = try SampleBundle(sample)
        let known = try Checkpoint(noteText: SignedNote(parsing: sample.log.checkpoints[2].note).text)
        let identity = MerkleHash.leaf(sample.log.entries[0])
        var asked: [Digest?] = []
        let verifier = BundleVerifier(
            wantedSizes: { identity in
                asked.append(identity)
                return [known.size, 9_999]
            },
            trust: { key, found, size, roots, report in
                #expect(key == SampleKey.archive.key && found == identity && size == sample.log.size)
                #expect(roots == [known.size: known.root])
                report(Problem(.keyNotPinned, en: "not pinned", zh: "未固定"))
                return nil
            }, progress: { _ in })
        let report = try verifier.verify(bundle.folder)
        #expect(asked == [identity])
        #expect(report.exitStatus == 3 && report.trust == nil && report.unchecked.map(\.code) == [.keyNotPinned])
    }

    @Test
    func `progress counts all bytes and can stop the work`() throws {
        let bundle = try SampleBundle()
        let last = Mutex<[String: ProgressSnapshot]>([:])
        let verifier = BundleVerifier(
            wantedSizes: { _ in [] }, trust: { _, _, _, _, _ in nil },
            progress: { snapshot in last.withLock { $0[snapshot.phase.en] = snapshot } })
        _ = try verifier.verify(bundle.folder)
        let snapshots = last.withLock { $0 }
        #expect(snapshots.count == 3)
        for (phase, snapshot) in snapshots { #expect(snapshot.fraction == 1, "\(phase)") }
        for phase in snapshots.keys {
            let stopping = BundleVerifier(
                wantedSizes: { _ in [] }, trust: { _, _, _, _, _ in nil },
                progress: { if $0.phase.en == phase { throw EvidenceError.interrupted } })
            #expect(throws: EvidenceError.self) { try stopping.verify(bundle.folder) }
        }
    }

    // MARK: What is no bundle

    @Test
    func `what is no bundle is refused, not judged`() throws {
        let bundle = try SampleBundle()
        func code(_ folder: FilePath) -> EvidenceError.Code? {
            let error = #expect(throws: EvidenceError.self) {
                try BundleVerifier(
                    wantedSizes: { _ in [] }, trust: { _, _, _, _, _ in nil }, progress: { _ in }
                ).verify(folder)
            }
            return error?.code
        }
        #expect(code(bundle.folder.appending("nowhere")) == .inputMissing)
        #expect(code(bundle.folder.appending("data")) == .badInput)
        #expect(code(bundle.folder.appending("VERIFY.txt")) == .badInput)
        #expect(try BundleVerifier.isBundle(at: bundle.folder))
        #expect(try !BundleVerifier.isBundle(at: bundle.folder.appending("data")))
    }

    // MARK: What the writer refuses

    @Test
    func `a file that is not the one recorded is not handed out`() throws {
        let bundle = try SampleBundle()
        let (record, bytes) = bundle.sample.files[0]
        let source = bundle.url.deletingLastPathComponent().appendingPathComponent("altered")
        for altered in [[bytes[0] ^ 1] + bytes.dropFirst(), bytes + [0], Array(bytes.dropLast())] {
            try Data(altered).write(to: source)
            let folder = bundle.url.deletingLastPathComponent().appendingPathComponent(
                "of-\(altered.count)-\(altered[0])")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let writer = BundleWriter(folder: FilePath(folder.path))
            let error = #expect(throws: EvidenceError.self) {
                try writer.addFile(record, from: FilePath(source.path)) { _ in }
            }
            #expect(error?.code == .damaged)
        }
    }

    @Test
    func `one content under two fs-verity digests is not handed out`() throws {
        let bundle = try SampleBundle()
        let (record, bytes) = bundle.sample.files[0]
        let source = bundle.url.deletingLastPathComponent().appendingPathComponent("again")
        try Data(bytes).write(to: source)
        let folder = bundle.url.deletingLastPathComponent().appendingPathComponent("second")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let writer = BundleWriter(folder: FilePath(folder.path))
        try writer.addFile(record, from: FilePath(source.path)) { _ in }
        try writer.addFile(record, from: FilePath(source.path)) { _ in }
        let false_ = FileRecord(
            name: record.name, nameBytes: nil, size: record.size, type: record.type, sha256: record.sha256,
            fsverity: record.sha256, held: .stored, location: nil, modified: nil)
        let error = #expect(throws: EvidenceError.self) {
            try writer.addFile(false_, from: FilePath(source.path)) { _ in }
        }
        #expect(error?.code == .damaged)
    }

    @Test
    func `a log that its checkpoint does not sign is not handed out`() throws {
        let sample = SampleCase()
        let other = SampleCase(SampleCase.Options(name: "another"))
        let size = sample.log.size
        let good = sample.log.source()
        let bad = [
            BundleWriter.Log(
                size: size, note: other.log.checkpoints.last!.note, entries: good.entries, checkpoint: good.checkpoint,
                tile: good.tile),
            BundleWriter.Log(
                size: size, note: good.note, entries: good.entries, checkpoint: { _ in nil }, tile: good.tile),
            BundleWriter.Log(
                size: size, note: good.note, entries: good.entries,
                checkpoint: { after in sample.log.checkpoints.dropLast().first { $0.size > after } },
                tile: good.tile),
            BundleWriter.Log(
                size: size, note: good.note, entries: { _, _ in [] }, checkpoint: good.checkpoint,
                tile: good.tile),
            BundleWriter.Log(
                size: size, note: good.note, entries: other.log.source().entries, checkpoint: good.checkpoint,
                tile: good.tile),
            BundleWriter.Log(
                size: size - 1, note: good.note, entries: good.entries, checkpoint: good.checkpoint,
                tile: good.tile),
            BundleWriter.Log(
                size: size, note: good.note, entries: good.entries, checkpoint: good.checkpoint,
                tile: { [UInt8](repeating: 0, count: $0.size) }),
        ]
        for (index, log) in bad.enumerated() {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let error = #expect(throws: EvidenceError.self) {
                try BundleWriter(folder: FilePath(folder.path)).finish(
                    log: log, dossier: sample.description, people: sample.people, label: SampleBundle.label,
                    records: { _ in }, page: SampleBundle.page, sign: { try SignedNote(text: $0, signatures: []) })
            }
            #expect(error?.code == .damaged, "\(index)")
        }
    }
}
