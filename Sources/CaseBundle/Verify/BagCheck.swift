internal import EvidenceCrypto
internal import EvidenceRecord
internal import ZIPFile

/// Holds a bundle's files against its own lists: what any BagIt tool checks, and more strictly.
struct BagCheck {
    private let bag: Bag
    private let report: (Problem) -> Void
    private var payload = BagManifest(.payload)
    private var tags = BagManifest(.tags)
    /// The digest that the archive and the exporter sign; nil where there is no list to sign.
    private(set) var tagManifestDigest: Digest?

    /// Reads the lists and says what they and the folder do not agree on; no file's digest is taken yet.
    init(_ bag: Bag, report: @escaping (Problem) -> Void) throws {
        self.bag = bag
        self.report = report
        if bag.has(TagFile.fetch) {
            report(
                .bagMalformed(
                    TagFile.fetch, Message(en: "a bundle leaves no file to be fetched", zh: "案卷包不应留有待下载的文件")))
        }
        if let declaration = try required(TagFile.declaration),
            !declaration.elementsEqual(TagFile.declarationText.utf8)
        {
            report(
                .bagMalformed(
                    TagFile.declaration,
                    Message(en: "it does not declare BagIt 1.0 in UTF-8", zh: "没有声明为 UTF-8 编码的 BagIt 1.0")))
        }
        if let bytes = try required(TagFile.tagManifest) { tagManifestDigest = SHA256Hasher.hash(bytes) }
        try read(TagFile.tagManifest, into: \.tags)
        try read(TagFile.manifest, into: \.payload)
        comparePaths()
        try checkInfoSize()
    }

    private func required(_ path: String) throws -> [UInt8]? {
        guard let size = bag.sizes[path] else {
            report(.bagFileMissing(path))
            return nil
        }
        guard size <= BundleLimit.tagFile, let bytes = try bag.contents(path, limit: BundleLimit.tagFile) else {
            report(.tooLarge(path, size))
            return nil
        }
        return bytes
    }

    private mutating func read(_ path: String, into manifest: WritableKeyPath<BagCheck, BagManifest>) throws {
        guard let size = bag.sizes[path], let lines = try bag.lines(path, longest: BundleLimit.manifestLine) else {
            if path == TagFile.manifest { report(.bagFileMissing(path)) }
            return
        }
        guard size <= (path == TagFile.manifest ? BundleLimit.manifest : BundleLimit.tagFile) else {
            return  // That is said where its digest would be taken.
        }
        var malformed = 0
        while malformed < BundleLimit.malformedLines, let line = try lines.next() {
            do throws(RecordError) {
                guard case .line(let bytes) = line else {
                    throw RecordError(.malformed, en: "it is too long or has no end", zh: "过长或没有行尾")
                }
                try self[keyPath: manifest].add(line: bytes)
            } catch {
                report(.badLine(path, lines.number, error.reason))
                malformed += 1
            }
        }
    }

    private func comparePaths() {
        for path in bag.sizes.keys.sorted() {
            let isListed =
                switch path {
                case TagFile.tagManifest, TagFile.signature, TagFile.fetch: true
                default: payload.digests[path] != nil || tags.digests[path] != nil
                }
            if !isListed { report(.unlisted(path)) }
        }
        for path in tags.digests.keys.sorted() where !TagFile.listed.contains(path) { report(.unknownPart(path)) }
        for path in TagFile.listed where tags.digests[path] == nil && bag.has(TagFile.tagManifest) {
            report(
                .bagMalformed(TagFile.tagManifest, Message(en: "it does not list \(path)", zh: "没有列出 \(path)")))
        }
        for path in tags.digests.keys.sorted() + payload.digests.keys.sorted() where !bag.has(path) {
            // These two were reported when they were looked for; an entry's file is looked for as the entry's.
            if path == TagFile.manifest || path == TagFile.declaration { continue }
            report(.bagFileMissing(path))
        }
    }

    /// How much lies below `data/`.
    var payloadSize: BagInfo.PayloadSize {
        var size = BagInfo.PayloadSize()
        for (path, bytes) in bag.sizes where path.hasPrefix(BagPath.payload) {
            size.bytes.add(clamping: bytes)
            size.files += 1
        }
        return size
    }

    private func checkInfoSize() throws {
        guard let bytes = try bag.contents(TagFile.info, limit: BundleLimit.tagFile) else { return }
        let expected = BagInfo.line(BagInfo.payloadSize, payloadSize.text)
        for line in BagInfo.lines(BagInfo.payloadSize, in: bytes) where !line.elementsEqual(expected.utf8) {
            report(
                .bagMalformed(
                    TagFile.info, expected: expected, found: String(decoding: line, as: UTF8.self),
                    Message(en: "its Payload-Oxum is not what lies in data/", zh: "其 Payload-Oxum 与 data/ 中的内容不符")))
        }
    }

    /// Says where a ZIP gives its members another day than `bag-info.txt` has, as far as a ZIP can give that day.
    func checkDay(_ day: String) throws {
        guard let bytes = try bag.contents(TagFile.info, limit: BundleLimit.tagFile) else { return }
        let days = BagInfo.lines(BagInfo.day, in: bytes).map { line in
            ZIPFrame(date: String(decoding: line.dropFirst(BagInfo.day.utf8.count + 2), as: UTF8.self)).date
        }
        if days == [day] { return }
        report(
            .bagMalformed(
                TagFile.info, expected: days.joined(separator: "; "), found: day,
                Message(en: "the ZIP's members have another day than it says", zh: "其中日期与 ZIP 成员的日期不符")))
    }

    /// Says where `bag-info.txt` names another archive or dossier than the log.
    func checkInfo(_ label: String, is value: String) throws {
        guard let bytes = try bag.contents(TagFile.info, limit: BundleLimit.tagFile) else { return }
        let expected = BagInfo.line(label, value)
        let lines = BagInfo.lines(label, in: bytes)
        if lines.count == 1, lines[0].elementsEqual(expected.utf8) { return }
        report(
            .bagMalformed(
                TagFile.info, expected: expected,
                found: lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "; "),
                Message(en: "its \(label) is not what the log says", zh: "其 \(label) 与日志不符")))
    }

    /// How much ``checkDigests(progress:)`` reads.
    var listedBytes: UInt64 {
        (Array(tags.digests.keys) + payload.digests.keys).reduce(into: 0) { sum, path in
            if case .file = BundlePart(path: path) { return }
            sum.add(clamping: bag.sizes[path] ?? 0)
        }
    }

    /// Takes the digest of every listed file but those below `data/files/`, which are checked as their entries' files.
    ///
    /// - Parameter progress: called with the bytes read since the last call; may throw to stop.
    func checkDigests(progress: (Int) throws -> Void) throws {
        // No list has these two; in a ZIP they have a checksum all the same.
        for path in [TagFile.tagManifest, TagFile.signature]
        where bag.has(path) && bag.sizes[path] ?? 0 <= BundleLimit.tagFile {
            _ = try bag.digest(path) { _ in try progress(0) }
        }
        for (path, digest) in tags.digests.sorted(by: { $0.key < $1.key }) {
            try checkDigest(path, digest, progress: progress)
        }
        for (path, digest) in payload.digests.sorted(by: { $0.key < $1.key }) {
            if case .file(let name, _) = BundlePart(path: path) {
                if name != digest { report(.bagFileAltered(path, expected: digest, found: name)) }
            } else {
                try checkDigest(path, digest, progress: progress)
            }
        }
    }

    /// Takes the digest of a listed file.
    func checkDigest(_ path: String, progress: (Int) throws -> Void) throws {
        if let digest = payload.digests[path] { try checkDigest(path, digest, progress: progress) }
    }

    private func checkDigest(_ path: String, _ digest: Digest, progress: (Int) throws -> Void) throws {
        guard let size = bag.sizes[path] else { return }
        // A sparse file of a terabyte is quickly made, and takes hours to read.
        if let largest = largestSize(path), size > largest { return report(.tooLarge(path, size)) }
        let found = try bag.digest(path, progress: progress)
        if found != digest { report(.bagFileAltered(path, expected: digest, found: found)) }
    }

    /// The most bytes that a listed file may have; nil where nothing limits it.
    private func largestSize(_ path: String) -> UInt64? {
        if tags.digests[path] == nil { return BundlePart(path: path)?.largestSize }
        if path == TagFile.manifest { return BundleLimit.manifest }
        return BundlePage(rawValue: path) == nil ? BundleLimit.tagFile : BundleLimit.long
    }

    /// The listed files of the payload that are there, sorted by the bytes of their paths.
    var payloadFiles: [(path: String, digest: Digest, size: UInt64)] {
        payload.digests.compactMap { path, digest in bag.sizes[path].map { (path, digest, $0) } }
            .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// What the payload's list says of a path, be the file there or not.
    func digest(_ path: String) -> Digest? { payload.digests[path] }

    /// Whether the payload's list has that path, be the file there or not.
    func lists(_ path: String) -> Bool { payload.digests[path] != nil }
}
