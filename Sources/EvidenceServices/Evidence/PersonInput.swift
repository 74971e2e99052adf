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

    /// Reads `NAME`, `NAME:RANK` or `NAME:RANK:UNIT`, with full-width colons as well; nil for anything else.
    ///
    /// - Parameter role: the part that the person has in the team.
    package static func member(_ text: String, role: String) -> DossierDetails.Member? {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "：" }
            .map { String($0).trimmed }
        guard (1...3).contains(parts.count), !parts.contains("") else { return nil }
        return DossierDetails.Member(
            name: parts[0], role: role, rank: parts.count > 1 ? parts[1] : nil, unit: parts.count > 2 ? parts[2] : nil)
    }
}
