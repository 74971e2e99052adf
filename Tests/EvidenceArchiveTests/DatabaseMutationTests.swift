import EvidenceRecord
import EvidenceTestSupport
import Foundation
import Testing

/// Bytes changed anywhere in an archive's files, however the format uses them: what the log says is as it was, or the
/// change is found; and nothing makes the verification trap.
struct DatabaseMutationTests {
    private func outcome(_ copy: ArchiveCopy) throws -> VerificationReport? {
        do {
            return try copy.verify()
        } catch let error as EvidenceError {
            #expect([.refused, .busy, .badInput, .inputOutput].contains(error.code), "\(error.message.en)")
            return nil
        }
    }

    private func expectFoundOrHarmless(_ name: String, seed: UInt64, count: Int, bytes: Int) throws {
        let copy = try ArchiveCopy()
        let original = try Data(contentsOf: copy.file(name))
        let log = try copy.log()
        let notes = try copy.checkpoints().map(\.note)
        var generator = SeededGenerator(seed: seed)
        var found = 0
        for _ in 0..<count {
            var changed = original
            let start = Int.random(in: 0..<changed.count, using: &generator)
            for place in start..<min(start + bytes, changed.count) {
                changed[place] = UInt8.random(in: 0...255, using: &generator)
            }
            try changed.write(to: copy.file(name))
            let report = try outcome(copy)
            guard let report, report.exitStatus == 0 else {
                found += 1
                continue
            }
            // Not found: a place that SQLite does not use. Then all that was recorded can still be read as it was.
            let now = try copy.log()
            #expect(now.map(\.bytes) == log.map(\.bytes), "byte \(start) of \(name)")
            #expect(now.map(\.body) == log.map(\.body), "byte \(start) of \(name)")
            #expect(try copy.checkpoints().map(\.note) == notes, "byte \(start) of \(name)")
        }
        #expect(found > 0)
        try original.write(to: copy.file(name))
        #expect(try copy.verify().exitStatus == 0)
    }

    @Test(arguments: [1, 40], TestTier.some([1, 2] as [UInt64], oneIn: 2))
    func `bytes changed anywhere in the log's database are found, or touch nothing`(bytes: Int, seed: UInt64) throws {
        try expectFoundOrHarmless("archive.sqlite", seed: seed, count: 30, bytes: bytes)
    }

    @Test(arguments: [1, 40])
    func `bytes changed anywhere in the index are found, or touch nothing`(bytes: Int) throws {
        try expectFoundOrHarmless("index.sqlite", seed: 3, count: 40, bytes: bytes)
    }

    @Test func `a bit changed in any byte of the checkpoint file is found`() throws {
        let copy = try ArchiveCopy()
        let original = try Data(contentsOf: copy.file("checkpoint"))
        for place in TestTier.some(Array(original.indices), oneIn: 7) {
            var changed = original
            changed[place] ^= 1
            try changed.write(to: copy.file("checkpoint"))
            #expect(try copy.verify().problems.map(\.code) == [.publishedCheckpointAltered], "byte \(place)")
        }
    }

    @Test func `a bit changed in any byte of a stored file is found`() throws {
        let copy = try ArchiveCopy()
        let object = try copy.object(15)
        let original = try Data(contentsOf: copy.file(object))
        for place in TestTier.some(Array(original.indices), oneIn: 5) {
            try copy.overwrite(object) {
                $0 = original
                $0[place] ^= 1
            }
            #expect(try copy.verify().problems.map(\.code) == [.fileAltered], "byte \(place)")
        }
    }

    @Test(arguments: [
        "DROP TABLE body; CREATE TABLE body (seq, bytes); INSERT INTO body VALUES ('x', 'y'), (NULL, NULL), (2.5, 1)",
        "DROP TABLE removal; CREATE TABLE removal (seq, withdrawal); INSERT INTO removal VALUES ('x', 'y'), (NULL, 1)",
        "DROP TABLE checkpoint; CREATE TABLE checkpoint (size, note); INSERT INTO checkpoint VALUES ('x', 'y')",
        "DROP TABLE checkpoint; CREATE TABLE checkpoint (size, note); INSERT INTO checkpoint VALUES (NULL, NULL)",
        "DROP TABLE entry; CREATE TABLE entry (seq, bytes); INSERT INTO entry VALUES ('x', 'y'), (3, NULL)",
        "DROP TABLE entry; CREATE TABLE entry (seq, bytes); INSERT INTO entry VALUES (NULL, 'y')",
        "DROP TABLE anchor",
    ])
    func `tables of another shape are reported, and stop no program`(statements: String) throws {
        let copy = try ArchiveCopy()
        try copy.plainSQL("PRAGMA foreign_keys = OFF; \(statements)")
        let report = try outcome(copy)
        #expect(report.map { $0.exitStatus == 1 && $0.problems.contains { $0.code == .schemaAltered } } != false)
    }
}
