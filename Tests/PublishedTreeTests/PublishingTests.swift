import EvidenceCrypto
import EvidenceFiles
import EvidenceRecord
import EvidenceTestSupport
import Foundation
import PublishedTree
import SystemPackage
import Testing
import TransparencyLog

struct PublishingTests {
    private func refusal(_ body: () throws -> Void) -> EvidenceError? {
        do {
            try body()
            return nil
        } catch { return error as? EvidenceError }
    }

    @Test(arguments: [2, 3, 15, 255, 256, 257, 300, 512, 600])
    func `what is published is the tree of the checkpoint's size and nothing else`(size: UInt64) throws {
        let sample = try SampleTree(entries: size)
        let result = try sample.publish()
        let files = try sample.files()
        let tiles = Array(Tile.tiles(size: size))
        let bundles = Array(Tile.entryBundles(size: size))
        #expect(Set(files.keys) == Set(["checkpoint"] + tiles.map(\.path) + bundles.map(\.path)))
        #expect(result.tiles == tiles.count && result.entryBundles == bundles.count && result.isNew)
        #expect(result.bytes == files.values.reduce(0) { $0 + UInt64($1.count) })
        #expect(result.previousSize == 0 && result.checkpoint.size == size)
        let root = result.checkpoint.root
        let reader = try TreeReader(size: size, root: root) { files[$0.path] }
        for index in 0..<size { #expect(try reader.entry(index) == sample.log.entries[Int(index)]) }
        let report = try sample.verify()
        #expect(report.exitStatus == 0 && report.codes == [], "\(report.codes)")
        #expect(report.checked.entries == size && report.checked.checkpoints == 1)
        #expect(report.checked.tiles == UInt64(tiles.count))
        #expect(report.subject == .publishedTree && report.size == size && report.root == root)
        #expect(report.trust == .pinnedKey && report.origin == TestKey.archive.name)
    }

    @Test func `the checkpoint goes out with the archive's signature alone`() throws {
        let sample = try SampleTree(entries: 15)
        try sample.publish()
        let note = try SignedNote(parsing: sample.files()["checkpoint"] ?? [])
        let stored = try SignedNote(parsing: sample.log.checkpoints.last?.note ?? [])
        #expect(note.text == stored.text)
        #expect(note.signatures == [stored.signatures[0]])
        #expect(note.verify(TestKey.archive.verifier) == .valid)
    }

    @Test func `publishing in steps gives what publishing at once gives, and older partial files stay`() throws {
        let (steps, once) = (try SampleTree(entries: 600), try SampleTree(entries: 600))
        try once.publish()
        var sizes: [UInt64] = []
        for size: UInt64 in [2, 3, 11, 254, 255, 258, 300, 511, 512, 513, 600] {
            let result = try steps.publish(size)
            #expect(result.previousSize == sizes.last ?? 0)
            if sizes.last != result.checkpoint.size { sizes.append(result.checkpoint.size) }
            #expect(try steps.verify().exitStatus == 0, "\(size)")
        }
        let (all, files) = (try once.files(), try steps.files())
        #expect(all.allSatisfy { files[$0.key] == $0.value })
        let older = sizes.dropLast().flatMap { size in
            Tile.partialTiles(size: size).map(\.path)
                + Tile.entryBundles(size: size).filter { !$0.isFull }.map(\.path)
        }
        #expect(Set(files.keys).subtracting(all.keys) == Set(older).subtracting(all.keys))
    }

    @Test func `a second publication writes nothing, and one of more entries only what is new`() throws {
        let sample = try SampleTree(entries: 2_000)
        try sample.publish(1_990)
        var before = try sample.files()
        let again = try sample.publish(1_990)
        #expect(again.files == 0 && again.bytes == 0 && again.previousSize == again.checkpoint.size)
        #expect(try sample.files() == before)
        let more = try sample.publish()
        // The partial bundle, the partial tile of leaf hashes and the checkpoint; the level above is as it was.
        #expect(more.entryBundles == 1 && more.tiles == 1 && more.isNew)
        before["checkpoint"] = nil
        let after = try sample.files()
        #expect(before.allSatisfy { after[$0.key] == $0.value })
        #expect(after.count == before.count + 3)
    }

    @Test func `files that somebody removed are written again`() throws {
        let sample = try SampleTree(entries: 700)
        try sample.publish()
        let whole = try sample.files()
        for path in whole.keys {
            try sample.remove(path)
            let result = try sample.publish()
            #expect(result.files == 1, "\(path)")
            #expect(try sample.files() == whole)
        }
        try sample.remove("tile")
        #expect(try sample.publish().files == whole.count - 1)
        #expect(try sample.files() == whole)
    }

    // MARK: What is refused

    @Test func `what contradicts the log is refused, and nothing is changed`() throws {
        let original = try SampleTree(entries: 700)
        try original.publish(600)
        for (path, bytes) in try original.files() where path != "checkpoint" {
            for place in [0, bytes.count / 2, bytes.count - 1] {
                let sample = try SampleTree(entries: 700)
                try sample.publish(600)
                var changed = bytes
                changed[place] ^= 1
                try sample.write(changed, to: path)
                let before = try sample.files()
                let error = refusal { try sample.publish() }
                #expect(error?.code == .damaged && error?.message.en.contains(path) == true, "\(path)")
                #expect(try sample.files() == before)
            }
        }
    }

    @Test func `a checkpoint that is changed in any byte is refused, and nothing is changed`() throws {
        let sample = try SampleTree(entries: 15)
        try sample.publish(12)
        let bytes = try #require(try sample.files()["checkpoint"])
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1
            try sample.write(changed, to: "checkpoint")
            let before = try sample.files()
            let error = refusal { try sample.publish() }
            #expect(error?.code == .damaged || error?.code == .badInput, "byte \(place)")
            #expect(try sample.files() == before)
        }
    }

    @Test func `another archive's folder is refused`() throws {
        let sample = try SampleTree(entries: 20)
        let other = try SampleTree.log(15, key: TestKey("evidence.example/team-8"))
        try sample.publish(SampleTree.source(other))
        let before = try sample.files()
        let error = refusal { try sample.publish() }
        #expect(error?.code == .badInput && error?.message.en.contains("team-8") == true)
        #expect(try sample.files() == before)
    }

    @Test func `an archive of the same name with another key is refused`() throws {
        let sample = try SampleTree(entries: 20)
        let other = try SampleTree.log(15, key: TestKey(TestKey.archive.name, seed: "another"))
        try sample.publish(SampleTree.source(other))
        #expect(refusal { try sample.publish() }?.code == .damaged)
    }

    @Test func `a rewritten history is refused, as is one that was cut off`() throws {
        let sample = try SampleTree(entries: 300)
        try sample.publish(290)
        let before = try sample.files()
        let rewritten = try SampleTree.log(300, changed: 200)
        let error = refusal { try sample.publish(SampleTree.source(rewritten)) }
        #expect(error?.code == .damaged && error?.message.en.contains("history was rewritten") == true)
        let cut = refusal { try sample.publish(200) }
        #expect(cut?.code == .damaged && cut?.message.en.contains("cut off") == true)
        // Two histories of one length.
        let fork = try SampleTree.log(290, changed: 289)
        #expect(refusal { try sample.publish(SampleTree.source(fork)) }?.code == .damaged)
        #expect(try sample.files() == before)
        try sample.publish()
    }

    @Test func `a log that is not its checkpoint's is not published`() throws {
        let sample = try SampleTree(entries: 300)
        let good = try sample.source()
        let other = try SampleTree.log(300, changed: 299)
        let short = try SampleTree.log(200)
        for entries: (UInt64, UInt64) throws -> [[UInt8]] in [
            try SampleTree.source(other).entries, { _, _ in [] },
            { from, below in short.entries[Int(min(from, 200))..<Int(min(below, 200))].compactMap { $0 } },
            { from, below in try good.entries(from, below) + [[UInt8](repeating: 0, count: 5_000)] },
        ] {
            let log = TreePublisher.Log(key: good.key, note: good.note, checkpoint: good.checkpoint, entries: entries)
            #expect(refusal { try sample.publish(log) }?.code == .damaged)
            #expect(try sample.files().isEmpty)
        }
    }

    @Test func `a folder with anything else in it is refused`() throws {
        let sample = try SampleTree(entries: 15)
        for name in ["index.html", ".htaccess", "archive.sqlite", "Tile"] {
            try sample.write([1], to: name)
            let error = refusal { try sample.publish() }
            #expect(error?.code == .badInput && error?.message.en.contains(name) == true)
            #expect(try sample.files() == [name: [1]])
            try sample.remove(name)
        }
        try sample.publish()
    }

    @Test func `links that somebody planted are never followed`() throws {
        let outside = try TemporaryFolder()
        for (path, needs) in [
            ("tile", ""), ("tile/0", "tile"), ("tile/entries", "tile"), ("tile/0/000.p", "tile/0"),
            ("tile/0/000.p/15", "tile/0/000.p"), ("checkpoint", ""), (".incoming", ""),
        ] {
            for target in [outside.url.path, outside.url.path + "/file", "nowhere"] {
                let sample = try SampleTree(entries: 15)
                try Data([1]).write(to: outside.url.appendingPathComponent("file"))
                try FileManager.default.createDirectory(
                    at: sample.url.appendingPathComponent(needs), withIntermediateDirectories: true)
                try sample.link(path, to: target)
                let error = refusal { try sample.publish() }
                #expect(try SampleTree.files(in: outside.url) == ["file": [1]], "\(path) to \(target)")
                if error == nil {
                    // Nothing reads through a link in a file's place: the link is gone, the file there.
                    #expect(try sample.verify().exitStatus == 0, "\(path) to \(target)")
                } else {
                    #expect([.badInput, .damaged].contains(error?.code), "\(path) to \(target)")
                }
            }
        }
    }

    @Test func `two who publish to one folder do not meet`() throws {
        let sample = try SampleTree(entries: 15)
        try sample.publish(12)
        let holder = try Folder.open(sample.path)
        #expect(holder.lock())
        #expect(refusal { try sample.publish() }?.code == .busy)
        _ = holder.path
    }

    // MARK: Interruptions

    @Test func `a publication that was stopped anywhere goes on where it was`() throws {
        struct Stop: Error {}
        let whole = try SampleTree(entries: 700)
        try whole.publish()
        var stops = 0
        for limit in 0..<40 {
            let sample = try SampleTree(entries: 700)
            try sample.publish(200)
            var steps = 0
            do {
                _ = try TreePublisher { _ in
                    steps += 1
                    if steps > limit { throw Stop() }
                }.publish(sample.source(), to: sample.path)
                break
            } catch is Stop { stops += 1 }
            let report = try sample.verify()
            #expect(report.isOK && report.size == 200, "\(limit)")
            try sample.publish()
            let files = try sample.files()
            #expect(try whole.files().allSatisfy { files[$0.key] == $0.value })
            #expect(try sample.verify().exitStatus == 0)
        }
        #expect(stops > 10)
    }

    @Test func `what was left waiting by a crash is swept and never mistaken for the log`() throws {
        let sample = try SampleTree(entries: 15)
        try sample.publish(12)
        let outside = try TemporaryFolder()
        try Data([1]).write(to: outside.url.appendingPathComponent("file"))
        try sample.write([1, 2, 3], to: ".incoming/7")
        try sample.write([1, 2, 3], to: ".incoming/a/b/c")
        try sample.link(".incoming/a/link", to: outside.url.path)
        #expect(try sample.verify().exitStatus == 0)
        try sample.publish()
        #expect(
            try Folder.open(sample.path).names().map { String(decoding: $0, as: UTF8.self) } == ["checkpoint", "tile"])
        #expect(try SampleTree.files(in: outside.url) == ["file": [1]])
    }
}
