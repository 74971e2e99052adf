package import EvidenceCrypto
internal import TransparencyLog

/// An entry with its body, read and held against each other.
package struct LogRecord: Sendable {
    package let entry: Entry
    package let leafHash: Digest
    package let bytes: [UInt8]
    /// Nil where the body was removed by a withdrawal.
    package let body: Body?
    package let bodyBytes: [UInt8]?

    /// Refuses an entry or body that is malformed, or a body that is not the entry's.
    package init(seq: UInt64, bytes: [UInt8], bodyBytes: [UInt8]?) throws(EvidenceError) {
        let damaged = EvidenceError(
            .damaged, en: "Entry \(seq) is damaged or was changed. Run evidence verify.",
            zh: "第 \(seq) 条已损坏或被改动。请执行 evidence verify。")
        guard let entry = try? Entry(parsing: bytes), entry.seq == seq else { throw damaged }
        self.entry = entry
        leafHash = MerkleHash.leaf(bytes)
        self.bytes = bytes
        self.bodyBytes = bodyBytes
        guard let bodyBytes else {
            body = nil
            return
        }
        guard SHA256Hasher.hash(bodyBytes) == entry.body, let body = try? Body(parsing: bodyBytes) else {
            throw damaged
        }
        self.body = body
    }

    package var reference: EntryReference { EntryReference(seq: entry.seq, leafHash: leafHash) }
}
