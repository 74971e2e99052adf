import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Testing

/// The record as it stands and as it stood, from what later entries say of it.
struct EntryHistoryTests {
    private static let target: UInt64 = 8

    /// The sample log with further commits of lisi's, and what they make of entry 8.
    private func history(
        of seq: UInt64 = target, _ commits: ((LogForge) throws -> LogForge.Item)...
    ) throws -> EntryHistory {
        var forge = try SampleLog().forge
        for item in commits { try forge.commit(.init(.lisi), [try item(forge)]) }
        return try EntryHistoryTests.history(of: seq, in: forge)
    }

    private static func history(of seq: UInt64, in forge: LogForge) throws -> EntryHistory {
        let records = try forge.entries.indices.map { seq in
            try LogRecord(seq: UInt64(seq), bytes: try #require(forge.entries[seq]), bodyBytes: forge.bodies[seq])
        }
        var history = EntryHistory(records[Int(seq)])
        for record in records { history.absorb(record) }
        return history
    }

    private static func amendment(
        _ forge: LogForge, set: [String: JSONValue] = [:], unset: [String] = [], reason: String = "笔误"
    ) -> LogForge.Item {
        var object = JSONObject()
        for (name, value) in set { object[name] = value }
        let amended = EntryAmended(target: forge.reference(target), reason: reason, set: object, unset: unset)
        return LogForge.Item(.entryAmended, [], amended.json)
    }

    @Test func `amendments apply in the log's order, and keep what they replaced`() throws {
        let history = try history(
            { Self.amendment($0, set: ["title": .string("甲"), "place": .string("1号冷库")]) },
            { Self.amendment($0, set: ["title": .string("乙")], unset: ["place"]) })
        #expect(history.evidence?.title == "乙")
        #expect(history.evidence?.place == nil)
        #expect(history.record.body.flatMap { try? EvidenceAdded($0) }?.title == "四")
        #expect(history.amendments.map { $0.former["title"]?.string } == ["四", "甲"])
        #expect(history.amendments.map { $0.former["place"]?.string } == [nil, "1号冷库"])
        #expect(history.followers.map(\.seq) == [14, 15])
    }

    @Test func `an amendment of another entry changes nothing`() throws {
        let other = try history({ .amended($0.reference(13), [SampleLog.caseID]) })
        #expect(other.amendments.isEmpty && other.evidence?.title == "四")
        // A reference by number alone is none: the leaf hash says which entry is meant.
        let forged = try history({ forge in
            .amended(EntryReference(seq: Self.target, leafHash: forge.reference(7).leafHash))
        })
        #expect(forged.amendments.isEmpty && forged.evidence?.title == "四")
    }

    @Test func `an amendment that would leave no record is passed over in what is shown`() throws {
        let history = try history({ Self.amendment($0, set: ["people": .string("王五")]) })
        #expect(history.amendments.map(\.isApplied) == [false] && !history.isAmended)
        #expect(history.evidence?.title == "四")
    }

    @Test func `an amendment that an opening or a step can't have is passed over, and the next one is not`() throws {
        var forge = try SampleLog().forge
        func amend(_ seq: UInt64, _ set: [(String, JSONValue)]) throws {
            var object = JSONObject()
            for (name, value) in set { object[name] = value }
            try forge.commit(
                .init(.lisi),
                [
                    LogForge.Item(
                        .entryAmended, [],
                        EntryAmended(target: forge.reference(seq), reason: "笔误", set: object, unset: []).json)
                ])
        }
        try amend(4, [("title", .integer(7)), ("team", .string("x")), ("due", .integer(5))])
        try amend(4, [("title", .string("冷库"))])
        let opening = try Self.history(of: 4, in: forge)
        #expect(opening.opened?.title == "冷库" && opening.opened?.details.due == nil)
        #expect(opening.amendments.map(\.isApplied) == [false, true])
    }

    @Test func `a body that is gone without an order is damage, and no withdrawal`() throws {
        var forge = try SampleLog().forge
        forge.bodies[8] = nil
        var history = try Self.history(of: 8, in: forge)
        #expect(history.lacksBody && history.withdrawal == nil)
        #expect { try history.requireBody() } throws: { ($0 as? EvidenceError)?.code == .damaged }
        history.noteRemoval()
        try history.requireBody()
        try forge.commit(.init(.lisi), [.withdrawn(forge.reference(8))])
        #expect(try !Self.history(of: 8, in: forge).lacksBody)
    }

    @Test func `a withdrawn record says nothing any more, whether its body is still there or not`() throws {
        var forge = try SampleLog().forge
        try forge.commit(.init(.lisi), [Self.amendment(forge, set: ["title": .string("甲")])])
        try forge.commit(.init(.lisi), [.withdrawn(forge.reference(8))])
        for isGone in [false, true] {
            if isGone { (forge.bodies[8], forge.bodies[14]) = (nil, nil) }
            let history = try Self.history(of: 8, in: forge)
            #expect(history.object == nil && history.evidence == nil)
            #expect(history.withdrawal?.withdrawn.authority == "省安委办")
            #expect(history.withdrawal?.record.entry.seq == 15)
        }
    }

    @Test func `an amendment whose own body was withdrawn changes nothing`() throws {
        var forge = try SampleLog().forge
        try forge.commit(.init(.lisi), [Self.amendment(forge, set: ["title": .string("甲")])])
        try forge.commit(.init(.lisi), [.withdrawn(forge.reference(14))])
        forge.bodies[14] = nil
        #expect(try Self.history(of: 8, in: forge).evidence?.title == "四")
        #expect(try Self.history(of: 14, in: forge).withdrawal != nil)
    }

    @Test func `hand-overs and later links are told in order`() throws {
        let history = try history(
            { .moved($0.reference(8), [SampleLog.caseID]) },
            { .linked(SampleLog.inspection, [$0.reference(8)]) })
        #expect(history.custody.map(\.moved.to) == ["王五"])
        #expect(history.dossiers == [SampleLog.caseID, SampleLog.inspection])
        #expect(history.followers.map(\.seq) == [14])
    }

    @Test func `an amendment touches whole members, and never files or names`() throws {
        let reference = EntryReference(seq: 3, leafHash: SHA256Hasher.hash([3]))
        func read(_ change: (inout JSONObject) -> Void) throws -> EntryAmended {
            var set = JSONObject()
            set["title"] = .string("新")
            var object = EntryAmended(target: reference, reason: "r", set: set, unset: ["place"]).json
            change(&object)
            return try EntryAmended(
                Body(parsing: Body.bytes(object, salt: [UInt8](repeating: 1, count: Body.saltSize))))
        }
        #expect(try read { _ in }.unset == ["place"])
        for name in ["files", "salt", "dossier", "name"] {
            #expect(throws: RecordError.self) { try read { $0["unset"] = .array([.string(name)]) } }
        }
        #expect(throws: RecordError.self) { try read { $0["unset"] = .array([.string("title")]) } }
        #expect(throws: RecordError.self) { try read { $0["unset"] = .array([.integer(1)]) } }
        #expect(throws: RecordError.self) { try read { $0["reason"] = nil } }
        #expect(throws: RecordError.self) { try read { ($0["set"], $0["unset"]) = (nil, nil) } }
    }
}
