package import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage

/// What every use case needs of the world around it: folders, clock, randomness, and the person at the keyboard.
package struct ServiceContext: Sendable {
    package let folders: UserFolders
    /// The folders in which other programs are, as in `PATH`.
    package let searchPath: String
    /// The archive that was named; nil to look for the nearest.
    package internal(set) var archivePath: FilePath?
    /// The signer that was named; nil for the only one whose key is here.
    package let signerName: String?
    /// The time zone of times given without one: minutes east of UTC at a moment.
    package let zone: TimeZoneOffset
    package let now: @Sendable () -> Timestamp
    package let random: @Sendable (Int) throws -> [UInt8]
    /// Asks for the passphrase of a key; nil where nobody can be asked.
    package let askPassphrase: @Sendable (_ keyName: String) throws -> [UInt8]?
    /// Asks for a new key's passphrase; nil for a key without one.
    package let newPassphrase: @Sendable (_ keyName: String) throws -> [UInt8]?
    package let warn: @Sendable (Message) -> Void
    /// Shows progress; throws where the person wants to stop.
    package let progress: @Sendable (ProgressSnapshot) throws -> Void
    /// Throws where the person wants to stop.
    package let checkInterruption: @Sendable () throws -> Void
    /// Told of the entries of each commit as soon as it is durable.
    package var onRecorded: @Sendable (Range<UInt64>) -> Void = { _ in }

    /// - Parameter environment: tells where keys, memories and caches lie; see ``UserFolders``.
    package init(
        environment: [String: String], archivePath: FilePath?, signerName: String?, zone: TimeZoneOffset,
        now: @escaping @Sendable () -> Timestamp, askPassphrase: @escaping @Sendable (String) throws -> [UInt8]?,
        newPassphrase: @escaping @Sendable (String) throws -> [UInt8]?, warn: @escaping @Sendable (Message) -> Void,
        progress: @escaping @Sendable (ProgressSnapshot) throws -> Void,
        checkInterruption: @escaping @Sendable () throws -> Void
    ) throws {
        folders = try UserFolders(environment: environment)
        searchPath = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        self.archivePath = archivePath
        self.signerName = signerName
        self.zone = zone
        self.now = now
        random = { try Random.bytes($0) }
        self.askPassphrase = askPassphrase
        self.newPassphrase = newPassphrase
        self.warn = warn
        self.progress = progress
        self.checkInterruption = checkInterruption
    }

    /// To be called before the first key or passphrase is read; see ``Files/keepMemoryPrivate()``.
    package static func keepMemoryPrivate() { Files.keepMemoryPrivate() }

    /// The bytes of a small file that the person named, such as one with a passphrase.
    package static func smallFile(_ path: FilePath) throws -> [UInt8] {
        try Files.contents(of: path, limit: 64 * 1_024)
    }

    /// A passphrase file's bytes.
    ///
    /// - Throws: `refused` where others may read it.
    package static func passphrase(in path: FilePath) throws -> [UInt8] { try KeyFile.passphrase(in: path) }

    /// Refuses a place among the files of an archive or a mirror; see ``Archive/folder(owning:)``.
    static func requireOutsideArchives(_ path: FilePath) throws {
        guard let folder = try Archive.folder(owning: Files.realPlace(of: path)) else { return }
        throw EvidenceError(
            .badInput,
            en:
                "“\(path.shown)” is among the archive's own files, in “\(folder.shown)”. Name a place elsewhere, best on another disk.",
            zh: "“\(path.shown)”属于档案“\(folder.shown)”自身的文件。请另选别处，最好在另一块磁盘上。")
    }

    /// Writes a file that a person asked for; refused where something stands there, and among an archive's own files.
    static func createFile(_ path: FilePath, with bytes: [UInt8], mode: UInt32) throws {
        try requireOutsideArchives(path)
        try Files.create(path, with: bytes, mode: mode)
    }

    /// Writes a file that the person may have had before, in a folder that is made where there is none; nobody else may read it.
    package static func replaceFile(_ path: FilePath, with bytes: [UInt8]) throws {
        try requireOutsideArchives(path)
        let folder = path.parent
        if !folder.isEmpty { try Files.makeFolders(Files.straight(folder)) }
        try Files.replace(path, with: bytes, mode: 0o600)
    }

    var keyFolder: KeyFolder { KeyFolder(folders) }

    func salt() throws -> [UInt8] { try random(Body.saltSize) }

    /// A body's bytes with a new salt; refused past 16 MiB.
    func body(_ object: JSONObject) throws -> [UInt8] {
        let bytes = Body.bytes(object, salt: try salt())
        guard bytes.count <= Body.largestSize else {
            throw EvidenceError(
                .badInput,
                en:
                    "What would be recorded has more than 16 MiB. Shorten the description, or split the files over several records (--each).",
                zh: "要记录的内容超过 16 MiB。请缩短说明，或将文件分为多条记录（--each）。")
        }
        return bytes
    }

    // MARK: The archive

    /// Where the archive is: the one named, else the nearest folder upwards that holds one.
    package func locateArchive() throws -> FilePath {
        if let archivePath { return archivePath }
        guard let nearest = try Archive.nearest(to: ".") else {
            throw EvidenceError(
                .inputMissing,
                en: "There is no archive here or in a folder above. Use --archive DIR, or make one with evidence init.",
                zh: "此处及上级文件夹中没有档案。请用 --archive DIR 指定，或用 evidence init 新建。")
        }
        return nearest
    }

    package func openArchive() throws -> Archive { try Archive.open(try locateArchive()) }

    /// Locks the archive and checks that it may be appended to.
    func appendSession(_ archive: Archive) throws -> AppendSession { try AppendSession(archive, surroundings) }

    var surroundings: AppendSession.Surroundings {
        AppendSession.Surroundings(
            folders: folders, now: now, random: random,
            onWait: {
                warn(Message(en: "Waiting for another program that is writing to the archive…", zh: "另一程序正在写入档案，等待中……"))
            },
            onWarning: warn, onDurable: onRecorded, checkInterruption: checkInterruption)
    }

    // MARK: Keys

    /// The name of the signer who acts.
    package func actingSigner() throws -> String {
        if let signerName {
            guard SignerName.isValid(signerName) else { throw ServiceContext.badSignerName(signerName) }
            return signerName
        }
        let names = try keyFolder.signerNames()
        switch names.count {
        case 1: return names[0]
        case 0:
            throw EvidenceError(
                .usage, en: "No signer's key is on this machine. Make one with evidence signer create.",
                zh: "本机没有签名人的密钥。请先执行 evidence signer create。")
        default:
            let list = names.joined(separator: ", ")
            throw EvidenceError(
                .usage, en: "Several signers use this machine (\(list)). Say who you are: --as NAME.",
                zh: "本机有多位签名人（\(list)）。请用 --as NAME 说明您是哪一位。")
        }
    }

    static func badSignerName(_ name: String) -> EvidenceError {
        EvidenceError(
            .usage,
            en:
                "“\(name.shown)” is no name for a signer's key: use up to 64 of a–z, 0–9, “.”, “_” and “-”, beginning with a letter or digit.",
            zh: "“\(name.shown)”不能用作签名人名称：请用最多 64 个小写字母、数字、“.”、“_”、“-”，且以字母或数字开头。")
    }

    /// Unlocks what a commit is signed with.
    ///
    /// Done before anything else, so that a passphrase is asked for at once.
    func unlock(_ archive: Archive) throws -> CommitKeys {
        let signer = try actingSigner()
        let archiveKey = try keyFolder.archiveKey(archive.created.key, ask: askPassphrase)
        return CommitKeys(archive: archiveKey, signer: try keyFolder.signer(signer, ask: askPassphrase))
    }

    /// Writes a few entries as one commit.
    ///
    /// - Parameter drafts: made under the lock, from the state that the log then has.
    func commit(_ archive: Archive, drafts: (LogState) throws -> [Draft]) throws -> CommitResult {
        let keys = try unlock(archive)
        let session = try appendSession(archive)
        let result = try session.commit(try drafts(session.state), keys: keys)
        for warning in result.warnings { warn(warning) }
        return result
    }
}
