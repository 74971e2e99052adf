internal import CaseBundle
internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
internal import Pages
package import SystemPackage
internal import TransparencyLog

/// `evidence export`: a bundle for whoever is handed a case or an inspection.
///
/// Files and bodies are copied to a temporary place beside the target while no lock is held. Then, under the archive's
/// lock, the export becomes an entry of the case, and the log up to that entry completes the bundle. The target appears in
/// one step; after a failure there is none, and at worst the log has an export that never left.
package struct ExportCase {
    package struct Request: Sendable {
        package let name: String
        /// The type that opens the dossier: a case's or an inspection's.
        package let kind: EntryType
        package let target: FilePath
        package let recipient: String?
        package let purpose: String?
        /// The program with its version, for the bundle's description.
        package let agent: String
        package var form = ExportForm.folder
        /// Entries whose bodies and files stay with the archive, and with them what corrects them.
        package var withhold: [UInt64] = []
        /// To whom sealed records are sealed in the bundle; nil for the recipients that the whole is encrypted to.
        package var readers: [FilePath]?
        /// The private key that opens sealed records so that they can be sealed anew, in a PEM file.
        package var key: FilePath?
        /// Leaves the entries of other dossiers out.
        package var isSlim = false
        /// Hands over what earlier exports say of their recipients, too.
        package var withExports = false

        package init(
            name: String, kind: EntryType, target: FilePath, recipient: String?, purpose: String?, agent: String
        ) {
            self.name = name
            self.kind = kind
            self.target = target
            self.recipient = recipient
            self.purpose = purpose
            self.agent = agent
        }
    }

    package struct Result: Sendable {
        package let commit: CommitResult
        package let records: Int
        package let files: Int
        package let bytes: UInt64
        /// How many files of the case are not in the bundle, because they stayed outside the archive.
        package let filesLeftOut: Int
        /// The entries whose bodies stay with the archive.
        package let withheld: [UInt64]
        /// What goes with the bundle and comes back signed.
        let slip: HandoverSlip
        /// The entries that are sealed in the bundle.
        package let sealed: [UInt64]
    }

    private static let phase = Message(en: "copying", zh: "复制")

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    package func run(_ request: Request) throws -> Result {
        for (value, option) in [(request.recipient, "--recipient"), (request.purpose, "--purpose")] {
            if let value { try CorrectRecords.require(value, option) }
        }
        let archive = try context.openArchive()
        let keys = try context.unlock(archive)
        // The pages are signed, and made of what the index finds.
        if try !archive.proveIndex(context.folders, tick: context.checkInterruption) {
            context.warn(
                Message(
                    en: "The index was not what the log gives, and was made anew. Find out who changed it.",
                    zh: "索引与日志不符，已重新生成。请查明是谁改动的。"))
        }
        let reading = try LogReading(archive, context)
        let dossier = try reading.dossier(named: request.name, request.kind)
        let handOver = try handOver(request)
        let place = try NewPlace(
            target: request.target, kind: request.form.place, companion: HandOver.slip(beside: request.target))
        try place.prepare()
        // What would be refused at the end is refused before anything is copied.
        _ = try context.appendSession(archive)
        try requireContents(archive, dossier, request, handOver)

        let date = String(context.now().description.prefix(10))
        let result = try place.write { new, slip in
            let result = try request.form.write(at: new, date: date) { writer in
                try write(request, archive, keys, dossier, handOver, date, to: writer)
            }
            try Files.write(Array(HandoverText(result.slip).text.utf8), to: slip, mode: 0o600)
            return result
        }
        for warning in result.commit.warnings { context.warn(warning) }
        return result
    }

    private func write(
        _ request: Request, _ archive: Archive, _ keys: CommitKeys, _ dossier: LogReading.Dossier,
        _ handOver: HandOverSealed, _ date: String, to writer: BundleWriter
    ) throws -> Result {
        var copied = Copied(withheld: try withheld(request, archive, dossier))
        try copy(archive, dossier.id, request, handOver, writer, &copied)

        let session = try context.appendSession(archive)
        // What came into the case while files were copied.
        copied.withheld = try withheld(request, archive, dossier)
        let contents = try copy(archive, dossier.id, request, handOver, writer, &copied)
        let body = try context.body(
            BundleExported(
                dossier: dossier.id, recipient: request.recipient, purpose: request.purpose,
                entries: copied.references, withheld: copied.withheld.sorted { $0.seq < $1.seq }
            ).json)
        let parent = session.state.dossiers[dossier.id]?.parent
        let draft = Draft(.bundleExported, dossiers: [dossier.id] + (parent.map { [$0] } ?? []), body: body)
        let size = session.state.size
        let commit = try session.commit([draft], keys: keys)

        // What the commit recorded of anchors before the export itself.
        for seq in size..<commit.first {
            if let bytes = try archive.record(seq).bodyBytes { try writer.addBody(seq: seq, bytes: bytes) }
        }
        try writer.addBody(seq: commit.first, bytes: body)
        let included = Set(copied.references.map(\.seq) + [commit.first])
        let latest = try LogReading(archive, context)
        // What is withheld does not speak of the case itself either.
        let told = try latest.dossier(openedBy: dossier.openedAt, where: included.contains) ?? dossier
        let story = try CaseStory(
            latest, context, told,
            CaseStory.Extent(
                includes: included.contains, isSlim: request.isSlim, export: (commit.first, request.agent),
                size: commit.checkpoint.size, root: commit.checkpoint.root, anchors: session.state.anchors, trust: nil),
            shown: { .file(writer.path(of: $0)) })
        let description = DossierDescription(
            dossier: dossier.id, name: dossier.opened.name, kind: dossier.kind,
            entries: (contents.entries + [commit.first]).enumerated().map {
                DossierDescription.Place(n: UInt64($0.offset) + 1, seq: $0.element)
            },
            linked: contents.linked, isSlim: request.isSlim)
        let tree = try archive.provenTree(context) { tree in
            try tree.inclusion(of: commit.first, leafHash: commit.leafHashes[0], in: tree.checkpoint)
        }.tree
        let signers = session.state.signers.values.sorted { $0.key.name < $1.key.name }
        func sign(_ text: String) throws -> SignedNote {
            var note = try SignedNote(text: text, signatures: [])
            try note.sign(as: keys.archive.verifier, with: keys.archive.privateKey)
            try note.sign(as: keys.signer.verifier, with: keys.signer.privateKey)
            return note
        }
        let tagManifest = try writer.finish(
            log: log(of: archive, commit, session.state.anchors, tree), dossier: description,
            people: BundleWriter.People(
                archive: archive.created.key, signers: signers.map { (key: $0.key, person: $0.person) },
                exporter: keys.signer.verifier.name),
            label: BundleWriter.Label(
                title: told.opened.title, agent: request.agent, date: date),
            records: { take in
                for seq in (contents.entries + contents.linked + [commit.first]).sorted() {
                    let record = try archive.record(seq)
                    let isOut = copied.bodies.contains(seq) || seq == commit.first
                    let person = session.state.signers[record.entry.actor]?.person ?? record.entry.actor
                    try take(
                        CrateRecord(
                            record, isOut: isOut, person: person,
                            isWithheld: copied.withheld.contains { $0.seq == seq }))
                }
            }, page: story.write, sign: sign)
        let exporter = keys.signer.verifier.name
        let person = session.state.signers[exporter]
        // Nobody encrypts the slip: it says no more than whoever carries it has to know.
        let slip = try HandoverSlip(
            HandoverSlip.Details(
                archive: archive.created.key, dossier: dossier.id, name: dossier.opened.name,
                title: request.form.isEncrypted ? nil : told.opened.title,
                export: EntryReference(seq: commit.first, leafHash: commit.leafHashes[0]),
                time: try archive.record(commit.first).entry.time, exporter: exporter,
                person: PersonDetails(person: person?.person ?? exporter, unit: person?.unit, role: person?.role),
                recipient: request.recipient, purpose: request.purpose, tagManifest: tagManifest), sign: sign)
        return Result(
            commit: commit, records: copied.records, files: copied.files, bytes: copied.bytes,
            filesLeftOut: writer.filesLeftOut, withheld: copied.withheld.map(\.seq).sorted(), slip: slip,
            sealed: copied.sealed)
    }

    private func handOver(_ request: Request) throws -> HandOverSealed {
        var recipients: [Recipient] = []
        if let readers = request.readers {
            recipients = try context.recipients(readers)
        } else if case .encrypted(let all) = request.form {
            recipients = all
        }
        return HandOverSealed(key: try request.key.map { try context.decryptionKey($0) }, recipients: recipients)
    }

    /// Refuses, before anything is copied, what is missing, and what is sealed and can't be handed over.
    private func requireContents(
        _ archive: Archive, _ dossier: LogReading.Dossier, _ request: Request, _ handOver: HandOverSealed
    ) throws {
        let withheld = try Set(withheld(request, archive, dossier).map(\.seq))
        let reading = try LogReading(archive, context)
        let contents = try reading.contents(of: dossier.id)
        for seq in (contents.entries + contents.linked).sorted() {
            try context.checkInterruption()
            let record = try archive.record(seq)
            guard let body = record.body else {
                try reading.history(of: record).requireBody()
                continue
            }
            guard record.entry.type == .evidenceAdded, !withheld.contains(seq) else { continue }
            if let sealing = try EvidenceAdded(body).sealed { try handOver.require(sealing, seq) }
        }
    }

    private func log(
        of archive: Archive, _ commit: CommitResult, _ anchors: UInt64, _ tree: SignedTree
    ) -> BundleWriter.Log {
        BundleWriter.Log(
            size: commit.checkpoint.size, note: commit.note.bytes,
            entries: { try archive.log.entries(from: $0, below: $1) },
            checkpoint: { try archive.log.checkpoint(after: $0) }, tile: tree.tile, anchorCount: anchors,
            anchors: { take in
                try archive.log.forEachAnchor(count: anchors) { stored in
                    if let anchor = stored.anchor { try take(stored.number, anchor) }
                }
            })
    }

    /// The entries to withhold: those asked for, and what amends them or hands them on, since it speaks of them.
    private func withheld(
        _ request: Request, _ archive: Archive, _ dossier: LogReading.Dossier
    ) throws -> Set<EntryReference> {
        if request.withhold.isEmpty { return [] }
        let contents = try LogReading(archive, context).contents(of: dossier.id)
        let own = Set(contents.entries + contents.linked)
        let asked = try Set(request.withhold).sorted().map { seq in
            guard own.contains(seq) else {
                throw EvidenceError(
                    .badInput,
                    en: "Entry \(seq) does not belong to “\(request.name.shown)”: there is nothing to withhold.",
                    zh: "第 \(seq) 条不属于“\(request.name.shown)”，无须保留。")
            }
            let record = try archive.record(seq)
            guard let type = record.entry.type, type.mayBeWithheld else {
                throw EvidenceError(
                    .badInput,
                    en: "Entry \(seq) is \(record.entry.typeName.shown): no bundle can be checked without it.",
                    zh: "第 \(seq) 条为 \(record.entry.typeName.shown)，缺少它案卷包便无法核验，不能保留。")
            }
            return record.reference
        }
        let followers = try CorrectRecords(context).followers(of: asked, in: archive).filter { reference in
            try archive.record(reference.seq).entry.type?.mayBeWithheld == true
        }
        return Set(asked + followers)
    }

    /// What is in the bundle so far.
    private struct Copied {
        var withheld: Set<EntryReference>
        var bodies: Set<UInt64> = []
        var references: [EntryReference] = []
        /// The entries that went out sealed.
        var sealed: [UInt64] = []
        var records = 0
        var files = 0
        var bytes: UInt64 = 0
    }

    /// Copies what the bundle does not have yet: the bodies and files of the case, of what is linked to it, and the bodies
    /// that say who the signers are.
    ///
    /// Bodies of earlier exports stay behind unless they are asked for; they concern their recipients.
    @discardableResult
    private func copy(
        _ archive: Archive, _ id: DossierID, _ request: Request, _ handOver: HandOverSealed, _ writer: BundleWriter,
        _ copied: inout Copied
    ) throws -> (entries: [UInt64], linked: [UInt64]) {
        let reading = try LogReading(archive, context)
        let contents = try reading.contents(of: id)
        for type in EntryType.allCases where type.isFixed {
            for seq in try reading.entries(of: type) where copied.bodies.insert(seq).inserted {
                if let bytes = try archive.record(seq).bodyBytes { try writer.addBody(seq: seq, bytes: bytes) }
            }
        }
        let withheld = Set(copied.withheld.map(\.seq))
        for seq in (contents.entries + contents.linked).sorted()
        where !copied.bodies.contains(seq) && !withheld.contains(seq) {
            try context.checkInterruption()
            let record = try archive.record(seq)
            guard request.withExports || record.entry.type?.concernsRecipient != true, let body = record.body,
                let bytes = record.bodyBytes
            else { continue }
            copied.bodies.insert(seq)
            try writer.addBody(seq: seq, bytes: bytes)
            copied.references.append(record.reference)
            guard record.entry.type == .evidenceAdded else { continue }
            copied.records += 1
            let added = try EvidenceAdded(body)
            if added.sealed != nil {
                copied.sealed.append(seq)
                copied.files += try handOver.add(added, of: seq, from: archive.objects, to: writer) { count in
                    copied.bytes += UInt64(count)
                    try context.progress(
                        ProgressSnapshot(
                            phase: ExportCase.phase, filesDone: copied.files, bytesDone: Int64(copied.bytes)))
                }
                continue
            }
            for file in added.files {
                guard file.held == .stored else {
                    writer.leaveOut(file)
                    continue
                }
                copied.files += 1
                try writer.addFile(file, from: archive.objects.path(file.sha256)) { count in
                    copied.bytes += UInt64(count)
                    try context.progress(
                        ProgressSnapshot(
                            phase: ExportCase.phase, filesDone: copied.files, bytesDone: Int64(copied.bytes),
                            current: file.name))
                }
            }
        }
        return contents
    }
}
