import EvidenceArchive
import EvidenceFiles
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import GRDB
import Synchronization
import SystemPackage
import Testing

/// What others do to an archive while it is verified or read, and what a process that died has left, is no alarm.
struct MeanwhileTests {
    /// Verifies an archive, and does something once entries are read and files are not yet.
    private func verify(_ copy: ArchiveCopy, meanwhile: @escaping @Sendable () throws -> Void) throws
        -> VerificationReport
    {
        let isDone = Mutex(false)
        return try ArchiveVerifier(
            folders: try copy.desk.folders(), full: true,
            referenced: try ReferencedFiles(below: nil, orAtLocation: true),
            progress: { _ in
                let isFirst = isDone.withLock { done in
                    defer { done = true }
                    return !done
                }
                if isFirst { try meanwhile() }
            }
        ).verify(copy.path)
    }

    @Test func `an entry added while an archive is verified`() throws {
        let copy = try ArchiveCopy()
        let (desk, file) = (copy.desk, try copy.newFile())
        let report = try verify(copy) { try desk.add([file], as: "wang") }
        #expect(report.exitStatus == 0, "\(report.problems.map(\.explanation.en))")
        #expect(report.size == BaseArchive.size)
        // Its file is not called one that no entry names.
        #expect(Set(report.warnings.map(\.code)).isSubset(of: Tampering.untouched.union([.indexBehind])))
        // It was held to the memory as it was before, and is now held to what came since.
        #expect(try copy.verify().size == BaseArchive.size + 1)
    }

    @Test func `a log cut off while it is verified is no addition`() throws {
        let copy = try ArchiveCopy()
        let older = try copy.copied()
        try copy.desk.add([copy.newFile()], as: "wang")
        for name in ["archive.sqlite", "checkpoint", "index.sqlite"] {
            try Data(contentsOf: older.file(name)).write(to: copy.file(name))
        }
        #expect(try verify(copy) {}.problems.map(\.code) == [.rolledBack])
    }

    @Test func `a record withdrawn while an archive is verified`() throws {
        let copy = try ArchiveCopy()
        let desk = copy.desk
        let report = try verify(copy) {
            _ = try CorrectRecords(desk.context(as: "lisi")).withdraw(15, authority: "省安委办", reason: "涉密")
        }
        #expect(report.exitStatus == 0, "\(report.problems.map(\.explanation.en))")
        #expect(try copy.verify(full: true).exitStatus == 0)
    }

    @Test func `a file that goes without an order is missed, whatever is withdrawn meanwhile`() throws {
        let copy = try ArchiveCopy()
        let (desk, other) = (copy.desk, copy.file(try copy.object(18)))
        let report = try verify(copy) {
            _ = try CorrectRecords(desk.context(as: "lisi")).withdraw(15, authority: "省安委办", reason: "涉密")
            try FileManager.default.removeItem(at: other)
        }
        #expect(report.problems.map(\.code) == [.fileMissing])
        #expect(report.problems.first?.seq == 18)
    }

    @Test func `a file that another record names has to be there`() throws {
        let copy = try ArchiveCopy()
        let object = copy.file(try copy.object(15))
        let again = copy.beside.appendingPathComponent("again.txt")
        try Data(contentsOf: object).write(to: again)
        try copy.desk.add([again], as: "wang")
        let desk = copy.desk
        let report = try verify(copy) {
            _ = try CorrectRecords(desk.context(as: "lisi")).withdraw(15, authority: "省安委办", reason: "涉密")
            try FileManager.default.removeItem(at: object)
        }
        #expect(report.problems.map(\.code) == [.fileMissing])
    }

    @Test func `a row that orders a removal without an entry is found, whatever is withdrawn meanwhile`() throws {
        let copy = try ArchiveCopy()
        let desk = copy.desk
        try copy.plainSQL("INSERT INTO removal VALUES (15, 18)")
        // The writer refuses to go on, since no entry orders it.
        let report = try verify(copy) {
            _ = try? CorrectRecords(desk.context(as: "lisi")).withdraw(9, authority: "省安委办", reason: "涉密")
        }
        #expect(report.problems.map(\.code) == [.bodyUnexpected])
    }

    @Test func `what a writer that died in the index has left is rolled back by whoever verifies`() throws {
        let copy = try ArchiveCopy()
        let index = copy.file("index.sqlite")
        let journal = copy.file("index.sqlite-journal")
        var left: [URL: Data] = [:]
        // Half of a transaction, as it lies on the disk.
        let queue = try DatabaseQueue(path: index.path)
        try queue.inTransaction { db in
            try db.execute(sql: "PRAGMA cache_size = 1")
            for round in 0..<50 {
                try db.execute(sql: "INSERT INTO tile VALUES (9, ?, zeroblob(8000))", arguments: [round])
            }
            for url in [index, journal] { left[url] = try Data(contentsOf: url) }
            return .rollback
        }
        try queue.close()
        for (url, bytes) in left { try bytes.write(to: url) }
        let before = try #require(left[index])
        let report = try copy.verify(full: true)
        #expect(report.exitStatus == 0, "\(report.problems.map(\.explanation.en))")
        #expect(!FileManager.default.fileExists(atPath: journal.path))
        #expect(try Data(contentsOf: index) != before)
    }

    @Test func `an index is made anew in its place, so that nobody who has it open loses it`() throws {
        let copy = try ArchiveCopy()
        func inode() throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: copy.file("index.sqlite").path)[.systemFileNumber] as? Int
        }
        let before = try inode()
        let held = try Archive.open(copy.path).index(copy.desk.folders())
        #expect(try held.entries(with: "type:evidence.added").contains(15))
        _ = try CorrectRecords(copy.desk.context(as: "lisi")).withdraw(15, authority: "省安委办", reason: "涉密")
        #expect(try inode() == before)
        #expect(try held.entries(with: "type:entry.withdrawn") == [19])
        _ = try Archive.open(copy.path).rebuiltIndex(copy.desk.folders()) { _ in }
        #expect(try inode() == before)
        #expect(try copy.verify(full: true).exitStatus == 0)
    }

    @Test func `the next writer removes what one left that died while it replaced the file checkpoint`() throws {
        let copy = try ArchiveCopy()
        let left = copy.file(".checkpoint.4711.tmp")
        try Data("half a note".utf8).write(to: left)
        let other = copy.file(".checkpoint")
        try Data().write(to: other)
        try copy.desk.add([copy.newFile()], as: "wang")
        #expect(!FileManager.default.fileExists(atPath: left.path))
        #expect(FileManager.default.fileExists(atPath: other.path))
    }
}
