import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Testing
import TransparencyLog

/// One rule broken, and the codes by which an audit must say so: these and no others.
struct AuditCase: Sendable, CustomTestStringConvertible {
    let name: String
    let codes: Set<Problem.Code>
    /// The entry that one of the problems must name.
    let seq: UInt64?
    /// Whether only what follows the sample log is wrong.
    let atEnd: Bool
    let forge: @Sendable () throws -> LogForge

    var testDescription: String { "\(name): \(codes.map(\.rawValue).sorted().joined(separator: ", "))" }

    /// A rule broken by a commit after the sample log's end.
    static func appended(
        _ code: Problem.Code, _ name: String, by actor: TestKey = .lisi, seq: UInt64? = 14,
        _ items: @escaping @Sendable (LogForge) throws -> [LogForge.Item]
    ) -> AuditCase {
        sealed(code, name, .init(actor), seq: seq, items)
    }

    static func sealed(
        _ code: Problem.Code, _ name: String, _ seal: LogForge.Seal, seq: UInt64? = 14,
        _ items: @escaping @Sendable (LogForge) throws -> [LogForge.Item] = { _ in [.evidence("七")] }
    ) -> AuditCase {
        AuditCase(name: name, codes: [code], seq: seq, atEnd: true) {
            var forge = try SampleLog().forge
            try forge.commit(seal, try items(forge))
            return forge
        }
    }

    /// A rule broken within the sample log, by an item at a place of a commit; all that follows fits.
    static func edited(
        _ code: Problem.Code, _ name: String, commit: Int, item: Int = 0, seq: UInt64? = nil,
        _ change: @escaping @Sendable (LogForge.Item) throws -> LogForge.Item
    ) -> AuditCase {
        AuditCase(name: name, codes: [code], seq: seq, atEnd: false) {
            try SampleLog { plan in
                let items = plan[commit].items
                plan[commit].items = { forge in
                    var all = try items(forge)
                    all[item] = try change(all[item])
                    return all
                }
            }.forge
        }
    }

    /// Something done to the finished log.
    static func altered(
        _ codes: Set<Problem.Code>, _ name: String, seq: UInt64? = nil,
        _ change: @escaping @Sendable (inout LogForge) throws -> Void
    ) -> AuditCase {
        AuditCase(name: name, codes: codes, seq: seq, atEnd: false) {
            var forge = try SampleLog().forge
            try change(&forge)
            return forge
        }
    }

    /// A log of its own.
    static func whole(
        _ codes: Set<Problem.Code>, _ name: String, seq: UInt64? = nil,
        _ commits: @escaping @Sendable (inout LogForge) throws -> Void
    ) -> AuditCase {
        AuditCase(name: name, codes: codes, seq: seq, atEnd: false) {
            var forge = LogForge()
            try commits(&forge)
            return forge
        }
    }

    static let all = entries + beginnings + bodies + signers + dossiers + checkpoints + later
}

extension LogForge.Seal {
    func signed(by signers: [TestKey]) -> LogForge.Seal {
        var seal = self
        seal.signers = signers
        return seal
    }

    func stating(_ edit: @escaping @Sendable (Checkpoint) -> Checkpoint) -> LogForge.Seal {
        var seal = self
        seal.edit = edit
        return seal
    }

    func after(_ change: @escaping @Sendable ([UInt8]) -> [UInt8]) -> LogForge.Seal {
        var seal = self
        seal.after = change
        return seal
    }

    func numbered(_ commit: UInt64) -> LogForge.Seal {
        var seal = self
        seal.commit = commit
        return seal
    }
}

// MARK: Entries and their order

extension AuditCase {
    private static let digest = SHA256Hasher.hash([0x65])

    static let entries: [AuditCase] = [
        .edited(.entryMalformed, "an entry with another time format", commit: 5, seq: 8) {
            $0.edited { $0["time"] = .string("2026-03-12T01:30:00Z") }
        },
        .edited(
            .entryMalformed, "an entry in the middle of a commit without a body's digest", commit: 4, item: 1, seq: 6
        ) {
            $0.edited { $0["body"] = nil }
        },
        .altered([.entryMalformed, .chainBroken, .rootMismatch], "an entry's bytes no longer JSON", seq: 6) {
            $0.entries[6]?[0] = 0x5b
        },
        .altered([.chainBroken, .rootMismatch], "an entry put back in time, its neighbours as they were", seq: 6) {
            var object = try JSONValue(canonical: try #require($0.entries[6])).object ?? JSONObject()
            object["time"] = .string("2026-03-12T01:30:05.500Z")
            $0.entries[6] = JSONValue.object(object).canonicalBytes
        },
        .altered([.chainBroken, .referenceBroken, .rootMismatch], "an entry changed that another refers to", seq: 9) {
            var object = try JSONValue(canonical: try #require($0.entries[8])).object ?? JSONObject()
            object["time"] = .string("2026-03-12T01:30:07.500Z")
            $0.entries[8] = JSONValue.object(object).canonicalBytes
        },
        .altered([.entryMissing], "a commit of one entry dropped with its checkpoint", seq: 10) {
            $0.entries[10] = nil
            $0.checkpoints.removeAll { $0.size == 11 }
        },
        .altered([.entryMissing], "a commit of one entry dropped", seq: 10) {
            $0.entries[10] = nil
        },
        .edited(.entryMisplaced, "an entry that gives itself another number", commit: 4, item: 1, seq: 6) {
            $0.edited { $0["seq"] = .integer(5) }
        },
        .edited(.chainBroken, "an entry that names another before it", commit: 5, seq: 7) {
            $0.edited { $0["prev"] = digest.json }
        },
        .edited(.commitBroken, "an entry of another author in the middle of a commit", commit: 4, item: 1, seq: 6) {
            $0.edited { $0["actor"] = .string("lisi") }
        },
        .edited(.commitBroken, "an entry of another commit in the middle of one", commit: 4, item: 1, seq: 6) {
            $0.edited { $0["commit"] = .integer(9) }
        },
        .altered([.logTruncated], "the newest entry cut off", seq: 13) { $0.entries.removeLast() },
        .altered([.logTruncated], "the newest entries cut off", seq: 11) { $0.entries.removeLast(3) },
        .altered([.logTruncated], "cut off inside a commit", seq: 7) {
            $0.entries.removeLast(7)
            $0.checkpoints.removeAll { $0.size > 7 }
        },
        .appended(.timeBackwards, "a clock that was set back") { _ in
            [.evidence("七").edited { $0["time"] = .string("2026-03-11T01:30:00.000Z") }]
        },
    ]

    static let beginnings: [AuditCase] = [
        .whole([.openingBroken], "nothing at all", seq: 0) { _ in },
        .whole([.openingBroken], "one entry alone", seq: 0) { try $0.commit(.lisi, [.created()]) },
        .whole([.openingBroken], "a first commit of three", seq: 0) {
            try $0.commit(.lisi, [.created(), try .enrolled(.lisi, mayEnrol: true), .evidence("一")])
        },
        .whole([.openingBroken], "the beginning in two commits", seq: 0) {
            try $0.commit(.lisi, [.created()])
            try $0.commit(.lisi, [try .enrolled(.lisi, mayEnrol: true)])
        },
        .whole([.openingBroken], "a first signer who may not enrol", seq: 1) {
            try $0.commit(.lisi, [.created(), try .enrolled(.lisi)])
        },
        .whole([.openingBroken], "a first signer enrolled by another", seq: 1) {
            try $0.commit(.zhang, [.created(), try .enrolled(.lisi, mayEnrol: true)])
        },
        .whole([.openingBroken, .signerNotEnrolled], "something else in the place of the enrolment", seq: 1) {
            try $0.commit(.lisi, [.created(), .evidence("一")])
        },
        .whole([.openingBroken, .checkpointMalformed], "something else in the place of the beginning", seq: 0) {
            try $0.commit(.lisi, [.evidence("一"), try .enrolled(.lisi, mayEnrol: true)])
        },
        .whole([.entryMalformed, .checkpointMalformed], "a first entry that cannot be read", seq: 0) {
            try $0.commit(.lisi, [.created().edited { $0["time"] = nil }, try .enrolled(.lisi, mayEnrol: true)])
        },
        .appended(.openingBroken, "a second beginning") { _ in [.created()] },
    ]
}

// MARK: Bodies

extension AuditCase {
    static let bodies: [AuditCase] = [
        .altered([.bodyMissing], "a body taken away", seq: 6) { $0.bodies[6] = nil },
        .altered([.bodyAltered], "a body changed", seq: 6) { $0.bodies[6]?[20] ^= 1 },
        .altered([.bodyAltered], "two bodies exchanged", seq: 8) { $0.bodies.swapAt(6, 8) },
        .appended(.bodyMalformed, "a body that is not canonical") { _ in
            [.evidence("七").body(Array("{ }".utf8))]
        },
        .appended(.bodyMalformed, "a body without salt") { _ in
            [.evidence("七").body(Array("{\"kind\":\"photo\",\"title\":\"t\"}".utf8))]
        },
        .appended(.bodyMalformed, "a record without a title") { _ in
            var item = LogForge.Item.evidence("七")
            item.body["title"] = nil
            return [item]
        },
        .appended(.bodyMalformed, "a link to a dossier that its entry is not in") {
            [LogForge.Item.linked(SampleLog.inspection, [$0.reference(8)]).links([$0.next(SampleLog.caseID)])]
        },
        .appended(.bodyMalformed, "a step in a dossier that its entry is not in") {
            [LogForge.Item.step("close", of: SampleLog.inspection, []).links([$0.next(SampleLog.caseID)])]
        },
        .appended(.bodyMalformed, "a step that does not say which") {
            [
                LogForge.Item.step("close", of: SampleLog.caseID, []).links([$0.next(SampleLog.caseID)])
                    .bodied { $0["step"] = nil }
            ]
        },
        .appended(.bodyMalformed, "a step on an empty list of evidence") {
            [
                LogForge.Item.step("close", of: SampleLog.caseID, []).links([$0.next(SampleLog.caseID)])
                    .bodied { $0["evidence"] = .array([]) }
            ]
        },
        .appended(.bodyMalformed, "a step that is due at an hour") {
            [
                LogForge.Item.step("rectify", of: SampleLog.caseID, []).links([$0.next(SampleLog.caseID)])
                    .bodied { $0["due"] = .string("2026-04-01T12:00+08:00") }
            ]
        },
        .appended(.referenceBroken, "a step on evidence as it never was") {
            let wrong = EntryReference(seq: 5, leafHash: digest)
            return [
                LogForge.Item.step("close", of: SampleLog.caseID, evidence: [wrong], [])
                    .links([$0.next(SampleLog.caseID)])
            ]
        },
        .appended(.bodyMalformed, "an amendment that exchanges a step's evidence") {
            [
                .amended($0.reference(8)).bodied { body in
                    var set = JSONObject()
                    set["evidence"] = .array([.string("第 5 条")])
                    body["set"] = .object(set)
                }
            ]
        },
        .appended(.bodyMalformed, "an opening of another dossier than its entry's") {
            var item = LogForge.Item.opened(.caseOpened, .test(0x33), "2026-008")
            item.body["dossier"] = .string(DossierID.test(0x44).description)
            return [item.links([$0.next(.test(0x33))])]
        },
        .appended(.bodyMalformed, "the end of somebody who never was") { _ in [.revoked("stranger")] },
        .appended(.bodyMalformed, "an enrolment whose slip was changed") { _ in
            var item = try LogForge.Item.enrolled(.stranger)
            item.body["slip"] = .string((item.body["slip"]?.string ?? "").replacing("李四", with: "王五"))
            return [item]
        },
        .appended(.referenceBroken, "a reference to an entry as it never was") { _ in
            [.evidence("七", related: [EntryReference(seq: 7, leafHash: digest)])]
        },
        .appended(.referenceBroken, "a reference to a later entry") { _ in
            [.evidence("七", related: [EntryReference(seq: 99, leafHash: digest)])]
        },
        .appended(.targetInvalid, "the withdrawal of a signer's enrolment") { [.withdrawn($0.reference(2))] },
        .appended(.targetInvalid, "the withdrawal of the beginning") { [.withdrawn($0.reference(0))] },
        .appended(.targetInvalid, "an amendment of a signer's revocation") { [.amended($0.reference(12))] },
        .appended(.targetInvalid, "a case changing hands") {
            [.moved($0.reference(4), [SampleLog.caseID, SampleLog.inspection])]
        },
        AuditCase(name: "an amendment of an amendment", codes: [.targetInvalid], seq: 15, atEnd: true) {
            var forge = try SampleLog().forge
            try forge.commit(.init(.lisi), [.amended(forge.reference(8))])
            try forge.commit(.init(.lisi), [.amended(forge.reference(14))])
            return forge
        },
        AuditCase(name: "the withdrawal of a withdrawal", codes: [.targetInvalid], seq: 15, atEnd: true) {
            var forge = try SampleLog().forge
            try forge.commit(.init(.lisi), [.withdrawn(forge.reference(8))])
            try forge.commit(.init(.lisi), [.withdrawn(forge.reference(14))])
            return forge
        },
        .appended(.bodyMalformed, "an amendment that gives a case's opening a number for a title") { forge in
            [
                LogForge.Item.amended(forge.reference(4), [SampleLog.caseID, SampleLog.inspection]).bodied { body in
                    var set = JSONObject()
                    set["title"] = .integer(7)
                    body["set"] = .object(set)
                }
            ]
        },
        .appended(.bodyMalformed, "an amendment that takes a record's kind away") { forge in
            [LogForge.Item.amended(forge.reference(8)).bodied { $0["unset"] = .array([.string("kind")]) }]
        },
        .appended(.dossierOmitted, "an amendment kept out of its record's case") {
            [.amended($0.reference(5), [SampleLog.inspection])]
        },
        .appended(.dossierOmitted, "a hand-over kept out of its record's case") { [.moved($0.reference(13))] },
        .appended(.dossierOmitted, "a withdrawal kept out of its record's case") { [.withdrawn($0.reference(13))] },
        .appended(.bodyMalformed, "an amendment of the files") {
            [
                .amended($0.reference(8)).bodied { body in
                    var set = JSONObject()
                    set["files"] = .array([])
                    body["set"] = .object(set)
                }
            ]
        },
        .appended(.bodyMalformed, "an amendment of nothing") { [.amended($0.reference(8)).bodied { $0["set"] = nil }] },
        .appended(.bodyMalformed, "a withdrawal that nobody ordered") {
            [.withdrawn($0.reference(8)).bodied { $0["authority"] = nil }]
        },
        .appended(.bodyMalformed, "a hand-over to nobody") {
            [.moved($0.reference(8)).bodied { $0["to"] = nil }]
        },
    ]
}

// MARK: Signers

extension AuditCase {
    static let signers: [AuditCase] = [
        .appended(.signerNotEnrolled, "an entry by a stranger", by: .stranger) { _ in [.evidence("七")] },
        .edited(.signerNotEnrolled, "an entry before its author's enrolment", commit: 1, seq: 3) { _ in .evidence("零") }
            .replanned { plan in
                plan[1] = (.init(.lisi), { _ in [.evidence("零")] })
                plan[2] = (.init(.zhang), { _ in [.evidence("一")] })
                plan.removeSubrange(3...)
            },
        .appended(.signerRevoked, "an entry by somebody revoked", by: .wang) { _ in [.evidence("七")] },
        .appended(.signerEnrolledTwice, "the same name again") { _ in [try .enrolled(.zhang)] },
        .appended(.signerEnrolledTwice, "the same name with another key") { _ in
            [try .enrolled(TestKey("zhang", seed: "another"))]
        },
        .appended(.signerEnrolledTwice, "another name with the same key") { _ in
            [try .enrolled(TestKey("zhang-2", seed: "zhang"))]
        },
        .appended(.signerEnrolledTwice, "the name of somebody revoked") { _ in
            [try .enrolled(TestKey("wang", seed: "another"))]
        },
        .appended(.signerEnrolledTwice, "the archive's own key under a person's name") { _ in
            [try .enrolled(TestKey("qian", seed: TestKey.archive.name))]
        },
        .appended(.enrolmentUnauthorised, "an enrolment by somebody who may not", by: .zhang) { _ in
            [try .enrolled(.stranger)]
        },
        .appended(.enrolmentUnauthorised, "a revocation by somebody who may not", by: .zhang) { _ in [.revoked("lisi")]
        },
    ]

    /// The same with another plan of the log.
    private func replanned(_ change: @escaping @Sendable (inout SampleLog.Plan) -> Void) -> AuditCase {
        AuditCase(name: name, codes: codes, seq: seq, atEnd: false) { try SampleLog(change).forge }
    }
}

// MARK: Dossiers

extension AuditCase {
    static let dossiers: [AuditCase] = [
        .appended(.dossierForked, "a case with two fourth entries") { forge in
            let third = DossierLink(id: SampleLog.caseID, n: 4, prev: forge.leafHashes[7])
            return [LogForge.Item.evidence("四之二").links([third])]
        },
        .appended(.dossierForked, "a case opened twice") { _ in
            [
                LogForge.Item.opened(.caseOpened, SampleLog.caseID, "2026-009")
                    .links([DossierLink(id: SampleLog.caseID, n: 1, prev: nil)])
            ]
        },
        .appended(.dossierGap, "a case in which a number is left out") { forge in
            let next = forge.next(SampleLog.caseID)
            return [LogForge.Item.evidence("七").links([DossierLink(id: next.id, n: next.n + 1, prev: next.prev)])]
        },
        .appended(.dossierChainBroken, "a case's entry that names another before it") { forge in
            let next = forge.next(SampleLog.caseID)
            return [LogForge.Item.evidence("七").links([DossierLink(id: next.id, n: next.n, prev: digest)])]
        },
        .appended(.dossierUnopened, "a record in a case that was never opened") { _ in
            [.evidence("七", [.test(0x55)])]
        },
        .appended(.dossierUnopened, "a later number of a case that was never opened") { _ in
            [LogForge.Item.evidence("七").links([DossierLink(id: .test(0x55), n: 3, prev: digest)])]
        },
        .appended(.dossierUnopened, "an opening that opens a second case by the way") { forge in
            [
                LogForge.Item.opened(.caseOpened, .test(0x33), "2026-008")
                    .links([forge.next(.test(0x33)), forge.next(.test(0x44))])
            ]
        },
        .appended(.nameTaken, "a second case of the same name") { _ in
            [.opened(.caseOpened, .test(0x33), "2026-007")]
        },
        .appended(.nameTaken, "a case of an inspection's name") { _ in
            [.opened(.caseOpened, .test(0x33), "2026 第一轮")]
        },
    ]
}

// MARK: Checkpoints

extension AuditCase {
    static let checkpoints: [AuditCase] = [
        .altered([.checkpointMissing], "a checkpoint taken away", seq: 8) { $0.checkpoints.removeAll { $0.size == 9 } },
        .altered([.checkpointMissing], "the newest checkpoint taken away", seq: 13) { $0.checkpoints.removeLast() },
        .altered([.checkpointMalformed], "a checkpoint of another size in its place", seq: 8) {
            $0.checkpoints[5].note = $0.checkpoints[4].note
        },
        .altered([.checkpointMalformed], "a checkpoint that is no note", seq: 8) {
            $0.checkpoints[5].note = Array("checkpoint".utf8)
        },
        .altered([.checkpointMalformed], "an empty checkpoint", seq: 8) { $0.checkpoints[5].note = [] },
        .sealed(
            .checkpointMalformed, "a checkpoint of another origin",
            .init(.lisi).stating { Checkpoint(origin: "other.example", size: $0.size, root: $0.root) }),
        .sealed(
            .checkpointMalformed, "a checkpoint with a line too many",
            .init(.lisi).stating {
                Checkpoint(origin: $0.origin, size: $0.size, root: $0.root, extensions: ["more"])
            }),
        .sealed(
            .checkpointMalformed, "a signature too many", .init(.lisi).signed(by: [.archive, .lisi, .zhang])),
        .sealed(.checkpointMalformed, "the signatures exchanged", .init(.lisi).signed(by: [.lisi, .archive])),
        .altered([.checkpointUnexpected], "a checkpoint inside a commit", seq: 5) {
            $0.checkpoints.insert((6, $0.checkpoints[4].note), at: 4)
        },
        .altered([.checkpointUnexpected], "a checkpoint of nothing") {
            $0.checkpoints.insert((0, $0.checkpoints[4].note), at: 0)
        },
        .sealed(
            .rootMismatch, "a root of other entries",
            .init(.lisi).stating { Checkpoint(origin: $0.origin, size: $0.size, root: digest) }),
        .sealed(.archiveSignatureMissing, "no signature of the archive", .init(.lisi).signed(by: [.lisi])),
        .sealed(
            .archiveSignatureMissing, "a signature by another archive of that name",
            .init(.lisi).signed(by: [TestKey(TestKey.archive.name, seed: "another"), .lisi])),
        .sealed(.signerSignatureMissing, "a person's signature stripped", .init(.lisi).signed(by: [.archive])),
        .sealed(
            .signerSignatureMissing, "words under a colleague's name", .init(.zhang).signed(by: [.archive, .lisi])),
        .sealed(
            .archiveSignatureInvalid, "a false signature of the archive",
            .init(.lisi).after { falsify($0, by: TestKey.archive.name) }),
        .sealed(
            .signerSignatureInvalid, "a false signature of a person", .init(.zhang).after { falsify($0, by: "zhang") }),
        .altered([.logTruncated], "a commit that says it goes on", seq: 15) {
            try $0.commit(LogForge.Seal(.lisi).numbered(16), [.evidence("七")])
            $0.checkpoints.removeLast()
        },
    ]

    /// The note with the last byte of a signature changed.
    private static func falsify(_ bytes: [UInt8], by name: String) -> [UInt8] {
        guard let note = try? SignedNote(parsing: bytes) else { return [] }
        let signatures = note.signatures.map { signature in
            guard signature.name == name else { return signature }
            var bytes = signature.bytes
            bytes[10] ^= 1
            return SignedNote.Signature(name: signature.name, keyID: signature.keyID, bytes: bytes)
        }
        return (try? SignedNote(text: note.text, signatures: signatures))?.bytes ?? []
    }
}

// MARK: Later versions

extension AuditCase {
    static let later: [AuditCase] = [
        .appended(.notUnderstood, "an entry of a later version") { _ in
            [.evidence("七").edited { $0["v"] = .integer(2) }]
        },
        .edited(.notUnderstood, "an entry of a later version in the middle", commit: 5, seq: 8) {
            $0.edited {
                $0["v"] = .integer(2)
                $0["time"] = nil
            }
        },
        .appended(.notUnderstood, "an entry of an unknown type") { _ in
            var item = LogForge.Item.evidence("七", [SampleLog.caseID])
            item.type = "evidence.sealed"
            return [item]
        },
        .appended(.notUnderstood, "an unknown type that opens a new kind of dossier, and one that joins it") { _ in
            var item = LogForge.Item.evidence("七", [.test(0x55)])
            item.type = "campaign.opened"
            return [item, .evidence("八", [.test(0x55)])]
        },
        .appended(.notUnderstood, "an entry with an unknown member") { _ in
            [.evidence("七").edited { $0["seal"] = .string("x") }]
        },
    ]
}
