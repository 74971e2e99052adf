package import EvidenceCrypto
package import EvidenceFiles
package import EvidenceRecord

extension SealedRecord {
    /// Opens a sealed record of an archive, whose parts are stored files.
    ///
    /// - Precondition: it is sealed.
    package init(opening outside: EvidenceAdded, of seq: UInt64, in objects: ObjectStore, with key: DecryptionKey)
        throws
    {
        func part(_ file: FileRecord) -> Part {
            Part(name: file.name, sha256: file.sha256, path: objects.path(file.sha256))
        }
        guard let sealing = outside.sealed, let body = outside.files.first else {
            preconditionFailure("a sealed record has parts")
        }
        try self.init(
            opening: sealing, of: seq, body: part(body),
            files: Sealing.byFile(outside.files).map { $0.map { part($0) } }, with: key)
    }
}
