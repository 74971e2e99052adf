internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

/// A witness's refusal, said to whoever brought the request.
struct WitnessRefusalText {
    private let refusal: WitnessRefusal
    private let request: WitnessRequest
    private let witness: VerifierKey
    private let isProven: Bool

    init(_ refusal: WitnessRefusal, request: WitnessRequest, witness: VerifierKey, isProven: Bool) {
        self.refusal = refusal
        self.request = request
        self.witness = witness
        self.isProven = isProven
    }

    private var origin: String { refusal.checkpoint.origin.shown }
    private var shown: Message { WitnessRefusalText.facts(refusal.checkpoint) }
    private var known: Message {
        guard let cosigned = refusal.cosigned else { return Message(en: "nothing", zh: "无") }
        let facts = WitnessRefusalText.facts(cosigned.checkpoint)
        return Message(
            en: "\(facts.en), cosigned at \(cosigned.time)", zh: "\(facts.zh)，见证时间 \(cosigned.time)")
    }

    static func facts(_ checkpoint: Checkpoint) -> Message {
        let root = Base64.encode(checkpoint.root.bytes)
        return Message(en: "\(checkpoint.size) entries with root \(root)", zh: "\(checkpoint.size) 条，根哈希 \(root)")
    }

    var error: EvidenceError {
        switch refusal.conflict {
        case .fork: twoHistories
        case .rollback: rollback
        case .inconsistent: isProven ? twoHistories : unproven
        case nil: plain
        }
    }

    private var twoHistories: EvidenceError {
        EvidenceError(
            .damaged,
            en:
                "Two histories of “\(origin)”, both signed with its key: \(known.en); and now \(shown.en), which is not the same and does not extend it. Nothing was cosigned. Both are kept as evidence: see evidence witness list.",
            zh:
                "“\(origin)”有两份历史，均由其密钥签署：一份为 \(known.zh)；现在这份为 \(shown.zh)，与前者不同，也不是其延续。未予见证，两份均已留存为证：见 evidence witness list。"
        )
    }

    private var rollback: EvidenceError {
        EvidenceError(
            .damaged,
            en:
                "“\(origin)” is shown with fewer entries than before: \(shown.en), after \(known.en). If this is the archive as it is used now, it was rolled back or rewritten; if it is just an old file, bring a new one. Nothing was cosigned; it is kept as evidence: see evidence witness list.",
            zh:
                "“\(origin)”的条目比先前少：现在为 \(shown.zh)，先前为 \(known.zh)。如果这就是目前使用的档案，则它已被回退或改写；如果只是旧文件，请带来新的。未予见证，已留存为证：见 evidence witness list。"
        )
    }

    private var unproven: EvidenceError {
        let size = refusal.cosigned?.checkpoint.size ?? 0
        return EvidenceError(
            .damaged,
            en:
                "It is not shown that \(shown.en) of “\(origin)” extends \(known.en): the proof in the request is wrong, or there are two histories. Nothing was cosigned; it is kept as evidence. Have the request made again with --old \(size), or bring the archive itself.",
            zh:
                "无法证明“\(origin)”的 \(shown.zh) 是 \(known.zh) 的延续：请求中的证明有误，或存在两份历史。未予见证，已留存为证。请用 --old \(size) 重新生成请求，或将档案本身带来。"
        )
    }

    private var plain: EvidenceError {
        switch refusal.reason {
        case .unknownOrigin:
            EvidenceError(
                .refused,
                en:
                    "This witness does not watch “\(origin)”. Get its key from those who answer for it, not from what was brought here; then run evidence witness watch KEY.",
                zh: "该见证人并未见证“\(origin)”。请向其负责人取得公钥，不要取自带来的材料；然后执行 evidence witness watch KEY。")
        case .notSigned:
            EvidenceError(
                .refused,
                en:
                    "This checkpoint is not signed with the key under which this witness watches “\(origin)”: it is another archive of the same name, or a replacement. Nothing was cosigned.",
                zh: "该检查点不是用见证人所知的“\(origin)”密钥签署的：这是同名的另一个档案，或是冒充的替代品。未予见证。")
        case .signatureInvalid:
            EvidenceError(
                .badInput,
                en: "The signature of “\(origin)” does not hold: the file was damaged or altered. Bring a new one.",
                zh: "“\(origin)”的签名无效：文件已损坏或被改动。请重新带来。")
        case .otherOldSize(let size):
            EvidenceError(
                .refused,
                en:
                    "The request begins at \(request.oldSize) entries, and this witness has cosigned \(size). Make it again with: evidence witness submit --request FILE --witness '\(witness)' --old \(size)",
                zh:
                    "该请求以 \(request.oldSize) 条为起点，而见证人已见证到 \(size) 条。请重新生成：evidence witness submit --request FILE --witness '\(witness)' --old \(size)"
            )
        case .oldAboveCheckpoint, .emptyTreeRoot, .proofNotEmpty, .otherRoot, .proofInvalid:
            EvidenceError(
                .badInput,
                en: "The request for “\(origin)” contradicts itself: it was damaged or made wrongly. Make it again.",
                zh: "“\(origin)”的请求自相矛盾：已损坏或生成有误。请重新生成。")
        }
    }
}
