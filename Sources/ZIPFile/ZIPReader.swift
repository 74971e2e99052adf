package import EvidenceFiles
internal import EvidenceRecord
package import SystemPackage

/// A ZIP file whose members are read where they lie.
package struct ZIPReader: Sendable {
    package let path: FilePath
    /// The day that all members have, `YYYY-MM-DD`.
    package let date: String
    /// Each member's name and where its bytes are, in the order of the file.
    package let members: [(name: [UInt8], span: FileSpan)]

    /// Reads what stands around the members, and none of their bytes: their checksums are for the caller to compare.
    ///
    /// - Parameter path: without symlinks.
    /// - Throws: `badInput` where the file is not of the form of ``ZIPFrame``.
    package init(_ path: FilePath) throws {
        self.path = path
        let file = try OpenFile.regular(path)
        var position: UInt64 = 0
        var members: [(name: [UInt8], span: FileSpan)] = []
        let frame = try ZIPWalk(shownName: path.shown).run { count in
            let bytes: [UInt8]
            do {
                bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                    filled = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: position)
                }
            } catch {
                throw EvidenceError.file(any: error, path)
            }
            position += UInt64(bytes.count)
            return bytes
        } visit: { member, offset in
            members.append(
                (member.name, FileSpan(file, offset: offset, size: member.size, crc32: member.crc32)))
            position = offset + member.size
        }
        date = frame?.date ?? ""
        self.members = members
    }

    /// Whether a file begins as a ZIP file does that has members.
    package static func isZIP(_ path: FilePath) throws -> Bool {
        let file = try OpenFile.regular(path)
        var start = [UInt8](repeating: 0, count: 4)
        do { _ = try start.withUnsafeMutableBytes { try file.read(into: $0, at: 0) } } catch {
            throw EvidenceError.file(any: error, path)
        }
        return LittleEndian.read(start[...], at: 0) == ZIPFrame.localSignature
    }
}
