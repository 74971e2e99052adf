internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

/// Tells which of a bundle's files nothing in it proves.
///
/// Pages are the exporter's word, and are not made anew. The catalogue, what tells people how to check a bundle, and
/// `bag-info.txt` follow from the log and the program's version: they are made anew and compared. Whether one that differs
/// was written by another version or changed by somebody who can sign it, no bundle shows.
///
/// Not checked: the day and the program that `bag-info.txt` names.
struct UnprovenFiles {
    let bag: Bag
    let lists: BagCheck
    let log: BundledLog
    let dossier: DossierCheck
    let state: LogState
    let files: BundledFiles
    let seals: BundledSeals

    /// The pages, as far as they are there.
    var exportersWord: [String] { BundlePage.allCases.map(\.rawValue).filter(bag.has) }

    /// The files that are not what this program writes, or that it could not make anew.
    func notAsWritten() throws -> [String] {
        let info = try bag.contents(TagFile.info, limit: BundleLimit.tagFile) ?? []
        func value(_ label: String) -> String {
            let line = BagInfo.lines(label, in: info).first ?? []
            return String(decoding: line.dropFirst(label.utf8.count + 2), as: UTF8.self)
        }
        let text = text(date: value(BagInfo.day))
        let made: [(path: String, content: [UInt8]?)] = [
            (TagFile.verify, text.map { Array($0.english.utf8) }),
            (TagFile.chineseVerify, text.map { Array($0.chinese.utf8) }),
            (TagFile.program, VerifyText.program),
            (
                TagFile.info,
                text.map { text in
                    let info = BagInfo(
                        origin: text.origin, name: text.name, kind: text.kind, agent: value(BagInfo.agent),
                        date: text.date, payload: lists.payloadSize)
                    return Array(info.text.utf8)
                }
            ),
        ]
        let differing = try made.filter { bag.has($0.path) }.filter { file in
            try bag.contents(file.path, limit: BundleLimit.tagFile) != file.content
        }.map(\.path)
        let crate = BundlePart.crate.path
        return try bag.has(crate) && lists.digest(crate) != crateDigest(text) ? [crate] + differing : differing
    }

    /// What would be said of the bundle; nil where the log does not show it.
    private func text(date: String) -> VerifyText? {
        guard let description = dossier.description, let exporter = dossier.exporter, let key = state.archiveKey
        else { return nil }
        return VerifyText(
            origin: key.name, name: dossier.name(state) ?? description.name, kind: description.kind, date: date,
            exporter: exporter, filesLeftOut: files.leftOut.count, withheld: dossier.withheld.count,
            sealed: seals.count, isSlim: log.isSlim, hasTimestamps: log.hasTimestamps)
    }

    /// SHA-256 of the catalogue that would be written; nil where the log does not show it.
    private func crateDigest(_ text: VerifyText?) throws -> Digest? {
        guard let text, let description = dossier.description else { return nil }
        let seqs = dossier.own.sorted()
        let signers = state.signers.values.sorted { $0.key.name < $1.key.name }
        let contents = CrateWriter.Contents(
            dossier: description, title: try title(), origin: text.origin, date: text.date,
            signers: signers.map { ($0.key.name, $0.person) },
            files: lists.payloadFiles.filter { $0.path != BundlePart.crate.path }, seqs: seqs,
            names: { files.names[$0] },
            paths: { record in
                seals.paths(of: record.record.entry.seq)
                    ?? record.files.filter { $0.held == .stored }.compactMap { files.path(of: $0.sha256, in: bag) }
            })
        let hasher = SHA256Hasher()
        try CrateWriter.write(contents) {
            hasher.update($0)
        } records: { take in
            for seq in seqs {
                guard let record = try record(seq) else { continue }
                let actor = record.entry.actor
                try take(
                    CrateRecord(
                        record, isOut: true, person: state.signers[actor]?.person ?? actor,
                        isWithheld: dossier.withheld.contains(seq)))
            }
        }
        return hasher.finish()
    }

    /// The dossier's title with what amends it.
    private func title() throws -> String? {
        let seqs = dossier.own.sorted()
        guard let id = dossier.description?.dossier, let openedAt = state.dossiers[id]?.openedAt,
            let opening = try record(openedAt)
        else { return nil }
        var history = EntryHistory(opening)
        for seq in seqs { if let later = try record(seq) { history.absorb(later) } }
        return history.object.flatMap { try? DossierOpened($0) }?.title
    }

    /// An entry with its body, as far as they are there and can be read.
    private func record(_ seq: UInt64) throws -> LogRecord? {
        guard let bytes = try log.entry(seq) else { return nil }
        let body = try bag.contents(BundlePart.body(seq).path, limit: BundleLimit.body)
        return try? LogRecord(seq: seq, bytes: bytes, bodyBytes: body)
    }
}
