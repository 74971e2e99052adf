internal import CLibcrypto

/// What concerns libcrypto as a whole.
enum Libcrypto {
    /// To be touched before anything that libcrypto looks up by name or number.
    ///
    /// The system's openssl.cnf must not decide what this program calls SHA-256.
    static let isReady = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil) == 1

    /// A BIO from which bytes are read, nil where there is no memory; to be freed with `BIO_free`.
    ///
    /// It has a copy of them. That of `BIO_new_mem_buf` only points to them, and an array may be gone once it was last named.
    static func input(_ bytes: [UInt8]) -> OpaquePointer? {
        guard let input = BIO_new(BIO_s_mem()) else { return nil }
        // At its end it says so, and does not ask to be tried again.
        BIO_ctrl(input, BIO_C_SET_BUF_MEM_EOF_RETURN, 0, nil)
        var length = 0
        guard bytes.isEmpty || BIO_write_ex(input, bytes, bytes.count, &length) == 1 && length == bytes.count else {
            BIO_free(input)
            return nil
        }
        return input
    }

    /// One failure of the calling thread's error queue.
    struct Failure {
        let library: Int32
        let reason: Int32
        /// libcrypto's own words, in English.
        let words: String
    }

    /// Empties the calling thread's error queue, oldest failure first.
    static func takeFailures() -> [Failure] {
        var failures: [Failure] = []
        while true {
            var data: UnsafePointer<CChar>?
            var flags: Int32 = 0
            let number = ERR_get_error_all(nil, nil, nil, &data, &flags)
            if number == 0 { return failures }
            var words: [String] = []
            if let text = ERR_reason_error_string(number) { words.append(String(cString: text)) }
            if let data, flags & ERR_TXT_STRING != 0, data.pointee != 0 { words.append(String(cString: data)) }
            failures.append(
                Failure(
                    library: ERR_GET_LIB(number), reason: ERR_GET_REASON(number),
                    words: words.joined(separator: ": ")))
        }
    }
}
