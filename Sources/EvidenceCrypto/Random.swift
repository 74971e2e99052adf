internal import CLibcrypto

/// libcrypto's random generator.
package enum Random {
    /// `count` random bytes, fit for keys and salts.
    package static func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, Int32(count)) == 1 else { throw CryptoError(.libraryFailure, "RAND_bytes") }
        return bytes
    }
}
