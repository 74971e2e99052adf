import EvidenceArchive
import EvidenceCrypto
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import GRDB
import Synchronization
import SystemPackage
import Testing
import TransparencyLog

/// What a witness keeps, and what it never does.
struct WitnessStoreTests {
    private let folder: TemporaryFolder
    private let key: SigningKey

    init() throws {
        folder = try TemporaryFolder()
        key = try SigningKey(
            name: TestKey.witness.name, type: .cosignature, privateKey: TestKey.witness.privateKey)
    }

    private var path: FilePath { FilePath(folder.url.path).appending("witness") }
    private var file: URL { folder.url.appendingPathComponent("witness/witness.sqlite") }

    /// A witness that watches the archive of the tests.
    private func made() throws -> WitnessStore {
        try WitnessStore.create(in: path, key: key.verifier) {}
        let store = try WitnessStore.open(in: path)
        #expect(try store.watch(TestKey.archive.verifier, since: .test("2026-03-12T00:00:00.000Z")))
        return store
    }

    private func ask(
        _ store: WitnessStore, _ request: WitnessRequest, at time: String = "2026-03-12T01:30:00.500Z"
    ) throws -> WitnessAnswer {
        try store.answer(request, with: key, now: .test(time))
    }

    private func refusal(_ answer: WitnessAnswer) -> WitnessRefusal? {
        if case .refused(let refusal) = answer { refusal } else { nil }
    }

    private func cosigned(_ answer: WitnessAnswer) -> CosignedCheckpoint? {
        if case .cosigned(let cosigned) = answer { cosigned } else { nil }
    }

    private func sql<Result>(_ body: (Database) throws -> Result) throws -> Result {
        let queue = try DatabaseQueue(path: file.path)
        defer { try? queue.close() }
        return try queue.writeWithoutTransaction(body)
    }

    private func code(_ body: () throws -> Void) -> EvidenceError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? EvidenceError)?.code
        }
    }

    // MARK: Made once

    @Test func `a witness's database is private, durable and one file`() throws {
        let store = try made()
        _ = try ask(store, SignedHistory(leaves: 3).request(0, 3))
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path.string) == ["witness.sqlite"])
        #expect(store.key == key.verifier)
        #expect(try WitnessStore.open(in: path).key == key.verifier)
    }

    @Test func `a second witness is not made in the same folder`() throws {
        let store = try made()
        _ = try ask(store, SignedHistory(leaves: 3).request(0, 3))
        #expect(code { try WitnessStore.create(in: path, key: key.verifier) {} } == .badInput)
        #expect(try store.watched()[0].newest?.checkpoint.size == 3)
    }

    /// What a process leaves that died at some moment while it made a witness is no witness that forgot.
    @Test(arguments: [false, true]) func `a witness whose making was cut off is made by the same command`(
        keyIsKept: Bool
    ) throws {
        let desk = TestDesk(home: folder.url.appendingPathComponent("home"), archive: folder.url)
        let manage = ManageWitness(try desk.context(), folder: path)
        let keys = KeyFolder(try desk.folders())
        struct Died: Error {}
        #expect(throws: Died.self) {
            try WitnessStore.create(in: path, key: key.verifier) {
                if keyIsKept { try keys.save(key, passphrase: nil) }
                throw Died()
            }
        }
        #expect(try keys.hasWitness(named: key.verifier.name) == keyIsKept)
        let made = try manage.create(key.verifier.name)
        #expect(made != key.verifier)
        #expect(try WitnessStore.open(in: path).key == made)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path.string) == ["witness.sqlite"])
        #expect(throws: EvidenceError.self) { try keys.witnessKey(key.verifier) { _ in nil } }
        // Once it is there its name is used for good.
        try FileManager.default.removeItem(at: file)
        #expect(code { _ = try manage.create(key.verifier.name) } == .badInput)
    }

    @Test func `a witness that is lost is never made anew by itself`() throws {
        #expect(code { _ = try WitnessStore.open(in: path) } == .inputMissing)
        _ = try made()
        try FileManager.default.removeItem(at: file)
        #expect(code { _ = try WitnessStore.open(in: path) } == .inputMissing)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path.string) == [])
    }

    @Test(arguments: [
        "empty", "noise", "DELETE", "DROP TABLE conflict", "DROP TRIGGER cosigned_grows", "PRAGMA application_id = 1",
        "PRAGMA journal_mode = WAL", "PRAGMA user_version = 2", "another program's",
    ]) func `a witness that was emptied or altered does not go on`(how: String) throws {
        let store = try made()
        _ = try ask(store, SignedHistory(leaves: 3).request(0, 3))
        switch how {
        case "empty": try Data().write(to: file)
        case "noise": try Data(repeating: 7, count: 5_000).write(to: file)
        case "DELETE":
            // The triggers are put back word for word, as somebody would who wants to hide it.
            try sql { db in
                let triggers = try String.fetchAll(db, sql: "SELECT sql FROM sqlite_schema WHERE type = 'trigger'")
                for name in try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
                    try db.execute(sql: "DROP TRIGGER \(name)")
                }
                try db.execute(sql: "DELETE FROM cosigned; DELETE FROM log; DELETE FROM witness")
                for trigger in triggers { try db.execute(sql: trigger) }
            }
        case "another program's":
            try FileManager.default.removeItem(at: file)
            try sql { try $0.execute(sql: "CREATE TABLE t (x)") }
        default: try sql { try $0.execute(sql: how) }
        }
        let code = code { _ = try WitnessStore.open(in: path) }
        #expect(code == (how.contains("user_version") ? .refused : .damaged), "\(how)")
    }

    @Test(arguments: [
        "DELETE FROM cosigned", "DELETE FROM log", "DELETE FROM witness", "DELETE FROM conflict",
        "UPDATE cosigned SET root = zeroblob(32)", "UPDATE cosigned SET size = 9", "UPDATE log SET verifier_key = ''",
        "UPDATE conflict SET kind = 'fork'", "UPDATE witness SET verifier_key = ''",
        "INSERT INTO cosigned VALUES (NULL, 1, 5, zeroblob(32), x'', '', 1)",
        "INSERT INTO cosigned VALUES (NULL, 1, 4, zeroblob(32), x'', '', 1)",
        "REPLACE INTO cosigned VALUES (1, 1, 5, zeroblob(32), x'', '', 1)",
    ]) func `what was cosigned is neither forgotten nor changed by accident`(statement: String) throws {
        let store = try made()
        _ = try ask(store, SignedHistory(leaves: 5).request(0, 5))
        _ = try ask(store, SignedHistory(leaves: 5).request(0, 3))
        #expect(throws: DatabaseError.self) { try sql { try $0.execute(sql: statement) } }
        #expect(try store.watched()[0].newest?.checkpoint.size == 5)
    }

    // MARK: Watching

    @Test func `an archive is watched under one key`() throws {
        let store = try made()
        let since = Timestamp.test("2026-03-13T00:00:00.000Z")
        #expect(try !store.watch(TestKey.archive.verifier, since: since))
        let other = try VerifierKey(name: TestKey.archive.name, key: TestKey.stranger.privateKey.publicKey)
        #expect(code { _ = try store.watch(other, since: since) } == .refused)
        #expect(try store.watched().map(\.key) == [TestKey.archive.verifier])
        #expect(try store.watched()[0].since == .test("2026-03-12T00:00:00.000Z"))
    }

    @Test func `an archive that is not watched is not cosigned`() throws {
        let store = try made()
        let answer = try ask(store, SignedHistory(.stranger, leaves: 3).request(0, 3))
        #expect(refusal(answer)?.reason == .unknownOrigin)
        #expect(try store.conflicts().isEmpty)
    }

    @Test func `a newest checkpoint is found by the digest of its origin`() throws {
        let store = try made()
        let digest = SHA256Hasher.hash(Array(TestKey.archive.name.utf8))
        #expect(try store.newest(ofOriginHashed: digest) == nil)
        _ = try ask(store, SignedHistory(leaves: 3).request(0, 3))
        let newest = try #require(try store.newest(ofOriginHashed: digest))
        #expect(newest.checkpoint.size == 3)
        #expect(try newest.handedOut().verify(TestKey.archive.verifier) == .valid)
        #expect(try newest.handedOut().verify(key.verifier) == .valid)
        #expect(try store.newest(ofOriginHashed: SHA256Hasher.hash([])) == nil)
    }

    // MARK: Cosigning

    @Test func `what extends the last one is cosigned, and survives`() throws {
        let history = SignedHistory(leaves: 20)
        var store = try made()
        var last = 0
        for (place, size) in [1, 2, 7, 8, 8, 20].enumerated() {
            let time = "2026-03-12T01:3\(place):00.999Z"
            let given = try #require(cosigned(try ask(store, history.request(last, size), at: time)))
            #expect(given.cosignature.isValid(noteText: given.note.text, key: key.verifier))
            // Whoever asks again may be anybody: what was signed first stays, and is given again.
            let first = place == 4 ? "2026-03-12T01:33:00.000Z" : time.replacing(".999", with: ".000")
            #expect(given.time == .test(first))
            last = size
            store = try WitnessStore.open(in: path)
            let newest = try #require(try store.watched()[0].newest)
            #expect(newest.checkpoint == given.checkpoint)
            #expect(newest.cosignature == given.cosignature)
            #expect(newest.note == given.note)
        }
        #expect(try store.watched()[0].cosignedCount == 5)
        #expect(try store.conflicts().isEmpty)
    }

    @Test func `what a stranger adds to a note that was cosigned is not kept`() throws {
        let history = SignedHistory(leaves: 3)
        let store = try made()
        _ = try ask(store, history.request(0, 3))
        let note = try history.note(3, by: [.archive, .stranger])
        #expect(cosigned(try ask(store, WitnessRequest(oldSize: 3, proof: [], note: note)))?.note != note)
        #expect(try store.watched()[0].newest?.note == history.note(3))
    }

    /// Else a clock that is set back would have it say of anything that it was there long ago.
    @Test func `of one archive a witness signs no time before the last one`() throws {
        let history = SignedHistory(leaves: 12)
        let store = try made()
        let last = "2026-03-12T01:30:00.000Z"
        _ = try ask(store, history.request(0, 3), at: last)
        #expect(code { _ = try ask(store, history.request(3, 9), at: "2026-03-12T01:28:59.999Z") } == .refused)
        #expect(try store.watched()[0].newest?.checkpoint.size == 3)
        // What was signed is given again, whatever the clock says.
        #expect(cosigned(try ask(store, history.request(3, 3), at: "2020-03-12T01:29:00.000Z"))?.time == .test(last))
        // A clock that was set back a little is passed over.
        #expect(cosigned(try ask(store, history.request(3, 9), at: "2026-03-12T01:29:00.000Z"))?.time == .test(last))
        // Who runs it may know that the clock was ahead.
        let early = "2026-03-11T00:00:00.000Z"
        #expect(
            cosigned(
                try store.answer(history.request(9, 12), with: key, clockWasAhead: true, now: .test(early)))?.time
                == .test(early))
        // Another archive has times of its own.
        #expect(try store.watch(TestKey.stranger.verifier, since: .test(early)))
        let other = SignedHistory(.stranger, leaves: 3)
        #expect(cosigned(try ask(store, other.request(0, 3), at: "2026-03-10T00:00:00.000Z")) != nil)
    }

    @Test func `forks, rollbacks and what is not proven are refused and kept, each once`() throws {
        let (history, fork) = (SignedHistory(leaves: 20), SignedHistory(leaves: 20, fork: 4))
        let store = try made()
        _ = try ask(store, history.request(0, 6))
        _ = try ask(store, history.request(6, 10))
        var kept: [WitnessRule.Conflict] = []
        for (request, reason, conflict) in [
            (try fork.request(10, 10), .otherRoot, .fork),
            // Another history at a size that was cosigned long ago.
            (try fork.request(0, 6), .otherOldSize(10), .fork),
            (try history.request(0, 6), .otherOldSize(10), .rollback),
            // Between what was cosigned, nobody can say which history it is.
            (try fork.request(0, 8), .otherOldSize(10), .rollback),
            (try fork.request(10, 20), .proofInvalid, .inconsistent),
            (try history.request(6, 20), .otherOldSize(10), nil),
            (try history.request(7, 5), .oldAboveCheckpoint, .rollback),
        ] as [(WitnessRequest, WitnessRule.Reason, WitnessRule.Conflict?)] {
            for time in 0..<2 {
                let refusal = try #require(refusal(try ask(store, request)))
                #expect(refusal.isNew == (time == 0 && conflict != nil))
                #expect(refusal.reason == reason && refusal.conflict == conflict)
                #expect(refusal.cosigned?.checkpoint.size == (conflict == .fork ? request.checkpoint.size : 10))
            }
            if let conflict { kept.append(conflict) }
            #expect(try store.conflicts().map(\.kind) == kept)
            #expect(try store.conflicts().last?.note == (conflict == nil ? store.conflicts().last?.note : request.note))
        }
        #expect(try store.watched()[0].newest?.checkpoint.size == 10)
        // The old request of the true history is none against it.
        #expect(try store.conflicts().map(\.isSettled) == [false, false, true, false, false, false])
        #expect(try store.conflicts().map(\.beside) == [10, 6, 10, 10, 10, 10])
    }

    @Test func `a wrong proof is no lasting charge against a right history`() throws {
        let history = SignedHistory(leaves: 9)
        let store = try made()
        _ = try ask(store, history.request(0, 5))
        let wrong = try WitnessRequest(oldSize: 5, proof: [MerkleHash.leaf([])], note: history.note(9))
        #expect(refusal(try ask(store, wrong))?.conflict == .inconsistent)
        #expect(try store.conflicts().map(\.isSettled) == [false])
        #expect(cosigned(try ask(store, history.request(5, 9))) != nil)
        #expect(try store.conflicts().map(\.isSettled) == [true])
    }

    @Test func `only the witness's own key cosigns`() throws {
        let store = try made()
        let other = try SigningKey(name: "other", type: .cosignature, privateKey: .generate())
        #expect(
            code {
                _ = try store.answer(
                    try SignedHistory(leaves: 3).request(0, 3), with: other, now: .test("2026-03-12T00:00:00.000Z"))
            } == .internalFault)
        #expect(try store.watched()[0].newest == nil)
    }

    @Test func `conflicts do not fill the disk`() throws {
        let store = try made()
        _ = try ask(store, SignedHistory(leaves: 3).request(0, 3))
        try sql { db in
            for number in 0..<1_000 {
                try db.execute(
                    sql: "INSERT INTO conflict SELECT NULL, 1, 'fork', 3, ?, note, 3, ? FROM cosigned",
                    arguments: [Data(SHA256Hasher.hash([UInt8(number / 256), UInt8(number % 256)]).bytes), "t"])
            }
        }
        let fork = try SignedHistory(leaves: 3, fork: 1).request(3, 3)
        #expect(refusal(try ask(store, fork))?.conflict == .fork)
        #expect(try sql { try Int.fetchOne($0, sql: "SELECT count(*) FROM conflict") } == 1_000)
        // Another kind still has room.
        #expect(refusal(try ask(store, SignedHistory(leaves: 3).request(0, 2)))?.conflict == .rollback)
        #expect(try sql { try Int.fetchOne($0, sql: "SELECT count(*) FROM conflict") } == 1_001)
    }

    @Test func `two histories offered at once from many sides leave one root a size`() throws {
        let (history, fork) = (SignedHistory(leaves: 24), SignedHistory(leaves: 24, fork: 2))
        _ = try made()
        let given = Mutex<[UInt64: Set<Digest>]>([:])
        let failed = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { worker in
            do {
                // Each has a connection of its own, as another process would.
                let store = try WitnessStore.open(in: path)
                let mine = worker.isMultiple(of: 2) ? history : fork
                var last = 0
                for size in 1...24 {
                    while true {
                        let answer = try ask(store, mine.request(min(last, size), size))
                        if let cosigned = cosigned(answer) {
                            given.withLock {
                                _ = $0[cosigned.checkpoint.size, default: []].insert(cosigned.checkpoint.root)
                            }
                            last = size
                        } else if case .otherOldSize(let newest) = refusal(answer)?.reason, newest <= size,
                            newest != last
                        {
                            last = Int(newest)
                            continue
                        }
                        break
                    }
                }
            } catch {
                failed.withLock { $0 += 1 }
            }
        }
        #expect(failed.withLock { $0 } == 0)
        let roots = given.withLock { $0 }
        #expect(roots.values.allSatisfy { $0.count == 1 })
        #expect(roots[24] != nil)
        // One history won for good once they parted.
        let winner = roots[24] == [history.root(24)] ? history : fork
        #expect(roots.allSatisfy { $0.value == [winner.root(Int($0.key))] })
    }
}

/// The SQL that the binary carries.
struct SchemaFilesTests {
    @Test func `every schema in the folder is embedded, and no other`() throws {
        let folder = PackageFolder.url.appendingPathComponent("archive-schema")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".sql") }
        let manifest = try String(
            contentsOf: PackageFolder.url.appendingPathComponent("Package.swift"), encoding: .utf8)
        let embedded = manifest.matches(of: /"([a-z]+-v[0-9]{3}\.sql)"/).map { String($0.1) }
        #expect(files.sorted() == embedded.sorted())
    }
}
