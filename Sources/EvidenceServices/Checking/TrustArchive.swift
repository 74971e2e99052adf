internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
internal import TransparencyLog

/// `evidence trust`: pins an archive's key, a checkpoint, a receipt, a witness's key, or a timestamp authority's root certificate for this reader.
package struct TrustArchive {
    private static let largestFile = 64 * 1_024

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// Pins what is given: a verifier key as text, or a file that holds one, a signed checkpoint, or a receipt, which is
    /// both.
    ///
    /// - Returns: each pin, and whether it is new.
    package func pin(_ keyOrFile: String, path: FilePath) throws -> [(pin: Pin, isNew: Bool)] {
        let pins = try read(keyOrFile, path: path)
        return Array(zip(pins, try PinFile(context.folders).add(pins))).map { (pin: $0.0, isNew: $0.1) }
    }

    package func pins() throws -> [Pin] { try PinFile(context.folders).pins() }

    /// What is given, without pinning it.
    func read(_ text: String, path: FilePath) throws -> [Pin] {
        if let key = try? VerifierKey(text) { return [pin(key)] }
        guard try Files.statusFollowing(path) != nil else {
            throw EvidenceError(
                .badInput, en: "“\(text.shown)” is neither a verifier key (NAME+ID+KEY) nor a file.",
                zh: "“\(text.shown)”既不是验证公钥（名称+编号+公钥），也不是文件。")
        }
        let bytes = try Files.contents(of: path, limit: TrustArchive.largestFile)
        if let note = try? SignedNote(parsing: bytes), let checkpoint = try? Checkpoint(noteText: note.text) {
            return [.checkpoint(origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root)]
        }
        if let certificate = (try? Certificate(pem: bytes)) ?? (try? Certificate(der: bytes)) {
            return [.authority(certificate.der)]
        }
        let page = String(decoding: bytes, as: UTF8.self)
        if let receipt = try? Receipt(parsing: page) {
            return [.checkpoint(origin: receipt.origin, size: receipt.size, root: receipt.root)]
                + (receipt.key.map { [.key($0)] } ?? [])
        }
        let line = page.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        if let key = try? VerifierKey(line) { return [pin(key)] }
        throw EvidenceError(
            .badInput,
            en: "“\(path.shown)” holds no verifier key, no signed checkpoint, no receipt and no certificate.",
            zh: "“\(path.shown)”中没有验证公钥、签名检查点、回执或证书。")
    }

    private func pin(_ key: VerifierKey) -> Pin { key.type == .cosignature ? .witness(key) : .key(key) }
}
