import EvidenceArchive
import EvidenceCrypto
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import SystemPackage
import TransparencyLog

/// An archive with everybody who might look at it: what each of them has was got before the attack.
final class Scene {
    let copy: ArchiveCopy
    /// What was published or handed over, where it is that which is looked at and not the archive.
    private var subject: FilePath?
    /// What was once given of the archive, or of another that passes for it.
    var given: FilePath?
    private var homes: [String: URL] = [:]
    private var claims: [FilePath] = []
    private let authority = Result { try TimestampAuthority() }

    init() throws {
        copy = try ArchiveCopy()
        let key = try copy.archiveKey().verifier
        try home("anyone", [])
        try home("key", [.key(key)])
        try home("recipient", [.key(key)])
        try home("checkpoint", [])
        try home("verified before", [])
        try home("trusts a witness", [.key(key), .witness(TestKey.witness.verifier)])
        homes["operator"] = copy.desk.home
    }

    private func home(_ observer: String, _ pins: [Pin]) throws {
        let url = copy.beside.appendingPathComponent("home of \(observer)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        let folders = try UserFolders(environment: ["EVIDENCE_HOME": url.path])
        for pin in pins { _ = try PinFile(folders).add([pin]) }
        homes[observer] = url
    }

    /// Takes from an observer what verifying left, as if they saw the archive for the first time.
    func forget(_ observer: String) throws {
        guard let home = homes[observer] else { throw TestFailure("nobody is called “\(observer)”") }
        try FileManager.default.removeItem(at: home.appendingPathComponent("state"))
    }

    /// Lets those who keep something of the archive take it now.
    func remember() throws {
        claims = try [.checkpoint, .receipt, .published].map { try ClaimTests.take($0, from: copy) }
    }

    /// The codes of all that an observer is told.
    func codes(_ observer: String) throws -> Set<String> {
        if observer == "witness" { return try askWitness() }
        guard let home = homes[observer] else { throw TestFailure("nobody is called “\(observer)”") }
        let desk = TestDesk(home: home, archive: copy.archive)
        let against = observer == "checkpoint" ? given.map { [$0] } ?? claims : []
        let report = try VerifyArchive(desk.context()) { _, _ in nil }.run(
            VerifyArchive.Request(
                place: .path(subject ?? copy.path), against: against.map { .path($0) }))
        return Set((report.problems + report.unchecked + report.warnings).map(\.code.rawValue))
    }

    // MARK: Witnesses and authorities

    /// Asks a witness, who was told the archive's key, to sign the newest checkpoint.
    func askWitness() throws -> Set<String> {
        let folder = FilePath(copy.beside.appendingPathComponent("witness").path)
        let isFirst = !FileManager.default.fileExists(atPath: folder.string)
        let desk = TestDesk(
            home: copy.beside.appendingPathComponent("home of the witness"), archive: copy.archive,
            from: .test("2026-03-12T12:\(isFirst ? "00" : "10"):00.000Z"))
        let manage = ManageWitness(try desk.context(), folder: folder)
        if isFirst {
            _ = try manage.create("witness.example/office")
            _ = try manage.watch(copy.archiveKey().verifier.description, path: "key")
        }
        do {
            _ = try CosignCheckpoint(desk.context(), witness: manage.open()).run(copy.path)
            return []
        } catch let error as EvidenceError where error.code == .damaged {
            return ["refused: a fork"]
        }
    }

    /// Puts an authority's time to the newest checkpoint, and lets an entry record it.
    func timestamp() throws {
        let authority = try authority.get()
        try home("trusts an authority", [.key(copy.archiveKey().verifier), .authority(authority.certificate("root"))])
        let newest = try copy.checkpoints().last
        let token = try authority.token(over: SHA256Hasher.hash(newest?.note ?? []), at: "20260312120000Z")
        let anchor = Anchor(.timestamp, size: newest?.size ?? 0, token: token)
        try copy.keep(anchor)
        var item = LogForge.Item(.checkpointAnchored, [], try CheckpointAnchored(anchor).json)
        item.time = "2026-03-13T01:30:00.000Z"
        try copy.append(by: "lisi") { _ in [item] }
    }

    func exchangeTimestamp() throws {
        let token = try authority.get().token(over: SHA256Hasher.hash([1]), at: "20260312110000Z")
        try copy.exchangeToken(token)
    }

    /// An entry that claims to have been written before what stands before it in the log.
    func backDate() throws {
        var item = LogForge.Item.evidence("七")
        item.time = "2026-03-12T02:00:00.000Z"
        try copy.append(by: "lisi") { _ in [item] }
    }

    // MARK: Copies

    private var old: URL { copy.beside.appendingPathComponent("old copy") }

    func keepOldCopy() throws {
        try ArchiveCopy.clone(copy.archive, to: old)
        try copy.desk.add([copy.newFile()], as: "lisi")
    }

    func putBackOldCopy() throws {
        try FileManager.default.removeItem(at: copy.archive)
        try ArchiveCopy.clone(old, to: copy.archive)
    }

    // MARK: What is published or handed over

    func publish() throws {
        let place = copy.beside.appendingPathComponent("server")
        _ = try PublishLog(copy.desk.context(as: "lisi")).run(to: FilePath(place.path))
        subject = FilePath(place.path)
    }

    func alterPublished() throws {
        let file = copy.beside.appendingPathComponent("server/tile/entries/000.p/19")
        var bytes = try Data(contentsOf: file)
        guard let place = bytes.range(of: Data("\"actor\":\"wang\"".utf8)) else {
            throw TestFailure("wang wrote nothing")
        }
        bytes.replaceSubrange(place, with: Data("\"actor\":\"lisi\"".utf8))
        try bytes.write(to: file)
    }

    func export() throws {
        let place = copy.beside.appendingPathComponent("handed over")
        _ = try ExportCase(copy.desk.context(as: "lisi")).run(
            ExportCase.Request(
                name: "2026-007", kind: .caseOpened, target: FilePath(place.path), recipient: nil, purpose: nil,
                agent: "test"))
        subject = FilePath(place.path)
    }

    /// Changes a description, and makes the lists fit; without the keys, nobody's signature is over them.
    func alterBundle() throws {
        try refit(signed: false) { folder in
            let body = folder.appendingPathComponent("data/bodies/6.json")
            let text = try String(contentsOf: body, encoding: .utf8)
            try Data(text.replacing("丙", with: "丕").utf8).write(to: body)
        }
    }

    /// Takes a record's description out, makes the lists fit, and signs them with every key.
    func leaveOutOfBundle() throws {
        try refit(signed: true) { folder in
            try FileManager.default.removeItem(at: folder.appendingPathComponent("data/bodies/6.json"))
        }
    }

    private func refit(signed: Bool, _ change: (URL) throws -> Void) throws {
        let folder = copy.beside.appendingPathComponent("handed over")
        try change(folder)
        func digest(_ name: String) throws -> String {
            SHA256Hasher.hash([UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))).hex
        }
        func relist(_ name: String) throws {
            let file = folder.appendingPathComponent(name)
            let paths = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { $0.dropFirst(66) }
            let lines = try paths.map(String.init).filter {
                FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path)
            }.map { "\(try digest($0))  \($0)\n" }
            try Data(lines.joined().utf8).write(to: file)
        }
        let payload = try FileManager.default.subpathsOfDirectory(atPath: folder.appendingPathComponent("data").path)
            .compactMap { name -> Int? in
                let values = try folder.appendingPathComponent("data/\(name)").resourceValues(
                    forKeys: [.isRegularFileKey, .fileSizeKey])
                return values.isRegularFile == true ? values.fileSize : nil
            }
        let info = folder.appendingPathComponent("bag-info.txt")
        let lines = try String(contentsOf: info, encoding: .utf8).split(separator: "\n").map {
            $0.hasPrefix("Payload-Oxum") ? "Payload-Oxum: \(payload.reduce(0, +)).\(payload.count)" : String($0)
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: info)
        try relist("manifest-sha256.txt")
        try relist("tagmanifest-sha256.txt")
        guard signed else { return }
        let archive = try copy.archiveKey()
        var note = try SignedNote(
            text: "evidence bundle v1\n\(archive.name)\n\(try digest("tagmanifest-sha256.txt"))\n", signatures: [])
        for key in [archive, try copy.key("lisi")] { try note.sign(as: key.verifier, with: key.privateKey) }
        try Data(note.bytes).write(to: folder.appendingPathComponent("signatures/tagmanifest.note"))
    }
}
