import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport

extension Tampering {
    static let bodies: [Tampering] = [
        .log(.bodyMissing, "a body dropped", seq: 15, also: [.objectUnreferenced]) {
            try $0.sql("DELETE FROM body WHERE seq = 15")
            try $0.reindex()
        },
        .log(
            .bodyMissing, "a body dropped as if it had been withdrawn", seq: 15,
            also: [.objectUnreferenced, .bodyUnexpected]
        ) {
            try $0.plainSQL("INSERT INTO removal VALUES (15, 18); DELETE FROM body WHERE seq = 15")
            try $0.reindex()
        },
        .log(.bodyAltered, "a byte of a body changed", seq: 15, also: [.objectUnreferenced], compares: true) {
            try $0.replace("\"title\":\"e\"", "\"title\":\"x\"", in: "body", 15)
            try $0.reindex()
        },
        .log(.bodyAltered, "a body exchanged for another", seq: 15, also: [.objectUnreferenced], compares: true) {
            try $0.sql("UPDATE body SET bytes = (SELECT bytes FROM body WHERE seq = 18) WHERE seq = 15")
            try $0.reindex()
        },
        .log(
            .bodyAltered, "a signer's rights changed", seq: 2, also: [.signerNotEnrolled], compares: true
        ) { try $0.replace("\"mayEnrol\":false", "\"mayEnrol\":true ", in: "body", 2) },
        .log(.bodyMalformed, "a record of the key holder's without a title", seq: 19) {
            try $0.append(by: "wang") { _ in
                var item = LogForge.Item.evidence("七")
                item.body["title"] = nil
                return [item]
            }
        },
        .log(.bodyMalformed, "a repair of the key holder's that names nothing", seq: 19) {
            try $0.append(by: "lisi") { _ in [.repaired(size: 19, files: [])] }
        },
        .log(.bodyMalformed, "a repair of the key holder's from a state that was yet to come", seq: 19) {
            try $0.append(by: "lisi") { _ in [.repaired(size: 20)] }
        },
        .log(.bodyMalformed, "a step of the key holder's in a case that it is kept out of", seq: 19) {
            try $0.append(by: "wang") { _ in [.step("close", of: .test(0x77), [])] }
        },
        .log(.bodyMalformed, "a step of the key holder's on no evidence, written as a list", seq: 19) {
            try $0.append(by: "wang") { _ in
                [LogForge.Item.step("close", of: .test(0x77), []).bodied { $0["evidence"] = .array([]) }]
            }
        },
        .log(.bodyMalformed, "a step of the key holder's due on a day that no month has", seq: 19) {
            try $0.append(by: "wang") { _ in
                [LogForge.Item.step("close", of: .test(0x77), []).bodied { $0["due"] = .string("2026-02-30") }]
            }
        },
        .log(.bodyMalformed, "an amendment that exchanges which step was taken", seq: 19) {
            try $0.append(by: "wang") {
                [
                    .amended($0.reference(15)).bodied { body in
                        var set = JSONObject()
                        set["step"] = .string("close")
                        body["set"] = .object(set)
                    }
                ]
            }
        },
        .log(.bodyMalformed, "an amendment by which a record's people would be a number", seq: 19) {
            try $0.append(by: "wang") {
                [
                    .amended($0.reference(15)).bodied { body in
                        var set = JSONObject()
                        set["people"] = .integer(7)
                        body["set"] = .object(set)
                    }
                ]
            }
        },
        .log(.bodyMalformed, "an amendment by which a record would have no kind", seq: 19) {
            try $0.append(by: "wang") {
                [LogForge.Item.amended($0.reference(15)).bodied { $0["unset"] = .array([.string("kind")]) }]
            }
        },
        .log(.bodyMalformed, "a body of the key holder's without salt", seq: 19) {
            try $0.append(by: "wang") { _ in
                [.evidence("七").body(Array("{\"kind\":\"photo\",\"title\":\"t\"}".utf8))]
            }
        },
        .log(.bodyMalformed, "a slip altered before it was enrolled", seq: 19) {
            try $0.append(by: "lisi") { _ in
                var item = try LogForge.Item.enrolled(.stranger)
                item.body["slip"] = .string((item.body["slip"]?.string ?? "").replacing("李四", with: "王五"))
                item.body["person"] = .string("王五")
                return [item]
            }
        },
        Tampering(.bodyUnexpected, "a body that belongs to no entry") {
            try $0.sql("INSERT INTO body SELECT 500, bytes FROM body WHERE seq = 15")
            return "archive.sqlite"
        },
        Tampering(.bodyUnexpected, "a body with a number below the first") {
            try $0.sql("INSERT INTO body SELECT 0 - 5, bytes FROM body WHERE seq = 15")
            return "archive.sqlite"
        },
        Tampering(
            .bodyUnexpected, "an entry dropped and its body left", seq: 15, also: [.entryMissing, .objectUnreferenced]
        ) {
            try $0.sql("DELETE FROM entry WHERE seq = 15; DELETE FROM checkpoint WHERE size = 16")
            try $0.reindex()
            return "archive.sqlite"
        },
        Tampering(.bodyUnexpected, "an entry with a number below the first") {
            try $0.sql(
                "PRAGMA ignore_check_constraints = ON; INSERT INTO entry SELECT 0 - 5, bytes FROM entry WHERE seq = 15")
            return "archive.sqlite"
        },
        Tampering(.bodyUnexpected, "a checkpoint put below the first size", also: [.checkpointMissing]) {
            try $0.sql("PRAGMA ignore_check_constraints = ON; UPDATE checkpoint SET size = -3 WHERE size = 10")
            return "archive.sqlite"
        },
        Tampering(.bodyUnexpected, "a removal that nobody ordered", seq: 15) {
            try $0.plainSQL("INSERT INTO removal VALUES (15, 18)")
            return "archive.sqlite"
        },
        .log(.referenceBroken, "a reference of the key holder's to an entry as it never was", seq: 19, compares: true) {
            try $0.append(by: "wang") { _ in
                [.evidence("七", related: [EntryReference(seq: 9, leafHash: SHA256Hasher.hash([1]))])]
            }
        },
        .log(
            .referenceBroken, "an entry changed that another one links", seq: 11,
            also: [.chainBroken, .rootMismatch, .timeBackwards, .indexAltered], compares: true
        ) { try $0.replace("2026-03-12T", "2026-03-11T", in: "entry", 9) },
        .log(.targetInvalid, "the withdrawal of a signer's enrolment", seq: 19) {
            try $0.append(by: "lisi") { [.withdrawn($0.reference(2))] }
        },
        .log(.targetInvalid, "an amendment of a signer's enrolment", seq: 19) {
            try $0.append(by: "lisi") { [.amended($0.reference(2))] }
        },
        .log(.targetInvalid, "a case's opening changing hands", seq: 19) {
            try $0.append(by: "lisi") { [.moved($0.reference(10))] }
        },
        .log(.dossierOmitted, "a correction kept out of the case that its record is in", seq: 19) {
            try $0.append(by: "zhang") { [.amended($0.reference(12))] }
        },
        .log(.dossierOmitted, "a hand-over kept out of the case that its record is in", seq: 19) {
            try $0.append(by: "zhang") { [.moved($0.reference(12))] }
        },
        .log(.bodyMalformed, "an amendment that exchanges the files", seq: 19) {
            try $0.append(by: "wang") {
                [
                    .amended($0.reference(15)).bodied { body in
                        var set = JSONObject()
                        set["files"] = .array([])
                        body["set"] = .object(set)
                    }
                ]
            }
        },
        .log(.targetInvalid, "the withdrawal of what comes later", seq: 19, also: [.referenceBroken]) {
            try $0.append(by: "lisi") { _ in [.withdrawn(EntryReference(seq: 20, leafHash: SHA256Hasher.hash([1])))] }
        },
    ]

    func with(_ codes: Set<Problem.Code>) -> Tampering {
        var tampering = self
        tampering.also.formUnion(codes)
        return tampering
    }

    func silencing(_ codes: Set<Problem.Code>) -> Tampering {
        var tampering = self
        tampering.without.formUnion(codes)
        return tampering
    }
}

extension LogForge.Item {
    /// A repair from a mirror of this size, as the program would write it.
    fileprivate static func repaired(
        size: UInt64, files: [ArchiveRepaired.File] = [.init(sha256: SHA256Hasher.hash([1]), found: .missing)]
    ) -> LogForge.Item {
        LogForge.Item(
            .archiveRepaired,
            ArchiveRepaired(size: size, root: SHA256Hasher.hash([2]), files: files, rows: [], kept: []).json)
    }
}
