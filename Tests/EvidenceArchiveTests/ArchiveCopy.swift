import EvidenceArchive
import EvidenceCrypto
import EvidenceFiles
import EvidenceRecord
import EvidenceTestSupport
import Foundation
import GRDB
import SystemPackage
import TransparencyLog

/// A copy of the base archive with its people's keys and memory, as if it had always lain there; to be attacked.
final class ArchiveCopy {
    private let folder: TemporaryFolder
    let desk: TestDesk
    private var held: [AnyObject] = []
    /// Where verifying looks for files that stayed outside.
    var mediaRoot: URL?

    /// Keeps something as long as the copy is there.
    func hold(_ object: AnyObject) { held.append(object) }

    init(of source: URL? = nil) throws {
        folder = try TemporaryFolder()
        let base = try source ?? BaseArchive.folder()
        for name in ["archive", "home"] {
            try ArchiveCopy.clone(base.appendingPathComponent(name), to: folder.url.appendingPathComponent(name))
        }
        desk = TestDesk(
            home: folder.url.appendingPathComponent("home"), archive: folder.url.appendingPathComponent("archive"),
            from: .test("2026-03-13T01:30:00.000Z"))
        try remember(at: archive)
    }

    /// A copy of this copy, in a place of its own.
    func copied() throws -> ArchiveCopy { try ArchiveCopy(of: folder.url) }

    static func clone(_ source: URL, to target: URL) throws {
        // With modes and times, and without following symlinks.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/cp")
        process.arguments = ["-a", source.path, target.path]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw TestFailure("cp -a \(source.path) failed") }
    }

    var archive: URL { desk.archive }
    var path: FilePath { FilePath(archive.path) }
    /// A folder beside the archive.
    var beside: URL { folder.url }

    func file(_ name: String) -> URL { archive.appendingPathComponent(name) }

    // MARK: Verifying

    func verify(full: Bool = false, home: URL? = nil) throws -> VerificationReport {
        let folders = try home.map { try UserFolders(environment: ["EVIDENCE_HOME": $0.path]) } ?? desk.folders()
        return try ArchiveVerifier(
            folders: folders, full: full,
            referenced: try ReferencedFiles(below: mediaRoot.map { FilePath($0.path) }, orAtLocation: true),
            progress: { _ in }
        ).verify(path)
    }

    // MARK: What a stranger with write access can do

    /// Runs statements on a database of the archive as an insider would: the triggers are dropped first and stand again
    /// afterwards, word for word.
    func sql(
        _ statements: String, _ arguments: [String: any DatabaseValueConvertible] = [:],
        on name: String = "archive.sqlite"
    )
        throws
    {
        try database(file(name)) { db in
            let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
                .map { ($0["name"] as String, $0["sql"] as String) }
            for (trigger, _) in triggers { try db.execute(sql: "DROP TRIGGER \"\(trigger)\"") }
            try db.execute(sql: statements, arguments: StatementArguments(arguments))
            for (_, text) in triggers { try db.execute(sql: text) }
        }
    }

    /// Runs statements with the triggers in force.
    func plainSQL(_ statements: String, on name: String = "archive.sqlite") throws {
        try database(file(name)) { try $0.execute(sql: statements) }
    }

    private func database<Result>(_ file: URL, _ body: (Database) throws -> Result) throws -> Result {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: file.path, configuration: configuration)
        defer { try? queue.close() }
        return try queue.writeWithoutTransaction(body)
    }

    /// Rows of a table of an archive's log: a number, and bytes or another number.
    func rows(_ columns: String, of table: String, in folder: URL) throws -> [(Int64, Data)] {
        try database(folder.appendingPathComponent("archive.sqlite")) { db in
            try Row.fetchAll(db, sql: "SELECT \(columns) FROM \(table)").map { row in
                let value: DatabaseValue = row[1]
                return (row[0], Data.fromDatabaseValue(value) ?? Data("\(value)".utf8))
            }
        }
    }

    /// Everything in the log, as it stands in the database.
    func log() throws -> [(bytes: [UInt8], body: [UInt8]?)] {
        try database(file("archive.sqlite")) { db in
            try Row.fetchAll(
                db,
                sql:
                    "SELECT entry.bytes, body.bytes FROM entry LEFT JOIN body ON body.seq = entry.seq ORDER BY entry.seq"
            ).map { ([UInt8]($0[0] as Data), ($0[1] as Data?).map { [UInt8]($0) }) }
        }
    }

    func checkpoints() throws -> [(size: UInt64, note: [UInt8])] {
        try database(file("archive.sqlite")) { db in
            try Row.fetchAll(db, sql: "SELECT size, note FROM checkpoint ORDER BY size")
                .map { (UInt64($0[0] as Int64), [UInt8]($0[1] as Data)) }
        }
    }

    /// A database's page size, and the page at which a table begins.
    func layout(_ name: String, _ table: String) throws -> (pageSize: Int, root: Int) {
        try database(file(name)) { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0,
                try Int.fetchOne(db, sql: "SELECT rootpage FROM sqlite_schema WHERE name = ?", arguments: [table]) ?? 0
            )
        }
    }

    /// Every file of the archive with its content, to see that nothing was changed.
    func contents() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: archive.path) ?? .init() {
            contents[name] = try? Data(contentsOf: file(name))
        }
        return contents
    }

    /// Replaces text within the bytes of a row.
    func replace(_ old: String, _ new: String, in table: String, _ seq: UInt64) throws {
        let column = table == "checkpoint" ? ("note", "size") : ("bytes", "seq")
        try sql(
            "UPDATE \(table) SET \(column.0) = CAST(replace(CAST(\(column.0) AS TEXT), :old, :new) AS BLOB) WHERE \(column.1) = :seq",
            ["old": old, "new": new, "seq": Int64(seq)])
    }

    /// Makes the index fit whatever the log now is.
    func reindex() throws {
        try FileManager.default.removeItem(at: file("index.sqlite"))
        _ = try Archive.open(path).index(desk.folders())
    }

    // MARK: What somebody with the keys can do

    func key(_ name: String) throws -> TestKey {
        let key = try KeyFolder(desk.folders()).signer(name) { _ in nil }
        return TestKey(verifier: key.verifier, privateKey: key.privateKey)
    }

    func archiveKey() throws -> TestKey {
        let key = try KeyFolder(desk.folders()).archiveKey(Archive.open(path).created.key) { _ in nil }
        return TestKey(verifier: key.verifier, privateKey: key.privateKey)
    }

    /// A forge that stands where the log ends.
    func forge() throws -> LogForge {
        var forge = LogForge(archive: try archiveKey())
        for (bytes, body) in try log() { try forge.adopt(bytes, body: body) }
        return forge
    }

    /// Appends a commit, whatever it says, with checkpoint and index as they should be.
    func append(_ seal: LogForge.Seal, indexing: Bool = true, _ items: (LogForge) throws -> [LogForge.Item]) throws {
        var forge = try forge()
        let start = Int(forge.size)
        try forge.commit(seal, try items(forge))
        try database(file("archive.sqlite")) { db in try ArchiveCopy.insert(forge, from: start, db) }
        try publish(forge)
        if indexing { _ = try Archive.open(path).index(desk.folders()) }
    }

    func append(by name: String, indexing: Bool = true, _ items: (LogForge) throws -> [LogForge.Item]) throws {
        try append(LogForge.Seal(try key(name)), indexing: indexing, items)
    }

    /// Writes the whole history anew with all keys, so that it holds together and everything that lies in the archive
    /// agrees.
    func rewrite(
        archive: TestKey? = nil, keys: [String: TestKey]? = nil,
        _ change: (inout [(seal: LogForge.Seal, items: [LogForge.Item])]) throws -> Void
    ) throws {
        let own = try Dictionary(uniqueKeysWithValues: ["lisi", "zhang", "wang", "qian"].map { ($0, try key($0)) })
        var commits = try LogForge.commits(log(), keys: keys ?? own)
        try change(&commits)
        var forge = LogForge(archive: try archive ?? archiveKey())
        for (seal, items) in commits { try forge.commit(seal, items) }
        try sql("DELETE FROM entry; DELETE FROM body; DELETE FROM checkpoint")
        try database(file("archive.sqlite")) { db in try ArchiveCopy.insert(forge, from: 0, db) }
        try publish(forge)
        try reindex()
    }

    private static func insert(_ forge: LogForge, from start: Int, _ db: Database) throws {
        for seq in start..<forge.entries.count {
            try db.execute(sql: "INSERT INTO entry VALUES (?, ?)", arguments: [seq, Data(forge.entries[seq] ?? [])])
            if let body = forge.bodies[seq] {
                try db.execute(sql: "INSERT INTO body VALUES (?, ?)", arguments: [seq, Data(body)])
            }
        }
        for (size, note) in forge.checkpoints where size > UInt64(start) {
            try db.execute(sql: "INSERT INTO checkpoint VALUES (?, ?)", arguments: [Int64(size), Data(note)])
        }
    }

    private func publish(_ forge: LogForge) throws {
        guard let newest = forge.checkpoints.last else { return }
        try Data(newest.note).write(to: file("checkpoint"))
    }

    // MARK: The operator's machine

    /// Makes the memory say that the archive lies there.
    func remember(at url: URL) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: state.path) where name.hasSuffix(".sqlite") {
            try database(state.appendingPathComponent(name)) { db in
                try db.execute(sql: "UPDATE archive SET path = ?", arguments: [Data(url.path.utf8)])
            }
        }
    }

    var state: URL { desk.home.appendingPathComponent("state") }

    func forget() throws { try FileManager.default.removeItem(at: state) }

    /// The archives' private keys on this machine.
    private var archiveKeys: URL { desk.home.appendingPathComponent("archives") }

    /// Takes the archive's private key away.
    func forgetKeys() throws { try FileManager.default.removeItem(at: archiveKeys) }

    /// The public key beside it.
    func ownKey() throws -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: archiveKeys.path)) ?? []
        return try names.first { $0.hasSuffix(".vkey") }.map {
            String(try String(contentsOf: archiveKeys.appendingPathComponent($0), encoding: .utf8).dropLast())
        }
    }

    /// A reader's own folder, without keys or memory.
    func stranger() throws -> URL {
        let home = folder.url.appendingPathComponent("stranger")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        return home
    }

    // MARK: Stored files

    /// The stored files of a record, relative to the archive, in the record's order.
    func objects(_ seq: UInt64) throws -> [String] {
        let record = try Archive.open(path).record(seq)
        guard let body = record.body else { throw TestFailure("entry \(seq) has no body") }
        return try EvidenceAdded(body).files.map { ObjectStore.relativePath($0.sha256) }
    }

    func object(_ seq: UInt64) throws -> String {
        guard let first = try objects(seq).first else { throw TestFailure("entry \(seq) has no files") }
        return first
    }

    /// Writes a stored file anew, with the mode it had.
    func overwrite(_ object: String, _ change: (inout Data) -> Void) throws {
        let file = file(object)
        var bytes = try Data(contentsOf: file)
        change(&bytes)
        try FileManager.default.removeItem(at: file)
        try bytes.write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: file.path)
    }
}
