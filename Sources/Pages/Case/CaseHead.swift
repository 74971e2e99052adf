package import EvidenceCrypto
package import EvidenceRecord

/// What a case's pages say of it as a whole.
package struct CaseHead: Sendable {
    /// The entry by which the case leaves the archive.
    package struct Export: Sendable {
        package let time: Timestamp
        package let person: PersonDetails
        package let recipient: String?
        package let purpose: String?
        /// The program with its version.
        package let agent: String

        package init(
            time: Timestamp, person: PersonDetails, recipient: String?, purpose: String?, agent: String
        ) {
            self.time = time
            self.person = person
            self.recipient = recipient
            self.purpose = purpose
            self.agent = agent
        }
    }

    /// How much there is of it.
    package struct Counts: Sendable, Equatable {
        /// Entries of the dossier and entries linked to it.
        package var entries = 0
        package var records = 0
        /// Files that are in the bundle; one that two records name counts twice.
        package var files = 0
        package var bytes: UInt64 = 0
        /// Files that were recorded where they lay, and stayed there.
        package var filesLeftOut = 0
        package var withheld = 0
        package var withdrawn = 0
        /// The first and the last day on which something happened, as its records claim.
        package var days: ClosedRange<CivilDate>?

        package init() {}

        package mutating func add(_ item: StoryItem) {
            entries += 1
            switch item.content {
            case .included, .earlierExport: break
            case .withheld: withheld += 1
            case .withdrawn: withdrawn += 1
            }
            guard let added = item.evidence else { return }
            records += 1
            if added.sealed != nil { return }
            for file in added.files {
                if file.held == .referenced {
                    filesLeftOut += 1
                } else {
                    files += 1
                    bytes.add(clamping: file.size)
                }
            }
            guard let day = added.moment?.date else { return }
            let last = max(day, added.occurredTo?.date ?? day)
            days = min(day, days?.lowerBound ?? day)...max(last, days?.upperBound ?? last)
        }
    }

    package let origin: String
    /// What people call the archive.
    package let archiveTitle: String?
    /// The type of the entry that opened it.
    package let kind: EntryType
    /// The opening, as it stands.
    package let opened: DossierOpened
    package let openedAt: Timestamp
    package let openedBy: PersonDetails
    package var counts: Counts
    /// Nil where it does not leave the archive.
    package let export: Export?
    /// The log's size and root, to the export where there is one.
    package let size: UInt64
    package let root: Digest
    /// Entries of other dossiers are not in the bundle.
    package let isSlim: Bool
    /// In which the pages write the archive's times.
    package let zone: TimeZoneOffset

    package init(
        origin: String, archiveTitle: String?, kind: EntryType, opened: DossierOpened, openedAt: Timestamp,
        openedBy: PersonDetails, counts: Counts, export: Export?, size: UInt64, root: Digest, isSlim: Bool,
        zone: TimeZoneOffset
    ) {
        self.origin = origin
        self.archiveTitle = archiveTitle
        self.kind = kind
        self.opened = opened
        self.openedAt = openedAt
        self.openedBy = openedBy
        self.counts = counts
        self.export = export
        self.size = size
        self.root = root
        self.isSlim = isSlim
        self.zone = zone
    }

    /// How the day on which it was entered is called.
    var opening: Message { Message(en: "Opened", zh: kind == .inspectionOpened ? "登记" : "立案") }

    /// A case or an inspection.
    var what: Message {
        kind == .inspectionOpened ? Message(en: "inspection", zh: "巡查") : Message(en: "case", zh: "案件")
    }
}
