internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

/// How a witness is reached: two requests of HTTP, which whoever calls the service carries out.
package struct WitnessConnection {
    let post: (_ address: String, _ body: [UInt8]) throws -> WitnessResponse
    let get: (_ address: String) throws -> WitnessResponse

    package init(
        post: @escaping (_ address: String, _ body: [UInt8]) throws -> WitnessResponse,
        get: @escaping (_ address: String) throws -> WitnessResponse
    ) {
        self.post = post
        self.get = get
    }
}

/// One conversation with one witness over the web (C2SP tlog-witness), and what real witnesses answer beside it.
///
/// Nothing that comes back is believed unless the witness signed it.
struct AskWitness {
    /// How often a request is made again from where the witness says it is.
    private static let attempts = 3

    let submission: SubmitCheckpoint
    let witness: VerifierKey
    /// The submission prefix; the monitoring prefix is tried at the same place.
    let address: String
    let connection: WitnessConnection

    /// The witness's cosignature over the newest checkpoint.
    func cosignature(asking first: WitnessRequest) throws -> Cosignature {
        var request = first
        for _ in 0..<AskWitness.attempts {
            try submission.context.checkInterruption()
            let answer = try connection.post(place("add-checkpoint"), request.bytes)
            switch answer.status {
            case 200: return try accept(answer)
            case 409:
                let size = try WitnessRequest.size(inAnswer: answer.body) ?? newestOfWitness()?.size
                guard let size else { throw conflictWithoutSize }
                // Where it is ahead, or still refuses from where it says that it is, its own checkpoint shows why.
                if size > submission.checkpoint.size || size == request.oldSize {
                    _ = try newestOfWitness()
                    throw size > submission.checkpoint.size
                        ? submission.witnessIsAhead(witness, at: size) : refused(409)
                }
                try warnIfForgetful(size)
                request = try submission.request(from: size)
            case 422:
                _ = try newestOfWitness()
                throw refused(422)
            default: throw refused(answer.status)
            }
        }
        throw refused(409)
    }

    private func place(_ path: String) -> String { address.hasSuffix("/") ? address + path : "\(address)/\(path)" }

    private func accept(_ answer: WitnessResponse) throws -> Cosignature {
        let text = submission.note.text
        let lines = (try? SignedNote.signatures(parsing: answer.body)) ?? []
        guard
            let cosignature = lines.lazy.compactMap({ try? Cosignature($0) })
                .first(where: { SubmitCheckpoint.holds($0, over: text, by: witness) })
        else {
            throw EvidenceError(
                .unavailable,
                en:
                    "“\(address.shown)” answered, but not with the signature of “\(witness.name.shown)” over this archive's newest checkpoint. Nothing was kept. Check the address and the key.",
                zh: "“\(address.shown)”有应答，但其中没有“\(witness.name.shown)”对此档案最新检查点的签名，未予保存。请检查网址和公钥。")
        }
        return cosignature
    }

    /// The newest checkpoint that the witness shows, where it shows one and both signed it; nil otherwise.
    ///
    /// - Throws: `damaged` where it does not go together with this archive.
    private func newestOfWitness() throws -> Checkpoint? {
        let key = submission.archive.created.key
        let digest = SHA256Hasher.hash(Array(key.name.utf8))
        guard let answer = try? connection.get(place("\(digest.hex)/checkpoint")), answer.status == 200,
            let note = try? SignedNote(parsing: answer.body), let theirs = try? Checkpoint(noteText: note.text),
            theirs.origin.hasSameBytes(as: key.name), note.verify(key) == .valid, note.verify(witness) == .valid
        else { return nil }
        let ours = submission.checkpoint
        if theirs.size > ours.size {
            throw EvidenceError(
                .damaged,
                en:
                    "The witness “\(witness.name.shown)” has cosigned \(theirs.size) entries of this archive, signed with its key, and here it has only \(ours.size): this copy was rolled back, or somebody wrote a second history. Find the newer copy.",
                zh:
                    "见证人“\(witness.name.shown)”已见证由此档案密钥签署的 \(theirs.size) 条，而此处只有 \(ours.size) 条：此副本被回退，或有人另写了一份历史。请找回较新的副本。"
            )
        }
        let root = try submission.root(at: theirs.size)
        guard root == theirs.root else {
            let (own, other) = (
                WitnessRefusalText.facts(Checkpoint(origin: theirs.origin, size: theirs.size, root: root)),
                WitnessRefusalText.facts(theirs)
            )
            throw EvidenceError(
                .damaged,
                en:
                    "Two histories of this archive, both signed with its key: the witness “\(witness.name.shown)” has cosigned \(other.en), and here there are \(own.en). One of them was written to replace the other.",
                zh:
                    "此档案有两份历史，均由其密钥签署：见证人“\(witness.name.shown)”已见证 \(other.zh)，而此处为 \(own.zh)。其中一份是用来替换另一份的。"
            )
        }
        return theirs
    }

    /// A witness that has cosigned less than the archive can show has started over.
    private func warnIfForgetful(_ size: UInt64) throws {
        guard let known = try submission.newestCosignature(by: witness)?.size, size < known else { return }
        submission.context.warn(
            Message(
                en:
                    "The witness “\(witness.name.shown)” says that it has cosigned \(size) entries, but here is its signature over \(known): it has forgotten what it saw, and might cosign a second history. Tell whoever runs it.",
                zh:
                    "见证人“\(witness.name.shown)”称只见证过 \(size) 条，但此处有它对 \(known) 条的签名：它忘记了所见，可能会为另一份历史作证。请告知其管理者。"
            ))
    }

    private var conflictWithoutSize: EvidenceError {
        EvidenceError(
            .refused,
            en:
                "The witness at “\(address.shown)” has cosigned another checkpoint of this archive than the one it was last asked from here, and does not say which (409). Ask whoever runs it for the size, then use --old SIZE. If it is one that this archive never had, there are two histories.",
            zh:
                "“\(address.shown)”处的见证人所见证的检查点与此档案所知的不同，且未说明是哪一个（409）。请向其管理者询问条目数，然后用 --old SIZE 重试。若此档案从未有过该检查点，则存在两份历史。"
        )
    }

    private func refused(_ status: Int) -> EvidenceError {
        let name = witness.name.shown
        let key = submission.archive.created.key
        return switch status {
        case 404:
            EvidenceError(
                .refused,
                en: "The witness “\(name)” does not watch this archive (404). Give its key to whoever runs it: \(key)",
                zh: "见证人“\(name)”并未见证此档案（404）。请将此公钥交给其管理者：\(key)")
        case 403:
            EvidenceError(
                .refused,
                en:
                    "The witness “\(name)” does not watch this archive, or knows it under another key (403). Give this key to whoever runs it: \(key)",
                zh: "见证人“\(name)”并未见证此档案，或所知的公钥不同（403）。请将此公钥交给其管理者：\(key)")
        case 429:
            EvidenceError(
                .unavailable, en: "The witness “\(name)” asks to be left alone for a while (429). Try again later.",
                zh: "见证人“\(name)”要求稍后再试（429）。")
        case 409, 422:
            EvidenceError(
                .refused,
                en:
                    "The witness “\(name)” does not accept that this archive extends what it has cosigned (\(status)). If it is right, there are two histories: have whoever runs it look at its conflicts, and run evidence verify.",
                zh: "见证人“\(name)”不认可此档案是其所见证历史的延续（\(status)）。若其无误，则存在两份历史：请其管理者查看冲突记录，并执行 evidence verify。")
        default:
            EvidenceError(
                .unavailable, en: "The witness “\(name)” did not do what it was asked (HTTP status \(status)).",
                zh: "见证人“\(name)”未按请求办理（HTTP 状态 \(status)）。")
        }
    }
}
