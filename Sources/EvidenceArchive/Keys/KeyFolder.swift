package import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
package import TransparencyLog

/// A private key with the verifier key that checks its signatures.
package struct SigningKey: Sendable {
    package let verifier: VerifierKey
    package let privateKey: Ed25519PrivateKey

    package init(
        name: String, type: VerifierKey.SignatureType = .ed25519, privateKey: Ed25519PrivateKey
    ) throws {
        verifier = try VerifierKey(name: name, type: type, key: privateKey.publicKey)
        self.privateKey = privateKey
    }
}

/// The user's private keys: PKCS#8 PEM, mode 0600, never in an archive.
///
/// `signers/NAME.pem` with `signers/NAME.slip` beside it; `archives/ORIGIN+KEYID.pem` and `witnesses/NAME+KEYID.pem`, the
/// name percent-encoded, with a `.vkey` beside each.
package struct KeyFolder: Sendable {
    /// Gives the passphrase of the key that is named; nil where nobody can be asked.
    package typealias AskPassphrase = (_ keyName: String) throws -> [UInt8]?

    private static let largestKeyFile = 64 * 1_024

    package let folder: FilePath

    package init(_ folders: UserFolders) { folder = folders.keys }

    private var signers: FilePath { folder.appending(raw: "signers".utf8) }

    // MARK: Signers

    /// The names of all signers whose keys are here.
    package func signerNames() throws -> [String] {
        guard try Files.status(signers) != nil else { return [] }
        return try Files.names(in: signers).compactMap { name in
            let text = String(decoding: name, as: UTF8.self)
            guard text.hasSuffix(".pem") else { return nil }
            let stem = String(text.dropLast(4))
            return SignerName.isValid(stem) ? stem : nil
        }
    }

    package func hasSigner(_ name: String) throws -> Bool { try Files.status(signerPath(name)) != nil }

    private func signerPath(_ name: String) -> FilePath { signers.appending(raw: "\(name).pem".utf8) }
    private func slipPath(_ name: String) -> FilePath { signers.appending(raw: "\(name).slip".utf8) }

    /// Makes a signer's key and its slip.
    package func createSigner(_ name: String, details: PersonDetails, passphrase: [UInt8]?) throws -> (
        slip: SignerSlip, key: SigningKey
    ) {
        try Files.makeFolders(signers)
        // Two that make the same name at once would mix one's slip and the other's key.
        return try Files.exclusively(in: signers) {
            try Files.removeAbandoned(replacing: slipPath(name))
            guard try !hasSigner(name) else {
                throw EvidenceError(
                    .badInput, en: "A key named “\(name)” is here already. Choose another name.",
                    zh: "名为“\(name)”的密钥已存在，请另选名称。")
            }
            let key = try SigningKey(name: name, privateKey: .generate())
            let slip = try SignerSlip(key: key.verifier, details: details, privateKey: key.privateKey)
            try Files.replace(slipPath(name), with: slip.note.bytes, mode: 0o600)
            try KeyFile.replace(signerPath(name), with: key.privateKey.pem(passphrase: passphrase))
            return (slip, key)
        }
    }

    /// The slip that was made with a signer's key.
    package func slip(of name: String) throws -> SignerSlip {
        do {
            return try SignerSlip(parsing: try Files.contents(of: slipPath(name), limit: KeyFolder.largestKeyFile))
        } catch let error as RecordError {
            throw EvidenceError(
                .badInput, en: "“\(slipPath(name).shown)”: \(error.reason.en).",
                zh: "“\(slipPath(name).shown)”：\(error.reason.zh)。")
        }
    }

    /// Unlocks a signer's key.
    package func signer(_ name: String, ask: AskPassphrase) throws -> SigningKey {
        guard try hasSigner(name) else {
            throw EvidenceError(
                .refused, en: "The key of “\(name)” is not here. Use --as with a name that evidence signer list shows.",
                zh: "本机没有“\(name)”的密钥。请用 --as 指定 evidence signer list 所列的名称。")
        }
        return try SigningKey(name: name, privateKey: try unlock(signerPath(name), name: name, ask: ask))
    }

    // MARK: Archives and witnesses

    /// The folders in which private keys are.
    package var keyFolders: [FilePath] { ["signers", "archives", "witnesses"].map { folder.appending($0) } }

    /// An archive's key signs notes, a witness's cosigns them.
    private func folder(of type: VerifierKey.SignatureType) -> FilePath {
        folder.appending(type == .cosignature ? "witnesses" : "archives")
    }

    private func path(_ key: VerifierKey, _ ending: String) -> FilePath {
        folder(of: key.type).appending(raw: "\(KeyFolder.head(key.name))\(key.keyIDHex)\(ending)".utf8)
    }

    /// What the names of the files of all keys of an archive or a witness begin with.
    private static func head(_ name: String) -> String { "\(encoded(name))+" }

    private static func encoded(_ name: String) -> String {
        let safe = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".utf8)
        return name.utf8.map { safe.contains($0) ? String(UnicodeScalar($0)) : "%" + [$0].hex }.joined()
    }

    /// Where an archive's or a witness's private key lies, if it is here.
    func privatePath(_ key: VerifierKey) -> FilePath { path(key, ".pem") }
    /// The public key beside the private one: a file's name holds only 32 bits of it.
    private func publicPath(_ key: VerifierKey) -> FilePath { path(key, ".vkey") }

    /// Whether the private key of exactly this archive key is here.
    ///
    /// It is not unlocked.
    package func hasArchiveKey(_ key: VerifierKey) throws -> Bool { try key.type == .ed25519 && hasKey(key) }

    private func hasKey(_ key: VerifierKey) throws -> Bool {
        guard try Files.status(privatePath(key)) != nil, try Files.status(publicPath(key)) != nil else { return false }
        return try Files.contents(of: publicPath(key), limit: KeyFolder.largestKeyFile) == Array("\(key)\n".utf8)
    }

    /// Whether a witness of this name was ever made here, whatever its key.
    package func hasWitness(named name: String) throws -> Bool {
        let folder = folder(of: .cosignature)
        guard try Files.status(folder) != nil else { return false }
        return try Files.names(in: folder).contains { $0.starts(with: KeyFolder.head(name).utf8) }
    }

    /// The public keys of all archives whose private keys are here.
    package func archiveKeys() throws -> [VerifierKey] {
        let archives = folder(of: .ed25519)
        guard try Files.status(archives) != nil else { return [] }
        return try Files.names(in: archives).filter { $0.suffix(5).elementsEqual(".vkey".utf8) }.compactMap { name in
            let line = try Files.contents(of: archives.appending(raw: name), limit: KeyFolder.largestKeyFile)
            guard let key = try? VerifierKey(String(decoding: line.dropLast(), as: UTF8.self)),
                try hasArchiveKey(key)
            else { return nil }
            return key
        }
    }

    /// Unlocks an archive's key.
    package func archiveKey(_ key: VerifierKey, ask: AskPassphrase) throws -> SigningKey {
        guard try hasKey(key) else {
            throw EvidenceError(
                .refused,
                en:
                    "The key of the archive “\(key.name.shown)” is not on this machine, so nothing can be written. Bring it with evidence signer archive-key --from FILE.",
                zh: "本机没有档案“\(key.name.shown)”的密钥，无法写入。请用 evidence signer archive-key --from FILE 导入。")
        }
        return try unlock(key, ask: ask)
    }

    /// Unlocks a witness's key.
    package func witnessKey(_ key: VerifierKey, ask: AskPassphrase) throws -> SigningKey {
        guard try hasKey(key) else {
            throw EvidenceError(
                .refused,
                en:
                    "The key of the witness “\(key.name.shown)” is not in “\(folder.shown)”, so it can't cosign. Run this as the user who made the witness.",
                zh: "“\(folder.shown)”中没有见证人“\(key.name.shown)”的密钥，无法出具见证签名。请以创建该见证人的用户身份执行。")
        }
        return try unlock(key, ask: ask)
    }

    private func unlock(_ key: VerifierKey, ask: AskPassphrase) throws -> SigningKey {
        let unlocked = try SigningKey(
            name: key.name, type: key.type, privateKey: try unlock(privatePath(key), name: key.name, ask: ask))
        guard unlocked.verifier == key else {
            throw EvidenceError(
                .refused, en: "“\(privatePath(key).shown)” holds another key than the one beside it.",
                zh: "“\(privatePath(key).shown)”中的密钥与旁边的公钥不符。")
        }
        return unlocked
    }

    /// Puts the key of an archive or a witness into the folder.
    package func save(_ key: SigningKey, passphrase: [UInt8]?) throws {
        let verifier = key.verifier
        try Files.makeFolders(folder(of: verifier.type))
        try Files.replace(publicPath(verifier), with: Array("\(verifier)\n".utf8), mode: 0o600)
        try KeyFile.replace(privatePath(verifier), with: key.privateKey.pem(passphrase: passphrase))
    }

    /// Removes what processes that died while they saved a key of an archive or a witness of this name have left: parts of keys
    /// that nobody comes back for.
    ///
    /// - Precondition: nobody saves one now, or none minds that it fails.
    package func removeAbandoned(_ name: String, _ type: VerifierKey.SignatureType) throws {
        let folder = folder(of: type)
        guard try Files.status(folder) != nil else { return }
        try Files.removeAbandoned(replacingAnyFrom: folder.appending(raw: KeyFolder.head(name).utf8))
    }

    /// Takes back ``save(_:passphrase:)``, durably, when the archive or the witness could not be made after all.
    package func remove(_ key: VerifierKey) throws {
        let folder = folder(of: key.type)
        guard try Files.status(folder) != nil else { return }
        do {
            try Files.remove(privatePath(key))
            try Files.remove(publicPath(key))
            try Files.syncFolder(folder)
        } catch {
            throw EvidenceError.file(any: error, privatePath(key), writing: true)
        }
    }

    // MARK: Files

    /// Reads a key file, which nobody but its owner may read.
    package func unlock(_ path: FilePath, name: String, ask: AskPassphrase) throws -> Ed25519PrivateKey {
        let pem = try KeyFile.contents(of: path, limit: KeyFolder.largestKeyFile)
        if let key = try open(pem, nil, path, name) { return key }
        guard let passphrase = try ask(name) else {
            throw EvidenceError(
                .refused,
                en:
                    "The key of “\(name.shown)” has a passphrase and there is no terminal to ask for it. Set EVIDENCE_PASSPHRASE_FILE.",
                zh: "“\(name.shown)”的密钥有口令，而此处没有终端可供输入。请设置 EVIDENCE_PASSPHRASE_FILE。")
        }
        guard let key = try open(pem, passphrase, path, name) else {
            throw EvidenceError(
                .refused, en: "That is not the passphrase of “\(name.shown)”.", zh: "“\(name.shown)”的口令不正确。")
        }
        return key
    }

    /// Nil where a passphrase is needed or is not the right one.
    private func open(_ pem: [UInt8], _ passphrase: [UInt8]?, _ path: FilePath, _ name: String) throws
        -> Ed25519PrivateKey?
    {
        do {
            return try Ed25519PrivateKey(pem: pem, passphrase: passphrase)
        } catch let error {
            if error.code == .passphraseNeeded || error.code == .passphraseWrong { return nil }
            throw EvidenceError(
                .badInput, en: "“\(path.shown)” holds no usable key (\(error.reason)). Put a copy of it back.",
                zh: "“\(path.shown)”中没有可用的密钥。请用备份恢复该文件。")
        }
    }
}
