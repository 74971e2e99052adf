package import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage

/// The archive's folder of originals: `objects/ab/<sha256>`, mode 0444, never written again.
package struct ObjectStore: Sendable {
    /// The folder's name in an archive.
    package static let folderName = "objects"

    package let archive: FilePath

    package init(archive: FilePath) { self.archive = archive }

    package var folder: FilePath { archive.appending(raw: ObjectStore.folderName.utf8) }

    /// Where a file with this digest lies, relative to the archive.
    package static func relativePath(_ sha256: Digest) -> String {
        let hex = sha256.hex
        return "\(folderName)/\(hex.prefix(2))/\(hex)"
    }

    package func path(_ sha256: Digest) -> FilePath { archive.appending(raw: ObjectStore.relativePath(sha256).utf8) }

    /// Where a stored file has to lie; nil for one that stayed outside.
    func expected(_ file: FileRecord, _ seq: UInt64) -> ExpectedFile? {
        guard file.held == .stored else { return nil }
        return ExpectedFile(
            path: path(file.sha256), shownPath: ObjectStore.relativePath(file.sha256), size: file.size,
            sha256: file.sha256, fsverity: file.fsverity, seq: seq)
    }

    /// Whether a regular file of that size lies in the digest's place.
    ///
    /// Its bytes are not looked at.
    package func holds(_ sha256: Digest, size: UInt64) throws -> Bool {
        let path = path(sha256)
        do {
            guard let status = try Files.status(path) else { return false }
            return status.kind == .regular && status.size == size
        } catch let error {
            throw EvidenceError.file(error, path)
        }
    }

    /// Whether what lies in the digest's place is what its name says; all of it is read.
    ///
    /// What can't be read to its end is not.
    package func holdsWhole(_ sha256: Digest, size: UInt64) throws -> Bool {
        try holds(sha256, size: size) && (try? FileDigester.sha256(of: path(sha256))) == sha256
    }

    /// Refuses an archive of which a folder is a symlink, which would lead what is written there out of it; called by every writer
    /// before it copies anything.
    func requireOwnFolders() throws {
        var folders = [ObjectStore.folderName, Staging.folderName, AsideFolder.folderName].map { archive.appending($0) }
        if try Files.status(folder)?.kind == .folder {
            folders += try Files.names(in: folder).map { folder.appending(raw: $0) }
        }
        if let link = try folders.first(where: { try Files.status($0)?.kind == .symlink }) {
            throw EvidenceError.file(.tooManySymbolicLinkLevels, link)
        }
    }

    /// Calls `body` with everything that lies in the folder, by its path relative to the archive; a digest where the
    /// name and place are those of an object.
    ///
    /// - Parameter unreadable: told of each folder in which can't be looked, likewise; may throw.
    package func forEach(
        unreadable: (String, EvidenceError) throws -> Void = { throw $1 }, _ body: (String, Digest?) throws -> Void
    ) throws {
        func names(_ folder: FilePath, _ relative: String) throws -> [[UInt8]] {
            do { return try Files.names(in: folder) } catch let error {
                try unreadable(relative, EvidenceError.file(error, folder))
                return []
            }
        }
        // A link or a file in its place has been reported with each stored file that is then not there.
        guard try Files.status(folder)?.kind == .folder else { return }
        for prefix in try names(folder, ObjectStore.folderName) {
            let shelf = folder.appending(raw: prefix)
            let prefixText = String(decoding: prefix, as: UTF8.self)
            guard try Files.status(shelf)?.kind == .folder else {
                try body("\(ObjectStore.folderName)/\(prefixText)", nil)
                continue
            }
            for name in try names(shelf, "\(ObjectStore.folderName)/\(prefixText)") {
                let text = String(decoding: name, as: UTF8.self)
                let relative = "\(ObjectStore.folderName)/\(prefixText)/\(text)"
                let digest = Digest(hex: text)
                try body(relative, digest.map { ObjectStore.relativePath($0) } == relative ? digest : nil)
            }
        }
    }
}
