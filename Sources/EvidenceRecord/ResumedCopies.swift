/// What of the added files an earlier run had copied when it was stopped, so that it was not copied again.
package struct ResumedCopies: Sendable {
    package var files = 0
    package var bytes: UInt64 = 0
    /// The paths of files that are not what they were then.
    package var changed: [String] = []

    package init() {}
}
