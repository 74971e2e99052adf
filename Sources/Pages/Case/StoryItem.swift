package import EvidenceCrypto
package import EvidenceRecord

/// One entry of a case, with all that a page says of it.
package struct StoryItem: Sendable {
    /// Whether what the entry recorded is in the bundle.
    package enum Content: Sendable {
        case included
        /// The exporter left it out; the entry alone is there.
        case withheld
        /// An earlier export of the case, which concerns whoever received that.
        case earlierExport
        /// The archive does not have it any more.
        case withdrawn
    }

    /// Its number in the dossier; nil for an entry that stands elsewhere and was linked.
    package let n: UInt64?
    package let history: EntryHistory
    package let content: Content
    /// By each who states something of it.
    package let outside: [OutsideBracket]
    /// The persons behind the key names of the entry and of those that concern it.
    package let people: [String: PersonDetails]
    /// Where the bundle has the record's files, by their SHA-256: paths of ASCII from the page on.
    package let paths: [Digest: String]
    /// Small pictures of files, as addresses that hold the picture itself, for a page with nothing beside it.
    package let stills: [Digest: String]

    package init(
        n: UInt64?, history: EntryHistory, content: Content, outside: [OutsideBracket], people: [String: PersonDetails],
        paths: [Digest: String], stills: [Digest: String] = [:]
    ) {
        self.n = n
        self.history = history
        self.content = content
        self.outside = outside
        self.people = people
        self.paths = paths
        self.stills = stills
    }

    var entry: Entry { history.record.entry }

    /// What it says now; nil where the pages may not or cannot say so.
    var object: JSONObject? { content == .included ? history.object : nil }
    var evidence: EvidenceAdded? { content == .included ? history.evidence : nil }

    var step: StepTaken? { content == .included ? history.step : nil }

    func person(_ record: LogRecord) -> PersonDetails {
        people[record.entry.actor] ?? PersonDetails(person: record.entry.actor, unit: nil, role: nil)
    }
}
