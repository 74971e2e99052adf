package import EvidenceCrypto
package import EvidenceRecord
internal import Glibc
package import SystemPackage

/// A sealed record that was opened with a private key: what it says inside, and its files as they are decrypted.
///
/// Nothing that comes out is believed before it is what the outside commits to: the inner body by the digest that stands in
/// the entry's own body, each file by the digests in the inner body. Memory: one part.
package struct SealedRecord {
    /// An encrypted part.
    package struct Part {
        let name: String
        /// What its SHA-256 must be; nil where nothing but its content is recorded, as of one that was sealed anew.
        let sha256: Digest?
        /// All of its bytes.
        let read: () throws -> [UInt8]

        package init(name: String, sha256: Digest?, read: @escaping () throws -> [UInt8]) {
            self.name = name
            self.sha256 = sha256
            self.read = read
        }

        /// A part that is a file of its own, and is read only if it is a regular one.
        package init(name: String, sha256: Digest?, path: FilePath) {
            self.init(name: name, sha256: sha256) {
                try Files.contents(of: path, limit: EnvelopeParts.largestMessage)
            }
        }
    }

    /// The inner body's bytes.
    package let bodyBytes: [UInt8]
    /// The inner body's members, with the salt.
    package let object: JSONObject
    /// What the record says inside; its files are those that were sealed.
    package let inside: EvidenceAdded

    private let key: DecryptionKey
    /// The parts of each file.
    private let parts: [[Part]]
    private let seq: UInt64

    /// Opens the inner body.
    ///
    /// - Parameters:
    ///   - sealing: what stands outside, in the body of the entry numbered `seq`.
    ///   - body: the inner body, encrypted.
    ///   - files: the parts of each file, in the order of the inner body's files.
    /// - Throws: `refused` where the body is not encrypted to the key, `damaged` where a part or what comes out of it is not
    ///   what was recorded.
    package init(
        opening sealing: Sealing, of seq: UInt64, body: Part, files: [[Part]], with key: DecryptionKey
    ) throws {
        var bytes: [UInt8] = []
        try SealedRecord.decrypt(body, of: seq, with: key) { piece in
            guard bytes.count + piece.count <= Body.largestSize else { throw SealedRecord.damaged(body.name, seq) }
            bytes += piece
        }
        guard SHA256Hasher.hash(bytes) == sealing.body, let inner = try? Body(parsing: bytes),
            let inside = try? EvidenceAdded(inner), inside.sealed == nil, files.count == inside.files.count
        else { throw SealedRecord.damaged(body.name, seq) }
        parts = files
        bodyBytes = bytes
        object = inner.object
        self.inside = inside
        self.key = key
        self.seq = seq
    }

    /// Decrypts a file piece by piece, and says at the end whether it was what was recorded.
    ///
    /// - Parameters:
    ///   - number: its place in the inner body's files, from 0.
    ///   - output: takes the pieces in order; they are provisional until this returns.
    package func read(_ number: Int, output: (UnsafeRawBufferPointer) throws -> Void) throws {
        let file = inside.files[number]
        let hasher = SHA256Hasher()
        var verity = FSVerityHasher()
        var size: UInt64 = 0
        for part in parts[number] {
            try SealedRecord.decrypt(part, of: seq, with: key) { piece in
                hasher.update(piece)
                verity.update(piece)
                size += UInt64(piece.count)
                try output(piece)
            }
        }
        guard size == file.size, hasher.finish() == file.sha256, verity.finish() == file.fsverity else {
            throw SealedRecord.damaged(file.name, seq)
        }
    }

    /// Decrypts a file to a new one of that name, durable when this returns.
    ///
    /// - Parameter progress: called with the bytes written since the last call; may throw to stop.
    package func write(_ number: Int, to target: FilePath, progress: (Int) throws -> Void) throws {
        let copy: OpenFile
        do {
            copy = try OpenFile(target, O_WRONLY | O_CREAT | O_EXCL)
        } catch let error {
            throw EvidenceError.file(error, target, writing: true)
        }
        try read(number) { piece in
            do { try copy.write(piece) } catch { throw EvidenceError.file(any: error, target, writing: true) }
            try progress(piece.count)
        }
        do { try copy.sync() } catch let error { throw EvidenceError.file(error, target, writing: true) }
    }

    /// Decrypts one part, which must be what the outside says of it.
    private static func decrypt(
        _ part: Part, of seq: UInt64, with key: DecryptionKey, output: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let bytes = try part.read()
        if let sha256 = part.sha256, SHA256Hasher.hash(bytes) != sha256 { throw damaged(part.name, seq) }
        do {
            try bytes.withUnsafeBytes { try key.decrypt($0, output: output) }
        } catch let error as CryptoError where error.code == .notARecipient {
            throw EvidenceError(
                .refused, en: "“\(part.name)” of entry \(seq) is not encrypted to this key.",
                zh: "第 \(seq) 条的“\(part.name)”不是加密给该密钥的。")
        } catch let error as CryptoError {
            throw EvidenceError(
                .damaged, en: "“\(part.name)” of entry \(seq) can't be decrypted: \(error.reason).",
                zh: "第 \(seq) 条的“\(part.name)”无法解密。")
        }
    }

    /// That what a record holds is not what was sealed.
    package static func damaged(_ name: String, _ seq: UInt64) -> EvidenceError {
        EvidenceError(
            .damaged,
            en: "“\(name.shown)” of entry \(seq) is not what was sealed: its bytes were changed. Run evidence verify.",
            zh: "第 \(seq) 条的“\(name.shown)”与密封时不符：内容已被改动。请执行 evidence verify。")
    }
}
