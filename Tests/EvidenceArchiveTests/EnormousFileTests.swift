import EvidenceCrypto
import EvidenceFiles
import EvidenceRecord
import Foundation
import Glibc
import Synchronization
import SystemPackage
import Testing

/// A stored file of a size that only a sparse one has, and that is said to have it.
struct EnormousFileTests {
    private struct Stopped: Error {}

    @Test func `what is kept of a file that is read does not grow with the size that it is said to have`() throws {
        let path = FilePath("/dev/shm/evidence-enormous-\(UUID().uuidString)")
        guard FileManager.default.createFile(atPath: path.string, contents: nil) else { return }
        defer { try? FileManager.default.removeItem(atPath: path.string) }
        let size: UInt64 = 1 << 61
        // Where shared memory has no such sizes, no such file can be there either.
        guard truncate(path.string, off_t(size)) == 0 else { return }
        let digest = SHA256Hasher.hash([])
        let next = Once(
            ExpectedFile(path: path, shownPath: "objects/00", size: size, sha256: digest, fsverity: digest, seq: 1))
        let checker = FileChecker(
            full: false, files: { next.take() }, report: { _ in }, progress: { _, _, _ in throw Stopped() })
        #expect(throws: Stopped.self) { try checker.run() }
    }
}

/// Gives one thing once.
private final class Once<Value: Sendable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: Value) { self.value = Mutex(value) }

    func take() -> Value? { value.withLock { $0.take() } }
}
