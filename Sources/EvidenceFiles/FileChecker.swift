internal import Dispatch
package import EvidenceCrypto
package import EvidenceRecord
internal import Glibc
internal import Synchronization
package import SystemPackage

/// A file as an entry says it is, and where it lies.
package struct ExpectedFile: Sendable {
    package let path: FilePath
    /// Where its bytes are in the file at the path; nil where they are all of it.
    package let span: FileSpan?
    /// How reports call the place.
    package let shownPath: String
    package let size: UInt64
    package let sha256: Digest
    package let fsverity: Digest
    /// The first entry that names it.
    package let seq: UInt64
    /// Whether it stayed outside the archive.
    package let isReferenced: Bool

    package init(
        path: FilePath, span: FileSpan? = nil, shownPath: String, size: UInt64, sha256: Digest, fsverity: Digest,
        seq: UInt64,
        isReferenced: Bool = false
    ) {
        self.path = path
        self.span = span
        self.shownPath = shownPath
        self.size = size
        self.sha256 = sha256
        self.fsverity = fsverity
        self.seq = seq
        self.isReferenced = isReferenced
    }
}

/// Re-reads files on all cores and holds their bytes against the digests that entries give.
///
/// Large files are cut into pieces that the cores share, which the fs-verity tree allows. With `full`, SHA-256 is computed
/// in the same read, one core a file; so are files beyond ``largestCut``, whose size may be only said.
package final class FileChecker: Sendable {
    /// How many files were read to their end.
    package struct Count: Sendable {
        package var files: UInt64 = 0
        /// How many of them stayed outside the archive.
        package var referenced: UInt64 = 0
    }

    private static let chunkSegments = 8
    private static let chunkSize = UInt64(FSVerity.segmentSize * chunkSegments)
    /// The hashes of so large a file's pieces take 80 MB.
    private static let largestCut: UInt64 = 1 << 40

    /// One open file, shared by the cores that read its pieces.
    private final class Job: Sendable {
        let span: FileSpan
        let expected: ExpectedFile
        /// Whether it is read in pieces.
        let isCut: Bool
        let progress: Mutex<(hashes: [FSVerity.SegmentHash?], remaining: Int, failed: Bool)>

        init(_ span: FileSpan, _ expected: ExpectedFile, isCut: Bool) {
            self.span = span
            self.expected = expected
            self.isCut = isCut
            let size = isCut ? expected.size : 0
            let segments = Int((size + UInt64(FSVerity.segmentSize) - 1) / UInt64(FSVerity.segmentSize))
            progress = Mutex(
                (Array(repeating: nil, count: segments), (segments + chunkSegments - 1) / chunkSegments, false))
        }
    }

    private struct Piece {
        let job: Job
        let offset: UInt64
    }

    private struct Shared {
        var current: Job?
        var nextOffset: UInt64 = 0
        var source: @Sendable () throws -> ExpectedFile?
        var failure: (any Error)?
        var count = Count()
    }

    private let isFull: Bool
    private let shared: Mutex<Shared>
    private let report: @Sendable (Problem) -> Void
    private let progress: @Sendable (_ bytes: Int, _ files: Int, _ name: String) throws -> Void

    /// - Parameters:
    ///   - files: gives the next file each time it is called, nil at the end; never called by two threads at once.
    ///   - progress: told of bytes and files as they are read; may throw to stop.
    package init(
        full: Bool, files: @escaping @Sendable () throws -> ExpectedFile?,
        report: @escaping @Sendable (Problem) -> Void,
        progress: @escaping @Sendable (_ bytes: Int, _ files: Int, _ name: String) throws -> Void
    ) {
        isFull = full
        shared = Mutex(Shared(source: files))
        self.report = report
        self.progress = progress
    }

    /// Checks all files; returns when the last is done.
    package func run() throws -> Count {
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        DispatchQueue.concurrentPerform(iterations: min(cores, 16)) { _ in work() }
        if let failure = shared.withLock({ $0.failure }) { throw failure }
        return shared.withLock { $0.count }
    }

    private func work() {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: FSVerity.segmentSize, alignment: 4_096)
        defer { buffer.deallocate() }
        let hasher = SHA256Hasher()
        do {
            while let piece = try next() {
                if piece.job.isCut {
                    try hash(piece, buffer, hasher)
                } else {
                    try checkWhole(piece.job, buffer, hasher)
                }
            }
        } catch {
            shared.withLock { if $0.failure == nil { $0.failure = error } }
        }
    }

    /// The next piece of work: of the file that is being cut up, else of the next file that can be opened.
    private func next() throws -> Piece? {
        try shared.withLock { shared in
            while true {
                if shared.failure != nil { return nil }
                if let job = shared.current {
                    let piece = Piece(job: job, offset: shared.nextOffset)
                    shared.nextOffset += FileChecker.chunkSize
                    if !job.isCut || shared.nextOffset >= job.expected.size { shared.current = nil }
                    return piece
                }
                guard let expected = try shared.source() else { return nil }
                shared.current = try open(expected)
                shared.nextOffset = 0
            }
        }
    }

    /// Nil where the file can't be what it should be, which is reported.
    private func open(_ expected: ExpectedFile) throws -> Job? {
        if let span = FileChecker.find(expected, report: report) {
            let isCut = !isFull && (1...FileChecker.largestCut).contains(expected.size)
            return Job(span, expected, isCut: isCut)
        }
        try progress(0, 1, expected.shownPath)
        return nil
    }

    /// The file, where a regular one of the right size stands there; else nil, and reported.
    ///
    /// Nothing of its bytes is read.
    package static func find(_ expected: ExpectedFile, report: (Problem) -> Void) -> FileSpan? {
        do throws(Errno) {
            var span = expected.span
            if span == nil { span = try whole(expected) }
            guard let span else {
                report(.fileNotRegular(expected))
                return nil
            }
            if span.size == expected.size { return span }
            report(.fileSize(expected, found: span.size))
        } catch let error {
            switch error {
            case .noSuchFileOrDirectory: report(.fileMissing(expected))
            case .tooManySymbolicLinkLevels, .notDirectory, Errno(rawValue: ENXIO): report(.fileNotRegular(expected))
            default: report(.fileUnreadable(expected, error))
            }
        }
        return nil
    }

    /// Nil where something else than a regular file stands there.
    private static func whole(_ expected: ExpectedFile) throws(Errno) -> FileSpan? {
        let file = try OpenFile(expected.path, O_RDONLY | O_NONBLOCK)
        let status = try file.status()
        return status.kind == .regular ? FileSpan(file, offset: 0, size: status.size) : nil
    }

    private func hash(
        _ piece: Piece, _ buffer: UnsafeMutableRawBufferPointer, _ hasher: borrowing SHA256Hasher
    ) throws {
        let job = piece.job
        var hashes: [FSVerity.SegmentHash] = []
        var failure: Problem?
        var offset = piece.offset
        let end = min(job.expected.size, offset + FileChecker.chunkSize)
        while offset < end, failure == nil {
            let wanted = Int(min(UInt64(FSVerity.segmentSize), end - offset))
            do {
                let count = try job.span.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset)
                if count < wanted { failure = .fileSize(job.expected, found: offset + UInt64(count)) }
            } catch let error {
                failure = .fileUnreadable(job.expected, error)
            }
            if failure != nil { break }
            hashes.append(
                FSVerity.segmentHash(UnsafeRawBufferPointer(rebasing: buffer[..<wanted]), using: hasher))
            offset += UInt64(wanted)
            try progress(wanted, 0, job.expected.shownPath)
        }
        let first = Int(piece.offset / UInt64(FSVerity.segmentSize))
        let (isLast, hasFailed, isFirstFailure) = job.progress.withLock { state in
            for (index, hash) in hashes.enumerated() { state.hashes[first + index] = hash }
            state.remaining -= 1
            let isFirstFailure = failure != nil && !state.failed
            if failure != nil { state.failed = true }
            return (state.remaining == 0, state.failed, isFirstFailure)
        }
        if let failure, isFirstFailure { report(failure) }
        guard isLast else { return }
        if !hasFailed {
            let all = job.progress.withLock { $0.hashes.compactMap { $0 } }
            try compare(
                job, fsverity: FSVerity.digest(segmentHashes: all, size: job.expected.size), sha256: nil)
        }
        try progress(0, 1, job.expected.shownPath)
    }

    private func checkWhole(
        _ job: Job, _ buffer: UnsafeMutableRawBufferPointer, _ hasher: borrowing SHA256Hasher
    ) throws {
        var verity = FSVerityHasher()
        var checksum = CRC32()
        var offset: UInt64 = 0
        do {
            while offset < job.expected.size {
                let count = try job.span.read(into: buffer, at: offset)
                if count == 0 { break }
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                hasher.update(bytes)
                verity.update(bytes)
                if job.span.crc32 != nil { checksum.update(bytes) }
                offset += UInt64(count)
                try progress(count, 0, job.expected.shownPath)
            }
        } catch let error as Errno {
            _ = hasher.finish()
            report(.fileUnreadable(job.expected, error))
            try progress(0, 1, job.expected.shownPath)
            return
        }
        let sha256 = hasher.finish()
        if offset == job.expected.size {
            try compare(job, fsverity: verity.finish(), sha256: sha256)
            if let crc32 = job.span.crc32, crc32 != checksum.value {
                report(.checksumDiffers(job.expected.shownPath, expected: crc32, found: checksum.value))
            }
        } else {
            report(.fileSize(job.expected, found: offset))
        }
        try progress(0, 1, job.expected.shownPath)
    }

    private func compare(_ job: Job, fsverity: Digest, sha256: Digest?) throws {
        let expected = job.expected
        shared.withLock {
            $0.count.files += 1
            if expected.isReferenced { $0.count.referenced += 1 }
        }
        if fsverity == expected.fsverity, sha256 == nil || sha256 == expected.sha256 { return }
        // Which of the two digests is wrong tells a changed file from an entry that names two files at once.
        let found = try sha256 ?? FileDigester.sha256(of: job.span) { _ in }
        let agrees = (fsverity == expected.fsverity, found == expected.sha256)
        report(
            agrees == (false, false)
                ? .fileAltered(expected, found: found) : .fileDigestsDisagree(expected, fsverity, found))
    }
}

extension Problem {
    package static func fileMissing(_ file: ExpectedFile) -> Problem {
        Problem(
            .fileMissing, seq: file.seq, path: file.shownPath, expected: file.sha256.hex,
            en: "A file of entry \(file.seq) is not there: \(file.shownPath).",
            zh: "第 \(file.seq) 条的文件缺失：\(file.shownPath)。")
    }

    static func fileNotRegular(_ file: ExpectedFile) -> Problem {
        Problem(
            .fileNotRegular, seq: file.seq, path: file.shownPath,
            en: "In the place of a file of entry \(file.seq) stands a link, folder or device: \(file.shownPath).",
            zh: "第 \(file.seq) 条的文件被链接、文件夹或设备取代：\(file.shownPath)。")
    }

    static func fileSize(_ file: ExpectedFile, found: UInt64) -> Problem {
        let isShorter = found < file.size
        return Problem(
            .fileSizeDiffers, seq: file.seq, path: file.shownPath, expected: String(file.size), found: String(found),
            en: "A file of entry \(file.seq) was \(isShorter ? "shortened" : "lengthened"): \(file.shownPath).",
            zh: "第 \(file.seq) 条的文件被\(isShorter ? "截短" : "加长")：\(file.shownPath)。")
    }

    static func fileAltered(_ file: ExpectedFile, found: Digest) -> Problem {
        Problem(
            .fileAltered, seq: file.seq, path: file.shownPath, expected: file.sha256.hex, found: found.hex,
            en: "A file of entry \(file.seq) was changed: \(file.shownPath).",
            zh: "第 \(file.seq) 条的文件被改动：\(file.shownPath)。")
    }

    static func fileDigestsDisagree(_ file: ExpectedFile, _ fsverity: Digest, _ sha256: Digest) -> Problem {
        Problem(
            .fileDigestsDisagree, seq: file.seq, path: file.shownPath,
            expected: "sha256 \(file.sha256), fsverity \(file.fsverity)",
            found: "sha256 \(sha256), fsverity \(fsverity)",
            en:
                "The two digests that entry \(file.seq) gives belong to different files; only one of them fits \(file.shownPath).",
            zh: "第 \(file.seq) 条给出的两个摘要属于不同的文件，只有一个与 \(file.shownPath) 相符。")
    }

    static func fileUnreadable(_ file: ExpectedFile, _ error: Errno) -> Problem {
        Problem(
            .fileUnreadable, seq: file.seq, path: file.shownPath, found: error.description,
            en:
                "A file of entry \(file.seq) could not be read, so it was not checked: \(file.shownPath) (\(error.reason.en)).",
            zh: "第 \(file.seq) 条的文件无法读取，未能检查：\(file.shownPath)（\(error.reason.zh)）。")
    }
}
