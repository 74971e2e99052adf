internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceRecord
internal import MediaProbing

/// Makes sealed records of planned ones: what is said of them and their files is encrypted before anything of it is written.
struct SealRecords {
    /// So many files are kept open until tools were asked about them.
    private static let openAtOnce = 64

    let context: ServiceContext
    let staging: Staging
    let prober: MediaProber
    let recipients: [Recipient]

    /// What one record became.
    struct Sealed {
        /// The outside, which is the entry's body.
        let outside: EvidenceAdded
        /// What was sealed, in the order in which it was given.
        let plain: [StagedFile]
        let parts: [StagedFile]
    }

    /// Seals a record.
    ///
    /// - Parameter bring: encrypts one of its files, showing progress.
    func seal(_ record: PlannedRecord, bring: (SourceFiles.Source) throws -> SealedFile) throws -> Sealed {
        var files: [FileRecord] = []
        var plain: [StagedFile] = []
        var parts: [FileRecord] = []
        var staged: [StagedFile] = []
        var unasked: [(place: Int, file: SealedFile)] = []
        for (place, source) in record.files.enumerated() {
            let sealed = try bring(source)
            files.append(FileRecord(source.name, sealed.plain))
            plain.append(sealed.plain)
            for (number, part) in sealed.parts.enumerated() {
                parts.append(FileRecord(part: Sealing.partName(file: place + 1, part: number + 1), part))
            }
            staged += sealed.parts
            if MediaProber.reads(sealed.plain.mediaType) { unasked.append((place, sealed)) }
            if unasked.count == SealRecords.openAtOnce { try ask(&unasked, &files) }
        }
        try ask(&unasked, &files)
        let inside = try context.body(record.description.record(of: files).json)
        let body = try staging.seal(inside, to: recipients)
        let sealing = Sealing(
            body: SHA256Hasher.hash(inside),
            readers: recipients.map {
                Sealing.Reader(
                    subject: $0.certificate.subject, certificate: $0.fingerprint, publicKey: $0.publicKey)
            })
        return Sealed(
            outside: EvidenceAdded(sealed: sealing, parts: [FileRecord(part: Sealing.bodyName, body)] + parts),
            plain: plain, parts: [body] + staged)
    }

    private func ask(_ unasked: inout [(place: Int, file: SealedFile)], _ files: inout [FileRecord]) throws {
        guard !unasked.isEmpty else { return }
        let media = try withExtendedLifetime(unasked) {
            try prober.probe(
                unasked.map { MediaProber.File(descriptor: $0.file.descriptor, mediaType: $0.file.plain.mediaType) })
        }
        for (item, media) in zip(unasked, media) { files[item.place].media = media }
        unasked = []
    }
}

extension FileRecord {
    /// An encrypted part; what the file system says of it is nobody's business.
    fileprivate init(part name: String, _ staged: StagedFile) {
        self.init(
            name: name, nameBytes: nil, size: staged.size, type: staged.mediaType, sha256: staged.sha256,
            fsverity: staged.fsverity, held: .stored, location: nil, modified: nil)
    }
}
