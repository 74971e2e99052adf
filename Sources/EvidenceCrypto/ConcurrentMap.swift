internal import Dispatch
internal import Synchronization

extension Array where Element: Sendable {
    /// What `transform` makes of each element, in their order, worked out on all cores.
    ///
    /// No more run at once than there are cores.
    package func concurrentMap<Result: Sendable>(_ transform: @Sendable (Element) -> Result) -> [Result] {
        let results = Mutex<[Int: Result]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let result = transform(self[index])
            results.withLock { $0[index] = result }
        }
        return results.withLock { found in indices.compactMap { found[$0] } }
    }
}
