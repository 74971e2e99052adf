import CaseBundle
import EvidenceCrypto
import EvidenceFiles
import EvidenceRecord
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing
import TransparencyLog
import ZIPFile

/// Bundles in a ZIP, read where they lie.
struct ZIPBundleTests {

    @Test(arguments: BundleTests.variants.indices)
    func `a bundle in a ZIP has the folder's files and verifies as the folder does`(_ variant: Int) throws {
        let sample = SampleCase(BundleTests.variants[variant].options)
        let bundle = try SampleBundle(sample)
        let zip = try bundle.writtenZIP()
        #expect(
            Set(zip.members.map { String(decoding: $0.name, as: UTF8.self) }) == Set(bundle.paths)
                && zip.members.count == bundle.paths.count)
        for member in zip.members {
            let path = String(decoding: member.name, as: UTF8.self)
            #expect(try member.span.contents(limit: 1 << 20) == bundle.bytes(path), "\(path)")
        }
        let (own, other) = (try bundle.verify(zip), try bundle.verify())
        #expect(own.isOK && own.exitStatus == other.exitStatus, "\(own.summary)")
        #expect(own.checked.files == other.checked.files && own.checked.bytes == other.checked.bytes)
        #expect(own.root == other.root && own.trust == .pinnedKey && own.checked.referenced == 0)
        #expect(own.warnings.map(\.code) == other.warnings.map(\.code))
    }

    @Test func `a file that stayed outside the archive is looked for beside a ZIP too`() throws {
        let bundle = try SampleBundle(SampleCase(SampleCase.Options(hasReferencedFile: true)))
        let root = bundle.folder.removingLastComponent().appending("disk")
        try Files.makeFolders(root)
        try Files.write([], to: root.appending("empty.txt"), mode: 0o644)
        #expect(try bundle.verify(bundle.packed(), mediaRoot: root).checked.referenced == 1)
    }

    /// What was done to the files themselves; a ZIP of the one form has no links, pipes and folders.
    static let tamperings = (TamperingTests.bagTamperings + TamperingTests.logTamperings).filter {
        $0.code != .fileNotRegular && !$0.testDescription.hasPrefix("a symlink")
    }

    /// A sample unless all are asked for: what is done is done to the files, and found by the same code.
    @Test(arguments: TestTier.some(tamperings, oneIn: 12))
    func `what was done to a bundle is found in a ZIP as in a folder`(_ tampering: TamperingTests.Tampering) throws {
        let bundle = try SampleBundle()
        try tampering.change(bundle)
        try bundle.reseal(by: tampering.forger)
        let (zip, folder) = (try bundle.verify(bundle.packed()), try bundle.verify())
        #expect(zip.codes.contains(tampering.code), "\(zip.summary)")
        #expect(zip.codes == folder.codes && zip.exitStatus == folder.exitStatus, "\(zip.summary)")
    }

    // MARK: What only a ZIP can have

    static let badNames: [(name: String, code: Problem.Code)] = [
        ("../outside", .bagFileUnlisted), ("data/../../outside", .bagFileUnlisted), ("/etc/passwd", .bagFileUnlisted),
        ("data//x", .bagFileUnlisted), ("data/./x", .bagFileUnlisted), ("./bagit.txt", .bagFileUnlisted),
        ("data\\x", .bagFileUnlisted), ("C:\\x", .bagFileUnlisted), ("data/folder/", .bagFileUnlisted),
        ("data/说明", .bagFileUnlisted), ("", .bagFileUnlisted), ("data/x\0y", .bagFileUnlisted),
        ("BagIt.txt", .bagFileUnlisted), ("DATA/dossier.json", .bagFileUnlisted), ("bagit.txt", .bagMalformed),
        ("data/dossier.json", .bagMalformed), ("bagit.txt/x", .bagMalformed), ("data", .bagMalformed),
        ("data/" + String(repeating: "a/", count: 40) + "x", .bagFileUnlisted),
        (String(repeating: "a", count: 60_000), .bagFileUnlisted),
    ]

    @Test(arguments: badNames.indices) func `a member with a name that no bundle has is found`(_ index: Int) throws {
        let (name, code) = ZIPBundleTests.badNames[index]
        let bundle = try SampleBundle()
        for isFirst in [false, true] {
            let report = try bundle.verify(bundle.packed(with: [(name, Array("x".utf8))], first: isFirst))
            #expect(report.exitStatus == 1 && report.codes.contains(code), "\(name): \(report.summary)")
        }
    }

    @Test func `another day of the members is found`() throws {
        let report = try SampleBundle().verify(SampleBundle().packed(date: "2026-03-13"))
        #expect(report.exitStatus == 1 && report.codes == [.bagMalformed], "\(report.summary)")
    }

    @Test func `members in another order are the same bundle`() throws {
        let bundle = try SampleBundle()
        #expect(try bundle.verify(bundle.packed(reversed: true)).exitStatus == 0)
    }

    @Test func `a ZIP without a bundle is refused`() throws {
        let bundle = try SampleBundle()
        for path in bundle.paths where !path.hasPrefix("data/") { try bundle.remove(path) }
        let error = #expect(throws: EvidenceError.self) { try bundle.verify(bundle.packed()) }
        #expect(error?.code == .badInput)
    }

    /// Of the members' bytes a sample unless all are asked for; of everything around them each one.
    @Test func `each byte of a ZIP counts`() throws {
        let bundle = try SampleBundle()
        let path = try bundle.writtenZIP().path
        #expect(try bundle.verify(ZIPReader(path)).exitStatus == 0)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path.string)))
        var isContent = [Bool](repeating: false, count: bytes.count)
        for member in try ZIPReader(path).members {
            for place in member.span.offset..<member.span.offset + member.span.size { isContent[Int(place)] = true }
        }
        let file = try OpenFile(path, O_WRONLY)
        func write(_ byte: UInt8, at place: Int) throws {
            try [byte].withUnsafeBytes { try file.write($0, at: UInt64(place)) }
        }
        for place in bytes.indices where !isContent[place] || TestTier.isFull || place % 499 == 0 {
            try write(bytes[place] ^ 1, at: place)
            let status = (try? bundle.verify(ZIPReader(path)).exitStatus) ?? 65
            #expect(status == 1 || status == 65 && !isContent[place], "byte \(place): \(status)")
            try write(bytes[place], at: place)
        }
        #expect(try bundle.verify(ZIPReader(path)).exitStatus == 0)
    }
}

extension SampleBundle {
    /// The bundle as its writer makes it in a ZIP.
    func writtenZIP() throws -> ZIPReader {
        let path = folder.removingLastComponent().appending("written.zip")
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL)
        try write(to: BundleWriter(zip: ZIPWriter(.file(file), date: SampleBundle.date)))
        return try ZIPReader(path)
    }

    /// The files that lie in the folder now, in a ZIP.
    ///
    /// - Parameter extra: members beside them, behind or before.
    func packed(
        with extra: [(String, [UInt8])] = [], first: Bool = false, reversed: Bool = false,
        date: String = SampleBundle.date
    ) throws -> ZIPReader {
        let path = folder.removingLastComponent().appending("packed-\(UUID().uuidString).zip")
        let zip = ZIPWriter(.file(try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL)), date: date)
        if first { for (name, bytes) in extra { try zip.add(name, bytes) } }
        for path in reversed ? paths.reversed() : paths { try zip.add(path, bytes(path)) }
        if !first { for (name, bytes) in extra { try zip.add(name, bytes) } }
        try zip.finish()
        return try ZIPReader(path)
    }

    func verify(_ zip: ZIPReader, mediaRoot: FilePath? = nil) throws -> VerificationReport {
        try verifier(mediaRoot: mediaRoot).verify(zip)
    }
}
