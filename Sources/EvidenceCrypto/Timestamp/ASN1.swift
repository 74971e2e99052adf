internal import CLibcrypto

/// libcrypto's ASN.1 values as Swift's.
///
/// Every value is checked to be there and in range: what is read comes from outside.
enum ASN1 {
    /// Reads a DER value that fills all of `bytes`.
    ///
    /// - Parameter read: one of libcrypto's `d2i` functions.
    static func whole<Value>(
        _ bytes: [UInt8], _ read: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> Value?,
        free: (Value) -> Void
    ) -> Value? {
        bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return nil }
            var position: UnsafePointer<UInt8>? = start
            guard let value = read(&position, buffer.count) else { return nil }
            guard position == start + buffer.count else {
                free(value)
                return nil
            }
            return value
        }
    }

    /// What one of libcrypto's `i2d` functions writes.
    static func bytes(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8]? {
        let count = write(nil)
        guard count > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        let written = bytes.withUnsafeMutableBufferPointer { buffer in
            var position = buffer.baseAddress
            return write(&position)
        }
        return written == count ? bytes : nil
    }

    /// A string's bytes as they stand.
    static func content(_ string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        let count = ASN1_STRING_length(string)
        guard count > 0, let data = ASN1_STRING_get0_data(string) else { return [] }
        return [UInt8](UnsafeBufferPointer(start: data, count: Int(count)))
    }

    /// An object identifier, dotted.
    static func dotted(_ object: OpaquePointer) -> String? {
        let count = OBJ_obj2txt(nil, 0, object, 1)
        guard count > 0 else { return nil }
        var text = [CChar](repeating: 0, count: Int(count) + 1)
        guard OBJ_obj2txt(&text, count + 1, object, 1) == count else { return nil }
        return String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The short name that libcrypto has for an algorithm, else its identifier.
    static func algorithm(_ identifier: UnsafePointer<X509_ALGOR>) -> String? {
        guard let object = identifier.pointee.algorithm else { return nil }
        let number = OBJ_obj2nid(object)
        guard number != NID_undef, let name = OBJ_nid2sn(number) else { return dotted(object) }
        return String(cString: name)
    }

    /// Whole seconds since 1970.
    static func seconds(_ time: UnsafePointer<ASN1_TIME>) -> Int64? {
        guard let epoch = ASN1_TIME_set(nil, 0) else { return nil }
        defer { ASN1_STRING_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return Int64(days) * 86_400 + Int64(seconds)
    }

    /// Milliseconds since 1970 of a time in the form of RFC 3161 §2.4.2, `YYYYMMDDhhmmss[.s…]Z`; what is finer is cut off.
    static func milliseconds(_ time: UnsafePointer<ASN1_GENERALIZEDTIME>) -> Int64? {
        let text = content(time)
        let fraction = text.dropFirst(15).dropLast()
        guard text.count == 15 || text.dropFirst(14).first == UInt8(ascii: ".") && !fraction.isEmpty,
            text.last == UInt8(ascii: "Z"), (text.prefix(14) + fraction).allSatisfy(isDigit),
            let seconds = seconds(time)
        else { return nil }
        let thousandths = (0..<3).reduce(Int64(0)) { sum, place in
            sum * 10 + (place < fraction.count ? Int64(fraction[fraction.startIndex + place] - UInt8(ascii: "0")) : 0)
        }
        return seconds * 1_000 + thousandths
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// A whole number of no sign in as few bytes as it takes; none for 0.
    ///
    /// Nil for a negative number.
    static func magnitude(_ number: UnsafePointer<ASN1_INTEGER>) -> [UInt8]? {
        guard ASN1_STRING_type(number) == V_ASN1_INTEGER else { return nil }
        return magnitude(content(number))
    }

    static func magnitude(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.drop { $0 == 0 }) }

    /// A name as RFC 2253 writes it, most special part first, in Unicode rather than escapes.
    static func text(_ name: OpaquePointer) -> String? {
        guard let output = BIO_new(BIO_s_mem()) else { return nil }
        defer { BIO_free(output) }
        let escapes = UInt(ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_ESC_CTRL)
        let form = UInt(XN_FLAG_SEP_COMMA_PLUS | XN_FLAG_DN_REV | XN_FLAG_FN_SN | XN_FLAG_DUMP_UNKNOWN_FIELDS)
        let content = UInt(ASN1_STRFLGS_UTF8_CONVERT | ASN1_STRFLGS_DUMP_UNKNOWN | ASN1_STRFLGS_DUMP_DER)
        guard X509_NAME_print_ex(output, name, 0, escapes | form | content) >= 0 else { return nil }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1_024)
        while true {
            let count = BIO_read(output, &chunk, Int32(chunk.count))
            if count <= 0 { return String(validating: text, as: UTF8.self) }
            text += chunk.prefix(Int(count))
        }
    }
}
