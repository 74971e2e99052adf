internal import EvidenceCrypto
package import EvidenceRecord
internal import TransparencyLog

/// Bodies and items as the program would write them.
extension LogForge.Item {
    package static func created(_ key: TestKey = .archive) -> LogForge.Item {
        LogForge.Item(
            .archiveCreated, ArchiveCreated(key: key.verifier, title: "第三巡查组", continued: nil).json)
    }

    package static func enrolled(
        _ key: TestKey, person: String = "李四", mayEnrol: Bool = false
    ) throws -> LogForge.Item {
        LogForge.Item(.signerEnrolled, SignerEnrolled(slip: try key.slip(person: person), mayEnrol: mayEnrol).json)
    }

    package static func revoked(_ name: String) -> LogForge.Item {
        LogForge.Item(.signerRevoked, SignerRevoked(name: name, reason: "调离").json)
    }

    package static func opened(
        _ type: EntryType, _ id: DossierID, _ name: String, within parent: DossierID? = nil
    ) -> LogForge.Item {
        LogForge.Item(
            type, [id] + (parent.map { [$0] } ?? []),
            DossierOpened(id: id, name: name, title: nil, description: nil, unit: nil, content: nil).json)
    }

    package static func evidence(
        _ title: String, _ dossiers: [DossierID] = [], files: [FileRecord] = [], related: [EntryReference] = []
    ) -> LogForge.Item {
        var added = EvidenceAdded(kind: "document", title: title)
        added.files = files
        added.related = related
        return LogForge.Item(.evidenceAdded, dossiers, added.json)
    }

    /// A sealed record whose parts are these files.
    package static func sealed(_ parts: [FileRecord], _ dossiers: [DossierID] = []) -> LogForge.Item {
        let digest = SHA256Hasher.hash([1])
        let reader = Sealing.Reader(subject: "CN=检察官", certificate: digest, publicKey: digest)
        return LogForge.Item(
            .evidenceAdded, dossiers, EvidenceAdded(sealed: Sealing(body: digest, readers: [reader]), parts: parts).json
        )
    }

    package static func withdrawn(_ target: EntryReference, _ dossiers: [DossierID] = []) -> LogForge.Item {
        LogForge.Item(
            .entryWithdrawn, dossiers,
            EntryWithdrawn(target: target, amendments: [], authority: "省安委办", reason: "误录").json)
    }

    package static func amended(
        _ target: EntryReference, _ dossiers: [DossierID] = [], title: String = "更正后的标题"
    ) -> LogForge.Item {
        var set = JSONObject()
        set["title"] = .string(title)
        return LogForge.Item(
            .entryAmended, dossiers, EntryAmended(target: target, reason: "笔误", set: set, unset: []).json)
    }

    package static func moved(_ target: EntryReference, _ dossiers: [DossierID] = []) -> LogForge.Item {
        LogForge.Item(
            .custodyMoved, dossiers,
            CustodyMoved(target: target, from: "李四", to: "王五", at: nil, description: nil).json)
    }

    package static func lookedInto(_ target: EntryReference, _ dossiers: [DossierID] = []) -> LogForge.Item {
        LogForge.Item(
            .recordOpened, dossiers,
            RecordOpened(target: target, reader: SHA256Hasher.hash([1]), purpose: "核对").json)
    }

    package static func exported(_ id: DossierID, _ entries: [EntryReference]) -> LogForge.Item {
        LogForge.Item(
            .bundleExported, [id],
            BundleExported(dossier: id, recipient: nil, purpose: nil, entries: entries, withheld: []).json)
    }

    package static func linked(_ id: DossierID, _ entries: [EntryReference]) -> LogForge.Item {
        LogForge.Item(.dossierLinked, [id], DossierLinked(dossier: id, entries: entries).json)
    }

    package static func step(
        _ step: String, of id: DossierID, evidence: [EntryReference] = [], _ dossiers: [DossierID]
    ) -> LogForge.Item {
        var taken = StepTaken(dossier: id, step: step)
        taken.evidence = evidence
        return LogForge.Item(.caseStep, dossiers, taken.json)
    }

    package init(_ type: EntryType, _ body: JSONObject) { self.init(type, [], body) }

    /// The same with another body.
    package func bodied(_ change: (inout JSONObject) -> Void) -> LogForge.Item {
        var item = self
        change(&item.body)
        return item
    }

    /// The same, changed before it is hashed.
    package func edited(_ edit: @escaping @Sendable (inout JSONObject) -> Void) -> LogForge.Item {
        var item = self
        item.edit = edit
        return item
    }

    /// The same with other bytes for a body; the entry commits to them.
    package func body(_ bytes: [UInt8]) -> LogForge.Item {
        var item = self
        item.bodyBytes = bytes
        return item
    }

    /// The same with links as given.
    package func links(_ links: [DossierLink]) -> LogForge.Item {
        var item = self
        item.links = links
        return item
    }
}

extension DossierID {
    /// An identity for tests: sixteen times the same byte.
    package static func test(_ byte: UInt8) -> DossierID {
        guard let id = DossierID([UInt8](repeating: byte, count: DossierID.size)) else {
            preconditionFailure("16 bytes are a dossier's identity")
        }
        return id
    }
}
