internal import EvidenceCrypto
package import EvidenceRecord
internal import Glibc
package import SystemPackage

/// Finds the files that stayed outside an archive: below the folder that a reader names, else where they were recorded.
///
/// Names and locations come from bodies that anybody may have written. A place counts only where a regular file stands
/// there that is reached without following a link or `..`; see FORMAT.md, "Where referenced files are looked for".
package struct ReferencedFiles: Sendable {
    private static let longestName = 255

    /// The folder to look below, its own symlinks resolved.
    private let root: FilePath?
    private let looksAtLocation: Bool

    /// - Parameters:
    ///   - root: a folder that holds the files, such as where the disk is mounted now.
    ///   - looksAtLocation: whether a file that is not below `root` is looked for at its recorded location.
    /// - Throws: `inputMissing` where the folder is not there.
    package init(below root: FilePath?, orAtLocation looksAtLocation: Bool) throws {
        self.looksAtLocation = looksAtLocation
        self.root = try root.map { try Files.realPath($0) }
        if let root, try Files.status(Files.realPath(root))?.kind != .folder {
            throw EvidenceError(
                .badInput, en: "“\(root.shown)” is not a folder: name the folder with the files.",
                zh: "“\(root.shown)”不是文件夹：请指明存放文件的文件夹。")
        }
    }

    private init() {
        root = nil
        looksAtLocation = false
    }

    /// Looks for nothing.
    package static let nowhere = ReferencedFiles()

    /// The file that has to be checked for a record; nil where it is not to be reached.
    ///
    /// One of the recorded size goes before all others: two recordings often have the same name.
    package func find(_ file: FileRecord, seq: UInt64) -> ExpectedFile? {
        var other: FilePath?
        for place in places(of: file) {
            guard let status = status(place) else { continue }
            if status.size == file.size { return expected(file, at: place, seq) }
            other = other ?? place
        }
        return other.map { expected(file, at: $0, seq) }
    }

    private func expected(_ file: FileRecord, at place: FilePath, _ seq: UInt64) -> ExpectedFile {
        ExpectedFile(
            path: place, shownPath: place.shown, size: file.size, sha256: file.sha256, fsverity: file.fsverity,
            seq: seq, isReferenced: true)
    }

    /// Where the file may lie, the likeliest place first.
    private func places(of file: FileRecord) -> [FilePath] {
        let location = file.locationBytes ?? file.location.map { Array($0.utf8) } ?? []
        var places: [FilePath] = []
        if let root {
            for path in [location, file.nameBytes ?? Array(file.name.utf8)] {
                let parts = ReferencedFiles.parts(path)
                for first in parts.indices {
                    places.append(parts[first...].reduce(root) { $0.appending(raw: Array($1)) })
                }
            }
        }
        if looksAtLocation, location.first == UInt8(ascii: "/") {
            let parts = ReferencedFiles.parts(location)
            if !parts.isEmpty { places.append(parts.reduce(FilePath("/")) { $0.appending(raw: Array($1)) }) }
        }
        return places
    }

    /// The names in a path; none where it is more than a plain path.
    private static func parts(_ path: [UInt8]) -> [ArraySlice<UInt8>] {
        let parts = path.split(separator: UInt8(ascii: "/"))
        let isPlain = parts.allSatisfy { part in
            part.count <= longestName && !part.contains(0) && part != Array(".".utf8)[...]
                && part != Array("..".utf8)[...]
        }
        return isPlain && parts.count <= 256 ? parts : []
    }

    /// Nil where no regular file is reached without a link.
    private func status(_ place: FilePath) -> FileStatus? {
        // Looked at before it is opened: opening a device can do something.
        guard let status = try? Files.status(place), status.kind == .regular else { return nil }
        do {
            return try OpenFile(place, O_RDONLY | O_NONBLOCK).status()
        } catch let error {
            // One that may not be read stands there all the same, and checking it says so.
            return error == .tooManySymbolicLinkLevels || error == .noSuchFileOrDirectory ? nil : status
        }
    }
}
