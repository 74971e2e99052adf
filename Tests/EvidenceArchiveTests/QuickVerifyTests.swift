import EvidenceArchive
import EvidenceCrypto
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing

/// `verify --quick`: on from an auditor's last whole verification, and saying what was not read again.
///
/// The auditor is a stranger, without keys or memory: what is known comes from the record alone.
struct QuickVerifyTests {
    private let copy: ArchiveCopy
    private let auditor: TestDesk

    init() throws {
        copy = try ArchiveCopy()
        auditor = TestDesk(home: try copy.stranger(), archive: copy.archive)
    }

    private func verify(quick: Bool = false, full: Bool = false, at archive: URL? = nil) throws -> VerificationReport {
        try VerifyArchive(auditor.context()) { _, _ in nil }.run(
            VerifyArchive.Request(
                place: .path(FilePath((archive ?? copy.archive).path)), full: full, quick: quick))
    }

    private func codes(_ report: VerificationReport) -> [Problem.Code] { report.problems.map(\.code) }

    /// Quick verification is refused with one sentence in each language, and that error.
    private func expectRefused(
        _ code: EvidenceError.Code, at archive: URL? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: EvidenceError.self, sourceLocation: sourceLocation) {
            try verify(quick: true, at: archive)
        }
        #expect(error?.code == code, sourceLocation: sourceLocation)
        #expect(error?.message.en.contains("evidence verify") == true, sourceLocation: sourceLocation)
        #expect(error?.message.zh.contains("evidence verify") == true, sourceLocation: sourceLocation)
    }

    private var records: URL { auditor.home.appendingPathComponent("state/verified") }

    private func record() throws -> URL {
        let names = try FileManager.default.contentsOfDirectory(atPath: records.path)
        #expect(names.count == 1)
        return records.appendingPathComponent(try #require(names.first))
    }

    // MARK: What it checks and what it says

    @Test func `what came since is checked, and what was before is said not to be`() throws {
        // Nobody vouches for the key: of that alone it is that this is not complete, and so it may be gone on from.
        #expect(try verify().exitStatus == 3)
        let same = try verify(quick: true)
        #expect(same.exitStatus == 3 && same.checked.entries == 0 && same.checked.files == 0)
        try copy.desk.add([copy.newFile()], as: "zhang", to: ["2026-007", "2026-008"])
        try copy.desk.createSigner("zhou", person: "周九")
        _ = try ManageSigners(copy.desk.context(as: "wang")).enroll("zhou", mayEnrol: false)
        try copy.desk.add([copy.newFile("另一份\n")], as: "zhou")
        // What it takes away is of the entries that are not read again.
        _ = try CorrectRecords(copy.desk.context(as: "lisi")).withdraw(15, authority: "省安委办", reason: "误录")
        let before = try copy.contents()
        let report = try verify(quick: true)
        #expect(report.exitStatus == 3 && codes(report) == [], "\(report.problems)")
        #expect(report.size == BaseArchive.size + 4 && report.checked.entries == 4 && report.checked.bodies == 4)
        #expect(report.checked.checkpoints == 4 && report.checked.files == 2)
        #expect(report.earlier?.size == BaseArchive.size && report.earlier?.digests == .fsverity)
        let said = try #require(report.unchecked.first { $0.code == .entriesNotChecked }).explanation
        #expect(said.en.hasPrefix("Entries 0…18 and their files, checked on 2026-03-12 01:30"))
        #expect(said.en.contains("were not read again") && said.en.contains("by fs-verity)"))
        #expect(said.zh.hasPrefix("第 0 至 18 条及其文件已于 2026-03-12 01:30 核验") && said.zh.contains("没有重新读取"))
        // The root is that of the whole tree, and nothing was written to the archive.
        #expect(try report.root == verify().root)
        #expect(try copy.contents() == before)
        // From the whole verification just now it goes on.
        #expect(try verify(quick: true).earlier?.size == BaseArchive.size + 4)
        _ = try verify(full: true)
        #expect(try verify(quick: true).earlier?.digests == .sha256AndFSVerity)
    }

    @Test func `what was altered before is not seen, is not said to be whole, and spoils the record once it is`() throws
    {
        _ = try verify()
        try copy.overwrite(copy.object(9)) { $0[0] ^= 1 }
        try copy.replace("三", "四", in: "body", 8)
        let report = try verify(quick: true)
        #expect(report.exitStatus == 3 && !report.isComplete && report.checked.files == 0)
        #expect(try verify().exitStatus == 1)
        expectRefused(.damaged)
        try copy.overwrite(copy.object(9)) { $0[0] ^= 1 }
        try copy.replace("四", "三", in: "body", 8)
        _ = try verify()
        #expect(try verify(quick: true).exitStatus == 3)
    }

    @Test func `what is altered since is found`() throws {
        _ = try verify()
        try copy.desk.add([copy.newFile()], as: "zhang", to: ["2026-007"])
        let changes: [(Problem.Code, (ArchiveCopy) throws -> Void)] = [
            (.fileAltered, { copy in try copy.overwrite(copy.object(19)) { $0[0] ^= 1 } }),
            (.fileMissing, { copy in try FileManager.default.removeItem(at: copy.file(copy.object(19))) }),
            (.bodyAltered, { copy in try copy.sql("UPDATE body SET bytes = x'7b7d' WHERE seq = 19") }),
            (.bodyMissing, { copy in try copy.sql("DELETE FROM body WHERE seq = 19") }),
            (.signerNotEnrolled, { copy in try copy.replace("\"zhang\"", "\"zhong\"", in: "entry", 19) }),
            (.checkpointMissing, { copy in try copy.sql("DELETE FROM checkpoint WHERE size = 20") }),
            (.schemaAltered, { copy in try copy.plainSQL("CREATE TABLE x (y)") }),
            (.publishedCheckpointAltered, { copy in try Data("x".utf8).write(to: copy.file("checkpoint")) }),
        ]
        for (code, change) in changes {
            let attacked = try copy.copied()
            // In the place where the auditor's record is.
            let aside = copy.beside.appendingPathComponent("aside")
            try FileManager.default.moveItem(at: copy.archive, to: aside)
            try change(attacked)
            try ArchiveCopy.clone(attacked.archive, to: copy.archive)
            let kept = try Data(contentsOf: record())
            let report = try verify(quick: true)
            #expect(codes(report).contains(code) && report.exitStatus == 1, "\(code): \(codes(report))")
            expectRefused(.damaged)
            try kept.write(to: record())
            try FileManager.default.removeItem(at: copy.archive)
            try FileManager.default.moveItem(at: aside, to: copy.archive)
        }
        #expect(try verify(quick: true).exitStatus == 3)
    }

    // MARK: Another history

    @Test func `an archive that was rolled back is behind the record`() throws {
        let old = copy.beside.appendingPathComponent("old")
        try ArchiveCopy.clone(copy.archive, to: old)
        try copy.desk.add([copy.newFile()], as: "lisi")
        _ = try verify()
        try FileManager.default.removeItem(at: copy.archive)
        try FileManager.default.moveItem(at: old, to: copy.archive)
        let report = try verify(quick: true)
        #expect(codes(report) == [.rolledBack] && report.size == BaseArchive.size && report.exitStatus == 1)
        // A whole verification sees that too, and does not take the shorter log for the record.
        #expect(try codes(verify()) == [.rolledBack])
        #expect(try codes(verify()) == [.rolledBack])
    }

    @Test(arguments: [false, true])
    func `a history written anew with every key does not continue the record`(isExtended: Bool) throws {
        _ = try verify()
        try copy.rewrite { $0[8].items[0].body["title"] = .string("另一") }
        if isExtended { try copy.append(by: "lisi") { _ in [.evidence("七")] } }
        let report = try verify(quick: true)
        #expect(codes(report).contains(.historyRewritten) && report.exitStatus == 1, "\(codes(report))")
        #expect(try codes(verify()).contains(.historyRewritten))
    }

    @Test(arguments: [false, true])
    func `a history written anew from its very beginning is not the one that was verified`(isElsewhere: Bool) throws {
        _ = try verify()
        try copy.rewrite { $0[0].items[0].body["title"] = .string("另一") }
        let place = isElsewhere ? copy.beside.appendingPathComponent("elsewhere") : copy.archive
        if isElsewhere { try FileManager.default.moveItem(at: copy.archive, to: place) }
        // It stays so: what is found does not become what was verified.
        for _ in 0..<2 { #expect(try codes(verify(at: place)) == [.historyRewritten]) }
    }

    /// No key signed that: a disk may have changed it.
    @Test func `a first entry that was damaged is no other beginning that somebody signed`() throws {
        _ = try verify()
        try copy.replace("\"lisi\"", "\"lisu\"", in: "entry", 0)
        let found = try codes(verify())
        #expect(found.contains(.rootMismatch) && !found.contains(.historyRewritten), "\(found)")
    }

    @Test func `an archive with other keys in the place of the one that was verified is another`() throws {
        _ = try verify()
        try copy.rebuild()
        for _ in 0..<2 { #expect(try codes(verify()) == [.archiveReplaced]) }
    }

    @Test func `a pin over fewer entries that is newer than the record is held against it`() throws {
        _ = try verify()
        let early = try copy.checkpoints()[3]
        let pin = copy.beside.appendingPathComponent("pin")
        try Data(early.note).write(to: pin)
        _ = try TrustArchive(auditor.context()).pin(pin.path, path: FilePath(pin.path))
        let report = try verify(quick: true)
        #expect(report.trust == .pinnedCheckpoint && report.exitStatus == 3)
        try copy.rewrite { $0[1].items[0].body["note"] = .string("另一") }
        #expect(try codes(verify(quick: true)).contains(.historyRewritten))
    }

    // MARK: The record

    @Test func `without a record, or with one that was altered, nothing is trusted`() throws {
        expectRefused(.inputMissing)
        _ = try verify()
        let file = try record()
        let bytes = try Data(contentsOf: file)
        for place in stride(from: 0, to: bytes.count, by: TestTier.isFull ? 1 : 97) {
            var altered = bytes
            altered[place] ^= 1
            try altered.write(to: file)
            expectRefused(.inputOutput)
        }
        for altered in [Data(), Data("{}".utf8), bytes.prefix(bytes.count / 2), bytes + [10]] {
            try altered.write(to: file)
            expectRefused(.inputOutput)
        }
        // A whole verification makes it anew.
        _ = try verify()
        #expect(try verify(quick: true).exitStatus == 3)
        try FileManager.default.removeItem(at: records)
        expectRefused(.inputMissing)
    }

    @Test func `a copy in another place has files of its own, which nobody has read`() throws {
        _ = try verify()
        let other = copy.beside.appendingPathComponent("other")
        try ArchiveCopy.clone(copy.archive, to: other)
        expectRefused(.inputMissing, at: other)
        _ = try verify(at: other)
        #expect(try verify(quick: true, at: other).exitStatus == 3)
        #expect(try verify(quick: true).exitStatus == 3)
    }

    @Test func `what was not wholly checked is nothing to go on from`() throws {
        try copy.appendReferenced(at: "/media/DISK/录像.mp4", content: nil)
        #expect(try verify().unchecked.map(\.code).contains(.referencedFileAbsent))
        expectRefused(.inputMissing)
        var request = VerifyArchive.Request(place: .path(copy.path))
        request.sample = .files(3)
        _ = try VerifyArchive(auditor.context()) { _, _ in nil }.run(request)
        expectRefused(.inputMissing)
    }

    // MARK: Samples

    private func sample(_ amount: FileSample.Amount, full: Bool = false) throws -> VerificationReport {
        var request = VerifyArchive.Request(place: .path(copy.path), full: full)
        request.sample = amount
        return try VerifyArchive(auditor.context()) { _, _ in nil }.run(request)
    }

    @Test func `a sample reads some files, and looks for all`() throws {
        let report = try sample(.files(5))
        #expect(report.exitStatus == 3 && report.checked.files == 5 && report.checked.entries == BaseArchive.size)
        #expect(report.sample?.total == 12 && report.sample?.drawn.count == 5)
        let said = try #require(report.unchecked.first { $0.code == .filesNotChecked }).explanation
        #expect(said.en.hasPrefix("Of 12 files 5 were drawn at random and read. Of the other 7 "))
        #expect(said.en.contains("1 altered file: 58.34 %, 10 altered files: 0 %. Run"))
        #expect(said.zh.contains("1 个文件被改：58.34%，10 个文件被改：0%。"))
        #expect(try Set((0..<20).map { _ in try sample(.files(5)).sample?.drawn }).count > 10)
        // What is gone or has another size is found whether it is drawn or not.
        try FileManager.default.removeItem(at: copy.file(copy.object(9)))
        try copy.overwrite(copy.object(15)) { $0.append(1) }
        for _ in 0..<5 { #expect(try Set(codes(sample(.files(1)))) == [.fileMissing, .fileSizeDiffers]) }
    }

    @Test func `an altered file is found when it is drawn, and not else`() throws {
        try copy.overwrite(copy.object(15)) { $0[0] ^= 1 }
        // Of three draws of four in 12, none has it in 8 of 27 cases; of 60, in one of 10¹⁰.
        let found = try (0..<60).map { _ in try sample(.files(4)) }
        let hit = try #require(found.first { !$0.isOK })
        #expect(found.contains { $0.isOK } && codes(hit) == [.fileAltered])
        let number = try #require(
            found.filter { !$0.isOK }.map { Set($0.sample?.drawn ?? []) }.reduce(nil as Set<UInt64>?) {
                $0?.intersection($1) ?? $1
            })
        #expect(!number.isEmpty && found.filter(\.isOK).allSatisfy { number.isDisjoint(with: $0.sample?.drawn ?? []) })
        #expect(try codes(sample(.share(100_000))) == [.fileAltered])
    }

    @Test func `a sample of all is a whole verification`() throws {
        let report = try sample(.files(500), full: true)
        #expect(report.checked.files == 12 && report.unchecked.map(\.code) == [.keyNotPinned])
        #expect(report.sample?.drawn == Array(1...12) && report.fileDigests == .sha256AndFSVerity)
        #expect(try verify(quick: true).exitStatus == 3)
    }
}
