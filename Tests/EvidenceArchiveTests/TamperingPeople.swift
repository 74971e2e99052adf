import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import TransparencyLog

extension Tampering {
    private static let first = DossierID.test(0x33)

    static let signers: [Tampering] = [
        .log(.signerNotEnrolled, "an entry by somebody whom nobody enrolled", seq: 19) {
            try $0.append(LogForge.Seal(.stranger)) { _ in [.evidence("七")] }
        },
        .log(.signerRevoked, "an entry by a key that was revoked", seq: 19) {
            try $0.append(by: "qian") { _ in [.evidence("七")] }
        },
        .log(.signerEnrolledTwice, "a colleague's name taken with another key", seq: 19) {
            try $0.append(by: "lisi") { _ in [try .enrolled(TestKey("zhang", seed: "another"))] }
        },
        .log(.signerEnrolledTwice, "a colleague's key under another name", seq: 19) { copy in
            let own = try copy.key("zhang")
            let twin = TestKey(
                verifier: try VerifierKey(name: "zhang-2", key: own.verifier.key), privateKey: own.privateKey)
            try copy.append(by: "lisi") { _ in [try .enrolled(twin)] }
        },
        .log(.enrolmentUnauthorised, "somebody enrolled by one who may not", seq: 19) {
            try $0.append(by: "zhang") { _ in [try .enrolled(.stranger)] }
        },
        .log(.enrolmentUnauthorised, "somebody revoked by one who may not", seq: 19) {
            try $0.append(by: "zhang") { _ in [.revoked("lisi")] }
        },
    ]

    static let dossiers: [Tampering] = [
        .log(.dossierForked, "a case with two fourth entries", seq: 19, compares: true) { copy in
            let (id, fourth) = try copy.fourth()
            try copy.append(by: "zhang") { _ in
                [LogForge.Item.evidence("四之二").links([DossierLink(id: id, n: fourth.n, prev: fourth.prev)])]
            }
        },
        .log(.dossierGap, "a case in which a number is left out", seq: 19, compares: true) { copy in
            let (id, _) = try copy.fourth()
            try copy.append(by: "zhang") { forge in
                let next = forge.next(id)
                return [LogForge.Item.evidence("七").links([DossierLink(id: id, n: next.n + 1, prev: next.prev)])]
            }
        },
        .log(.dossierChainBroken, "a case's entry that follows another", seq: 19, compares: true) { copy in
            let (id, fourth) = try copy.fourth()
            try copy.append(by: "zhang") { forge in
                [LogForge.Item.evidence("七").links([DossierLink(id: id, n: forge.next(id).n, prev: fourth.prev)])]
            }
        },
        .log(.dossierUnopened, "a record in a case that nobody opened", seq: 19) {
            try $0.append(by: "zhang") { _ in [.evidence("七", [first])] }
        },
        .log(.nameTaken, "a second case of the same name", seq: 19) {
            try $0.append(by: "zhang") { _ in [.opened(.caseOpened, first, "2026-007")] }
        },
    ]

    static let checkpoints: [Tampering] = [
        .log(.checkpointMissing, "a checkpoint dropped", seq: 9) {
            try $0.sql("DELETE FROM checkpoint WHERE size = 10")
        },
        .log(.checkpointMissing, "the newest checkpoint dropped", seq: 18, also: [.publishedCheckpointAltered]) {
            try $0.sql("DELETE FROM checkpoint WHERE size = 19")
        },
        .log(.checkpointMalformed, "a checkpoint replaced by an older one", seq: 9) {
            try $0.sql("UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 9) WHERE size = 10")
        },
        .log(.checkpointMalformed, "a checkpoint emptied", seq: 9) {
            try $0.sql("UPDATE checkpoint SET note = X'' WHERE size = 10")
        },
        .log(.checkpointMalformed, "a signature added to a checkpoint", seq: 9) { copy in
            let stored = try copy.checkpoints().first { $0.size == 10 }
            var note = try SignedNote(parsing: stored?.note ?? [])
            try note.sign(as: TestKey.stranger.verifier, with: TestKey.stranger.privateKey)
            try copy.sql(
                "UPDATE checkpoint SET note = CAST(:note AS BLOB) WHERE size = 10",
                ["note": String(decoding: note.bytes, as: UTF8.self)])
        },
        .log(.checkpointUnexpected, "a checkpoint inside a commit", seq: 6) {
            try $0.sql("INSERT INTO checkpoint SELECT 7, note FROM checkpoint WHERE size = 9")
        },
        .log(.rootMismatch, "a root of other entries, signed with the keys", seq: 19, compares: true) {
            var seal = LogForge.Seal(try $0.key("wang"))
            seal.edit = { Checkpoint(origin: $0.origin, size: $0.size, root: SHA256Hasher.hash([1])) }
            try $0.append(seal) { _ in [.evidence("七")] }
        },
        .log(.archiveSignatureMissing, "the archive's signature stripped", seq: 9) {
            try $0.strip("evidence.example/team-7", size: 10)
        },
        .log(.archiveSignatureInvalid, "the archive's signature of another commit", seq: 9) {
            try $0.exchange("evidence.example/team-7", size: 10, from: 12)
        },
        .log(.signerSignatureMissing, "a person's signature stripped", seq: 9) { try $0.strip("wang", size: 10) },
        .log(.signerSignatureMissing, "words under a colleague's name, by who holds the archive's key", seq: 19) {
            var seal = LogForge.Seal(try $0.key("zhang"))
            seal.signers = [try $0.archiveKey(), try $0.key("lisi")]
            try $0.append(seal) { _ in [.evidence("七")] }
        },
        .log(
            .signerSignatureMissing, "an entry put under a colleague's name in the database", seq: 15,
            also: [.chainBroken, .rootMismatch, .indexAltered]
        ) { try $0.replace("\"actor\":\"wang\"", "\"actor\":\"lisi\"", in: "entry", 15) },
        .log(.signerSignatureInvalid, "a person's signature of another commit", seq: 9) {
            try $0.exchange("wang", size: 10, from: 16)
        },
    ]
}

extension ArchiveCopy {
    /// The fourth entry of case 2026-007, and its place there.
    func fourth() throws -> (id: DossierID, link: DossierLink) {
        guard let link = try Entry(parsing: log()[7].bytes).dossiers.first, link.n == 4 else {
            throw TestFailure("entry 7 is not the fourth of its case")
        }
        return (link.id, link)
    }

    /// Takes a signature line off a stored checkpoint.
    func strip(_ name: String, size: UInt64) throws { try resign(size) { $0.filter { $0.name != name } } }

    /// Puts a key's signature of one checkpoint onto another.
    func exchange(_ name: String, size: UInt64, from other: UInt64) throws {
        let lines = try SignedNote(parsing: checkpoints().first { $0.size == other }?.note ?? []).signatures
        guard let line = lines.first(where: { $0.name == name }) else {
            throw TestFailure("\(name) did not sign \(other)")
        }
        try resign(size) { $0.map { $0.name == name ? line : $0 } }
    }

    private func resign(_ size: UInt64, _ change: ([SignedNote.Signature]) -> [SignedNote.Signature]) throws {
        let note = try SignedNote(parsing: checkpoints().first { $0.size == size }?.note ?? [])
        let changed = try SignedNote(text: note.text, signatures: change(note.signatures))
        guard changed != note else { throw TestFailure("the checkpoint of \(size) was not changed") }
        try sql(
            "UPDATE checkpoint SET note = CAST(:note AS BLOB) WHERE size = \(size)",
            ["note": String(decoding: changed.bytes, as: UTF8.self)])
    }
}
