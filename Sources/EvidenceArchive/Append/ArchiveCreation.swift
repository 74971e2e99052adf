internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage

/// Makes a new archive: its folder, its database with the first commit, and all that follows a commit.
package enum ArchiveCreation {
    /// - Parameters:
    ///   - folder: need not exist; must hold no archive.
    ///   - mark: random bytes for temporary names.
    /// - Returns: the archive, opened to read, with the first commit.
    package static func create(
        in folder: FilePath, _ created: ArchiveCreated, firstSigner: SignerSlip, keys: CommitKeys, salts: [[UInt8]],
        mark: [UInt8], _ surroundings: AppendSession.Surroundings
    ) throws -> (archive: Archive, commit: CommitResult) {
        try Files.makeFolders(Files.straight(folder))
        let path = try Files.realPath(folder)
        let lock = try ArchiveLock(
            path, onWait: surroundings.onWait, checkInterruption: surroundings.checkInterruption)
        defer { withExtendedLifetime(lock) {} }
        guard try !Archive.exists(at: path) else {
            throw EvidenceError(
                .badInput, en: "There is an archive in “\(path.shown)” already.", zh: "“\(path.shown)”中已有一个档案。")
        }
        for name in [ObjectStore.folderName, Staging.folderName] { try Files.makeFolders(path.appending(name)) }
        let staging = path.appending(Staging.folderName).appending(mark.hex)
        try Files.makeFolders(staging)
        defer { try? Files.removeTree(staging) }
        let database = staging.appending(LogDatabase.fileName)
        let written: WrittenCommit
        do {
            let log = try LogDatabase.create(database)
            let enrolled = SignerEnrolled(slip: firstSigner, mayEnrol: true)
            var drafts = [
                Draft(.archiveCreated, body: Body.bytes(created.json, salt: salts[0])),
                Draft(.signerEnrolled, body: Body.bytes(enrolled.json, salt: salts[1])),
            ].makeIterator()
            written = try CommitWriter(log: log, keys: keys, surroundings: surroundings, objects: nil)
                .write(count: 2, after: LogState()) { drafts.next() }
            try log.close()
        }
        do {
            try Files.renameExclusively(database, to: path.appending(LogDatabase.fileName))
            try Files.syncFolder(path)
        } catch {
            throw EvidenceError.file(any: error, path, writing: true)
        }
        let archive = try Archive.open(path)
        let (warnings, _) = written.publish(archive, replacing: nil, folders: surroundings.folders)
        return (archive, CommitResult(written, warnings: warnings))
    }
}
