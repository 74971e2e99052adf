import EvidenceCrypto
import EvidenceFiles
import EvidenceRecord
import EvidenceTestSupport
import Foundation
import PublishedTree
import SystemPackage
import Testing
import TransparencyLog

struct VerifyingTests {
    @Test func `every changed byte of every file of a small tree is found`() throws {
        let sample = try SampleTree(entries: 8)
        try sample.publish()
        for (path, bytes) in try sample.files() {
            for place in TestTier.some(Array(bytes.indices), oneIn: 7) {
                var changed = bytes
                changed[place] ^= 1 << UInt8(place % 8)
                try sample.write(changed, to: path)
                let report = try sample.verify()
                #expect(report.exitStatus == 1 || path == "checkpoint" && report.exitStatus == 3, "\(path) \(place)")
                // Where the name of the archive itself was changed, no key is known for it.
                if report.exitStatus == 3 { #expect(report.codes == [.keyNotPinned], "\(path) \(place)") }
            }
            try sample.write(bytes, to: path)
        }
        #expect(try sample.verify().exitStatus == 0)
    }

    @Test func `every byte that was put in or taken out is found`() throws {
        let sample = try SampleTree(entries: 15)
        try sample.publish()
        for (path, bytes) in try sample.files() {
            for place in stride(from: 0, through: bytes.count, by: TestTier.isFull ? 11 : 23) {
                var longer = bytes
                longer.insert(UInt8(ascii: "x"), at: place)
                try sample.write(longer, to: path)
                #expect(try sample.verify().exitStatus != 0, "\(path) \(place)")
                try sample.write(Array(bytes.prefix(place)), to: path)
                #expect(try place == bytes.count || sample.verify().exitStatus == 1, "\(path) \(place)")
            }
            try sample.write(bytes, to: path)
        }
    }

    /// What is done to a published tree of 700 entries, with one of 600 before, and what must be found.
    static let attacks: [(name: String, codes: Set<Problem.Code>, act: @Sendable (SampleTree) throws -> Void)] = [
        ("a full tile is gone", [.tileMissing], { try $0.remove("tile/0/000") }),
        ("a partial tile is gone", [.tileMissing], { try $0.remove("tile/0/002.p/188") }),
        ("a tile above is gone", [.tileMissing], { try $0.remove("tile/1/000.p/2") }),
        ("a bundle is gone", [.entryMissing, .dossierGap], { try $0.remove("tile/entries/001") }),
        ("the last bundle is gone", [.entryMissing], { try $0.remove("tile/entries/002.p/188") }),
        (
            "two bundles are swapped",
            [
                .entryMisplaced, .chainBroken, .commitBroken, .rootMismatch, .tileAltered, .dossierGap,
                .dossierUnopened, .openingBroken,
            ],
            { sample in
                let files = try sample.files()
                try sample.write(files["tile/entries/001"] ?? [], to: "tile/entries/000")
                try sample.write(files["tile/entries/000"] ?? [], to: "tile/entries/001")
            }
        ),
        (
            "a bundle is cut off", [.entryMalformed, .entryMissing, .dossierGap],
            { try $0.write(Array(try $0.files()["tile/entries/001"]?.dropLast() ?? []), to: "tile/entries/001") }
        ),
        (
            "a bundle is cut off after an entry", [.entryMalformed, .entryMissing, .dossierGap],
            { sample in
                let bundle = Tile.EntryBundleID(index: 1)
                let entries = try Tile.entryBundle(decode: try sample.files()[bundle.path] ?? [])
                try sample.write(try Tile.entryBundle(encode: Array(entries.dropLast())), to: bundle.path)
            }
        ),
        (
            "a bundle goes on past its end", [.entryMalformed, .entryMissing, .dossierGap],
            { try $0.write([UInt8](repeating: 0, count: 2_000_000), to: "tile/entries/001") }
        ),
        (
            "a tile goes on past its end", [.tileAltered],
            { try $0.write((try $0.files()["tile/0/001"] ?? []) + [0], to: "tile/0/001") }
        ),
        ("a strange file", [.treeFileUnexpected], { try $0.write([1], to: "index.html") }),
        ("a strange file among tiles", [.treeFileUnexpected], { try $0.write([1], to: "tile/0/0000") }),
        ("a file where no level is", [.treeFileUnexpected], { try $0.write([1], to: "tile/8/000") }),
        ("a file far below", [.treeFileUnexpected], { try $0.write([1], to: "tile/a/b/c/d/e/f/g/h/i/j/k/l/m/n") }),
        ("a link among tiles", [.fileNotRegular], { try $0.link("tile/0/extra", to: "000") }),
        (
            "a link in a tile's place", [.fileNotRegular, .tileMissing],
            {
                try $0.remove("tile/0/000")
                try $0.link("tile/0/000", to: "001")
            }
        ),
        (
            "a link in the checkpoint's place", [.fileNotRegular],
            {
                try $0.write(try $0.files()["checkpoint"] ?? [], to: "tile/entries/x")
                try $0.remove("checkpoint")
                try $0.link("checkpoint", to: "tile/entries/x")
            }
        ),
        (
            "an older partial tile says something else", [.tileAltered],
            { try $0.write([UInt8](repeating: 7, count: 32 * 87), to: "tile/0/002.p/87") }
        ),
        (
            "an older partial tile has the wrong width", [.tileAltered],
            { try $0.write(Array(try $0.files()["tile/0/002.p/87"]?.dropLast(32) ?? []), to: "tile/0/002.p/87") }
        ),
        (
            "an older partial bundle says something else", [.tileAltered],
            { try $0.write(try $0.files()["tile/entries/001"] ?? [], to: "tile/entries/002.p/87") }
        ),
        (
            "the checkpoint of another archive", [.keyNotPinned, .rootMismatch],
            { sample in
                let other = try SampleTree.log(700, key: TestKey("evidence.example/team-8"))
                try sample.write(
                    try SampleTree.source(other).note.bytes(by: other.archive.verifier), to: "checkpoint")
            }
        ),
        (
            "a checkpoint of the same name by another key", [.archiveSignatureMissing, .rootMismatch],
            { sample in
                let other = try SampleTree.log(700, key: TestKey(TestKey.archive.name, seed: "another"))
                try sample.write(
                    try SampleTree.source(other).note.bytes(by: other.archive.verifier), to: "checkpoint")
            }
        ),
        (
            "a signer's line beside the archive's", [.checkpointMalformed],
            { try $0.write($0.source().note.bytes, to: "checkpoint") }
        ),
        ("no checkpoint at all", [.checkpointMalformed], { try $0.write([], to: "checkpoint") }),
        (
            "an older checkpoint with newer tiles", [.treeAhead],
            { try $0.write(try $0.source(600).note.bytes(by: TestKey.archive.verifier), to: "checkpoint") }
        ),
        (
            "a checkpoint of more entries than there are", [.entryMissing],
            { sample in
                let longer = try SampleTree.log(800)
                try sample.write(
                    try SampleTree.source(longer).note.bytes(by: TestKey.archive.verifier), to: "checkpoint")
            }
        ),
        (
            "a checkpoint of more entries than anybody can write", [.entryMissing],
            { try $0.write(try checkpoint(size: 9_007_199_254_740_991, root: MerkleHash.emptyRoot), to: "checkpoint") }
        ),
        (
            "a checkpoint of more entries than a number can count", [.checkpointMalformed],
            { try $0.write(try checkpoint(size: 9_007_199_254_740_992, root: MerkleHash.emptyRoot), to: "checkpoint") }
        ),
        (
            "a checkpoint within a commit", [.logTruncated, .checkpointUnexpected, .treeAhead],
            { sample in
                let leaves = sample.log.entries[..<600].compactMap { $0.map { MerkleHash.leaf($0) } }
                var frontier = MerkleFrontier()
                for leaf in leaves { frontier.append(leaf) }
                try sample.write(try checkpoint(size: 600, root: frontier.root), to: "checkpoint")
                let files = try sample.files()
                try sample.write(Array(files["tile/0/002.p/188"]?.prefix(88 * 32) ?? []), to: "tile/0/002.p/88")
                let entries = sample.log.entries[512..<600].compactMap { $0 }
                try sample.write(try Tile.entryBundle(encode: entries), to: "tile/entries/002.p/88")
            }
        ),
        (
            "a checkpoint of nothing", [.openingBroken, .checkpointUnexpected, .treeAhead],
            { try $0.write(try checkpoint(size: 0, root: MerkleHash.emptyRoot), to: "checkpoint") }
        ),
    ]

    @Test func `each attack on a published tree is found by its codes`() throws {
        for attack in VerifyingTests.attacks {
            let sample = try SampleTree(entries: 700)
            try sample.publish(600)
            try sample.publish()
            #expect(try sample.verify().exitStatus == 0)
            try attack.act(sample)
            let report = try sample.verify()
            #expect(report.codes == attack.codes, "\(attack.name): \(report.codes)")
            let isTampering = attack.codes.contains { $0.severity == .tampering }
            #expect(report.exitStatus == (isTampering ? 1 : 3), "\(attack.name)")
        }
    }

    @Test func `a log that breaks the rules between its entries is found out by entries alone`() throws {
        let (inspection, opened) = (DossierID.test(0x11), DossierID.test(0x22))
        let start = try SampleTree.log(6)
        let broken: [(Set<Problem.Code>, (inout LogForge) throws -> Void)] = [
            (
                [.dossierForked],
                {
                    try $0.commit(
                        .lisi, [.evidence("x").links([DossierLink(id: opened, n: 2, prev: $0.next(opened).prev)])])
                }
            ),
            (
                [.dossierGap],
                {
                    try $0.commit(
                        .lisi, [.evidence("x").links([DossierLink(id: opened, n: 9, prev: $0.next(opened).prev)])])
                }
            ),
            (
                [.dossierUnopened],
                {
                    try $0.commit(
                        .lisi, [.evidence("x").links([DossierLink(id: .test(9), n: 2, prev: $0.leafHashes[0])])])
                }
            ),
            ([.dossierUnopened], { try $0.commit(.lisi, [.evidence("x", [.test(9)])]) }),
            (
                [.dossierChainBroken],
                {
                    try $0.commit(
                        .lisi, [.evidence("x").links([DossierLink(id: inspection, n: 3, prev: $0.leafHashes[0])])])
                }
            ),
            ([.openingBroken], { try $0.commit(.lisi, [.created()]) }),
            ([.notUnderstood], { try $0.commit(.lisi, [.evidence("x").edited { $0["type"] = .string("new.type") }]) }),
            ([.notUnderstood], { try $0.commit(.lisi, [.evidence("x").edited { $0["v"] = .integer(2) }]) }),
            ([.entryMalformed], { try $0.commit(.lisi, [.evidence("x").edited { $0["time"] = .string("now") }]) }),
            (
                [.chainBroken],
                {
                    let other = $0.leafHashes[0]
                    try $0.commit(.lisi, [.evidence("x").edited { $0["prev"] = other.json }])
                }
            ),
            (
                [.commitBroken],
                {
                    try $0.commit(.lisi, [.evidence("x"), .evidence("y").edited { $0["actor"] = .string("wang") }])
                }
            ),
        ]
        for (codes, act) in broken {
            var log = start
            try act(&log)
            try log.commit(.lisi, [.evidence("the end")])
            let sample = try SampleTree(entries: 2)
            try sample.publish(SampleTree.source(log))
            let report = try sample.verify()
            #expect(report.codes == codes, "\(codes): \(report.codes)")
        }
    }

    @Test func `no entry is taken for its signer's, since a published tree does not say who they are`() throws {
        var log = try SampleTree.log(6)
        var seal = LogForge.Seal(.stranger)
        seal.signers = [.archive, .stranger]
        try log.commit(seal, [.evidence("by nobody")])
        let sample = try SampleTree(entries: 2)
        try sample.publish(SampleTree.source(log))
        let report = try sample.verify()
        #expect(report.exitStatus == 0)
        #expect(report.notHeld.contains(.signers) && report.notHeld.contains(.bodies))
        #expect(report.checked.bodies == 0 && report.checked.files == 0)
    }

    @Test func `without the key the tree is checked all the same, and is not complete`() throws {
        let sample = try SampleTree(entries: 300)
        try sample.publish()
        let report = try sample.verify(keys: [])
        #expect(report.exitStatus == 3 && report.codes == [.keyNotPinned])
        #expect(report.checked.entries == 300 && report.archiveKey == nil && report.origin == TestKey.archive.name)
        try sample.write([UInt8](repeating: 7, count: 32 * 44), to: "tile/0/001.p/44")
        #expect(try sample.verify(keys: []).codes == [.keyNotPinned, .tileAltered])
    }

    @Test func `of two keys that are trusted for one name the one that signed counts`() throws {
        let sample = try SampleTree(entries: 15)
        try sample.publish()
        let other = TestKey(TestKey.archive.name, seed: "another").verifier
        #expect(try sample.verify(keys: [other, TestKey.archive.verifier]).exitStatus == 0)
        #expect(try sample.verify(keys: [other]).codes == [.archiveSignatureMissing])
    }

    @Test func `a root that the reader remembers is held against the tree`() throws {
        let sample = try SampleTree(entries: 300)
        try sample.publish()
        var frontier = MerkleFrontier()
        var roots: [UInt64: [UInt8]] = [:]
        for entry in sample.log.entries {
            frontier.append(MerkleHash.leaf(entry ?? []))
            roots[frontier.size] = frontier.root.bytes
        }
        #expect(try sample.verify(pins: [17: roots[17] ?? [], 256: roots[256] ?? []]).exitStatus == 0)
        #expect(try sample.verify(pins: [17: roots[18] ?? []]).codes == [.historyRewritten])
        #expect(try sample.verify(pins: [301: roots[300] ?? []]).codes == [.behindMemory])
    }

    @Test func `a folder in which nothing is published is said to be so`() throws {
        let sample = try SampleTree(entries: 15)
        try sample.write([1], to: "tile/x")
        #expect(throws: EvidenceError.self) { try sample.verify() }
        #expect(try PublishedTreeVerifier.isPublished(at: sample.path))
        try sample.remove("tile")
        #expect(try !PublishedTreeVerifier.isPublished(at: sample.path))
        try sample.publish()
        #expect(try PublishedTreeVerifier.isPublished(at: sample.path))
    }

    @Test func `from a server each file is asked for once, and no more of it than it may have`() throws {
        let sample = try SampleTree(entries: 700)
        try sample.publish()
        let files = try sample.files()
        var asked: [String: Int] = [:]
        let report = try SampleTree.verifier().verify(at: "https://log.example") { path, limit in
            asked[path, default: 0] += 1
            #expect(limit <= 1_100_000 && files[path].map { $0.count <= limit } != false)
            return files[path]
        }
        #expect(report.exitStatus == 0)
        #expect(asked == files.mapValues { _ in 1 })
    }

    @Test func `a server that lacks everything is not asked for all of it`() throws {
        let bytes = try checkpoint(size: 9_007_199_254_740_991, root: MerkleHash.emptyRoot)
        var asked = 0
        let report = try SampleTree.verifier().verify(at: "https://log.example") { path, _ in
            asked += 1
            return path == "checkpoint" ? bytes : nil
        }
        #expect(report.codes == [.entryMissing] && asked < 50)
        // Or sends what is none, without end.
        asked = 0
        let other = try SampleTree.verifier().verify(at: "https://log.example") { path, limit in
            asked += 1
            return path == "checkpoint" ? bytes : [UInt8](repeating: 0, count: limit)
        }
        #expect(other.exitStatus == 1 && asked < 50)
    }

    @Test func `an older partial file that a server has no more is read from the full one`() throws {
        let sample = try SampleTree(entries: 700)
        try sample.publish()
        var files = try sample.files()
        files["checkpoint"] = try sample.source(300).note.bytes(by: TestKey.archive.verifier)
        let report = try SampleTree.verifier().verify(at: "https://log.example") { path, _ in
            if let bytes = files[path] { return bytes }
            // The level above was partial then as it is now, and was not deleted.
            return path == "tile/1/000.p/1" ? files["tile/1/000.p/2"].map { Array($0.prefix(32)) } : nil
        }
        #expect(report.exitStatus == 0 && report.size == 299, "\(report.codes)")
    }
}

/// A checkpoint with the archive's signature, whatever it says.
private func checkpoint(size: UInt64, root: Digest) throws -> [UInt8] {
    var note = try SignedNote(
        text: "\(TestKey.archive.name)\n\(size)\n\(Base64.encode(root.bytes))\n", signatures: [])
    try note.sign(as: TestKey.archive.verifier, with: TestKey.archive.privateKey)
    return note.bytes
}

extension SignedNote {
    /// The note with one key's signatures alone.
    fileprivate func bytes(by key: VerifierKey) throws -> [UInt8] {
        try SignedNote(text: text, signatures: signatures(by: key)).bytes
    }
}
