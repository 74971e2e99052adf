internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
package import TransparencyLog

/// `evidence init`: an archive, its key, and its first signer.
package struct CreateArchive {
    /// An older archive that the new one goes on from.
    package struct Continuing {
        package let checkpoint: FilePath
        package let reason: String

        package init(checkpoint: FilePath, reason: String) {
            self.checkpoint = checkpoint
            self.reason = reason
        }
    }

    package struct Request {
        package let folder: FilePath
        package let origin: String
        package let title: String?
        package let person: String?
        package let unit: String?
        package let role: String?
        package let continuing: Continuing?

        package init(
            folder: FilePath, origin: String, title: String?, person: String?, unit: String?, role: String?,
            continuing: Continuing?
        ) {
            self.folder = folder
            self.origin = origin
            self.title = title
            self.person = person
            self.unit = unit
            self.role = role
            self.continuing = continuing
        }
    }

    package struct Result {
        package let path: FilePath
        package let key: VerifierKey
        package let signer: String
        package let person: String
        package let commit: CommitResult
    }

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    package func run(_ request: Request) throws -> Result {
        try requireOrigin(request.origin)
        try context.keyFolder.removeAbandoned(request.origin, .ed25519)
        if try Archive.exists(at: request.folder) {
            throw EvidenceError(
                .badInput, en: "There is an archive in “\(request.folder.shown)” already.",
                zh: "“\(request.folder.shown)”中已有一个档案。")
        }
        try Archive.requireNoRemains(at: request.folder, toBegin: true)
        let continued = try request.continuing.map { try read($0) }
        guard continued?.origin.hasSameBytes(as: request.origin) != true else {
            throw EvidenceError(
                .usage,
                en:
                    "“\(request.origin.shown)” is the origin of the archive that is continued: whoever has a checkpoint or a key of the one would take it for the other's. Choose another --origin, like \(request.origin.shown)-2.",
                zh:
                    "“\(request.origin.shown)”是所接续档案的来源名称：持有其中之一的检查点或公钥者，会误以为属于另一个。请另选 --origin，例如 \(request.origin.shown)-2。"
            )
        }
        let (slip, newKey) = try firstSigner(request)
        let name = slip.key.name
        guard !name.hasSameBytes(as: request.origin) else {
            throw EvidenceError(
                .usage, en: "The origin and the signer need different names.", zh: "档案来源（origin）与签名人名称不能相同。")
        }
        // A key that was made just now needs no unlocking.
        let signer = try newKey ?? context.keyFolder.signer(name, ask: context.askPassphrase)
        let archiveKey = try SigningKey(name: request.origin, privateKey: .generate())
        try context.keyFolder.save(archiveKey, passphrase: nil)
        do {
            try forgetReplaced(request.folder)
            let (archive, commit) = try ArchiveCreation.create(
                in: request.folder,
                ArchiveCreated(key: archiveKey.verifier, title: request.title, continued: continued), firstSigner: slip,
                keys: CommitKeys(archive: archiveKey, signer: signer), salts: [try context.salt(), try context.salt()],
                mark: try context.random(8), context.surroundings)
            for warning in commit.warnings { context.warn(warning) }
            return Result(
                path: archive.path, key: archiveKey.verifier, signer: name, person: slip.details.person, commit: commit)
        } catch {
            // A key without its archive would only confuse.
            if try !Archive.exists(at: request.folder) {
                try? context.keyFolder.remove(archiveKey.verifier)
            }
            throw error
        }
    }

    private func requireOrigin(_ origin: String) throws {
        guard VerifierKey.isValidName(origin), origin.shown.hasSameBytes(as: origin), origin.utf8.count <= 255 else {
            throw EvidenceError(
                .usage,
                en:
                    "“\(origin.shown)” is no origin: use a name that nobody else has, like evidence.example.gov.cn/team-7, without spaces or “+”.",
                zh: "“\(origin.shown)”不能用作档案来源：请用不会与他人重复的名称，例如 evidence.example.gov.cn/team-7，不含空格和“+”。")
        }
    }

    /// The first signer's slip: made now with a new key, or made earlier with the key that is here.
    private func firstSigner(_ request: Request) throws -> (slip: SignerSlip, newKey: SigningKey?) {
        let keys = context.keyFolder
        let name: String
        if context.signerName == nil, try keys.signerNames().isEmpty {
            throw EvidenceError(
                .usage,
                en:
                    "Say who you are, so that your entries carry your name: --as lisi --person 李四 (and --unit, --role).",
                zh: "请说明您是谁，以便条目署名：--as lisi --person 李四（以及 --unit、--role）。")
        } else {
            name = try context.actingSigner()
        }
        if try keys.hasSigner(name) {
            let slip = try keys.slip(of: name)
            if let person = request.person, !person.hasSameBytes(as: slip.details.person) {
                throw EvidenceError(
                    .badInput,
                    en:
                        "The key “\(name)” on this machine was made for \(slip.details.person.shown). Use another --as, or leave --person out.",
                    zh: "本机的密钥“\(name)”属于\(slip.details.person.shown)。请换一个 --as，或不写 --person。")
            }
            return (slip, nil)
        }
        guard let person = request.person, !person.isEmpty else {
            throw EvidenceError(
                .usage, en: "The key “\(name)” is not here yet. Add --person with the person's name to make it.",
                zh: "尚无密钥“\(name)”。请加上 --person 写明姓名以便新建。")
        }
        let made = try keys.createSigner(
            name, details: PersonDetails(person: person, unit: request.unit, role: request.role),
            passphrase: try context.newPassphrase(name))
        return (made.slip, made.key)
    }

    /// A folder that held another archive gets a new one only because a person says so; the old one stays remembered.
    private func forgetReplaced(_ folder: FilePath) throws {
        guard try Files.statusFollowing(folder) != nil else { return }
        let path = try Files.realPath(folder)
        let memories = MemoryFolder(context.folders)
        guard let old = try memories.memory(at: path, otherThan: nil) else { return }
        try memories.forgetPath(of: old.identity)
        context.warn(
            Message(
                en: "Another archive, “\(old.origin)” with \(old.state.size) entries, used to be in this folder.",
                zh: "此文件夹中原先有另一个档案“\(old.origin)”（\(old.state.size) 条）。"))
    }

    private func read(_ continuing: Continuing) throws -> ArchiveCreated.Continued {
        let bytes = try Files.contents(of: continuing.checkpoint, limit: 64 * 1_024)
        guard let note = try? SignedNote(parsing: bytes), let checkpoint = try? Checkpoint(noteText: note.text) else {
            throw EvidenceError(
                .badInput, en: "“\(continuing.checkpoint.shown)” is not a signed checkpoint.",
                zh: "“\(continuing.checkpoint.shown)”不是签名检查点。")
        }
        let keys = try TrustCheck(context.folders).trustedKeys(origin: checkpoint.origin)
        guard let key = keys.first(where: { note.verify($0) == .valid })
        else {
            throw EvidenceError(
                .refused,
                en:
                    "No key that you trust signed “\(continuing.checkpoint.shown)”. Run evidence trust with the old archive's key first.",
                zh: "“\(continuing.checkpoint.shown)”没有您所信任密钥的签名。请先用 evidence trust 信任旧档案的密钥。")
        }
        return ArchiveCreated.Continued(
            origin: checkpoint.origin, key: key.description, size: checkpoint.size, root: checkpoint.root,
            reason: continuing.reason)
    }
}
