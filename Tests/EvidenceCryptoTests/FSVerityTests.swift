import EvidenceCrypto
import Foundation
import Testing

struct FSVerityTests {
    static let sizes = [
        0, 1, 4_095, 4_096, 4_097, 8_192, 128 * 4_096 - 1, 128 * 4_096, 128 * 4_096 + 1, 1 << 20, 1 << 20 + 7,
        129 * 4_096 * 3,
    ]

    /// What the `fsverity` program says of a file, with the parameters that are ours.
    func toolDigest(_ path: String) throws -> String {
        let output = try Tool.run(
            "fsverity", "digest", "--hash-alg=sha256", "--block-size=4096", "--compact", path)
        #expect(output.status == 0)
        return output.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func streamed(_ bytes: [UInt8], pieces: [Int]) -> Digest {
        var hasher = FSVerityHasher()
        var start = 0
        var turn = 0
        while start < bytes.count {
            let end = min(start + pieces[turn % pieces.count], bytes.count)
            bytes[start..<end].withUnsafeBytes { hasher.update($0) }
            start = end
            turn += 1
        }
        return hasher.finish()
    }

    func segmented(_ bytes: [UInt8]) -> Digest {
        let hasher = SHA256Hasher()
        // In reverse, as a second core might be done first.
        let starts = Array(stride(from: 0, to: bytes.count, by: FSVerity.segmentSize))
        var hashes: [FSVerity.SegmentHash] = []
        for start in starts.reversed() {
            bytes[start..<min(start + FSVerity.segmentSize, bytes.count)].withUnsafeBytes {
                hashes.insert(FSVerity.segmentHash($0, using: hasher), at: 0)
            }
        }
        return FSVerity.digest(segmentHashes: hashes, size: UInt64(bytes.count))
    }

    @Test(arguments: sizes)
    func `a file's digest is what fsverity says`(size: Int) throws {
        let folder = try TemporaryFolder()
        let bytes = noise(size, seed: UInt64(size) + 3)
        let expected = try toolDigest(folder.write("file", bytes))
        #expect(segmented(bytes).hex == expected)
        #expect(streamed(bytes, pieces: [bytes.count + 1]).hex == expected)
        #expect(streamed(bytes, pieces: [997, 4_096, 1, 65_537]).hex == expected)
        #expect(streamed(bytes, pieces: [FSVerity.segmentSize - 1, 2, FSVerity.segmentSize + 3]).hex == expected)
    }

    @Test func `a file with three levels of hashes has the digest that fsverity says`() throws {
        let folder = try TemporaryFolder()
        let size = 128 * 128 * 4_096 + 1
        let path = try folder.write("sparse", [])
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: UInt64(size))
        try handle.close()
        let expected = try toolDigest(path)

        let zeroes = [UInt8](repeating: 0, count: 1_000_003)
        var stream = FSVerityHasher()
        var rest = size
        while rest > 0 {
            zeroes.prefix(rest).withUnsafeBytes { stream.update($0) }
            rest -= min(rest, zeroes.count)
        }
        #expect(stream.finish().hex == expected)

        let hasher = SHA256Hasher()
        let segment = zeroes.withUnsafeBytes {
            FSVerity.segmentHash(UnsafeRawBufferPointer(rebasing: $0.prefix(FSVerity.segmentSize)), using: hasher)
        }
        let last = [UInt8(0)].withUnsafeBytes { FSVerity.segmentHash($0, using: hasher) }
        let segments = [FSVerity.SegmentHash](repeating: segment, count: 128) + [last]
        #expect(FSVerity.digest(segmentHashes: segments, size: UInt64(size)).hex == expected)
    }

    @Test func `a finished hasher starts anew`() {
        var hasher = FSVerityHasher()
        noise(600_000).withUnsafeBytes { hasher.update($0) }
        _ = hasher.finish()
        let second: [UInt8] = [1, 2, 3]
        second.withUnsafeBytes { hasher.update($0) }
        #expect(hasher.finish() == segmented(second))
        #expect(hasher.finish() == segmented([]))
    }

    @Test func `zeroes at a file's end count`() {
        // Blocks are padded with zeroes, so that only the size in the descriptor tells these files apart.
        let bytes = noise(100)
        #expect(segmented(bytes) != segmented(bytes + [0]))
    }
}
