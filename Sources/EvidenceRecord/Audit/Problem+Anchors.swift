package import EvidenceCrypto

extension Problem {
    /// Nothing outside the archive covers the log.
    package static func noOutsideAnchor() -> Problem {
        Problem(
            .noOutsideAnchor,
            en:
                "No witness and no timestamp that you trust covers this archive: whoever holds all its keys could still write another history.",
            zh: "没有您所信任的见证或时间戳覆盖此档案：持有全部密钥的人仍可另写一份历史。")
    }

    /// The archive's anchors count from 1 without a gap, and entries record them in that order.
    package static func anchorMissing(
        number: UInt64, _ path: String, recordedBy seq: UInt64? = nil, expected: Digest? = nil, found: Digest? = nil
    ) -> Problem {
        if let seq {
            return Problem(
                .anchorMissing, seq: seq, expected: expected?.hex, found: found?.hex,
                en:
                    "Entry \(seq) records a witness's signature or a timestamp that is not in the archive as number \(number): it was removed or exchanged.",
                zh: "第 \(seq) 条记载的见证签名或时间戳（第 \(number) 号）不在档案中：已被移除或调换。")
        }
        return Problem(
            .anchorMissing, path: path, expected: "\(number)",
            en:
                "Number \(number) of the archive's signatures by witnesses and timestamps is not there: it was removed.",
            zh: "档案中第 \(number) 号见证签名或时间戳缺失：已被移除。")
    }

    package static func anchorInvalid(number: UInt64, _ path: String, _ reason: Message) -> Problem {
        Problem(
            .anchorInvalid, path: path, found: "\(number)",
            en:
                "Number \(number) of the archive's signatures by witnesses and timestamps is not what it claims to be: \(reason.en).",
            zh: "档案中第 \(number) 号见证签名或时间戳与其所称不符：\(reason.zh)。")
    }

    static func anchorNotTrusted(_ kind: Anchor.Kind, by: String, count: Int) -> Problem {
        switch kind {
        case .cosignature:
            Problem(
                .anchorNotTrusted, found: by,
                en:
                    "There are signatures over checkpoints of this archive (\(count)) in the name of the witness “\(by.shown)”, which could not be checked, since you have not said that you trust it: anybody could have written them. Get its key from whoever runs it, then run evidence trust KEY.",
                zh:
                    "此档案的检查点上有以见证人“\(by.shown)”名义所作的签名（\(count) 个）。您尚未信任该见证人，签名未能检查，也可能是他人伪造。请向见证人取得公钥，再执行 evidence trust KEY。"
            )
        case .timestamp:
            Problem(
                .anchorNotTrusted, found: by,
                en:
                    "There are timestamps for this archive (\(count)) in the name of “\(by.shown)”, which could not be checked, since you trust none of its root certificates: anybody could have made them. Get the certificate from the authority, then run evidence trust FILE.pem.",
                zh:
                    "此档案有以“\(by.shown)”名义签发的时间戳（\(count) 个）。您尚未信任其根证书，时间戳未能检查，也可能是他人伪造。请向该时间戳机构取得证书，再执行 evidence trust FILE.pem。"
            )
        }
    }

    /// - Parameter covered: how many entries have witnesses enough; 0 for none.
    package static func policyNotMet(covered: UInt64, size: UInt64) -> Problem {
        covered == 0
            ? Problem(
                .policyNotMet, expected: String(size), found: "0",
                en:
                    "Not as many witnesses as your policy asks for have signed any checkpoint of this archive together: by your policy, nobody outside vouches for it.",
                zh: "没有任何检查点得到您的策略所要求的见证人共同签署：按此策略，尚无外部见证。")
            : Problem(
                .policyNotMet, seq: covered, expected: String(size), found: String(covered),
                en:
                    "As many witnesses as your policy asks for have signed the first \(covered) of \(size) entries; the newest \(size - covered) are not witnessed so.",
                zh: "策略所要求的见证人共同签署了 \(size) 条中的前 \(covered) 条，其后的 \(size - covered) 条尚未如此见证。")
    }

    /// - Parameter isLate: whether the entry says that it is younger than the outside saw it; else it says that it is
    ///   older than something that was there before it.
    static func timeContradicted(
        _ seq: UInt64, found: Timestamp, isLate: Bool, _ outside: OutsideTime
    ) -> Problem {
        isLate
            ? Problem(
                .timeContradicted, seq: seq, expected: outside.time.description, found: found.description,
                en:
                    "Entry \(seq) says it was written at \(found), but “\(outside.by.shown)” saw it at \(outside.time) already: one of the two clocks was wrong.",
                zh:
                    "第 \(seq) 条自称写于 \(found)，但“\(outside.by.shown)”在 \(outside.time) 时已见到它：两者的时钟必有一误。")
            : Problem(
                .timeContradicted, seq: seq, expected: outside.time.description, found: found.description,
                en:
                    "Entry \(seq) says it was written at \(found), but what “\(outside.by.shown)” gave at \(outside.time) was there before it: one of the two clocks was wrong, or the archive's was set back.",
                zh:
                    "第 \(seq) 条自称写于 \(found)，但在它之前已有“\(outside.by.shown)”在 \(outside.time) 出具的凭据：两者的时钟必有一误，或档案时钟被回拨。")
    }
}
