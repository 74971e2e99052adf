internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
package import SystemPackage
internal import TransparencyLog

/// `evidence timestamp`: what a time stamping authority says of this archive's checkpoints, asked for over the network
/// or carried by hand.
package struct TakeTimestamp {
    /// The most bytes that are read of an answer.
    package static let largestAnswer = TimestampToken.largest
    /// The media types of RFC 3161 §3.4.
    package static let requestType = "application/timestamp-query"
    private static let nonceSize = 16

    /// What a server answered.
    package struct Answer {
        package let status: Int
        package let contentType: String?
        package let body: [UInt8]

        package init(status: Int, contentType: String?, body: [UInt8]) {
            self.status = status
            self.contentType = contentType
            self.body = body
        }
    }

    /// What was taken.
    package struct Result: Sendable {
        /// The size of the checkpoint that it is over.
        package let size: UInt64
        package let stamp: KeptTimestamp.Stamp
        /// Whether it leads to a root that this reader trusts.
        package let isTrusted: Bool
        /// False where it was here already.
        package let isNew: Bool
    }

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    // MARK: Over the network

    /// Asks an authority for a timestamp over the newest checkpoint, and keeps it.
    ///
    /// - Parameter send: sends a request of ``requestType`` to the address, and gives the answer.
    package func ask(_ address: String, send: ([UInt8]) throws -> Answer) throws -> Result {
        let archive = try context.openArchive()
        // What would refuse the answer refuses to ask; the lock is not held while the network takes its time.
        _ = try context.appendSession(archive)
        let newest = try newest(of: archive)
        let request = TimestampRequest(
            imprint: SHA256Hasher.hash(newest.note), nonce: try context.random(TakeTimestamp.nonceSize))
        let asked = context.now()
        let answer = try send(try request.der())
        let source = Source.server(address)
        guard answer.status == 200 else { throw source.badStatus(answer.status) }
        guard let response = try? TimestampResponse(der: answer.body) else {
            throw source.noTimestamp(answer.contentType)
        }
        guard let token = response.token else { throw source.refused(response) }
        if let mismatch = token.mismatch(with: request) { throw source.mismatched(mismatch) }
        return try keep(token, over: newest.size, newest.note, archive, source, asked: asked)
    }

    // MARK: By hand

    /// Writes a request over the newest checkpoint to a file that must not be there yet.
    ///
    /// It has no nonce, so that nothing has to be remembered until the answer comes: that is known by its imprint, and an
    /// older answer over the same checkpoint would be as good.
    /// - Returns: the checkpoint's size.
    package func writeRequest(to file: FilePath) throws -> UInt64 {
        let newest = try newest(of: try context.openArchive())
        let request = TimestampRequest(imprint: SHA256Hasher.hash(newest.note), nonce: nil)
        try ServiceContext.createFile(file, with: try request.der(), mode: 0o644)
        return newest.size
    }

    /// Keeps the timestamp in a file: a response, or the token alone, over any checkpoint of this archive.
    package func take(from file: FilePath) throws -> Result {
        let source = Source.file(file)
        let bytes = try Files.contents(of: file, limit: TakeTimestamp.largestAnswer)
        let token: TimestampToken
        if let response = try? TimestampResponse(der: bytes) {
            guard let granted = response.token else { throw source.refused(response) }
            token = granted
        } else if let bare = try? TimestampToken(der: bytes) {
            token = bare
        } else {
            throw source.noTimestamp(nil)
        }
        let archive = try context.openArchive()
        guard let checkpoint = try checkpoint(of: archive, under: token) else { throw source.otherArchive() }
        return try keep(token, over: checkpoint.size, checkpoint.note, archive, source)
    }

    /// The checkpoint whose note was stamped.
    private func checkpoint(of archive: Archive, under token: TimestampToken) throws -> LogAudit.StoredCheckpoint? {
        if let newest = try archive.log.checkpoint(), token.covers(SHA256Hasher.hash(newest.note)) { return newest }
        var size: UInt64 = 0
        while let stored = try archive.log.checkpoint(after: size) {
            try context.checkInterruption()
            if token.covers(SHA256Hasher.hash(stored.note)) { return stored }
            size = stored.size
        }
        return nil
    }

    // MARK: Both

    private func newest(of archive: Archive) throws -> LogAudit.StoredCheckpoint {
        let (checkpoint, note) = try ReadCheckpoint(context).newest(of: archive)
        return (checkpoint.size, note.bytes)
    }

    private func keep(
        _ token: TimestampToken, over size: UInt64, _ note: [UInt8], _ archive: Archive, _ source: Source,
        asked: Timestamp? = nil
    ) throws -> Result {
        guard let stamp = KeptTimestamp.Stamp(token) else { throw source.noTimestamp(nil) }
        let anchor = Anchor(.timestamp, size: size, token: token.der)
        let trust = try TrustCheck(context.folders).anchors
        let verdict = trust.judge(anchor, over: note)
        switch verdict {
        case .invalid(let reason): throw source.invalid(reason)
        case .unknown where !trust.authorities.isEmpty: throw source.notTrusted(stamp.authority)
        case .holds, .unknown: break
        }
        let new = try KeepAnchors(context: context, archive: archive).keep([anchor], asked: asked)
        return Result(size: size, stamp: stamp, isTrusted: verdict == .holds, isNew: !new.isEmpty)
    }
}
