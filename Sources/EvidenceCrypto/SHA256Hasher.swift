internal import CLibcrypto

/// SHA-256 over libcrypto with one context that is used again and again.
///
/// The algorithm is fetched once a process: OpenSSL 3 otherwise looks it up at every call, at four times the cost.
/// Out of memory in libcrypto's digest code stops the program: there is no digest that could stand in for the right one.
package struct SHA256Hasher: ~Copyable {
    private let context: OpaquePointer

    package init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex2(context, Algorithm.sha256.pointer, nil) == 1 else {
            preconditionFailure("libcrypto offers no SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes to the message.
    package func update(_ bytes: UnsafeRawBufferPointer) {
        precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "libcrypto: EVP_DigestUpdate")
    }

    package func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    package func update(_ digest: Digest) {
        digest.withUnsafeBytes { update($0) }
    }

    package func update(_ byte: UInt8) {
        withUnsafeBytes(of: byte) { update($0) }
    }

    /// Returns the digest of what was added, and is ready for the next message.
    package func finish() -> Digest {
        let digest = Digest { target in
            precondition(
                EVP_DigestFinal_ex(context, target.bindMemory(to: UInt8.self).baseAddress, nil) == 1,
                "libcrypto: EVP_DigestFinal_ex")
        }
        precondition(EVP_DigestInit_ex2(context, nil, nil) == 1, "libcrypto: EVP_DigestInit_ex2")
        return digest
    }

    /// The digest of one message.
    package static func hash(_ bytes: [UInt8]) -> Digest {
        let hasher = SHA256Hasher()
        hasher.update(bytes)
        return hasher.finish()
    }
}

/// A fetched algorithm.
///
/// Fetched once and never freed; libcrypto's algorithms may be shared between threads.
private struct Algorithm: @unchecked Sendable {
    let pointer: OpaquePointer

    static let sha256: Algorithm = {
        guard Libcrypto.isReady, let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else {
            preconditionFailure("libcrypto offers no SHA-256")
        }
        return Algorithm(pointer: algorithm)
    }()
}
