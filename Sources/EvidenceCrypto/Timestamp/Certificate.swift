internal import CLibcrypto

/// An X.509 certificate, as far as it is shown.
///
/// What a certificate says of itself is no reason to trust it.
package struct Certificate: Sendable, Hashable {
    /// The most bytes that a certificate may have.
    package static let largest = 64 * 1_024

    package let der: [UInt8]
    /// Whom it is about, as RFC 2253 writes it.
    package let subject: String
    /// From when to when it is valid: milliseconds since 1970.
    package let notBefore: Int64
    package let notAfter: Int64

    /// Reads a certificate that fills all of `der`.
    package init(der: [UInt8]) throws(CryptoError) {
        guard der.count <= Certificate.largest,
            let handle = ASN1.whole(der, { d2i_X509(nil, $0, $1) }, free: X509_free)
        else { throw CryptoError(.malformedCertificate, "no X.509 certificate in DER") }
        defer { X509_free(handle) }
        try self.init(handle, der: der)
    }

    /// Reads the first certificate of a PEM text.
    package init(pem: [UInt8]) throws(CryptoError) {
        guard pem.count <= 4 * Certificate.largest, let input = Libcrypto.input(pem) else {
            throw CryptoError(.malformedCertificate, "no X.509 certificate in PEM")
        }
        defer { BIO_free(input) }
        guard let handle = PEM_read_bio_X509(input, nil, nil, nil) else {
            throw CryptoError(.malformedCertificate, "no X.509 certificate in PEM")
        }
        defer { X509_free(handle) }
        guard let der = ASN1.bytes({ i2d_X509(handle, $0) }) else {
            throw CryptoError(.libraryFailure, "i2d_X509")
        }
        try self.init(handle, der: der)
    }

    init(_ handle: OpaquePointer) throws(CryptoError) {
        guard let der = ASN1.bytes({ i2d_X509(handle, $0) }) else {
            throw CryptoError(.malformedCertificate, "i2d_X509")
        }
        try self.init(handle, der: der)
    }

    private init(_ handle: OpaquePointer, der: [UInt8]) throws(CryptoError) {
        guard let name = X509_get_subject_name(handle), let subject = ASN1.text(name),
            let from = X509_get0_notBefore(handle), let notBefore = ASN1.seconds(from),
            let until = X509_get0_notAfter(handle), let notAfter = ASN1.seconds(until)
        else { throw CryptoError(.malformedCertificate, "a certificate without a readable subject or validity") }
        self.der = der
        self.subject = subject
        self.notBefore = notBefore * 1_000
        self.notAfter = notAfter * 1_000
    }
}
