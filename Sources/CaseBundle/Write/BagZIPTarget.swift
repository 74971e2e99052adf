internal import EvidenceCrypto
internal import EvidenceFiles
internal import SystemPackage
internal import ZIPFile

/// A bag in a ZIP file, at its root.
struct BagZIPTarget: BagTarget {
    let zip: ZIPWriter

    func write(to path: String, _ content: Content) throws -> (digest: Digest, size: UInt64) {
        let hasher = SHA256Hasher()
        var checksum = CRC32()
        var size: UInt64 = 0
        try content { bytes in
            hasher.update(bytes)
            checksum.update(bytes)
            size += UInt64(bytes.count)
        }
        try zip.add(path, size: size, crc32: checksum.value) { take in
            try content { bytes in try bytes.withUnsafeBytes { try take($0) } }
        }
        return (hasher.finish(), size)
    }

    func copy(_ source: FilePath, to path: String, progress: (Int) throws -> Void) throws -> Digest {
        // What can't be corrected later is read twice; the first time brings the work no further, but may be stopped.
        let crc32 = zip.needsChecksums ? try FileDigester.crc32(of: source) { _ in try progress(0) } : nil
        let span = try FileSpan.regular(source)
        return try zip.add(path, size: span.size, crc32: crc32) { take in
            try FileDigester.sha256(of: span) { bytes in
                try take(bytes)
                try progress(bytes.count)
            }
        }
    }

    func finish() throws { try zip.finish() }
}
