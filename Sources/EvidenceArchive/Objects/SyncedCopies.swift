internal import Dispatch
internal import EvidenceFiles
internal import EvidenceRecord
internal import Synchronization

/// Copies that another thread makes durable, in their order.
final class SyncedCopies: Sendable {
    private let group = DispatchGroup()
    private let failure = Mutex<EvidenceError?>(nil)

    init(_ copies: [OpenFile]) {
        DispatchQueue.global().async(group: group) { [self] in
            for copy in copies {
                do { try copy.sync() } catch {
                    // What it covered can't be trusted, and what comes after it is not wanted any more.
                    return failure.withLock { $0 = .file(any: error, copy.path, writing: true) }
                }
            }
        }
    }

    /// Returns when all are durable; throws, each time anew, where one is not.
    func finish() throws {
        group.wait()
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}
