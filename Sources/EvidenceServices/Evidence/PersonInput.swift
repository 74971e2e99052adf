package import EvidenceRecord

/// People as one types them.
package enum PersonInput {
    /// Reads `ROLE:NAME`, with a full-width colon as well, or a name alone; nil for anything else.
    package static func person(_ text: String) -> EvidenceAdded.Person? {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == ":" || $0 == "：" }
            .map { String($0).trimmed }
        guard let name = parts.last, !parts.contains("") else { return nil }
        return EvidenceAdded.Person(name: name, role: parts.count == 2 ? parts[0] : nil)
    }
}
