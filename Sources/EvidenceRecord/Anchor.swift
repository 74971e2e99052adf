package import EvidenceCrypto
package import TransparencyLog

/// What somebody outside the archive said of one of its checkpoints: that it was there at a time.
///
/// FORMAT.md, "Anchors". Kept beside the log, and recorded in it by the next commit.
package struct Anchor: Equatable, Sendable {
    package enum Kind: String, Sendable {
        /// A witness's signature line over the checkpoint's text (C2SP tlog-cosignature), with its LF.
        case cosignature
        /// A timestamp token over the whole signed note (RFC 3161 §2.4.2): the DER of its ContentInfo.
        case timestamp
    }

    /// The most bytes that a token may have.
    package static let largestToken = 256 * 1_024

    package let kind: Kind
    /// The checkpoint's size.
    package let size: UInt64
    package let token: [UInt8]

    package init(_ kind: Kind, size: UInt64, token: [UInt8]) {
        self.kind = kind
        self.size = size
        self.token = token
    }

    /// A witness's signature of a checkpoint.
    package init(_ cosignature: Cosignature, size: UInt64) {
        self.init(.cosignature, size: size, token: Array(cosignature.noteSignature.line.utf8))
    }

    /// SHA-256 of the token.
    package var digest: Digest { SHA256Hasher.hash(token) }

    /// What a token says: when, and who says so.
    package struct Statement: Equatable, Sendable {
        /// By the clock outside.
        package let time: Timestamp
        /// A witness's name and key ID, `<name>+<8 hex digits>`; a timestamp authority's name in its certificate.
        package let by: String

        package init(time: Timestamp, by: String) {
            self.time = time
            self.by = by
        }
    }

    /// What the token says of itself, true or not.
    ///
    /// - Throws: `malformed` where it is no token.
    package func statement() throws(RecordError) -> Statement {
        switch kind {
        case .cosignature:
            let cosignature = try cosignature()
            guard let time = Timestamp(seconds: cosignature.time) else {
                throw RecordError(.malformed, en: "its time is out of bounds", zh: "时间超出范围")
            }
            return Statement(time: time, by: "\(cosignature.name)+\(cosignature.keyIDHex)")
        case .timestamp:
            let token = try timestamp()
            guard let time = Timestamp(milliseconds: token.time) else {
                throw RecordError(.malformed, en: "its time is out of bounds", zh: "时间超出范围")
            }
            return Statement(time: time, by: token.authority)
        }
    }

    /// - Throws: `malformed` unless the token is one cosignature's line.
    package func cosignature() throws(RecordError) -> Cosignature {
        guard kind == .cosignature, let lines = try? SignedNote.signatures(parsing: token), lines.count == 1,
            let cosignature = try? Cosignature(lines[0]), Array(cosignature.noteSignature.line.utf8) == token
        else { throw RecordError(.malformed, en: "it is no cosignature", zh: "不是见证签名") }
        return cosignature
    }

    /// - Throws: `malformed` unless the token is a timestamp's.
    package func timestamp() throws(RecordError) -> TimestampToken {
        guard kind == .timestamp, let token = try? TimestampToken(der: self.token) else {
            throw RecordError(.malformed, en: "it is no timestamp", zh: "不是时间戳")
        }
        return token
    }
}

extension Timestamp {
    /// A moment in seconds since 1970-01-01T00:00:00Z; nil past the year 9999.
    package init?(seconds: UInt64) {
        guard let milliseconds = Int64(exactly: seconds)?.multipliedReportingOverflow(by: 1_000),
            !milliseconds.overflow
        else { return nil }
        self.init(milliseconds: milliseconds.partialValue)
    }
}
