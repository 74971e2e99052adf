package import EvidenceRecord
package import SystemPackage

/// Bytes in a row in an open file: all of it, or one of the files that lie in it.
package struct FileSpan: Sendable {
    package let file: OpenFile
    package let offset: UInt64
    package let size: UInt64
    /// The CRC-32 that is kept beside the bytes; nil where there is none.
    package let crc32: UInt32?

    package init(_ file: OpenFile, offset: UInt64, size: UInt64, crc32: UInt32? = nil) {
        self.file = file
        self.offset = offset
        self.size = size
        self.crc32 = crc32
    }

    /// All of a file, as long as it is now.
    package init(all file: OpenFile) throws(Errno) {
        self.init(file, offset: 0, size: try file.status().size)
    }

    /// All of the regular file at a path, and of nothing else: no symlink, FIFO or device.
    package static func regular(_ path: FilePath) throws(EvidenceError) -> FileSpan {
        let file = try OpenFile.regular(path)
        do { return try FileSpan(all: file) } catch let error { throw .file(error, path) }
    }

    /// Fills `buffer` from `start` on, counted from the span's beginning; fewer bytes only at the end of the span or the
    /// file.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at start: UInt64) throws(Errno) -> Int {
        let count = Int(clamping: min(UInt64(buffer.count), size - min(size, start)))
        return try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: offset + start)
    }

    /// All bytes, or the first `limit` of more.
    package func contents(limit: Int) throws(EvidenceError) -> [UInt8] {
        do {
            return try [UInt8](unsafeUninitializedCapacity: min(limit, Int(clamping: size))) { buffer, count in
                count = try read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
            }
        } catch {
            throw .file(any: error, file.path)
        }
    }
}

extension Problem {
    /// The bytes are not those that the checksum beside them was made of.
    package static func checksumDiffers(_ path: String, expected: UInt32, found: UInt32) -> Problem {
        Problem(
            .bagMalformed, path: path, expected: String(expected, radix: 16), found: String(found, radix: 16),
            en: "“\(path.shown)” is not the file that the ZIP's checksum (CRC-32) says.",
            zh: "“\(path.shown)”与 ZIP 中的校验值（CRC-32）不符。")
    }
}
