/// What stands in a ZIP file (PKWARE APPNOTE 6.3) around the bytes of its members, in the one form that is written here.
///
/// Members are stored as they are, one behind the other from the file's first byte on; sizes and checksums stand before
/// them, and the central directory directly behind the last. There are no other fields, comments or gaps: so the names,
/// sizes, checksums and the day decide every byte of it, and a reader that makes it anew sees whatever was changed.
package struct ZIPFrame: Sendable, Equatable {
    /// A file in a ZIP.
    package struct Member: Sendable, Equatable {
        /// The name's bytes, at most 65,535.
        package let name: [UInt8]
        package let size: UInt64
        package let crc32: UInt32
        /// Where its local header is.
        package let offset: UInt64

        package init(name: [UInt8], size: UInt64, crc32: UInt32, offset: UInt64) {
            self.name = name
            self.size = size
            self.crc32 = crc32
            self.offset = offset
        }
    }

    static let localSignature: UInt32 = 0x0403_4b50
    static let centralSignature: UInt32 = 0x0201_4b50
    static let endSignature: UInt32 = 0x0605_4b50
    private static let zip64EndSignature: UInt32 = 0x0606_4b50
    private static let zip64LocatorSignature: UInt32 = 0x0706_4b50
    static let localSize = 30
    static let centralSize = 46
    static let endSize = 22
    static let zip64EndSize = 56
    static let zip64LocatorSize = 20
    /// Where the checksum is in a local header.
    static let checksumOffset: UInt64 = 14
    private static let zip64Field: UInt16 = 1
    private static let plainVersion: UInt16 = 10
    private static let zip64Version: UInt16 = 45
    /// Made on Unix, whose modes the external attributes then are, by what knows ZIP64.
    private static let madeBy: UInt16 = 3 << 8 | 45
    /// A regular file that all may read and its owner may write.
    private static let attributes: UInt32 = 0o100_644 << 16

    /// The day of all members, as MS-DOS writes it.
    let day: UInt16

    /// - Parameter date: `YYYY-MM-DD`; what is none, or what ZIP can't say, becomes the first or the last day that it can.
    package init(date: String) {
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt16(part) : nil
        }
        guard parts.map(\.utf8.count) == [4, 2, 2], numbers.count == 3, numbers[0] >= 1980 else {
            day = 1 << 5 | 1
            return
        }
        day = numbers[0] > 2107 ? 127 << 9 | 12 << 5 | 31 : (numbers[0] - 1980) << 9 | numbers[1] << 5 | numbers[2]
    }

    init(day: UInt16) { self.day = day }

    /// What stands before a member's bytes.
    ///
    /// A size of exactly 2^32−1, where FAT ends files, is written plainly: unzip can't read it otherwise.
    func localHeader(_ member: Member) -> [UInt8] {
        let isLarge = member.size > UInt32.max
        var bytes = LittleEndian()
        bytes.add(ZIPFrame.localSignature)
        bytes.add(isLarge ? ZIPFrame.zip64Version : ZIPFrame.plainVersion)
        addCommon(member, to: &bytes)
        bytes.add(UInt16(isLarge ? 20 : 0))
        bytes.add(member.name)
        if isLarge {
            bytes.add(ZIPFrame.zip64Field)
            bytes.add(UInt16(16))
            bytes.add(member.size)
            bytes.add(member.size)
        }
        return bytes.bytes
    }

    /// A member's place in the central directory.
    func centralHeader(_ member: Member) -> [UInt8] {
        let large =
            (member.size > UInt32.max ? [member.size, member.size] : [])
            + (member.offset >= UInt32.max ? [member.offset] : [])
        var bytes = LittleEndian()
        bytes.add(ZIPFrame.centralSignature)
        bytes.add(ZIPFrame.madeBy)
        bytes.add(large.isEmpty ? ZIPFrame.plainVersion : ZIPFrame.zip64Version)
        addCommon(member, to: &bytes)
        bytes.add(UInt16(large.isEmpty ? 0 : 4 + 8 * large.count))
        bytes.add(UInt16(0))  // comment
        bytes.add(UInt16(0))  // disk
        bytes.add(UInt16(0))  // internal attributes
        bytes.add(ZIPFrame.attributes)
        bytes.add(UInt32(clamping: member.offset))
        bytes.add(member.name)
        if !large.isEmpty {
            bytes.add(ZIPFrame.zip64Field)
            bytes.add(UInt16(8 * large.count))
            for value in large { bytes.add(value) }
        }
        return bytes.bytes
    }

    /// From the general purpose flags to the name's length.
    private func addCommon(_ member: Member, to bytes: inout LittleEndian) {
        // Bit 11 says that a name is UTF-8.
        bytes.add(UInt16(member.name.allSatisfy { $0 < 0x80 } ? 0 : 1 << 11))
        bytes.add(UInt16(0))  // stored
        bytes.add(UInt16(0))  // midnight
        bytes.add(day)
        bytes.add(member.crc32)
        bytes.add(UInt32(clamping: member.size))
        bytes.add(UInt32(clamping: member.size))
        bytes.add(UInt16(member.name.count))
    }

    /// What ends the file.
    ///
    /// - Parameters:
    ///   - count: how many members there are.
    ///   - directory: where the central directory is, and its size.
    func end(count: UInt64, directory: (offset: UInt64, size: UInt64)) -> [UInt8] {
        var bytes = LittleEndian()
        if count >= UInt16.max || directory.offset >= UInt32.max || directory.size >= UInt32.max {
            bytes.add(ZIPFrame.zip64EndSignature)
            bytes.add(UInt64(ZIPFrame.zip64EndSize - 12))
            bytes.add(ZIPFrame.madeBy)
            bytes.add(ZIPFrame.zip64Version)
            bytes.add(UInt32(0))
            bytes.add(UInt32(0))
            bytes.add(count)
            bytes.add(count)
            bytes.add(directory.size)
            bytes.add(directory.offset)
            bytes.add(ZIPFrame.zip64LocatorSignature)
            bytes.add(UInt32(0))
            bytes.add(directory.offset + directory.size)
            bytes.add(UInt32(1))
        }
        bytes.add(ZIPFrame.endSignature)
        bytes.add(UInt16(0))
        bytes.add(UInt16(0))
        bytes.add(UInt16(clamping: count))
        bytes.add(UInt16(clamping: count))
        bytes.add(UInt32(clamping: directory.size))
        bytes.add(UInt32(clamping: directory.offset))
        bytes.add(UInt16(0))
        return bytes.bytes
    }
}

extension ZIPFrame {
    /// The day of the members, `YYYY-MM-DD`; what is no date stays recognisably none.
    package var date: String {
        func digits(_ value: UInt16, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return "\(digits(1980 + (day >> 9), 4))-\(digits(day >> 5 & 15, 2))-\(digits(day & 31, 2))"
    }
}

/// Numbers as ZIP files have them.
struct LittleEndian {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ value: some FixedWidthInteger & UnsignedInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    mutating func add(_ more: [UInt8]) { bytes += more }

    /// The number at a place of bytes, which are long enough.
    static func read<Value: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, at offset: Int) -> Value {
        let start = bytes.startIndex + offset
        return bytes[start..<start + Value.bitWidth / 8].reversed().reduce(0) { $0 << 8 | Value($1) }
    }
}
