internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
internal import TransparencyLog

/// `evidence witness cosign`: cosigns what was carried to the witness.
package struct CosignCheckpoint {
    package let context: ServiceContext
    private let witness: Witness
    /// Whether the witness's clock is known to have been ahead where it is behind now.
    package var clockWasAhead = false

    package init(_ context: ServiceContext, witness: Witness) {
        self.context = context
        self.witness = witness
    }

    /// Cosigns what lies at a path: a request, a signed checkpoint alone, an archive, or a log as it is published.
    ///
    /// - Throws: what the witness refuses, in words; `damaged` where that is evidence of tampering.
    package func run(_ path: FilePath) throws -> CosignedCheckpoint {
        let (request, isProven) = try read(path)
        switch try witness.answer(request, clockWasAhead: clockWasAhead) {
        case .cosigned(let cosigned): return cosigned
        case .refused(let refusal):
            throw WitnessRefusalText(refusal, request: request, witness: witness.key, isProven: isProven).error
        }
    }

    /// Writes the cosigned checkpoint to a file, which must not be there yet, for the way back.
    package func run(_ path: FilePath, to file: FilePath) throws -> CosignedCheckpoint {
        guard try Files.status(file) == nil else {
            throw EvidenceError(
                .badInput, en: "“\(file.shown)” is there already. Choose another name.",
                zh: "“\(file.shown)”已存在，请另选文件名。")
        }
        let cosigned = try run(path)
        try ServiceContext.createFile(file, with: try cosigned.handedOut().bytes, mode: 0o644)
        return cosigned
    }

    /// - Returns: the request, and whether a proof that does not hold means two histories: where it was made here, from
    ///   tiles that belong to the checkpoint.
    private func read(_ path: FilePath) throws -> (WitnessRequest, isProven: Bool) {
        guard let status = try Files.statusFollowing(path) else {
            throw EvidenceError.file(.noSuchFileOrDirectory, path)
        }
        if status.kind == .folder {
            let tree = try tree(path)
            return (try tree.request(from: try witness.newest(of: tree.checkpoint.origin)?.checkpoint.size ?? 0), true)
        }
        let request = try request(in: path)
        // An answer may have been lost on its way: the very same checkpoint is cosigned again, wherever its proof begins.
        let size = request.checkpoint.size
        guard try witness.newest(of: request.checkpoint.origin)?.checkpoint.size == size else {
            return (request, false)
        }
        return (try WitnessRequest(oldSize: size, proof: [], note: request.note), false)
    }

    private func request(in path: FilePath) throws -> WitnessRequest {
        let bytes = try Files.contents(of: path, limit: WitnessRequest.maximumSize)
        if let request = try? WitnessRequest(parsing: bytes) { return request }
        // A checkpoint without a proof can only be the first, or the very same again.
        if let note = try? SignedNote(parsing: bytes),
            let request = try? WitnessRequest(oldSize: 0, proof: [], note: note)
        {
            return request
        }
        throw EvidenceError(
            .badInput,
            en:
                "“\(path.shown)” is neither a request (evidence witness submit --request) nor a signed checkpoint, or it was altered.",
            zh: "“\(path.shown)”既不是见证请求（evidence witness submit --request），也不是签名检查点，或已被改动。")
    }

    private func tree(_ folder: FilePath) throws -> SignedTree {
        try Archive.exists(at: folder)
            ? SignedTree(of: Archive.open(folder), context) : SignedTree(published: folder)
    }
}
