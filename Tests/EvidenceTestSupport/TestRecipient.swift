package import EvidenceCrypto

/// Somebody whom bundles are handed to: a certificate of the tests' own, `CN=张三,O=纪委`, with its key.
package enum TestRecipient {
    package static let subject = "CN=张三,O=纪委"

    package static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUCuohV15RTON5dKM/i1AipxdXEoswCgYIKoZIzj0EAwIw
        IjEPMA0GA1UECgwG57qq5aeUMQ8wDQYDVQQDDAblvKDkuIkwIBcNMjYxMTI2MTU0
        MjE4WhgPMjEyNjExMDIxNTQyMThaMCIxDzANBgNVBAoMBue6quWnlDEPMA0GA1UE
        AwwG5byg5LiJMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEK3k0zBgoN6SwsdVh
        YJx04DdYrsBIgpdqmN562rYn/8etQYLoNt4Tnbim9X/EiFf/RMnYv9yQ/+rdW2CP
        iqN6m6NTMFEwHQYDVR0OBBYEFDLuXB8FrmvBJrbjpKKmYYqyKRICMB8GA1UdIwQY
        MBaAFDLuXB8FrmvBJrbjpKKmYYqyKRICMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI
        zj0EAwIDSAAwRQIhAMaxraf4M65hnMUQXHAvWPGJKYhPEZG0bCV6QBZvOuD1AiBz
        LaeZhtZnbvpsBNp4kht/kSBXLP4R7ZeLDnR6iBvuDA==
        -----END CERTIFICATE-----
        """

    package static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMvxnndi4dYEpVURz
        Xv3FsrHl0LiQQ8I+FCp23DeEa4GhRANCAAQreTTMGCg3pLCx1WFgnHTgN1iuwEiC
        l2qY3nratif/x61Bgug23hOduKb1f8SIV/9Eydi/3JD/6t1bYI+Ko3qb
        -----END PRIVATE KEY-----
        """

    /// What he signs.
    package static func sign(_ content: [UInt8]) throws -> SignedMessage {
        let pem = try SignedMessage.sign(
            content, certificate: Array(certificate.utf8), key: Array(key.utf8), passphrase: nil)
        return try SignedMessage(pem: pem)
    }
}
