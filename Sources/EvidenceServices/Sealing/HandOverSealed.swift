internal import CaseBundle
internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord

/// Puts sealed records into a bundle: as they are for whom can open them so, else sealed anew for the bundle's recipients.
///
/// What is sealed anew is decrypted and encrypted part by part; nothing in the clear is written.
struct HandOverSealed {
    /// Opens what the recipients can't open as it is; nil where nobody gave one.
    let key: DecryptionKey?
    /// Who is to read what is sealed; nobody where nobody was named.
    let recipients: [Recipient]

    /// Refuses a record that could not go into the bundle in a form that its recipients can open.
    func require(_ sealing: Sealing, _ seq: UInt64) throws {
        if goesAsItIs(sealing) { return }
        let readers = sealing.readers.map { "“\($0.subject.shown)”" }
        guard !recipients.isEmpty else {
            throw EvidenceError(
                .refused,
                en:
                    "Entry \(seq) is sealed to \(readers.joined(separator: ", ")). Leave it out with --withhold \(seq), or say who is to read it: --reader CERT.pem.",
                zh:
                    "第 \(seq) 条为密封记录，密封给\(readers.joined(separator: "、"))。请用 --withhold \(seq) 不予移交，或用 --reader CERT.pem 指明由谁读取。"
            )
        }
        guard let key else {
            throw EvidenceError(
                .refused,
                en:
                    "Entry \(seq) is sealed to \(readers.joined(separator: ", ")), and has to be sealed anew for whoever gets the bundle. That takes the private key of one of them: --key KEY.pem. Or leave it out with --withhold \(seq).",
                zh:
                    "第 \(seq) 条密封给\(readers.joined(separator: "、"))，须为接收人重新密封，需要其中一人的私钥：--key KEY.pem；或用 --withhold \(seq) 不予移交。"
            )
        }
        guard sealing.reader(with: key) != nil else { throw OpenSealed.notAReader(sealing, seq) }
    }

    /// Whether each recipient is one of the record's readers.
    private func goesAsItIs(_ sealing: Sealing) -> Bool {
        let certificates = Set(sealing.readers.map(\.certificate))
        return !recipients.isEmpty && recipients.allSatisfy { certificates.contains($0.fingerprint) }
    }

    /// Adds a record's parts to a bundle.
    ///
    /// - Parameter progress: called with the bytes handled since the last call; may throw to stop.
    /// - Returns: how many files it has.
    func add(
        _ outside: EvidenceAdded, of seq: UInt64, from objects: ObjectStore, to writer: BundleWriter,
        progress: (Int) throws -> Void
    ) throws -> Int {
        guard let sealing = outside.sealed else { preconditionFailure("only a sealed record is handed over sealed") }
        try require(sealing, seq)
        if goesAsItIs(sealing) {
            for part in outside.files {
                let bytes = try Files.contents(of: objects.path(part.sha256), limit: EnvelopeParts.largestMessage)
                guard SHA256Hasher.hash(bytes) == part.sha256 else { throw SealedRecord.damaged(part.name, seq) }
                try writer.addSealedPart(part.name, of: seq, bytes: bytes)
                try progress(bytes.count)
            }
            return Sealing.byFile(outside.files).count
        }
        guard let key else { preconditionFailure("required above") }
        let opened = try SealedRecord(opening: outside, of: seq, in: objects, with: key)
        try seal(nil, of: seq, to: writer) { take in
            try opened.bodyBytes.withUnsafeBytes(take)
        }
        for number in opened.inside.files.indices {
            try seal(number + 1, of: seq, to: writer) { take in
                try opened.read(number) { piece in
                    try take(piece)
                    try progress(piece.count)
                }
            }
        }
        return opened.inside.files.count
    }

    /// Encrypts a stream into parts, each held in memory until it is whole, since a ZIP wants its size first.
    ///
    /// - Parameter file: the number of the file that it is; nil for the inner body, which is one part.
    private func seal(
        _ file: Int?, of seq: UInt64, to writer: BundleWriter,
        _ content: (_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        let parts = try EnvelopeParts(to: recipients)
        var count = 0
        var message: [UInt8] = []
        func take(_ output: EnvelopeParts.Output) throws {
            switch output {
            case .bytes(let bytes): message += bytes
            case .end:
                count += 1
                let name = file.map { Sealing.partName(file: $0, part: count) } ?? Sealing.bodyName
                try writer.addSealedPart(name, of: seq, bytes: message)
                message.removeAll(keepingCapacity: true)
            }
        }
        try content { try parts.update($0, output: take) }
        try parts.finish(output: take)
    }
}
