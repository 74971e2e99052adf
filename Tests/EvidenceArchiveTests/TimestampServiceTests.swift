import EvidenceArchive
import EvidenceCrypto
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing

/// Taking timestamps, and what a chain of them amounts to.
struct TimestampServiceTests {
    private let copy: ArchiveCopy

    init() throws { copy = try ArchiveCopy() }

    private func desk(at time: Timestamp) -> TestDesk {
        TestDesk(home: copy.desk.home, archive: copy.archive, from: time)
    }

    private func trusted(_ authority: TimestampAuthority) throws -> TimestampAuthority {
        try copy.trust(.authority(authority.certificate("root")))
        return authority
    }

    /// Takes a token over the newest checkpoint, given at a time.
    private func take(_ authority: TimestampAuthority, at time: String) throws {
        let note = try copy.checkpoints().last?.note ?? []
        let file = copy.beside.appendingPathComponent("token \(UUID().uuidString)")
        try Data(authority.token(over: SHA256Hasher.hash(note), at: time)).write(to: file)
        let later = desk(at: .test("2026-03-16T00:00:00.000Z"))
        let result = try TakeTimestamp(later.context()).take(from: FilePath(file.path))
        #expect(result.isNew)
    }

    private func commit() throws { try copy.desk.openCase("\(UUID())", as: "lisi") }

    private static func now(plus minutes: Int64) throws -> Timestamp {
        try #require(Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000) + minutes * 60_000))
    }

    @Test(arguments: [(-30, "min behind that of"), (500_000, "min ahead of that of")] as [(Int64, String)])
    func `a clock that is off is noticed when an authority is asked`(minutes: Int64, words: String) throws {
        let authority = try trusted(TimestampAuthority())
        let desk = desk(at: try TimestampServiceTests.now(plus: minutes))
        let result = try TakeTimestamp(desk.context()).ask("http://tsa.example") {
            TakeTimestamp.Answer(status: 200, contentType: nil, body: try authority.response(to: $0))
        }
        #expect(result.isTrusted)
        #expect(desk.warnings().map(\.en).filter { $0.contains(words) }.count == 1)
    }

    /// What is kept is recorded for good, and would contradict every honest time.
    @Test func `a time that has not come is not kept`() throws {
        let authority = try trusted(TimestampAuthority())
        let (copy, desk) = (copy, desk(at: .test("2026-03-16T00:00:00.000Z")))
        func keep(_ time: String) throws -> EvidenceError.Code? {
            let note = try copy.checkpoints().last?.note ?? []
            let file = copy.beside.appendingPathComponent("token \(time)")
            try Data(authority.token(over: SHA256Hasher.hash(note), at: time)).write(to: file)
            do { _ = try TakeTimestamp(desk.context()).take(from: FilePath(file.path)) } catch let error
                as EvidenceError
            {
                return error.code
            }
            return nil
        }
        #expect(try keep("20360101000000Z") == .refused && keep("20260317000100Z") == .refused)
        #expect(try KeptTimestamps(desk.context()).all().isEmpty)
        #expect(try keep("20260316100000Z") == nil)
        #expect(desk.warnings().map(\.en).count { $0.contains("min behind that of") } == 1)
        // Of what was carried here, the newest entry tells whether the clock ran ahead when it was written.
        #expect(try keep("20200101000000Z") == nil)
        #expect(desk.warnings().map(\.en).count { $0.contains("min ahead of that of") } == 1)
    }

    @Test func `a clock that is right is not spoken of`() throws {
        let authority = try trusted(TimestampAuthority())
        let desk = desk(at: try TimestampServiceTests.now(plus: 0))
        _ = try TakeTimestamp(desk.context()).ask("http://tsa.example") {
            TakeTimestamp.Answer(status: 200, contentType: nil, body: try authority.response(to: $0))
        }
        #expect(desk.warnings().isEmpty)
    }

    @Test func `the nonce is another one each time, and no network is asked for an archive that was rolled back`()
        throws
    {
        let authority = try trusted(TimestampAuthority())
        var requests: [[UInt8]] = []
        let before = try copy.copied()
        let now = desk(at: try TimestampServiceTests.now(plus: 0))
        for _ in 0..<2 {
            _ = try TakeTimestamp(now.context()).ask("http://tsa.example") {
                requests.append($0)
                return TakeTimestamp.Answer(status: 200, contentType: nil, body: try authority.response(to: $0))
            }
        }
        #expect(requests[0] != requests[1])
        try commit()
        try FileManager.default.removeItem(at: copy.archive)
        try ArchiveCopy.clone(before.archive, to: copy.archive)
        #expect {
            try TakeTimestamp(copy.desk.context()).ask("http://tsa.example") { _ in
                Issue.record("asked")
                throw TestFailure("asked")
            }
        } throws: {
            ($0 as? EvidenceError)?.code == .refused
        }
    }

    @Test func `whatever covers the entry that records a timestamp renews it`() throws {
        let (first, second) = try (
            trusted(TimestampAuthority(validity: .init("20200101000000Z", "20260601000000Z"))),
            trusted(TimestampAuthority())
        )
        try take(first, at: "20260312120000Z")  // 1, over 19
        try take(second, at: "20260312130000Z")  // 2, over 19 too: what records 1 comes later
        try commit()  // 19, 20 record them
        try take(first, at: "20260314120000Z")  // 3, over 22: covers both
        try commit()  // 22
        try take(second, at: "20260315120000Z")  // 4, over 24: covers 1 to 3
        let all = try KeptTimestamps(copy.desk.context()).all()
        #expect(all.map(\.size) == [19, 19, 22, 24])
        #expect(all.map(\.recordedBy) == [19, 20, 22, nil])
        #expect(all.map(\.renewedBy?.number) == [3, 3, 4, nil])
        #expect(all.allSatisfy { $0.holds })
        let late = Timestamp.test("2026-06-02T00:00:00.000Z")
        #expect(all.map { $0.standing(at: late) } == [.renewed, .renewed, .renewed, .current])
        let outlook = try KeptTimestamps(copy.desk.context()).outlook()
        #expect(outlook.newest?.number == 4)
        #expect(outlook.uncovered.map(\.number) == [4])
    }

    @Test func `a timestamp that is not trusted renews nothing`() throws {
        let (known, stranger) = try (TimestampAuthority(), TimestampAuthority())
        try take(known, at: "20260312120000Z")
        try commit()
        try take(stranger, at: "20260314120000Z")
        _ = try trusted(known)
        let all = try KeptTimestamps(copy.desk.context()).all()
        #expect(all.map(\.holds) == [true, false])
        #expect(all.map(\.renewedBy?.number) == [nil, nil])
        let outlook = try KeptTimestamps(copy.desk.context()).outlook()
        #expect(outlook.newest?.number == 1)
        #expect(outlook.uncovered.map(\.number) == [1])
    }

    @Test func `a timestamp stands by the days that its certificate has left`() throws {
        let authority = try trusted(TimestampAuthority(validity: .init("20200101000000Z", "20260601000000Z")))
        try take(authority, at: "20260312120000Z")
        let timestamp = try #require(try KeptTimestamps(copy.desk.context()).all().first)
        for (time, standing) in [
            ("2026-03-02T23:59:59.999Z", KeptTimestamp.Standing.current), ("2026-03-03T00:00:00.000Z", .ending),
            ("2026-06-01T00:00:00.000Z", .ending), ("2026-06-01T00:00:00.001Z", .lapsed),
        ] {
            #expect(timestamp.standing(at: .test(time)) == standing, "\(time)")
        }
    }

    @Test func `a timestamp that was exchanged in the table is recorded by nothing`() throws {
        let authority = try trusted(TimestampAuthority())
        try take(authority, at: "20260312120000Z")
        try commit()
        let note = try #require(try copy.checkpoints().first { $0.size == 19 }).note
        let other = try authority.token(over: SHA256Hasher.hash(note), at: "20260312140000Z")
        try copy.sql("UPDATE anchor SET token = :token", ["token": Data(other)])
        let timestamp = try #require(try KeptTimestamps(copy.desk.context()).all().first)
        #expect(timestamp.holds)
        #expect(timestamp.recordedBy == nil)
        #expect(try copy.verify().problems.contains { $0.code == .anchorMissing })
    }

    /// All that verify finds, of whatever weight.
    private func codes(_ copy: ArchiveCopy) throws -> Set<Problem.Code> {
        let report = try copy.verify()
        return Set((report.problems + report.unchecked + report.warnings).map(\.code))
    }

    @Test func `verify holds a timestamp against its checkpoint, its authority and what an entry says of it`() throws {
        let authority = try TimestampAuthority()
        let checkpoints = try copy.checkpoints()
        let newest = try #require(checkpoints.last)
        let older = try #require(checkpoints.dropLast().last)
        let good = try authority.token(over: SHA256Hasher.hash(newest.note), at: "20260312120000Z")
        let elsewhere = try authority.token(over: SHA256Hasher.hash(older.note), at: "20260312120000Z")
        #expect(try codes(copy) == [.noOutsideAnchor])
        for (token, untrusted, trusted) in [
            (good, Set([Problem.Code.noOutsideAnchor, .anchorNotTrusted]), Set<Problem.Code>()),
            (elsewhere, [.noOutsideAnchor, .anchorInvalid], [.noOutsideAnchor, .anchorInvalid]),
            (
                good.dropLast() + [good[good.count - 1] ^ 1], [.noOutsideAnchor, .anchorInvalid],
                [.noOutsideAnchor, .anchorInvalid]
            ),
        ] {
            let (before, after) = (try copy.copied(), try copy.copied())
            for copy in [before, after] { try copy.keep(Anchor(.timestamp, size: newest.size, token: token)) }
            try after.trust(.authority(authority.certificate("root")))
            #expect(try codes(before) == untrusted)
            #expect(try codes(after) == trusted)
        }
        _ = try trusted(authority)
        let anchor = Anchor(.timestamp, size: newest.size, token: good)
        try copy.keep(anchor)
        var body = try CheckpointAnchored(anchor).json
        body["by"] = .string("CN=Root,O=Test")
        var item = LogForge.Item(.checkpointAnchored, [], body)
        item.time = "2026-03-13T01:30:00.000Z"
        try copy.append(by: "lisi") { _ in [item] }
        #expect(try codes(copy) == [.anchorInvalid])
    }

    @Test func `a damaged token is listed as what it is, and stops nothing`() throws {
        let authority = try trusted(TimestampAuthority())
        try take(authority, at: "20260312120000Z")
        try copy.sql("UPDATE anchor SET token = CAST('noise' AS BLOB)")
        let timestamp = try #require(try KeptTimestamps(copy.desk.context()).all().first)
        #expect(timestamp.stamp == nil)
        #expect(!timestamp.holds)
        #expect(timestamp.standing(at: .test("2026-03-12T12:00:00.000Z")) == nil)
        #expect(try KeptTimestamps(copy.desk.context()).outlook().newest == nil)
    }
}
