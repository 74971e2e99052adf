internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage
internal import TransparencyLog

/// What is proven before anything is mended.
extension ArchiveRepair {
    /// What is not of the log, or is not mended by another copy of it.
    static let besideTheLog = fileCodes.union([.indexAltered, .fileUnreadable, .publishedCheckpointAltered])
    static let fileCodes: Set<Problem.Code> = [
        .fileMissing, .fileSizeDiffers, .fileAltered, .fileDigestsDisagree, .fileNotRegular,
    ]

    func verifier(readingFiles: Bool, observe: @escaping @Sendable (Problem) -> Void = { _ in }) throws
        -> ArchiveVerifier
    {
        ArchiveVerifier(
            folders: surroundings.folders, full: false, referenced: .nowhere,
            draw: readingFiles ? nil : { FileSample(total: $0, drawn: []) }, observe: observe, progress: progress)
    }

    /// Refuses an archive that can't be mended where it lies.
    func requireWritable() throws {
        guard !Files.mayWrite(path) else { return }
        throw EvidenceError(
            .refused,
            en:
                "The archive “\(path.shown)” may not be written here. Copy it to where you may write and repair the copy; --dry-run says what would be done.",
            zh: "此处不能写入档案“\(path.shown)”。请复制到可写的位置后修复该副本；用 --dry-run 可先查看将如何修复。")
    }

    /// Refuses a mirror that is damaged as a log, or of a key that nobody vouches for.
    func requireSound(_ newest: Checkpoint) throws {
        let report = try verifier(readingFiles: false).verify(mirror.path)
        let name = mirror.path.shown
        if let problem = report.problems.first(where: { !ArchiveRepair.besideTheLog.contains($0.code) }) {
            throw EvidenceError(
                .damaged,
                en: "The mirror “\(name)” can't be repaired from: \(problem.explanation.en) Nothing was changed.",
                zh: "不能用镜像“\(name)”修复：\(problem.explanation.zh)未作任何改动。")
        }
        guard report.trust != nil, report.size == newest.size, report.root == newest.root else {
            throw EvidenceError(
                .refused,
                en:
                    "Nothing on this machine says that the key of the mirror “\(name)” is really the archive's. Get the key from the operator by another way, run evidence trust KEY, then repair.",
                zh: "本机没有任何依据表明镜像“\(name)”的密钥确属该档案。请通过其他途径取得公钥，执行 evidence trust KEY 后再修复。")
        }
    }

    /// All checkpoints that the mirror's key signed, as far as they are found here.
    func signedCheckpoints() throws -> [Checkpoint] {
        let own = try? LogDatabase.openDamaged(database)
        var notes = [published].compactMap { $0 }
        var last: UInt64 = 0
        while let stored = try? own?.checkpoint(after: last) {
            last = stored.size
            notes.append(stored.note)
        }
        return notes.compactMap(signedCheckpoint)
    }

    /// Refuses a mirror of another archive.
    func requireMirror(_ signed: [Checkpoint]) throws {
        let remembered = try MemoryFolder(surroundings.folders).memory(of: mirror.identity)
        guard !signed.isEmpty || remembered?.path == path else {
            throw EvidenceError(
                .badInput,
                en:
                    "“\(mirror.path.shown)” holds another archive and is no mirror of “\(path.shown)”, where nothing is signed by its key. Name the archive's own mirror with --from.",
                zh: "“\(mirror.path.shown)”中是另一个档案，不是“\(path.shown)”的镜像：后者中没有由其密钥签署的内容。请用 --from 指明该档案自己的镜像。")
        }
    }

    /// Refuses a mirror with another history than the archive signed.
    func requireSameHistory(_ signed: [Checkpoint]) throws {
        let size = try mirror.log.size()
        for checkpoint in signed where checkpoint.size <= size {
            if try mirror.root(at: checkpoint.size) != checkpoint.root { throw twoHistories(checkpoint.size) }
        }
    }

    /// Refuses an archive that is whole, as long as the mirror or longer, and parts from it behind the last size that both signed.
    func requireContinuation(of newest: Checkpoint) throws {
        let last = newest.size - 1
        // Entries are chained: one says what all before it are.
        if try LogDatabase.openToRead(database).entry(last)?.bytes != mirror.log.entry(last)?.bytes {
            throw twoHistories(newest.size)
        }
    }

    private func twoHistories(_ size: UInt64) -> EvidenceError {
        EvidenceError(
            .damaged,
            en:
                "The archive and the mirror “\(mirror.path.shown)” are two histories: the archive signed other first \(size) entries. Nothing was changed; keep both, and report it.",
            zh: "档案与镜像“\(mirror.path.shown)”是两份不同的历史：档案签署过的前 \(size) 条与镜像不同。未作任何改动；两者都要保留，并上报。")
    }

    /// How many entries the archive has had, as far as this machine remembers or its key signed what is found here.
    func knownSize() throws -> UInt64 {
        let remembered = try MemoryFolder(surroundings.folders).memory(of: mirror.identity)
        let newest = try? LogDatabase.openDamaged(database).checkpoint()?.note
        return [published, newest].compactMap { $0.flatMap(signedCheckpoint)?.size }
            .reduce(remembered?.state.size ?? 0, max)
    }

    /// Refuses to go on with less than was once signed.
    func requireAll(_ known: UInt64, size: UInt64) throws {
        guard size < known else { return }
        throw EvidenceError(
            .refused,
            en:
                "The archive had \(known) entries, and entries \(size) to \(known - 1) are neither in the mirror nor to be read here: repairing would lose them. Nothing was changed. Look for a newer copy, or begin a successor.",
            zh:
                "档案曾有 \(known) 条，第 \(size) 至 \(known - 1) 条镜像中没有，此处也无法读取：现在修复就会丢失这些条目。未作任何改动。请寻找较新的副本，或建立后续档案。")
    }

    /// The bytes of the file `checkpoint`; nil where there are none to be read.
    private var published: [UInt8]? {
        try? Files.contents(of: path.appending(Archive.checkpointName), limit: 64 * 1_024)
    }

    /// The newest checkpoints that the archive's key signed, as they are found beside the log: in the file `checkpoint`, and in
    /// this machine's memory.
    func checkpointsBesideTheLog() throws -> [LogAudit.StoredCheckpoint] {
        let remembered = try MemoryFolder(surroundings.folders).memory(of: mirror.identity)?.checkpoint
        return [published, remembered].compactMap { $0 }.compactMap { note in
            signedCheckpoint(note).map { ($0.size, note) }
        }
    }

    /// The checkpoint in a signed note; nil where the archive's key did not sign it.
    private func signedCheckpoint(_ note: [UInt8]) -> Checkpoint? {
        (try? SignedNote(parsing: note))?.verify(mirror.created.key) == .valid ? PublishedCheckpoint.read(note) : nil
    }

    func verifyLog() throws -> VerificationReport {
        do {
            return try verifier(readingFiles: false).verify(path)
        } catch let error as EvidenceError where isLogUnusable(error) {
            var report = VerificationReport()
            report.problems = [.databaseMalformed(error)]
            return report
        }
    }

    /// Whether what stopped a verification is that there is no database, that something else stands in its place, that its header
    /// has another version, or that its disk fails, and does so once more.
    private func isLogUnusable(_ error: EvidenceError) -> Bool {
        switch error.code {
        case .inputMissing, .badInput: return true
        case .refused:
            // Its mirror has this version: where it has this one's tables too, only its header says otherwise.
            guard let version = try? LogDatabase.openDamaged(database).version() else { return false }
            return version != LogDatabase.version
        case .inputOutput:
            do {
                _ = try LogDatabase.openToRead(database).structureProblems()
                return false
            } catch { return (error as? EvidenceError)?.code == .inputOutput }
        default: return false
        }
    }
}
