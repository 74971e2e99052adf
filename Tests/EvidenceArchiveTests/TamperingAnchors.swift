import EvidenceArchive
import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Foundation
import GRDB
import TransparencyLog

extension Tampering {
    /// Half an hour after the base archive's newest entry, and a day before the copy's first.
    private static let noon = "2026-03-12T12:00:00.000Z"
    private static let witnessed: Set<Problem.Code> = [.noOutsideAnchor]

    /// What can be done to what witnesses said of an archive.
    static let anchors: [Tampering] = [
        .log(.anchorMissing, "a witness's signature removed", seq: 19) {
            try $0.witness(at: noon)
            try $0.sql("DELETE FROM anchor")
        },
        .log(.anchorMissing, "the signature exchanged for another of the same witness", seq: 19, compares: true) {
            copy in
            try copy.witness(at: noon)
            let other = try copy.cosignature(.witness, at: "2026-03-12T11:00:00.000Z", size: 19)
            try copy.sql("UPDATE anchor SET token = :token", ["token": Data(other.token)])
        }.without(witnessed),
        .log(.anchorMissing, "the first of two signatures removed", seq: 19) { copy in
            try copy.witness(at: noon, recording: false)
            try copy.witness(at: "2026-03-12T12:30:00.000Z")
            try copy.sql("DELETE FROM anchor WHERE id = 1")
        }.without(witnessed),
        .log(.anchorMissing, "a signature that no entry records, removed before another") { copy in
            try copy.witness(at: noon, recording: false)
            try copy.witness(at: "2026-03-12T12:30:00.000Z", recording: false)
            try copy.sql("DELETE FROM anchor WHERE id = 1")
        }.without(witnessed),
        .log(.anchorInvalid, "the signature of a smaller checkpoint") { copy in
            let other = try copy.cosignature(.witness, at: noon, size: 18)
            try copy.trust(.witness(TestKey.witness.verifier))
            try copy.keep(Anchor(.cosignature, size: 19, token: other.token))
        },
        .log(.anchorInvalid, "a signature forged under the witness's name") { copy in
            try copy.trust(.witness(TestKey.witness.verifier))
            let note = try copy.checkpoints().last?.note ?? []
            let text = try SignedNote(parsing: note).text
            let key = TestKey.witness.verifier
            let forged = try Cosignature.sign(
                noteText: text + "x\n", as: key, with: TestKey.witness.privateKey, time: 1_773_316_800)
            try copy.keep(Anchor(forged, size: 19))
        },
        .log(.anchorInvalid, "noise in place of a token") {
            try $0.keep(Anchor(.cosignature, size: 19, token: [1, 2]))
        },
        .log(.anchorInvalid, "two signatures in one token") { copy in
            try copy.trust(.witness(TestKey.witness.verifier))
            let one = try copy.cosignature(.witness, at: noon, size: 19)
            try copy.keep(Anchor(.cosignature, size: 19, token: one.token + one.token))
        },
        .log(.anchorInvalid, "an entry that says another time of it than the witness") { copy in
            try copy.witness(at: noon, recording: false)
            let anchor = try copy.cosignature(.witness, at: noon, size: 19)
            var body = try CheckpointAnchored(anchor).json
            body["time"] = .string("2026-03-12T09:00:00.000Z")
            try copy.append(by: "lisi") { _ in [LogForge.Item(.checkpointAnchored, [], body)] }
        }.without(witnessed).also([.timeContradicted]),
        .log(.anchorNotTrusted, "a witness that nobody here trusts") { try $0.witness(at: noon, trusting: false) },
        .log(.timeContradicted, "an entry that a witness saw before it says it was written", seq: 18) {
            try $0.witness(at: "2026-03-12T00:30:00.000Z")
        }.without(witnessed),
        .log(.timeContradicted, "an archive's clock set back behind a witness's", seq: 19) {
            try $0.witness(at: "2026-03-14T12:00:00.000Z")
        }.without(witnessed),
        .log(.bodyMalformed, "an entry that records a signature of a later checkpoint", seq: 19) { copy in
            var body = try CheckpointAnchored(copy.cosignature(.witness, at: noon, size: 19)).json
            body["size"] = .integer(21)
            try copy.append(by: "lisi") { _ in [LogForge.Item(.checkpointAnchored, [], body)] }
        }.also([.anchorMissing]),
        .log(.targetInvalid, "a record of a witness's signature amended", seq: 20) { copy in
            try copy.witness(at: noon)
            try copy.append(by: "lisi") { forge in
                var item = LogForge.Item.amended(forge.reference(19))
                item.time = "2026-03-13T01:30:01.000Z"
                return [item]
            }
        }.without(witnessed),
    ]

    private func without(_ codes: Set<Problem.Code>) -> Tampering {
        var tampering = self
        tampering.without = codes
        return tampering
    }

    private func also(_ codes: Set<Problem.Code>) -> Tampering {
        var tampering = self
        tampering.also = codes
        return tampering
    }
}

extension ArchiveCopy {
    /// Lets a witness sign the newest checkpoint and keeps its signature.
    ///
    /// - Parameter recording: whether an entry records it, as the next commit does.
    func witness(
        _ key: TestKey = .witness, at time: String, trusting: Bool = true, recording: Bool = true
    ) throws {
        if trusting { try trust(.witness(key.verifier)) }
        let size = try checkpoints().last?.size ?? 0
        let anchor = try cosignature(key, at: time, size: size)
        try keep(anchor)
        guard recording else { return }
        var items = try unrecorded().map { LogForge.Item(.checkpointAnchored, [], try CheckpointAnchored($0).json) }
        for place in items.indices { items[place].time = "2026-03-13T01:30:00.000Z" }
        try append(by: "lisi") { _ in items }
    }

    func cosignature(_ key: TestKey, at time: String, size: UInt64) throws -> Anchor {
        try key.cosignature(over: checkpoints().first { $0.size == size }?.note ?? [], at: time)
    }

    func trust(_ pin: Pin) throws { _ = try PinFile(desk.folders()).add([pin]) }

    /// Puts a token into the table, whatever it is.
    func keep(_ anchor: Anchor) throws {
        try sql(
            "INSERT INTO anchor VALUES ((SELECT coalesce(max(id), 0) + 1 FROM anchor), :size, :kind, :token)",
            ["size": Int64(anchor.size), "kind": anchor.kind.rawValue, "token": Data(anchor.token)])
    }

    /// Puts another token in the place of the one that is there.
    func exchangeToken(_ token: [UInt8]) throws { try sql("UPDATE anchor SET token = :token", ["token": Data(token)]) }

    private func unrecorded() throws -> [Anchor] {
        let archive = try Archive.open(path)
        var anchors: [Anchor] = []
        try archive.log.forEachAnchor { if let anchor = $0.anchor { anchors.append(anchor) } }
        let recorded = try archive.index(desk.folders()).entries(with: "type:checkpoint.anchored").count
        return Array(anchors.dropFirst(recorded))
    }
}
