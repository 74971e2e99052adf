internal import Dispatch
internal import Synchronization

/// Work that goes on beside whoever began it.
final class Background<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let work = DispatchGroup()

    init(_ body: @escaping @Sendable () throws -> Value) {
        DispatchQueue.global().async(group: work) {
            let found = Result(catching: body)
            self.result.withLock { $0 = found }
        }
    }

    /// What came of it; waits for its end.
    func value() throws -> Value? {
        work.wait()
        return try result.withLock { $0 }?.get()
    }
}
