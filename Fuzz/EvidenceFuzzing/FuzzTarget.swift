/// A reader of bytes that may come from anybody, with what has to hold whatever the bytes are.
///
/// That nothing traps, hangs or eats memory is for whoever runs it to see. `scripts/fuzz` invents inputs; the tests run those
/// that were kept.
package struct FuzzTarget: Sendable {
    /// Also the name of its folder in Tests/Fixtures/fuzz.
    package let name: String
    /// Reads the bytes, and throws ``BrokenPromise`` where what was read is not what it has to be.
    ///
    /// That bytes are refused is no error.
    package let check: @Sendable ([UInt8]) throws -> Void

    init(_ name: String, _ check: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
        self.check = check
    }

    package static let all =
        recordTargets + logTargets + cryptoTargets + tableTargets + textTargets + mediaTargets + fileTargets
}

/// What was read broke a rule that holds for all input.
package struct BrokenPromise: Error, CustomStringConvertible {
    package let description: String
}

/// Throws `promise` unless the condition holds.
func require(_ condition: Bool, _ promise: String) throws(BrokenPromise) {
    if !condition { throw BrokenPromise(description: promise) }
}
