internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
package import TransparencyLog

/// `evidence signer create|enroll|revoke|list`: people and their keys.
package struct ManageSigners {
    /// A signer as an archive and this machine know it.
    package struct Listed: Sendable {
        package let name: String
        package let person: String
        package let unit: String?
        package let role: String?
        package let key: VerifierKey
        /// Nil for a key that the archive does not know.
        package let enrolledAt: UInt64?
        package let revokedAt: UInt64?
        package let mayEnrol: Bool
        package let isHere: Bool
    }

    private static let largestSlip = 64 * 1_024

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    // MARK: Keys

    /// Makes a signer's key, and a slip for whoever enrols it.
    ///
    /// - Parameter slipPath: where a copy of the slip goes, to be carried to another machine.
    package func create(_ name: String, details: PersonDetails, slipPath: FilePath?) throws -> SignerSlip {
        guard SignerName.isValid(name) else { throw ServiceContext.badSignerName(name) }
        guard !details.person.isEmpty else {
            throw EvidenceError(.usage, en: "--person is empty: write the person's name.", zh: "--person 为空：请写明姓名。")
        }
        // Before there is a key: its name can't be given again.
        if let slipPath {
            try ServiceContext.requireOutsideArchives(slipPath)
            try Files.requireFree(slipPath)
        }
        let slip = try context.keyFolder.createSigner(
            name, details: details, passphrase: try context.newPassphrase(name)
        ).slip
        if let slipPath { try ServiceContext.createFile(slipPath, with: slip.note.bytes, mode: 0o644) }
        return slip
    }

    /// Reads a slip from a file, or the slip of a signer whose key is on this machine.
    private func slip(_ fileOrName: FilePath) throws -> SignerSlip {
        let name = fileOrName.string
        if try Files.statusFollowing(fileOrName) == nil, SignerName.isValid(name), try context.keyFolder.hasSigner(name)
        {
            return try context.keyFolder.slip(of: name)
        }
        do {
            return try SignerSlip(parsing: try Files.contents(of: fileOrName, limit: ManageSigners.largestSlip))
        } catch let error as RecordError {
            throw EvidenceError(
                .badInput, en: "“\(fileOrName.shown)”: \(error.reason.en).",
                zh: "“\(fileOrName.shown)”：\(error.reason.zh)。")
        }
    }

    // MARK: Enrolment

    /// Enrols the signer of a slip.
    package func enroll(_ slipFile: FilePath, mayEnrol: Bool) throws -> (slip: SignerSlip, commit: CommitResult) {
        let slip = try slip(slipFile)
        let archive = try context.openArchive()
        let body = try context.body(SignerEnrolled(slip: slip, mayEnrol: mayEnrol).json)
        let commit = try context.commit(archive) { state in
            try requireMayEnrol(state)
            let name = slip.key.name
            if state.signers[name] != nil || state.signers.values.contains(where: { $0.key.key == slip.key.key }) {
                throw EvidenceError(
                    .badInput,
                    en: "“\(name)” or its key was enrolled in this archive before; a name is enrolled once, ever.",
                    zh: "“\(name)”或其密钥此前已在此档案登记；每个名称只能登记一次。")
            }
            guard !name.hasSameBytes(as: archive.created.origin) else {
                throw EvidenceError(
                    .badInput, en: "“\(name)” is the archive's own name.", zh: "“\(name)”是档案自身的名称。")
            }
            return [Draft(.signerEnrolled, body: body)]
        }
        return (slip, commit)
    }

    /// Revokes a signer: what that key signs from now on is tampering.
    package func revoke(_ name: String, reason: String) throws -> CommitResult {
        let archive = try context.openArchive()
        let body = try context.body(SignerRevoked(name: name, reason: reason).json)
        return try context.commit(archive) { state in
            try requireMayEnrol(state)
            guard let signer = state.signers[name] else {
                throw EvidenceError(
                    .inputMissing, en: "No signer “\(name.shown)” is enrolled in this archive.",
                    zh: "此档案中没有签名人“\(name.shown)”。")
            }
            guard signer.revokedAt == nil else {
                throw EvidenceError(.badInput, en: "“\(name)” is revoked already.", zh: "“\(name)”已被吊销。")
            }
            let others = state.signers.filter { $0.key != name && $0.value.mayEnrol && $0.value.revokedAt == nil }
            guard !signer.mayEnrol || !others.isEmpty else {
                throw EvidenceError(
                    .refused,
                    en:
                        "“\(name)” is the last who may enrol: without it nobody could ever be enrolled or revoked. Enrol another with --may-enrol first.",
                    zh: "“\(name)”是最后一位有登记权限的签名人，吊销后将无人可以登记或吊销。请先用 --may-enrol 登记另一位。")
            }
            return [Draft(.signerRevoked, body: body)]
        }
    }

    private func requireMayEnrol(_ state: LogState) throws {
        let name = try context.actingSigner()
        if let signer = state.signers[name], !signer.mayEnrol {
            throw EvidenceError(
                .refused, en: "“\(name)” may not enrol or revoke signers in this archive.",
                zh: "“\(name)”在此档案中无权登记或吊销签名人。")
        }
    }

    /// The archive's signers and this machine's keys, by name.
    package func list() throws -> [Listed] {
        let here = Set(try context.keyFolder.signerNames())
        var listed: [Listed] = []
        if context.archivePath != nil || (try? Archive.nearest(to: ".")) != nil {
            let archive = try context.openArchive()
            let state = try LogReading(archive, context).signerState()
            for (name, signer) in state.signers {
                listed.append(
                    Listed(
                        name: name, person: signer.person, unit: signer.unit, role: signer.role, key: signer.key,
                        enrolledAt: signer.enrolledAt, revokedAt: signer.revokedAt, mayEnrol: signer.mayEnrol,
                        isHere: here.contains(name)))
            }
        }
        for name in here where !listed.contains(where: { $0.name == name }) {
            let slip = try context.keyFolder.slip(of: name)
            listed.append(
                Listed(
                    name: name, person: slip.details.person, unit: slip.details.unit, role: slip.details.role,
                    key: slip.key,
                    enrolledAt: nil, revokedAt: nil, mayEnrol: false, isHere: true))
        }
        return listed.sorted { $0.name < $1.name }
    }
}

/// `evidence signer archive-key`: the archive's key moved, encrypted, to another machine.
package struct MoveArchiveKey {
    private static let comment = "# evidence archive key "
    private static let largestFile = 64 * 1_024

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// Writes the archive's key to a file, encrypted with a new passphrase.
    package func export(to file: FilePath) throws -> VerifierKey {
        let archive = try context.openArchive()
        let key = try context.keyFolder.archiveKey(archive.created.key, ask: context.askPassphrase)
        guard let passphrase = try context.newPassphrase(key.verifier.name) else {
            throw EvidenceError(
                .usage,
                en:
                    "The key leaves this machine only with a passphrase. Run this at a terminal, or set EVIDENCE_PASSPHRASE_FILE.",
                zh: "密钥须加口令才能带离本机。请在终端中执行，或设置 EVIDENCE_PASSPHRASE_FILE。")
        }
        let head = Array("\(MoveArchiveKey.comment)\(key.verifier)\n".utf8)
        try ServiceContext.createFile(file, with: head + key.privateKey.pem(passphrase: passphrase), mode: 0o600)
        return key.verifier
    }

    /// Puts an archive's key from such a file into this machine's key folder.
    package func bring(from file: FilePath) throws -> VerifierKey {
        let bytes = try Files.contents(of: file, limit: MoveArchiveKey.largestFile)
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        guard line.starts(with: MoveArchiveKey.comment.utf8),
            let text = String(validating: line.dropFirst(MoveArchiveKey.comment.utf8.count), as: UTF8.self),
            let verifier = try? VerifierKey(text)
        else {
            throw EvidenceError(
                .badInput, en: "“\(file.shown)” was not written by evidence signer archive-key --to.",
                zh: "“\(file.shown)”不是由 evidence signer archive-key --to 写出的文件。")
        }
        let passphrase = try context.askPassphrase(verifier.name)
        let privateKey: Ed25519PrivateKey
        do {
            privateKey = try Ed25519PrivateKey(pem: bytes, passphrase: passphrase)
        } catch let error {
            throw MoveArchiveKey.cannotOpen(file, error)
        }
        let key = try SigningKey(name: verifier.name, privateKey: privateKey)
        guard key.verifier == verifier else {
            throw EvidenceError(
                .badInput, en: "The key in “\(file.shown)” is not the one that its first line names.",
                zh: "“\(file.shown)”中的密钥与其首行所述不符。")
        }
        try context.keyFolder.removeAbandoned(verifier.name, verifier.type)
        // As where the archive was made, it lies here without a passphrase; each signer's key has one.
        try context.keyFolder.save(key, passphrase: nil)
        return verifier
    }

    private static func cannotOpen(_ file: FilePath, _ error: CryptoError) -> EvidenceError {
        switch error.code {
        case .passphraseNeeded:
            EvidenceError(
                .refused,
                en:
                    "The key in “\(file.shown)” has a passphrase and there is no terminal to ask for it. Set EVIDENCE_PASSPHRASE_FILE.",
                zh: "“\(file.shown)”中的密钥有口令，而此处没有终端可供输入。请设置 EVIDENCE_PASSPHRASE_FILE。")
        case .passphraseWrong:
            EvidenceError(
                .refused, en: "That is not the passphrase of the key in “\(file.shown)”.",
                zh: "“\(file.shown)”中密钥的口令不正确。")
        default:
            EvidenceError(
                .badInput, en: "“\(file.shown)” holds no usable key. Write it again where the archive's key is.",
                zh: "“\(file.shown)”中没有可用的密钥。请在持有档案密钥的机器上重新导出。")
        }
    }
}
