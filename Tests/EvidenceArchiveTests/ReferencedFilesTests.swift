import EvidenceFiles
import EvidenceRecord
import EvidenceTestSupport
import Foundation
import SystemPackage
import Testing

/// Files that stayed outside the archive and are as they were.
struct ReferencedFilesTests {
    private let copy: ArchiveCopy

    init() throws { copy = try ArchiveCopy() }

    private func expectFound(_ count: UInt64 = 1, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for full in [false, true] {
            let report = try copy.verify(full: full)
            #expect(report.exitStatus == 0, "\(report.unchecked)\(report.problems)", sourceLocation: sourceLocation)
            #expect(report.checked.referenced == count, sourceLocation: sourceLocation)
            #expect(report.checked.files == 12 + count, sourceLocation: sourceLocation)
        }
        let other = try IndependentVerifierTests.check(copy)
        #expect(
            other.words.isDisjoint(with: ["referenced-file-absent", "file-altered"]), sourceLocation: sourceLocation)
    }

    private func mediaRoot(_ name: String) throws { copy.mediaRoot = URL(fileURLWithPath: try copy.outside(name)) }

    @Test func `a file is found where it was recorded`() throws {
        try copy.appendReferenced(at: copy.outside("NAS/录像.mp4"))
        try expectFound()
        // A media root without it changes nothing.
        try FileManager.default.createDirectory(atPath: copy.outside("disk"), withIntermediateDirectories: true)
        try mediaRoot("disk")
        try expectFound()
    }

    @Test func `a file is found below the media root by the end of its location`() throws {
        try copy.appendReferenced(named: "x.mp4", at: "/media/zhang/DISK/现场/录像.mp4", content: nil)
        try copy.write("录像内容", to: copy.outside("disk/现场/录像.mp4"))
        try mediaRoot("disk")
        try expectFound()
    }

    @Test func `a file is found below the media root by its name`() throws {
        try copy.appendReferenced(named: "现场/录像.mp4", at: "/media/zhang/DISK/other.mp4", content: nil)
        try copy.write("录像内容", to: copy.outside("disk/现场/录像.mp4"))
        try mediaRoot("disk")
        try expectFound()
    }

    @Test func `of two recordings of one name, that of the recorded size is checked`() throws {
        try copy.appendReferenced(at: "/media/DISK/REC001.mp4", content: nil)
        try copy.write("别的录像，更长", to: copy.outside("disk/DISK/REC001.mp4"))
        try copy.write("录像内容", to: copy.outside("disk/REC001.mp4"))
        try mediaRoot("disk")
        try expectFound()
    }

    @Test func `a media root may be reached through a link`() throws {
        try copy.appendReferenced(at: "/media/DISK/录像.mp4", content: nil)
        try copy.write("录像内容", to: copy.outside("disk/录像.mp4"))
        try FileManager.default.createSymbolicLink(
            atPath: copy.outside("mnt"), withDestinationPath: copy.outside("disk"))
        try mediaRoot("mnt")
        try expectFound()
    }

    @Test func `a location that is not UTF-8 is found by its bytes`() throws {
        let folder = Array(try copy.outside("").utf8)
        let name: [UInt8] = [0xC2, 0xBC, 0xCF, 0xF1, 0x2E, 0x6D, 0x70, 0x34]  // 录像 in GBK
        let path = FilePath(rawBytes: folder + name)
        try Files.write(Array("录像内容".utf8), to: path, mode: 0o644)
        try copy.appendReferenced(at: path.string, content: nil, locationBytes: folder + name)
        try expectFound()
    }

    @Test func `the same file recorded twice is read once`() throws {
        let place = try copy.outside("NAS/录像.mp4")
        try copy.appendReferenced(at: place)
        try copy.appendReferenced(at: place)
        try expectFound()
    }

    @Test func `a media root that is not there or no folder is refused`() throws {
        for (name, code) in [("nowhere", EvidenceError.Code.inputMissing), ("file", .badInput)] {
            try copy.write("x", to: copy.outside("file"))
            try mediaRoot(name)
            let error = #expect(throws: EvidenceError.self) { try copy.verify() }
            #expect(error?.code == code)
        }
    }
}
