import Foundation

/// How much a run of the tests tries: `scripts/test --full` asks for everything.
package enum TestTier {
    package static let isFull = ProcessInfo.processInfo.environment["EVIDENCE_TEST_FULL"] == "1"

    /// Whether a sanitizer watches (`scripts/check-sanitizers`), so that memory can't be measured.
    package static let isSanitized = ProcessInfo.processInfo.environment["EVIDENCE_TEST_SANITIZER"] != nil

    /// All of these in a full run, else one in `step`, so that a quick run stays quick.
    package static func some<Item>(_ all: [Item], oneIn step: Int) -> [Item] {
        isFull ? all : all.enumerated().filter { $0.offset % step == 0 }.map(\.element)
    }
}
