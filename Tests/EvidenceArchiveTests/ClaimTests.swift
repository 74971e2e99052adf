import EvidenceArchive
import EvidenceCrypto
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing
import TransparencyLog

/// Holding an archive to what somebody was once given of it.
struct ClaimTests {
    /// What can leave an archive, and so be held against it.
    enum Given: String, CaseIterable, CustomTestStringConvertible {
        case checkpoint, receipt, typed, proof, bundle, published, copy

        var testDescription: String { rawValue }
        /// Whether it has the tree, so that it can tell where another parts from it.
        var hasTree: Bool { [.bundle, .published, .copy].contains(self) }
    }

    /// Takes something out of the archive as it is now.
    static func take(_ given: Given, from copy: ArchiveCopy) throws -> FilePath {
        let place = copy.beside.appendingPathComponent(given.rawValue)
        let context = try copy.desk.context(as: "lisi")
        let path = FilePath(place.path)
        switch given {
        case .checkpoint: _ = try ReadCheckpoint(context).save(to: path)
        case .receipt:
            let page = try MakeReceipt(context).run()
            try MakeReceipt(context).save(page, as: "回执\n\n\(page.receipt.text)", to: path)
        case .typed:
            let receipt = try MakeReceipt(context).run().receipt
            let root = Base64.encode(receipt.root.bytes)
            try Data("来源：\(receipt.origin)\n条数：\(receipt.size)\n根哈希：\(root)\n".utf8).write(to: place)
        case .proof: try ProveEntry(context).save(ProveEntry(context).run(7), to: path)
        case .bundle:
            _ = try ExportCase(context).run(
                ExportCase.Request(
                    name: "2026-007", kind: .caseOpened, target: path, recipient: nil, purpose: nil, agent: "test"))
        case .published: _ = try PublishLog(context).run(to: path)
        case .copy: try ArchiveCopy.clone(copy.archive, to: place)
        }
        return path
    }

    /// Verifies as somebody who has nothing but the archive and what was taken.
    private func verify(
        _ copy: ArchiveCopy, against paths: [FilePath], quick: Bool = false, home: URL? = nil
    ) throws -> VerificationReport {
        let reader = TestDesk(home: try home ?? copy.stranger(), archive: copy.archive)
        return try VerifyArchive(reader.context()) { _, _ in nil }.run(
            VerifyArchive.Request(quick: quick, against: paths.map { .path($0) }))
    }

    private func codes(_ report: VerificationReport) -> Set<Problem.Code> {
        Set((report.problems + report.unchecked).map(\.code))
    }

    @Test(arguments: TestTier.some(Given.allCases, oneIn: 2), [false, true])
    func `an archive that goes on extends what it gave, and is known by it`(given: Given, quick: Bool) throws {
        let copy = try ArchiveCopy()
        let path = try ClaimTests.take(given, from: copy)
        try copy.desk.add([copy.newFile()], as: "lisi")
        let report = try verify(copy, against: [path], quick: quick)
        #expect(report.trust == .claim)
        #expect(codes(report) == (quick ? [.entriesNotChecked] : []), "\(report.problems.map(\.explanation.en))")
        #expect(report.exitStatus == (quick ? 3 : 0))
    }

    @Test(arguments: TestTier.some(Given.allCases, oneIn: 2), [false, true])
    func `a history written anew with every key does not keep to what was given`(given: Given, quick: Bool) throws {
        let copy = try ArchiveCopy()
        let path = try ClaimTests.take(given, from: copy)
        try copy.rewrite { $0[8].items[0].body["title"] = .string("另一") }
        let report = try verify(copy, against: [path], quick: quick)
        let found = try #require(report.problems.first { $0.code == .historyRewritten })
        #expect(report.exitStatus == 1)
        #expect(found.path == path.string)
        #expect(found.expected != nil && found.found != nil && found.expected != found.found)
        // Commit 8 begins with entry 12; what has the tree says so.
        if given.hasTree {
            #expect(found.seq == 12, "\(found.explanation.en)")
            #expect(found.explanation.en.contains("first entry that differs is 12"))
        }
    }

    @Test(arguments: TestTier.some(Given.allCases, oneIn: 2), [false, true])
    func `an old copy put back is behind what was given later`(given: Given, quick: Bool) throws {
        let copy = try ArchiveCopy()
        let old = copy.beside.appendingPathComponent("old")
        try ArchiveCopy.clone(copy.archive, to: old)
        try copy.desk.add([copy.newFile()], as: "lisi")
        let path = try ClaimTests.take(given, from: copy)
        try FileManager.default.removeItem(at: copy.archive)
        try FileManager.default.moveItem(at: old, to: copy.archive)
        let report = try verify(copy, against: [path], quick: quick)
        #expect(report.problems.map(\.code) == [.rolledBack])
        #expect(report.exitStatus == 1)
        // Without what was given, a stranger sees nothing wrong: that is why it has to leave the archive.
        #expect(try codes(verify(copy, against: [])) == [.keyNotPinned])
    }

    @Test(arguments: Given.allCases)
    func `the same beginning with fresh keys is not the archive that gave it`(given: Given) throws {
        let copy = try ArchiveCopy()
        let path = try ClaimTests.take(given, from: copy)
        try copy.rebuild()
        let report = try verify(copy, against: [path])
        let found = try #require(report.problems.first { $0.code == .historyRewritten })
        if given != .typed { #expect(found.explanation.en.contains("signed by another key")) }
        #expect(report.trust == nil)
    }

    /// Whoever exchanged the archive can hand over a checkpoint that fits it.
    @Test(arguments: [true, false])
    func `a key that differs from the pinned one is not saved by what fits it`(isCheckpoint: Bool) throws {
        let copy = try ArchiveCopy()
        let home = try copy.stranger()
        let pin = try copy.archiveKey().verifier.description
        _ = try TrustArchive(TestDesk(home: home, archive: copy.archive).context()).pin(pin, path: FilePath(pin))
        try copy.rebuild()
        let checkpoint = copy.beside.appendingPathComponent("given")
        try Data(contentsOf: copy.file("checkpoint")).write(to: checkpoint)
        let path = try isCheckpoint ? FilePath(checkpoint.path) : ClaimTests.take(.copy, from: copy)
        let report = try verify(copy, against: [path], home: home)
        #expect(report.trust == nil && report.problems.map(\.code) == [.keyDiffersFromPin])
    }

    @Test func `what nobody signed, or somebody else, vouches for no key`() throws {
        let copy = try ArchiveCopy()
        let path = try ClaimTests.take(.checkpoint, from: copy)
        let note = try SignedNote(parsing: Array(Data(contentsOf: URL(fileURLWithPath: path.string))))
        let other = TestKey(try copy.archiveKey().name, seed: "another")
        var forged = try SignedNote(text: note.text, signatures: [])
        try forged.sign(as: other.verifier, with: other.privateKey)
        try Data(forged.bytes).write(to: URL(fileURLWithPath: path.string))
        let report = try verify(copy, against: [path])
        #expect(report.trust == nil && codes(report) == [.keyNotPinned])
    }

    @Test(arguments: ["", "/checkpoint", "/objects/../checkpoint"])
    func `what lies in the archive itself is nothing to hold it to`(place: String) throws {
        let copy = try ArchiveCopy()
        let error = #expect(throws: EvidenceError.self) {
            try verify(copy, against: [FilePath(copy.archive.path + place)])
        }
        #expect(error?.code == .badInput && error?.message.en.contains("agrees with itself") == true)
    }

    @Test func `two that went on from one copy are two histories, whichever is the longer`() throws {
        let copy = try ArchiveCopy()
        let other = try copy.copied()
        try copy.desk.add([copy.newFile("一\n")], as: "lisi")
        for text in ["二\n", "三\n"] { try other.desk.add([other.newFile(text)], as: "lisi") }
        for (one, two) in [(copy, other), (other, copy)] {
            let report = try verify(one, against: [two.path])
            let found = try #require(report.problems.first)
            #expect(
                report.problems.count == 1 && found.code == .historyRewritten && found.seq == 19,
                "\(found.explanation.en)")
        }
    }

    @Test(arguments: [Given.bundle, .published])
    func `a longer one of two histories is told from a newer copy by its tiles alone`(given: Given) throws {
        let copy = try ArchiveCopy()
        let other = try copy.copied()
        try copy.desk.add([copy.newFile("一\n")], as: "lisi")
        for text in ["二\n", "三\n", "四\n"] { try other.desk.add([other.newFile(text)], as: "lisi") }
        let report = try verify(copy, against: [ClaimTests.take(given, from: other)])
        #expect(report.problems.map(\.code) == [.historyRewritten] && report.problems.first?.seq == 19)
    }

    @Test func `an archive that is a bundle too is neither`() throws {
        let copy = try ArchiveCopy()
        let bundle = try ClaimTests.take(.bundle, from: copy)
        for name in ["archive.sqlite", "checkpoint", "objects"] {
            try FileManager.default.copyItem(
                atPath: copy.path.appending(name).string, toPath: bundle.appending(name).string)
        }
        let reader = TestDesk(home: try copy.stranger(), archive: copy.archive)
        let error = #expect(throws: EvidenceError.self) {
            try VerifyArchive(reader.context()) { _, _ in nil }.run(VerifyArchive.Request(place: .path(bundle)))
        }
        #expect(error?.code == .badInput && error?.message.en.contains("at once") == true)
    }

    @Test func `what another archive gave is said to be another's`() throws {
        let copy = try ArchiveCopy()
        let key = TestKey("evidence.example/team-8")
        var note = try SignedNote(
            text: Checkpoint(origin: key.name, size: 3, root: SHA256Hasher.hash([1])).noteText, signatures: [])
        try note.sign(as: key.verifier, with: key.privateKey)
        let file = copy.beside.appendingPathComponent("other")
        try Data(note.bytes).write(to: file)
        let report = try verify(copy, against: [FilePath(file.path)])
        #expect(report.problems.map(\.code) == [.archiveReplaced])
    }

    @Test func `several are all held against it, and the operator's own memory too`() throws {
        let copy = try ArchiveCopy()
        let paths = try Given.allCases.map { try ClaimTests.take($0, from: copy) }
        #expect(try verify(copy, against: paths, home: copy.desk.home).exitStatus == 0)
        try copy.rewrite { $0[8].items[0].body["title"] = .string("另一") }
        let report = try verify(copy, against: paths, home: copy.desk.home)
        #expect(report.problems.filter { $0.code == .historyRewritten }.count == paths.count + 1)
    }

    @Test func `a quick verification reads no entry, and says so`() throws {
        let copy = try ArchiveCopy()
        let path = try ClaimTests.take(.checkpoint, from: copy)
        try copy.replace("三", "四", in: "body", 8)
        try copy.sql(
            "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'zhang', 'shang') AS BLOB) WHERE seq = 8")
        let quick = try verify(copy, against: [path], quick: true)
        #expect(quick.isOK && quick.exitStatus == 3 && codes(quick) == [.entriesNotChecked])
        #expect(quick.checked.entries == 0 && quick.checked.files == 0)
        #expect(try !verify(copy, against: [path]).isOK)
    }

    @Test func `an index that leads elsewhere is made anew before a proof is made of it`() throws {
        let copy = try ArchiveCopy()
        let path = try ClaimTests.take(.checkpoint, from: copy)
        try copy.desk.add([copy.newFile()], as: "lisi")
        try copy.plainSQL("UPDATE tile SET hashes = CAST(zeroblob(length(hashes)) AS BLOB)", on: "index.sqlite")
        #expect(try codes(verify(copy, against: [path], quick: true)) == [.entriesNotChecked])
        let proof = try ProveEntry(copy.desk.context(as: "lisi")).run(3).proof
        let checkpoint = try Checkpoint(noteText: SignedNote(parsing: proof.checkpoint).text)
        #expect(
            InclusionProof(index: 3, size: checkpoint.size, hashes: proof.hashes)
                .verify(leafHash: MerkleHash.leaf(try copy.log()[3].bytes), root: checkpoint.root))
    }

    // MARK: A successor

    /// A new archive that goes on from a checkpoint of the copy's.
    @discardableResult
    private func successor(
        of copy: ArchiveCopy, _ checkpoint: FilePath, named origin: String = "evidence.example/team-7-2"
    ) throws -> TestDesk {
        let desk = TestDesk(home: copy.desk.home, archive: copy.beside.appendingPathComponent("successor"))
        _ = try CreateArchive(desk.context(as: "lisi")).run(
            CreateArchive.Request(
                folder: FilePath(desk.archive.path), origin: origin, title: nil, person: nil,
                unit: nil, role: nil,
                continuing: CreateArchive.Continuing(checkpoint: checkpoint, reason: "硬盘损坏")))
        return desk
    }

    private func verify(_ desk: TestDesk, against old: ArchiveCopy?) throws -> VerificationReport {
        try VerifyArchive(desk.context()) { _, _ in nil }.run(
            VerifyArchive.Request(
                place: .path(FilePath(desk.archive.path)), against: old.map { [.path($0.path)] } ?? []))
    }

    @Test func `a successor is verified together with the archive that it continues`() throws {
        let copy = try ArchiveCopy()
        let new = try successor(of: copy, ClaimTests.take(.checkpoint, from: copy))
        let alone = try verify(new, against: nil)
        #expect(alone.exitStatus == 0 && alone.warnings.map(\.code).contains(.predecessorNotChecked))
        let both = try verify(new, against: copy)
        #expect(both.exitStatus == 0, "\((both.problems + both.unchecked).map(\.explanation.en))")
        #expect(!both.warnings.map(\.code).contains(.predecessorNotChecked))
        // What is wrong with the older one is said of both.
        try copy.replace("丙", "丕", in: "body", 6)
        let found = try verify(new, against: copy)
        #expect(found.problems.contains { $0.code == .bodyAltered && $0.path == copy.path.string })
        #expect(found.exitStatus == 1)
    }

    @Test func `a successor needs a name of its own`() throws {
        let copy = try ArchiveCopy()
        let checkpoint = try ClaimTests.take(.checkpoint, from: copy)
        let error = #expect(throws: EvidenceError.self) {
            try successor(of: copy, checkpoint, named: "evidence.example/team-7")
        }
        #expect(error?.code == .usage && error?.message.en.contains("team-7-2") == true)
    }

    /// Older programs let a successor have the older archive's name.
    @Test func `what a successor gave is not taken for the older archive's where both have one name`() throws {
        let copy = try ArchiveCopy()
        let older = TestKey(try copy.archiveKey().name, seed: "older")
        try copy.rewrite {
            var continued = JSONObject()
            continued["origin"] = .string(older.name)
            continued["key"] = .string(older.verifier.description)
            continued["size"] = .integer(5)
            continued["root"] = .string(SHA256Hasher.hash([1]).hex)
            continued["reason"] = .string("硬盘损坏")
            $0[0].items[0].body["continues"] = .object(continued)
        }
        let own = try ClaimTests.take(.checkpoint, from: copy)
        let report = try verify(copy, against: [own])
        #expect(report.exitStatus == 0 && report.trust == .claim, "\((report.problems + report.unchecked))")
        // Of the older one, what its key signed.
        var note = try SignedNote(
            text: Checkpoint(origin: older.name, size: 9, root: SHA256Hasher.hash([2])).noteText, signatures: [])
        try note.sign(as: older.verifier, with: older.privateKey)
        let file = copy.beside.appendingPathComponent("older")
        try Data(note.bytes).write(to: file)
        #expect(try codes(verify(copy, against: [FilePath(file.path)])).contains(.rolledBack))
        // What a third one signed is held to this archive: else it would be held to nothing.
        let third = TestKey(older.name, seed: "third")
        note = try SignedNote(
            text: Checkpoint(origin: third.name, size: 4, root: SHA256Hasher.hash([3])).noteText, signatures: [])
        try note.sign(as: third.verifier, with: third.privateKey)
        try Data(note.bytes).write(to: file)
        #expect(try codes(verify(copy, against: [FilePath(file.path)])).contains(.historyRewritten))
    }

    @Test func `an older archive's published log is trusted through its successor`() throws {
        let copy = try ArchiveCopy()
        let new = try successor(of: copy, ClaimTests.take(.checkpoint, from: copy))
        let tree = try ClaimTests.take(.published, from: copy)
        let key = try Archive.open(FilePath(new.archive.path)).created.key.description
        let reader = TestDesk(home: try copy.stranger(), archive: new.archive)
        _ = try TrustArchive(reader.context()).pin(key, path: FilePath(key))
        let report = try VerifyArchive(reader.context()) { _, _ in nil }.run(
            VerifyArchive.Request(place: .path(FilePath(new.archive.path)), against: [.path(tree)]))
        #expect(report.exitStatus == 0, "\((report.problems + report.unchecked).map(\.explanation.en))")
    }

    @Test func `an older archive that is not the one that was continued is found out`() throws {
        let copy = try ArchiveCopy()
        let new = try successor(of: copy, ClaimTests.take(.checkpoint, from: copy))
        try copy.rewrite { $0[8].items[0].body["title"] = .string("另一") }
        let report = try verify(new, against: copy)
        #expect(report.problems.contains { $0.code == .historyRewritten && $0.explanation.en.contains("team-7-2") })
    }

    @Test(arguments: Given.allCases + [nil])
    func `a successor that leaves out what is known of the older archive is found out`(given: Given?) throws {
        let copy = try ArchiveCopy()
        let early = copy.beside.appendingPathComponent("early")
        try Data(try copy.checkpoints()[9].note).write(to: early)
        let new = try successor(of: copy, FilePath(early.path))
        var against: [Place] = []
        if let given {
            against = [.path(try ClaimTests.take(given, from: copy))]
        } else {
            let pin = try ClaimTests.take(.checkpoint, from: copy)
            _ = try TrustArchive(new.context()).pin(pin.string, path: pin)
        }
        let report = try VerifyArchive(new.context()) { _, _ in nil }.run(
            VerifyArchive.Request(place: .path(FilePath(new.archive.path)), against: against))
        let found = try #require(report.problems.first { $0.code == .rolledBack })
        #expect(found.explanation.en.contains("are left out"), "\(found.explanation.en)")
        let isChecked = given.map { $0.hasTree } ?? false
        #expect(report.warnings.map(\.code).contains(.predecessorNotChecked) != isChecked)
    }

    @Test func `an older archive with another key than the pinned one is found out, whatever its successor says`()
        throws
    {
        let copy = try ArchiveCopy()
        let path = try ClaimTests.take(.checkpoint, from: copy)
        let new = try successor(of: copy, path)
        let reader = TestDesk(home: try copy.stranger(), archive: new.archive)
        let pin = TestKey(try copy.archiveKey().name, seed: "another").verifier.description
        _ = try TrustArchive(reader.context()).pin(pin, path: FilePath(pin))
        let report = try verify(reader, against: copy)
        #expect(report.problems.map(\.code) == [.keyDiffersFromPin], "\(report.problems.map(\.explanation.en))")
    }

    @Test func `entries that were lost before the successor are said to be lost`() throws {
        let copy = try ArchiveCopy()
        let new = try successor(of: copy, ClaimTests.take(.checkpoint, from: copy))
        try copy.cut(to: 18)
        try Data(try copy.checkpoints().last?.note ?? []).write(to: copy.file("checkpoint"))
        try copy.forget()
        let report = try verify(new, against: copy)
        #expect(report.problems.isEmpty, "\(report.problems.map(\.explanation.en))")
        #expect(report.unchecked.contains { $0.code == .behindMemory } && report.exitStatus == 3)
    }

    @Test(arguments: ["", "nothing", "-----\n", "origin x\nsize y\nroot z\n"])
    func `what nothing could be held to is refused`(text: String) throws {
        let copy = try ArchiveCopy()
        let file = copy.beside.appendingPathComponent("no")
        try Data(text.utf8).write(to: file)
        #expect {
            try verify(copy, against: [FilePath(file.path)])
        } throws: {
            ($0 as? EvidenceError)?.code == .badInput
        }
    }
}

/// Policies that say which witnesses count.
struct PolicyVerificationTests {
    private static let others = (1...3).map { TestKey("witness\($0).example", type: .cosignature) }

    private func policy(_ copy: ArchiveCopy, quorum: String, log: Bool = false) throws -> FilePath {
        var lines = log ? ["log \(try copy.archiveKey().verifier)"] : []
        lines += PolicyVerificationTests.others.enumerated().map { "witness w\($0.offset) \($0.element.verifier)" }
        lines += ["group two 2 w0 w1 w2", "quorum \(quorum)"]
        let file = copy.beside.appendingPathComponent("policy")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        return FilePath(file.path)
    }

    private func verify(_ copy: ArchiveCopy, _ policy: FilePath) throws -> VerificationReport {
        let reader = TestDesk(home: try copy.stranger(), archive: copy.archive)
        return try VerifyArchive(reader.context()) { _, _ in nil }.run(VerifyArchive.Request(policy: policy))
    }

    @Test func `as many witnesses as the policy asks for must have signed the newest checkpoint`() throws {
        let copy = try ArchiveCopy()
        let two = try policy(copy, quorum: "two", log: true)
        #expect(try verify(copy, two).unchecked.map(\.code) == [.policyNotMet])
        try copy.witness(
            PolicyVerificationTests.others[0], at: "2026-03-12T12:00:00.000Z", trusting: false, recording: false)
        #expect(try verify(copy, two).unchecked.map(\.code) == [.policyNotMet])
        try copy.witness(
            PolicyVerificationTests.others[2], at: "2026-03-12T12:00:01.000Z", trusting: false, recording: false)
        let met = try verify(copy, two)
        #expect(met.exitStatus == 0, "\(met.unchecked.map(\.explanation.en))")
        #expect(met.trust == .policy && met.outside.count == 2)
        // A commit later the newest entries lack it again.
        try copy.desk.add([copy.newFile()], as: "lisi")
        let later = try verify(copy, two)
        #expect(later.unchecked.map(\.code) == [.policyNotMet] && later.unchecked[0].seq == 19)
        #expect(later.exitStatus == 3)
    }

    @Test func `the same witness twice is one, and no quorum asks for none`() throws {
        let copy = try ArchiveCopy()
        for time in ["2026-03-12T12:00:00.000Z", "2026-03-12T12:10:00.000Z"] {
            try copy.witness(PolicyVerificationTests.others[0], at: time, trusting: false, recording: false)
        }
        #expect(try verify(copy, policy(copy, quorum: "two", log: true)).unchecked.map(\.code) == [.policyNotMet])
        #expect(try verify(copy, policy(copy, quorum: "none", log: true)).exitStatus == 0)
        // Who knows the witnesses does not know the archive by that.
        #expect(try verify(copy, policy(copy, quorum: "w0")).unchecked.map(\.code) == [.keyNotPinned])
    }

    @Test func `a published log has no witness's signature, and a policy that asks for some is not met by it`() throws {
        let copy = try ArchiveCopy()
        let tree = try ClaimTests.take(.published, from: copy)
        let reader = TestDesk(home: try copy.stranger(), archive: copy.archive)
        func verify(_ quorum: String) throws -> [Problem.Code] {
            try VerifyArchive(reader.context()) { _, _ in nil }.run(
                VerifyArchive.Request(place: .path(tree), policy: policy(copy, quorum: quorum, log: true))
            ).unchecked.map(\.code)
        }
        #expect(try verify("two") == [.policyNotMet])
        #expect(try verify("none") == [])
    }

    @Test func `a policy that names another key for this archive is contradicted by it`() throws {
        let copy = try ArchiveCopy()
        let path = try policy(copy, quorum: "none", log: true)
        try copy.rebuild()
        #expect(try verify(copy, path).problems.map(\.code).contains(.keyDiffersFromPin))
    }

    /// Whoever exchanged the archive can have handed over the policy as well.
    @Test func `a pinned key comes before a policy`() throws {
        let copy = try ArchiveCopy()
        let reader = TestDesk(home: try copy.stranger(), archive: copy.archive)
        let pin = try copy.archiveKey().verifier.description
        _ = try TrustArchive(reader.context()).pin(pin, path: FilePath(pin))
        try copy.rebuild()
        let path = copy.beside.appendingPathComponent("theirs")
        try Data("log \(Archive.open(copy.path).created.key)\nquorum none\n".utf8).write(to: path)
        let report = try VerifyArchive(reader.context()) { _, _ in nil }.run(
            VerifyArchive.Request(policy: FilePath(path.path)))
        #expect(report.problems.map(\.code) == [.keyDiffersFromPin] && report.trust == nil)
    }

    @Test func `a policy that is about other logs is not met`() throws {
        let copy = try ArchiveCopy()
        let path = copy.beside.appendingPathComponent("others")
        let others = "log \(TestKey("evidence.example/team-8").verifier)\nquorum none\n"
        try Data(others.utf8).write(to: path)
        let reader = TestDesk(home: try copy.stranger(), archive: copy.archive)
        let pin = try copy.archiveKey().verifier.description
        _ = try TrustArchive(reader.context()).pin(pin, path: FilePath(pin))
        let report = try VerifyArchive(reader.context()) { _, _ in nil }.run(
            VerifyArchive.Request(policy: FilePath(path.path)))
        #expect(report.unchecked.map(\.code) == [.policyNotMet] && report.trust == .pinnedKey)
    }
}
