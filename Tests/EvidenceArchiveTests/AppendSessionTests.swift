import EvidenceArchive
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing
import TransparencyLog

/// What a writer refuses before it writes anything.
struct AppendSessionTests {
    /// Tries to add a record, and gives how it was refused; the log must be as it was.
    private func refusal(_ copy: ArchiveCopy, as signer: String = "lisi") throws -> EvidenceError? {
        let file = try copy.newFile()
        let size = try copy.log().count
        let objects = try objects(copy)
        do {
            try copy.desk.add([file], as: signer)
            return nil
        } catch let error as EvidenceError {
            #expect(try copy.log().count == size, "something was written")
            #expect(try objects == self.objects(copy), "a stored file was left")
            #expect(!error.message.zh.isEmpty && error.message.zh != error.message.en)
            return error
        }
    }

    private func objects(_ copy: ArchiveCopy) throws -> [String] {
        try copy.contents().keys.filter { $0.hasPrefix("objects/") || $0.hasPrefix("incoming/") }.sorted()
    }

    @Test func `an archive as it was left is written to, and is whole afterwards`() throws {
        let copy = try ArchiveCopy()
        #expect(try refusal(copy) == nil)
        #expect(copy.desk.warnings().isEmpty)
        let report = try copy.verify(full: true)
        #expect(report.exitStatus == 0 && report.size == 20 && report.warnings.map(\.code) == [.noOutsideAnchor])
    }

    @Test func `an old copy put back is refused`() throws {
        let copy = try ArchiveCopy()
        let old = try copy.copied()
        #expect(try refusal(copy) == nil)
        try FileManager.default.removeItem(at: copy.archive)
        try ArchiveCopy.clone(old.archive, to: copy.archive)
        let error = try refusal(copy)
        #expect(error?.code == .refused)
        #expect(error?.message.en.contains("rolled back: it has 19 entries, and this machine has seen 20") == true)
    }

    @Test func `an old copy in another place is refused too`() throws {
        let copy = try ArchiveCopy()
        let old = try copy.copied()
        #expect(try refusal(copy) == nil)
        try FileManager.default.removeItem(at: copy.archive)
        try ArchiveCopy.clone(old.archive, to: copy.archive)
        try copy.remember(at: copy.beside)
        #expect(try refusal(copy)?.code == .refused)
    }

    @Test func `while one copy is written to, another copy on the same machine waits, and is then refused`() throws {
        struct Stop: Error {}
        let copy = try ArchiveCopy()
        let twin = copy.beside.appendingPathComponent("twin")
        try ArchiveCopy.clone(copy.archive, to: twin)
        let folders = try copy.desk.folders()
        var waits = 0
        func session(_ place: FilePath) throws -> AppendSession {
            try AppendSession(
                Archive.open(place),
                AppendSession.Surroundings(
                    folders: folders, now: { .test("2026-03-13T02:00:00.000Z") },
                    random: { [UInt8](repeating: 7, count: $0) },
                    onWait: { waits += 1 }, onWarning: { _ in }, checkInterruption: { throw Stop() }))
        }
        var first: AppendSession? = try session(copy.path)
        #expect(first?.state.size == 19 && waits == 0)
        #expect(throws: Stop.self) { _ = try session(FilePath(twin.path)) }
        #expect(waits == 1)
        first = nil
        _ = try session(FilePath(twin.path))
        try copy.desk.add([copy.newFile()], as: "lisi")
        #expect(throws: EvidenceError.self) { _ = try session(FilePath(twin.path)) }
        #expect(waits == 1)
    }

    @Test func `a history written anew with all keys is refused`() throws {
        let copy = try ArchiveCopy()
        try copy.rewrite { $0[8].items[0].body["title"] = .string("另一") }
        let error = try refusal(copy)
        #expect(error?.code == .refused)
        #expect(error?.message.en.contains("not those that this machine has seen") == true)
    }

    @Test func `a history written anew and longer than before is refused`() throws {
        let copy = try ArchiveCopy()
        try copy.rewrite {
            $0[8].items[0].body["title"] = .string("另一")
            $0.append((seal: $0[0].seal, items: [.evidence("七")]))
        }
        #expect(try refusal(copy).map { [.refused, .damaged].contains($0.code) } == true)
    }

    @Test func `a beginning written anew with the archive's key is refused`() throws {
        let copy = try ArchiveCopy()
        try copy.rewrite { $0[0].items[0].body["title"] = .string("另一") }
        #expect(try refusal(copy)?.code == .refused)
        try copy.remember(at: copy.beside)
        let error = try refusal(copy)
        #expect(error?.code == .refused && error?.message.en.contains("another beginning") == true)
    }

    @Test func `another archive in the same place is refused`() throws {
        let copy = try ArchiveCopy()
        try FileManager.default.removeItem(at: copy.archive)
        let other = TestDesk(home: copy.beside.appendingPathComponent("other home"), archive: copy.archive)
        _ = try CreateArchive(other.context(as: "lisi")).run(
            CreateArchive.Request(
                folder: copy.path, origin: "other.example", title: nil, person: "李四", unit: nil, role: nil,
                continuing: nil))
        // With that archive's key brought here, only the memory of the former stands in the way.
        let key = try KeyFolder(other.folders()).archiveKey(Archive.open(copy.path).created.key) { _ in nil }
        try KeyFolder(copy.desk.folders()).save(key, passphrase: nil)
        let error = try refusal(copy)
        #expect(error?.code == .refused)
        #expect(error?.message.en.contains("Another archive, “evidence.example/team-7”") == true)
    }

    @Test(arguments: [
        "DROP TRIGGER entry_stays", "CREATE TABLE note (text TEXT)", "CREATE INDEX extra ON entry (bytes)",
        "DROP TABLE anchor",
    ])
    func `an altered schema is not written to`(statement: String) throws {
        let copy = try ArchiveCopy()
        try copy.plainSQL(statement)
        let error = try refusal(copy)
        #expect(error?.code == .damaged && error?.message.en.contains("schema") == true)
    }

    @Test func `a checkpoint file that is not the log's is refused`() throws {
        let copy = try ArchiveCopy()
        let before = try Data(contentsOf: copy.file("checkpoint"))
        for bytes in [Data("checkpoint".utf8), Data(), Data(count: 100_000), before.dropLast(90)] {
            try bytes.write(to: copy.file("checkpoint"))
            #expect(try refusal(copy).map { [.refused, .badInput].contains($0.code) } == true)
        }
        try before.write(to: copy.file("checkpoint"))
        #expect(try refusal(copy) == nil)
    }

    @Test func `entries since the memory that break a rule are refused`() throws {
        let copy = try ArchiveCopy()
        try copy.append(LogForge.Seal(.stranger)) { _ in [.evidence("七")] }
        let error = try refusal(copy)
        #expect(error?.code == .damaged && error?.message.en.contains("who was not enrolled then") == true)
    }

    @Test func `entries since the memory that keep all rules are gone on from`() throws {
        let copy = try ArchiveCopy()
        try copy.append(by: "wang") { _ in [.evidence("七")] }
        #expect(try refusal(copy) == nil)
        #expect(try copy.verify().exitStatus == 0)
    }

    @Test func `without a memory every entry is checked first, said so, and remembered from then on`() throws {
        let copy = try ArchiveCopy()
        try copy.forget()
        #expect(try refusal(copy) == nil)
        #expect(copy.desk.warnings().contains { $0.en.contains("no-memory") && $0.zh.contains("no-memory") })
        #expect(try copy.verify().warnings.map(\.code) == [.noOutsideAnchor])
        #expect(try refusal(copy) == nil)
        #expect(copy.desk.warnings().isEmpty)
    }

    @Test func `without a memory a change anywhere in the log is found and refused`() throws {
        let copy = try ArchiveCopy()
        try copy.replace("2026-03-12T", "2026-03-11T", in: "entry", 9)
        try copy.forget()
        #expect(try refusal(copy)?.code == .damaged)
    }

    @Test func `somebody whose key was revoked, who was never enrolled, or who has another key, is refused`() throws {
        let copy = try ArchiveCopy()
        #expect(try refusal(copy, as: "qian").map { $0.code == .refused && $0.message.en.contains("revoked") } == true)
        try copy.desk.createSigner("sun", person: "孙八")
        #expect(
            try refusal(copy, as: "sun").map { $0.code == .refused && $0.message.en.contains("not enrolled") } == true)
        #expect(try refusal(copy, as: "nobody")?.code == .refused)
        let signers = copy.desk.home.appendingPathComponent("signers")
        for name in ["wang.pem", "wang.slip"] {
            try FileManager.default.removeItem(at: signers.appendingPathComponent(name))
        }
        try copy.desk.createSigner("wang", person: "王五")
        #expect(
            try refusal(copy, as: "wang").map { $0.code == .refused && $0.message.en.contains("another key") } == true)
    }

    @Test func `without the archive's key nothing is written`() throws {
        let copy = try ArchiveCopy()
        try FileManager.default.removeItem(at: copy.desk.home.appendingPathComponent("archives"))
        #expect(try refusal(copy)?.code == .refused)
    }

    @Test func `a newest checkpoint without its author's signature is not built upon`() throws {
        let copy = try ArchiveCopy()
        try copy.strip("lisi", size: 19)
        try Data(try copy.checkpoints().last?.note ?? []).write(to: copy.file("checkpoint"))
        #expect(try refusal(copy)?.code == .refused)
    }
}
