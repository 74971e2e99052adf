import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import Testing

/// What a withdrawal removes, what it leaves, and what a crash on the way amounts to.
struct RemovalTests {
    private func withdraw(_ seq: UInt64, in copy: ArchiveCopy, as name: String = "lisi") throws {
        _ = try CorrectRecords(copy.desk.context(as: name)).withdraw(seq, authority: "省安委办", reason: "涉密")
    }

    private func objects(_ copy: ArchiveCopy) throws -> Set<String> {
        Set(try copy.contents().keys.filter { $0.hasPrefix("objects/") })
    }

    private func expectGone(_ text: String, from copy: ArchiveCopy) throws {
        for (name, bytes) in try copy.contents() {
            #expect(bytes.range(of: Data(text.utf8)) == nil, "“\(text)” is still in \(name)")
        }
    }

    @Test func `body, amendments and files of a withdrawn record are gone from every file of the archive`() throws {
        let copy = try ArchiveCopy()
        let object = try copy.object(15)
        let content = try #require(String(data: Data(contentsOf: copy.file(object)), encoding: .utf8))
        let said = RecordDescription.titled("绝不可留下的标题")
        _ = try AmendRecord(copy.desk.context(as: "wang")).run(
            15, AmendRecord.Change(reason: "绝不可留下的理由", said: said, unit: nil, unset: []))
        try withdraw(15, in: copy)
        #expect(try !objects(copy).contains(object))
        for text in ["绝不可留下的标题", "绝不可留下的理由", content] { try expectGone(text, from: copy) }
        let report = try copy.verify(full: true)
        #expect(report.exitStatus == 0 && Set(report.warnings.map(\.code)) == Tampering.untouched)
    }

    @Test func `a file that another record names stays`() throws {
        let copy = try ArchiveCopy()
        let object = try copy.object(15)
        let again = copy.beside.appendingPathComponent("again.txt")
        try Data(contentsOf: copy.file(object)).write(to: again)
        try copy.desk.add([again], as: "wang")
        try withdraw(15, in: copy)
        #expect(try objects(copy).contains(object))
        #expect(try copy.verify(full: true).exitStatus == 0)
        try withdraw(19, in: copy)
        #expect(try !objects(copy).contains(object))
        #expect(try copy.verify(full: true).exitStatus == 0)
    }

    @Test(arguments: ["nothing removed yet", "files removed, bodies not", "bodies removed, the index not"])
    func `a crash in the middle of a removal is no alarm, and the next writer finishes it`(point: String) throws {
        let copy = try ArchiveCopy()
        let object = try copy.object(15)
        let index = try Data(contentsOf: copy.file("index.sqlite"))
        try copy.append(by: "lisi", indexing: false) { [.withdrawn($0.reference(15))] }
        try copy.plainSQL("INSERT INTO removal VALUES (15, 19)")
        if point != "nothing removed yet" { try FileManager.default.removeItem(at: copy.file(object)) }
        if point.hasPrefix("bodies") { try copy.plainSQL("DELETE FROM body WHERE seq = 15") }
        try index.write(to: copy.file("index.sqlite"))

        let report = try copy.verify(full: true)
        #expect(report.exitStatus == 0, "\(report.problems.map(\.explanation.en))")
        if !point.hasPrefix("bodies") { #expect(report.warnings.map(\.code).contains(.removalPending)) }
        // Nothing of it is shown meanwhile.
        let summary = try ReadRecords(copy.desk.context(as: "lisi")).one(15).summary
        #expect(summary.added == nil && summary.history.object == nil)

        try copy.desk.add([copy.newFile()], as: "wang")
        #expect(try !objects(copy).contains(object))
        let mended = try copy.verify(full: true)
        #expect(mended.exitStatus == 0 && Set(mended.warnings.map(\.code)) == Tampering.untouched)
    }

    @Test func `a row that orders a removal without an entry that does removes nothing`() throws {
        let copy = try ArchiveCopy()
        let object = try copy.object(15)
        try copy.plainSQL("INSERT INTO removal VALUES (15, 18)")
        #expect(throws: EvidenceError.self) { try copy.desk.add([copy.newFile()], as: "wang") }
        #expect(try objects(copy).contains(object))
        #expect(try copy.verify().problems.map(\.code) == [.bodyUnexpected])
    }

    @Test func `what may not be withdrawn is refused, and so is withdrawing twice`() throws {
        let copy = try ArchiveCopy()
        for seq in [0, 1, 2, 17] as [UInt64] {
            #expect(throws: EvidenceError.self) { try withdraw(seq, in: copy) }
        }
        try withdraw(9, in: copy)
        #expect(throws: EvidenceError.self) { try withdraw(9, in: copy) }
        #expect(throws: EvidenceError.self) { try withdraw(19, in: copy) }
        #expect(try copy.verify().size == 20)
    }
}

extension RecordDescription {
    fileprivate static func titled(_ title: String) -> RecordDescription {
        var said = RecordDescription()
        said.title = title
        return said
    }
}
