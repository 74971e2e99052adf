internal import Dispatch
internal import Synchronization

/// Work that goes on beside whoever began it.
package final class Background<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let work = DispatchGroup()

    package init(_ body: @escaping @Sendable () throws -> Value) {
        DispatchQueue.global().async(group: work) {
            let found = Result(catching: body)
            self.result.withLock { $0 = found }
        }
    }

    /// What came of it; waits for its end, so that it is never nil.
    ///
    /// - Throws: what the work threw, each time anew.
    package func value() throws -> Value? {
        work.wait()
        return try result.withLock { $0 }?.get()
    }
}
