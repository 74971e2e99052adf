import EvidenceArchive
import EvidenceFiles
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing

/// A second copy that is kept in step: it gets all that is good, and nothing else.
struct MirrorTests {
    // MARK: What it gets

    @Test func `a mirror is an archive, and a second run brings what is new`() throws {
        let copy = try ArchiveCopy()
        let first = try copy.mirror()
        #expect(first.exitStatus == 0 && first.previousSize == 0 && first.size == 19 && first.files == 12)
        #expect(try copy.mirrored() == copy.evidence())
        let again = try copy.mirror()
        #expect(again.previousSize == 19 && again.size == 19 && again.files == 0 && again.problems.isEmpty)
        let left = copy.mirrorFolder.appendingPathComponent(".checkpoint.1.tmp")
        try Data("half".utf8).write(to: left)
        try copy.desk.add([copy.newFile("新的\n")], as: "lisi")
        let next = try copy.mirror()
        #expect(next.previousSize == 19 && next.size == 20 && next.files == 1)
        #expect(!FileManager.default.fileExists(atPath: left.path))
        #expect(try copy.mirrored() == copy.evidence())
        #expect(try copy.verifyMirror(full: true) == [])
    }

    @Test func `signatures by witnesses come along, recorded or not yet`() throws {
        let copy = try ArchiveCopy()
        try copy.witness(at: "2026-03-12T12:00:00.000Z")
        _ = try copy.mirror()
        #expect(try copy.anchors(of: copy.mirrorFolder) == copy.anchors(of: copy.archive))
        try copy.witness(at: "2026-03-13T12:00:00.000Z", recording: false)
        #expect(try copy.mirror().problems.isEmpty)
        let kept = try copy.anchors(of: copy.mirrorFolder)
        #expect(try kept.count == 2 && kept == copy.anchors(of: copy.archive))
        #expect(try copy.verifyMirror() == [])
    }

    @Test func `a file that the mirror lost comes again, and one that rotted there with --full`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let (lost, rotten) = (try copy.object(15), try copy.object(18))
        try FileManager.default.removeItem(at: copy.mirrorFolder.appendingPathComponent(lost))
        let place = copy.mirrorFolder.appendingPathComponent(rotten)
        var bytes = try Data(contentsOf: place)
        bytes[0] ^= 1
        try FileManager.default.removeItem(at: place)
        try bytes.write(to: place)
        #expect(try copy.mirror().files == 1)
        #expect(try copy.verifyMirror() == [.fileAltered])
        let full = try copy.mirror { $0.full = true }
        #expect(full.files == 1 && full.keptAside == ["aside/\(place.lastPathComponent).1"])
        let kept = try #require(full.keptAside.first)
        #expect(try Data(contentsOf: copy.mirrorFolder.appendingPathComponent(kept)) == bytes)
        #expect(try copy.verifyMirror(full: true) == [])
    }

    // MARK: What it does not get

    @Test(arguments: TestTier.some(Tampering.some, oneIn: 6))
    func `no attack on the archive reaches its mirror, be it old or new`(tampering: Tampering) throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let before = try copy.mirrored()
        _ = try tampering.attack(copy)
        let old = Result { try copy.mirror() }
        // What only the archive had, and had lost, is missing in the mirror too, and told.
        let left: Set<Problem.Code> = [.fileMissing, .anchorMissing]
        let lacks = try copy.verifyMirror(full: true)
        #expect(lacks.isSubset(of: left))
        if !lacks.isEmpty { #expect(try !old.get().problems.isEmpty) }
        let now = try copy.mirrored()
        for (name, bytes) in before where name.hasPrefix("objects/") { #expect(now[name] == bytes) }
        if case .failure(let error) = old {
            // An archive with another beginning is another archive.
            #expect([.damaged, .badInput].contains((error as? EvidenceError)?.code), "\(error)")
            #expect(now == before)
        }
        // Where there is nothing to compare with, what is damaged stays out of it all the same.
        let fresh = Result { try copy.mirror(to: "fresh") }
        if case .failure(let error) = fresh { #expect((error as? EvidenceError)?.code == .damaged, "\(error)") }
        #expect(try copy.verifyMirror("fresh", full: true).isSubset(of: left))
    }

    @Test func `what is damaged is named, and the rest comes`() throws {
        let copy = try ArchiveCopy()
        let object = try copy.object(15)
        try copy.overwrite(object) { $0[3] ^= 1 }
        let report = try copy.mirror()
        #expect(report.exitStatus == 1 && report.size == 19 && report.files == 11)
        #expect(report.problems.map(\.code) == [.fileAltered] && report.problems.first?.path == object)
        #expect(try copy.verifyMirror() == [.fileMissing])
        // Put right in the archive, it comes with the next run.
        try copy.overwrite(object) { $0[3] ^= 1 }
        #expect(try copy.mirror().files == 1)
        #expect(try copy.verifyMirror(full: true) == [])
    }

    @Test func `entries are taken over up to the commit that is damaged`() throws {
        let copy = try ArchiveCopy()
        try copy.replace("\"title\":\"e\"", "\"title\":\"x\"", in: "body", 15)
        let report = try copy.mirror()
        #expect(report.exitStatus == 1 && report.size == 15 && report.problems.map(\.code) == [.bodyAltered])
        #expect(try copy.verifyMirror(full: true) == [])
        try copy.replace("\"title\":\"x\"", "\"title\":\"e\"", in: "body", 15)
        #expect(try copy.mirror().size == 19)
        #expect(try copy.verifyMirror(full: true) == [])
    }

    @Test func `a damaged mirror is not written to`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let elsewhere = try copy.mirrorCopy()
        try elsewhere.replace("\"title\":\"e\"", "\"title\":\"x\"", in: "body", 15)
        try copy.desk.add([copy.newFile()], as: "lisi")
        let before = try elsewhere.contents()
        let error = #expect(throws: EvidenceError.self) { try copy.mirror(to: elsewhere.path) }
        #expect(error?.code == .damaged && error?.message.en.contains("damaged itself") == true)
        #expect(try elsewhere.contents() == before)
    }

    // MARK: Two histories

    @Test func `somebody who wrote to the mirror is found, and neither is changed`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let old = try copy.copied()
        try copy.desk.add([copy.newFile("一\n")], as: "lisi")
        _ = try copy.mirror()
        // The archive as it was before, and as somebody went on with it who has the keys and no memory.
        _ = try? FileManager.default.removeItem(at: old.state)
        let before = try copy.mirrored()
        let behind = #expect(throws: EvidenceError.self) { try old.mirror(to: copy.mirrorPath) }
        #expect(behind?.code == .damaged && behind?.message.en.contains("rolled back") == true)
        try old.desk.add([old.newFile("二\n")], as: "lisi")
        let forked = #expect(throws: EvidenceError.self) { try old.mirror(to: copy.mirrorPath) }
        #expect(forked?.code == .damaged && forked?.message.en.contains("two histories") == true)
        #expect(try copy.mirrored() == before)
    }

    @Test func `a mirror is gone on with where the archive is lost, and then is the archive`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let old = copy.beside.appendingPathComponent("old")
        try FileManager.default.moveItem(at: copy.archive, to: old)
        try FileManager.default.moveItem(at: copy.mirrorFolder, to: copy.archive)
        try copy.desk.add([copy.newFile()], as: "lisi")
        #expect(try copy.verify(full: true).exitStatus == 0)
        try FileManager.default.moveItem(at: copy.archive, to: copy.mirrorFolder)
        try FileManager.default.moveItem(at: old, to: copy.archive)
        let error = #expect(throws: EvidenceError.self) { try copy.mirror() }
        #expect(error?.code == .damaged && error?.message.en.contains("rolled back") == true)
    }

    // MARK: Withdrawn content

    @Test func `withdrawn content stays until it is asked for to go, and what was gone before never comes`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        _ = try CorrectRecords(copy.desk.context(as: "lisi")).withdraw(15, authority: "省安委办", reason: "涉密")
        let report = try copy.mirror()
        #expect(report.exitStatus == 0 && report.withdrawn == (1, 1) && !report.isCleared)
        #expect(try copy.verifyMirror() == [])
        let fresh = try copy.mirror(to: "fresh")
        #expect(fresh.exitStatus == 0 && fresh.withdrawn == (0, 0) && fresh.files == 11)
        #expect(try copy.mirrored("fresh") == copy.evidence())
        let cleared = try copy.mirror { $0.clearsWithdrawn = true }
        #expect(cleared.isCleared && cleared.withdrawn == (1, 1))
        #expect(try copy.mirrored() == copy.evidence())
        #expect(try copy.mirror().withdrawn == (0, 0))
        #expect(try copy.verifyMirror("fresh", full: true) == [])
    }

    // MARK: Stopped

    @Test func `a run that is stopped at any moment leaves whole commits, and the next one completes it`() throws {
        let copy = try ArchiveCopy()
        _ = try CorrectRecords(copy.desk.context(as: "lisi")).withdraw(15, authority: "省安委办", reason: "涉密")
        var stops = 0
        while true {
            let name = "stopped-\(stops)"
            var left = stops
            let stopped = Result {
                try copy.mirror(
                    to: name,
                    checkInterruption: {
                        left -= 1
                        if left < 0 { throw EvidenceError.interrupted }
                    })
            }
            #expect(try copy.verifyMirror(name) == [])
            if case .success = stopped { break }
            let report = try copy.mirror(to: name)
            #expect(report.exitStatus == 0)
            #expect(try copy.mirrored(name) == copy.evidence())
            #expect(try copy.verifyMirror(name, full: true) == [])
            try FileManager.default.removeItem(at: copy.beside.appendingPathComponent(name))
            stops += TestTier.isFull ? 1 : 5
        }
        #expect(stops > 20)
    }

    @Test(arguments: [true, false])
    func `what a stopped run copied is not copied again, and goes where its record was withdrawn meanwhile`(
        isFirst: Bool
    ) throws {
        let start = try ArchiveCopy()
        if !isFirst {
            _ = try start.mirror()
            try start.desk.add([start.newFile("新的\n")], as: "lisi")
        }
        let seq: UInt64 = isFirst ? 15 : 19
        let object = try start.object(seq)
        var (stops, ahead) = (0, 0)
        while true {
            let copy = try start.copied()
            var left = stops
            let stopped = Result {
                try copy.mirror(
                    to: "mirror",
                    checkInterruption: {
                        left -= 1
                        if left < 0 { throw EvidenceError.interrupted }
                    })
            }
            if case .success = stopped { break }
            let (before, files) = (try copy.mirrored(), try copy.mirroredInodes())
            let isAhead = before[object] != nil && before["entry \(seq)"] == nil
            if isAhead { ahead += 1 }
            _ = try CorrectRecords(copy.desk.context(as: "lisi")).withdraw(seq, authority: "省安委办", reason: "涉密")
            #expect(try copy.mirror().exitStatus == 0)
            let after = try copy.mirrored()
            if before["entry \(seq)"] == nil { #expect(try after == copy.evidence(), "stopped at \(stops)") }
            #expect((after[object] == nil) == (after["body \(seq)"] == nil), "stopped at \(stops)")
            #expect(try copy.mirroredInodes().allSatisfy { files[$0.key] == nil || files[$0.key] == $0.value })
            let incoming = copy.mirrorFolder.appendingPathComponent("incoming").path
            #expect(try FileManager.default.contentsOfDirectory(atPath: incoming) == [])
            stops += TestTier.isFull ? 1 : 7
        }
        #expect(ahead > 0)
    }

    @Test(arguments: [true, false], ["withdrawn", "removed"])
    func `what is withdrawn while a run copies it is not left there, and the run goes on`(
        isFirst: Bool, what: String
    ) throws {
        let start = try ArchiveCopy()
        if !isFirst {
            _ = try start.mirror()
            try start.desk.add([start.newFile("新的\n")], as: "lisi")
        }
        let seq: UInt64 = isFirst ? 15 : 19
        let object = try start.object(seq)
        if what == "removed" {
            // Ordered, and not yet carried out.
            try start.append(by: "lisi", indexing: false) { [.withdrawn($0.reference(seq))] }
            try start.plainSQL("INSERT INTO removal VALUES (\(seq), \(seq + (isFirst ? 4 : 1)))")
        }
        var moment = 0
        while true {
            let copy = try start.copied()
            var left = moment
            let report = try copy.mirror(
                to: "mirror",
                checkInterruption: {
                    left -= 1
                    guard left == -1 else { return }
                    if what == "removed" {
                        try copy.desk.add([copy.newFile("又一份\n")], as: "wang")
                    } else {
                        _ = try CorrectRecords(copy.desk.context(as: "lisi")).withdraw(
                            seq, authority: "省安委办", reason: "涉密")
                    }
                })
            if left >= 0 { break }
            #expect(report.exitStatus == 0, "at \(moment)")
            let mirrored = try copy.mirrored()
            #expect((mirrored[object] == nil) == (mirrored["body \(seq)"] == nil), "at \(moment)")
            #expect(try copy.mirror { $0.clearsWithdrawn = true }.exitStatus == 0, "at \(moment)")
            #expect(try copy.mirrored() == copy.evidence(), "at \(moment)")
            let incoming = copy.mirrorFolder.appendingPathComponent("incoming").path
            #expect(try FileManager.default.contentsOfDirectory(atPath: incoming) == [])
            moment += TestTier.isFull ? 1 : 3
        }
        #expect(moment > 20)
    }

    @Test func `all that a dead run noted is looked up, in however many notes`() throws {
        let copy = try ArchiveCopy()
        _ = try copy.mirror()
        let run = copy.mirrorFolder.appendingPathComponent("incoming/dead")
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
        let named = URL(fileURLWithPath: try copy.object(15)).lastPathComponent
        for (note, digit) in [("promoting", "a"), ("promoting-1", "b"), ("promoting-12", "c")] {
            let digest = String(repeating: digit, count: 64)
            let shelf = copy.mirrorFolder.appendingPathComponent("objects/\(digest.prefix(2))")
            try FileManager.default.createDirectory(at: shelf, withIntermediateDirectories: true)
            try Data("withdrawn".utf8).write(to: shelf.appendingPathComponent(digest))
            try Data("0\n\(digest)\n\(named)".utf8).write(to: run.appendingPathComponent(note))
        }
        try Data().write(to: run.appendingPathComponent("ended"))
        #expect(try copy.mirrored().count == copy.evidence().count + 3)
        #expect(try copy.mirror().exitStatus == 0)
        #expect(try copy.mirrored() == copy.evidence())
        #expect(!FileManager.default.fileExists(atPath: run.path))
    }

    // MARK: Where it may lie

    @Test(arguments: ["archive/mirror", ".", "archive", "other", "something", "link/mirror"])
    func `a folder that is no place for a mirror is refused, and left as it is`(name: String) throws {
        let copy = try ArchiveCopy()
        let folder = copy.beside.appendingPathComponent(name)
        let manager = FileManager.default
        switch name {
        case "other":
            let other = TestDesk(home: copy.beside.appendingPathComponent("home2"), archive: folder)
            _ = try CreateArchive(other.context(as: "li")).run(
                CreateArchive.Request(
                    folder: FilePath(folder.path), origin: "evidence.example/other", title: nil, person: "李",
                    unit: nil, role: nil, continuing: nil))
        case "something":
            try manager.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: folder.appendingPathComponent("照片.jpg"))
        case "link/mirror":
            try manager.createSymbolicLink(
                at: copy.beside.appendingPathComponent("link"), withDestinationURL: copy.archive)
        default: break
        }
        let before = try manager.subpathsOfDirectory(atPath: copy.beside.path).sorted()
        let error = #expect(throws: EvidenceError.self) { try copy.mirror(to: FilePath(folder.path)) }
        #expect(error?.code == .badInput, "\(error?.message.en ?? "")")
        #expect(try manager.subpathsOfDirectory(atPath: copy.beside.path).sorted() == before)
    }
}

extension ArchiveCopy {
    var mirrorFolder: URL { beside.appendingPathComponent("mirror") }
    var mirrorPath: FilePath { FilePath(mirrorFolder.path) }

    /// Mirrors the archive as the command does.
    @discardableResult
    func mirror(
        to folder: FilePath? = nil, _ change: (inout MirrorArchive.Request) -> Void = { _ in }
    ) throws -> MirrorReport {
        var request = MirrorArchive.Request(to: folder ?? mirrorPath)
        change(&request)
        return try MirrorArchive(desk.context()).run(request)
    }

    /// Mirrors the archive to a folder beside it.
    ///
    /// - Parameter checkInterruption: may stop it.
    @discardableResult
    func mirror(to name: String, checkInterruption: @escaping () throws -> Void = {}) throws -> MirrorReport {
        try ArchiveMirror(
            of: Archive.open(path), ArchiveMirror.Options(),
            AppendSession.Surroundings(
                folders: desk.folders(), now: { .test("2026-03-14T00:00:00.000Z") },
                random: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } }, onWait: {},
                onWarning: { _ in }, checkInterruption: checkInterruption),
            progress: { _ in try checkInterruption() }
        ).run(to: FilePath(beside.appendingPathComponent(name).path))
    }

    /// What is tampered with in a mirror, for somebody who trusts nobody; nothing where there is none.
    func verifyMirror(_ name: String = "mirror", full: Bool = false) throws -> Set<Problem.Code> {
        let folder = FilePath(beside.appendingPathComponent(name).path)
        guard try Archive.exists(at: folder) else { return [] }
        let folders = try UserFolders(environment: ["EVIDENCE_HOME": stranger().path])
        let report = try ArchiveVerifier(
            folders: folders, full: full, referenced: try ReferencedFiles(below: nil, orAtLocation: true),
            progress: { _ in }
        ).verify(folder)
        return Set(report.problems.map(\.code))
    }

    /// Everything of an archive that is evidence: rows, checkpoint and objects.
    func evidence(in folder: URL? = nil) throws -> [String: Data] {
        let folder = folder ?? archive
        var contents: [String: Data] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: folder.path) ?? .init()
        where name.hasPrefix("objects/") || name == "checkpoint" {
            contents[name] = try? Data(contentsOf: folder.appendingPathComponent(name))
        }
        guard FileManager.default.fileExists(atPath: folder.appendingPathComponent("archive.sqlite").path) else {
            return contents
        }
        for (table, columns) in [
            ("entry", "seq, bytes"), ("body", "seq, bytes"), ("checkpoint", "size, note"),
            ("anchor", "id, token"), ("removal", "seq, withdrawal"),
        ] {
            // Of a database that can't be read, nothing.
            for (number, bytes) in (try? rows(columns, of: table, in: folder)) ?? [] {
                contents["\(table) \(number)"] = bytes
            }
        }
        return contents
    }

    /// The mirror's stored files, each by the number that the file system gave it when it was written.
    func mirroredInodes() throws -> [String: Int] {
        let objects = mirrorFolder.appendingPathComponent("objects").path
        var inodes: [String: Int] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: objects) ?? .init() {
            inodes[name] =
                try FileManager.default.attributesOfItem(atPath: "\(objects)/\(name)")[.systemFileNumber] as? Int
        }
        return inodes
    }

    func mirrored(_ name: String = "mirror") throws -> [String: Data] {
        try evidence(in: beside.appendingPathComponent(name))
    }

    func anchors(of folder: URL) throws -> [Int64: Data] {
        Dictionary(uniqueKeysWithValues: try rows("id, token", of: "anchor", in: folder))
    }

    /// The mirror as a copy of its own, to be attacked.
    func mirrorCopy() throws -> ArchiveCopy {
        let other = try copied()
        try FileManager.default.removeItem(at: other.archive)
        try ArchiveCopy.clone(mirrorFolder, to: other.archive)
        return other
    }
}
