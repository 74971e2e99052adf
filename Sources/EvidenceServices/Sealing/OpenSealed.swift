internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage

/// A sealed record of the archive that was opened.
package struct OpenedRecord {
    let sealed: SealedRecord

    /// What it says inside; its files are those that were sealed.
    package var inside: EvidenceAdded { sealed.inside }
    /// The inner body's members, with the salt.
    package var object: JSONObject { sealed.object }
}

/// Opens a sealed record with a reader's private key, and says in the log that it was opened where that is asked for.
package struct OpenSealed {
    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// - Parameters:
    ///   - key: a PEM file.
    ///   - purpose: why, for the entry that records the opening; nil to record nothing.
    /// - Returns: the record's inside, once the entry is written that says it was opened.
    package func run(_ seq: UInt64, key: FilePath, purpose: String?) throws -> OpenedRecord {
        if let purpose { try CorrectRecords.require(purpose, "--purpose") }
        let archive = try context.openArchive()
        let record = try archive.record(seq)
        guard record.entry.type == .evidenceAdded else {
            throw EvidenceError(
                .badInput,
                en: "Entry \(seq) is no record but \(record.entry.typeName.shown); there is nothing to open.",
                zh: "第 \(seq) 条不是记录（\(record.entry.typeName.shown)），无可开启。")
        }
        guard let body = record.body else {
            try LogReading(archive, context).history(of: record).requireBody()
            throw EvidenceError(
                .inputMissing, en: "Entry \(seq) was withdrawn; its content is gone.", zh: "第 \(seq) 条已撤销，其内容已移除。")
        }
        let outside = try EvidenceAdded(body)
        guard let sealing = outside.sealed else {
            throw EvidenceError(
                .badInput, en: "Entry \(seq) is not sealed; it needs no key.", zh: "第 \(seq) 条未密封，不需要密钥。")
        }
        let key = try context.decryptionKey(key)
        guard let reader = sealing.reader(with: key) else { throw OpenSealed.notAReader(sealing, seq) }
        let opened = try SealedRecord(opening: outside, of: seq, in: archive.objects, with: key)
        if let purpose {
            _ = try CorrectRecords(context).correct(seq, as: .recordOpened) { history in
                try CorrectRecords.refuseWithdrawn(history)
                return RecordOpened(
                    target: history.record.reference, reader: reader.certificate, purpose: purpose
                ).json
            }
        }
        return OpenedRecord(sealed: opened)
    }

    static func notAReader(_ sealing: Sealing, _ seq: UInt64) -> EvidenceError {
        let readers = sealing.readers.map { "“\($0.subject.shown)”" }
        return EvidenceError(
            .refused,
            en: "That key does not open entry \(seq). It is sealed to \(readers.joined(separator: ", ")).",
            zh: "该密钥不能打开第 \(seq) 条。该记录密封给\(readers.joined(separator: "、"))。")
    }

    /// Says that a record's content can't be shown without a key.
    static func keyNeeded(_ sealing: Sealing, _ seq: UInt64) -> EvidenceError {
        let readers = sealing.readers.map { "“\($0.subject.shown)”" }
        return EvidenceError(
            .refused,
            en:
                "Entry \(seq) is sealed to \(readers.joined(separator: ", ")). Open it with a reader's private key: --key KEY.pem.",
            zh: "第 \(seq) 条为密封记录，密封给\(readers.joined(separator: "、"))。请用读取人的私钥开启：--key KEY.pem。")
    }
}
