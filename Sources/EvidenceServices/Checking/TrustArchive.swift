internal import EvidenceArchive
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
internal import TransparencyLog

/// `evidence trust`: pins an archive's key, or a checkpoint, for this reader.
package struct TrustArchive {
    private static let largestFile = 64 * 1_024

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// Pins what is given: a verifier key as text, or a file that holds one, or a file with a signed checkpoint.
    ///
    /// - Returns: the pin, and whether it is new.
    package func pin(_ keyOrFile: String, path: FilePath) throws -> (pin: Pin, isNew: Bool) {
        let pin = try read(keyOrFile, path: path)
        return (pin, try PinFile(context.folders).add(pin))
    }

    package func pins() throws -> [Pin] { try PinFile(context.folders).pins() }

    private func read(_ text: String, path: FilePath) throws -> Pin {
        if let key = try? VerifierKey(text) { return try pin(key) }
        guard try Files.statusFollowing(path) != nil else {
            throw EvidenceError(
                .badInput, en: "“\(text.shown)” is neither a verifier key (NAME+ID+KEY) nor a file.",
                zh: "“\(text.shown)”既不是验证公钥（名称+编号+公钥），也不是文件。")
        }
        let bytes = try Files.contents(of: path, limit: TrustArchive.largestFile)
        if let note = try? SignedNote(parsing: bytes), let checkpoint = try? Checkpoint(noteText: note.text) {
            return .checkpoint(origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root)
        }
        let line =
            String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        if let key = try? VerifierKey(line) { return try pin(key) }
        throw EvidenceError(
            .badInput, en: "“\(path.shown)” holds neither a verifier key nor a signed checkpoint.",
            zh: "“\(path.shown)”中没有验证公钥，也没有签名检查点。")
    }

    private func pin(_ key: VerifierKey) throws -> Pin {
        guard key.type == .ed25519 else {
            throw EvidenceError(
                .badInput, en: "That is a witness's key, not an archive's.", zh: "这是见证人的密钥，不是档案的密钥。")
        }
        return .key(key)
    }
}
