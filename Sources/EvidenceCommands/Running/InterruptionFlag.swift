internal import Synchronization

/// A flag that a signal handler may set: an atomic, made before the handler is.
final class InterruptionFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    /// Sets the flag; true where it was set already.
    func set() -> Bool { flag.exchange(true, ordering: .relaxed) }
}
