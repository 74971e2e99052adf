internal import EvidenceArchive
package import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
package import TransparencyLog

/// `evidence witness init|watch|list`: a witness in its own folder.
package struct ManageWitness {
    /// A witness as it stands.
    package struct Overview: Sendable {
        package let folder: FilePath
        package let key: VerifierKey
        package let watched: [WatchedLog]
        package let conflicts: [WitnessedConflict]
    }

    package let context: ServiceContext
    /// The witness's folder.
    package let folder: FilePath

    /// - Parameter folder: nil for the user's only one.
    package init(_ context: ServiceContext, folder: FilePath?) {
        self.context = context
        self.folder = folder.map { (try? Files.straight($0)) ?? $0 } ?? context.folders.state.appending("witness")
    }

    /// Makes a witness with a key of its own.
    ///
    /// A name is used once, also where its witness is gone: one that forgot what it cosigned must not go on.
    package func create(_ name: String) throws -> VerifierKey {
        guard VerifierKey.isValidName(name) else {
            throw EvidenceError(
                .usage,
                en:
                    "“\(name.shown)” is no name for a witness: it must not be empty, nor have spaces or “+”. Use one like witness.example.gov.cn/office.",
                zh: "“\(name.shown)”不能用作见证人名称：不能为空，也不能含空格或“+”。请用类似 witness.example.gov.cn/office 的名称。")
        }
        let keys = context.keyFolder
        try keys.removeAbandoned(name, .cosignature)
        try WitnessStore.discardUnfinished(in: folder) { try keys.remove($0) }
        guard try !keys.hasWitness(named: name) else {
            throw EvidenceError(
                .badInput,
                en:
                    "A witness named “\(name.shown)” was made here before, and a witness must never start over. Choose another name.",
                zh: "此处曾创建过名为“\(name.shown)”的见证人，而见证人绝不能重新开始。请另选名称。")
        }
        try WitnessStore.requireNone(in: folder)
        let key = try SigningKey(name: name, type: .cosignature, privateKey: .generate())
        let passphrase = try context.newPassphrase(name)
        do {
            try WitnessStore.create(in: folder, key: key.verifier) { try keys.save(key, passphrase: passphrase) }
        } catch {
            // A key without its witness would only take its name away.
            try? WitnessStore.discardUnfinished(in: folder) { try keys.remove($0) }
            throw error
        }
        return key.verifier
    }

    /// Watches an archive from now on, by its key as text or in a file; whether that is new.
    package func watch(_ keyOrFile: String, path: FilePath) throws -> (key: VerifierKey, isNew: Bool) {
        let store = try WitnessStore.open(in: folder)
        for case .key(let key) in try TrustArchive(context).read(keyOrFile, path: path) {
            return (key, try store.watch(key, since: context.now()))
        }
        throw EvidenceError(
            .badInput, en: "“\(keyOrFile.shown)” is not the key of an archive, as evidence status shows it.",
            zh: "“\(keyOrFile.shown)”不是档案的公钥（见 evidence status）。")
    }

    package func overview() throws -> Overview {
        let store = try WitnessStore.open(in: folder)
        return Overview(
            folder: folder, key: store.key, watched: try store.watched(), conflicts: try store.conflicts())
    }

    /// The witness with its key unlocked.
    package func open() throws -> Witness {
        let store = try WitnessStore.open(in: folder)
        return Witness(
            store: store, key: try context.keyFolder.witnessKey(store.key, ask: context.askPassphrase), now: context.now
        )
    }
}

/// A witness that can cosign.
package final class Witness: Sendable {
    private let store: WitnessStore
    private let signingKey: SigningKey
    private let now: @Sendable () -> Timestamp

    init(store: WitnessStore, key: SigningKey, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        signingKey = key
        self.now = now
    }

    package var key: VerifierKey { store.key }

    /// Checks a request and, where it holds, keeps the checkpoint and cosigns it, all in one durable step.
    ///
    /// - Parameter wasAhead: whether the clock is known to have been ahead where it is behind now.
    package func answer(_ request: WitnessRequest, clockWasAhead wasAhead: Bool = false) throws -> WitnessAnswer {
        try store.answer(request, with: signingKey, clockWasAhead: wasAhead, now: now())
    }

    /// The newest checkpoint that was cosigned of an archive, with the signatures of both; nil for none.
    ///
    /// - Parameter digest: SHA-256 of the archive's origin.
    package func newest(ofOriginHashed digest: Digest) throws -> CosignedCheckpoint? {
        try store.newest(ofOriginHashed: digest)
    }

    func newest(of origin: String) throws -> CosignedCheckpoint? {
        try newest(ofOriginHashed: SHA256Hasher.hash(Array(origin.utf8)))
    }
}
