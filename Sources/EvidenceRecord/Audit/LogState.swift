package import EvidenceCrypto
package import TransparencyLog

/// What all entries up to a size amount to, as far as the next entry depends on it.
///
/// ``LogAudit`` derives it from entries and bodies; the operator's memory keeps it between commits.
package struct LogState: Sendable {
    /// A person's key and what it may do.
    package struct Signer: Sendable, Equatable {
        package let key: VerifierKey
        package let person: String
        package let unit: String?
        package let role: String?
        package let mayEnrol: Bool
        /// The entry that enrolled it.
        package let enrolledAt: UInt64
        /// The entry that revoked it.
        package var revokedAt: UInt64?

        package init(
            key: VerifierKey, person: String, unit: String?, role: String?, mayEnrol: Bool, enrolledAt: UInt64,
            revokedAt: UInt64?
        ) {
            self.key = key
            self.person = person
            self.unit = unit
            self.role = role
            self.mayEnrol = mayEnrol
            self.enrolledAt = enrolledAt
            self.revokedAt = revokedAt
        }
    }

    /// A dossier's newest entry.
    package struct Dossier: Sendable, Equatable {
        /// The type of the entry that opened it.
        package let kind: EntryType
        /// The name people use, nil where the opening's body was not there to be read, or was withdrawn since.
        package fileprivate(set) var name: String?
        package let openedAt: UInt64
        /// The inspection within which a case was opened.
        package let parent: DossierID?
        package var count: UInt64
        package var head: Digest

        package init(
            kind: EntryType, name: String?, openedAt: UInt64, parent: DossierID?, count: UInt64, head: Digest
        ) {
            self.kind = kind
            self.name = name
            self.openedAt = openedAt
            self.parent = parent
            self.count = count
            self.head = head
        }
    }

    /// The tree of all entries.
    package var frontier = MerkleFrontier()
    /// The leaf hash of the newest entry.
    package var lastLeaf: Digest?
    /// The time of the newest entry.
    package var lastTime: Timestamp?
    /// The leaf hash of entry 0, which no other archive has.
    package var identity: Digest?
    /// The archive's key, from `archive.created`.
    package var archiveKey: VerifierKey?
    package var signers: [String: Signer] = [:]
    package var dossiers: [DossierID: Dossier] = [:]
    /// How many anchors `checkpoint.anchored` entries have recorded.
    package var anchors: UInt64 = 0
    private var names: [[UInt8]: DossierID] = [:]

    package init() {}

    package var size: UInt64 { frontier.size }

    /// The dossier that people call `name`, compared by bytes.
    package func dossier(named name: String) -> (id: DossierID, dossier: Dossier)? {
        guard let id = names[Array(name.utf8)], let dossier = dossiers[id] else { return nil }
        return (id, dossier)
    }

    /// Adds or replaces a dossier.
    package mutating func set(_ dossier: Dossier, id: DossierID) {
        dossiers[id] = dossier
        if let name = dossier.name { names[Array(name.utf8)] = id }
    }

    /// Takes its name from the dossier that an entry opened, whose withdrawal removes it: whoever reads the log later finds none.
    mutating func forgetName(openedBy seq: UInt64) {
        for (id, dossier) in dossiers where dossier.openedAt == seq {
            guard let name = dossier.name.map({ Array($0.utf8) }) else { continue }
            dossiers[id]?.name = nil
            if names[name] == id { names[name] = nil }
        }
    }

    /// The link by which a next entry joins a dossier; nil for a dossier that was not opened.
    package func nextLink(in id: DossierID) -> DossierLink? {
        dossiers[id].map { DossierLink(id: id, n: $0.count + 1, prev: $0.head) }
    }
}
