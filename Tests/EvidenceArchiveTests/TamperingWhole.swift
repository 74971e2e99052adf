import EvidenceArchive
import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Foundation
import TransparencyLog

extension Tampering {
    private static var manager: FileManager { FileManager.default }
    private static let database = "archive.sqlite"
    private static let index = "index.sqlite"
    /// A database that cannot be read through gives nothing beyond what was found until then.
    private static let silence: Set<Problem.Code> = [.noOutsideAnchor]

    static let databases: [Tampering] = [
        Tampering(.databaseMalformed, "a database of noise", without: silence) {
            try Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }).write(to: $0.file(database))
            return database
        },
        Tampering(.databaseMalformed, "an empty database file", without: silence) {
            try Data().write(to: $0.file(database))
            return database
        },
        Tampering(.databaseMalformed, "a database cut in half", without: silence) {
            let bytes = try Data(contentsOf: $0.file(database))
            try bytes.prefix(bytes.count / 8192 * 4096).write(to: $0.file(database))
            return database
        },
        Tampering(.databaseMalformed, "a database that is not called an archive", without: silence) {
            try $0.plainSQL("PRAGMA application_id = 7")
            return database
        },
        Tampering(.databaseMalformed, "a body of the same bytes, but stored as text") {
            try $0.plainSQL(
                "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'body'"
            )
            try $0.sql("UPDATE body SET bytes = CAST(bytes AS TEXT) WHERE seq = 15")
            try $0.plainSQL(
                "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'body'")
            return database
        },
        Tampering(.databaseMalformed, "a schema whose words are no words", without: silence) {
            try $0.plainSQL(
                """
                CREATE VIEW extra AS SELECT 1; PRAGMA writable_schema = ON;
                UPDATE sqlite_schema SET type = NULL WHERE name = 'extra'
                """)
            return database
        },
        Tampering(.schemaAltered, "a trigger dropped") {
            try $0.plainSQL("DROP TRIGGER entry_stays")
            return database
        },
        Tampering(.schemaAltered, "a trigger that says something else") {
            try $0.plainSQL(
                """
                DROP TRIGGER body_stays;
                CREATE TRIGGER body_stays BEFORE UPDATE ON body
                BEGIN SELECT RAISE(IGNORE); END
                """)
            return database
        },
        Tampering(.schemaAltered, "a trigger added") {
            try $0.plainSQL("CREATE TRIGGER extra AFTER INSERT ON entry BEGIN SELECT 1; END")
            return database
        },
        Tampering(.schemaAltered, "a table added") {
            try $0.plainSQL("CREATE TABLE note (text TEXT)")
            return database
        },
        Tampering(.indexAltered, "a term changed", seq: 15, compares: true) {
            try $0.plainSQL("UPDATE term SET term = 'kind:photo' WHERE seq = 15 AND term LIKE 'kind:%'", on: index)
            return index
        },
        Tampering(.indexAltered, "a term dropped", seq: 15, compares: true) {
            try $0.plainSQL("DELETE FROM term WHERE seq = 15 AND term LIKE 'sha256:%'", on: index)
            return index
        },
        Tampering(.indexAltered, "a term added", seq: 15, compares: true) {
            try $0.plainSQL("INSERT INTO term VALUES (15, 'kind:photo')", on: index)
            return index
        },
        Tampering(.indexAltered, "a term of an entry that is not there", compares: true) {
            try $0.plainSQL("INSERT INTO term VALUES (700, 'kind:photo')", on: index)
            return index
        },
        Tampering(.indexAltered, "a tile changed") {
            try $0.plainSQL("UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 0", on: index)
            return index
        },
        Tampering(.indexAltered, "a tile with a hash too many") {
            try $0.plainSQL("UPDATE tile SET hashes = CAST(hashes || zeroblob(32) AS BLOB) WHERE level = 0", on: index)
            return index
        },
        Tampering(.indexAltered, "a tile dropped") {
            try $0.plainSQL("DELETE FROM tile", on: index)
            return index
        },
        Tampering(.indexAltered, "an index of another archive") {
            try $0.plainSQL("UPDATE meta SET archive = '00'", on: index)
            return index
        },
        Tampering(.indexAltered, "an index that says it knows more than there is") {
            try $0.plainSQL("UPDATE meta SET size = 900", on: index)
            return index
        },
        Tampering(.indexAltered, "an index with a table of its own") {
            try $0.plainSQL("CREATE TABLE note (text TEXT)", on: index)
            return index
        },
        Tampering(.indexAltered, "an index without its row of what it is") {
            try $0.plainSQL("DELETE FROM meta", on: index)
            return index
        },
        Tampering(.indexAltered, "an index of noise") {
            try Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }).write(to: $0.file(index))
            return index
        },
        Tampering(.indexAltered, "an index with a page of noise") {
            try $0.ruin(page: "term", of: index)
            return index
        },
        Tampering(.indexAltered, "a word added to the full text", full: true, compares: true) {
            try $0.plainSQL("INSERT INTO text (rowid, title) VALUES (700, '隐 患 ')", on: index)
            return index
        },
        Tampering(.indexAltered, "a title dropped from the full text", full: true, compares: true) {
            try $0.plainSQL(
                "INSERT INTO text (text, rowid, title) VALUES ('delete', 15, 'e ' || char(0xE02E) || ' t x t ')",
                on: index)
            return index
        },
        Tampering(.indexAltered, "a title given to another record in the full text", full: true) {
            try $0.plainSQL(
                """
                INSERT INTO text (text, rowid, title) VALUES ('delete', 15, 'e ' || char(0xE02E) || ' t x t ');
                INSERT INTO text (rowid, title) VALUES (14, 'e ' || char(0xE02E) || ' t x t ')
                """, on: index)
            return index
        },
        Tampering(.indexAltered, "letters of a title exchanged in the full text", full: true) {
            try $0.plainSQL(
                """
                INSERT INTO text (text, rowid, title) VALUES ('delete', 15, 'e ' || char(0xE02E) || ' t x t ');
                INSERT INTO text (rowid, title) VALUES (15, 'e ' || char(0xE02E) || ' t t x ')
                """, on: index)
            return index
        },
        Tampering(.indexAltered, "a full text emptied", full: true, compares: true) {
            try $0.plainSQL("INSERT INTO text (text) VALUES ('delete-all')", on: index)
            return index
        },
        Tampering(.indexAltered, "a full text whose look-ups lead nowhere", full: true) {
            try $0.plainSQL("UPDATE text_idx SET term = CAST('zzzz' AS BLOB)", on: index)
            return index
        },
        Tampering(.indexAltered, "a full text of noise", full: true) {
            try $0.plainSQL("UPDATE text_data SET block = zeroblob(length(block))", on: index)
            return index
        },
        Tampering(.indexAltered, "an index replaced by a symlink") {
            let elsewhere = $0.beside.appendingPathComponent("elsewhere")
            try manager.moveItem(at: $0.file(index), to: elsewhere)
            try manager.createSymbolicLink(at: $0.file(index), withDestinationURL: elsewhere)
            return index
        },
        Tampering(.publishedCheckpointAltered, "the checkpoint replaced by noise") {
            try Data("checkpoint".utf8).write(to: $0.file("checkpoint"))
            return "checkpoint"
        },
        Tampering(.publishedCheckpointAltered, "the checkpoint without a person's signature") {
            let note = try SignedNote(parsing: [UInt8](try Data(contentsOf: $0.file("checkpoint"))))
            let stripped = try SignedNote(text: note.text, signatures: [note.signatures[0]])
            try Data(stripped.bytes).write(to: $0.file("checkpoint"))
            return "checkpoint"
        },
        Tampering(.publishedCheckpointAltered, "the checkpoint of a second history, signed") {
            let (archive, wang) = (try $0.archiveKey(), try $0.key("wang"))
            let other = Checkpoint(origin: archive.name, size: 19, root: SHA256Hasher.hash([1]))
            var note = try SignedNote(text: other.noteText, signatures: [])
            for key in [archive, wang] { try note.sign(as: key.verifier, with: key.privateKey) }
            try Data(note.bytes).write(to: $0.file("checkpoint"))
            return "checkpoint"
        },
        Tampering(.publishedCheckpointAltered, "a checkpoint of more entries that nobody signed") {
            let other = Checkpoint(origin: try $0.archiveKey().name, size: 40, root: SHA256Hasher.hash([1]))
            var note = try SignedNote(text: other.noteText, signatures: [])
            try note.sign(as: TestKey.stranger.verifier, with: TestKey.stranger.privateKey)
            try Data(note.bytes).write(to: $0.file("checkpoint"))
            return "checkpoint"
        },
        Tampering(.publishedCheckpointAltered, "the checkpoint replaced by a symlink") {
            let elsewhere = $0.beside.appendingPathComponent("elsewhere")
            try manager.moveItem(at: $0.file("checkpoint"), to: elsewhere)
            try manager.createSymbolicLink(at: $0.file("checkpoint"), withDestinationURL: elsewhere)
            return "checkpoint"
        },
    ]

    static let machines: [Tampering] = [
        .log(.rolledBack, "an old copy put back, wholly", seq: 19, compares: true) { copy in
            let old = try copy.copied()
            try copy.desk.add([copy.newFile()], as: "lisi")
            try manager.removeItem(at: copy.archive)
            try ArchiveCopy.clone(old.archive, to: copy.archive)
        },
        .log(
            .rolledBack, "the tail cut off, and the file “checkpoint” with it", seq: 18, also: [.objectUnreferenced],
            compares: true
        ) {
            try $0.cut(to: 18)
            try Data(try $0.checkpoints().last?.note ?? []).write(to: $0.file("checkpoint"))
        },
        .log(.historyRewritten, "a title changed and everything signed anew", seq: 18, compares: true) {
            try $0.rewrite { $0[8].items[0].body["title"] = .string("另一") }
        },
        .log(.historyRewritten, "a record taken out and everything signed anew, with more after it", compares: true) {
            try $0.rewrite {
                $0.remove(at: 9)
                $0.append((seal: $0[0].seal, items: [.evidence("七"), .evidence("八"), .evidence("九")]))
            }
        }.with([.objectUnreferenced, .timeBackwards]),
        .log(.historyRewritten, "the same beginning anew with the archive's key, in another place", compares: true) {
            try $0.rewrite { $0[0].items[0].body["title"] = .string("另一") }
            try $0.remember(at: $0.beside)
        },
        .log(
            .historyRewritten, "everything signed anew, against a checkpoint that was pinned", also: [.noMemory],
            compares: true
        ) {
            let pin = try SignedNote(parsing: try $0.checkpoints().last?.note ?? [])
            let checkpoint = try Checkpoint(noteText: pin.text)
            _ = try PinFile($0.desk.folders()).add([
                .checkpoint(origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root)
            ])
            try $0.forget()
            try $0.rewrite { $0[8].items[0].body["title"] = .string("另一") }
        },
        .log(.archiveReplaced, "a whole archive rebuilt with other keys", also: [.keyDiffersFromPin], compares: true) {
            try $0.rebuild()
        },
        .log(.keyDiffersFromPin, "a whole archive rebuilt with other keys, in another place", compares: true) {
            _ = try PinFile($0.desk.folders()).add([.key(try $0.archiveKey().verifier)])
            try $0.remember(at: $0.beside)
            try $0.rebuild()
        },
        .log(.keyDiffersFromPin, "an archive rebuilt with other keys, where the genuine one's lies", compares: true) {
            try $0.forget()
            try $0.rebuild()
        },
        .log(.keyNotPinned, "an archive rebuilt with other keys, of which nobody here knows") {
            try $0.forget()
            try $0.rebuild()
            try $0.forgetKeys()
        },
        .log(.behindMemory, "an old copy in another place", compares: true) {
            try $0.cut(to: 18)
            try Data(try $0.checkpoints().last?.note ?? []).write(to: $0.file("checkpoint"))
            try $0.remember(at: $0.beside)
        }.with([.objectUnreferenced]),
        .log(
            .behindMemory, "a copy shorter than a checkpoint that was pinned", also: [.noMemory, .objectUnreferenced],
            compares: true
        ) {
            let checkpoint = try Checkpoint(
                noteText: SignedNote(parsing: try $0.checkpoints().last?.note ?? []).text)
            _ = try PinFile($0.desk.folders()).add([
                .checkpoint(origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root)
            ])
            try $0.cut(to: 18)
            try Data(try $0.checkpoints().last?.note ?? []).write(to: $0.file("checkpoint"))
            try $0.forget()
        },
        .log(.notUnderstood, "an entry of a later version", seq: 19) {
            try $0.append(by: "wang") { _ in [.evidence("七").edited { $0["v"] = .integer(2) }] }
        },
        .log(.notUnderstood, "an entry of an unknown type", seq: 19) {
            try $0.append(by: "wang") { _ in
                var item = LogForge.Item.evidence("七")
                item.type = "evidence.sealed"
                return [item]
            }
        },
    ]

    static let warnings: [Tampering] = [
        .log(.timeBackwards, "a clock set back", seq: 19, compares: true) {
            try $0.append(by: "wang") { _ in
                [.evidence("七").edited { $0["time"] = .string("2026-01-01T00:00:00.000Z") }]
            }
        },
        .log(.noOutsideAnchor, "nothing at all, as long as nobody outside has seen it") { _ in },
        .log(.noMemory, "the memory removed") { try $0.forget() },
        .log(.removalPending, "a withdrawal that was not carried out", seq: 15) {
            try $0.append(by: "lisi") { [.withdrawn($0.reference(15))] }
        },
        Tampering(.publishedCheckpointBehind, "an older checkpoint put back", compares: true) {
            try Data(try $0.checkpoints()[3].note).write(to: $0.file("checkpoint"))
            return "checkpoint"
        },
        Tampering(.publishedCheckpointBehind, "the checkpoint removed", compares: true) {
            try manager.removeItem(at: $0.file("checkpoint"))
            return "checkpoint"
        },
        Tampering(.indexBehind, "an index of another version") {
            try $0.plainSQL("PRAGMA user_version = 1", on: index)
            return index
        },
        Tampering(.indexBehind, "an index from before a record was withdrawn") {
            try $0.plainSQL("UPDATE meta SET removed = 3", on: index)
            return index
        },
        Tampering(.indexBehind, "an index that does not know the newest entry", compares: true) {
            try $0.append(by: "wang", indexing: false) { _ in [.evidence("七")] }
            return index
        },
    ]
}

extension ArchiveCopy {
    /// The same people's names and the same words, with keys that somebody made at home.
    func rebuild() throws {
        let names = ["lisi", "zhang", "wang", "qian"]
        let keys = Dictionary(uniqueKeysWithValues: names.map { ($0, TestKey($0, seed: "forged \($0)")) })
        let archive = TestKey(try archiveKey().name, seed: "forged")
        try rewrite(archive: archive, keys: keys) { commits in
            for commit in commits.indices {
                for item in commits[commit].items.indices {
                    let type = commits[commit].items[item].type
                    if type == EntryType.archiveCreated.rawValue {
                        commits[commit].items[item].body["key"] = .string(archive.verifier.description)
                    }
                    guard type == EntryType.signerEnrolled.rawValue,
                        let name = commits[commit].items[item].body["name"]?.string, let key = keys[name]
                    else { continue }
                    let mayEnrol = commits[commit].items[item].body["mayEnrol"]?.bool ?? false
                    commits[commit].items[item].body = try LogForge.Item.enrolled(key, mayEnrol: mayEnrol).body
                }
            }
        }
    }

    func newFile(_ text: String = "新材料\n") throws -> URL {
        let file = beside.appendingPathComponent("新材料.txt")
        try Data(text.utf8).write(to: file)
        return file
    }

    /// Overwrites the root page of a table with noise.
    func ruin(page table: String, of name: String) throws {
        let (size, root) = try layout(name, table)
        var bytes = try Data(contentsOf: file(name))
        for place in 0..<size { bytes[(root - 1) * size + place] = UInt8(truncatingIfNeeded: place &* 31 &+ 3) }
        try bytes.write(to: file(name))
    }
}
