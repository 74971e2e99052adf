internal import EvidenceCrypto
package import EvidenceRecord
package import TransparencyLog

/// What a witness answers over the web.
package struct WitnessResponse: Sendable {
    package let status: Int
    /// Nil where the server did not say.
    package let contentType: String?
    package let body: [UInt8]

    package init(status: Int, contentType: String?, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    fileprivate init(_ status: Int, _ text: String) {
        self.init(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }
}

/// `evidence witness serve`: a witness's answers as C2SP tlog-witness has them; the sockets are the caller's.
package struct ServeWitness: Sendable {
    private let witness: Witness
    private let report: @Sendable (Message) -> Void

    /// - Parameter report: told of every new conflict, and of what went wrong here.
    package init(_ witness: Witness, report: @escaping @Sendable (Message) -> Void) {
        self.witness = witness
        self.report = report
    }

    package var key: VerifierKey { witness.key }

    /// Answers `POST add-checkpoint`.
    package func addCheckpoint(_ body: [UInt8]) -> WitnessResponse {
        let request: WitnessRequest
        do { request = try WitnessRequest(parsing: body) } catch let error {
            return WitnessResponse(400, "\(error.reason)\n")
        }
        do {
            switch try witness.answer(request) {
            case .cosigned(let cosigned): return WitnessResponse(200, cosigned.cosignature.noteSignature.line)
            case .refused(let refusal): return refuse(refusal, request)
            }
        } catch {
            return fail(error)
        }
    }

    /// Answers `GET <hex SHA-256 of the origin>/checkpoint`.
    package func checkpoint(ofOriginHashed hex: String) -> WitnessResponse {
        do {
            guard let digest = Digest(hex: hex), let newest = try witness.newest(ofOriginHashed: digest) else {
                return WitnessResponse(404, "no checkpoint of this origin was cosigned here\n")
            }
            return WitnessResponse(200, String(decoding: try newest.handedOut().bytes, as: UTF8.self))
        } catch {
            return fail(error)
        }
    }

    private func refuse(_ refusal: WitnessRefusal, _ request: WitnessRequest) -> WitnessResponse {
        if refusal.isNew {
            report(
                WitnessRefusalText(refusal, request: request, witness: witness.key, isProven: false).error.message)
        }
        if case .otherOldSize(let size) = refusal.reason {
            return WitnessResponse(
                status: refusal.reason.status, contentType: WitnessRequest.sizeType, body: Array("\(size)\n".utf8))
        }
        return WitnessResponse(refusal.reason.status, "\(refusal.reason.explanation)\n")
    }

    private func fail(_ error: any Error) -> WitnessResponse {
        report(
            (error as? EvidenceError)?.message
                ?? Message(en: "The witness failed: \(error)", zh: "见证人出错：\(error)"))
        return WitnessResponse(500, "the witness could not keep the checkpoint, and cosigned nothing\n")
    }
}

extension WitnessRule.Reason {
    /// For whoever reads what a server answered.
    fileprivate var explanation: String {
        switch self {
        case .unknownOrigin: "this witness does not watch the origin"
        case .notSigned: "the checkpoint is not signed with the key that this witness knows for the origin"
        case .signatureInvalid: "a signature in the origin's name does not hold"
        case .oldAboveCheckpoint: "the old size is above the checkpoint's"
        case .otherOldSize(let size): "\(size)"
        case .emptyTreeRoot: "an empty tree has another root"
        case .proofNotEmpty: "the proof has to be empty"
        case .otherRoot: "another root was cosigned at this size"
        case .proofInvalid: "the consistency proof does not hold"
        }
    }
}
