import EvidenceArchive
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import GRDB
import SystemPackage
import Testing

/// The full text in the index: what it may not keep, and what it may not bring about.
struct SearchIndexTests {
    private func found(_ text: String, in copy: ArchiveCopy) throws -> [UInt64] {
        var found: [UInt64] = []
        try SearchRecords(copy.desk.context(as: "lisi")).run(text, ReadRecords.Filter()) {
            found.append($0.summary.record.entry.seq)
        }
        return found
    }

    private func add(_ copy: ArchiveCopy, title: String) throws -> UInt64 {
        var request = AddEvidence.Request(paths: [FilePath(try copy.newFile("\(title)\n").path)])
        request.description.title = title
        return try AddEvidence(copy.desk.context(as: "lisi")).run(request).records.lowerBound
    }

    @Test func `nothing of a withdrawn record is found, nor left in the index`() throws {
        let copy = try ArchiveCopy()
        let seq = try add(copy, title: "龘靐齉 vertraulich")
        let other = try add(copy, title: "齉")
        #expect(try found("龘", in: copy) == [seq] && found("龘靐齉", in: copy) == [seq])
        #expect(try tokens(copy.file("index.sqlite")).isSuperset(of: ["龘", "靐", "齉", "v"]))
        // As a withdrawal leaves it; the reader's own copy of the index is in the same case as the archive's.
        try copy.sql("INSERT INTO removal VALUES (\(seq), \(other)); DELETE FROM body WHERE seq = \(seq)")
        #expect(try copy.verify().warnings.contains { $0.code == .indexBehind })
        #expect(try found("龘", in: copy).isEmpty)
        #expect(try found("齉", in: copy) == [other])
        let left = try tokens(copy.file("index.sqlite"))
        #expect(left.contains("齉") && left.isDisjoint(with: ["龘", "靐"]))
        let bytes = try Data(contentsOf: copy.file("index.sqlite"))
        for rest in ["龘", "靐", "vertraulich"] { #expect(bytes.range(of: Data(rest.utf8)) == nil) }
    }

    /// All tokens in an index, however they are written there.
    private func tokens(_ index: URL) throws -> Set<String> {
        let queue = try DatabaseQueue(path: index.path)
        defer { try? queue.close() }
        return try queue.writeWithoutTransaction { db in
            try db.execute(sql: "CREATE VIRTUAL TABLE temp.token USING fts5vocab ('main', 'text', 'row')")
            return try String.fetchSet(db, sql: "SELECT term FROM temp.token")
        }
    }

    @Test func `what the index alone says is not found`() throws {
        let copy = try ArchiveCopy()
        #expect(try found("隐患", in: copy).isEmpty)
        try copy.plainSQL(
            """
            INSERT INTO text (rowid, title) VALUES (15, '隐 患 '), (700, '隐 患 '), (-5, '隐 患 '), (0, '隐 患 '), (1, '隐 患 ');
            INSERT INTO term VALUES (700, 'type:case.opened'), (700, 'type:entry.amended'), (700, 'target:9999999'),
                (15, 'type:entry.amended'), (15, 'target:x')
            """, on: "index.sqlite")
        #expect(try found("隐患", in: copy).isEmpty)
        #expect(try found("e.txt", in: copy) == [15])
    }

    @Test(arguments: [
        "UPDATE text_data SET block = randomblob(length(block)) WHERE id > 10", "DELETE FROM text_data",
        "DELETE FROM text_docsize",
        "DROP TABLE text_idx", "DROP TABLE text", "DELETE FROM text_config", "UPDATE text_config SET v = 99",
    ])
    func `a full text that can't be read is made anew by whoever searches`(damage: String) throws {
        let copy = try ArchiveCopy()
        try copy.plainSQL(damage, on: "index.sqlite")
        #expect(try found("e.txt", in: copy) == [15])
        #expect(try copy.verify(full: true).problems.isEmpty)
    }

    @Test func `bytes changed anywhere in the full text stop nothing, and show nothing that is not there`() throws {
        let copy = try ArchiveCopy()
        let index = try Data(contentsOf: copy.file("index.sqlite"))
        let layout = try copy.layout("index.sqlite", "text_data")
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<(TestTier.isFull ? 60 : 25) {
            var changed = index
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                // The table's own page, and those of the tables that FTS5 made after it.
                let place =
                    (layout.root - 1) * layout.pageSize + Int.random(in: 0..<4 * layout.pageSize, using: &generator)
                if place < changed.count { changed[place] = UInt8.random(in: 0...255, using: &generator) }
            }
            try changed.write(to: copy.file("index.sqlite"))
            #expect(try found("txt", in: copy).allSatisfy { [5, 6, 7, 8, 9, 13, 14, 15, 18].contains($0) })
            _ = try copy.verify(full: true)
            try changed.write(to: copy.file("index.sqlite"))
            _ = try copy.verify(full: true)
        }
    }

    @Test func `an index of another version is made anew without alarm`() throws {
        let copy = try ArchiveCopy()
        try copy.plainSQL("DROP TABLE text; PRAGMA user_version = 1", on: "index.sqlite")
        let report = try copy.verify()
        #expect(report.exitStatus == 0 && Set(report.warnings.map(\.code)) == [.noOutsideAnchor, .indexBehind])
        #expect(try found("e.txt", in: copy) == [15])
        #expect(try copy.verify(full: true).warnings.map(\.code) == [.noOutsideAnchor])
    }

    @Test func `what fits better comes first, and of equals the newest`() throws {
        let copy = try ArchiveCopy()
        let long = try add(copy, title: "冷库里里外外的检查情况以及其他各种各样需要说明的事项")
        let older = try add(copy, title: "冷库")
        let newer = try add(copy, title: "冷库")
        #expect(try found("冷库", in: copy) == [newer, older, long])
    }
}
