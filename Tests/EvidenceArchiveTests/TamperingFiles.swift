import EvidenceArchive
import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Foundation

extension Tampering {
    private static var manager: FileManager { FileManager.default }

    static let files: [Tampering] = [
        Tampering(.fileMissing, "a file removed", seq: 15) {
            let object = try $0.object(15)
            try manager.removeItem(at: $0.file(object))
            return object
        },
        Tampering(.fileMissing, "a file moved to another name", seq: 15, also: [.objectUnreferenced]) {
            let object = try $0.object(15)
            try manager.moveItem(at: $0.file(object), to: $0.file(object + "0"))
            return object
        },
        Tampering(.fileSizeDiffers, "a file shortened", seq: 15, compares: true) {
            let object = try $0.object(15)
            try $0.overwrite(object) { $0.removeLast() }
            return object
        },
        Tampering(.fileSizeDiffers, "a file lengthened", seq: 15, compares: true) {
            let object = try $0.object(15)
            try $0.overwrite(object) { $0.append(0x20) }
            return object
        },
        Tampering(.fileSizeDiffers, "a file emptied", seq: 12, compares: true) {
            let object = try $0.largest()
            try $0.overwrite(object) { $0 = Data() }
            return object
        },
        Tampering(.fileSizeDiffers, "an empty file filled", compares: true) {
            let object = "objects/e3/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            try $0.overwrite(object) { $0.append(0x20) }
            return object
        },
        Tampering(.fileAltered, "a byte of a file changed", seq: 15, compares: true) {
            let object = try $0.object(15)
            try $0.overwrite(object) { $0[$0.count - 1] ^= 1 }
            return object
        },
        Tampering(.fileAltered, "a byte of a file changed, everything checked", seq: 15, full: true, compares: true) {
            let object = try $0.object(15)
            try $0.overwrite(object) { $0[0] ^= 0x80 }
            return object
        },
        Tampering(.fileAltered, "a byte in the middle of a large file changed", compares: true) {
            let object = try $0.largest()
            try $0.overwrite(object) { $0[700_001] ^= 1 }
            return object
        },
        Tampering(.fileAltered, "a file replaced by another of the same size", seq: 15, compares: true) {
            let object = try $0.object(15)
            let other = try Data(contentsOf: $0.file($0.object(18)))
            try $0.overwrite(object) { $0 = other }
            return object
        },
        Tampering(.fileDigestsDisagree, "an entry whose two digests belong to different files", seq: 19, compares: true)
        {
            try $0.appendTwoFaced(stored: "sha256")
        },
        Tampering(
            .fileDigestsDisagree, "the same, the other of the two files stored", seq: 19, full: true, compares: true
        ) { try $0.appendTwoFaced(stored: "fsverity") },
        Tampering(.fileNotRegular, "a file replaced by a symlink to the same content", seq: 15) {
            let object = try $0.object(15)
            let elsewhere = $0.beside.appendingPathComponent("elsewhere")
            try manager.moveItem(at: $0.file(object), to: elsewhere)
            try manager.createSymbolicLink(at: $0.file(object), withDestinationURL: elsewhere)
            return object
        },
        Tampering(.fileNotRegular, "a folder of files replaced by a symlink to the same content") {
            let shelf = String(try $0.object(15).prefix("objects/ab".count))
            let elsewhere = $0.beside.appendingPathComponent("elsewhere")
            try manager.moveItem(at: $0.file(shelf), to: elsewhere)
            try manager.createSymbolicLink(at: $0.file(shelf), withDestinationURL: elsewhere)
            return shelf
        },
        Tampering(.fileNotRegular, "a file replaced by a folder", seq: 15) {
            let object = try $0.object(15)
            try manager.removeItem(at: $0.file(object))
            try manager.createDirectory(at: $0.file(object), withIntermediateDirectories: false)
            return object
        },
        Tampering(.fileNotRegular, "a file replaced by a pipe", seq: 15) {
            let object = try $0.object(15)
            try manager.removeItem(at: $0.file(object))
            guard mkfifo($0.file(object).path, 0o600) == 0 else { throw TestFailure("mkfifo failed") }
            return object
        },
        Tampering(.fileUnreadable, "a file that cannot be opened", seq: 15) {
            let object = try $0.object(15)
            try $0.hold(Lease($0.file(object)))
            return object
        },
        Tampering(.objectUnreferenced, "a file slipped among the stored ones") {
            let stray = "objects/aa/" + String(repeating: "a", count: 64)
            try manager.createDirectory(at: $0.file("objects/aa"), withIntermediateDirectories: true)
            try Data("stray".utf8).write(to: $0.file(stray))
            return stray
        },
        Tampering(.objectUnreferenced, "a file put where no stored file lies") {
            try Data("stray".utf8).write(to: $0.file("objects/notes.txt"))
            return "objects/notes.txt"
        },
        Tampering(.keptAside, "something kept aside") {
            try manager.createDirectory(at: $0.file("aside"), withIntermediateDirectories: true)
            try Data("was evil".utf8).write(to: $0.file("aside/notes.txt.1"))
            return "aside"
        },
    ]
}

/// A file opened under a write lease, which makes others' attempts to open it without waiting fail.
final class Lease: Sendable {
    private let descriptor: Int32

    init(_ file: URL) throws {
        descriptor = open(file.path, O_RDWR | O_CLOEXEC)
        // fcntl(2) on Linux, which Glibc's module does not offer without _GNU_SOURCE. The kernel's word that somebody
        // else wants the file must not end the process: SIGURG is ignored.
        let (setSignal, setLease): (Int32, Int32) = (10, 1024)
        guard descriptor >= 0, fcntl(descriptor, setSignal, SIGURG) == 0, fcntl(descriptor, setLease, F_WRLCK) == 0
        else {
            throw TestFailure("no lease on \(file.path): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }
}

extension ArchiveCopy {
    /// The largest stored file, zhang's of 1.3 MB.
    func largest() throws -> String {
        for seq in [12, 13, 14] as [UInt64] {
            let object = try object(seq)
            let size = try FileManager.default.attributesOfItem(atPath: file(object).path)[.size] as? Int
            if size == 1_300_000 { return object }
        }
        throw TestFailure("the large file is not there")
    }

    /// Appends a record whose file has the SHA-256 of one content and the fs-verity digest of another, and stores one of
    /// the two under the former.
    func appendTwoFaced(stored: String) throws -> String {
        let (left, right) = (Array("付款五万元".utf8), Array("付款五十元".utf8))
        var verity = FSVerityHasher()
        right.withUnsafeBytes { verity.update($0) }
        let file = FileRecord(
            name: "收据.txt", nameBytes: nil, size: UInt64(left.count), type: "text/plain",
            sha256: SHA256Hasher.hash(left), fsverity: verity.finish(), held: .stored, location: nil, modified: nil)
        try append(by: "wang") { _ in [.evidence("七", files: [file])] }
        let object = ObjectStore.relativePath(file.sha256)
        let place = self.file(object)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(stored == "sha256" ? left : right).write(to: place)
        return object
    }
}
