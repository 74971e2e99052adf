/// Why bytes are no entry, body, slip or value of this format.
package struct RecordError: Error, Equatable {
    /// What kind of failure it was.
    package enum Code: Sendable {
        /// Not RFC 8785 canonical JSON, or outside what this format allows of it.
        case notCanonical
        /// A member is missing, of the wrong type, or out of range.
        case malformed
        /// A later version's, of which only the hashes can be checked.
        case notUnderstood
    }

    package let code: Code
    /// What is wrong and where.
    package let reason: Message

    package init(_ code: Code, en: String, zh: String) {
        self.code = code
        self.reason = Message(en: en, zh: zh)
    }
}
