import CaseBundle
import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Foundation
import Testing
import TransparencyLog

struct TamperingTests {
    typealias Forger = SampleBundle.Forger

    static func code(_ path: String) -> Problem.Code {
        if path.hasPrefix("data/files/") { return .fileAltered }
        return path == "signatures/tagmanifest.note" ? .bagSignatureInvalid : .bagFileAltered
    }

    /// Changes one byte of a text into another that is as likely there.
    static func flip(_ bytes: inout [UInt8], at place: Int) { bytes[place] ^= 0x01 }

    // MARK: Every file

    @Test
    func `a changed byte in any file is found`() throws {
        let bundle = try SampleBundle()
        for path in TestTier.some(bundle.paths, oneIn: 4) {
            let original = try bundle.bytes(path)
            for place in Set([0, original.count / 2, original.count - 1]) where place < original.count && place >= 0 {
                var bytes = original
                TamperingTests.flip(&bytes, at: place)
                try bundle.write(path, bytes)
                let report = try bundle.verify()
                #expect(report.exitStatus == 1, "\(path) at \(place)")
                if path != "tagmanifest-sha256.txt" {
                    #expect(report.codes.contains(TamperingTests.code(path)), "\(path) at \(place): \(report.summary)")
                }
            }
            try bundle.write(path, original)
        }
        #expect(try bundle.verify().exitStatus == 0)
    }

    @Test
    func `a file that is gone, emptied, cut, lengthened or filled with noise is found`() throws {
        let bundle = try SampleBundle()
        let noise = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 197 ^ $0 >> 3) }
        for path in TestTier.some(bundle.paths, oneIn: 5) {
            let original = try bundle.bytes(path)
            try bundle.remove(path)
            #expect(try bundle.verify().exitStatus == 1, "\(path) removed")
            for bytes in [[], Array(original.dropLast(original.count / 2 + 1)), original + [0x0a], noise]
            where bytes != original {
                try bundle.write(path, bytes)
                #expect(try bundle.verify().exitStatus == 1, "\(path) of \(bytes.count)")
            }
            try bundle.write(path, original)
        }
        #expect(try bundle.verify().exitStatus == 0)
    }

    @Test
    func `new lists do not help whoever has no keys`() throws {
        let sample = SampleCase.plain
        // Without the body of entry 0 nobody knows which key is the archive's, and that is what is found.
        let paths = try SampleBundle(sample).paths.filter {
            !$0.hasPrefix("sig") && !$0.contains("manifest-") && $0 != "data/bodies/0.json"
        }
        for path in TestTier.some(paths, oneIn: 4) {
            let bundle = try SampleBundle(sample)
            var bytes = try bundle.bytes(path)
            if bytes.isEmpty { bytes = [0] } else { TamperingTests.flip(&bytes, at: bytes.count / 2) }
            try bundle.write(path, bytes)
            try bundle.reseal(by: .outsider)
            let report = try bundle.verify()
            #expect(report.codes.contains(.bagSignatureInvalid), "\(path): \(report.summary)")
        }
    }

    @Test
    func `the keys do not help whoever changes the evidence`() throws {
        let sample = SampleCase(SampleCase.Options(others: 300))
        // The crate is no evidence; whoever has both keys may write what he likes there.
        let paths = try SampleBundle(sample).paths.filter {
            $0.hasPrefix("data/") && $0 != "data/ro-crate-metadata.json"
        }
        #expect(paths.contains("data/log/tile/0/000") && paths.contains("data/log/tile/entries/000"))
        for path in TestTier.some(paths, oneIn: 9) {
            for isRemoved in [false, true] {
                let bundle = try SampleBundle(sample)
                var bytes = try bundle.bytes(path)
                if bytes.isEmpty { bytes = [0] } else { TamperingTests.flip(&bytes, at: bytes.count / 2) }
                if isRemoved { try bundle.remove(path) } else { try bundle.write(path, bytes) }
                try bundle.reseal(by: .insider)
                let report = try bundle.verify()
                #expect(report.exitStatus == 1, "\(path), removed: \(isRemoved)")
                let mayDisagree = path == "data/dossier.json" || path.contains("entries")
                #expect(!report.codes.contains(.bagMalformed) || mayDisagree, "\(path): \(report.summary)")
                #expect(!report.codes.contains(.bagSignatureInvalid), "\(report.summary)")
            }
        }
    }

    // MARK: One thing at a time

    /// One thing done to a bundle, by whom, and what is found.
    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let forger: Forger
        let code: Problem.Code
        let change: @Sendable (SampleBundle) throws -> Void

        init(
            _ name: String, _ forger: Forger, _ code: Problem.Code,
            _ change: @escaping @Sendable (SampleBundle) throws -> Void
        ) {
            testDescription = name
            self.forger = forger
            self.code = code
            self.change = change
        }

        init(
            _ name: String, _ code: Problem.Code, _ change: @escaping @Sendable (SampleBundle) throws -> Void
        ) {
            self.init(name, .careless, code, change)
        }
    }

    static let bagTamperings: [Tampering] = [
        Tampering("no bagit.txt", .bagFileMissing) { try $0.remove("bagit.txt") },
        Tampering("no manifest", .bagFileMissing) { try $0.remove("manifest-sha256.txt") },
        Tampering("no tag manifest", .bagFileMissing) { try $0.remove("tagmanifest-sha256.txt") },
        Tampering("no tag manifest but a new signature", .bagFileMissing) {
            try $0.remove("tagmanifest-sha256.txt")
            try $0.write("signatures/tagmanifest.note", try $0.sign("evidence bundle v1\nexample.org/archive\n").bytes)
        },
        Tampering("no signature", .bagSignatureInvalid) { try $0.remove("signatures/tagmanifest.note") },
        Tampering("no data", .bagFileMissing) { try $0.remove("data") },
        Tampering("an unlisted file", .bagFileUnlisted) { try $0.write("notes.txt", "") },
        Tampering("an unlisted file of the payload", .bagFileUnlisted) { try $0.write("data/log/x", "") },
        Tampering("another signature beside the first", .bagFileUnlisted) { try $0.write("signatures/more.note", "") },
        Tampering("a name no bundle has", .bagFileUnlisted) { try $0.write("data/说明.txt", "") },
        Tampering("a hidden Thumbs.db", .insider, .bagFileUnlisted) { try $0.write("data/Thumbs.db", "") },
        Tampering("a list by another digest", .insider, .bagFileUnlisted) { try $0.write("manifest-md5.txt", "") },
        Tampering("something to fetch", .bagMalformed) {
            try $0.write("fetch.txt", "https://example.org/ 1 data/x\n")
        },
        Tampering("something to fetch, listed", .insider, .bagMalformed) { try $0.write("fetch.txt", "") },
        Tampering("a list without what says how to verify", .insider, .bagMalformed) { try $0.remove("VERIFY.txt") },
        Tampering("a list without the page", .insider, .bagMalformed) { try $0.remove("index.html") },
        Tampering("a page altered", .careless, .bagFileAltered) { try $0.write("index.html", "another") },
        Tampering("a byte order mark", .insider, .bagMalformed) {
            try $0.write("bagit.txt", "\u{FEFF}" + $0.text("bagit.txt"))
        },
        Tampering("no encoding in bagit.txt", .insider, .bagMalformed) {
            try $0.write("bagit.txt", "BagIt-Version: 1.0\n")
        },
        Tampering("an older version in bagit.txt", .insider, .bagMalformed) {
            try $0.replace("bagit.txt", "1.0", "0.97")
        },
        Tampering("a file that the manifest does not list", .bagFileUnlisted) { bundle in
            try bundle.reseal(by: .insider)
            let lines = try bundle.text("manifest-sha256.txt").split(separator: "\n").dropLast()
            try bundle.write("manifest-sha256.txt", lines.map { $0 + "\n" }.joined())
            try bundle.resealTags(by: .insider)
        },
        Tampering("white space in bagit.txt", .insider, .bagMalformed) { try $0.replace("bagit.txt", ": ", ":  ") },
        Tampering("another name in bag-info.txt", .insider, .bagMalformed) {
            try $0.replace("bag-info.txt", "HN-2026-001\n", "HN-2026-002\n")
        },
        Tampering("another origin in bag-info.txt", .insider, .bagMalformed) {
            try $0.replace("bag-info.txt", "Organization: example", "Organization: sample")
        },
        Tampering("a second name in bag-info.txt", .insider, .bagMalformed) {
            try $0.write("bag-info.txt", $0.text("bag-info.txt") + "external-identifier: other\n")
        },
        Tampering("a false payload size", .bagMalformed) { bundle in
            try bundle.replace("bag-info.txt", "Payload-Oxum: ", "Payload-Oxum: 1")
            try bundle.resealTags(by: .insider)
        },
        Tampering("a symlink to the file itself", .fileNotRegular) { bundle in
            let path = "data/keys/archive.vkey"
            let outside = bundle.url.deletingLastPathComponent().appendingPathComponent("archive.vkey")
            try FileManager.default.moveItem(at: bundle.place(path), to: outside)
            try FileManager.default.createSymbolicLink(at: bundle.place(path), withDestinationURL: outside)
        },
        Tampering("a symlink in the place of an evidence file", .fileNotRegular) { bundle in
            let path = "data/files/\(bundle.sample.files[0].record.sha256.hex).bin"
            let outside = bundle.url.deletingLastPathComponent().appendingPathComponent("outside")
            try FileManager.default.moveItem(at: bundle.place(path), to: outside)
            try FileManager.default.createSymbolicLink(at: bundle.place(path), withDestinationURL: outside)
        },
        Tampering("a symlink in the place of a folder", .fileNotRegular) { bundle in
            let outside = bundle.url.deletingLastPathComponent().appendingPathComponent("log")
            try FileManager.default.moveItem(at: bundle.place("data/log"), to: outside)
            try FileManager.default.createSymbolicLink(at: bundle.place("data/log"), withDestinationURL: outside)
        },
        Tampering("a symlink that leads nowhere", .fileNotRegular) { bundle in
            try FileManager.default.createSymbolicLink(
                atPath: bundle.place("data/extra").path, withDestinationPath: "nowhere")
        },
        Tampering("a pipe in the place of a file", .fileNotRegular) { bundle in
            let path = "data/files/\(bundle.sample.files[0].record.sha256.hex).bin"
            try bundle.remove(path)
            #expect(mkfifo(bundle.place(path).path, 0o600) == 0)
        },
        Tampering("a symlink in the place of all evidence files", .fileMissing) { bundle in
            let outside = bundle.url.deletingLastPathComponent().appendingPathComponent("files")
            try FileManager.default.moveItem(at: bundle.place("data/files"), to: outside)
            try FileManager.default.createSymbolicLink(at: bundle.place("data/files"), withDestinationURL: outside)
        },
        Tampering("a list of nothing but line ends", .bagMalformed) { bundle in
            try bundle.write("manifest-sha256.txt", [UInt8](repeating: 0x0a, count: 1 << 20))
        },
        Tampering("folders without end", .bagFileUnlisted) { bundle in
            let path = "data/" + String(repeating: "a/", count: 40) + "x"
            try bundle.write(path, "")
        },
        Tampering("the archive's signature stripped", .bagSignatureInvalid) { try keepSignature(1, of: $0) },
        Tampering("the exporter's signature stripped", .bagSignatureInvalid) { try keepSignature(0, of: $0) },
        Tampering("the signature of another signer", .bagSignatureInvalid) { bundle in
            var note = try SignedNote(
                text: SignedNote(parsing: bundle.bytes("signatures/tagmanifest.note")).text, signatures: [])
            try note.sign(as: SampleKey.archive.key, with: SampleKey.archive.secret)
            try note.sign(as: SampleKey.lisi.key, with: SampleKey.lisi.secret)
            try bundle.write("signatures/tagmanifest.note", note.bytes)
        },
        Tampering("the signature of another bundle", .bagSignatureInvalid) { bundle in
            let digest = SHA256Hasher.hash([])
            let note = try bundle.sign("evidence bundle v1\nexample.org/archive\n\(digest.hex)\n")
            try bundle.write("signatures/tagmanifest.note", note.bytes)
        },
        Tampering("a huge list of tag files", .bagMalformed) { bundle in
            try bundle.write("tagmanifest-sha256.txt", [UInt8](repeating: 0x0a, count: 1 << 20 + 1))
        },
    ]

    private static func keepSignature(_ index: Int, of bundle: SampleBundle) throws {
        let path = "signatures/tagmanifest.note"
        let note = try SignedNote(parsing: bundle.bytes(path))
        try bundle.write(path, SignedNote(text: note.text, signatures: [note.signatures[index]]).bytes)
    }

    static let logTamperings: [Tampering] = [
        Tampering("the export's body dropped", .insider, .bundleIncomplete) { bundle in
            try bundle.remove("data/bodies/\(bundle.sample.log.size - 1).json")
        },
        Tampering("a body of the dossier dropped", .insider, .bundleIncomplete) { bundle in
            try bundle.remove("data/bodies/\(bundle.sample.log.places(of: SampleCase.id)[1].seq).json")
        },
        Tampering("a linked body dropped", .insider, .bundleIncomplete) { bundle in
            try bundle.remove("data/bodies/\(bundle.sample.linked).json")
        },
        Tampering("the linking body dropped", .insider, .bundleIncomplete) { bundle in
            try bundle.remove("data/bodies/\(bundle.sample.log.places(of: SampleCase.id)[3].seq).json")
        },
        Tampering("an enrolment dropped", .insider, .bundleIncomplete) { try $0.remove("data/bodies/2.json") },
        Tampering("the archive's creation dropped", .insider, .bundleIncomplete) {
            try $0.remove("data/bodies/0.json")
        },
        Tampering("what another dossier's entry recorded", .insider, .bagFileUnlisted) { bundle in
            let seq = bundle.sample.unrelated
            try bundle.write("data/bodies/\(seq).json", sure(bundle.sample.log.bodies[seq]))
        },
        Tampering("a body of no entry", .insider, .bagFileUnlisted) { bundle in
            try bundle.write("data/bodies/\(bundle.sample.log.size).json", "{}")
        },
        Tampering("a body under another spelling", .insider, .bagFileUnlisted) { bundle in
            try bundle.write("data/bodies/007.json", "{}")
        },
        Tampering("a body that is too large", .insider, .bagMalformed) { bundle in
            try bundle.write("data/bodies/0.json", [UInt8](repeating: 0x20, count: Body.largestSize + 1))
        },
        Tampering("the body of another entry", .insider, .bodyAltered) { bundle in
            try bundle.write("data/bodies/\(bundle.sample.linked).json", sure(bundle.sample.log.bodies[0]))
        },
        Tampering("an evidence file under a name that a browser would run", .insider, .bagFileUnlisted) { bundle in
            let file = bundle.sample.files[0]
            try bundle.write("data/files/\(file.record.sha256.hex).txt", file.bytes)
        },
        Tampering("the proof of another entry", .insider, .bagFileAltered) { bundle in
            let places = bundle.sample.log.places(of: SampleCase.id)
            let proof = try bundle.bytes("data/proofs/\(places[0].seq).tlog-proof")
            try bundle.write("data/proofs/\(places[1].seq).tlog-proof", proof)
        },
        Tampering("a proof dropped", .insider, .bundleIncomplete) { bundle in
            try bundle.remove("data/proofs/\(bundle.sample.linked).tlog-proof")
        },
        Tampering("a proof of an entry outside the dossier", .insider, .bagFileUnlisted) { bundle in
            try bundle.write("data/proofs/\(bundle.sample.unrelated).tlog-proof", "")
        },
        Tampering("another key in PEM", .insider, .bagFileAltered) { bundle in
            try bundle.write("data/keys/archive.pem", SampleKey.lisi.key.key.pem)
        },
        Tampering("the description of the files dropped", .insider, .bundleIncomplete) {
            try $0.remove("data/ro-crate-metadata.json")
        },
        Tampering("an entry by itself beside the whole log", .insider, .bagFileUnlisted) { bundle in
            try bundle.write("data/entries/0.json", bundle.sample.log.entries[0])
        },
        Tampering("a file of no entry", .insider, .bagFileUnlisted) { bundle in
            try bundle.write("data/files/\(SHA256Hasher.hash([1]).hex).bin", [1])
        },
        Tampering("a file under the name of another", .insider, .bagFileAltered) { bundle in
            try bundle.write("data/files/\(SHA256Hasher.hash([1]).hex).bin", [2])
        },
        Tampering("an evidence file exchanged", .insider, .fileAltered) { bundle in
            let file = bundle.sample.files[0]
            try bundle.write(
                "data/files/\(file.record.sha256.hex).bin", [UInt8](repeating: 0x41, count: file.bytes.count))
        },
        Tampering("an evidence file dropped", .insider, .fileMissing) { bundle in
            try bundle.remove("data/files/\(bundle.sample.files[0].record.sha256.hex).bin")
        },
        Tampering("an evidence file shortened", .insider, .fileSizeDiffers) { bundle in
            let file = bundle.sample.files[1]
            try bundle.write("data/files/\(file.record.sha256.hex).bin", Array(file.bytes.dropLast()))
        },
        Tampering("the archive's key replaced", .insider, .bagFileAltered) {
            try $0.write("data/keys/archive.vkey", "\(SampleKey("example.org/archive", seed: 9).key)\n")
        },
        Tampering("a signer's key replaced", .insider, .bagFileAltered) {
            try $0.write("data/keys/signers/lisi.vkey", "\(SampleKey("lisi", seed: 9).key)\n")
        },
        Tampering("a signer's key dropped", .insider, .bundleIncomplete) {
            try $0.remove("data/keys/signers/wangwu.vkey")
        },
        Tampering("the key of nobody", .insider, .bagFileUnlisted) {
            try $0.write("data/keys/signers/zhaoliu.vkey", "\(SampleKey("zhaoliu", seed: 9).key)\n")
        },
        Tampering("a hash tile changed", .insider, .bagFileAltered) { bundle in
            let path = "data/log/tile/0/000.p/\(bundle.sample.log.size)"
            var bytes = try bundle.bytes(path)
            flip(&bytes, at: 7)
            try bundle.write(path, bytes)
        },
        Tampering("a hash tile dropped", .insider, .bundleIncomplete) { bundle in
            try bundle.remove("data/log/tile/0/000.p/\(bundle.sample.log.size)")
        },
        Tampering("an old hash tile left", .insider, .bagFileUnlisted) { try $0.write("data/log/tile/0/000.p/1", "") },
        Tampering("a hash tile far away", .insider, .bagFileUnlisted) {
            try $0.write("data/log/tile/0/x018/x446/x744/x073/x709/x551/615", "")
        },
        Tampering("an old entry bundle left", .insider, .bagFileUnlisted) { bundle in
            let entries = Array(bundle.sample.log.entries.prefix(3))
            try bundle.write("data/log/tile/entries/000.p/3", try Tile.entryBundle(encode: entries))
        },
        Tampering("an entry bundle far away", .insider, .bagFileUnlisted) {
            try $0.write("data/log/tile/entries/x018/x446/x744/x073/x709/x551/615", "")
        },
        Tampering("an entry bundle of the largest number", .insider, .entryMissing) { bundle in
            let id = Tile.EntryBundleID(index: (1 << 53 - 1) / 256, width: 1)
            try bundle.write("data/log/\(id.path)", try Tile.entryBundle(encode: [bundle.sample.log.entries[0]]))
        },
        Tampering("an entry bundle that is too large", .insider, .entryMalformed) { bundle in
            let path = "data/log/tile/entries/000.p/\(bundle.sample.log.size)"
            try bundle.write(path, [UInt8](repeating: 0, count: 256 * 4_098 + 1))
        },
        Tampering("entries dropped", .insider, .bundleIncomplete) { try $0.remove("data/log/tile/entries") },
        Tampering("the newest checkpoint replaced by an older", .insider, .publishedCheckpointAltered) {
            try $0.write("data/log/checkpoint", $0.sample.log.checkpoints[0].note)
        },
        Tampering("the newest checkpoint dropped", .insider, .bundleIncomplete) {
            try $0.remove("data/log/checkpoint")
        },
        Tampering("checkpoints dropped", .insider, .bundleIncomplete) { try $0.remove("data/log/checkpoints.jsonl") },
        Tampering("a checkpoint dropped", .insider, .checkpointMissing) { bundle in
            try editCheckpoints(of: bundle) { $0.remove(at: 2) }
        },
        Tampering("a checkpoint twice", .insider, .checkpointUnexpected) { bundle in
            try editCheckpoints(of: bundle) { $0.insert($0[2], at: 2) }
        },
        Tampering("checkpoints swapped", .insider, .checkpointUnexpected) { bundle in
            try editCheckpoints(of: bundle) { $0.swapAt(1, 2) }
        },
        Tampering("a line that is no checkpoint", .insider, .checkpointMalformed) { bundle in
            try editCheckpoints(of: bundle) { $0.insert("{}", at: 1) }
        },
        Tampering("a member more in a checkpoint's line", .insider, .checkpointMalformed) { bundle in
            try editCheckpoints(of: bundle) { $0[1] = $0[1].dropLast() + #","z":1}"# }
        },
        Tampering("no end of the last line", .insider, .checkpointMalformed) { bundle in
            let path = "data/log/checkpoints.jsonl"
            try bundle.write(path, Array(bundle.bytes(path).dropLast()))
        },
        Tampering("checkpoints of nothing but line ends", .insider, .checkpointMalformed) {
            try $0.write("data/log/checkpoints.jsonl", [UInt8](repeating: 0x0a, count: 1 << 20))
        },
        Tampering("a line without end", .insider, .checkpointMalformed) { bundle in
            try editCheckpoints(of: bundle) { $0.insert(String(repeating: "x", count: 2_100_000), at: 0) }
        },
        Tampering("the newest entries cut off under the old checkpoints", .insider, .logTruncated) { bundle in
            let size = bundle.sample.log.size
            let entries = Array(bundle.sample.log.entries.dropLast(2))
            try bundle.remove("data/log/tile/entries/000.p/\(size)")
            try bundle.write("data/log/tile/entries/000.p/\(size - 2)", try Tile.entryBundle(encode: entries))
        },
        Tampering("another name in dossier.json", .insider, .bagMalformed) {
            try $0.replace("data/dossier.json", "HN-2026-001", "HN-2026-002")
        },
        Tampering("another kind in dossier.json", .insider, .bagMalformed) {
            try $0.replace("data/dossier.json", "case.opened", "inspection.opened")
        },
        Tampering("an impossible kind in dossier.json", .insider, .bagMalformed) {
            try $0.replace("data/dossier.json", "case.opened", "case.step")
        },
        Tampering("an entry dropped from dossier.json", .insider, .bagMalformed) {
            try $0.replace("data/dossier.json", #"{"n":1,"seq":4},"#, "")
        },
        Tampering("a link dropped from dossier.json", .insider, .bagMalformed) {
            try $0.replace("data/dossier.json", #""linked":[3]"#, #""linked":[]"#)
        },
        Tampering("a member more in dossier.json", .insider, .bagMalformed) {
            try $0.write("data/dossier.json", $0.text("data/dossier.json").dropLast() + #","zzz":1}"#)
        },
        Tampering("another dossier in dossier.json", .insider, .bundleIncomplete) {
            try $0.replace("data/dossier.json", SampleCase.id.description, SampleCase.otherID.description)
        },
        Tampering("no dossier.json", .insider, .bundleIncomplete) { try $0.remove("data/dossier.json") },
    ]

    private static func editCheckpoints(of bundle: SampleBundle, _ edit: (inout [String]) -> Void) throws {
        let path = "data/log/checkpoints.jsonl"
        var lines = try bundle.text(path).split(separator: "\n").map(String.init)
        edit(&lines)
        try bundle.write(path, lines.map { $0 + "\n" }.joined())
    }

    @Test(arguments: TestTier.some(bagTamperings + logTamperings, oneIn: 3))
    func `what was done to a bundle is found and named`(_ tampering: Tampering) throws {
        let bundle = try SampleBundle()
        try tampering.change(bundle)
        try bundle.reseal(by: tampering.forger)
        let report = try bundle.verify()
        #expect(report.exitStatus == 1)
        #expect(report.codes.contains(tampering.code), "\(report.summary)")
        // What the keys signed again holds: nothing else may give the forger away.
        if tampering.forger == .insider { #expect(!report.codes.contains(.bagSignatureInvalid), "\(report.summary)") }
        for problem in report.problems + report.unchecked + report.warnings {
            #expect(!problem.explanation.en.isEmpty && problem.explanation.zh.hasSuffix("。"))
        }
    }

    // MARK: Slim bundles, and what is kept back

    static let slimTamperings: [Tampering] = [
        Tampering("an entry of the dossier dropped", .insider, .bundleIncomplete) { bundle in
            try bundle.remove("data/entries/\(bundle.sample.log.places(of: SampleCase.id)[1].seq).json")
        },
        Tampering("the creation's entry dropped", .insider, .bundleIncomplete) { try $0.remove("data/entries/0.json") },
        Tampering("an enrolment's entry dropped", .insider, .signerNotEnrolled) {
            try $0.remove("data/entries/2.json")
        },
        Tampering("an entry changed", .insider, .bagFileAltered) { bundle in
            let path = "data/entries/\(bundle.sample.log.places(of: SampleCase.id)[1].seq).json"
            var bytes = try bundle.bytes(path)
            flip(&bytes, at: bytes.count / 2)
            try bundle.write(path, bytes)
        },
        Tampering("another entry in its place", .insider, .bagFileAltered) { bundle in
            let places = bundle.sample.log.places(of: SampleCase.id)
            try bundle.write(
                "data/entries/\(places[1].seq).json", bundle.bytes("data/entries/\(places[2].seq).json"))
        },
        Tampering("an entry and its hash changed", .insider, .rootMismatch) { bundle in
            let seq = Int(bundle.sample.log.places(of: SampleCase.id)[1].seq)
            var bytes = try bundle.bytes("data/entries/\(seq).json")
            flip(&bytes, at: bytes.count / 2)
            try bundle.write("data/entries/\(seq).json", bytes)
            let path = "data/log/tile/0/000.p/\(bundle.sample.log.size)"
            var tile = try bundle.bytes(path)
            tile.replaceSubrange(seq * 32..<seq * 32 + 32, with: MerkleHash.leaf(bytes).bytes)
            try bundle.write(path, tile)
        },
        Tampering("a reference to another entry's hash", .insider, .rootMismatch) { bundle in
            let path = "data/log/tile/0/000.p/\(bundle.sample.log.size)"
            var tile = try bundle.bytes(path)
            flip(&tile, at: Int(bundle.sample.unrelated) * 32)
            try bundle.write(path, tile)
        },
        Tampering("the hashes dropped", .insider, .logTruncated) { bundle in
            try bundle.remove("data/log/tile/0/000.p/\(bundle.sample.log.size)")
        },
        Tampering("an entry past the log's end", .insider, .bagFileUnlisted) { bundle in
            try bundle.write("data/entries/\(bundle.sample.log.size).json", bundle.sample.log.entries[0])
        },
        Tampering("entry bundles in a slim bundle", .insider, .bagFileUnlisted) { bundle in
            let size = bundle.sample.log.size
            try bundle.write(
                "data/log/tile/entries/000.p/\(size)", try Tile.entryBundle(encode: bundle.sample.log.entries))
        },
        Tampering("called whole", .insider, .bundleIncomplete) {
            try $0.replace("data/dossier.json", #","slim":true"#, "")
        },
        Tampering("a body dropped", .insider, .bundleIncomplete) { bundle in
            try bundle.remove("data/bodies/\(bundle.sample.log.places(of: SampleCase.id)[1].seq).json")
        },
    ]

    @Test(arguments: slimTamperings)
    func `what was done to a slim bundle is found and named`(_ tampering: Tampering) throws {
        let bundle = try SampleBundle(SampleCase(SampleCase.Options(isSlim: true)))
        try tampering.change(bundle)
        try bundle.reseal(by: tampering.forger)
        let report = try bundle.verify()
        #expect(report.exitStatus == 1)
        #expect(report.codes.contains(tampering.code), "\(report.summary)")
        #expect(!report.codes.contains(.bagSignatureInvalid), "\(report.summary)")
    }

    @Test
    func `a whole bundle is not made slim without saying so`() throws {
        let bundle = try SampleBundle()
        try bundle.write("data/dossier.json", bundle.text("data/dossier.json").dropLast() + #","slim":true}"#)
        try bundle.remove("data/log/tile/entries")
        for seq in [0, 1, 2] + bundle.sample.log.places(of: SampleCase.id).map(\.seq) + [bundle.sample.linked] {
            try bundle.write("data/entries/\(seq).json", bundle.sample.log.entries[Int(seq)])
        }
        try bundle.reseal(by: .insider)
        let report = try bundle.verify()
        #expect(report.exitStatus == 3 && report.unchecked.map(\.code) == [.entriesNotChecked], "\(report.summary)")
    }

    @Test
    func `what tells what belongs to a dossier can't be kept back`() throws {
        let report = try SampleBundle(SampleCase(SampleCase.Options(withholdsOpening: true))).verify()
        #expect(report.codes == [.bundleIncomplete], "\(report.summary)")
        #expect(report.problems.map(\.path) == ["data/bodies/4.json"])
    }

    @Test
    func `what was kept back is named`() throws {
        let sample = SampleCase(SampleCase.Options(withholds: true))
        let report = try SampleBundle(sample).verify()
        let warning = try #require(report.warnings.first { $0.code == .bodiesWithheld })
        #expect(warning.seq == sample.withheld[0] && warning.found == "1")
        #expect(report.exitStatus == 0)
    }

    // MARK: Lists

    static let badLines = [
        ("upper-case digits", String(repeating: "A", count: 64) + "  data/x\n"),
        ("too few digits", String(repeating: "a", count: 62) + "  data/x\n"),
        ("one space", String(repeating: "a", count: 64) + " data/x\n"),
        ("binary mode", String(repeating: "a", count: 64) + " *data/x\n"),
        ("no path", String(repeating: "a", count: 64) + "  \n"),
        ("an absolute path", String(repeating: "a", count: 64) + "  /etc/passwd\n"),
        ("a path upwards", String(repeating: "a", count: 64) + "  data/../x\n"),
        ("a path through itself", String(repeating: "a", count: 64) + "  data/./x\n"),
        ("an empty part", String(repeating: "a", count: 64) + "  data//x\n"),
        ("a home folder", String(repeating: "a", count: 64) + "  ~/data/x\n"),
        ("a backslash", String(repeating: "a", count: 64) + "  data\\x\n"),
        ("an encoded line end", String(repeating: "a", count: 64) + "  data/x%0A\n"),
        ("a control character", String(repeating: "a", count: 64) + "  data/x\u{1b}\n"),
        ("a carriage return", String(repeating: "a", count: 64) + "  data/x\r\n"),
        ("another script", String(repeating: "a", count: 64) + "  data/说明\n"),
        ("a trailing space", String(repeating: "a", count: 64) + "  data/x \n"),
        ("a tag file", String(repeating: "a", count: 64) + "  bagit.txt\n"),
        ("an empty line", "\n"),
        ("no line end", String(repeating: "a", count: 64) + "  data/x"),
        ("a long path", String(repeating: "a", count: 64) + "  data/" + String(repeating: "x", count: 5_000) + "\n"),
    ]

    @Test(arguments: badLines)
    func `a list that is not strictly well-formed is refused`(_ name: String, _ line: String) throws {
        let bundle = try SampleBundle()
        try bundle.write("manifest-sha256.txt", bundle.text("manifest-sha256.txt") + line)
        try bundle.resealTags(by: .insider)
        let report = try bundle.verify()
        #expect(report.codes == [.bagMalformed], "\(name): \(report.summary)")
    }

    @Test
    func `a list that names a file twice, or two that differ by case alone, is refused`() throws {
        for (name, reason) in [("dossier.json", "is listed twice"), ("Dossier.json", "case alone")] {
            let bundle = try SampleBundle()
            let text = try bundle.text("manifest-sha256.txt")
            let line = try #require(text.split(separator: "\n").first { $0.hasSuffix("dossier.json") })
            let again = line.replacingOccurrences(of: "dossier.json", with: name)
            try bundle.write("manifest-sha256.txt", text + again + "\n")
            try bundle.resealTags(by: .insider)
            let problems = try bundle.verify().problems
            #expect(problems.first?.code == .bagMalformed && problems.count == 1)
            #expect(problems.first?.explanation.en.contains(reason) == true)
        }
    }

    @Test
    func `a listed file that is not there is found`() throws {
        let bundle = try SampleBundle()
        let line = String(repeating: "a", count: 64) + "  data/x\n"
        try bundle.write("manifest-sha256.txt", bundle.text("manifest-sha256.txt") + line)
        try bundle.resealTags(by: .insider)
        #expect(try bundle.verify().codes == [.bagFileMissing])
    }

    // MARK: Whole logs

    @Test
    func `a log whose tail was cut off with fitting lists does not end in the export`() throws {
        let sample = SampleCase.plain
        let size = sample.log.checkpoints.dropLast().last!.size
        let report = try SampleBundle(sample, below: size).verify()
        #expect(report.codes.isSuperset(of: [.bundleIncomplete, .bagMalformed]), "\(report.summary)")
        #expect(!report.codes.contains(.logTruncated))
    }

    @Test
    func `the export of another dossier is not this bundle's`() throws {
        let report = try SampleBundle(SampleCase(SampleCase.Options(exported: SampleCase.otherID))).verify()
        #expect(report.codes.contains(.bundleIncomplete), "\(report.summary)")
    }

    @Test
    func `an entry bundle dropped from the middle leaves entries missing`() throws {
        let bundle = try SampleBundle(SampleCase(SampleCase.Options(others: 600)))
        try bundle.remove("data/log/tile/entries/001")
        try bundle.reseal(by: .insider)
        let report = try bundle.verify()
        let missing = report.problems.filter { $0.code == .entryMissing }
        #expect(missing.map(\.seq) == [256])
        #expect(missing.first?.found == "512")
        #expect(
            report.codes.isDisjoint(with: [.bagFileAltered, .bundleIncomplete]),
            "later tiles are not reported on top: \(report.summary)")
    }

    @Test
    func `a dossier that the log has only in part is not complete`() throws {
        let bundle = try SampleBundle(SampleCase(SampleCase.Options(others: 600)))
        try bundle.remove("data/log/tile/entries/000")
        try bundle.reseal(by: .insider)
        let report = try bundle.verify()
        let incomplete = report.problems.filter { $0.code == .bundleIncomplete && $0.path == "data/dossier.json" }
        #expect(incomplete.map(\.found) == [SampleCase.id.description], "\(report.summary)")
    }

    @Test
    func `a body that the export names and that did not go out is missed`() throws {
        let sample = SampleCase(SampleCase.Options(namesUnsentBody: true))
        let report = try SampleBundle(sample).verify()
        #expect(report.codes == [.bundleIncomplete] && report.problems.map(\.seq) == [sample.unrelated])
    }

    @Test
    func `entry bundles of an older log do not stand in for the newest`() throws {
        for width in 1..<SampleCase.plain.log.size {
            let bundle = try SampleBundle()
            let entries = Array(bundle.sample.log.entries.prefix(Int(width)))
            try bundle.write("data/log/tile/entries/000.p/\(width)", try Tile.entryBundle(encode: entries))
            try bundle.reseal(by: .insider)
            let report = try bundle.verify()
            #expect(report.codes == [.bagFileUnlisted], "\(width): \(report.summary)")
        }
    }

    @Test
    func `folders nested deeper than any bundle's are not looked into`() throws {
        let bundle = try SampleBundle()
        let path = "data/" + String(repeating: "a/", count: 40)
        try FileManager.default.createDirectory(at: bundle.place(path), withIntermediateDirectories: true)
        let report = try bundle.verify()
        #expect(report.codes == [.bagFileUnlisted])
        #expect(report.problems.map { $0.path?.filter { $0 == "/" }.count } == [16])
    }

    @Test
    func `a file whose two digests name different files is found`() throws {
        let bundle = try SampleBundle(SampleCase(SampleCase.Options(hasFalseDigest: true)))
        #expect(try bundle.verify().codes == [.fileDigestsDisagree])
    }

    @Test
    func `a withdrawn body may be absent, and no other`() throws {
        let sample = SampleCase(SampleCase.Options(hasWithdrawal: true))
        let withdrawn = try #require(sample.withdrawn)
        let bundle = try SampleBundle(sample)
        #expect(!bundle.paths.contains("data/bodies/\(withdrawn).json"))
        #expect(try bundle.verify().exitStatus == 0)
        let order = sample.log.places(of: SampleCase.id)[4].seq
        try bundle.remove("data/bodies/\(order).json")
        try bundle.reseal(by: .insider)
        let report = try bundle.verify()
        #expect(Set(report.problems.filter { $0.code == .bundleIncomplete }.compactMap(\.seq)) == [withdrawn, order])
    }

    @Test
    func `the body of an earlier export may be absent, and that of this one not`() throws {
        let sample = SampleCase(SampleCase.Options(hasEarlierExport: true))
        let places = sample.log.places(of: SampleCase.id)
        let bundle = try SampleBundle(sample)
        #expect(try bundle.verify().exitStatus == 0)
        try bundle.remove("data/bodies/\(places[places.count - 2].seq).json")
        try bundle.reseal(by: .insider)
        let report = try bundle.verify()
        #expect(report.exitStatus == 0, "\(report.summary)")
        try bundle.remove("data/bodies/\(places[places.count - 1].seq).json")
        try bundle.reseal(by: .insider)
        #expect(try bundle.verify().codes.contains(.bundleIncomplete))
    }
}
