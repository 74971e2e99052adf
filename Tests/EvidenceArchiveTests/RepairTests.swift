import EvidenceArchive
import EvidenceCrypto
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing
import TransparencyLog

/// What a mirror mends, what it does not, and what is recorded of it.
struct RepairTests {
    /// What a repaired archive gives, verified by its operator.
    private static let mended = Tampering.untouched.union([.keptAside])

    private func repair(_ copy: ArchiveCopy, from folder: URL? = nil, isPlan: Bool = false) throws -> RepairReport {
        try RepairArchive(copy.desk.context(as: "lisi"))
            .run(from: FilePath((folder ?? copy.mirrorFolder).path), isPlan: isPlan)
    }

    /// What the newest entry records.
    private func record(_ copy: ArchiveCopy) throws -> ArchiveRepaired {
        let archive = try Archive.open(copy.path)
        let record = try archive.record(archive.log.size() - 1)
        return try ArchiveRepaired(try #require(record.body))
    }

    @Test(arguments: TestTier.some(Tampering.some, oneIn: 6))
    func `after a repair the archive is whole, or nothing was changed`(tampering: Tampering) throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let good = try copy.evidence()
        _ = try tampering.attack(copy)
        let attacked = try copy.evidence()
        let plan = Result { try repair(copy, isPlan: true) }
        #expect(try copy.evidence() == attacked, "a plan changed something")
        let report: RepairReport
        switch Result(catching: { try repair(copy) }) {
        case .failure(let error):
            #expect(error is EvidenceError, "\(error)")
            #expect(try copy.evidence() == attacked, "\(error)")
            return
        case .success(let done): report = done
        }
        #expect(throws: Never.self) { try plan.get() }
        let after = try copy.verify(full: true)
        let codes = Set(after.problems.map(\.code))
        #expect(codes.isSubset(of: Set(report.left.map(\.code))), "\(after.problems.map(\.explanation.en))")
        // Nothing that the mirror has is other than it is there.
        let now = try copy.evidence()
        for (name, bytes) in good where name != "checkpoint" && report.left.isEmpty && now[name] != nil {
            #expect(now[name] == bytes, "\(name)")
        }
    }

    /// Nothing is added as long as it is there: an entry would vouch for it.
    @Test func `a line in a witness's name that it never signed is left out, and writing goes on`() throws {
        let copy = try ArchiveCopy()
        try copy.trust(.witness(TestKey.witness.verifier))
        _ = try copy.mirror()
        let checkpoints = try copy.checkpoints()
        let other = try copy.cosignature(.witness, at: "2026-03-12T12:00:00.000Z", size: checkpoints[3].size)
        try copy.keep(Anchor(.cosignature, size: checkpoints.last?.size ?? 0, token: other.token))
        #expect(throws: EvidenceError.self) { try copy.desk.add([copy.newFile()], as: "lisi") }
        #expect(try repair(copy).exitStatus == 0)
        try copy.desk.add([copy.newFile()], as: "lisi")
        #expect(try copy.verify(full: true).problems.isEmpty)
    }

    // MARK: Files

    @Test func `missing and altered files come from the mirror, and are recorded`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let (missing, altered) = (try copy.object(15), try copy.object(18))
        try FileManager.default.removeItem(at: copy.file(missing))
        try copy.overwrite(altered) { $0[0] ^= 1 }
        let bytes = try Data(contentsOf: copy.file(altered))
        let plan = try repair(copy, isPlan: true)
        #expect(plan.files.count == 2 && plan.recorded == nil && plan.exitStatus == 0)
        #expect(try copy.verify().exitStatus == 1)
        let report = try repair(copy)
        #expect(report.exitStatus == 0 && report.recorded?.size == 20)
        let record = try record(copy)
        #expect(record.size == 19 && record.rows.isEmpty && record.kept.isEmpty)
        #expect(
            Set(record.files.map { "\($0.sha256.hex) \($0.found.rawValue)" }) == [
                "\(copy.file(missing).lastPathComponent) missing", "\(copy.file(altered).lastPathComponent) altered",
            ])
        let kept = copy.file("aside/\(copy.file(altered).lastPathComponent).1")
        #expect(try Data(contentsOf: kept) == bytes)
        let after = try copy.verify(full: true)
        #expect(after.exitStatus == 0 && Set(after.warnings.map(\.code)) == RepairTests.mended)
        #expect(try repair(copy).recorded == nil)
        // The mirror follows.
        #expect(try copy.mirror().exitStatus == 0)
        #expect(try copy.verifyMirror(full: true) == [])
    }

    @Test func `a repair that died after its commit keeps what it put back`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let missing = copy.file(try copy.object(15))
        try FileManager.default.removeItem(at: missing)
        #expect(try repair(copy).recorded?.size == 20)
        let folder = copy.file("incoming/0011223344556677")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("19\n\(missing.lastPathComponent)".utf8).write(to: folder.appendingPathComponent("promoting"))
        try copy.desk.add([copy.newFile()], as: "lisi")
        #expect(FileManager.default.fileExists(atPath: missing.path))
        #expect(!FileManager.default.fileExists(atPath: folder.path))
        #expect(try copy.verify(full: true).exitStatus == 0)
    }

    @Test func `what a repair that died before its commit had put in place is put back anew, and recorded`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let missing = copy.file(try copy.object(15))
        let folder = copy.file("incoming/0011223344556677")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Of one it had not come to make the folder.
        let unplaced = String(repeating: "e5", count: 32)
        try Data("19\n\(missing.lastPathComponent)\n\(unplaced)".utf8).write(
            to: folder.appendingPathComponent("promoting"))
        try Data().write(to: folder.appendingPathComponent("ended"))
        #expect(try repair(copy).recorded?.size == 20)
        #expect(try record(copy).files.map(\.sha256.hex) == [missing.lastPathComponent])
        #expect(!FileManager.default.fileExists(atPath: folder.path))
        try copy.desk.add([copy.newFile()], as: "lisi")
        #expect(try copy.verify(full: true).exitStatus == 0)
    }

    @Test func `what it had replaced before it died stands there again, is replaced anew, and recorded`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let name = try copy.object(15)
        let (altered, kept) = (copy.file(name), copy.file("aside/\(copy.file(name).lastPathComponent).1"))
        try copy.overwrite(name) { $0[0] ^= 1 }
        let bytes = try Data(contentsOf: altered)
        try FileManager.default.createDirectory(
            at: kept.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.moveItem(at: altered, to: kept)
        try FileManager.default.copyItem(at: copy.mirrorFolder.appendingPathComponent(name), to: altered)
        let folder = copy.file("incoming/0011223344556677")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("19\n\(kept.lastPathComponent)".utf8).write(to: folder.appendingPathComponent("promoting"))
        try Data().write(to: folder.appendingPathComponent("ended"))
        #expect(try repair(copy).recorded?.size == 20)
        #expect(try record(copy).files.map(\.found) == [.altered])
        #expect(try Data(contentsOf: kept) == bytes)
        #expect(!FileManager.default.fileExists(atPath: folder.path))
        #expect(try copy.verify(full: true).exitStatus == 0)
    }

    @Test func `a file that the mirror has not either stays missing, and the rest is mended`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let (lost, missing) = (try copy.object(15), try copy.object(18))
        for object in [lost, missing] { try FileManager.default.removeItem(at: copy.file(object)) }
        try FileManager.default.removeItem(at: copy.mirrorFolder.appendingPathComponent(lost))
        let report = try repair(copy)
        #expect(report.exitStatus == 1 && report.left.map(\.code) == [.fileMissing] && report.files.count == 1)
        #expect(try copy.verify().problems.compactMap(\.path) == [lost])
    }

    // MARK: The log

    @Test(arguments: ["a body", "an entry", "a page", "no database", "noise", "a hot journal"])
    func `a damaged log is written anew, with what the archive has more`(kind: String) throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let isReadable = ["a body", "an entry"].contains(kind)
        if isReadable { try copy.desk.add([copy.newFile("更新的\n")], as: "lisi") }
        let good = try copy.evidence()
        switch kind {
        case "a body": try copy.replace("\"title\":\"e\"", "\"title\":\"x\"", in: "body", 15)
        case "an entry": try copy.sql("DELETE FROM entry WHERE seq = 12")
        case "a page": try copy.ruin(page: "entry", of: "archive.sqlite")
        case "no database": try FileManager.default.removeItem(at: copy.file("archive.sqlite"))
        case "a hot journal":
            try copy.interruptWrite()
            try Data(repeating: 7, count: 9_000).write(to: copy.file("archive.sqlite"))
        default: try Data(repeating: 7, count: 9_000).write(to: copy.file("archive.sqlite"))
        }
        let damaged = try? Data(contentsOf: copy.file("archive.sqlite"))
        #expect(try repair(copy, isPlan: true).mendsLog)
        #expect((try? Data(contentsOf: copy.file("archive.sqlite"))) == damaged)
        let report = try repair(copy)
        #expect(report.mendsLog && report.left.isEmpty && report.recorded != nil)
        let now = try copy.evidence()
        for (name, bytes) in good where name != "checkpoint" { #expect(now[name] == bytes, "\(name)") }
        let record = try record(copy)
        if kind == "a body" { #expect(record.rows == [ArchiveRepaired.Row(.body, 15)]) }
        if kind == "an entry" { #expect(record.rows.contains(ArchiveRepaired.Row(.entry, 12))) }
        #expect(record.kept.contains { $0.name == "archive.sqlite.1" } == (kind != "no database"))
        if isReadable { #expect(try Data(contentsOf: copy.file("aside/archive.sqlite.1")) == damaged) }
        #expect(!FileManager.default.fileExists(atPath: copy.file("archive.sqlite-journal").path))
        let after = try copy.verify(full: true)
        #expect(after.exitStatus == 0, "\(after.problems.map(\.explanation.en))")
        try copy.desk.add([copy.newFile("之后\n")], as: "lisi")
        #expect(try copy.verify(full: true).exitStatus == 0)
    }

    /// The version, the program's mark and the journal's kind in the header; the page of all checkpoints, and their rows, for the
    /// newest of which the file `checkpoint` stands in.
    @Test(arguments: ["61=2", "70=0", "18=2", "19=2", "page", "rows"])
    func `what a damaged log still has to give is taken from it`(damage: String) throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        try copy.desk.add([copy.newFile("更新的\n")], as: "lisi")
        let good = try copy.evidence()
        switch damage {
        case "page":
            let (size, root) = try copy.layout("archive.sqlite", "checkpoint")
            try copy.change { $0.resetBytes(in: (root - 1) * size..<root * size) }
        case "rows": try copy.sql("DELETE FROM checkpoint")
        default:
            let parts = damage.split(separator: "=").compactMap { Int($0) }
            try copy.change { $0[parts[0]] = UInt8(parts[1]) }
        }
        #expect(try repair(copy, isPlan: true).mendsLog)
        let report = try repair(copy)
        #expect(report.mendsLog && report.left.isEmpty && report.recorded?.size == 21)
        let now = try copy.evidence()
        for (name, bytes) in good where name != "checkpoint" { #expect(now[name] == bytes, "\(name)") }
        let after = try copy.verify(full: true)
        #expect(after.exitStatus == 0, "\(after.problems.map(\.explanation.en))")
    }

    @Test func `the memory's checkpoint stands in for one that is lost`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        try copy.desk.add([copy.newFile("更新的\n")], as: "lisi")
        try copy.sql("DELETE FROM checkpoint")
        try FileManager.default.removeItem(at: copy.file("checkpoint"))
        #expect(try repair(copy).recorded?.size == 21)
        #expect(try copy.verify(full: true).exitStatus == 0)
    }

    @Test(arguments: ["the archive with other tables", "archive and mirror"])
    func `another version of the format is not taken for damage`(where place: String) throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        try copy.plainSQL("PRAGMA user_version = 2")
        if place == "archive and mirror" {
            let mirror = copy.mirrorFolder.appendingPathComponent("archive.sqlite")
            try FileManager.default.removeItem(at: mirror)
            try FileManager.default.copyItem(at: copy.file("archive.sqlite"), to: mirror)
        } else {
            try copy.plainSQL("CREATE TABLE novelty (seq INTEGER PRIMARY KEY)")
        }
        let before = try copy.contents()
        for isPlan in [true, false] {
            let error = #expect(throws: EvidenceError.self) { try repair(copy, isPlan: isPlan) }
            #expect(error?.code == .refused && error?.message.en.contains("format version 2") == true)
            #expect(try copy.contents() == before)
        }
    }

    @Test func `what neither the mirror nor the archive has any more is named, and nothing is changed`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        try copy.desk.add([copy.newFile()], as: "lisi")
        try Data(repeating: 7, count: 9_000).write(to: copy.file("archive.sqlite"))
        let before = try copy.contents()
        let error = #expect(throws: EvidenceError.self) { try repair(copy) }
        #expect(error?.code == .refused && error?.message.en.contains("entries 19 to 19") == true)
        #expect(try copy.contents() == before)
    }

    @Test func `a repair that stopped after the log was replaced is recorded by the next`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        // As if it had been stopped there: the database is the mirror's, the damaged one lies aside.
        try FileManager.default.createDirectory(at: copy.file("aside"), withIntermediateDirectories: true)
        try Data("damaged".utf8).write(to: copy.file("aside/archive.sqlite.1"))
        #expect(try repair(copy).kept.map(\.name) == ["archive.sqlite.1"])
        // What is withdrawn later may still stand in it, which is said.
        _ = try CorrectRecords(copy.desk.context(as: "lisi")).withdraw(15, authority: "省安委办", reason: "涉密")
        #expect(copy.desk.warnings().contains { $0.en.contains("aside/archive.sqlite.1") })
        #expect(try repair(copy).recorded == nil)
    }

    // MARK: A mirror that has more

    /// Puts the archive back as it was before its newest entry, which the mirror has.
    private func behindItsMirror() throws -> ArchiveCopy {
        let copy = try ArchiveCopy()
        let old = copy.beside.appendingPathComponent("old")
        try ArchiveCopy.clone(copy.archive, to: old)
        try copy.desk.add([copy.newFile("更新的\n")], as: "lisi")
        _ = try copy.mirror()
        try FileManager.default.removeItem(at: copy.archive)
        try FileManager.default.moveItem(at: old, to: copy.archive)
        return copy
    }

    /// As when the memory was lost, when somebody wrote to the mirror itself, and when it knows what was here.
    @Test(arguments: ["no memory", "elsewhere", "here"], ["whole", "a file missing"])
    func `what only the mirror has is taken over, by the plan and by the repair`(memory: String, files: String) throws {
        let copy = try behindItsMirror()
        switch memory {
        case "no memory": try copy.forget()
        case "elsewhere": try copy.remember(at: copy.mirrorFolder)
        default: break
        }
        let missing = copy.file(try copy.object(15))
        if files != "whole" { try FileManager.default.removeItem(at: missing) }
        let before = try copy.contents()
        let plan = try repair(copy, isPlan: true)
        #expect(try copy.contents() == before)
        let report = try repair(copy)
        for report in [plan, report] {
            #expect(report.takenOver == 19..<20 && report.mendsLog && report.exitStatus == 0)
            // The new entry's, and the missing one.
            #expect(report.files.count == (files == "whole" ? 1 : 2))
        }
        let record = try record(copy)
        #expect(report.recorded?.size == 21 && record.size == 20)
        #expect(
            record.rows == [
                ArchiveRepaired.Row(.entry, 19), ArchiveRepaired.Row(.body, 19), ArchiveRepaired.Row(.checkpoint, 20),
            ])
        let after = try copy.verify(full: true)
        #expect(after.exitStatus == 0, "\(after.problems.map(\.explanation.en))")
        try copy.desk.add([copy.newFile("之后\n")], as: "lisi")
        #expect(try copy.mirror().exitStatus == 0)
    }

    @Test func `a plan finds the altered files of a log that is only to be mended`() throws {
        let copy = try behindItsMirror()
        try copy.overwrite(try copy.object(15)) { $0[0] ^= 1 }
        let plan = try repair(copy, isPlan: true)
        #expect(plan.files.map(\.found).sorted { $0.rawValue < $1.rawValue } == [.altered, .missing])
        #expect(try repair(copy).files.map(\.found) == plan.files.map(\.found))
    }

    @Test func `where the memory knows more than both, plan and repair refuse alike`() throws {
        let copy = try behindItsMirror()
        try FileManager.default.removeItem(at: copy.mirrorFolder)
        try copy.remember(at: copy.beside.appendingPathComponent("gone"))
        try ArchiveCopy.clone(copy.archive, to: copy.mirrorFolder)
        try FileManager.default.removeItem(at: copy.file(try copy.object(15)))
        let before = try copy.contents()
        for isPlan in [true, false] {
            let error = #expect(throws: EvidenceError.self) { try repair(copy, isPlan: isPlan) }
            #expect(error?.code == .refused && error?.message.en.contains("entries 19 to 19") == true)
            #expect(try copy.contents() == before)
        }
    }

    @Test func `two histories that part behind the last common checkpoint are found`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let forked = try copy.mirrorCopy()
        try forked.forget()
        try forked.desk.add([forked.newFile("二\n")], as: "lisi")
        // One commit more here, so that there is no checkpoint of one size in both.
        try copy.append(by: "lisi") { _ in [.revoked("zhang"), .revoked("wang")] }
        try copy.forget()
        let before = try copy.contents()
        for isPlan in [true, false] {
            let error = #expect(throws: EvidenceError.self) { try repair(copy, from: forked.archive, isPlan: isPlan) }
            #expect(error?.code == .damaged, "\(error?.message.en ?? "")")
            #expect(try copy.contents() == before)
        }
    }

    @Test func `in a place that is remembered as another archive's, plan and repair refuse alike`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        try FileManager.default.removeItem(at: copy.file(try copy.object(15)))
        let other = TestDesk(home: copy.desk.home, archive: copy.beside.appendingPathComponent("other"))
        _ = try CreateArchive(other.context(as: "lisi")).run(
            CreateArchive.Request(
                folder: FilePath(other.archive.path), origin: "evidence.example/other", title: nil, person: "李四",
                unit: nil, role: nil, continuing: nil))
        try copy.remember(at: copy.archive)
        for isPlan in [true, false] {
            let error = #expect(throws: EvidenceError.self) { try repair(copy, isPlan: isPlan) }
            #expect(error?.code == .refused && error?.message.en.contains("Another archive") == true)
        }
    }

    // MARK: Whose mirror

    @Test func `another archive, another history, and a damaged mirror mend nothing`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        try FileManager.default.removeItem(at: copy.file(try copy.object(15)))
        let other = TestDesk(
            home: copy.desk.home, archive: copy.beside.appendingPathComponent("other"))
        _ = try CreateArchive(other.context(as: "lisi")).run(
            CreateArchive.Request(
                folder: FilePath(other.archive.path), origin: "evidence.example/other", title: nil, person: "李四",
                unit: nil, role: nil, continuing: nil))
        let forked = try copy.mirrorCopy()
        try FileManager.default.removeItem(at: forked.state)
        try forked.desk.add([forked.newFile("二\n")], as: "lisi")
        let damaged = try copy.mirrorCopy()
        try damaged.replace("\"title\":\"e\"", "\"title\":\"x\"", in: "body", 15)
        try copy.desk.add([copy.newFile("一\n")], as: "lisi")
        let before = try copy.contents()
        for (folder, code) in [
            (other.archive, EvidenceError.Code.badInput), (forked.archive, .damaged), (damaged.archive, .damaged),
            (copy.archive, .usage),
        ] {
            let error = #expect(throws: EvidenceError.self) { try repair(copy, from: folder) }
            #expect(error?.code == code, "\(error?.message.en ?? "")")
            #expect(try copy.contents() == before)
        }
    }

    /// Noise, what is too long to be read, and a folder in the place of the file `checkpoint`.
    @Test(arguments: [Data("noise".utf8), Data(count: 70_000), nil])
    func `a checkpoint that is none is kept aside, whether it can be read or not`(content: Data?) throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let (file, kept) = (copy.file("checkpoint"), copy.file("aside/checkpoint.1"))
        try FileManager.default.removeItem(at: file)
        if let content {
            try content.write(to: file)
        } else {
            try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
        }
        #expect(try repair(copy).left.isEmpty)
        #expect(try [UInt8](Data(contentsOf: file)) == copy.checkpoints().last?.note)
        #expect(FileManager.default.fileExists(atPath: kept.path))
        if let content { #expect(try Data(contentsOf: kept) == content) }
        #expect(try Set(copy.verify(full: true).problems.map(\.code)).isSubset(of: RepairTests.mended))
    }

    @Test func `nothing that was withdrawn comes back`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let object = try copy.object(15)
        _ = try CorrectRecords(copy.desk.context(as: "lisi")).withdraw(15, authority: "省安委办", reason: "涉密")
        try copy.replace("\"title\":\"a.txt\"", "\"title\":\"x.txt\"", in: "body", 9)
        try copy.sql("DELETE FROM checkpoint WHERE size = 15")
        #expect(try repair(copy).left.isEmpty)
        #expect(try copy.log()[15].body == nil)
        #expect(!FileManager.default.fileExists(atPath: copy.file(object).path))
        #expect(try copy.verify(full: true).exitStatus == 0)
    }
}

extension ArchiveCopy {
    /// Changes the bytes of the log's database.
    fileprivate func change(_ body: (inout Data) -> Void) throws {
        var bytes = try Data(contentsOf: file("archive.sqlite"))
        body(&bytes)
        try bytes.write(to: file("archive.sqlite"))
    }
}
