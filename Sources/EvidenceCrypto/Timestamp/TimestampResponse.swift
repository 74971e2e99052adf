internal import CLibcrypto

/// What a time stamping authority answers (RFC 3161 §2.4.2): a token, or why there is none.
package struct TimestampResponse: Sendable {
    /// PKIStatus, named as there.
    package enum Status: Int, Sendable {
        case granted = 0
        case grantedWithMods = 1
        case rejection = 2
        case waiting = 3
        case revocationWarning = 4
        case revocationNotification = 5
    }

    /// PKIFailureInfo, named as there; the numbers are those of its bits.
    package enum Failure: Int32, Sendable, CaseIterable {
        case badAlg = 0
        case badRequest = 2
        case badDataFormat = 5
        case timeNotAvailable = 14
        case unacceptedPolicy = 15
        case unacceptedExtension = 16
        case addInfoNotAvailable = 17
        case systemFailure = 25
    }

    package let status: Status
    /// The authority's own words, where it gives any; from outside, and not made safe to show.
    package let explanation: String?
    package let failures: [Failure]
    /// There is one if and only if it was granted.
    package let token: TimestampToken?

    /// Reads a response that fills all of `der`.
    package init(der: [UInt8]) throws(CryptoError) {
        guard der.count <= TimestampToken.largest, let rest = TimestampResponse.afterStatus(der),
            let handle = ASN1.whole(der, { d2i_TS_RESP(nil, $0, $1) }, free: TS_RESP_free)
        else { throw CryptoError(.malformedTimestamp, "no timestamp response in DER") }
        defer { TS_RESP_free(handle) }
        guard let information = TS_RESP_get_status_info(handle),
            let number = TS_STATUS_INFO_get0_status(information),
            let status = Status(rawValue: ASN1_INTEGER_get(number))
        else { throw CryptoError(.malformedTimestamp, "a timestamp response without a known status") }
        self.status = status
        let texts = TS_STATUS_INFO_get0_text(information)
        let lines = (0..<max(0, OPENSSL_sk_num(texts))).compactMap { index in
            OPENSSL_sk_value(texts, index).map {
                String(decoding: ASN1.content($0.assumingMemoryBound(to: ASN1_STRING.self)), as: UTF8.self)
            }
        }
        explanation = lines.isEmpty ? nil : lines.joined(separator: " ")
        let bits = TS_STATUS_INFO_get0_failure_info(information)
        failures = Failure.allCases.filter { ASN1_BIT_STRING_get_bit(bits, $0.rawValue) == 1 }
        // libcrypto has seen to it that there is a token if and only if the status is one of the first two.
        token = TS_RESP_get_token(handle) == nil ? nil : try TimestampToken(der: rest)
    }

    /// What follows the first member of the outermost sequence: the token's bytes as they stand; nil where it is not DER.
    private static func afterStatus(_ der: [UInt8]) -> [UInt8]? {
        der.withUnsafeBufferPointer { buffer in
            var position: UnsafePointer<UInt8>? = buffer.baseAddress
            guard let end = position.map({ $0 + buffer.count }) else { return nil }
            var length = 0
            var tag: Int32 = 0
            var kind: Int32 = 0
            // Bit 0 of the result would say that the length is not given: that is BER.
            guard ASN1_get_object(&position, &length, &tag, &kind, buffer.count) == V_ASN1_CONSTRUCTED,
                let content = position, length == end - content,
                ASN1_get_object(&position, &length, &tag, &kind, length) == V_ASN1_CONSTRUCTED,
                let status = position, length <= end - status
            else { return nil }
            return [UInt8](UnsafeBufferPointer(start: status + length, count: end - status - length))
        }
    }
}
