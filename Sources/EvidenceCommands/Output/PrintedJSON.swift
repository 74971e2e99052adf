internal import EvidenceRecord

extension JSONObject {
    /// The object as it is printed, for people too: what a terminal would obey, or nobody could see, is escaped.
    var printed: [UInt8] {
        let bytes = JSONValue.object(self).canonicalBytes
        if bytes.allSatisfy({ $0 < 0x7F }) { return bytes }
        return Array(String(decoding: bytes, as: UTF8.self).shownJSON.utf8)
    }
}
