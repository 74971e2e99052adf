internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage
internal import ZIPFile

/// A bundle as it lies there, in a folder or in a ZIP: its regular files, reached without passing a symlink.
///
/// Only these are ever opened.
struct Bag {
    /// No bundle nests its folders deeper.
    private static let deepest = 16

    /// Where a folder's files are reached by their paths; a ZIP's are known from the beginning.
    private let folder: FilePath
    private var spans: [String: FileSpan] = [:]
    private let report: (Problem) -> Void
    /// The size of each file, by its path.
    private(set) var sizes: [String: UInt64] = [:]

    /// Walks a folder and reports what no bundle has.
    init(reading folder: FilePath, report: @escaping (Problem) -> Void) throws {
        self.folder = folder
        self.report = report
        try walk(folder, prefix: "", depth: 0)
    }

    /// Takes the members of a ZIP and reports what no bundle has.
    init(reading zip: ZIPReader, report: @escaping (Problem) -> Void) {
        folder = zip.path
        self.report = report
        for member in zip.members {
            let path = String(decoding: member.name, as: UTF8.self)
            if BagPath.text(member.name[...]) == nil
                || path.utf8.count(where: { $0 == UInt8(ascii: "/") }) > Bag.deepest
            {
                report(.unlisted(path))
            } else if spans[path] != nil {
                report(.bagMalformed(path, Message(en: "the ZIP has it more than once", zh: "在 ZIP 中出现多次")))
            } else {
                spans[path] = member.span
                sizes[path] = member.span.size
            }
        }
        for path in sizes.keys {
            // No file system could hold both.
            if let folder = Bag.folders(of: path).first(where: { sizes[$0] != nil }) {
                report(.bagMalformed(folder, Message(en: "it is a file and a folder", zh: "既是文件又是文件夹")))
            }
        }
    }

    private mutating func walk(_ place: FilePath, prefix: String, depth: Int) throws {
        let names: [[UInt8]]
        do { names = try Files.names(in: place) } catch let error { throw EvidenceError.file(error, place) }
        for name in names {
            let path = prefix + String(decoding: name, as: UTF8.self)
            guard BagPath.isName(name) else {
                report(.unlisted(path))
                continue
            }
            try look(at: place.appending(raw: name), path, depth: depth)
        }
    }

    private mutating func look(at place: FilePath, _ path: String, depth: Int) throws {
        let found: FileStatus?
        do { found = try Files.status(place) } catch let error { throw EvidenceError.file(error, place) }
        switch found?.kind {
        case .regular: sizes[path] = found?.size
        case .folder where depth < Bag.deepest: try walk(place, prefix: path + "/", depth: depth + 1)
        case .folder: report(.unlisted(path))
        case .symlink, .other: report(.notRegular(path))
        case nil: break
        }
    }

    private static func folders(of path: String) -> [String] {
        path.indices.filter { path[$0] == "/" }.map { String(path[..<$0]) }
    }

    func has(_ path: String) -> Bool { sizes[path] != nil }

    /// The file at a path, which is there, as it has to be checked.
    func place(_ path: String) -> (file: FilePath, span: FileSpan?) {
        spans[path].map { (folder, $0) } ?? (folder.appending(raw: path.utf8), nil)
    }

    /// Opens a file that is there.
    private func open(_ path: String) throws -> FileSpan {
        try spans[path] ?? FileSpan.regular(folder.appending(raw: path.utf8))
    }

    /// All bytes of a file; nil where it is not there or has more than `limit`.
    func contents(_ path: String, limit: UInt64) throws -> [UInt8]? {
        guard let size = sizes[path], size <= limit else { return nil }
        let span = try open(path)
        // One that grew meanwhile is not the file that was found.
        return span.size <= size ? try span.contents(limit: Int(clamping: limit)) : nil
    }

    /// The lines of a file, one after the other; nil where it is not there, or larger than that part may be.
    func lines(_ path: String, longest: Int) throws -> LineReader? {
        guard let size = sizes[path], size <= BundlePart(path: path)?.largestSize ?? .max else { return nil }
        return LineReader(try open(path), longest: longest)
    }

    /// The SHA-256 of a file that is there; reports where a ZIP has another checksum for it.
    ///
    /// - Parameter progress: called with the bytes read since the last call; may throw to stop.
    func digest(_ path: String, progress: (Int) throws -> Void) throws -> Digest {
        let span = try open(path)
        var checksum = CRC32()
        let digest = try FileDigester.sha256(of: span) { bytes in
            if span.crc32 != nil { checksum.update(bytes) }
            try progress(bytes.count)
        }
        if let expected = span.crc32, expected != checksum.value {
            report(.checksumDiffers(path, expected: expected, found: checksum.value))
        }
        return digest
    }
}

/// Reads a file line by line, none of them longer than is sensible.
final class LineReader {
    enum Line {
        /// Without its line feed.
        case line([UInt8])
        /// Longer than any line should be, or without a line feed at the file's end.
        case malformed
    }

    private static let pieceSize = 64 * 1_024

    private let span: FileSpan
    private let longest: Int
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 16)
    private var position: UInt64 = 0
    private var filled = 0
    private var place = 0
    /// The number of the line that ``next()`` gave last, from 1.
    private(set) var number = 0

    init(_ span: FileSpan, longest: Int) {
        self.span = span
        self.longest = longest
    }

    deinit { buffer.deallocate() }

    func next() throws -> Line? {
        var line: [UInt8] = []
        var isTooLong = false
        number += 1
        while true {
            if place == filled {
                do { filled = try span.read(into: buffer, at: position) } catch let error {
                    throw EvidenceError.file(error, span.file.path)
                }
                position += UInt64(filled)
                place = 0
                if filled == 0 { return line.isEmpty && !isTooLong ? nil : .malformed }
            }
            let rest = buffer[place..<filled]
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? filled
            if line.count + end - place > longest {
                isTooLong = true
                line = []
            } else if !isTooLong {
                line += rest[place..<end]
            }
            place = end
            if end < filled {
                place += 1
                return isTooLong ? .malformed : .line(line)
            }
        }
    }
}
