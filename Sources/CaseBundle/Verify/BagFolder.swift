internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
internal import SystemPackage

/// A bundle's folder as it lies there: its regular files, reached without passing a symlink.
///
/// Only these are ever opened.
struct BagFolder {
    /// No bundle nests its folders deeper.
    private static let deepest = 16

    let folder: FilePath
    /// The size of each file, by its path.
    private(set) var sizes: [String: UInt64] = [:]

    /// Walks the folder and reports what no bundle has.
    init(reading folder: FilePath, report: (Problem) -> Void) throws {
        self.folder = folder
        try walk(folder, prefix: "", depth: 0, report)
    }

    private mutating func walk(
        _ place: FilePath, prefix: String, depth: Int, _ report: (Problem) -> Void
    ) throws {
        let names: [[UInt8]]
        do { names = try Files.names(in: place) } catch let error { throw EvidenceError.file(error, place) }
        for name in names {
            let path = prefix + String(decoding: name, as: UTF8.self)
            guard BagPath.isName(name) else {
                report(.unlisted(path))
                continue
            }
            try look(at: place.appending(raw: name), path, depth: depth, report)
        }
    }

    private mutating func look(
        at place: FilePath, _ path: String, depth: Int, _ report: (Problem) -> Void
    ) throws {
        let found: FileStatus?
        do { found = try Files.status(place) } catch let error { throw EvidenceError.file(error, place) }
        switch found?.kind {
        case .regular: sizes[path] = found?.size
        case .folder where depth < BagFolder.deepest:
            try walk(place, prefix: path + "/", depth: depth + 1, report)
        case .folder: report(.unlisted(path))
        case .symlink, .other: report(.notRegular(path))
        case nil: break
        }
    }

    func has(_ path: String) -> Bool { sizes[path] != nil }

    func place(_ path: String) -> FilePath { folder.appending(path) }

    /// All bytes of a file; nil where it is not there or has more than `limit`.
    func contents(_ path: String, limit: UInt64) throws -> [UInt8]? {
        guard let size = sizes[path], size <= limit else { return nil }
        let place = place(path)
        let file = try OpenFile.regular(place)
        var contents = [UInt8](repeating: 0, count: Int(size) + 1)
        let count: Int
        do { count = try contents.withUnsafeMutableBytes { try file.read(into: $0, at: 0) } } catch {
            throw EvidenceError.file(any: error, place)
        }
        contents.removeLast(contents.count - count)
        return UInt64(count) <= size ? contents : nil
    }

    /// The lines of a file, one after the other; nil where it is not there.
    func lines(_ path: String, longest: Int) throws -> LineReader? {
        has(path) ? LineReader(try OpenFile.regular(place(path)), longest: longest) : nil
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

    private let file: OpenFile
    private let longest: Int
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 16)
    private var filled = 0
    private var place = 0
    /// The number of the line that ``next()`` gave last, from 1.
    private(set) var number = 0

    init(_ file: OpenFile, longest: Int) {
        self.file = file
        self.longest = longest
    }

    deinit { buffer.deallocate() }

    func next() throws -> Line? {
        var line: [UInt8] = []
        var isTooLong = false
        number += 1
        while true {
            if place == filled {
                do { filled = try file.read(into: buffer) } catch let error {
                    throw EvidenceError.file(error, file.path)
                }
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
