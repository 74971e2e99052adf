internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

/// Holds a log to what somebody was given of it, be the log an archive's, a bundle's or a published one.
struct ClaimCheck {
    let claims: [Claim]

    init(_ claims: [Claim]) { self.claims = claims }

    /// The sizes at which the tree's root has to be known.
    var wantedSizes: Set<UInt64> { Set(claims.map(\.size)) }

    /// Reports what the log does not keep to.
    ///
    /// - Parameters:
    ///   - key: the archive's; nil where it is not known.
    ///   - origin: what the log calls its archive.
    ///   - roots: the tree's roots at the wanted sizes, as computed from the entries' bytes.
    ///   - tile: reads a tile of the log, to find the entry at which it parts; nil where that can't be looked for.
    func check(
        key: VerifierKey?, origin: String, size: UInt64, roots: [UInt64: Digest],
        tile: ((Tile.ID) throws -> [UInt8])? = nil, report: (Problem) -> Void
    ) {
        for claim in claims {
            guard claim.origin.hasSameBytes(as: origin) else {
                report(.claimOfAnother(claim, found: origin))
                continue
            }
            let isOurs = key.map { claim.isSigned(by: $0) } ?? true
            if claim.size > size {
                if let seq = ClaimCheck.firstDifference(claim, tile, below: size) {
                    report(.historiesPart(claim, size: size, at: seq, isOurs: isOurs))
                } else {
                    report(
                        claim.admitsLoss
                            ? .lostBeforeSuccessor(claim, size: size)
                            : .behindClaim(claim, size: size, isOurs: isOurs))
                }
            } else if let root = roots[claim.size], root != claim.root {
                let seq = ClaimCheck.firstDifference(claim, tile, below: claim.size)
                report(.claimContradicted(claim, found: root, at: seq, isOurs: isOurs))
            }
        }
    }

    /// Whether what the reader was given fixes the log's beginning, and with it the key: the log extends it, and nobody else signed
    /// it.
    func agree(key: VerifierKey, origin: String, roots: [UInt64: Digest]) -> Bool {
        claims.contains {
            $0.size > 0 && $0.origin.hasSameBytes(as: origin) && roots[$0.size] == $0.root && $0.isSigned(by: key)
        }
    }

    /// Reports what does not fit what an archive says of the older one that it continues: of that no more entries, and no others,
    /// may be known.
    func check(_ continued: ArchiveCreated.Continued, report: (Problem) -> Void) {
        for claim in claims where claim.origin.hasSameBytes(as: continued.origin) {
            if claim.size > continued.size {
                report(.leftOutBySuccessor(claim, continued))
            } else if claim.size == continued.size, claim.root != continued.root {
                report(.successorContradicted(claim, continued))
            }
        }
    }

    /// The first entry that is another in the tree that the claim is about; nil where that can't be told.
    private static func firstDifference(
        _ claim: Claim, _ tile: ((Tile.ID) throws -> [UInt8])?, below size: UInt64
    ) -> UInt64? {
        guard let own = tile, let other = claim.tile else { return nil }
        return try? TreeDifference.first(size: size, own, other)
    }
}

extension Problem {
    private static func notOurs(_ isOurs: Bool) -> Message {
        isOurs
            ? Message(en: "", zh: "")
            : Message(
                en:
                    " It is signed by another key than this archive's: either this is not the archive that gave it, or it was never given.",
                zh: "该文件由其他密钥签署：要么这不是出具它的档案，要么它从未由该档案出具。")
    }

    static func claimOfAnother(_ claim: Claim, found: String) -> Problem {
        Problem(
            .archiveReplaced, path: claim.source, expected: claim.origin, found: found,
            en:
                "“\(claim.source)” is about the archive “\(claim.origin.shown)”, and this one is “\(found.shown)”: it is not the archive that it was taken from.",
            zh: "“\(claim.source)”出自档案“\(claim.origin.shown)”，而此档案是“\(found.shown)”：不是同一个档案。")
    }

    static func behindClaim(_ claim: Claim, size: UInt64, isOurs: Bool) -> Problem {
        Problem(
            .rolledBack, seq: size, path: claim.source, expected: String(claim.size), found: String(size),
            en:
                "“\(claim.source)” says that there were \(claim.size) entries, and this log has only \(size): the newest were cut off, or this is an old copy.\(notOurs(isOurs).en)",
            zh: "“\(claim.source)”表明曾有 \(claim.size) 条，而此日志只有 \(size) 条：最新的被截去，或这是旧副本。\(notOurs(isOurs).zh)")
    }

    static func historiesPart(_ claim: Claim, size: UInt64, at seq: UInt64, isOurs: Bool) -> Problem {
        Problem(
            .historyRewritten, seq: seq, path: claim.source, expected: String(claim.size), found: String(size),
            en:
                "This log and “\(claim.source)” (\(claim.size) entries) are two histories: the first entry that differs is \(seq).\(notOurs(isOurs).en)",
            zh: "此日志与“\(claim.source)”（\(claim.size) 条）是两份不同的历史：首个不同的条目是第 \(seq) 条。\(notOurs(isOurs).zh)")
    }

    static func leftOutBySuccessor(_ claim: Claim, _ continued: ArchiveCreated.Continued) -> Problem {
        let leftOut = claim.size - continued.size
        return Problem(
            .rolledBack, seq: continued.size, path: claim.source, expected: String(claim.size),
            found: String(continued.size),
            en:
                "“\(claim.source)” says that there were \(claim.size) entries in “\(continued.origin.shown)”, and this archive continues \(continued.size) of them (\(continued.reason.shown)): \(leftOut) are left out.",
            zh:
                "“\(claim.source)”表明“\(continued.origin.shown)”曾有 \(claim.size) 条，而此档案只接续其中 \(continued.size) 条（原因：\(continued.reason.shown)）：有 \(leftOut) 条被略去。"
        )
    }

    static func successorContradicted(_ claim: Claim, _ continued: ArchiveCreated.Continued) -> Problem {
        Problem(
            .historyRewritten, seq: continued.size - min(continued.size, 1), path: claim.source,
            expected: Base64.encode(claim.root.bytes), found: Base64.encode(continued.root.bytes),
            en:
                "The \(continued.size) entries of “\(continued.origin.shown)” that this archive continues are not those of “\(claim.source)”: history was rewritten.",
            zh: "此档案所接续的“\(continued.origin.shown)”的 \(continued.size) 条与“\(claim.source)”不符：历史被改写。")
    }

    static func lostBeforeSuccessor(_ claim: Claim, size: UInt64) -> Problem {
        Problem(
            .behindMemory, path: claim.source, expected: String(claim.size), found: String(size),
            en:
                "“\(claim.source)” continues an archive of \(claim.size) entries, and here are only \(size) of them: the others were lost, and could not be checked.",
            zh: "“\(claim.source)”所接续的档案有 \(claim.size) 条，而此处只有 \(size) 条：其余已丢失，未能检查。")
    }

    static func claimContradicted(_ claim: Claim, found: Digest, at seq: UInt64?, isOurs: Bool) -> Problem {
        let place = seq.map {
            Message(en: " The first entry that differs is \($0).", zh: "首个不同的条目是第 \($0) 条。")
        }
        return Problem(
            .historyRewritten, seq: seq ?? claim.size - min(claim.size, 1), path: claim.source,
            expected: Base64.encode(claim.root.bytes), found: Base64.encode(found.bytes),
            en:
                "The first \(claim.size) entries are not those of “\(claim.source)”: history was rewritten.\(place?.en ?? "")\(notOurs(isOurs).en)",
            zh: "前 \(claim.size) 条与“\(claim.source)”不符：历史被改写。\(place?.zh ?? "")\(notOurs(isOurs).zh)")
    }
}
