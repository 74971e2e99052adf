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
                report(
                    claim.admitsLoss
                        ? .lostBeforeSuccessor(claim, size: size) : .behindClaim(claim, size: size, isOurs: isOurs))
            } else if let root = roots[claim.size], root != claim.root {
                let seq = ClaimCheck.firstDifference(claim, tile)
                report(.claimContradicted(claim, found: root, at: seq, isOurs: isOurs))
            }
        }
    }

    /// The first entry that is another in the tree that the claim is about; nil where that can't be told.
    private static func firstDifference(_ claim: Claim, _ tile: ((Tile.ID) throws -> [UInt8])?) -> UInt64? {
        guard let own = tile, let other = claim.tile else { return nil }
        return try? TreeDifference.first(size: claim.size, own, other)
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
