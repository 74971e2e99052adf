internal import EvidenceFiles
internal import EvidenceRecord

/// A ZIP file that comes in from its first byte to its last, and is taken apart meanwhile.
package final class ZIPStream {
    private static let pieceSize = 256 * 1_024

    private let walk: ZIPWalk
    private let next: () throws -> [UInt8]?
    private var piece: ArraySlice<UInt8> = []

    /// - Parameters:
    ///   - shownName: how messages call it.
    ///   - next: gives the next bytes, nil at the end.
    package init(shownName: String, next: @escaping () throws -> [UInt8]?) {
        walk = ZIPWalk(shownName: shownName)
        self.next = next
    }

    /// Gives each member's name and a function that hands out its bytes, piece by piece; the bytes of one that does not call
    /// it are passed over.
    ///
    /// - Throws: what `visit` throws; `badInput` where the ZIP is not of the form of ``ZIPFrame``, or a member's bytes and
    ///   its checksum do not agree. What was handed out until then is to be thrown away.
    package func forEachMember(
        _ visit: (_ name: [UInt8], _ copy: (_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws ->
            Void
    ) throws {
        _ = try walk.run(read: read) { member, _ in
            var left = member.size
            var checksum = CRC32()
            func copy(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
                while left > 0 {
                    try fill()
                    guard !piece.isEmpty else { throw walk.cutOff }
                    let count = Int(min(left, UInt64(min(piece.count, ZIPStream.pieceSize))))
                    try piece.prefix(count).withUnsafeBytes { bytes in
                        checksum.update(bytes)
                        try take(bytes)
                    }
                    piece = piece.dropFirst(count)
                    left -= UInt64(count)
                }
            }
            try visit(member.name, copy)
            try copy { _ in }
            guard checksum.value == member.crc32 else { throw walk.wrongChecksum(member) }
        }
    }

    private func fill() throws {
        while piece.isEmpty {
            // An empty slice would keep all the bytes that it was cut from while the next are made.
            piece = []
            guard let bytes = try next() else { return }
            piece = bytes[...]
        }
    }

    private func read(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            try fill()
            if piece.isEmpty { break }
            let part = piece.prefix(count - bytes.count)
            bytes += part
            piece = piece.dropFirst(part.count)
        }
        return bytes
    }
}
