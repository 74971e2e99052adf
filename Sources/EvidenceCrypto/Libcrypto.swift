internal import CLibcrypto

/// What concerns libcrypto as a whole.
enum Libcrypto {
    /// To be touched before anything that libcrypto looks up by name or number.
    ///
    /// The system's openssl.cnf must not decide what this program calls SHA-256.
    static let isReady = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil) == 1

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
