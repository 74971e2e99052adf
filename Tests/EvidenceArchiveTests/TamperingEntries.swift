import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import TransparencyLog

extension Tampering {
    private static let digest = SHA256Hasher.hash([0x65])

    /// What stands beside an entry of the log whose bytes were changed, where its neighbours are as they were.
    private static let changed: Set<Problem.Code> = [.chainBroken, .rootMismatch]

    static let entries: [Tampering] = [
        .log(
            .entryMalformed, "a byte of an entry changed", seq: 15,
            also: changed.union([.indexAltered, .objectUnreferenced])
        ) { try $0.sql("UPDATE entry SET bytes = CAST(X'5b' || substr(bytes, 2) AS BLOB) WHERE seq = 15") },
        .log(
            .entryMalformed, "a byte of an entry changed and the index made anew", seq: 15,
            also: changed.union([.objectUnreferenced])
        ) {
            try $0.sql("UPDATE entry SET bytes = CAST(X'5b' || substr(bytes, 2) AS BLOB) WHERE seq = 15")
            try $0.reindex()
        },
        .log(.entryMalformed, "an entry of the key holder's that breaks the format", seq: 19) {
            try $0.append(by: "wang") { _ in [.evidence("七").edited { $0["time"] = .string("2026") }] }
        },
        .log(.entryMissing, "an entry dropped", seq: 15, also: [.objectUnreferenced], compares: true) {
            try $0.sql("DELETE FROM entry WHERE seq = 15; DELETE FROM body WHERE seq = 15")
            try $0.sql("DELETE FROM checkpoint WHERE size = 16")
            try $0.reindex()
        },
        .log(
            .entryMissing, "three entries of a commit dropped", seq: 12,
            also: [.objectUnreferenced], compares: true
        ) {
            try $0.sql("DELETE FROM entry WHERE seq BETWEEN 12 AND 14; DELETE FROM body WHERE seq BETWEEN 12 AND 14")
        },
        .log(
            .entryMissing, "an entry put at the end of all numbers", seq: 19,
            also: [.indexBehind, .publishedCheckpointBehind], compares: true
        ) {
            try $0.sql("INSERT INTO entry SELECT 9223372036854775807, bytes FROM entry WHERE seq = 18")
        },
        .log(
            .entryMisplaced, "an entry dropped and the later ones moved up", seq: 15,
            also: [
                .chainBroken, .rootMismatch, .checkpointUnexpected, .logTruncated, .objectUnreferenced, .rolledBack,
            ],
            compares: true
        ) {
            try $0.sql("DELETE FROM entry WHERE seq = 15; DELETE FROM body WHERE seq = 15")
            try $0.sql("UPDATE entry SET seq = seq - 1 WHERE seq > 15; UPDATE body SET seq = seq - 1 WHERE seq > 15")
            try $0.reindex()
        },
        .log(
            .entryMisplaced, "an entry inserted and the later ones moved down", seq: 15,
            also: [
                .chainBroken, .rootMismatch, .checkpointMissing, .publishedCheckpointBehind, .timeBackwards,
            ], compares: true
        ) {
            try $0.sql(
                """
                UPDATE entry SET seq = seq + 100 WHERE seq >= 15; UPDATE entry SET seq = seq - 99 WHERE seq >= 100;
                UPDATE body SET seq = seq + 100 WHERE seq >= 15; UPDATE body SET seq = seq - 99 WHERE seq >= 100;
                INSERT INTO entry SELECT 15, bytes FROM entry WHERE seq = 9;
                INSERT INTO body SELECT 15, bytes FROM body WHERE seq = 9
                """)
            try $0.reindex()
        },
        .log(
            .entryMisplaced, "two entries swapped", seq: 12,
            also: changed.union([.dossierChainBroken, .dossierForked, .dossierGap, .timeBackwards]), compares: true
        ) {
            for table in ["entry", "body"] {
                try $0.sql(
                    """
                    UPDATE \(table) SET seq = 99 WHERE seq = 12; UPDATE \(table) SET seq = 12 WHERE seq = 13;
                    UPDATE \(table) SET seq = 13 WHERE seq = 99
                    """)
            }
            try $0.reindex()
        },
        .log(.entryMisplaced, "an entry of the key holder's that gives itself another number", seq: 20, compares: true)
        {
            try $0.append(by: "wang") { _ in
                [.evidence("七"), .evidence("八").edited { $0["seq"] = .integer(7) }, .evidence("九")]
            }
        },
        .log(
            .chainBroken, "an entry dated back", seq: 15, also: [.rootMismatch, .timeBackwards, .indexAltered],
            compares: true
        ) {
            try $0.replace("2026-03-12T", "2026-03-11T", in: "entry", 15)
        },
        .log(
            .chainBroken, "an entry dated forward", seq: 17, also: [.rootMismatch, .timeBackwards, .indexAltered],
            compares: true
        ) {
            try $0.replace("2026-03-12T", "2027-03-12T", in: "entry", 17)
        },
        .log(.chainBroken, "an entry of the key holder's that follows another", seq: 18, compares: true) {
            try $0.append(by: "wang") { _ in [.evidence("七").edited { $0["prev"] = digest.json }] }
        },
        .log(
            .commitBroken, "one entry of several put under a colleague's name", seq: 6,
            also: changed.union([.dossierChainBroken, .indexAltered]), compares: true
        ) { try $0.replace("\"actor\":\"zhang\"", "\"actor\":\"lisi\"", in: "entry", 6) },
        .log(.commitBroken, "an entry of the key holder's of another commit", seq: 20, compares: true) {
            try $0.append(by: "wang") { _ in
                [.evidence("七"), .evidence("八").edited { $0["commit"] = .integer(40) }, .evidence("九")]
            }
        },
        .log(
            .logTruncated, "the tail cut off, the file “checkpoint” forgotten", seq: 18,
            also: [.rolledBack, .objectUnreferenced], compares: true
        ) { try $0.cut(to: 18) },
        .log(
            .logTruncated, "the tail cut off, its checkpoint left", seq: 18,
            also: [.rolledBack, .objectUnreferenced], compares: true
        ) {
            try $0.sql("DELETE FROM entry WHERE seq = 18; DELETE FROM body WHERE seq = 18")
            try $0.reindex()
        },
        .log(
            .logTruncated, "the tail cut off inside a commit", seq: 14, also: [.rolledBack, .objectUnreferenced],
            compares: true
        ) { try $0.cut(to: 14) },
        .log(.openingBroken, "a second beginning by the key holder", seq: 19) { copy in
            let key = try copy.archiveKey()
            try copy.append(by: "lisi") { _ in [.created(key)] }
        },
        .log(
            .openingBroken, "an empty log", seq: 0,
            also: [.publishedCheckpointAltered, .objectUnreferenced, .indexAltered]
        ) { try $0.sql("DELETE FROM entry; DELETE FROM body; DELETE FROM checkpoint") },
    ]
}

extension ArchiveCopy {
    /// Cuts off the newest entries with what belongs to them, but not the file `checkpoint`.
    func cut(to size: UInt64) throws {
        try sql(
            """
            DELETE FROM entry WHERE seq >= \(size); DELETE FROM body WHERE seq >= \(size);
            DELETE FROM checkpoint WHERE size > \(size)
            """)
        try reindex()
    }
}
