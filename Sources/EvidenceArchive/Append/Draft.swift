package import EvidenceRecord

/// An entry about to be written: everything but its place in the log.
package struct Draft: Sendable {
    package let type: EntryType
    /// The dossiers it joins; one that it opens is among them.
    package let dossiers: [DossierID]
    /// The body's canonical bytes, salt included.
    package let body: [UInt8]

    package init(_ type: EntryType, dossiers: [DossierID] = [], body: [UInt8]) {
        self.type = type
        self.dossiers = dossiers
        self.body = body
    }
}
