import EvidenceArchive
import EvidenceFiles
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing

/// What a crash or an accident may leave: never an alarm, and mended by whoever writes next.
struct LeftoverTests {
    struct Leftover: Sendable, CustomTestStringConvertible {
        let name: String
        /// What verification says of it, beyond what it says of an untouched archive.
        let warning: Problem.Code?
        let leave: @Sendable (ArchiveCopy) throws -> Void

        var testDescription: String { name }
    }

    static let leftovers: [Leftover] = [
        Leftover(name: "an older checkpoint file", warning: .publishedCheckpointBehind) {
            try Data(try $0.checkpoints()[10].note).write(to: $0.file("checkpoint"))
        },
        Leftover(name: "no checkpoint file", warning: .publishedCheckpointBehind) {
            try FileManager.default.removeItem(at: $0.file("checkpoint"))
        },
        Leftover(name: "a temporary checkpoint file", warning: nil) {
            try Data("half".utf8).write(to: $0.file(".checkpoint.4711.tmp"))
        },
        Leftover(name: "a run's folder under incoming", warning: nil) {
            let folder = $0.file("incoming/0011223344556677")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("half".utf8).write(to: folder.appendingPathComponent("copying"))
        },
        Leftover(name: "a file under incoming", warning: nil) {
            try Data("half".utf8).write(to: $0.file("incoming/stray"))
        },
        Leftover(name: "no folder incoming", warning: nil) {
            try FileManager.default.removeItem(at: $0.file("incoming"))
        },
        Leftover(name: "an index that lags behind", warning: .indexBehind) {
            let index = try Data(contentsOf: $0.file("index.sqlite"))
            try $0.desk.add([$0.newFile("旧\n")], as: "wang")
            try index.write(to: $0.file("index.sqlite"))
        },
        Leftover(name: "no index", warning: nil) { try FileManager.default.removeItem(at: $0.file("index.sqlite")) },
        Leftover(name: "a stored file that no entry came to name", warning: .objectUnreferenced) {
            let stray = $0.file("objects/aa/" + String(repeating: "a", count: 64))
            try FileManager.default.createDirectory(
                at: stray.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("stray".utf8).write(to: stray)
        },
    ]

    @Test(arguments: leftovers)
    func `a leftover is no alarm`(leftover: Leftover) throws {
        let copy = try ArchiveCopy()
        try leftover.leave(copy)
        let report = try copy.verify()
        #expect(report.exitStatus == 0, "\(report.problems.map(\.explanation.en))")
        #expect(Set(report.warnings.map(\.code)) == Tampering.untouched.union(leftover.warning.map { [$0] } ?? []))
    }

    @Test(arguments: leftovers)
    func `the next writer mends a leftover`(leftover: Leftover) throws {
        let copy = try ArchiveCopy()
        try leftover.leave(copy)
        try copy.desk.add([copy.newFile()], as: "lisi")
        #expect(copy.desk.warnings().isEmpty)
        let report = try copy.verify(full: true)
        #expect(report.exitStatus == 0)
        let rest: Set<Problem.Code> = leftover.warning == .objectUnreferenced ? [.objectUnreferenced] : []
        #expect(Set(report.warnings.map(\.code)) == Tampering.untouched.union(rest))
        let incoming = try? FileManager.default.contentsOfDirectory(atPath: copy.file("incoming").path)
        #expect(incoming?.isEmpty == true)
    }

    @Test(arguments: ["noise", "empty", "half", "another archive's", "a page of noise"])
    func `an index that is not usable is reported, and made anew by the next command`(kind: String) throws {
        let copy = try ArchiveCopy()
        let index = copy.file("index.sqlite")
        switch kind {
        case "noise": try Data((0..<9_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }).write(to: index)
        case "empty": try Data().write(to: index)
        case "half": try Data(contentsOf: index).prefix(5_000).write(to: index)
        case "another archive's": try copy.plainSQL("UPDATE meta SET archive = '00'", on: "index.sqlite")
        default: try copy.ruin(page: "meta", of: "index.sqlite")
        }
        let report = try copy.verify()
        // An empty file is an index of no version.
        #expect(report.problems.map(\.code) == (kind == "empty" ? [] : [.indexAltered]))
        #expect(report.warnings.contains { $0.code == .indexBehind } == (kind == "empty"))
        let records = ReadRecords(try copy.desk.context(as: "lisi"))
        var count = 0
        try records.forEach(ReadRecords.Filter()) { _ in count += 1 }
        #expect(count == 10)
        #expect(try copy.verify().exitStatus == 0)
    }

    @Test func `a commit that was interrupted before its memory is remembered by the next`() throws {
        let copy = try ArchiveCopy()
        let before = try copy.copied()
        try copy.desk.add([copy.newFile()], as: "lisi")
        // The machine stopped after COMMIT: memory, checkpoint file and index are as they were before.
        try FileManager.default.removeItem(at: copy.state)
        try ArchiveCopy.clone(before.state, to: copy.state)
        try copy.remember(at: copy.archive)
        for name in ["checkpoint", "index.sqlite"] {
            try FileManager.default.removeItem(at: copy.file(name))
            try ArchiveCopy.clone(before.file(name), to: copy.file(name))
        }
        let report = try copy.verify()
        #expect(report.exitStatus == 0 && report.size == 20)
        #expect(
            Set(report.warnings.map(\.code)) == [.noOutsideAnchor, .publishedCheckpointBehind, .indexBehind])
        try copy.desk.add([copy.newFile("再\n")], as: "lisi")
        #expect(copy.desk.warnings().isEmpty)
        #expect(try copy.verify().warnings.map(\.code) == [.noOutsideAnchor])
    }

    @Test func `a run that still lives keeps its folder`() throws {
        let copy = try ArchiveCopy()
        let archive = try Archive.open(copy.path)
        let running = try Staging(archive.objects, mark: [1, 2, 3, 4, 5, 6, 7, 8])
        try copy.desk.add([copy.newFile()], as: "lisi")
        #expect(FileManager.default.fileExists(atPath: running.path.string))
        running.close()
        #expect(!FileManager.default.fileExists(atPath: running.path.string))
    }

    /// Whoever waits for a folder that is removed meanwhile must not go on in it.
    @Test func `a dead run's folder that somebody else has just removed is not taken for one`() throws {
        let copy = try ArchiveCopy()
        let folder = copy.path.appending("incoming/dead")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        var holder = try Staging.lockLeft(folder)
        #expect(try holder != nil && Staging.lockLeft(folder) == nil)
        let waiter = Background { try Staging.lockLeft(folder, waiting: true) == nil }
        while try !String(contentsOfFile: "/proc/locks", encoding: .utf8).contains("->") { usleep(1_000) }
        try FileManager.default.removeItem(atPath: folder.string)
        withExtendedLifetime(holder) {}
        holder = nil
        #expect(try waiter.value() == true)
    }

    /// Whoever has the disk can put a token into the database; an entry that records it could not be taken back.
    @Test(arguments: [true, false])
    func `a forged signature of a witness is not put on record`(isTrusted: Bool) throws {
        let copy = try ArchiveCopy()
        let size = try copy.checkpoints().last?.size ?? 0
        let genuine = try copy.cosignature(.witness, at: "2026-03-12T12:00:00.000Z", size: size)
        try copy.trust(.witness(TestKey.witness.verifier))
        var token = genuine.token
        token[token.count - 1] ^= 1
        try copy.keep(Anchor(.cosignature, size: size, token: isTrusted ? token : [1, 2, 3]))
        let error = #expect(throws: EvidenceError.self) { try copy.desk.add([copy.newFile()], as: "lisi") }
        #expect(error?.code == .damaged && error?.message.en.contains("evidence verify") == true)
        #expect(try copy.verify().problems.map(\.code) == [.anchorInvalid])
    }

    // MARK: The same content again

    @Test(arguments: ["rotten", "shortened", "a symlink", "missing"])
    func `adding a file again heals the stored one`(kind: String) throws {
        let copy = try ArchiveCopy()
        let object = try copy.object(15)
        let original = try Data(contentsOf: copy.file(object))
        let again = copy.beside.appendingPathComponent("again.txt")
        try original.write(to: again)
        switch kind {
        case "rotten": try copy.overwrite(object) { $0[3] ^= 1 }
        case "shortened": try copy.overwrite(object) { $0.removeLast(9) }
        case "missing": try FileManager.default.removeItem(at: copy.file(object))
        default:
            try FileManager.default.removeItem(at: copy.file(object))
            try FileManager.default.createSymbolicLink(at: copy.file(object), withDestinationURL: again)
        }
        #expect(try copy.verify().exitStatus == 1)
        let damaged = copy.file("aside/\(copy.file(object).lastPathComponent).1")
        let found = try? copy.file(object).resourceValues(forKeys: [.isSymbolicLinkKey]).isSymbolicLink
        let bytes = try? Data(contentsOf: copy.file(object))
        try copy.desk.add([again], as: "zhang")
        let warnings = copy.desk.warnings().filter { $0.en.contains("kept as “aside/") }
        #expect(warnings.count == (kind == "missing" ? 0 : 1))
        let report = try copy.verify(full: true)
        #expect(report.exitStatus == 0 && report.warnings.contains { $0.code == .keptAside } == (kind != "missing"))
        // What was replaced is kept as it was, a link as a link.
        if kind != "missing" {
            #expect(try Data(contentsOf: damaged) == bytes)
            #expect(try damaged.resourceValues(forKeys: [.isSymbolicLinkKey]).isSymbolicLink == found)
        }
        #expect(try Data(contentsOf: copy.file(object)) == original)
        let attributes = try FileManager.default.attributesOfItem(atPath: copy.file(object).path)
        #expect(
            attributes[.posixPermissions] as? Int == 0o444 && attributes[.type] as? FileAttributeType == .typeRegular)
    }

    @Test func `what is altered twice is kept twice, and a withdrawal takes it along`() throws {
        let copy = try ArchiveCopy()
        let object = try copy.object(15)
        let again = copy.beside.appendingPathComponent("again.txt")
        try Data(contentsOf: copy.file(object)).write(to: again)
        for place in 1...2 {
            try copy.overwrite(object) { $0[place] ^= 1 }
            var request = AddEvidence.Request(paths: [FilePath(again.path)])
            request.description.title = "第 \(place) 次"
            _ = try AddEvidence(copy.desk.context(as: "zhang")).run(request)
        }
        let aside = copy.file("aside")
        let name = copy.file(object).lastPathComponent
        let kept = try FileManager.default.contentsOfDirectory(atPath: aside.path).sorted()
        #expect(kept == ["\(name).1", "\(name).2"])
        #expect(try Data(contentsOf: aside.appendingPathComponent(kept[0])) != Data(contentsOf: again))
        let last = UInt64(try copy.log().count)
        for seq in [15, last - 2, last - 1] {
            _ = try CorrectRecords(copy.desk.context(as: "lisi")).withdraw(seq, authority: "省安委办", reason: "误录")
        }
        #expect(!FileManager.default.fileExists(atPath: copy.file(object).path))
        #expect(try FileManager.default.contentsOfDirectory(atPath: aside.path) == [])
        #expect(try copy.verify(full: true).exitStatus == 0)
    }

    @Test func `content that is held is not stored twice`() throws {
        let copy = try ArchiveCopy()
        let before = try copy.contents().keys.filter { $0.hasPrefix("objects/") }.count
        let again = copy.beside.appendingPathComponent("again.txt")
        try Data(contentsOf: copy.file(try copy.object(15))).write(to: again)
        var request = AddEvidence.Request(paths: [FilePath(again.path)])
        request.description.title = "又一份"
        #expect(try AddEvidence(copy.desk.context(as: "wang")).run(request).alreadyHeld == [true])
        #expect(try copy.contents().keys.filter { $0.hasPrefix("objects/") }.count == before)
        #expect(try copy.verify(full: true).exitStatus == 0)
    }

    @Test func `a withdrawal that was carried out gives no alarm`() throws {
        let copy = try ArchiveCopy()
        try copy.append(by: "lisi") { [.withdrawn($0.reference(15))] }
        let object = try copy.object(15)
        try copy.plainSQL("INSERT INTO removal VALUES (15, 19); DELETE FROM body WHERE seq = 15")
        try FileManager.default.removeItem(at: copy.file(object))
        try copy.reindex()
        let report = try copy.verify()
        #expect(report.exitStatus == 0 && report.warnings.map(\.code) == [.noOutsideAnchor])
    }
}
