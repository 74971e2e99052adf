import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Foundation

extension Tampering {
    private static var manager: FileManager { FileManager.default }

    /// What can be done to files that stayed outside the archive.
    static let referenced: [Tampering] = [
        Tampering(.referencedFileAbsent, "a recording that lies elsewhere", seq: 19) {
            try $0.appendReferenced(at: "/media/录像.mp4", content: nil)
            return "/media/录像.mp4"
        },
        Tampering(.fileAltered, "a byte of a recording changed where it lay", seq: 19, compares: true) {
            let place = try $0.appendReferenced(at: $0.outside("NAS/录像.mp4"))
            try $0.write("录像内客", to: place)
            return place
        },
        Tampering(.fileSizeDiffers, "a recording shortened where it lay", seq: 19, compares: true) {
            let place = try $0.appendReferenced(at: $0.outside("NAS/录像.mp4"))
            try $0.write("录像", to: place)
            return place
        },
        Tampering(
            .fileAltered, "a byte of a recording changed on the disk, which is mounted elsewhere now", seq: 19,
            full: true, compares: true
        ) {
            try $0.appendReferenced(at: "/media/zhang/DISK/现场/录像.mp4", content: nil)
            let place = try $0.outside("disk/现场/录像.mp4")
            try $0.write("录像内客", to: place)
            $0.mediaRoot = URL(fileURLWithPath: try $0.outside("disk"))
            return place
        },
        Tampering(.fileSizeDiffers, "a recording replaced by a longer one of its name", seq: 19, compares: true) {
            try $0.appendReferenced(at: "/media/zhang/DISK/录像.mp4", content: nil)
            let place = try $0.outside("disk/录像.mp4")
            try $0.write("录像内容，后来补录", to: place)
            $0.mediaRoot = URL(fileURLWithPath: try $0.outside("disk"))
            return place
        },
        Tampering(.referencedFileAbsent, "a recording replaced by a link to the same content", seq: 19) {
            let place = try $0.appendReferenced(at: $0.outside("NAS/录像.mp4"))
            let elsewhere = try $0.outside("elsewhere")
            try manager.moveItem(atPath: place, toPath: elsewhere)
            try manager.createSymbolicLink(atPath: place, withDestinationPath: elsewhere)
            return place
        },
        Tampering(.referencedFileAbsent, "a folder below the media root that is a link out of it", seq: 19) {
            try $0.appendReferenced(at: "/media/zhang/现场/录像.mp4", content: nil)
            try $0.write("录像内容", to: $0.outside("private/录像.mp4"))
            let root = try $0.outside("disk")
            try manager.createDirectory(atPath: root, withIntermediateDirectories: true)
            try manager.createSymbolicLink(
                atPath: root + "/现场", withDestinationPath: try $0.outside("private"))
            $0.mediaRoot = URL(fileURLWithPath: root)
            return "/media/zhang/现场/录像.mp4"
        },
        Tampering(.referencedFileAbsent, "a location that leads out of the media root", seq: 19) {
            try $0.appendReferenced(named: "../private/录像.mp4", at: "/media/../private/录像.mp4", content: nil)
            try $0.write("录像内容", to: $0.outside("private/录像.mp4"))
            let root = try $0.outside("disk")
            try manager.createDirectory(atPath: root, withIntermediateDirectories: true)
            $0.mediaRoot = URL(fileURLWithPath: root)
            return "/media/../private/录像.mp4"
        },
        Tampering(.referencedFileAbsent, "a location that is a device", seq: 19) {
            try $0.appendReferenced(at: "/dev/zero", content: nil)
            return "/dev/zero"
        },
        Tampering(
            .fileDigestsDisagree, "a reference whose two digests belong to different files", seq: 19, compares: true
        ) {
            let place = try $0.outside("NAS/录像.mp4")
            try $0.appendReferenced(at: place, fsverityOf: "另一录像")
            return place
        },
    ]
}

extension ArchiveCopy {
    /// The absolute path of something beside the archive.
    func outside(_ name: String) throws -> String {
        let folder = beside.appendingPathComponent("outside")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        guard let real = realpath(folder.path, nil) else { throw TestFailure("realpath") }
        defer { free(real) }
        return String(cString: real) + "/" + name
    }

    func write(_ content: String, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content.utf8).write(to: url)
    }

    /// Appends a record of a file, 12 bytes in all, that stayed outside.
    ///
    /// - Parameters:
    ///   - content: what lies there; nil for nothing.
    ///   - locationBytes: instead of `location`, which is then for display.
    @discardableResult
    func appendReferenced(
        named name: String = "录像.mp4", at location: String, content: String? = "录像内容", fsverityOf other: String? = nil,
        locationBytes: [UInt8]? = nil
    ) throws -> String {
        if let content { try write(content, to: location) }
        let bytes = Array("录像内容".utf8)
        var verity = FSVerityHasher()
        Array((other ?? "录像内容").utf8).withUnsafeBytes { verity.update($0) }
        let file = FileRecord(
            name: name, nameBytes: nil, size: UInt64(bytes.count), type: "video/mp4",
            sha256: SHA256Hasher.hash(bytes), fsverity: verity.finish(), held: .referenced, location: location,
            locationBytes: locationBytes, modified: nil)
        try append(by: "wang") { _ in [.evidence("七", files: [file])] }
        return location
    }
}
