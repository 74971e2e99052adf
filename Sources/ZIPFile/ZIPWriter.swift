package import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage

/// Writes a ZIP file from its first byte to its last, in the form of ``ZIPFrame``: the same members give the same bytes.
///
/// Memory grows with the number of members alone.
package final class ZIPWriter {
    /// Where the bytes go.
    package enum Output {
        /// A new, empty file.
        case file(OpenFile)
        /// Something that takes bytes in order and gives none back.
        case stream((UnsafeRawBufferPointer) throws -> Void)
    }

    private static let bufferSize = 256 * 1_024

    private let output: Output
    private let frame: ZIPFrame
    private var members: [ZIPFrame.Member] = []
    private var buffer: [UInt8] = []
    private var position: UInt64 = 0

    /// - Parameter date: the day of all members, `YYYY-MM-DD`.
    package init(_ output: Output, date: String) {
        self.output = output
        frame = ZIPFrame(date: date)
    }

    /// Whether a member's checksum has to be known before its bytes.
    package var needsChecksums: Bool {
        switch output {
        case .file: false
        case .stream: true
        }
    }

    /// Writes a member.
    ///
    /// - Parameters:
    ///   - name: ASCII in every bundle.
    ///   - size: how many bytes `produce` gives.
    ///   - crc32: their checksum; nil where it is not known yet and ``needsChecksums`` is false.
    /// - Returns: what `produce` returns.
    /// - Throws: what `produce` throws; `inputOutput` where it gives other bytes than were announced.
    package func add<Result>(
        _ name: String, size: UInt64, crc32: UInt32?,
        _ produce: (_ take: @escaping (UnsafeRawBufferPointer) throws -> Void) throws -> Result
    ) throws -> Result {
        let offset = position
        var member = ZIPFrame.Member(name: Array(name.utf8), size: size, crc32: crc32 ?? 0, offset: offset)
        try frame.localHeader(member).withUnsafeBytes { try write($0) }
        let start = position
        var checksum = CRC32()
        let result = try produce { [self] bytes in
            guard position - start + UInt64(bytes.count) <= size else { throw ZIPWriter.changed(name) }
            checksum.update(bytes)
            try write(bytes)
        }
        guard position - start == size, crc32 == nil || crc32 == checksum.value else { throw ZIPWriter.changed(name) }
        if crc32 == nil {
            member = ZIPFrame.Member(name: member.name, size: size, crc32: checksum.value, offset: offset)
            try correct(checksum.value, at: offset + ZIPFrame.checksumOffset)
        }
        members.append(member)
        return result
    }

    /// Writes a member whose bytes are at hand.
    package func add(_ name: String, _ bytes: [UInt8]) throws {
        var checksum = CRC32()
        checksum.update(bytes)
        try add(name, size: UInt64(bytes.count), crc32: checksum.value) { take in
            try bytes.withUnsafeBytes { try take($0) }
        }
    }

    /// Writes the directory and the end; durable when it returns, where it goes to a file.
    package func finish() throws {
        let start = position
        for member in members { try frame.centralHeader(member).withUnsafeBytes { try write($0) } }
        let end = frame.end(count: UInt64(members.count), directory: (start, position - start))
        try end.withUnsafeBytes { try write($0) }
        try flush()
        guard case .file(let file) = output else { return }
        do { try file.sync() } catch let error { throw EvidenceError.file(error, file.path, writing: true) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        position += UInt64(bytes.count)
        if buffer.count + bytes.count > ZIPWriter.bufferSize { try flush() }
        if bytes.count >= ZIPWriter.bufferSize { return try pass(bytes) }
        buffer += bytes
    }

    private func flush() throws {
        try buffer.withUnsafeBytes { try pass($0) }
        buffer.removeAll(keepingCapacity: true)
    }

    private func pass(_ bytes: UnsafeRawBufferPointer) throws {
        switch output {
        case .stream(let take): try take(bytes)
        case .file(let file):
            do { try file.write(bytes) } catch let error { throw EvidenceError.file(error, file.path, writing: true) }
        }
    }

    /// Puts a checksum in its place in a header that was written.
    private func correct(_ checksum: UInt32, at offset: UInt64) throws {
        guard case .file(let file) = output else { return }
        try flush()
        do { try withUnsafeBytes(of: checksum.littleEndian) { try file.write($0, at: offset) } } catch {
            throw EvidenceError.file(any: error, file.path, writing: true)
        }
    }

    private static func changed(_ name: String) -> EvidenceError {
        EvidenceError(
            .inputOutput, en: "What goes out as “\(name)” changed while it was read. Run the command again.",
            zh: "“\(name)”的内容在读取期间发生了变化。请重新执行命令。")
    }
}
