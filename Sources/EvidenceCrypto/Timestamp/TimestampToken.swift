internal import CLibcrypto

/// A time stamping authority's signed word that something existed at a time (RFC 3161 §2.4.2 TimeStampToken, a CMS
/// ContentInfo in DER).
///
/// To be read is not to be believed: what stands here is what the token says, until ``verify(roots:)`` has been asked.
package struct TimestampToken: Sendable, Hashable {
    /// The most bytes that a token or a response may have; real ones have some thousand.
    package static let largest = 256 * 1_024

    /// The token's bytes as they were given.
    package let der: [UInt8]
    /// The digest of what was stamped.
    package let imprint: [UInt8]
    /// What the imprint was made with, as libcrypto calls it: `SHA256`.
    package let imprintAlgorithm: String
    /// genTime: milliseconds since 1970; what is finer is cut off.
    package let time: Int64
    /// How far `time` may be off either way, in microseconds; nil where the token does not say.
    package let accuracy: Int64?
    /// The authority's number for this token: hex digits of an integer without a sign.
    package let serial: String
    /// The policy it was issued under: an object identifier, dotted.
    package let policy: String
    /// What was repeated from the request, without leading zeros; nil where the token has none.
    package let nonce: [UInt8]?
    /// The certificate of the key that signed.
    package let certificate: Certificate
    /// What the signature is made with: `RSA, SHA256`.
    package let signatureAlgorithm: String

    /// Who put the time to it: the certificate's subject, as RFC 2253 writes it.
    package var authority: String { certificate.subject }

    /// Reads a token that fills all of `der`, and carries the certificate of its signer.
    package init(der: [UInt8]) throws(CryptoError) {
        let token = try SignedTimestamp(der)
        guard let message = TS_TST_INFO_get_msg_imprint(token.info), let algorithm = TS_MSG_IMPRINT_get_algo(message),
            let imprintAlgorithm = ASN1.algorithm(algorithm), let imprint = TS_MSG_IMPRINT_get_msg(message),
            let genTime = TS_TST_INFO_get_time(token.info), let time = ASN1.milliseconds(genTime),
            let number = TS_TST_INFO_get_serial(token.info), let serial = ASN1.magnitude(number),
            let object = TS_TST_INFO_get_policy_id(token.info), let policy = ASN1.dotted(object),
            let signatureAlgorithm = token.signatureAlgorithm
        else {
            throw CryptoError(.malformedTimestamp, "a timestamp token with a member that is not as RFC 3161 has it")
        }
        self.der = der
        self.imprint = ASN1.content(imprint)
        self.imprintAlgorithm = imprintAlgorithm
        self.time = time
        self.serial = serial.isEmpty ? "00" : serial.hex
        self.policy = policy
        self.signatureAlgorithm = signatureAlgorithm
        accuracy = try TimestampToken.accuracy(token.info)
        certificate = try Certificate(token.signer)
        if let number = TS_TST_INFO_get_nonce(token.info) {
            guard let nonce = ASN1.magnitude(number) else {
                throw CryptoError(.malformedTimestamp, "a timestamp token with a negative nonce")
            }
            self.nonce = nonce
        } else {
            nonce = nil
        }
    }

    private static func accuracy(_ info: OpaquePointer) throws(CryptoError) -> Int64? {
        guard let accuracy = TS_TST_INFO_get_accuracy(info) else { return nil }
        var sum: Int64 = 0
        for (part, most, unit) in [
            (TS_ACCURACY_get_seconds(accuracy), Int64(Int32.max), Int64(1_000_000)),
            (TS_ACCURACY_get_millis(accuracy), 999, 1_000), (TS_ACCURACY_get_micros(accuracy), 999, 1),
        ] {
            guard let part else { continue }
            var number: Int64 = 0
            guard ASN1_INTEGER_get_int64(&number, part) == 1, (0...most).contains(number) else {
                throw CryptoError(.malformedTimestamp, "a timestamp token with an accuracy out of range")
            }
            sum += number * unit
        }
        return sum
    }

    /// Whether it is this SHA-256 digest that was stamped.
    package func covers(_ digest: Digest) -> Bool { imprintAlgorithm == "SHA256" && imprint == digest.bytes }

    /// Why a token is no answer to a request.
    package enum Mismatch: Sendable {
        case imprint
        case nonce
    }

    /// Why this is no answer to `request`; nil where it is one.
    package func mismatch(with request: TimestampRequest) -> Mismatch? {
        if !covers(request.imprint) { return .imprint }
        if let asked = request.nonce, asked != nonce { return .nonce }
        return nil
    }
}
