import EvidenceArchive
import SystemPackage
import Testing

struct LogSliceTests {
    /// The base archive's log and rows that are none of an archive's behind it, more than several slices take.
    private func longLog(_ changes: String) throws -> ArchiveCopy {
        let copy = try ArchiveCopy()
        try copy.sql(
            """
            WITH RECURSIVE number (n) AS (VALUES (19) UNION ALL SELECT n + 1 FROM number WHERE n < 2999)
            INSERT INTO entry SELECT n, CAST('entry ' || n AS BLOB) FROM number;
            INSERT INTO body SELECT seq, CAST('body ' || seq AS BLOB) FROM entry WHERE seq >= 19;
            """ + changes)
        return copy
    }

    private func read(
        _ copy: ArchiveCopy, from seq: UInt64 = 0, below size: UInt64 = 3_000
    ) throws -> (entries: [StoredEntry], strays: [Int64], slices: Int) {
        let log = try LogDatabase.openToRead(copy.path.appending(LogDatabase.fileName))
        var (entries, strays, slices, next) = ([StoredEntry](), [Int64](), 0, seq)
        while true {
            let slice = try log.slice(from: next, below: size) { strays.append($0) }
            guard let last = slice.last else { return (entries, strays, slices) }
            entries += slice
            slices += 1
            next = last.seq + 1
        }
    }

    @Test func `each entry comes once, with its body where it has one`() throws {
        let copy = try longLog("DELETE FROM body WHERE seq IN (0, 511, 512, 1000, 2999) OR seq BETWEEN 1500 AND 2200")
        let (entries, strays, slices) = try read(copy)
        let log = try copy.log()
        #expect(slices > 3)
        #expect(entries.map(\.seq) == Array(0..<3_000))
        #expect(entries.map(\.bytes) == log.map(\.bytes))
        #expect(entries.map(\.body) == log.map(\.body))
        #expect(entries.filter { $0.body == nil }.count == 706)
        #expect(strays.isEmpty)
    }

    @Test func `a body without its entry is met wherever it lies below the size, once`() throws {
        let copy = try longLog("DELETE FROM entry WHERE seq IN (0, 511, 512, 2998, 2999) OR seq BETWEEN 1000 AND 1600")
        let gone = [0, 511, 512] + Array(1_000...1_600) + [2_998, 2_999]
        let (entries, strays, _) = try read(copy)
        #expect(strays == gone.map { Int64($0) })
        #expect(entries.map(\.seq) == (0..<3_000).filter { !gone.contains(Int($0)) })
        #expect(entries.allSatisfy { $0.seq < 19 || $0.body == Array("body \($0.seq)".utf8) })
        // From the middle, and not to the end: what lies outside is left to others.
        #expect(try read(copy, from: 512, below: 1_002).strays == [512, 1_000, 1_001])
        // What no slice passes.
        let log = try LogDatabase.openToRead(copy.path.appending(LogDatabase.fileName))
        #expect(try log.strayRows(outside: 1_002).map(\.seq) == (1_002...1_600).prefix(100).map { Int64($0) })
        #expect(try log.strayRows(outside: 2_998).map(\.seq) == [2_998, 2_999])
        #expect(try log.strayRows(outside: 3_000).isEmpty)
    }

    @Test func `a log has large pages`() throws {
        #expect(try ArchiveCopy().layout(LogDatabase.fileName, "entry").pageSize == 16_384)
    }
}
