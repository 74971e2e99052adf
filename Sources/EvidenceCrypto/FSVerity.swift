/// The kernel's fs-verity file digest: SHA-256, 4,096-byte blocks, no salt.
///
/// Source: Linux, Documentation/filesystems/fsverity.rst, "File digest computation": the digest of a 256-byte descriptor
/// that holds the file's size and the root of a Merkle tree with 128 hashes a block. Unlike a plain SHA-256 its parts can
/// be hashed side by side: see ``segmentSize``, ``segmentHash(_:using:)`` and ``digest(segmentHashes:size:)``.
package enum FSVerity {
    /// Bytes in a block of data and in a block of hashes.
    package static let blockSize = 4096
    /// Hashes in a full block of hashes.
    package static let hashesPerBlock = blockSize / Digest.size
    /// The data that one block of hashes covers: 512 KiB.
    ///
    /// Segments can be hashed in any order and on any core.
    package static let segmentSize = blockSize * hashesPerBlock

    /// The hashes of a segment's blocks, as the one block of hashes that stands for it in the tree above.
    ///
    /// - Parameter data: ``segmentSize`` bytes, or fewer for a file's last segment; not empty.
    /// - Returns: the hash of the block of hashes, and the hash of its first data block, which is what counts in a file
    ///   of a single block.
    package static func segmentHash(
        _ data: UnsafeRawBufferPointer, using hasher: borrowing SHA256Hasher
    ) -> SegmentHash {
        precondition(!data.isEmpty && data.count <= segmentSize)
        var first: Digest?
        var level: [Digest] = []
        level.reserveCapacity(hashesPerBlock)
        var offset = 0
        while offset < data.count {
            let count = min(blockSize, data.count - offset)
            let hash = paddedHash(UnsafeRawBufferPointer(rebasing: data[offset..<offset + count]), using: hasher)
            if first == nil { first = hash }
            level.append(hash)
            offset += count
        }
        return SegmentHash(
            level: blockHash(level[...], using: hasher), firstBlock: first ?? Digest { _ in })
    }

    /// A segment's place in the tree.
    package struct SegmentHash: Sendable {
        let level: Digest
        let firstBlock: Digest
    }

    /// The file digest, from the hashes of all its segments in order.
    package static func digest(segmentHashes: [SegmentHash], size: UInt64) -> Digest {
        precondition(segmentHashes.count == Int((size + UInt64(segmentSize) - 1) / UInt64(segmentSize)))
        let hasher = SHA256Hasher()
        guard let first = segmentHashes.first else { return descriptorDigest(root: nil, size: 0, using: hasher) }
        if size <= UInt64(blockSize) { return descriptorDigest(root: first.firstBlock, size: size, using: hasher) }
        var level = segmentHashes.map(\.level)
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: hashesPerBlock).map {
                blockHash(level[$0..<min($0 + hashesPerBlock, level.count)], using: hasher)
            }
        }
        return descriptorDigest(root: level[0], size: size, using: hasher)
    }

    private static let zeroes = [UInt8](repeating: 0, count: blockSize)

    private static func paddedHash(_ data: UnsafeRawBufferPointer, using hasher: borrowing SHA256Hasher) -> Digest {
        hasher.update(data)
        if data.count < blockSize {
            zeroes.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[data.count...])) }
        }
        return hasher.finish()
    }

    private static func blockHash(_ hashes: ArraySlice<Digest>, using hasher: borrowing SHA256Hasher) -> Digest {
        for hash in hashes { hasher.update(hash) }
        let padding = blockSize - hashes.count * Digest.size
        if padding > 0 { zeroes.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<padding])) } }
        return hasher.finish()
    }

    /// struct fsverity_descriptor: version 1, algorithm 1 (SHA-256), log2(block size) 12, no salt, size, root hash.
    private static func descriptorDigest(root: Digest?, size: UInt64, using hasher: borrowing SHA256Hasher) -> Digest {
        var descriptor: [UInt8] = [1, 1, 12, 0, 0, 0, 0, 0]
        descriptor += (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * UInt64($0))) }
        descriptor += root?.bytes ?? [UInt8](repeating: 0, count: Digest.size)
        descriptor += [UInt8](repeating: 0, count: 256 - descriptor.count)
        hasher.update(descriptor)
        return hasher.finish()
    }
}

/// Takes a file's bytes in order, in pieces of any size, and gives its fs-verity digest.
package struct FSVerityHasher: ~Copyable {
    private let hasher = SHA256Hasher()
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: FSVerity.segmentSize, alignment: 16)
    private var filled = 0
    private var size: UInt64 = 0
    private var segments: [FSVerity.SegmentHash] = []

    package init() {}

    deinit { buffer.deallocate() }

    /// Adds bytes to the file.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        size += UInt64(bytes.count)
        var rest = bytes[...]
        while !rest.isEmpty {
            if filled == 0, rest.count >= FSVerity.segmentSize {
                let segment = rest.prefix(FSVerity.segmentSize)
                segments.append(FSVerity.segmentHash(UnsafeRawBufferPointer(rebasing: segment), using: hasher))
                rest = rest.dropFirst(FSVerity.segmentSize)
                continue
            }
            let count = min(FSVerity.segmentSize - filled, rest.count)
            UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
            filled += count
            rest = rest.dropFirst(count)
            if filled == FSVerity.segmentSize { closeSegment() }
        }
    }

    /// The digest of all bytes added.
    ///
    /// The hasher starts anew afterwards.
    package mutating func finish() -> Digest {
        if filled > 0 { closeSegment() }
        let digest = FSVerity.digest(segmentHashes: segments, size: size)
        segments = []
        size = 0
        return digest
    }

    private mutating func closeSegment() {
        segments.append(
            FSVerity.segmentHash(UnsafeRawBufferPointer(rebasing: buffer[..<filled]), using: hasher))
        filled = 0
    }
}
