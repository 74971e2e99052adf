internal import CaseBundle
internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
internal import PublishedTree
package import SystemPackage
internal import TransparencyLog
internal import ZIPFile

/// `evidence verify`: checks an archive, a bundle or a published tree, whichever lies there.
package struct VerifyArchive {
    package struct Request {
        /// Nil for the archive that the context names.
        package let place: Place?
        /// Checks SHA-256 of an archive's files too; a bundle's always are.
        package let full: Bool
        /// Checks of an archive what came since this user's last whole verification; with something that it is held to, its
        /// newest checkpoint alone, and what is known of the log.
        package let quick: Bool
        /// How many of an archive's files are read; nil for all.
        package var sample: FileSample.Amount?
        /// The folder below which files that stayed outside the archive are looked for.
        ///
        /// Those of a bundle are looked for nowhere else: its locations are another machine's.
        package let mediaRoot: FilePath?
        /// What the log is held to.
        package let against: [Place]
        package let policy: FilePath?
        /// A private key in PEM that opens sealed records, so that what is in them is checked too.
        package var key: FilePath?

        package init(
            place: Place? = nil, full: Bool = false, quick: Bool = false, mediaRoot: FilePath? = nil,
            against: [Place] = [], policy: FilePath? = nil
        ) {
            self.place = place
            self.full = full
            self.quick = quick
            self.mediaRoot = mediaRoot
            self.against = against
            self.policy = policy
        }
    }

    package let context: ServiceContext
    private let fetch: FetchAddress

    package init(_ context: ServiceContext, fetch: @escaping FetchAddress) {
        self.context = context
        self.fetch = fetch
    }

    package func run(_ request: Request) throws -> VerificationReport {
        let place = try request.place ?? .path(context.locateArchive())
        try requireElsewhere(request.against, than: place)
        var claims = try request.against.map { (place: $0, claim: try ReadClaim(context, fetch: fetch).run($0)) }
        let policy = try request.policy.map { try PolicyFile.read($0) }
        // What is of the archive that this one continues is not what this one is held to.
        let created = VerifyArchive.created(at: place)
        let continued = created?.continued
        let predecessors = claims.filter { created?.isContinuation(of: $0.claim) == true }
        claims.removeAll { created?.isContinuation(of: $0.claim) == true }
        let trust = try TrustCheck(context.folders, claims: claims.map(\.claim), policy: policy)
        var report = try verify(place, request, trust)
        // A published log has its archive's signature and no witness's.
        if report.subject == .publishedTree, policy?.asksForCosignatures == true {
            report.unchecked.append(.policyNotMet(covered: 0, size: report.size))
        }
        if let created, let continued { try check(predecessors, continued, created.origin, request, &report) }
        return report
    }

    /// Refuses what lies in the very thing that is verified: that it agrees says nothing.
    private func requireElsewhere(_ given: [Place], than place: Place) throws {
        guard case .path(let path) = place, let verified = try? Files.realPath(path) else { return }
        for case .path(let path) in given {
            guard let real = try? Files.realPath(path), real.starts(with: verified) else { continue }
            throw EvidenceError(
                .badInput,
                en:
                    "“\(path.shown)” is part of what is verified: it agrees with itself whatever was done to it. Name something that left it earlier: a checkpoint, a receipt, a copy.",
                zh: "“\(path.shown)”就在所核验的内容之中，无论动过什么手脚都与自身一致。请指明先前取出的材料：检查点、回执或副本。")
        }
    }

    private func verify(_ place: Place, _ request: Request, _ trust: TrustCheck) throws -> VerificationReport {
        switch place {
        case .path(let path): return try verify(path, request, trust)
        case .address(let address):
            try requireArchive(request)
            return try published(trust).verify(at: address) { try fetch(VerifyArchive.address(address, $0), $1) }
        }
    }

    /// What the archive there, or that of a bundle, says of itself; nil where it can't be read.
    private static func created(at place: Place) -> ArchiveCreated? {
        guard case .path(let path) = place else { return nil }
        if let archive = try? Archive.open(path) { return archive.created }
        return BundleVerifier.created(at: path)
    }

    /// Holds what the reader was given, or pinned, of the older archive to what its successor says, and verifies the older archive
    /// itself, or what there is of it, where that was named.
    private func check(
        _ given: [(place: Place, claim: Claim)], _ continued: ArchiveCreated.Continued, _ origin: String,
        _ request: Request, _ report: inout VerificationReport
    ) throws {
        let known = try TrustCheck(context.folders, claims: given.map(\.claim))
        known.check(continued, of: origin) { report.problems.append($0) }
        let trust = try TrustCheck(
            context.folders, claims: [Claim(from: report.origin ?? "", continued)],
            vouchedFor: try? VerifierKey(continued.key), successor: report.archiveKey)
        let logs = try given.map(\.place).filter { try isLog($0) }
        if logs.isEmpty { report.warnings.append(.predecessorNotChecked(continued, wasNamed: !given.isEmpty)) }
        for log in logs {
            let older = try verify(log, Request(full: request.full, mediaRoot: request.mediaRoot), trust)
            report.add(older, in: log.shown)
        }
    }

    /// Whether there is more of a log than a checkpoint, a proof or a receipt.
    private func isLog(_ place: Place) throws -> Bool {
        guard case .path(let path) = place else { return true }
        return try Files.statusFollowing(path)?.kind == .folder || ZIPReader.isZIP(Files.realPath(path))
    }

    /// The address of a resource below a published log's.
    static func address(_ prefix: String, _ path: String) -> String {
        var prefix = prefix[...]
        while prefix.hasSuffix("/") { prefix = prefix.dropLast() }
        return "\(prefix)/\(path)"
    }

    private func verify(
        _ path: FilePath, _ request: Request, _ trust: TrustCheck
    ) throws -> VerificationReport {
        guard let status = try Files.statusFollowing(path) else {
            throw EvidenceError.file(.noSuchFileOrDirectory, path)
        }
        guard status.kind == .folder else {
            try requireArchive(request)
            let path = try Files.realPath(path)
            guard try ZIPReader.isZIP(path) else {
                throw EvidenceError(
                    .badInput,
                    en:
                        "“\(path.shown)” is not a folder: name an archive, a bundle (a folder or ZIP) or a published log.",
                    zh: "“\(path.shown)”不是文件夹：请指明档案、案卷包（文件夹或 ZIP）或已公布的日志。")
            }
            return try bundle(request, trust).verify(ZIPReader(path))
        }
        if try Archive.exists(at: path) {
            guard try !BundleVerifier.isBundle(at: path) else {
                throw EvidenceError(
                    .badInput,
                    en:
                        "“\(path.shown)” holds an archive and a bundle at once, which neither makes: somebody put them together. Nothing was verified; ask where it came from.",
                    zh: "“\(path.shown)”中同时有档案和案卷包，二者都不会如此生成：系有人拼凑而成。未作核验，请查明其来源。")
            }
            if request.quick, !request.against.isEmpty { return try QuickCheck(context).run(path, trust) }
            return try archive(path, request, trust)
        }
        try requireArchive(request)
        if try BundleVerifier.isBundle(at: path) {
            return try bundle(request, trust).verify(path)
        }
        if try EncryptedBundle.lies(in: path) {
            throw EvidenceError(
                .badInput,
                en: "“\(path.shown)” is an encrypted bundle. Open it with evidence open, then verify what that gives.",
                zh: "“\(path.shown)”是加密案卷包。请先用 evidence open 打开，再核验所得的案卷包。")
        }
        try Archive.requireNoRemains(at: path)
        guard try PublishedTreeVerifier.isPublished(at: path) else {
            throw EvidenceError(
                .inputMissing, en: "“\(path.shown)” holds neither an archive, a bundle nor a published log.",
                zh: "“\(path.shown)”中没有档案、案卷包，也没有已公布的日志。")
        }
        return try published(trust).verify(path)
    }

    private func archive(_ path: FilePath, _ request: Request, _ trust: TrustCheck) throws -> VerificationReport {
        let earlier = request.quick ? try EarlierVerification(context).state(of: Archive.open(path), trust) : nil
        var report = try ArchiveVerifier(
            folders: context.folders, full: request.full, trust: trust,
            referenced: try ReferencedFiles(below: request.mediaRoot, orAtLocation: true),
            key: try request.key.map { try context.decryptionKey($0) }, goingOnFrom: earlier,
            draw: request.sample.map { amount in
                { total in try FileSample.draw(amount.count(of: total), of: total, random: context.random) }
            }, keepingUnder: context.now(), progress: context.progress
        ).verify(path)
        if let earlier = earlier?.mark {
            report.unchecked.append(.entriesNotReadAgain(earlier, context.zone.local(earlier.time)))
        } else if report.isOK, report.sample == nil {
            Advise(context).noteCopy(at: path, size: report.size)
        }
        return report
    }

    private func bundle(_ request: Request, _ trust: TrustCheck) throws -> BundleVerifier {
        BundleVerifier(
            trusting: trust, referenced: try ReferencedFiles(below: request.mediaRoot, orAtLocation: false),
            key: try request.key.map { try context.decryptionKey($0) }, progress: context.progress)
    }

    private func requireArchive(_ request: Request) throws {
        guard request.quick || request.sample != nil else { return }
        let option = request.quick ? "--quick" : "--sample"
        throw EvidenceError(
            .usage, en: "\(option) is for archives: a bundle or a published log is checked whole.",
            zh: "\(option) 只用于档案：案卷包和已公布的日志须全部检查。")
    }

    private func published(_ trust: TrustCheck) -> PublishedTreeVerifier {
        PublishedTreeVerifier(
            trustedKeys: { try trust.trustedKeys(origin: $0) }, wantedSizes: { try trust.wantedSizes(identity: $0) },
            trust: { origin, key, identity, size, roots, report in
                try trust.check(
                    key: key, origin: origin, identity: identity, size: size, roots: roots, at: nil, report: report)
            }, progress: context.progress)
    }
}

extension ArchiveCreated {
    /// Whether what somebody was given is of the archive that this one continues.
    ///
    /// Where both have one name, the signature tells.
    fileprivate func isContinuation(of claim: Claim) -> Bool {
        guard let continued, claim.origin.hasSameBytes(as: continued.origin) else { return false }
        guard continued.origin.hasSameBytes(as: origin) else { return true }
        guard let older = try? VerifierKey(continued.key), older != key else { return false }
        return claim.note?.verify(older) == .valid
    }
}

extension BundleVerifier {
    /// A verifier for a reader who trusts what this says.
    init(
        trusting trust: TrustCheck, referenced: ReferencedFiles = .nowhere, key: DecryptionKey? = nil,
        progress: @escaping ShowProgress
    ) {
        self.init(
            wantedSizes: { try trust.wantedSizes(identity: $0) },
            trust: { key, identity, size, roots, report in
                try trust.check(key: key, identity: identity, size: size, roots: roots, at: nil, report: report)
            }, anchors: trust.anchors, referenced: referenced, key: key, progress: progress)
    }
}

extension Problem {
    /// - Parameter wasNamed: whether a checkpoint of it, or the like, was, which can show no more than what was left out.
    fileprivate static func predecessorNotChecked(
        _ continued: ArchiveCreated.Continued, wasNamed: Bool = false
    ) -> Problem {
        Problem(
            .predecessorNotChecked, expected: continued.origin,
            en:
                "This archive says that it continues “\(continued.origin.shown)”, of which there were \(continued.size) entries (\(continued.reason.shown)). The older archive \(wasNamed ? "itself " : "")was not checked: name \(wasNamed ? "its folder, a bundle or its published log" : "it") with --against.",
            zh:
                "此档案称其接续“\(continued.origin.shown)”（\(continued.size) 条，原因：\(continued.reason.shown)）。旧档案\(wasNamed ? "本身" : "")未一并核验：请用 --against 指明\(wasNamed ? "其文件夹、案卷包或已公布的日志" : "")。"
        )
    }
}
