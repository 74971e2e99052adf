internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage

/// Where the files of a new bag go.
protocol BagTarget {
    /// Gives the bytes of a file to `take`, piece by piece; each time it is called, the same ones.
    typealias Content = (_ take: @escaping ([UInt8]) throws -> Void) throws -> Void

    /// Writes a file.
    ///
    /// - Parameter content: may be called twice.
    func write(to path: String, _ content: Content) throws -> (digest: Digest, size: UInt64)

    /// Copies a file.
    ///
    /// - Parameter progress: called with the bytes copied since the last call; may throw to stop.
    /// - Returns: SHA-256 of the bytes that were written.
    func copy(_ source: FilePath, to path: String, progress: (Int) throws -> Void) throws -> Digest

    /// Ends the bag: all that was written is durable when it returns, the name of the whole aside.
    func finish() throws
}

/// Writes the files of a new bag and keeps what its manifests have to say of them.
final class BagWriter {
    private let target: any BagTarget
    /// The payload's size so far.
    private(set) var payload = BagInfo.PayloadSize()
    private var files: [(path: String, digest: Digest, size: UInt64)] = []

    init(_ target: any BagTarget) { self.target = target }

    /// The payload's files written so far, sorted by the bytes of their paths.
    var payloadFiles: [(path: String, digest: Digest, size: UInt64)] { listed { $0.hasPrefix(BagPath.payload) } }

    /// The manifest of the payload written so far.
    var payloadManifest: String { BagWriter.manifest(payloadFiles) }

    /// The manifest of the other files written so far.
    var tagManifest: String { BagWriter.manifest(listed { !$0.hasPrefix(BagPath.payload) }) }

    private func listed(_ isListed: (String) -> Bool) -> [(path: String, digest: Digest, size: UInt64)] {
        files.filter { isListed($0.path) }.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private static func manifest(_ files: [(path: String, digest: Digest, size: UInt64)]) -> String {
        files.map { BagManifest.line($0.digest, $0.path) }.joined()
    }

    func write(_ bytes: [UInt8], to path: String) throws { try write(to: path) { try $0(bytes) } }

    func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

    /// Writes a file piece by piece.
    ///
    /// - Parameter content: may be called twice, and then has to give the same bytes again: a ZIP wants a file's size and
    ///   checksum before its bytes, and nothing is kept on a disk in between.
    func write(to path: String, _ content: BagTarget.Content) throws {
        let (digest, size) = try target.write(to: path, content)
        record(path, digest, size: size)
    }

    /// Copies a file.
    ///
    /// - Returns: SHA-256 of the bytes that were written.
    func copy(
        _ source: FilePath, size: UInt64, to path: String, progress: (Int) throws -> Void
    ) throws -> Digest {
        let found = try target.copy(source, to: path, progress: progress)
        record(path, found, size: size)
        return found
    }

    private func record(_ path: String, _ digest: Digest, size: UInt64) {
        files.append((path, digest, size))
        guard path.hasPrefix(BagPath.payload) else { return }
        payload.bytes += size
        payload.files += 1
    }

    /// Ends the bag: all is durable when it returns, the name of the whole aside.
    func finish() throws { try target.finish() }
}
