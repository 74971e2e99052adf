internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
package import SystemPackage

/// What lay where something else ought to be: altered or unreadable, replaced by what is good, and kept for whoever finds
/// out why.
///
/// It lies at `aside/<name>.<n>` in the archive's folder, under its own name there and a number from 1. It is nothing
/// that was recorded: no reader takes it for evidence. FORMAT.md §12.
package struct AsideFolder: Sendable {
    /// The folder's name in an archive.
    package static let folderName = "aside"

    private let archive: FilePath

    package init(archive: FilePath) { self.archive = archive }

    private var folder: FilePath { archive.appending(AsideFolder.folderName) }

    /// The names of what is kept, sorted.
    package func names() throws -> [String] {
        guard try Files.status(folder)?.kind == .folder else { return [] }
        return try Files.names(in: folder).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Keeps what stands at a path, durably, so that something else may be renamed into its place.
    ///
    /// Where the file system can, it has both names until then: at no moment is nothing there. The caller holds the
    /// archive's lock.
    /// - Returns: its number.
    func keep(_ path: FilePath) throws -> Int {
        do {
            try Files.makeFolders(folder)
            let inode = try Files.status(path)?.inode
            var number = 1
            while let there = try Files.status(kept(path, number)) {
                // A run that got no further has kept it already.
                if there.inode == inode {
                    try Files.remove(kept(path, number))
                    break
                }
                number += 1
            }
            do { try Files.link(path, as: kept(path, number)) } catch {
                // Folders, and whatever lies on file systems that know one name a file, are moved instead.
                try Files.rename(path, to: kept(path, number))
            }
            try Files.syncFolder(folder)
            return number
        } catch {
            throw EvidenceError.file(any: error, path, writing: true)
        }
    }

    /// Undoes ``keep(_:)``: what was kept stands in its place again, whatever came there meanwhile; where it is kept no more,
    /// that is done already.
    func putBack(_ path: FilePath, number: Int) throws {
        do { try Files.rename(kept(path, number), to: path) } catch let error where error == .noSuchFileOrDirectory {
        } catch {
            throw EvidenceError.file(any: error, path, writing: true)
        }
    }

    /// Where what stood at a path lies, relative to the archive.
    static func place(of path: FilePath, number: Int) -> String {
        "\(folderName)/\(path.lastComponent?.string ?? "file").\(number)"
    }

    private func kept(_ path: FilePath, _ number: Int) -> FilePath {
        archive.appending(AsideFolder.place(of: path, number: number))
    }

    /// Removes what is kept of an object whose removal was ordered.
    func remove(_ object: Digest) throws {
        for name in try names() where name.hasPrefix(object.hex + ".") {
            do { try Files.removeTree(folder.appending(name)) } catch let error {
                throw EvidenceError.file(error, folder.appending(name), writing: true)
            }
        }
    }
}
